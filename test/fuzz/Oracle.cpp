//===- Oracle.cpp - What values and derivatives must satisfy --------------===//

#include "Oracle.h"

#include "Point.h"
#include "Program.h"
#include "Random.h"
#include "compiler/driver/Programs.h"
#include "compiler/driver/StepControl.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

namespace circ::fuzz {

namespace {

/// The Hessian along a vector by other modes than forward over reverse.
const char *const secondOrder = R"(
circuit along_gradient(x: f64[n], y, m: f64[n, n], k: i64[n], dx: f64[n], dy, dm: f64[n, n]) -> f64 {
  let (gx, gy, gm) = grad(f)(x, y, m, k)
  return dot(gx, dx) + gy * dy + sum(gm[i, j] * dm[i, j] for i in 0..n, j in 0..n)
}
circuit along_tangent(x: f64[n], y, m: f64[n, n], k: i64[n], dx: f64[n], dy, dm: f64[n, n]) -> f64 {
  return jvp(f)(x, y, m, k; dx, dy, dm)
}
)";

const std::vector<unsigned> wrt{0, 1, 2};

/// Larger derivatives are those of waves too short to be seen.
constexpr double largestScale = 1e12;

/// The compiled programs of a text; which ones, in this order.
enum Which : size_t { ValueProgram, Gradient, Tangent, Product, Second };

struct Compiled {
  std::unique_ptr<Compilation> compilation = std::make_unique<Compilation>();
  std::optional<Programs> fast, plain;
  bool secondIsTangent = false;
};

using Numbers = std::vector<double>;

class Examination {
public:
  Examination(const std::string &text, uint64_t seed, bool optimized)
      : text(text), random(seed), optimized(optimized) {}

  Finding run() {
    unsigned way = random.below(3);
    if (!compile(text, way, optimized, program))
      return finding;
    std::string unmarked = text;
    for (size_t at; (at = unmarked.find("@checkpoint\n")) != std::string::npos;)
      unmarked.erase(at, 12);
    if (unmarked != text && !compile(unmarked, way, /*alsoFast=*/false, withoutMarks))
      return finding;
    for (int i = 0; i < 3 && finding.verdict == Verdict::Right; ++i)
      checkAt(Point::random(random));
    // Where there is no kink a disagreement is a fault wherever it shows.
    if (llvm::StringRef(text).starts_with(smoothMark))
      for (int i = 0; i < 3 && finding.verdict == Verdict::Right; ++i)
        checkExactly(Point::round(random));
    if (finding.verdict == Verdict::Right && finding.comparisons == 0)
      finding.verdict = Verdict::IllConditioned;
    return finding;
  }

private:
  bool stop(Verdict verdict, const std::string &check, const std::string &details) {
    finding.verdict = verdict;
    finding.check = check;
    finding.details = details;
    return false;
  }

  bool stopForDiagnostics(const Compilation &compilation, Verdict verdict, const char *check) {
    std::string printed;
    llvm::raw_string_ostream out(printed);
    const SourceManager &sources = compilation.sources;
    for (const Diagnostic &diagnostic : compilation.diagnostics.diagnostics())
      if (diagnostic.severity == Severity::Error) {
        if (diagnostic.range)
          out << sources.file(diagnostic.range->file).lineColumn(diagnostic.range->begin).line
              << ": ";
        out << diagnostic.message << "\n";
      }
    if (printed.find("not supported yet") != std::string::npos)
      verdict = Verdict::Unsupported;
    return stop(verdict, check, printed);
  }

