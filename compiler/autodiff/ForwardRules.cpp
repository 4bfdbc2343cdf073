//===- ForwardRules.cpp - Which rule forwards which op --------------------===//

#include "compiler/autodiff/ForwardRules.h"

#include "compiler/autodiff/Autodiff.h"
#include "compiler/autodiff/Rules.h"
#include "compiler/dialect/Gates.h"

using namespace mlir;

namespace circ {
namespace autodiff {

/// The partial derivatives are linear in g, so the sum over the operands of
/// each applied to the operand's tangent is the tangent of the result.
static LogicalResult forwardGate(Forwarder &f, Operation *op) {
  auto gate = cast<ir::GateOpInterface>(op);
  f.copy(op);
  auto operand = [&](unsigned i) { return f.primal(op->getOperand(i)); };
  auto result = [&]() { return f.primal(op->getResult(0)); };
  Value tangent;
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    if (Value g = f.tangent(op->getOperand(i)))
      tangent = f.sum(op->getLoc(), tangent,
                      gate.buildOperandAdjoint(f.b, op->getLoc(), i, g, {operand, result}));
  f.setTangent(op->getResult(0), tangent);
  return success();
}

static const ForwardTable &forwardTable() {
  static const ForwardTable table = [] {
    ForwardTable rules;
    addForwardArrayRules(rules);
    addForwardScalarRules(rules);
    addForwardForRule(rules);
    addForwardWhileRule(rules);
    addForwardIfRule(rules);
    addForwardMapRule(rules);
    addForwardReduceRules(rules);
    addForwardCallRule(rules);
    addForwardTapeRules(rules);
    addForwardLinearRules(rules);
    return rules;
  }();
  return table;
}

ForwardRule findForwardRule(Operation *op) {
  if (isa<ir::GateOpInterface>(op))
    return forwardGate;
  return forwardTable().lookup(op->getName().getStringRef());
}

} // namespace autodiff

bool hasForwardRule(llvm::StringRef operation) {
  return autodiff::forwardTable().count(operation) || autodiff::isInactiveOperation(operation) ||
         autodiff::isLaterOperation(operation) ||
         (operation.consume_front("circ.") && ir::lookupGate(operation));
}

} // namespace circ
