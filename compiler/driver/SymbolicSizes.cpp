//===- SymbolicSizes.cpp - Sizes and trip counts as formulas --------------===//

#include "compiler/driver/SymbolicSizes.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

#include <algorithm>

using namespace mlir;

namespace circ {

//===----------------------------------------------------------------------===//
// Polynomials
//===----------------------------------------------------------------------===//

Formula Formula::operator+(const Formula &other) const {
  Formula sum = *this;
  for (const auto &[names, coefficient] : other.terms)
    if ((sum.terms[names] += coefficient) == 0)
      sum.terms.erase(names);
  return sum;
}

Formula Formula::operator*(const Formula &other) const {
  Formula product;
  for (const auto &[left, a] : terms)
    for (const auto &[right, b] : other.terms) {
      std::vector<std::string> names = left;
      names.insert(names.end(), right.begin(), right.end());
      std::sort(names.begin(), names.end());
      if ((product.terms[names] += a * b) == 0)
        product.terms.erase(names);
    }
  return product;
}

std::string Formula::text() const {
  if (terms.empty())
    return "0";
  // Long products first; the constant comes last.
  std::vector<std::pair<std::vector<std::string>, int64_t>> ordered(terms.begin(), terms.end());
  std::sort(ordered.begin(), ordered.end(), [](const auto &a, const auto &b) {
    return a.first.size() != b.first.size() ? a.first.size() > b.first.size() : a.first < b.first;
  });
  std::string text;
  for (const auto &[names, coefficient] : ordered) {
    int64_t magnitude = coefficient < 0 ? -coefficient : coefficient;
    text += text.empty() ? (coefficient < 0 ? "-" : "") : (coefficient < 0 ? " - " : " + ");
    bool first = magnitude == 1 && !names.empty();
    if (!first)
      text += std::to_string(magnitude);
    for (const std::string &name : names) {
      text += (first ? "" : "*") + name;
      first = false;
    }
  }
  return text;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

static std::optional<Formula> formulaOf(const ast::Dimension &dimension) {
  if (dimension.divisor != 1)
    return Formula::symbol("(" + toString(dimension) + ")");
  Formula sum;
  for (const auto &[monomial, coefficient] : dimension.terms) {
    Formula product(coefficient);
    for (const ast::DimensionSymbol &symbol : monomial) {
      if (symbol.opaque || !symbol.variable)
        return std::nullopt;
      product = product * Formula::symbol(symbol.variable->name);
    }
    sum = sum + product;
  }
  return sum;
}

SymbolicSizes::SymbolicSizes(const ast::Circuit &circuit, func::FuncOp function) {
  for (auto [i, parameter] : llvm::enumerate(circuit.parameters)) {
    Value argument = function.getArgument(i);
    const ast::Type &type = parameter.variable->type;
    if (argument.getType().isInteger(64))
      integers[argument] = Formula::symbol(parameter.variable->name);
    for (auto [d, dimension] : llvm::enumerate(type.dims))
      if (auto known = formulaOf(dimension))
        sizes[{argument, d}] = *known;
  }
}

SymbolicSizes::SymbolicSizes(SymbolicSizes &caller, func::CallOp call, func::FuncOp callee) {
  for (auto [operand, argument] : llvm::zip(call.getOperands(), callee.getArguments())) {
    if (operand.getType().isInteger(64))
      if (auto known = caller.integer(operand))
        integers[argument] = *known;
    if (auto array = dyn_cast<RankedTensorType>(operand.getType()))
      for (unsigned d = 0; d < array.getRank(); ++d)
        if (auto known = caller.size(operand, d))
          sizes[{argument, d}] = *known;
  }
}

std::optional<Formula> SymbolicSizes::integer(Value value) {
  if (auto found = integers.find(value); found != integers.end())
    return found->second;
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return Formula(constant.getSExtValue());
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (auto dim = dyn_cast<ir::DimOp>(op))
    return size(dim.getArray(), dim.getDimension());
  // No negative count: that of a loop, or of what is left of a range.
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return matchPattern(select.getFalseValue(), m_Zero()) ? integer(select.getTrueValue())
                                                          : std::nullopt;
  if (isa<arith::MaxSIOp>(op) && matchPattern(op->getOperand(1), m_Zero()))
    return integer(op->getOperand(0));
  if (!isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op))
    return std::nullopt;
  auto left = integer(op->getOperand(0)), right = integer(op->getOperand(1));
  if (!left || !right)
    return std::nullopt;
  return isa<arith::AddIOp>(op)   ? *left + *right
         : isa<arith::SubIOp>(op) ? *left - *right
                                  : *left * *right;
}

std::optional<Formula> SymbolicSizes::size(Value array, unsigned dimension) {
  auto type = cast<RankedTensorType>(array.getType());
  if (!type.isDynamicDim(dimension))
    return Formula(type.getDimSize(dimension));
  if (auto found = sizes.find({array, dimension}); found != sizes.end())
    return found->second;
  // Updates and loops keep the shape of what they start from.
  if (auto argument = dyn_cast<BlockArgument>(array)) {
    Operation *parent = argument.getOwner()->getParentOp();
    if (auto loop = dyn_cast<scf::ForOp>(parent))
      return size(loop.getTiedLoopInit(argument)->get(), dimension);
    if (auto loop = dyn_cast<scf::WhileOp>(parent))
      return size(loop.getInits()[argument.getArgNumber()], dimension);
    return std::nullopt;
  }
  Operation *op = array.getDefiningOp();
  unsigned result = cast<OpResult>(array).getResultNumber();
  if (auto insert = dyn_cast<ir::InsertOp>(op))
    return size(insert.getArray(), dimension);
  if (auto accumulate = dyn_cast<ir::AccumulateOp>(op))
    return size(accumulate.getArray(), dimension);
  if (auto sum = dyn_cast<ir::AddArraysOp>(op))
    return size(sum.getLeft(), dimension);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return size(loop.getInitArgs()[result], dimension);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return size(loop.getInits()[result], dimension);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return size(branch.thenYield().getOperand(result), dimension);
  unsigned before = 0;
  if (auto splat = dyn_cast<ir::SplatOp>(op)) {
    for (unsigned i = 0; i < dimension; ++i)
      before += type.isDynamicDim(i);
    return integer(splat.getSizes()[before]);
  }
  if (auto map = dyn_cast<ir::MapOp>(op)) {
    if (dimension < map.getBounds().size())
      return integer(map.getBounds()[dimension]);
    for (unsigned i = map.getBounds().size(); i < dimension; ++i)
      before += type.isDynamicDim(i);
    return integer(map.getInner()[before]);
  }
  return std::nullopt;
}

} // namespace circ
