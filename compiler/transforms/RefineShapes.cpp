//===- RefineShapes.cpp - Types that know sizes which are constants -------===//
//
//   %a = circ.map (%i) in (%c3) { ... } : tensor<?xf64>
//   %b = circ.insert %x into %a[%k] : tensor<?xf64>       =>  all of type tensor<3xf64>
//   %r = scf.for ... iter_args(%c = %b) -> (tensor<?xf64>)
//
// A circuit of any sizes that is called with small arrays, and inlined there, or whose
// sizes are fixed (`--fix`), has arrays whose sizes are constants. With sizes in their
// types they are small arrays to the passes that follow. Values that one another's types
// depend on are refined together, and only if nothing else holds them to their types:
// arguments of functions, calls and tapes do.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/CircOps.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/EquivalenceClasses.h"

using namespace mlir;

namespace circ {
namespace {

bool isDynamic(Value value) {
  auto array = dyn_cast<RankedTensorType>(value.getType());
  return array && !array.hasStaticShape();
}

/// Which values have one type, and which keep theirs.
class TypeClasses {
public:
  explicit TypeClasses(func::FuncOp function) {
    for (Value argument : function.getArguments())
      keep(argument);
    function.walk([&](Operation *op) { visit(op); });
  }

  /// Gives values the types that their sizes allow.
  void refine() {
    for (auto leader = classes.begin(); leader != classes.end(); ++leader) {
      if (!leader->isLeader())
        continue;
      SmallVector<Value> members;
      for (auto member = classes.member_begin(leader); member != classes.member_end(); ++member)
        members.push_back(Value::getFromOpaquePointer(*member));
      if (llvm::any_of(members, [&](Value value) { return kept.contains(value); }))
        continue;
      auto type = cast<RankedTensorType>(members.front().getType());
      SmallVector<int64_t> shape(type.getShape());
      for (auto [k, size] : llvm::enumerate(shape))
        if (ShapedType::isDynamic(size))
          size = sizeOf(members, k);
      if (shape != type.getShape())
        for (Value value : members)
          retype(value, RankedTensorType::get(shape, type.getElementType()));
    }
  }

private:
  void keep(Value value) {
    if (isDynamic(value)) {
      classes.insert(value.getAsOpaquePointer());
      kept.insert(value);
    }
  }

  void unite(Value a, Value b) {
    if (isDynamic(a) && isDynamic(b))
      classes.unionSets(a.getAsOpaquePointer(), b.getAsOpaquePointer());
  }

  void visit(Operation *op) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      for (auto [start, carried, end, result] :
           llvm::zip_equal(loop.getInitArgs(), loop.getRegionIterArgs(), loop.getYieldedValues(),
                           loop.getResults())) {
        unite(result, start);
        unite(result, carried);
        unite(result, end);
      }
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      for (auto [k, result] : llvm::enumerate(branch.getResults())) {
        unite(result, branch.thenYield().getOperand(k));
        unite(result, branch.elseYield().getOperand(k));
      }
    } else if (isa<ir::InsertOp, ir::AccumulateOp, ir::AddArraysOp, arith::SelectOp>(op)) {
      for (Value operand : op->getOperands())
        unite(op->getResult(0), operand);
    } else if (isa<ir::MapOp, ir::SplatOp>(op)) {
      if (isDynamic(op->getResult(0)))
        classes.insert(op->getResult(0).getAsOpaquePointer());
    } else if (isa<scf::YieldOp>(op) && isa<scf::ForOp, scf::IfOp>(op->getParentOp())) {
      // United where the op that yields is visited.
    } else if (!isa<ir::ExtractOp, ir::DimOp>(op)) {
      for (Value operand : op->getOperands())
        keep(operand);
      for (Value result : op->getResults())
        keep(result);
      for (Region &region : op->getRegions())
        for (Value argument : region.getArguments())
          keep(argument);
    }
  }

  /// The constant that makes dimension `k` of each array that is made, or no size.
  static int64_t sizeOf(ArrayRef<Value> members, unsigned k) {
    std::optional<int64_t> size;
    for (Value value : members) {
      if (!isa_and_nonnull<ir::MapOp, ir::SplatOp>(value.getDefiningOp()))
        continue; // what it is united with makes it
      Value stated = ir::statedSize(value, k);
      auto map = value.getDefiningOp<ir::MapOp>();
      if (map && k >= map.getBounds().size())
        return ShapedType::kDynamic; // the rows that it yields keep their type
      std::optional<int64_t> constant = stated ? getConstantIntValue(stated) : std::nullopt;
      if (!constant || *constant < 0 || (size && *size != *constant))
        return ShapedType::kDynamic;
      size = constant;
    }
    return size.value_or(ShapedType::kDynamic);
  }

  /// An op states the sizes of dynamic dimensions alone.
  static void retype(Value value, RankedTensorType type) {
    auto map = value.getDefiningOp<ir::MapOp>();
    auto splat = value.getDefiningOp<ir::SplatOp>();
    if (map || splat) {
      SmallVector<Value> sizes;
      for (unsigned k = map ? map.getBounds().size() : 0; k < type.getRank(); ++k)
        if (type.isDynamicDim(k))
          sizes.push_back(ir::statedSize(value, k));
      (map ? map.getInnerMutable() : splat.getSizesMutable()).assign(sizes);
    }
    value.setType(type);
  }

  llvm::EquivalenceClasses<void *> classes;
  llvm::DenseSet<Value> kept;
};

struct RefineShapes : PassWrapper<RefineShapes, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RefineShapes)
  StringRef getArgument() const final { return "refine-shapes"; }
  StringRef getDescription() const final { return "put sizes that are constants into types"; }
  void runOnOperation() final { TypeClasses(getOperation()).refine(); }
};

} // namespace

std::unique_ptr<Pass> createRefineShapesPass() { return std::make_unique<RefineShapes>(); }

void registerRefineShapesPass() { PassRegistration<RefineShapes>(); }

} // namespace circ
