//===- RemoveProvenChecks.cpp - Checks that cannot fail -------------------===//
//
// An index is proven in bounds when it is at least a constant that is not
// negative and at most a size minus one, by the range of the loop or structured
// op it comes from. Sizes are equal when they are one value or when a shape
// check before says so; an index may also be a polynomial of such (`IndexProof`). A branch
// on how a number compares with a constant bounds it on either side. A check of what is
// true always is erased, too.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/Transforms.h"

#include "compiler/dialect/CircOps.h"
#include "compiler/transforms/IndexProof.h"
#include "compiler/transforms/ShapeOrigin.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace circ {
namespace {

/// `value` is `base + offset`; `base` is null for a constant.
struct Offset {
  Value base;
  int64_t offset = 0;
};

/// Sums beyond this are not followed, so that offsets cannot overflow.
constexpr int64_t largestOffset = int64_t(1) << 40;

class Prover {
public:
  void run(Block &block) {
    size_t equalities = equal.size(), checks = proven.size();
    for (Operation &op : llvm::make_early_inc_range(block)) {
      for (Region &region : op.getRegions())
        for (Block &inner : region) {
          size_t known = ranges.size();
          if (auto branch = dyn_cast<scf::IfOp>(op))
            noteCondition(branch.getCondition(), &inner == branch.thenBlock());
          run(inner);
          ranges.resize(known);
        }
      if (auto check = dyn_cast<ir::CheckOp>(op)) {
        if (matchPattern(check.getCondition(), m_One())) {
          check.erase();
          continue;
        }
        if (auto compare = check.getCondition().getDefiningOp<arith::CmpIOp>())
          if (compare.getPredicate() == arith::CmpIPredicate::eq)
            equal.push_back({compare.getLhs(), compare.getRhs()});
        continue;
      }
      auto check = dyn_cast<ir::CheckIndexOp>(op);
      if (!check)
        continue;
      if (isProven(check.getIndex(), check.getSize()))
        check.erase();
      else
        proven.push_back({check.getIndex(), check.getSize()});
    }
    equal.resize(equalities);
    proven.resize(checks);
  }

private:
  /// What a condition says of a number: it is at least `least` and at most `most`.
  struct Range {
    Value number;
    int64_t least, most;
  };

  /// Notes what holds where a condition does, or does not.
  void noteCondition(Value condition, bool holds) {
    auto compare = condition.getDefiningOp<arith::CmpIOp>();
    auto limit = compare ? getConstantIntValue(compare.getRhs()) : std::nullopt;
    if (!limit || *limit > largestOffset || *limit < -largestOffset)
      return;
    using Predicate = arith::CmpIPredicate;
    constexpr int64_t lowest = std::numeric_limits<int64_t>::min(),
                      highest = std::numeric_limits<int64_t>::max();
    Value number = compare.getLhs();
    Predicate predicate =
        holds ? compare.getPredicate() : arith::invertPredicate(compare.getPredicate());
    if (predicate == Predicate::slt)
      ranges.push_back({number, lowest, *limit - 1});
    else if (predicate == Predicate::sle)
      ranges.push_back({number, lowest, *limit});
    else if (predicate == Predicate::sgt)
      ranges.push_back({number, *limit + 1, highest});
    else if (predicate == Predicate::sge)
      ranges.push_back({number, *limit, highest});
    else if (predicate == Predicate::eq)
      ranges.push_back({number, *limit, *limit});
  }

  /// A size as its simplest value, and -1, or the array and the dimension whose size it is.
  static std::pair<Value, int64_t> simplest(Value size) {
    auto dim = size.getDefiningOp<ir::DimOp>();
    if (!dim)
      return {size, -1};
    Value array = shapeOrigin(dim.getArray());
    if (cast<RankedTensorType>(array.getType()).isDynamicDim(dim.getDimension()))
      if (Value stated = ir::statedSize(array, dim.getDimension()))
        return simplest(stated);
    return {array, int64_t(dim.getDimension())};
  }

  /// The largest iteration number's bound where `value` counts iterations.
  static Value iterationBound(Value value) {
    Value bound = rawIterationBound(value);
    if (!bound)
      return {};
    // In an iteration the bound is positive: `n > 0 ? n : 0` is n.
    if (auto select = bound.getDefiningOp<arith::SelectOp>())
      if (getConstantIntValue(select.getFalseValue()) == 0)
        return select.getTrueValue();
    return bound;
  }

