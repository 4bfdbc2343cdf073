//===- UserGates.cpp - Gates that state their own derivative --------------===//

#include "compiler/autodiff/UserGates.h"

#include "compiler/autodiff/Autodiff.h"
#include "compiler/autodiff/ExpandProducts.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace circ::autodiff {

bool isUserGate(func::FuncOp function) { return function->hasAttr("circ.gate_backward"); }

func::FuncOp gateRule(func::FuncOp gate, StringRef attribute) {
  auto name = gate->getAttrOfType<FlatSymbolRefAttr>(attribute);
  if (!name)
    return nullptr;
  return gate->getParentOfType<ModuleOp>().lookupSymbol<func::FuncOp>(name.getAttr());
}

bool takesResult(func::FuncOp gate, func::FuncOp rule, unsigned given) {
  return rule.getNumArguments() > gate.getNumArguments() + given;
}

LogicalResult requireNoActiveConstants(func::CallOp call, func::FuncOp gate,
                                       const Activity &activity) {
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    if (!gate.getArgAttr(i, "circ.const") || !activity.isActive(operand))
      continue;
    StringRef name;
    if (auto attribute = gate.getArgAttrOfType<StringAttr>(i, "circ.name"))
      name = attribute.getValue();
    return call.emitError() << "the const parameter '" << name << "' of the gate '"
                            << gate.getName()
                            << "' gets a value that carries a derivative; if none is meant, "
                               "write `stop(...)` around it";
  }
  return success();
}

/// Gives branches that lack it their empty other side: canonicalization takes it
/// away where nothing is yielded, and rules put code there.
static void addElseBlocks(func::FuncOp function) {
  function.walk([](scf::IfOp branch) {
    if (branch.elseBlock())
      return;
    OpBuilder b(branch.getContext());
    b.createBlock(&branch.getElseRegion());
    b.create<scf::YieldOp>(branch.getLoc());
  });
}

OwningOpRef<func::FuncOp> differentiableCopy(func::FuncOp function) {
  if (!isUserGate(function)) {
    OwningOpRef<func::FuncOp> copy(function.clone());
    addElseBlocks(*copy);
    expandProducts(copy->getOperation());
    return copy;
  }
  OwningOpRef<func::FuncOp> caller(function.cloneWithoutRegions());
  (*caller)->removeAttr("circ.gate_backward");
  (*caller)->removeAttr("circ.gate_tangent");
  Block *body = caller->addEntryBlock();
  OpBuilder b = OpBuilder::atBlockEnd(body);
  auto call = b.create<func::CallOp>(function.getLoc(), function, body->getArguments());
  b.create<func::ReturnOp>(function.getLoc(), call.getResults());
  return caller;
}

} // namespace circ::autodiff
