//===- PassWhileValues.cpp - The form of while loops that rules expect ----===//
//
// The canonicalizer drops what a condition passes on when nobody uses it after,
// and what is the same in every iteration. The reverse rules and the lowering
// rely on a condition that passes the values it gets, all and in order.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/Transforms.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace circ {
namespace {

/// Whether a value is one of the condition's, or known outside of the loop.
bool canPass(scf::WhileOp loop, Value value) {
  return llvm::is_contained(loop.getBeforeArguments(), value) ||
         !loop->isAncestor(value.getParentBlock()->getParentOp());
}

/// Puts for `old`, which stood for `passed`, what stands for it now.
void replace(scf::WhileOp loop, Value old, Value passed, ValueRange all) {
  auto argument = dyn_cast<BlockArgument>(passed);
  bool isCarried = argument && argument.getOwner() == loop.getBeforeBody();
  old.replaceAllUsesWith(isCarried ? all[argument.getArgNumber()] : passed);
}

void passAll(scf::WhileOp loop) {
  scf::ConditionOp condition = loop.getConditionOp();
  SmallVector<Value> passed(condition.getArgs());
  if (llvm::equal(passed, loop.getBeforeArguments()) ||
      !llvm::all_of(passed, [&](Value value) { return canPass(loop, value); }))
    return;
  OpBuilder b(loop);
  SmallVector<Type> types(ValueRange(loop.getBeforeArguments()).getTypes());
  SmallVector<Location> locations(types.size(), loop.getLoc());
  auto made = b.create<scf::WhileOp>(loop.getLoc(), types, loop.getInits());
  made->setDiscardableAttrs(loop->getDiscardableAttrDictionary());

  Block *after = loop.getAfterBody();
  SmallVector<Value> values;
  for (auto [type, location] : llvm::zip_equal(types, locations))
    values.push_back(after->addArgument(type, location));
  for (auto [position, value] : llvm::enumerate(passed)) {
    replace(loop, after->getArgument(position), value, values);
    replace(loop, loop.getResult(position), value, made.getResults());
  }
  after->eraseArguments(0, passed.size());
  condition.getArgsMutable().assign(loop.getBeforeArguments());
  made.getBefore().takeBody(loop.getBefore());
  made.getAfter().takeBody(loop.getAfter());
  loop.erase();
}

struct PassWhileValues : PassWrapper<PassWhileValues, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PassWhileValues)
  StringRef getArgument() const final { return "pass-while-values"; }
  StringRef getDescription() const final { return "let conditions of loops pass all their values"; }
  void runOnOperation() final { getOperation().walk(passAll); }
};

} // namespace

std::unique_ptr<Pass> createPassWhileValuesPass() { return std::make_unique<PassWhileValues>(); }

void registerPassWhileValuesPass() { PassRegistration<PassWhileValues>(); }

} // namespace circ
