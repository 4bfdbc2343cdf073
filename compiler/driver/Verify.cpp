//===- Verify.cpp - Checks the derivatives of a circuit -------------------===//

#include "compiler/driver/Verify.h"

#include "compiler/driver/Output.h"
#include "compiler/driver/StepControl.h"
#include "compiler/driver/VerifyPoints.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

namespace circ {

namespace {

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
    bool single = llvm::any_of(circuit.results, [](const ast::Result &result) {
      return result.type.scalar == ast::ScalarKind::F32;
    });
    for (unsigned parameter : wrt)
      single |= circuit.parameters[parameter].variable->type.scalar == ast::ScalarKind::F32;
    modeBound = single ? 1e-4 : 1e-9;
    differenceBound = single ? 2e-2 : 1e-6;
  }

  Verification run(unsigned points) {
    for (unsigned i = 0; i < points && made.outcome == Verification::Outcome::Right; ++i) {
      std::vector<Value> results;
      std::optional<std::vector<Value>> point = findPoint(results);
      if (!point)
        break;
      ++made.points;
      for (unsigned position = 0; position < wrt.size(); ++position)
        if (!check(*point, results, position))
          break;
    }
    if (made.points == 0)
      made.outcome = Verification::Outcome::NoPoint;
    else if (made.outcome == Verification::Outcome::Right)
      made.message.clear();
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

  std::optional<std::vector<Value>> findPoint(std::vector<Value> &results) {
    for (unsigned attempt = 0; attempt < 200; ++attempt) {
      std::optional<std::vector<Value>> point = source.draw(attempt);
      if (!point)
        continue;
      if (programs.call(ValueProgram, *point, results) != CIRC_OK)
        made.message = circ_last_error();
      else if (!allFinite(results))
        made.message = "the value is not finite";
      else
        return point;
    }
    return std::nullopt;
  }

  /// Notes an error relative to the scale; whether it is within the bound.
  static bool note(WorstError &worst, const std::string &parameter, double error, double bound) {
    if (!(error <= worst.error)) {
      worst.error = error;
      worst.parameter = parameter;
    }
    return error <= bound;
  }

  bool wrong(const std::vector<Value> &point, const std::string &text) {
    made.outcome = Verification::Outcome::Wrong;
    made.message = text + "\n  at";
    for (size_t i = 0; i < point.size(); ++i)
      made.message +=
          " " + circuit.parameters[i].variable->name + "=" + formatValue(point[i], false);
    return false;
  }

  /// Compares what the modes and differences say in a random direction of one
  /// parameter, and a random sum of the results.
  bool check(const std::vector<Value> &point, const std::vector<Value> &results,
             unsigned position) {
    unsigned parameter = wrt[position];
    const std::string &name = circuit.parameters[parameter].variable->name;
    Value direction = source.direction(point[parameter]);
    std::vector<Value> tangents = point, seeds = point, seed;
    for (unsigned other : wrt)
      tangents.push_back(other == parameter ? direction
                                            : Value::zeros(point[other].kind, point[other].shape));
    for (unsigned result : real)
      seed.push_back(source.direction(results[result]));
    seeds.insert(seeds.end(), seed.begin(), seed.end());

    std::vector<Value> forward, reverse;
    if (programs.call(Tangent, tangents, forward) != CIRC_OK ||
        programs.call(Adjoint, seeds, reverse) != CIRC_OK)
      return wrong(point, "a derivative stops where the value does not: " +
                              std::string(circ_last_error()));
    size_t values = results.size();
    double scale = 0, along = 0;
    for (size_t i = 0; i < real.size(); ++i)
      along += product(seed[i], forward[values + i], scale);
    double back = product(reverse[values + position], direction, scale);
    if (!std::isfinite(along) && !std::isfinite(back)) {
      ++made.kinks;
      return true;
    }
    scale = std::max(scale, 1e-3);
    if (!note(made.modes, name, std::abs(along - back) / scale, modeBound))
      return wrong(point, llvm::formatv("by '{0}' forward mode gives {1}, reverse mode {2}", name,
                                        text(along), text(back)));
    auto sumAt = [&](double step) -> std::optional<double> {
      std::vector<Value> moved = point, found;
      for (int64_t i = 0; i < direction.count(); ++i)
        setReal(moved[parameter], i, point[parameter].asDouble(i) + step * direction.asDouble(i));
      if (programs.call(ValueProgram, moved, found) != CIRC_OK)
        return std::nullopt;
      double sum = 0, unused = 0;
      for (size_t i = 0; i < real.size(); ++i)
        sum += product(seed[i], found[real[i]], unused);
      return sum;
    };
    auto difference = differenceQuotient(sumAt, 0.02);
    if (!difference || 10 * difference->error > 1e-2 * scale) {
      ++made.kinks;
      return true;
    }
    ++made.compared;
    double apart = std::abs(difference->derivative - back);
    note(made.differences, name, apart / scale, 0);
    if (apart <= differenceBound * scale + 10 * difference->error)
      return true;
    return wrong(point, llvm::formatv("by '{0}' reverse mode gives {1}, differences {2} "
                                      "(themselves off by about {3})",
                                      name, text(back), text(difference->derivative),
                                      text(difference->error)));
  }

  const ast::Circuit &circuit;
  Programs programs;
  std::vector<unsigned> wrt, real;
  PointSource source;
  double modeBound, differenceBound;
  Verification made;
};

} // namespace

Verification verify(Compilation &compilation, const ast::Circuit &circuit, unsigned points,
                    uint64_t seed, const CodegenOptions &options) {
  Verification made;
  std::vector<unsigned> wrt = differentiableParameters(circuit);
  if (wrt.empty() || realResults(circuit).empty()) {
    made.outcome = Verification::Outcome::NothingToVerify;
    made.message = wrt.empty() ? "no real parameter that is not const" : "no real result";
    return made;
  }
  ProgramCompiler compiler(compilation);
  if (!compiler.lower(
          {{&circuit, {DerivativeKind::Value, {}}},
           {&circuit, {DerivativeKind::Jvp, wrt, 0, DifferentiationMode::Usual, /*silent=*/true}},
           {&circuit, {DerivativeKind::Vjp, wrt, 0, DifferentiationMode::Usual, /*silent=*/true}}},
          options)) {
    made.outcome = Verification::Outcome::NotCompiled;
    return made;
  }
  auto programs = compiler.compile(options);
  if (!programs) {
    compilation.diagnostics.report(DiagnosticId::Compiler, {llvm::toString(programs.takeError())});
    made.outcome = Verification::Outcome::NotCompiled;
    return made;
  }
  return Verifier(circuit, std::move(*programs), seed).run(points);
}

} // namespace circ
