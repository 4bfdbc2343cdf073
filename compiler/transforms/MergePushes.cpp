//===- MergePushes.cpp - One push of what is pushed one after the other ---===//
//
//   push %x : f64, push %a : tensor<2xf64>        push [%x, %a[0], %a[1]] : tensor<3xf64>
//   ...                                       =>  ...
//   %a = pop : tensor<2xf64>, %x = pop : f64      %all = pop : tensor<3xf64>
//
// A tape is a stack of words: it makes no difference to what is taken from it how
// much at a time was put on it. So pushes become one whatever the pops are, and pops
// whatever the pushes were.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/SmallArrays.h"
#include "compiler/transforms/Transforms.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace circ {
namespace {

/// The number of words that a value takes on a tape; 0 if it is not made of 64-bit
/// floating-point numbers, or not of few.
int64_t wordsOf(Type type) {
  if (type.isF64())
    return 1;
  auto array = dyn_cast<RankedTensorType>(type);
  if (!array || !array.getElementType().isF64() || !array.hasStaticShape() ||
      array.getNumElements() > StraightCode::mostElements)
    return 0;
  return array.getNumElements();
}

/// Whether a value is a number or made of numbers: its elements are at hand later, whatever
/// becomes of the array.
bool isOfNumbers(Value value) {
  return value.getType().isF64() ||
         isa_and_nonnull<ir::FromElementsOp, ir::SplatOp>(value.getDefiningOp());
}

Value tapeOf(Operation *op) {
  if (auto push = dyn_cast<ir::PushOp>(op))
    return push.getTape();
  return cast<ir::PopOp>(op).getTape();
}

int64_t wordsOf(Operation *op) {
  if (auto push = dyn_cast<ir::PushOp>(op))
    return isOfNumbers(push.getValue()) ? wordsOf(push.getValue().getType()) : 0;
  return wordsOf(cast<ir::PopOp>(op).getValue().getType());
}

RankedTensorType arrayOf(OpBuilder &b, int64_t words) {
  return RankedTensorType::get({words}, b.getF64Type());
}

/// The last push does what all do.
void mergePushes(ArrayRef<Operation *> group, int64_t words) {
  auto last = cast<ir::PushOp>(group.back());
  OpBuilder b(last);
  SmallVector<Value> elements;
  for (Operation *op : group) {
    Value value = cast<ir::PushOp>(op).getValue();
    if (isa<RankedTensorType>(value.getType()))
      llvm::append_range(elements, elementsOf(b, op->getLoc(), value));
    else
      elements.push_back(value);
  }
  Value all = b.create<ir::FromElementsOp>(last.getLoc(), arrayOf(b, words), elements);
  b.create<ir::PushOp>(last.getLoc(), last.getTape(), all);
  for (Operation *op : group)
    op->erase();
}

/// The first pop does what all do: what was pushed last comes last.
void mergePops(ArrayRef<Operation *> group, int64_t words) {
  auto first = cast<ir::PopOp>(group.front());
  OpBuilder b(first);
  Value all = b.create<ir::PopOp>(first.getLoc(), arrayOf(b, words), first.getTape());
  SmallVector<Value> elements = elementsOf(b, first.getLoc(), all);
  int64_t end = words;
  for (Operation *op : group) {
    auto pop = cast<ir::PopOp>(op);
    Type type = pop.getValue().getType();
    end -= wordsOf(type);
    Value value = elements[end];
    if (auto array = dyn_cast<RankedTensorType>(type))
      value = b.create<ir::FromElementsOp>(pop.getLoc(), array,
                                           ArrayRef(elements).slice(end, wordsOf(type)));
    pop.getValue().replaceAllUsesWith(value);
  }
  for (Operation *op : group)
    op->erase();
}

struct MergePushes : PassWrapper<MergePushes, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MergePushes)
  StringRef getArgument() const final { return "merge-pushes"; }
  StringRef getDescription() const final {
    return "push at once what is pushed one after the other, and pop it at once";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect>();
  }

  void runOnOperation() final {
    getOperation().walk([](Block *block) { visit(*block); });
  }

  static void visit(Block &block) {
    SmallVector<Operation *> group;
    int64_t words = 0;
    auto finish = [&] {
      if (group.size() > 1)
        isa<ir::PushOp>(group.front()) ? mergePushes(group, words) : mergePops(group, words);
      group.clear();
      words = 0;
    };
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (!isa<ir::PushOp, ir::PopOp>(op)) {
        // What has nothing to do with tapes may stand between.
        if (!isMemoryEffectFree(&op))
          finish();
        continue;
      }
      int64_t more = wordsOf(&op);
      bool fits = !group.empty() && more != 0 && op.getName() == group.front()->getName() &&
                  tapeOf(&op) == tapeOf(group.front()) &&
                  words + more <= StraightCode::mostElements;
      if (!fits)
        finish();
      if (more == 0)
        continue;
      group.push_back(&op);
      words += more;
    }
    finish();
  }
};

} // namespace

std::unique_ptr<Pass> createMergePushesPass() { return std::make_unique<MergePushes>(); }

void registerMergePushesPass() { PassRegistration<MergePushes>(); }

} // namespace circ
