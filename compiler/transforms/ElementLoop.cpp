//===- ElementLoop.cpp - Loops that go through arrays element by element --===//

#include "compiler/transforms/ElementLoop.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace circ {

static bool isArray(Value value) { return isa<RankedTensorType>(value.getType()); }

static bool isOfLanes(Type type) {
  return isa<VectorType>(getElementTypeOrSelf(type)) || isa<VectorType>(type);
}

/// `n - 1 - i`.
static bool countsDown(arith::SubIOp op, Value extent, Value induction) {
  if (op.getRhs() != induction)
    return false;
  Operation *last = op.getLhs().getDefiningOp();
  if (auto sub = dyn_cast_or_null<arith::SubIOp>(last))
    return sub.getLhs() == extent && getConstantIntValue(sub.getRhs()) == 1;
  if (auto add = dyn_cast_or_null<arith::AddIOp>(last))
    return add.getLhs() == extent && getConstantIntValue(add.getRhs()) == -1;
  return false;
}

/// What the iterations of an scf.for have for the index; null if they have several.
static Value indexOf(scf::ForOp loop) {
  Value induction = loop.getInductionVar();
  if (induction.hasOneUse())
    if (auto down = dyn_cast<arith::SubIOp>(*induction.user_begin()))
      if (down->getBlock() == loop.getBody() && countsDown(down, loop.getUpperBound(), induction))
        return down;
  return induction;
}

std::optional<ElementLoop> ElementLoop::of(Operation *op) {
  ElementLoop loop{op, nullptr, {}, {}};
  if (auto map = dyn_cast<ir::MapOp>(op)) {
    if (map.getBounds().size() != 1 || isArray(map.getYielded()))
      return std::nullopt;
    loop.extent = map.getBounds().front();
  } else if (auto reduce = dyn_cast<ir::ReduceOp>(op)) {
    if (reduce.getKind() != ir::ReduceKind::Sum || !isa<FloatType>(reduce.getType()))
      return std::nullopt;
    loop.extent = reduce.getBound();
  } else if (auto counted = dyn_cast<scf::ForOp>(op)) {
    if (getConstantIntValue(counted.getLowerBound()) != 0 ||
        getConstantIntValue(counted.getStep()) != 1 || counted.getNumResults() == 0)
      return std::nullopt;
    loop.extent = counted.getUpperBound();
  } else {
    return std::nullopt;
  }
  loop.body = &op->getRegion(0).front();
  loop.index = loop.body->getArgument(0);
  if (auto counted = dyn_cast<scf::ForOp>(op))
    loop.index = indexOf(counted);
  if (!loop.isPlain() || !loop.carriesColumns())
    return std::nullopt;
  return loop;
}

ValueRange ElementLoop::inits() const {
  auto counted = dyn_cast<scf::ForOp>(op);
  return counted ? ValueRange(counted.getInitArgs()) : ValueRange();
}

ValueRange ElementLoop::carried() const {
  auto counted = dyn_cast<scf::ForOp>(op);
  return counted ? ValueRange(counted.getRegionIterArgs()) : ValueRange();
}

ValueRange ElementLoop::yielded() const { return body->getTerminator()->getOperands(); }

bool ElementLoop::isColumn(ValueRange indices) const {
  return indices.back() == index &&
         llvm::none_of(indices.drop_back(), [&](Value v) { return isInside(v); });
}

/// Whether the body is nothing but arithmetic and accesses, which can go into lanes.
bool ElementLoop::isPlain() const {
  if (llvm::any_of(op->getResultTypes(), isOfLanes))
    return false;
  return llvm::all_of(body->without_terminator(), [&](Operation &inner) {
    // A division of integers by what stands in lanes beyond the end may trap.
    if (inner.getNumResults() != 1 || isOfLanes(inner.getResult(0).getType()) ||
        isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::CeilDivSIOp,
            arith::CeilDivUIOp, arith::FloorDivSIOp>(inner))
      return false;
    if (auto power = dyn_cast<ir::PowiOp>(inner))
      return !isInside(power.getExponent());
    if (isa<ir::ExtractOp, ir::InsertOp, ir::AccumulateOp>(inner))
      return true;
    return !isArray(inner.getResult(0)) &&
           (isa<ir::GateOpInterface>(inner) || isa<arith::ArithDialect>(inner.getDialect()));
  });
}

/// Follows an array from the start of an iteration through its updates to `end`.
static bool isChain(const ElementLoop &loop, Value array, Value end) {
  for (;;) {
    Value next;
    for (OpOperand &use : array.getUses()) {
      Operation *user = use.getOwner();
      if (auto read = dyn_cast<ir::ExtractOp>(user)) {
        if (!loop.isColumn(read.getIndices()))
          return false;
      } else if (isa<ir::InsertOp, ir::AccumulateOp>(user)) {
        if (next || !loop.isColumn(user->getOperands().drop_front(2)))
          return false;
        next = user->getResult(0);
      } else if (user != loop.body->getTerminator() || array != end) {
        return false;
      }
    }
    if (!next)
      return array == end;
    if (array == end)
      return false;
    array = next;
  }
}

/// Whether iterations only add to a number.
static bool isSum(const ElementLoop &loop, Value number, Value end) {
  if (!isa<FloatType>(number.getType()))
    return false;
  while (number != end || !number.hasOneUse()) {
    if (!number.hasOneUse())
      return false;
    auto add = dyn_cast<ir::AddOp>(*number.user_begin());
    if (!add || add->getBlock() != loop.body)
      return false;
    number = add;
  }
  return *number.user_begin() == loop.body->getTerminator();
}

bool ElementLoop::carriesColumns() const {
  // A map and a sum change no array.
  for (Operation &inner : *body)
    if (isa<ir::InsertOp, ir::AccumulateOp>(inner) && !isa<scf::ForOp>(op))
      return false;
  if (!isa<scf::ForOp>(op))
    return true;
  llvm::SmallPtrSet<Operation *, 16> updates;
  for (auto [start, end] : llvm::zip_equal(carried(), yielded())) {
    if (!isArray(start)) {
      if (!isSum(*this, start, end))
        return false;
      continue;
    }
    if (!isChain(*this, start, end))
      return false;
    for (Value array = end; array != start; array = array.getDefiningOp()->getOperand(1))
      updates.insert(array.getDefiningOp());
  }
  // What is written belongs to what is carried.
  return llvm::all_of(*body, [&](Operation &inner) {
    return !isa<ir::InsertOp, ir::AccumulateOp>(inner) || updates.contains(&inner);
  });
}

bool areDifferent(ValueRange one, ValueRange other) {
  return llvm::any_of(llvm::zip_equal(one, other), [](auto pair) {
    auto a = getConstantIntValue(std::get<0>(pair)), b = getConstantIntValue(std::get<1>(pair));
    return a && b && *a != *b;
  });
}

bool areSame(ValueRange one, ValueRange other) {
  return llvm::all_of(llvm::zip_equal(one, other), [](auto pair) {
    auto [v, w] = pair;
    auto a = getConstantIntValue(v), b = getConstantIntValue(w);
    return v == w || (a && b && *a == *b);
  });
}

} // namespace circ
