//===- IndexProof.cpp - Indices that are polynomials ----------------------===//

#include "compiler/transforms/IndexProof.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

#include <functional>

using namespace mlir;

namespace circ {

static constexpr unsigned deepest = 24;
/// A polynomial holds coefficients that are larger by some factors.
static constexpr int64_t largestConstant = int64_t(1) << 20;
/// Iterations of a nest that are looked at one by one.
static constexpr int64_t mostVisits = int64_t(1) << 16;
/// Nests of iterations beyond this are not tried: each has three choices.
static constexpr size_t mostIterations = 4;

unsigned IndexProof::bitsOf(const Polynomial &p) const {
  return p.bits([&](unsigned variable) { return bits.at(variable); });
}

/// A value that is no sum or product: the number of an iteration, with its bound, or a
/// size of an argument.
Polynomial::Result IndexProof::leaf(Value value) {
  if (auto known = numbers.find(value); known != numbers.end())
    return bits.count(known->second) ? Polynomial::Result(Polynomial::variable(known->second))
                                     : std::nullopt;
  if (Value bound = boundOf(value)) {
    unsigned variable = numbers[value] = variables++;
    Polynomial::Result most = polynomial(bound);
    if (!most || iterations.size() == mostIterations)
      return std::nullopt;
    iterations.push_back({variable, *most});
    bits[variable] = bitsOf(*most);
    return Polynomial::variable(variable);
  }
  auto dim = value.getDefiningOp<ir::DimOp>();
  if (!dim || !isa<func::FuncOp>(dim->getParentOp()) || !isa<BlockArgument>(dim.getArray()))
    return std::nullopt;
  sizes.push_back(value);
  bits[variables] = sizeBits;
  return Polynomial::variable(numbers[value] = variables++);
}

Polynomial::Result IndexProof::polynomial(Value value, unsigned depth) {
  if (auto constant = getConstantIntValue(value)) {
    if (*constant > largestConstant || *constant < -largestConstant)
      return std::nullopt;
    return Polynomial::constant(*constant);
  }
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<arith::AddIOp, arith::SubIOp, arith::MulIOp, ir::FloorDivOp>(op))
    return leaf(value);
  if (depth > deepest)
    return std::nullopt;
  Polynomial::Result left = polynomial(op->getOperand(0), depth + 1), result;
  if (!left)
    return std::nullopt;
  if (isa<ir::FloorDivOp>(op)) {
    auto divisor = getConstantIntValue(op->getOperand(1));
    return divisor ? left->dividedBy(*divisor) : std::nullopt;
  }
  Polynomial::Result right = polynomial(op->getOperand(1), depth + 1);
  if (!right)
    return std::nullopt;
  if (isa<arith::MulIOp>(op))
    result = left->times(*right);
  else
    result = left->plus(*right, isa<arith::SubIOp>(op) ? -1 : 1);
  // What may wrap around is another number.
  if (result && bitsOf(*result) > 62)
    return std::nullopt;
  return result;
}

/// `choices` has a digit of base three for each iteration: leave the variable, write it
/// by its bound, write the bound by it.
bool IndexProof::isNeverNegative(const Polynomial &p, unsigned choices) {
  std::map<unsigned, Polynomial> replacements;
  unsigned fresh = variables;
  for (const Iteration &iteration : iterations) {
    unsigned choice = choices % 3;
    choices /= 3;
    Polynomial slack = Polynomial::variable(fresh++), one = Polynomial::constant(1);
    if (choice == 1) {
      Polynomial::Result last = iteration.bound.plus(one, -1);
      if (last)
        last = last->plus(slack, -1);
      if (!last || !replacements.emplace(iteration.variable, *last).second)
        return false;
    } else if (choice == 2) {
      auto bound = iteration.bound.asShiftedVariable();
      if (!bound)
        return false;
      auto [variable, shift] = *bound;
      Polynomial::Result size =
          Polynomial::variable(iteration.variable).plus(Polynomial::constant(1 - shift));
      if (size)
        size = size->plus(slack);
      if (!size || !replacements.emplace(variable, *size).second)
        return false;
    }
  }
  Polynomial::Result q = p;
  for (size_t round = 0; round <= iterations.size() + 1; ++round) {
    bool replaced = llvm::any_of(q->variables(), [&](unsigned v) { return replacements.count(v); });
    if (!replaced)
      return !q->hasNegative();
    q = q->substituted([&](unsigned variable) -> const Polynomial * {
      auto found = replacements.find(variable);
      return found == replacements.end() ? nullptr : &found->second;
    });
    if (!q)
      return false;
  }
  return false;
}

bool IndexProof::isNeverNegative(const Polynomial &p) {
  unsigned cases = 1;
  for (size_t i = 0; i < iterations.size(); ++i)
    cases *= 3;
  for (unsigned choices = 0; choices < cases; ++choices)
    if (isNeverNegative(p, choices))
      return true;
  return false;
}

/// Of nests whose bounds are known. (`iterations` has outer ones before inner ones.)
bool IndexProof::isInBoundsEverywhere(const Polynomial &index, const Polynomial &size) {
  std::map<unsigned, int64_t> values;
  int64_t visits = 0;
  auto at = [&](const Polynomial &p) { return p.at([&](unsigned v) { return values.at(v); }); };
  std::function<bool(size_t)> visit = [&](size_t depth) {
    if (++visits > mostVisits)
      return false;
    if (depth == iterations.size())
      return at(index) >= 0 && at(index) < at(size);
    const auto &[variable, bound] = iterations[depth];
    int64_t end = at(bound);
    for (int64_t &value = values[variable] = 0; value < end; ++value)
      if (!visit(depth + 1))
        return false;
    return true;
  };
  return visit(0);
}

bool IndexProof::isInBounds(Value index, Value size) {
  Polynomial::Result i = polynomial(index), n = polynomial(size);
  if (!i || !n ||
      llvm::any_of(sizes, [&](Value size) { return !n->hasSquareOf(numbers.lookup(size)); }))
    return false;
  if (sizes.empty() && isInBoundsEverywhere(*i, *n))
    return true;
  Polynomial::Result left = n->plus(*i, -1);
  if (left)
    left = left->plus(Polynomial::constant(1), -1);
  return left && isNeverNegative(*i) && isNeverNegative(*left);
}

} // namespace circ
