//===- Verify.cpp - Checks the derivatives of a circuit -------------------===//

#include "compiler/driver/Verify.h"

#include "compiler/codegen/StoppedValues.h"
#include "compiler/driver/Output.h"
#include "compiler/driver/StepControl.h"
#include "compiler/driver/TimeLimit.h"
#include "compiler/driver/VerifyPoints.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

namespace circ {

namespace {

/// A value that takes longer is taken for one that never comes, and after a few of those no
/// more is asked for.
constexpr unsigned secondsOfCall = 5, mostLateCalls = 3;

std::string text(double number) { return formatScalar(Value::scalar(number), 0); }

double product(const Value &a, const Value &b, double &scale) {
  double sum = 0;
  for (int64_t i = 0; i < a.count(); ++i) {
    double term = a.asDouble(i) * b.asDouble(i);
    sum += term;
    scale += std::abs(term);
  }
  return sum;
}

class Verifier {
public:
  Verifier(const ast::Circuit &circuit, Programs programs, uint64_t seed)
      : circuit(circuit), programs(std::move(programs)), wrt(differentiableParameters(circuit)),
        real(realResults(circuit)), source(circuit, seed) {
    single = llvm::any_of(circuit.results, [](const ast::Result &result) {
      return result.type.scalar == ast::ScalarKind::F32;
    });
    for (unsigned parameter : wrt)
      single |= circuit.parameters[parameter].variable->type.scalar == ast::ScalarKind::F32;
    modeBound = single ? 1e-4 : 1e-9;
    differenceBound = single ? 2e-2 : 1e-6;
  }

  Verification run(unsigned points) {
    for (unsigned i = 0; i < points && made.outcome == Verification::Outcome::Right; ++i) {
      bool round = i % 5 == 4;
      std::vector<Value> results;
      std::optional<std::vector<Value>> point = findPoint(results, round);
      if (!point && round)
        point = findPoint(results, round = false);
      if (!point)
        break;
      ++made.points;
      for (unsigned position = 0; position < wrt.size(); ++position)
        if (!check(line(*point, results, position), round))
          break;
    }
    locate(made.modes, worstOfModes, &Verifier::apartOfModes);
    locate(made.differences, worstOfDifferences, &Verifier::apartOfDifferences);
    if (made.points == 0)
      made.outcome = Verification::Outcome::NoPoint;
    else if (made.outcome == Verification::Outcome::Right)
      made.message.clear();
    else if (WorstError &worst = wrongByModes ? made.modes : made.differences;
             !worst.element.empty())
      made.message += "\n  most in " + worst.place();
    return made;
  }

private:
  enum Which : size_t { ValueProgram, Tangent, Adjoint };

  static bool allFinite(const std::vector<Value> &values) {
    for (const Value &value : values)
      for (int64_t i = 0; i < value.count(); ++i)
        if (!std::isfinite(value.asDouble(i)))
          return false;
    return true;
  }

  std::optional<std::vector<Value>> findPoint(std::vector<Value> &results, bool round) {
    for (unsigned attempt = 0; attempt < 5000 && late < mostLateCalls; ++attempt) {
      std::optional<std::vector<Value>> point = source.draw(attempt, round);
      if (!point)
        continue;
      if (!stopped.note([&] { return callValue(*point, results); }))
        made.message = late ? "the value takes more than " + std::to_string(secondsOfCall) +
                                  " seconds" + placeOf(*point)
                            : circ_last_error();
      else if (!allFinite(results))
        made.message = "the value is not finite";
      else
        return point;
    }
    return std::nullopt;
  }

  bool callValue(const std::vector<Value> &point, std::vector<Value> &results) {
    if (late >= mostLateCalls)
      return false;
    TimeLimit limit(secondsOfCall);
    bool right = programs.call(ValueProgram, point, results) == CIRC_OK;
    late += limit.reached();
    return right;
  }

  /// A direction of one parameter at a point, and a sum of the results.
  struct Line {
    std::vector<Value> point;
    size_t results; ///< number of all, those without derivatives too
    unsigned position;
    Value direction;
    std::vector<Value> seed;
  };
  /// What the modes say: the derivative along the line by forward mode, and by
  /// reverse mode, with the sizes of what they add up.
  struct Slopes {
    double forward = 0, reverse = 0, scale = 0;
  };

