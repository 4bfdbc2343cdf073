//===- Silence.cpp - Functions that print nothing -------------------------===//

#include "compiler/autodiff/Silence.h"

#include "compiler/autodiff/Autodiff.h"
#include "compiler/dialect/CircOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace circ::autodiff {

static bool prints(func::FuncOp function) {
  auto module = function->getParentOfType<ModuleOp>();
  llvm::SetVector<func::FuncOp> reached;
  reached.insert(function);
  bool found = false;
  for (unsigned i = 0; i < reached.size() && !found; ++i)
    func::FuncOp(reached[i]).walk([&](Operation *op) {
      found |= isa<ir::PrintOp>(op);
      if (auto call = dyn_cast<func::CallOp>(op))
        if (auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee()))
          reached.insert(callee);
    });
  return found;
}

void silence(Block *block, ModuleOp module) {
  block->walk([&](Operation *op) {
    if (isa<ir::PrintOp>(op))
      op->erase();
    else if (auto call = dyn_cast<func::CallOp>(op))
      call.setCallee(silentCopy(module.lookupSymbol<func::FuncOp>(call.getCallee())).getName());
  });
}

static constexpr const char *mark = "circ.silent";

void markSilent(Operation *op) {
  op->walk([](Operation *inner) {
    if (isa<ir::PrintOp>(inner))
      inner->erase();
    else if (isa<func::CallOp>(inner))
      inner->setAttr(mark, UnitAttr::get(inner->getContext()));
  });
}

void markSilent(Block *block) {
  for (Operation &op : llvm::make_early_inc_range(*block))
    markSilent(&op);
}

void silenceMarked(ModuleOp module) {
  llvm::SmallVector<func::CallOp> calls;
  module.walk([&](func::CallOp call) {
    if (call->hasAttr(mark))
      calls.push_back(call);
  });
  for (func::CallOp call : calls) {
    call->removeAttr(mark);
    call.setCallee(silentCopy(module.lookupSymbol<func::FuncOp>(call.getCallee())).getName());
  }
}

func::FuncOp silentCopy(func::FuncOp function) {
  auto module = function->getParentOfType<ModuleOp>();
  std::string name = (function.getName() + ".silent").str();
  if (auto made = module.lookupSymbol<func::FuncOp>(name))
    return made;
  if (!prints(function))
    return function;
  func::FuncOp copy = function.clone();
  copy.setName(name);
  copy.setPrivate();
  module.push_back(copy);
  silence(&copy.getBody().front(), module);
  return copy;
}

} // namespace circ::autodiff

mlir::func::FuncOp circ::silentFunction(mlir::func::FuncOp function) {
  return autodiff::silentCopy(function);
}
