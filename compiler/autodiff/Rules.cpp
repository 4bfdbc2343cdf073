//===- Rules.cpp - Which rule reverses which op ---------------------------===//

#include "compiler/autodiff/Rules.h"

#include "compiler/autodiff/Autodiff.h"
#include "compiler/dialect/Gates.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace circ {
namespace autodiff {

static LogicalResult reverseGate(Reverser &r, Operation *op) {
  auto gate = cast<ir::GateOpInterface>(op);
  Value seed = r.takeAdjoint(op->getResult(0));
  auto operand = [&](unsigned i) { return r.primal(op->getOperand(i)); };
  auto result = [&]() { return r.primal(op->getResult(0)); };
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    if (r.activity.isActive(op->getOperand(i)))
      r.addAdjoint(op->getOperand(i),
                   gate.buildOperandAdjoint(r.b, op->getLoc(), i, seed, {operand, result}));
  return success();
}

static const RuleTable &ruleTable() {
  static const RuleTable table = [] {
    RuleTable rules;
    addArrayRules(rules);
    addScalarRules(rules);
    addForRule(rules);
    addWhileRule(rules);
    addIfRule(rules);
    addMapRule(rules);
    addReduceRule(rules);
    addCallRule(rules);
    addTapeRules(rules);
    addLinearRules(rules);
    return rules;
  }();
  return table;
}

/// Ops through which no derivative flows: their results are integers or
/// booleans, or they have none, or they end a region.
static const llvm::StringSet<> &inactiveOperations() {
  static const llvm::StringSet<> names = {
      "circ.dim",          "circ.arg_reduce",    "circ.yield",        "circ.floor_div",
      "circ.floor_mod",    "circ.to_int",        "circ.check",        "circ.check_index",
      "circ.print",        "circ.tape_new",      "circ.tape_free",    "circ.stop",
      "circ.schedule_new", "circ.schedule_next", "circ.limit_memory", "arith.constant",
      "arith.cmpf",        "arith.cmpi",         "arith.addi",        "arith.subi",
      "arith.muli",        "arith.andi",         "arith.ori",         "arith.xori",
      "arith.maxsi",       "arith.minsi",        "arith.sitofp",      "arith.extui",
      "arith.uitofp",      "arith.divui",        "arith.remui",       "scf.yield",
      "scf.condition",     "func.return",        "circ.lu",           "circ.sort_order"};
  return names;
}

/// Ops that come into being after differentiation; one that is met before has
/// no rule, which is an error.
static const llvm::StringSet<> &laterOperations() {
  static const llvm::StringSet<> names = {
      "circ.lanes",      "circ.broadcast",    "circ.gather",           "circ.scatter",
      "circ.empty",      "circ.scatter_rows", "circ.accumulate_lanes", "circ.combine_lanes",
      "circ.call_blocks"};
  return names;
}

bool isInactiveOperation(llvm::StringRef name) { return inactiveOperations().contains(name); }

bool isLaterOperation(llvm::StringRef name) { return laterOperations().contains(name); }

const ReverseRule *findReverseRule(Operation *op) {
  static const ReverseRule gateRule{reverseGate};
  if (isa<ir::GateOpInterface>(op))
    return &gateRule;
  auto found = ruleTable().find(op->getName().getStringRef());
  return found == ruleTable().end() ? nullptr : &found->second;
}

} // namespace autodiff

bool hasReverseRule(llvm::StringRef operation) {
  return autodiff::ruleTable().count(operation) || autodiff::isInactiveOperation(operation) ||
         autodiff::isLaterOperation(operation) ||
         (operation.consume_front("circ.") && ir::lookupGate(operation));
}

} // namespace circ
