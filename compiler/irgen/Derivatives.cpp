//===- Derivatives.cpp - grad, jvp, vjp, ... to circ.derivative -----------===//

#include "compiler/irgen/FunctionGenerator.h"

using namespace mlir;

namespace circ::irgen {

/// A type whose shape is that of one type followed by that of another, of the latter's
/// elements: a derivative has the type of what it is by.
static Type stackedType(Type rows, Type columns) {
  SmallVector<int64_t> shape;
  for (Type type : {rows, columns})
    if (auto array = dyn_cast<RankedTensorType>(type))
      llvm::append_range(shape, array.getShape());
  Type element = getElementTypeOrSelf(columns);
  return shape.empty() ? element : RankedTensorType::get(shape, element);
}

FunctionGenerator::Values FunctionGenerator::derivative(const ast::DerivativeExpr &e) {
  Location loc = location(e.range);
  ir::DerivativeKind kind = *ir::symbolizeDerivativeKind(e.op);
  const ast::Circuit &callee = *e.circuit;
  Values inputs = callArguments(loc, e.arguments, callee);
  SmallVector<Type> parameters, real;
  for (unsigned p : e.parameters)
    parameters.push_back(mlirType(b.getContext(), callee.parameters[p].variable->type));
  for (const ast::Result &result : callee.results)
    if (result.type.isReal())
      real.push_back(mlirType(b.getContext(), result.type));

  // A tangent has the shape of its argument; the adjoints of results are
  // checked where the results are known.
  bool tangents = kind == ir::DerivativeKind::Jvp || kind == ir::DerivativeKind::Hvp;
  size_t next = 0;
  for (const ast::ExprPtr &direction : e.directions) {
    Values leaves = exprs(*direction);
    for (auto [value, leaf] : llvm::zip_equal(leaves, ast::leavesOf(direction->type()))) {
      if (!leaf.type.isReal())
        continue;
      if (tangents) {
        unsigned p = e.parameters[next];
        requireShape(location(direction->range), callee.parameters[p].variable->type, inputs[p],
                     leaf.type, value);
      }
      Type wanted = tangents ? parameters[next] : real[next];
      inputs.push_back(adapt(loc, value, wanted));
      ++next;
    }
  }

  SmallVector<Type> results;
  switch (kind) {
  case ir::DerivativeKind::ValueAndGrad:
    results.push_back(mlirType(b.getContext(), callee.results[e.result].type));
    [[fallthrough]];
  case ir::DerivativeKind::Grad:
  case ir::DerivativeKind::Vjp:
  case ir::DerivativeKind::Hvp:
    llvm::append_range(results, parameters);
    break;
  case ir::DerivativeKind::Jvp:
    results = real;
    break;
  case ir::DerivativeKind::Jacobian:
  case ir::DerivativeKind::Hessian:
    for (Type row : kind == ir::DerivativeKind::Hessian ? parameters : real)
      for (Type column : parameters)
        results.push_back(stackedType(row, column));
    break;
  }
  SmallVector<int64_t> wrt(e.parameters.begin(), e.parameters.end());
  auto op = b.create<ir::DerivativeOp>(loc, results, kind, callee.name, e.result, wrt, inputs);

  // A struct keeps its integer fields in a derivative; they are zero there.
  Values values;
  size_t made = 0;
  for (const ast::Type &type : e.types)
    for (const ast::Leaf &leaf : ast::leavesOf(type)) {
      if (leaf.type.isReal()) {
        values.push_back(adapt(loc, op->getResult(made), mlirType(b.getContext(), leaf.type)));
        ++made;
      } else {
        values.push_back(
            zeroOf(loc, leaf.type, "a derivative with integers in arrays of unknown size"));
      }
    }
  return values;
}

} // namespace circ::irgen
