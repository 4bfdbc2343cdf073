//===- LaneEmitter.cpp - The body of a loop in SIMD lanes -----------------===//

#include "compiler/transforms/LaneEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace circ {

static bool isArray(Value value) { return isa<RankedTensorType>(value.getType()); }

SmallVector<Value> allSizes(OpBuilder &b, Location loc, Value array) {
  SmallVector<Value> sizes;
  for (int64_t k = 0; k < cast<RankedTensorType>(array.getType()).getRank(); ++k)
    sizes.push_back(b.createOrFold<ir::DimOp>(loc, array, k));
  return sizes;
}

Value forEachElement(OpBuilder &b, Location loc, ValueRange sizes, Value state,
                     llvm::function_ref<Value(ValueRange, Value)> body) {
  OpBuilder::InsertionGuard guard(b);
  Value zero = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
  Value one = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(1));
  SmallVector<scf::ForOp> loops;
  SmallVector<Value> indices;
  for (Value size : sizes) {
    loops.push_back(b.create<scf::ForOp>(loc, zero, size, one, state));
    indices.push_back(loops.back().getInductionVar());
    state = loops.back().getRegionIterArgs().front();
    b.setInsertionPointToEnd(loops.back().getBody());
  }
  Value next = body(indices, state);
  for (scf::ForOp loop : llvm::reverse(loops)) {
    b.setInsertionPointToEnd(loop.getBody());
    b.create<scf::YieldOp>(loc, next);
    next = loop.getResult(0);
  }
  return next;
}

LaneEmitter::LaneEmitter(OpBuilder &b, const LaneAnalysis &analysis, unsigned lanes, Value base,
                         Value bound, Tail tail, Location loc)
    : base(base), b(b), analysis(analysis), lanes(lanes) {
  if (tail != Tail::Repeats)
    firsts[analysis.index] = base;
  if (tail == Tail::None)
    return;
  auto type = VectorType::get(lanes, b.getI64Type());
  Value wanted = b.create<ir::LanesOp>(loc, type, base);
  Value end = b.create<ir::BroadcastOp>(loc, type, bound);
  active = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, wanted, end);
  if (tail == Tail::IsMasked) {
    masked = true;
    return;
  }
  Value one = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(1));
  Value last = b.create<ir::BroadcastOp>(loc, type, b.create<arith::SubIOp>(loc, bound, one));
  vectors[analysis.index] = b.create<arith::MinSIOp>(loc, wanted, last);
}

void LaneEmitter::set(Value original, Value emitted) {
  if (analysis.varies(original))
    vectors[original] = emitted;
  else
    uniform.map(original, emitted);
}

Type LaneEmitter::laneType(Type type) const {
  if (auto array = dyn_cast<RankedTensorType>(type))
    return RankedTensorType::get(array.getShape(), laneType(array.getElementType()));
  return VectorType::get(lanes, type);
}

SmallVector<Value> LaneEmitter::sameAll(ValueRange values) {
  SmallVector<Value> result;
  for (Value value : values)
    result.push_back(same(value));
  return result;
}

Value LaneEmitter::arrayInLanes(Value original) {
  Value array = same(original);
  Location loc = original.getLoc();
  Type type = laneType(array.getType());
  if (auto splat = array.getDefiningOp<ir::SplatOp>()) {
    Value value =
        b.create<ir::BroadcastOp>(loc, laneType(splat.getValue().getType()), splat.getValue());
    return b.create<ir::SplatOp>(loc, cast<RankedTensorType>(type), value, splat.getSizes());
  }
  auto map = b.create<ir::MapOp>(loc, type, allSizes(b, loc, array));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(map.getBodyBlock());
  Type element = cast<RankedTensorType>(array.getType()).getElementType();
  Value one = b.create<ir::ExtractOp>(loc, element, array, map.getIndices());
  Value all = b.create<ir::BroadcastOp>(loc, laneType(element), one);
  b.create<ir::YieldOp>(loc, all);
  return map;
}