  static Value rawIterationBound(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument)
      return {};
    Operation *parent = argument.getOwner()->getParentOp();
    if (auto map = dyn_cast<ir::MapOp>(parent))
      return map.getBounds()[argument.getArgNumber()];
    if (auto reduce = dyn_cast<ir::ReduceOp>(parent))
      return reduce.getBound();
    if (auto reduce = dyn_cast<ir::ArgReduceOp>(parent))
      return reduce.getBound();
    if (auto sum = dyn_cast<ir::ExpSumOp>(parent))
      return sum.getBound();
    auto loop = dyn_cast<scf::ForOp>(parent);
    if (loop && value == loop.getInductionVar() && getConstantIntValue(loop.getLowerBound()) == 0 &&
        getConstantIntValue(loop.getStep()) == 1)
      return loop.getUpperBound();
    return {};
  }

  /// The `upper - lower` that a bound is, given that it is positive.
  static std::pair<Value, Value> difference(Value bound) {
    if (auto sub = bound.getDefiningOp<arith::SubIOp>())
      return {sub.getLhs(), sub.getRhs()};
    if (auto add = bound.getDefiningOp<arith::AddIOp>())
      if (auto c = getConstantIntValue(add.getRhs()); c && *c <= 0 && *c > -largestOffset)
        return {add.getLhs(), add.getRhs()};
    return {};
  }

  static Offset offsetOf(Value value) {
    Offset result{value, 0};
    for (unsigned steps = 0; steps < 16 && result.base; ++steps) {
      std::optional<int64_t> c;
      Value rest;
      if (auto add = result.base.getDefiningOp<arith::AddIOp>()) {
        c = getConstantIntValue(add.getRhs());
        rest = add.getLhs();
        if (!c && (c = getConstantIntValue(add.getLhs())))
          rest = add.getRhs();
      } else if (auto sub = result.base.getDefiningOp<arith::SubIOp>()) {
        if ((c = getConstantIntValue(sub.getRhs())))
          c = -*c;
        rest = sub.getLhs();
      } else if ((c = getConstantIntValue(result.base))) {
        rest = Value();
      }
      if (!c || *c > largestOffset || *c < -largestOffset)
        break;
      result.offset += *c;
      result.base = rest;
    }
    return result;
  }

  /// A constant that `value` is at least, if one is known.
  std::optional<int64_t> least(Value value, unsigned depth = 0) {
    Offset o = offsetOf(value);
    if (!o.base)
      return o.offset;
    if (depth > 8)
      return std::nullopt;
    std::optional<int64_t> known;
    for (const Range &range : ranges)
      if (range.number == o.base && range.least >= -largestOffset)
        known = std::max(known.value_or(range.least), range.least);
    if (iterationBound(o.base))
      return std::max<int64_t>(known.value_or(0), 0) + o.offset;
    if (known)
      return *known + o.offset;
    if (o.base.getDefiningOp<ir::DimOp>())
      return o.offset;
    if (auto add = o.base.getDefiningOp<arith::AddIOp>()) {
      auto left = least(add.getLhs(), depth + 1), right = least(add.getRhs(), depth + 1);
      // Only sums of loop ranges and small constants: they cannot wrap.
      if (left && right && bounded(add.getLhs()) && bounded(add.getRhs()))
        return *left + *right + o.offset;
    }
    return std::nullopt;
  }

  /// Whether a value is at most a size of memory, so that sums do not wrap.
  bool bounded(Value value, unsigned depth = 0) {
    Offset o = offsetOf(value);
    if (!o.base || o.base.getDefiningOp<ir::DimOp>())
      return true;
    if (depth > 8)
      return false;
    if (Value bound = iterationBound(o.base)) {
      if (bounded(bound, depth + 1))
        return true;
      auto [upper, lower] = difference(bound);
      return upper && bounded(upper, depth + 1) && least(lower, depth + 1).value_or(-1) >= 0;
    }
    return false;
  }

