//===- FuseMaps.cpp - Rows made where they are read -----------------------===//
//
// Rows that only the iterations of another map read, each its own, are made there:
//
//   %rows = circ.map (%i) in (%n) { ... circ.yield %row }
//   %y = circ.map (%i) in (%n) { ... circ.extract %rows[%i, %j] ... }
//
// becomes
//
//   %y = circ.map (%i) in (%n) { ... circ.extract %row[%j] ... }
//
// They need no memory for all iterations then, and what both compute is computed
// once. Maps of numbers are left to `fuse-elementwise`.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/Effects.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace circ {
namespace {

bool isSame(Value bound, Value other) {
  auto known = getConstantIntValue(bound);
  return bound == other || (known && known == getConstantIntValue(other));
}

/// Whether nothing in an op can fail or happens in order.
bool onlyComputes(Operation *op) {
  return !op->walk([](Operation *inner) {
              bool computes = !isCheck(inner) && !happensInOrder(inner) &&
                              !isa<func::CallOp, scf::WhileOp>(inner);
              return computes ? WalkResult::advance() : WalkResult::interrupt();
            }).wasInterrupted();
}

/// The one map whose iterations read, each, the row that the same iteration of `rows`
/// makes, and that nothing else reads; null if there is none.
ir::MapOp readerOf(ir::MapOp rows) {
  auto row = dyn_cast<RankedTensorType>(rows.getYielded().getType());
  if (!row || !row.hasStaticShape() || rows.getResult().use_empty())
    return {};
  ir::MapOp reader;
  for (Operation *user : rows.getResult().getUsers()) {
    auto extract = dyn_cast<ir::ExtractOp>(user);
    Operation *top = extract ? rows->getBlock()->findAncestorOpInBlock(*user) : nullptr;
    auto map = dyn_cast_or_null<ir::MapOp>(top);
    if (!map || (reader && map != reader))
      return {};
    reader = map;
    unsigned rank = rows.getBounds().size();
    if (map.getBounds().size() != rank ||
        !llvm::equal(extract.getIndices().take_front(rank), ValueRange(map.getIndices())))
      return {};
  }
  bool same = reader != rows && llvm::all_of_zip(rows.getBounds(), reader.getBounds(), isSame);
  return same && onlyComputes(rows) ? reader : ir::MapOp();
}

void fuse(ir::MapOp rows, ir::MapOp reader) {
  OpBuilder b = OpBuilder::atBlockBegin(reader.getBodyBlock());
  IRMapping copies;
  copies.map(ValueRange(rows.getIndices()), ValueRange(reader.getIndices()));
  for (Operation &op : rows.getBodyBlock()->without_terminator())
    b.clone(op, copies);
  Value row = copies.lookupOrDefault(rows.getYielded());
  for (Operation *user : llvm::make_early_inc_range(rows.getResult().getUsers())) {
    auto extract = cast<ir::ExtractOp>(user);
    OpBuilder in(extract);
    Value element =
        in.create<ir::ExtractOp>(extract.getLoc(), extract.getType(), row,
                                 extract.getIndices().drop_front(rows.getBounds().size()));
    extract.getResult().replaceAllUsesWith(element);
    extract.erase();
  }
  rows.erase();
}

struct FuseMaps : PassWrapper<FuseMaps, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FuseMaps)
  StringRef getArgument() const final { return "fuse-maps"; }
  StringRef getDescription() const final { return "make rows in the iterations that read them"; }
  void runOnOperation() final {
    SmallVector<ir::MapOp> maps;
    getOperation().walk([&](ir::MapOp map) { maps.push_back(map); });
    for (ir::MapOp map : maps)
      if (ir::MapOp reader = readerOf(map))
        fuse(map, reader);
  }
};

} // namespace

std::unique_ptr<Pass> createFuseMapsPass() { return std::make_unique<FuseMaps>(); }

void registerFuseMapsPass() { PassRegistration<FuseMaps>(); }

} // namespace circ