Value LaneEmitter::inLanes(Value original) {
  if (Value found = vectors.lookup(original))
    return found;
  Location loc = original.getLoc();
  if (Value first = firsts.lookup(original))
    return b.create<ir::LanesOp>(loc, VectorType::get(lanes, b.getI64Type()), first);
  if (isArray(original))
    return arrayInLanes(original);
  Value value = same(original);
  auto type = cast<VectorType>(laneType(value.getType()));
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    return b.create<arith::ConstantOp>(loc, DenseElementsAttr::get(type, constant.getValue()));
  return b.create<ir::BroadcastOp>(loc, type, value);
}

Value LaneEmitter::index(Value original) {
  return analysis.varies(original) ? inLanes(original) : same(original);
}

Value LaneEmitter::whereActive(Value value, Value otherwise) {
  return active ? Value(b.create<arith::SelectOp>(value.getLoc(), active, value, otherwise))
                : value;
}

void LaneEmitter::emitBlock(Block &block) {
  for (Operation &op : block.without_terminator())
    emit(&op);
}

/// A row of a shared array for each lane, side by side: read again and again
/// by inner loops, it is brought together once.
Value LaneEmitter::packed(Value array, Value row) {
  auto type = cast<RankedTensorType>(array.getType());
  Location loc = array.getLoc();
  SmallVector<Value> sizes = allSizes(b, loc, same(array));
  auto rowType =
      RankedTensorType::get(type.getShape().drop_front(), laneType(type.getElementType()));
  auto map = b.create<ir::MapOp>(loc, rowType, ArrayRef(sizes).drop_front());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(map.getBodyBlock());
  SmallVector<Value> indices{inLanes(row)};
  llvm::append_range(indices, map.getIndices());
  Value element =
      b.create<ir::GatherOp>(loc, laneType(type.getElementType()), same(array), Value(), indices);
  b.create<ir::YieldOp>(loc, element);
  return map;
}

Value LaneEmitter::extract(ir::ExtractOp op) {
  Value array = op.getArray();
  Type type = laneType(op.getType());
  if (analysis.varies(array))
    return b.create<ir::ExtractOp>(op.getLoc(), type, inLanes(array), sameAll(op.getIndices()));
  if (auto [pack, row] = packs.lookup(array); pack)
    if (op.getIndices().front() == row &&
        llvm::none_of(op.getIndices().drop_front(), [&](Value v) { return analysis.varies(v); }))
      return b.create<ir::ExtractOp>(op.getLoc(), type, pack,
                                     sameAll(op.getIndices().drop_front()));
  SmallVector<Value> indices;
  for (Value original : op.getIndices())
    indices.push_back(index(original));
  return b.create<ir::GatherOp>(op.getLoc(), type, same(array), masked ? active : Value(), indices);
}

/// What changes elements of the iterations' own in an array of all.
void LaneEmitter::emitInsert(ir::InsertOp op) {
  Location loc = op.getLoc();
  SmallVector<Value> indices;
  for (Value original : op.getIndices())
    indices.push_back(index(original));
  // Lanes beyond the end leave their places as they are, though those are none.
  bool atOwnIndex = op.getIndices().back() == analysis.index;
  if (atOwnIndex)
    indices.back() = b.create<ir::LanesOp>(loc, VectorType::get(lanes, b.getI64Type()), base);
  Value array = same(op.getArray());
  uniform.map(op.getResult(),
              b.create<ir::ScatterOp>(loc, array.getType(), inLanes(op.getValue()), array,
                                      masked || atOwnIndex ? active : Value(), indices)
                  .getResult());
}