  bool compile(const std::string &source, unsigned way, bool alsoFast, Compiled &into) {
    Compilation &compilation = *into.compilation;
    if (!compilation.parseText("program.circ", source + secondOrder) || !compilation.analyze())
      return stopForDiagnostics(compilation, Verdict::Rejected, "rejected");
    ast::Circuit *f = compilation.ast->find("f");
    ast::Circuit *second = compilation.ast->find(way == 0 ? "along_gradient" : "along_tangent");
    into.secondIsTangent = way == 2;
    ProgramCompiler compiler(compilation);
    CodegenOptions options;
    // Every second program is cut as long functions are, in parts down to one op.
    if (source.size() % 2)
      options.partLength = 1 + source.size() / 2 % 8;
    // With each effort on code that runs seldom, all of which is long.
    static const LongCode efforts[] = {LongCode::Full, LongCode::Less, LongCode::Least};
    options.longCode = efforts[source.size() / 16 % 3];
    options.longCodeLength = 0;
    bool right = compiler.lower(
        {{f, {DerivativeKind::Value, {}}},
         {f, {DerivativeKind::Gradient, wrt}},
         {f, {DerivativeKind::Jvp, wrt}},
         {f, {DerivativeKind::Hvp, wrt}},
         {second, {into.secondIsTangent ? DerivativeKind::Jvp : DerivativeKind::Gradient, wrt}}},
        options);
    if (!right)
      return stopForDiagnostics(compilation, Verdict::Wrong, "compiler error");
    for (unsigned level : {0u, 3u}) {
      if (level == 3 && !alsoFast)
        break;
      options.level = level;
      auto programs = compiler.compile(options);
      if (!programs)
        return stop(Verdict::Wrong, "code generation", llvm::toString(programs.takeError()));
      (level == 3 ? into.fast : into.plain) = std::move(*programs);
    }
    return true;
  }

  /// The outputs of a program as one list of numbers; empty after an error.
  Numbers call(const Programs &programs, size_t which, const Point &point,
               const Point *direction = nullptr) {
    std::vector<Value> arguments = point.values, results;
    if (direction)
      arguments.insert(arguments.end(), direction->values.begin(), direction->values.begin() + 3);
    Numbers numbers;
    if (programs.call(which, arguments, results) != CIRC_OK) {
      stop(Verdict::Wrong, "run-time error", circ_last_error());
      return numbers;
    }
    for (const Value &value : results)
      for (int64_t i = 0; i < value.count(); ++i)
        numbers.push_back(value.asDouble(i));
    return numbers;
  }

  /// Whether `a` and `b` agree; `moved` is `a` at inputs that moved a little.
  bool agree(const std::string &check, const Numbers &a, const Numbers &b, const Numbers &moved,
             double scale = 1) {
    if (a.size() != b.size() || a.size() != moved.size())
      return stop(Verdict::Wrong, check, "different numbers of results");
    for (double number : a)
      scale = std::max(scale, std::abs(number));
    double condition = 0;
    for (size_t i = 0; i < a.size(); ++i)
      condition = std::max(condition, std::abs(a[i] - moved[i]));
    // Terms that cancel leave what they were rounded by.
    double bound = 1e-10 * scale + 10 * condition + 1e-15;
    if (!(1e-10 * scale + 10 * condition < 1e-3 * scale) || scale > largestScale) {
      ++finding.skipped;
      return true;
    }
    ++finding.comparisons;
    for (size_t i = 0; i < a.size(); ++i)
      if (!(std::abs(a[i] - b[i]) <= bound))
        return stop(Verdict::Wrong, check, disagreement(i, a[i], b[i], bound));
    return true;
  }

  static std::string disagreement(size_t i, double a, double b, double bound) {
    std::string printed;
    llvm::raw_string_ostream(printed)
        << "number " << i << ": " << llvm::format("%.17g", a) << " and " << llvm::format("%.17g", b)
        << ", bound " << llvm::format("%.3g", bound);
    return printed;
  }

  /// Whether `derivative` is that of `function` at 0; `moved` is it at inputs that moved a
  /// little: differences do not see waves that are shorter than that.
  bool agreesWithDifferences(const std::string &check, double derivative, double moved,
                             double scale,
                             const std::function<std::optional<double>(double)> &function) {
    scale = std::max(scale, 1.0);
    // A kink between the points can go unseen: then short steps decide.
    for (double step : {0.02, 2e-5}) {
      auto found = differenceQuotient(function, step);
      double bound = found ? 1e-6 * scale + 10 * (found->error + std::abs(derivative - moved)) : 0;
      if (!found || !(bound < 1e-3 * scale) || scale > largestScale) {
        ++finding.skipped;
        return true;
      }
      if (std::abs(derivative - found->derivative) <= bound)
        break;
      if (step < 0.02)
        return stop(Verdict::Wrong, check, disagreement(0, derivative, found->derivative, bound));
    }
    ++finding.comparisons;
    return true;
  }

