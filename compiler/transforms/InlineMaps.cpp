//===- InlineMaps.cpp - Elements computed where they are read -------------===//
//
//   %squares = circ.map (%i, %j) in (%n, %m) { x = %a[%i, %j]; circ.yield x * x }
//   circ.reduce sum (%i) in (%n) { circ.reduce sum (%j) in (%m) { %squares[%i, %j] } }
//
// becomes the sums of the products themselves. An array that is read in one place, each
// element once, by iterations that have nothing to do with one another, need not be
// made, if its elements are little work. Nor is there an adjoint of it.
// Arrays of one dimension are left to `fuse-elementwise`.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/Rows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ {
namespace {

/// Whether nothing changes an array: it can be read later than before.
bool isOnlyRead(Value array) {
  return llvm::all_of(array.getUsers(), llvm::IsaPred<ir::ExtractOp, ir::DimOp>);
}

/// Whether elements are so little work that to compute them again costs no more than
/// to read them.
bool isCheap(ir::MapOp map) {
  int64_t ops = 0;
  for (Operation &op : map.getBodyBlock()->without_terminator()) {
    APInt exponent;
    if (auto power = dyn_cast<ir::PowiOp>(op);
        power && (!matchPattern(power.getExponent(), m_ConstantInt(&exponent)) || exponent != 2))
      return false;
    if (!isa<ir::ExtractOp, ir::AddOp, ir::SubOp, ir::MulOp, ir::NegOp, ir::PowiOp, ir::DimOp,
             arith::ConstantOp, arith::AddIOp, arith::SubIOp>(op))
      return false;
    if (auto extract = dyn_cast<ir::ExtractOp>(op); extract && !isOnlyRead(extract.getArray()))
      return false;
    if (++ops > InlinedMaps::mostOps)
      return false;
  }
  return true;
}

/// The numbers that the iterations of a loop count, if these have nothing to do with one
/// another; nothing of other ops.
std::optional<ValueRange> independentIndices(Operation *op) {
  if (auto map = dyn_cast<ir::MapOp>(op))
    return ValueRange(map.getIndices());
  if (auto reduce = dyn_cast<ir::ReduceOp>(op))
    return ValueRange(reduce.getBodyBlock()->getArguments());
  return std::nullopt;
}

/// Whether the loops around a read, those inside of `block`, go through the elements of
/// the array once each.
bool readsEachOnce(ir::ExtractOp read, Block *block) {
  SmallVector<Value> counted;
  for (Operation *op = read; op->getBlock() != block;) {
    op = op->getParentOp();
    std::optional<ValueRange> indices = independentIndices(op);
    if (!indices)
      return false;
    llvm::append_range(counted, *indices);
  }
  auto places = llvm::to_vector(read.getIndices());
  return counted.size() == places.size() &&
         llvm::all_of(counted, [&](Value index) { return llvm::count(places, index) == 1; });
}

struct InlineMaps : PassWrapper<InlineMaps, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InlineMaps)
  StringRef getArgument() const final { return "inline-maps"; }
  StringRef getDescription() const final {
    return "compute elements of arrays where each is read once";
  }

  void runOnOperation() final {
    SmallVector<ir::MapOp> maps;
    getOperation().walk([&](ir::MapOp map) { maps.push_back(map); });
    for (ir::MapOp map : maps) {
      if (map.getBounds().size() < 2 || isa<RankedTensorType>(map.getYielded().getType()) ||
          !map.getResult().hasOneUse())
        continue;
      auto read = dyn_cast<ir::ExtractOp>(*map.getResult().user_begin());
      if (read && readsEachOnce(read, map->getBlock()) && isCheap(map))
        replace(map, read);
    }
  }

  static void replace(ir::MapOp map, ir::ExtractOp read) {
    OpBuilder b(read);
    IRMapping values;
    values.map(ValueRange(map.getIndices()), read.getIndices());
    for (Operation &op : map.getBodyBlock()->without_terminator())
      b.clone(op, values);
    read.getResult().replaceAllUsesWith(values.lookupOrDefault(map.getYielded()));
    read.erase();
    map.erase();
  }
};

} // namespace

std::unique_ptr<Pass> createInlineMapsPass() { return std::make_unique<InlineMaps>(); }

void registerInlineMapsPass() { PassRegistration<InlineMaps>(); }

} // namespace circ