/// What adds to an array that all iterations share.
void LaneEmitter::emitShared(Operation *op) {
  Location loc = op->getLoc();
  if (auto accumulate = dyn_cast<ir::AccumulateOp>(op)) {
    Value value = inLanes(accumulate.getValue());
    if (active)
      value = whereActive(value, b.create<arith::ConstantOp>(loc, b.getZeroAttr(value.getType())));
    SmallVector<Value> indices;
    for (Value original : accumulate.getIndices())
      indices.push_back(index(original));
    Value array = same(accumulate.getArray());
    uniform.map(op->getResult(0),
                b.create<ir::AccumulateLanesOp>(loc, array.getType(), value, array,
                                                masked ? active : Value(), indices)
                    .getResult());
    return;
  }
  auto sum = cast<ir::AddArraysOp>(op);
  bool left = analysis.isShared(sum.getLeft());
  Value target = same(left ? sum.getLeft() : sum.getRight());
  Value own = inLanes(left ? sum.getRight() : sum.getLeft());
  Type element = cast<RankedTensorType>(own.getType()).getElementType();
  Value result =
      forEachElement(b, loc, allSizes(b, loc, own), target, [&](ValueRange indices, Value state) {
        Value value = b.create<ir::ExtractOp>(loc, element, own, indices);
        if (active)
          value = whereActive(value, b.create<arith::ConstantOp>(loc, b.getZeroAttr(element)));
        return b.create<ir::AccumulateLanesOp>(loc, state.getType(), value, state, Value(), indices)
            .getResult();
      });
  uniform.map(op->getResult(0), result);
}

void LaneEmitter::emit(Operation *op) {
  Location loc = op->getLoc();
  if (!analysis.isTouched(op)) {
    b.clone(*op, uniform);
    return;
  }
  if (auto map = dyn_cast<ir::MapOp>(op))
    return emitMap(map);
  if (isa<ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp>(op))
    return emitReduce(op);
  if (auto counted = dyn_cast<scf::ForOp>(op))
    return emitFor(counted);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return emitIf(branch);
  if (auto dim = dyn_cast<ir::DimOp>(op)) {
    Value array = analysis.varies(dim.getArray()) ? inLanes(dim.getArray()) : same(dim.getArray());
    uniform.map(dim.getResult(), b.create<ir::DimOp>(loc, array, dim.getDimension()).getResult());
    return;
  }
  Value result = op->getResult(0);
  if (analysis.isShared(result))
    return isa<ir::InsertOp>(op) ? emitInsert(cast<ir::InsertOp>(op)) : emitShared(op);
  if (auto read = dyn_cast<ir::ExtractOp>(op)) {
    vectors[result] = extract(read);
    return;
  }
  // Consecutive indices stay so when a common number is added.
  if (isa<arith::AddIOp, arith::SubIOp>(op)) {
    Value left = op->getOperand(0), right = op->getOperand(1);
    if (isa<arith::AddIOp>(op) && !firsts.contains(left))
      std::swap(left, right);
    if (firsts.contains(left) && !analysis.varies(right)) {
      firsts[result] = isa<arith::AddIOp>(op)
                           ? Value(b.create<arith::AddIOp>(loc, firsts.lookup(left), same(right)))
                           : Value(b.create<arith::SubIOp>(loc, firsts.lookup(left), same(right)));
      return;
    }
  }
  SmallVector<Value> operands;
  for (auto [k, operand] : llvm::enumerate(op->getOperands())) {
    bool common = (isa<ir::InsertOp, ir::AccumulateOp>(op) && k >= 2) ||
                  (isa<ir::SplatOp, ir::PowiOp>(op) && k >= 1);
    // One condition chooses for all lanes.
    common |= isa<arith::SelectOp>(op) && k == 0 && !analysis.varies(operand);
    operands.push_back(common ? same(operand) : inLanes(operand));
  }
  OperationState state(loc, op->getName(), operands, laneType(result.getType()), op->getAttrs());
  vectors[result] = b.create(state)->getResult(0);
}

void LaneEmitter::emitMap(ir::MapOp op) {
  bool varies = analysis.varies(op.getResult());
  Type type = varies ? laneType(op.getType()) : Type(op.getType());
  auto made =
      b.create<ir::MapOp>(op.getLoc(), type, sameAll(op.getBounds()), sameAll(op.getInner()));
  for (auto [from, to] : llvm::zip_equal(op.getIndices(), made.getIndices()))
    uniform.map(Value(from), Value(to));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(made.getBodyBlock());
    emitBlock(*op.getBodyBlock());
    b.create<ir::YieldOp>(op.getLoc(), varies ? inLanes(op.getYielded()) : same(op.getYielded()));
  }
  set(op.getResult(), made.getResult());
}