  void checkAt(const Point &point) {
    Finding before = finding;
    if (check(point) || finding.check == "run-time error")
      return;
    // At a kink derivatives differ, near to it they do not.
    Finding failure = std::move(finding);
    finding = before;
    if (!check(point.near(random))) {
      failure.details += "\nat " + point.text();
      finding = std::move(failure);
    } else {
      ++finding.skipped;
    }
  }

  void checkExactly(const Point &point) {
    if (!check(point))
      finding.details += "\nat " + point.text();
  }

  bool check(const Point &point) {
    const Programs &plain = *program.plain;
    Point moved = point.rounded(random), t = point.direction(random), v = point.direction(random);
    Numbers value = call(plain, ValueProgram, point), gradient = call(plain, Gradient, point);
    if (value.empty() || gradient.empty())
      return false;
    for (double number : gradient)
      if (!std::isfinite(number)) {
        ++finding.skipped;
        return true;
      }
    Numbers gradientMoved = call(plain, Gradient, moved);
    if (!agree("value and value of the gradient", value, {gradient[0]}, {gradientMoved[0]}))
      return false;
    if (optimized && (!agree("-O0 and -O3, value", value, call(*program.fast, ValueProgram, point),
                             {gradientMoved[0]}) ||
                      !agree("-O0 and -O3, gradient", gradient,
                             call(*program.fast, Gradient, point), gradientMoved)))
      return false;

    // First order: <gradient, t> is the tangent.
    Numbers along = t.numbers();
    auto product = [&](const Numbers &numbers, size_t skip, double &scale) {
      double sum = 0;
      scale = 0;
      for (size_t i = 0; i < along.size(); ++i) {
        sum += numbers[skip + i] * along[i];
        scale += std::abs(numbers[skip + i] * along[i]);
      }
      return sum;
    };
    double scale, unused;
    double derivative = product(gradient, 1, scale);
    Numbers tangent = call(plain, Tangent, point, &t),
            tangentMoved = call(plain, Tangent, moved, &t);
    if (!agree("forward and reverse", tangent, {value[0], derivative}, tangentMoved, scale) ||
        !agreesWithDifferences("gradient and differences", derivative,
                               product(gradientMoved, 1, unused), scale, [&](double step) {
                                 Numbers at = call(plain, ValueProgram, point.plus(step, t));
                                 return at.empty() ? std::nullopt : std::optional(at[0]);
                               }))
      return false;

    // Second order.
    Numbers hessian = call(plain, Product, point, &v),
            hessianMoved = call(plain, Product, moved, &v);
    if (optimized &&
        !agree("-O0 and -O3, hvp", hessian, call(*program.fast, Product, point, &v), hessianMoved))
      return false;
    double second = product(hessian, 0, scale);
    if (!agreesWithDifferences("hvp and differences", second, product(hessianMoved, 0, unused),
                               scale, [&](double step) {
                                 Numbers at = call(plain, Gradient, point.plus(step, v));
                                 return at.empty() ? std::nullopt
                                                   : std::optional(product(at, 1, unused));
                               }))
      return false;
    Numbers other = secondAlong(point, v, t);
    if (other.empty())
      return false;
    if (program.secondIsTangent)
      return agree("hvp and forward over forward", {second}, {other[1]},
                   {product(hessianMoved, 0, unused)}, scale) &&
             agreesUnmarked(point, gradient, gradientMoved);
    other.erase(other.begin());
    return agree("hvp and reverse over another mode", hessian, other, hessianMoved) &&
           agreesUnmarked(point, gradient, gradientMoved);
  }

  /// The derivative of the derivative along `v`: along `t`, or the gradient.
  Numbers secondAlong(const Point &point, const Point &v, const Point &t) {
    Point all = point;
    all.values.insert(all.values.end(), v.values.begin(), v.values.begin() + 3);
    return call(*program.plain, Second, all, program.secondIsTangent ? &t : nullptr);
  }

  bool agreesUnmarked(const Point &point, const Numbers &gradient, const Numbers &moved) {
    return !withoutMarks.plain || agree("with and without @checkpoint", gradient,
                                        call(*withoutMarks.plain, Gradient, point), moved);
  }

  const std::string &text;
  Random random;
  bool optimized;
  Compiled program, withoutMarks;
  Finding finding;
};

} // namespace

Finding examine(const std::string &program, uint64_t seed, bool optimized) {
  return Examination(program, seed, optimized).run();
}

} // namespace circ::fuzz
