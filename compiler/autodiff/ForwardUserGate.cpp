//===- ForwardUserGate.cpp - Gates that state their own derivative --------===//
//
// With a `tangent` the gate says itself what the tangent of its result is.
// Without one it is the transpose of `backward`, which is J^T g, linear in g:
// reversing it with respect to g, with the tangents dx of the gate's arguments
// as the adjoints of what it gives, makes J dx. So jvp and grad agree.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Autodiff.h"
#include "compiler/autodiff/Callees.h"
#include "compiler/autodiff/ForwardRules.h"
#include "compiler/autodiff/Linearity.h"
#include "compiler/autodiff/TangentCallees.h"
#include "compiler/autodiff/UserGates.h"

using namespace mlir;

namespace circ::autodiff {

/// Zero of the type and shape of a value.
static Value zeroLike(OpBuilder &b, Location loc, Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  Value zero = b.create<arith::ConstantOp>(loc, b.getFloatAttr(element, 0.0));
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return zero;
  SmallVector<Value> sizes;
  for (unsigned k = 0; k < type.getRank(); ++k)
    if (type.isDynamicDim(k))
      sizes.push_back(b.create<ir::DimOp>(loc, value, k));
  return b.create<ir::SplatOp>(loc, type, zero, sizes);
}

/// `@gate.transposed`: takes the gate's arguments, its value and the tangents
/// of its differentiable arguments. Made once.
static FailureOr<func::FuncOp> transposedBackward(func::FuncOp gate) {
  auto module = gate->getParentOfType<ModuleOp>();
  std::string name = (gate.getName() + ".transposed").str();
  if (auto made = module.lookupSymbol<func::FuncOp>(name))
    return made;
  func::FuncOp backward = gateRule(gate, "circ.gate_backward");
  Location loc = backward.getLoc();
  llvm::BitVector adjoint(backward.getNumArguments());
  adjoint.set(backward.getNumArguments() - 1);
  std::string what =
      "without a `tangent`, the gate '" + gate.getName().str() +
      "' has a forward derivative only if its `backward` is linear in the adjoint it "
      "is given, and this is not provably so";
  if (failed(requireLinear(backward, adjoint, what)))
    return failure();
  CalleeCache callees(module);
  FailureOr<CalleeSweeps> sweeps = callees.get(backward, adjoint);
  if (failed(sweeps))
    return failure();

  OpBuilder b(module.getContext());
  b.setInsertionPointToEnd(module.getBody());
  SmallVector<Type> inputs(gate.getArgumentTypes());
  inputs.push_back(gate.getResultTypes().front());
  for (unsigned argument : differentiableArguments(gate))
    inputs.push_back(gate.getArgumentTypes()[argument]);
  auto transposed =
      b.create<func::FuncOp>(loc, name, b.getFunctionType(inputs, gate.getResultTypes()));
  transposed.setPrivate();
  Block *body = transposed.addEntryBlock();
  b.setInsertionPointToEnd(body);
  unsigned count = gate.getNumArguments();
  SmallVector<Value> operands(body->getArguments().take_front(count));
  Value result = body->getArgument(count);
  if (takesResult(gate, backward, 1))
    operands.push_back(result);
  operands.push_back(zeroLike(b, loc, result));
  Value tape = b.create<ir::TapeNewOp>(loc, ir::TapeType::get(module.getContext()));
  SmallVector<Value> forward(operands);
  forward.push_back(tape);
  b.create<func::CallOp>(loc, sweeps->forward, forward);
  llvm::append_range(operands, body->getArguments().drop_front(count + 1));
  operands.push_back(tape);
  auto made = b.create<func::CallOp>(loc, sweeps->backward, operands);
  b.create<ir::TapeFreeOp>(loc, tape);
  b.create<func::ReturnOp>(loc, made.getResults());
  return transposed;
}

LogicalResult forwardUserGate(Forwarder &f, func::CallOp call, func::FuncOp gate) {
  if (failed(requireNoActiveConstants(call, gate, f.activity)))
    return failure();
  f.copy(call);
  if (llvm::none_of(call.getOperands(), [&](Value v) { return bool(f.tangent(v)); }))
    return success();
  func::FuncOp rule = gateRule(gate, "circ.gate_tangent");
  if (!rule) {
    FailureOr<func::FuncOp> transposed = transposedBackward(gate);
    if (failed(transposed))
      return failure();
    rule = *transposed;
  }
  std::vector<unsigned> differentiable = differentiableArguments(gate);
  SmallVector<Value> operands = f.primals(call.getOperands());
  if (takesResult(gate, rule, differentiable.size()))
    operands.push_back(f.primal(call.getResult(0)));
  for (unsigned argument : differentiable)
    operands.push_back(f.tangentOrZero(call.getOperand(argument)));
  auto tangent = f.b.create<func::CallOp>(call.getLoc(), rule, operands);
  f.setTangent(call.getResult(0), tangent.getResult(0));
  return success();
}

} // namespace circ::autodiff