/// circ.reduce, circ.arg_reduce and circ.exp_sum.
void LaneEmitter::emitReduce(Operation *op) {
  Block &from = op->getRegion(0).front();
  Value yielded = from.getTerminator()->getOperand(0);
  bool varies = analysis.varies(op->getResult(0));
  Type type = varies ? laneType(yielded.getType()) : yielded.getType();
  Value bound = same(op->getOperand(0));
  Operation *made;
  if (auto reduce = dyn_cast<ir::ReduceOp>(op))
    made = b.create<ir::ReduceOp>(op->getLoc(), type, reduce.getKind(), bound);
  else if (auto reduce = dyn_cast<ir::ArgReduceOp>(op))
    made = b.create<ir::ArgReduceOp>(op->getLoc(),
                                     varies ? laneType(reduce.getType()) : Type(reduce.getType()),
                                     reduce.getKind(), bound);
  else
    made = b.create<ir::ExpSumOp>(op->getLoc(), type, bound);
  Block &to = made->getRegion(0).front();
  uniform.map(from.getArgument(0), to.getArgument(0));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(&to);
    emitBlock(from);
    b.create<ir::YieldOp>(op->getLoc(), varies ? inLanes(yielded) : same(yielded));
  }
  for (auto [result, emitted] : llvm::zip_equal(op->getResults(), made->getResults()))
    set(result, emitted);
}

void LaneEmitter::emitFor(scf::ForOp op) {
  SmallVector<Value> starts;
  for (auto [init, carried] : llvm::zip_equal(op.getInitArgs(), op.getRegionIterArgs()))
    starts.push_back(analysis.varies(carried) ? inLanes(init) : same(init));
  auto made = b.create<scf::ForOp>(op.getLoc(), same(op.getLowerBound()), same(op.getUpperBound()),
                                   same(op.getStep()), starts);
  made->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  if (!made.getBody()->empty())
    made.getBody()->getTerminator()->erase();
  uniform.map(op.getInductionVar(), made.getInductionVar());
  for (auto [from, to] : llvm::zip_equal(op.getRegionIterArgs(), made.getRegionIterArgs()))
    set(from, to);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(made.getBody());
    emitBlock(*op.getBody());
    SmallVector<Value> ends;
    for (auto [end, carried] : llvm::zip_equal(op.getYieldedValues(), op.getRegionIterArgs()))
      ends.push_back(analysis.varies(carried) ? inLanes(end) : same(end));
    b.create<scf::YieldOp>(op.getLoc(), ends);
  }
  for (auto [from, to] : llvm::zip_equal(op.getResults(), made.getResults()))
    set(from, to);
}

void LaneEmitter::emitIf(scf::IfOp op) {
  Location loc = op.getLoc();
  if (analysis.varies(op.getCondition())) {
    // Without results there is nothing to choose, and maybe no other side.
    if (op.getNumResults() == 0)
      return;
    if (!LaneAnalysis::isChoice(op))
      return emitMasked(op);
    Value condition = inLanes(op.getCondition());
    emitBlock(*op.thenBlock());
    emitBlock(*op.elseBlock());
    for (unsigned i = 0; i < op.getNumResults(); ++i) {
      Value yes = inLanes(op.thenYield().getOperand(i)), no = inLanes(op.elseYield().getOperand(i));
      vectors[op.getResult(i)] = b.create<arith::SelectOp>(loc, condition, yes, no);
    }
    return;
  }
  SmallVector<Type> types;
  for (Value result : op.getResults())
    types.push_back(analysis.varies(result) ? laneType(result.getType()) : result.getType());
  auto made = b.create<scf::IfOp>(loc, types, same(op.getCondition()), op.elseBlock() != nullptr);
  for (auto [from, to] :
       {std::pair{op.thenBlock(), made.thenBlock()}, std::pair{op.elseBlock(), made.elseBlock()}}) {
    if (!from)
      continue;
    OpBuilder::InsertionGuard guard(b);
    to->clear();
    b.setInsertionPointToEnd(to);
    emitBlock(*from);
    SmallVector<Value> yielded;
    for (auto [value, result] :
         llvm::zip_equal(from->getTerminator()->getOperands(), op.getResults()))
      yielded.push_back(analysis.varies(result) ? inLanes(value) : same(value));
    b.create<scf::YieldOp>(loc, yielded);
  }
  for (auto [from, to] : llvm::zip_equal(op.getResults(), made.getResults()))
    set(from, to);
}