  Line line(const std::vector<Value> &point, const std::vector<Value> &results, unsigned position) {
    Line made{point, results.size(), position, source.direction(point[wrt[position]]), {}};
    for (unsigned result : real)
      made.seed.push_back(source.direction(results[result]));
    return made;
  }

  const std::string &nameOf(const Line &line) const {
    return circuit.parameters[wrt[line.position]].variable->name;
  }

  std::string placeOf(const std::vector<Value> &point) const {
    std::string text = "\n  at";
    for (size_t i = 0; i < point.size(); ++i)
      text += " " + circuit.parameters[i].variable->name + "=" + formatValue(point[i], false);
    return text;
  }

  std::optional<Slopes> slopes(const Line &line) const {
    unsigned parameter = wrt[line.position];
    std::vector<Value> tangents = line.point, seeds = line.point, forward, reverse;
    for (unsigned other : wrt)
      tangents.push_back(other == parameter
                             ? line.direction
                             : Value::zeros(line.point[other].kind, line.point[other].shape));
    seeds.insert(seeds.end(), line.seed.begin(), line.seed.end());
    if (programs.call(Tangent, tangents, forward) != CIRC_OK ||
        programs.call(Adjoint, seeds, reverse) != CIRC_OK)
      return std::nullopt;
    Slopes made;
    for (size_t i = 0; i < real.size(); ++i)
      made.forward += product(line.seed[i], forward[line.results + i], made.scale);
    made.reverse = product(reverse[line.results + line.position], line.direction, made.scale);
    made.scale = std::max(made.scale, 1e-3);
    return made;
  }

  std::optional<double> sumAt(const Line &line, double step) {
    unsigned parameter = wrt[line.position];
    std::vector<Value> moved = line.point, found;
    for (int64_t i = 0; i < line.direction.count(); ++i)
      setReal(moved[parameter], i,
              line.point[parameter].asDouble(i) + step * line.direction.asDouble(i));
    if (!stopped.hold([&] { return callValue(moved, found); }) || !stopped.tookAll())
      return std::nullopt;
    double sum = 0, unused = 0;
    for (size_t i = 0; i < real.size(); ++i)
      sum += product(line.seed[i], found[real[i]], unused);
    return sum;
  }

  /// The derivative along the line by differences; nothing where they say little.
  std::optional<Difference> difference(const Line &line, double scale, double step) {
    auto found = differenceQuotient([&](double at) { return sumAt(line, at); }, step);
    return found && 10 * found->error <= 1e-2 * scale ? found : std::nullopt;
  }

  bool agree(const Slopes &slopes, const Difference &difference) const {
    return std::abs(difference.derivative - slopes.reverse) <=
           differenceBound * slopes.scale + 10 * difference.error;
  }

  static double apartOfModes(Verifier &, const Line &, const Slopes &slopes) {
    return std::abs(slopes.forward - slopes.reverse) / slopes.scale;
  }

  static double apartOfDifferences(Verifier &self, const Line &line, const Slopes &slopes) {
    auto found = self.difference(line, slopes.scale, 0.02);
    if (!self.single && (!found || !self.agree(slopes, *found)))
      found = self.difference(line, slopes.scale, 2e-5);
    return found ? std::abs(found->derivative - slopes.reverse) / slopes.scale : 0;
  }

  void note(WorstError &worst, std::optional<Line> &where, const Line &line, double error) {
    if (where && error <= worst.error)
      return;
    worst.error = error;
    worst.parameter = nameOf(line);
    where = line;
  }

  /// Finds the element of the worst parameter that is furthest off by itself.
  void locate(WorstError &worst, const std::optional<Line> &where,
              double (*apart)(Verifier &, const Line &, const Slopes &)) {
    if (!where || where->direction.shape.empty())
      return;
    double most = -1;
    for (int64_t i = 0; i < std::min<int64_t>(where->direction.count(), 256); ++i) {
      Line one = *where;
      one.direction = Value::zeros(where->direction.kind, where->direction.shape);
      setReal(one.direction, i, 1);
      std::optional<Slopes> found = slopes(one);
      double error = found ? apart(*this, one, *found) : 0;
      if (error <= most)
        continue;
      most = error;
      worst.element.assign(where->direction.shape.size(), 0);
      int64_t rest = i;
      for (size_t dim = worst.element.size(); dim-- > 0; rest /= where->direction.shape[dim])
        worst.element[dim] = rest % where->direction.shape[dim];
    }
  }

