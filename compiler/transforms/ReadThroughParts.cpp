//===- ReadThroughParts.cpp - Elements of parts of arrays -----------------===//
//
//   %row = circ.map (%j) in (%n) { circ.extract %a[%i, %j] }
//   ... circ.extract %row[%k] ...             becomes circ.extract %a[%i, %k]
//
// where nothing changes %a, so that it need not be kept longer than it was, and where
// neighbours in the part are neighbours in the array. A part that nobody reads
// otherwise is not made.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/Transforms.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace circ {
namespace {

/// The array of which a map takes a part element by element; null for other maps.
Value wholeOf(ir::MapOp map) {
  auto element = map.getYielded().getDefiningOp<ir::ExtractOp>();
  if (!element || element->getBlock() != map.getBodyBlock() || element.getIndices().empty() ||
      map.getIndices().empty() || element.getIndices().back() != map.getIndices().back())
    return {};
  for (Operation &op : map.getBodyBlock()->without_terminator())
    if (&op != element && !isa<arith::ConstantOp, arith::AddIOp, arith::SubIOp, arith::MulIOp>(op))
      return {};
  return element.getArray();
}

bool isOnlyRead(Value array) {
  return llvm::all_of(array.getUsers(), llvm::IsaPred<ir::ExtractOp, ir::DimOp>);
}

struct ReadThroughParts : PassWrapper<ReadThroughParts, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ReadThroughParts)
  StringRef getArgument() const final { return "read-through-parts"; }
  StringRef getDescription() const final {
    return "read elements of parts of arrays where they are";
  }

  void runOnOperation() final {
    SmallVector<ir::MapOp> maps;
    getOperation().walk<WalkOrder::PreOrder>([&](ir::MapOp map) { maps.push_back(map); });
    for (ir::MapOp map : maps) {
      Value whole = wholeOf(map);
      if (!whole || !isOnlyRead(whole))
        continue;
      for (Operation *user : llvm::make_early_inc_range(map.getResult().getUsers()))
        if (auto read = dyn_cast<ir::ExtractOp>(user))
          replace(map, read);
      if (map->use_empty())
        map.erase();
    }
  }

  static void replace(ir::MapOp map, ir::ExtractOp read) {
    OpBuilder b(read);
    IRMapping values;
    values.map(map.getIndices(), read.getIndices());
    for (Operation &op : map.getBodyBlock()->without_terminator())
      b.clone(op, values);
    read.getResult().replaceAllUsesWith(values.lookup(map.getYielded()));
    read.erase();
  }
};

} // namespace

std::unique_ptr<Pass> createReadThroughPartsPass() { return std::make_unique<ReadThroughParts>(); }

void registerReadThroughPartsPass() { PassRegistration<ReadThroughParts>(); }

} // namespace circ