/// A branch that differs and does more than arithmetic: each side runs when any
/// lane takes it, for those that do. A side that adds to shared arrays starts
/// from what the other side left.
void LaneEmitter::emitMasked(scf::IfOp op) {
  Location loc = op.getLoc();
  Value condition = inLanes(op.getCondition());
  Value everywhere = active;
  SmallVector<Value> results(op.getNumResults()), roots(op.getNumResults());
  SmallVector<Value> originals(op.getNumResults()); // what stands for the roots outside
  SmallVector<Type> types;
  for (auto [k, result] : llvm::enumerate(op.getResults())) {
    bool varies = analysis.varies(result);
    types.push_back(varies ? laneType(result.getType()) : result.getType());
    if (varies)
      results[k] = b.create<arith::ConstantOp>(loc, b.getZeroAttr(types[k]));
    else
      roots[k] = analysis.addedTo(op.thenYield().getOperand(k), op.thenBlock());
    if (roots[k])
      results[k] = originals[k] = same(roots[k]);
  }
  for (Block *side : {op.thenBlock(), op.elseBlock()}) {
    Value taken = condition;
    if (side == op.elseBlock()) {
      Value all = b.create<arith::ConstantOp>(
          loc, DenseElementsAttr::get(cast<VectorType>(condition.getType()), true));
      taken = b.create<arith::XOrIOp>(loc, condition, all);
    }
    if (everywhere)
      taken = b.create<arith::AndIOp>(loc, taken, everywhere);
    Value any = b.create<ir::CombineLanesOp>(loc, b.getI1Type(), ir::ReduceKind::Any, taken);
    auto made = b.create<scf::IfOp>(loc, types, any, /*withElseRegion=*/true);
    for (Block *to : {made.thenBlock(), made.elseBlock()}) {
      OpBuilder::InsertionGuard guard(b);
      to->clear();
      b.setInsertionPointToEnd(to);
      bool runs = to == made.thenBlock();
      if (runs) {
        llvm::SaveAndRestore<Value> lanesOn(active, taken);
        llvm::SaveAndRestore<bool> someOff(masked, true);
        emitBlock(*side);
      }
      SmallVector<Value> yielded;
      for (auto [k, end] : llvm::enumerate(side->getTerminator()->getOperands()))
        yielded.push_back(!runs ? results[k] : roots[k] ? same(end) : inLanes(end));
      b.create<scf::YieldOp>(loc, yielded);
    }
    for (auto [k, result] : llvm::enumerate(made.getResults())) {
      bool chooses = !roots[k] && side == op.elseBlock();
      results[k] =
          chooses ? Value(b.create<arith::SelectOp>(loc, condition, results[k], result)) : result;
      if (roots[k])
        uniform.map(roots[k], result);
    }
  }
  for (auto [k, result] : llvm::enumerate(op.getResults())) {
    set(result, results[k]);
    // Inside of a branch around this one its result stands for no array but its own.
    if (roots[k])
      uniform.map(roots[k], originals[k]);
  }
}

void LaneEmitter::pack() {
  for (Operation &op : analysis.body)
    if (op.getNumResults() == 1 && analysis.countsIterations(op.getResult(0)))
      emit(&op);
  analysis.body.walk([&](ir::ExtractOp op) {
    Value array = op.getArray();
    Value row = op.getIndices().empty() ? Value() : op.getIndices().front();
    if (!packs.contains(array) && analysis.readsPackedRow(op))
      packs[array] = {packed(array, row), row};
  });
}

} // namespace circ