  bool wrong(const Line &line, const std::string &text) {
    made.outcome = Verification::Outcome::Wrong;
    made.message = text + placeOf(line.point);
    return false;
  }

  bool isKink(const Line &line, const Slopes &slopes) {
    auto sides =
        slopesAtKink([&](double at) { return sumAt(line, at); }, std::max(slopes.scale, 1.0));
    if (single || !sides)
      return false;
    if (made.kinks++ == 0)
      made.kink =
          llvm::formatv("by '{0}' the slopes of the value are {1} and {2}, derivatives "
                        "say {3}",
                        nameOf(line), text(sides->first), text(sides->second), text(slopes.reverse))
              .str() +
          placeOf(line.point);
    return true;
  }

  /// Compares what the modes and differences say along a line.
  bool check(const Line &line, bool round) {
    std::optional<Slopes> found = slopes(line);
    if (!found)
      return wrong(line, "a derivative stops where the value does not: " +
                             std::string(circ_last_error()));
    bool finite = std::isfinite(found->forward), alsoFinite = std::isfinite(found->reverse);
    // Where zero meets an infinite partial, the modes may differ, and say so by NaN.
    if (round ? !finite || !alsoFinite : !finite && !alsoFinite) {
      ++made.leftOut;
      return true;
    }
    double apart = apartOfModes(*this, line, *found);
    note(made.modes, worstOfModes, line, apart);
    if (!(apart <= modeBound)) {
      wrongByModes = true;
      return wrong(line, llvm::formatv("by '{0}' forward mode gives {1}, reverse mode {2}",
                                       nameOf(line), text(found->forward), text(found->reverse)));
    }
    if (round && isKink(line, *found))
      return true;
    auto by = difference(line, found->scale, 0.02);
    if (!single && !(by && agree(*found, *by)))
      if (auto closer = difference(line, found->scale, 2e-5))
        by = closer;
    if (!by) {
      if (!isKink(line, *found))
        ++made.leftOut;
      return true;
    }
    bool right = agree(*found, *by);
    if (!right && isKink(line, *found))
      return true;
    ++made.compared;
    note(made.differences, worstOfDifferences, line,
         std::abs(by->derivative - found->reverse) / found->scale);
    return right || wrong(line, llvm::formatv("by '{0}' reverse mode gives {1}, differences {2} "
                                              "(themselves off by about {3})",
                                              nameOf(line), text(found->reverse),
                                              text(by->derivative), text(by->error)));
  }

  const ast::Circuit &circuit;
  Programs programs;
  std::vector<unsigned> wrt, real;
  PointSource source;
  StoppedValues stopped;
  double modeBound, differenceBound;
  bool single = false, wrongByModes = false;
  unsigned late = 0; ///< calls that took too long
  std::optional<Line> worstOfModes, worstOfDifferences;
  Verification made;
};

} // namespace

std::string WorstError::place() const {
  std::string text = parameter;
  for (size_t i = 0; i < element.size(); ++i)
    text += (i ? ", " : "[") + std::to_string(element[i]);
  return element.empty() ? text : text + "]";
}

Verification verify(Compilation &compilation, const ast::Circuit &circuit, unsigned points,
                    uint64_t seed, const CodegenOptions &options) {
  Verification made;
  std::vector<unsigned> wrt = differentiableParameters(circuit);
  if (wrt.empty() || realResults(circuit).empty()) {
    made.outcome = Verification::Outcome::NothingToVerify;
    made.message = wrt.empty() ? "no real parameter that is not const" : "no real result";
    return made;
  }
  CodegenOptions holding = options;
  holding.holdStopped = true;
  ProgramCompiler compiler(compilation);
  if (!compiler.lower(
          {{&circuit, {DerivativeKind::Value, {}}},
           {&circuit, {DerivativeKind::Jvp, wrt, 0, DifferentiationMode::Usual, /*silent=*/true}},
           {&circuit, {DerivativeKind::Vjp, wrt, 0, DifferentiationMode::Usual, /*silent=*/true}}},
          holding)) {
    made.outcome = Verification::Outcome::NotCompiled;
    return made;
  }
  auto programs = compiler.compile(holding);
  if (!programs) {
    compilation.diagnostics.report(DiagnosticId::Compiler, {llvm::toString(programs.takeError())});
    made.outcome = Verification::Outcome::NotCompiled;
    return made;
  }
  return Verifier(circuit, std::move(*programs), seed).run(points);
}

} // namespace circ
