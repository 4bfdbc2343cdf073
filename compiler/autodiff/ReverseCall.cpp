//===- ReverseCall.cpp - Calls of circuits --------------------------------===//

#include "compiler/autodiff/Autodiff.h"
#include "compiler/autodiff/Callees.h"
#include "compiler/autodiff/Rules.h"
#include "compiler/autodiff/UserGates.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace circ::autodiff {

FailureOr<CalleeSweeps> CalleeCache::get(func::FuncOp callee, const llvm::BitVector &varied) {
  std::string suffix = "." + maskOf(varied);
  std::string forwardName = (callee.getName() + ".forward" + suffix).str();
  std::string backwardName = (callee.getName() + ".backward" + suffix).str();
  if (func::FuncOp forward = functions.known(forwardName))
    return CalleeSweeps{forward, functions.known(backwardName)};

  MLIRContext *context = callee.getContext();
  OpBuilder b(context);
  b.setInsertionPointToEnd(functions.getModule().getBody());
  auto tape = ir::TapeType::get(context);
  FunctionType type = callee.getFunctionType();
  SmallVector<Type> forwardInputs(type.getInputs());
  forwardInputs.push_back(tape);
  SmallVector<Type> backwardInputs(type.getInputs()), backwardResults;
  for (Type result : type.getResults())
    if (isRealType(result))
      backwardInputs.push_back(result);
  backwardInputs.push_back(tape);
  for (unsigned i : varied.set_bits())
    backwardResults.push_back(type.getInput(i));

  CalleeSweeps sweeps;
  sweeps.forward = b.create<func::FuncOp>(callee.getLoc(), forwardName,
                                          b.getFunctionType(forwardInputs, type.getResults()));
  sweeps.backward = b.create<func::FuncOp>(callee.getLoc(), backwardName,
                                           b.getFunctionType(backwardInputs, backwardResults));
  for (func::FuncOp function : {sweeps.forward, sweeps.backward}) {
    functions.add(function);
    function.setPrivate();
    if (callee->hasAttr("circ.recursive"))
      function->setAttr("circ.recursive", b.getUnitAttr());
    function.addEntryBlock();
  }
  if (failed(fill(callee, varied, sweeps)))
    return failure();
  return sweeps;
}

LogicalResult CalleeCache::fill(func::FuncOp callee, const llvm::BitVector &varied,
                                CalleeSweeps sweeps) {
  // Reversal works on a copy in which products are loops.
  OwningOpRef<func::FuncOp> copy = differentiableCopy(callee);
  FunctionType type = callee.getFunctionType();
  llvm::BitVector useful(type.getNumResults());
  for (unsigned i = 0; i < type.getNumResults(); ++i)
    useful[i] = isRealType(type.getResult(i));
  Activity activity(*copy, varied, useful);

  OpBuilder b(callee.getContext());
  Reverser r(b, activity, *this);
  Block &primal = copy->getBody().front();
  Block &forward = sweeps.forward.getBody().front();
  Block &backward = sweeps.backward.getBody().front();
  IRMapping map;
  map.map(primal.getArguments(), forward.getArguments().drop_back());
  if (failed(r.emitSplitForward(primal, forward, map, forward.getArguments().back())))
    return failure();
  OpBuilder::atBlockEnd(&forward).clone(*primal.getTerminator(), map);

  b.setInsertionPointToEnd(&backward);
  Scope &scope = r.openSplit(primal, backward.getArguments().back());
  unsigned next = primal.getNumArguments();
  for (auto [from, to] : llvm::zip(primal.getArguments(), backward.getArguments())) {
    if (isa<ir::TapeType>(from.getType()))
      r.setAdjointTape(from, to);
    else
      scope.backward.map(from, to);
  }
  for (Value result : primal.getTerminator()->getOperands())
    if (isRealType(result.getType()))
      r.addAdjoint(result, backward.getArgument(next++));
  if (failed(r.reverseBlock(primal)))
    return failure();
  SmallVector<Value> adjoints;
  for (unsigned i : varied.set_bits())
    adjoints.push_back(r.adjointOrZero(primal.getArgument(i)));
  b.create<func::ReturnOp>(callee.getLoc(), adjoints);
  r.close(primal);
  return success();
}

