//===- ForwardCall.cpp - Calls of circuits --------------------------------===//

#include "compiler/autodiff/ForwardRules.h"
#include "compiler/autodiff/TangentCallees.h"
#include "compiler/autodiff/UserGates.h"

using namespace mlir;

namespace circ::autodiff {

FailureOr<func::FuncOp> TangentCallees::get(func::FuncOp callee, const llvm::BitVector &active) {
  std::string name = (callee.getName() + ".tangent.").str() + maskOf(active);
  if (func::FuncOp made = functions.known(name))
    return made;
  return make(callee, active, name);
}

FailureOr<func::FuncOp> TangentCallees::make(func::FuncOp callee, const llvm::BitVector &active,
                                             StringRef name) {
  FunctionType type = callee.getFunctionType();
  SmallVector<Type> inputs(type.getInputs()), results(type.getResults());
  for (unsigned i : active.set_bits())
    inputs.push_back(type.getInput(i));
  for (Type result : type.getResults())
    if (isRealType(result))
      results.push_back(result);
  OpBuilder b(callee.getContext());
  b.setInsertionPointToEnd(functions.getModule().getBody());
  auto tangent = b.create<func::FuncOp>(callee.getLoc(), name, b.getFunctionType(inputs, results));
  functions.add(tangent);
  tangent.setPrivate();
  for (NamedAttribute attribute : callee->getDiscardableAttrs())
    if (attribute.getName() != "circ.gradient" && attribute.getName() != "circ.tangent" &&
        attribute.getName() != "circ.gate_backward" && attribute.getName() != "circ.gate_tangent")
      tangent->setAttr(attribute.getName(), attribute.getValue());
  for (unsigned i = 0; i < type.getNumInputs(); ++i)
    if (DictionaryAttr attributes = callee.getArgAttrDict(i))
      tangent.setArgAttrs(i, attributes);
  tangent.addEntryBlock();
  if (failed(fill(callee, active, tangent)))
    return failure();
  return tangent;
}

LogicalResult TangentCallees::fill(func::FuncOp callee, const llvm::BitVector &active,
                                   func::FuncOp tangent) {
  // As in reverse mode products are loops, exact where factors are zero.
  OwningOpRef<func::FuncOp> copy = differentiableCopy(callee);
  llvm::BitVector useful(callee.getNumResults());
  SmallVector<unsigned> real;
  for (unsigned i = 0; i < callee.getNumResults(); ++i)
    if (isRealType(callee.getResultTypes()[i])) {
      useful.set(i);
      real.push_back(i);
    }
  Activity activity(*copy, active, useful);
  SmallVector<unsigned> slots(active.set_bits());

  Block &primal = copy->getBody().front();
  Block &body = tangent.getBody().front();
  OpBuilder b = OpBuilder::atBlockEnd(&body);
  Forwarder f(b, activity, *this);
  f.define(primal.getArguments(), slots, body.getArguments());
  if (failed(f.forwardBlock(primal)))
    return failure();
  Operation *terminator = primal.getTerminator();
  b.create<func::ReturnOp>(terminator->getLoc(), f.withTangents(terminator->getOperands(), real));
  return success();
}

static LogicalResult forwardCall(Forwarder &f, Operation *op) {
  auto call = cast<func::CallOp>(op);
  func::FuncOp callee = f.callees.calleeOf(call);
  if (isUserGate(callee))
    return forwardUserGate(f, call, callee);
  llvm::BitVector active(call.getNumOperands());
  SmallVector<unsigned> slots, real;
  for (auto [i, operand] : llvm::enumerate(call.getOperands()))
    if (f.tangent(operand)) {
      active.set(i);
      slots.push_back(i);
    }
  FailureOr<func::FuncOp> tangent = f.callees.get(callee, active);
  if (failed(tangent))
    return failure();
  auto made =
      f.b.create<func::CallOp>(op->getLoc(), *tangent, f.withTangents(call.getOperands(), slots));
  for (auto [i, result] : llvm::enumerate(call.getResults()))
    if (isRealType(result.getType()))
      real.push_back(i);
  f.define(call.getResults(), real, made.getResults());
  return success();
}

void addForwardCallRule(ForwardTable &rules) { rules["func.call"] = forwardCall; }

} // namespace circ::autodiff
