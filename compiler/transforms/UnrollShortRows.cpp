//===- UnrollShortRows.cpp - Rows that stay in registers ------------------===//
//
//   for %i in 0..%m {                            if %n <= 16 {
//     for %j in 0..%n { ... %a[%i, %j] ... }       for %i in 0..%m { straight code }
//     for %j in 0..%n { ... %a[%i, %j] ... }     } else {
//   }                                              the loops as they were
//                                                }
//
// Loops that go through the same rows one after the other read them again and again. Rows of
// a few elements stay in registers, if they are known to be that few: the loop around them
// stands twice, and its first copy says of the loops inside how many registers of lanes do
// for all their elements (`circ.registers`, for `vectorize-elementwise`). What both read is
// read once then.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/Rows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ {
namespace {

/// The loops over elements inside of `around`, if they go through as many elements each, a
/// number that does not change; none if there are other loops, or branches.
SmallVector<scf::ForOp> rowLoops(scf::ForOp around) {
  SmallVector<scf::ForOp> rows;
  for (Operation &op : around.getBody()->without_terminator()) {
    if (op.getNumRegions() == 0)
      continue;
    auto row = dyn_cast<scf::ForOp>(op);
    if (!row || !row->hasAttr("circ.elementwise") || !matchPattern(row.getLowerBound(), m_Zero()))
      return {};
    rows.push_back(row);
  }
  APInt known;
  bool same = llvm::all_of(
      rows, [&](scf::ForOp row) { return row.getUpperBound() == rows.front().getUpperBound(); });
  if (!same || rows.size() < 2 || !around.isDefinedOutsideOfLoop(rows.front().getUpperBound()) ||
      matchPattern(rows.front().getUpperBound(), m_ConstantInt(&known)))
    return {};
  return rows;
}

/// Whether two of the loops read the same element of an array that nothing changes between.
bool shareReads(ArrayRef<scf::ForOp> rows) {
  SmallVector<std::pair<ir::ExtractOp, scf::ForOp>> before;
  for (scf::ForOp row : rows)
    for (auto read : row.getBody()->getOps<ir::ExtractOp>()) {
      auto leading = read.getIndices().drop_back();
      for (auto [other, from] : before)
        if (from != row && other.getArray() == read.getArray() &&
            llvm::equal(other.getIndices().drop_back(), leading) &&
            other.getIndices().back() == from.getInductionVar() &&
            read.getIndices().back() == row.getInductionVar())
          return true;
      before.push_back({read, row});
    }
  return false;
}

struct UnrollShortRows : PassWrapper<UnrollShortRows, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(UnrollShortRows)
  UnrollShortRows() = default;
  explicit UnrollShortRows(const VectorTarget &target) { bits = target.bits; }
  UnrollShortRows(const UnrollShortRows &other) : PassWrapper(other) {}

  Option<unsigned> bits{*this, "bits", llvm::cl::desc("bits of the widest vector register"),
                        llvm::cl::init(512)};

  StringRef getArgument() const final { return "unroll-short-rows"; }
  StringRef getDescription() const final {
    return "keep rows of a few elements in registers from loop to loop";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() final {
    // Masks of lanes are registers of their own from AVX-512 on.
    if (bits < 512)
      return;
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops)
      unroll(loop);
  }

private:
  void unroll(scf::ForOp loop) {
    if (loop->hasAttr("circ.elementwise"))
      return;
    SmallVector<scf::ForOp> rows = rowLoops(loop);
    if (rows.empty() || countOps(loop) > ShortRows::mostOps || !shareReads(rows))
      return;
    unsigned lanes = 0;
    for (scf::ForOp row : rows) {
      LaneAnalysis analysis(row);
      unsigned own = analysis.obstacle() ? 0 : planElementwiseLanes(analysis, {bits}).lanes;
      if (own == 0 || (lanes != 0 && own != lanes))
        return;
      lanes = own;
    }
    Location loc = loop.getLoc();
    OpBuilder b(loop);
    Value most = b.create<arith::ConstantOp>(
        loc, b.getI64IntegerAttr(int64_t(lanes) * ShortRows::registers));
    Value isShort =
        b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sle, rows.front().getUpperBound(), most);
    auto branch = b.create<scf::IfOp>(loc, loop.getResultTypes(), isShort, /*withElse=*/true);
    loop.replaceAllUsesWith(branch.getResults());
    OpBuilder then = branch.getThenBodyBuilder();
    auto copy = cast<scf::ForOp>(then.clone(*loop));
    for (scf::ForOp row : copy.getBody()->getOps<scf::ForOp>())
      row->setAttr("circ.registers", b.getI64IntegerAttr(ShortRows::registers));
    OpBuilder otherwise = branch.getElseBodyBuilder();
    if (loop.getNumResults() == 0) {
      loop->moveBefore(branch.elseBlock()->getTerminator());
      return;
    }
    then.create<scf::YieldOp>(loc, copy.getResults());
    auto yield = otherwise.create<scf::YieldOp>(loc, loop.getResults());
    loop->moveBefore(yield);
  }
};

} // namespace

std::unique_ptr<Pass> createUnrollShortRowsPass(const VectorTarget &target) {
  return std::make_unique<UnrollShortRows>(target);
}

void registerUnrollShortRowsPass() { PassRegistration<UnrollShortRows>(); }

} // namespace circ