static llvm::BitVector variedOperands(Reverser &r, func::CallOp call) {
  llvm::BitVector varied(call.getNumOperands());
  for (auto [i, operand] : llvm::enumerate(call.getOperands()))
    varied[i] = r.activity.isVaried(operand);
  return varied;
}

static LogicalResult augmentCall(Reverser &r, Operation *op, OpBuilder &builder, IRMapping &map,
                                 Value tape) {
  auto call = cast<func::CallOp>(op);
  if (isUserGate(r.callees.calleeOf(call))) {
    builder.clone(*op, map); // its rule needs no more than its operands and its value
    return success();
  }
  Value ownTape = r.tapeFor(op, builder, tape);
  FailureOr<CalleeSweeps> sweeps = r.callees.get(r.callees.calleeOf(call), variedOperands(r, call));
  if (failed(sweeps))
    return failure();
  SmallVector<Value> operands;
  for (Value operand : call.getOperands())
    operands.push_back(map.lookup(operand));
  operands.push_back(ownTape);
  auto copy = builder.create<func::CallOp>(op->getLoc(), sweeps->forward, operands);
  map.map(op->getResults(), copy.getResults());
  return success();
}

/// Calls `backward`, which takes the operands, the forward value if it uses it,
/// and the adjoint of the result.
static LogicalResult reverseUserGate(Reverser &r, func::CallOp call, func::FuncOp gate) {
  if (failed(requireNoActiveConstants(call, gate, r.activity)))
    return failure();
  func::FuncOp backward = gateRule(gate, "circ.gate_backward");
  SmallVector<Value> operands;
  for (Value operand : call.getOperands())
    operands.push_back(r.primal(operand));
  if (takesResult(gate, backward, 1))
    operands.push_back(r.primal(call.getResult(0)));
  operands.push_back(r.takeAdjoint(call.getResult(0)));
  auto adjoints = r.b.create<func::CallOp>(call.getLoc(), backward, operands);
  for (auto [position, argument] : llvm::enumerate(differentiableArguments(gate)))
    r.addAdjoint(call.getOperand(argument), adjoints.getResult(position));
  return success();
}

static LogicalResult reverseCall(Reverser &r, Operation *op) {
  auto call = cast<func::CallOp>(op);
  if (func::FuncOp gate = r.callees.calleeOf(call); isUserGate(gate))
    return reverseUserGate(r, call, gate);
  r.ensureAugmented(op);
  llvm::BitVector varied = variedOperands(r, call);
  FailureOr<CalleeSweeps> sweeps = r.callees.get(r.callees.calleeOf(call), varied);
  if (failed(sweeps))
    return failure();
  SmallVector<Value> operands;
  for (Value operand : call.getOperands())
    operands.push_back(isa<ir::TapeType>(operand.getType()) ? r.adjointTape(operand)
                                                            : r.primal(operand));
  for (Value result : call.getResults()) {
    if (!isRealType(result.getType()))
      continue;
    Value seed = r.takeAdjoint(result);
    operands.push_back(seed ? seed : r.zeroLike(result));
  }
  operands.push_back(r.backwardTape(op));
  auto backward = r.b.create<func::CallOp>(op->getLoc(), sweeps->backward, operands);
  unsigned next = 0;
  for (unsigned i : varied.set_bits())
    r.addAdjoint(call.getOperand(i), backward.getResult(next++));
  return success();
}

void addCallRule(RuleTable &rules) { rules["func.call"] = {reverseCall, augmentCall}; }

} // namespace circ::autodiff