  bool sameSize(Value a, Value b) {
    if (a == b)
      return true;
    if (auto c = getConstantIntValue(a); c && getConstantIntValue(b) == c)
      return true;
    auto wanted = simplest(b);
    SmallVector<std::pair<Value, int64_t>> reached{simplest(a)};
    for (size_t i = 0; i < reached.size(); ++i) {
      if (reached[i] == wanted)
        return true;
      for (auto [left, right] : equal)
        for (auto [from, to] : {std::pair(left, right), std::pair(right, left)})
          if (simplest(from) == reached[i] && !llvm::is_contained(reached, simplest(to)))
            reached.push_back(simplest(to));
    }
    return false;
  }

  /// Whether value <= size - 1.
  bool below(Value value, Value size) {
    Offset o = offsetOf(value);
    if (!o.base) {
      auto constant = getConstantIntValue(size);
      return constant && o.offset < *constant;
    }
    if (auto constant = getConstantIntValue(size))
      for (const Range &range : ranges)
        if (range.number == o.base && range.most <= largestOffset &&
            range.most + o.offset < *constant)
          return true;
    // base + offset < size when base < limit with limit + offset <= size.
    auto fits = [&](Value limit, int64_t offset) {
      Offset wanted = offsetOf(size), have = offsetOf(limit);
      if (!have.base || !wanted.base)
        return !have.base && !wanted.base && have.offset + offset <= wanted.offset;
      return (have.base == wanted.base || sameSize(have.base, wanted.base)) &&
             have.offset + offset <= wanted.offset;
    };
    if (Value bound = iterationBound(o.base)) {
      if (fits(bound, o.offset) || fits(rawIterationBound(o.base), o.offset))
        return true;
      // The bound counts iterations of an outer loop: j < i and i < size.
      return o.offset <= 1 && rawIterationBound(bound) && below(bound, size);
    }
    auto add = o.base.getDefiningOp<arith::AddIOp>();
    if (!add)
      return false;
    for (auto [start, k] :
         {std::pair(add.getLhs(), add.getRhs()), std::pair(add.getRhs(), add.getLhs())}) {
      Value bound = iterationBound(k);
      if (!bound)
        continue;
      auto [upper, lower] = difference(bound);
      if (upper && lower == start && fits(upper, o.offset))
        return true;
    }
    return false;
  }

  bool isProven(Value index, Value size) {
    if (llvm::is_contained(proven, std::pair(index, size)))
      return true;
    auto low = least(index);
    return (low && *low >= 0 && below(index, size)) || isProvenPolynomial(index, size);
  }

  /// Whether it is proven with the size itself or with what a check has found equal.
  bool isProvenPolynomial(Value index, Value size) {
    SmallVector<Value> candidates{size};
    for (auto [left, right] : equal)
      if (simplest(left) == simplest(size))
        candidates.push_back(right);
      else if (simplest(right) == simplest(size))
        candidates.push_back(left);
    for (Value candidate : candidates) {
      IndexProof proof(iterationBound);
      if (!proof.isInBounds(index, candidate))
        continue;
      for (Value limited : proof.limitedSizes())
        limit(limited);
      return true;
    }
    return false;
  }

  /// A check that a size is so small that no index computed from it wraps around.
  void limit(Value size) {
    if (!limited.insert(size).second)
      return;
    OpBuilder b(size.getContext());
    b.setInsertionPointAfterValue(size);
    Location loc = size.getLoc();
    Value most =
        b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(int64_t(1) << IndexProof::sizeBits));
    Value small = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, size, most);
    b.create<ir::CheckOp>(loc, ir::CheckKind::Shape, small,
                          "the size {0} is too large for the indices that are computed from it",
                          ValueRange{size});
  }

  SmallVector<std::pair<Value, Value>> equal, proven;
  SmallVector<Range> ranges;
  llvm::DenseSet<Value> limited;
};

struct RemoveProvenChecks : PassWrapper<RemoveProvenChecks, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RemoveProvenChecks)
  StringRef getArgument() const final { return "remove-proven-checks"; }
  StringRef getDescription() const final { return "erase index checks that cannot fail"; }
  void runOnOperation() final {
    for (Block &block : getOperation().getBody())
      Prover().run(block);
  }
};

} // namespace

std::unique_ptr<Pass> createRemoveProvenChecksPass() {
  return std::make_unique<RemoveProvenChecks>();
}

void registerRemoveProvenChecksPass() { PassRegistration<RemoveProvenChecks>(); }

} // namespace circ
