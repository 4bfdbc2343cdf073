//===- ColumnEmitter.cpp - What differs between directions ----------------===//

#include "compiler/transforms/ColumnEmitter.h"

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/LaneEmitter.h"
#include "compiler/transforms/SmallArrays.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include <set>

using namespace mlir;

namespace circ {

static bool isArray(Value value) { return isa<RankedTensorType>(value.getType()); }

RankedTensorType withColumns(Type type, int64_t columns) {
  SmallVector<int64_t> shape;
  if (auto array = dyn_cast<RankedTensorType>(type))
    llvm::append_range(shape, array.getShape());
  shape.push_back(columns);
  return RankedTensorType::get(shape, getElementTypeOrSelf(type));
}

int64_t columnsOf(Value array) { return cast<RankedTensorType>(array.getType()).getShape().back(); }

//===----------------------------------------------------------------------===//
// Which values differ
//===----------------------------------------------------------------------===//

VaryingValues::VaryingValues(scf::ForOp directions) : directions(directions) {
  for (Value argument : directions.getBody()->getArguments())
    mark(argument);
  SmallVector<Operation *> operations;
  directions.getBody()->walk<WalkOrder::PreOrder>([&](Operation *op) { operations.push_back(op); });
  for (bool changed = true; changed;) {
    changed = false;
    for (Operation *op : operations)
      changed |= propagate(op);
    if (changed)
      continue;
    // What cannot be taken apart is of each direction as a whole.
    for (Operation *op : operations)
      if (isTouched(op) && !isSinkable(op))
        for (Value result : op->getResults())
          changed |= mark(result);
  }
}

bool VaryingValues::isCommon(ValueRange values) const {
  return llvm::none_of(values, [&](Value v) { return contains(v); });
}

bool VaryingValues::propagate(Operation *op) {
  bool changed = false;
  auto flow = [&](Value from, Value to) {
    if (contains(from))
      changed |= mark(to);
  };
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    bool differs = !isCommon({loop.getLowerBound(), loop.getUpperBound(), loop.getStep()});
    for (unsigned i = 0; i < loop.getNumResults(); ++i) {
      if (differs)
        changed |= mark(loop.getRegionIterArgs()[i]);
      flow(loop.getInitArgs()[i], loop.getRegionIterArgs()[i]);
      flow(loop.getYieldedValues()[i], loop.getRegionIterArgs()[i]);
      flow(loop.getRegionIterArgs()[i], loop.getResult(i));
    }
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    for (unsigned i = 0; i < branch.getNumResults(); ++i) {
      flow(branch.getCondition(), branch.getResult(i));
      flow(branch.thenYield().getOperand(i), branch.getResult(i));
      flow(branch.elseYield().getOperand(i), branch.getResult(i));
    }
  } else if (op->getNumRegions() != 0) {
    if (isTouched(op))
      for (Value result : op->getResults())
        changed |= mark(result);
  } else if (!isCommon(op->getOperands())) {
    for (Value result : op->getResults())
      changed |= mark(result);
  }
  return changed;
}

bool VaryingValues::isTouched(Operation *op) const {
  return op
      ->walk([&](Operation *inner) {
        return isCommon(inner->getOperands()) && isCommon(inner->getResults())
                   ? WalkResult::advance()
                   : WalkResult::interrupt();
      })
      .wasInterrupted();
}

bool VaryingValues::isLong(ir::MapOp map) {
  int64_t iterations = 1;
  for (Value bound : map.getBounds()) {
    auto known = getConstantIntValue(bound);
    if (!known)
      return true;
    iterations *= *known;
  }
  return iterations >= DirectionColumns::longMap;
}

bool VaryingValues::sharesWork(Operation *op) const {
  return op
      ->walk([&](Operation *inner) {
        bool works = isa<ir::GateOpInterface, ir::MapOp, ir::ReduceOp>(inner);
        return works && !isTouched(inner) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

bool VaryingValues::isSinkable(Operation *op) const {
  if (op->getParentOfType<ir::MapOp>() && directions->isAncestor(op->getParentOfType<ir::MapOp>()))
    return false;
  if (auto map = dyn_cast<ir::MapOp>(op))
    return isCommon(map->getOperands()) && (isLong(map) || isArray(map.getYielded()));
  bool same = false;
  if (auto loop = dyn_cast<scf::ForOp>(op))
    same = isCommon({loop.getLowerBound(), loop.getUpperBound(), loop.getStep()});
  else if (auto branch = dyn_cast<scf::IfOp>(op))
    same = branch.elseBlock() && !contains(branch.getCondition());
  return same && sharesWork(op);
}

bool VaryingValues::onlyComparesDirection() {
  Value direction = directions.getInductionVar();
  auto count = getConstantIntValue(directions.getUpperBound());
  return llvm::all_of(direction.getUses(), [&](OpOperand &use) {
    auto insert = dyn_cast<ir::InsertOp>(use.getOwner());
    return isa<arith::CmpIOp>(use.getOwner()) ||
           (insert && columnsOf(insert.getArray()) == count &&
            use.getOperandNumber() + 1 == insert->getNumOperands());
  });
}

//===----------------------------------------------------------------------===//
// Copies of columns
//===----------------------------------------------------------------------===//

ColumnCopy::ColumnCopy(Operation *op, Value direction) : direction(direction) {
  auto loop = dyn_cast<scf::ForOp>(op);
  complete = loop && loop.getNumResults() == 1 && isArray(loop.getResult(0)) && visitLoop(loop) &&
             source && coversAll();
  if (complete)
    target = loop.getInitArgs().front();
}

bool ColumnCopy::visitLoop(scf::ForOp loop) {
  if (loop.getNumResults() != 1 || getConstantIntValue(loop.getLowerBound()) != 0 ||
      getConstantIntValue(loop.getStep()) != 1)
    return false;
  loops.push_back(loop);
  return visit(*loop.getBody(), loop.getRegionIterArgs()[0], loop.getYieldedValues()[0]);
}

/// From the last state of the array back to the first.
bool ColumnCopy::visit(Block &block, Value state, Value end) {
  while (end != state) {
    Operation *op = end.getDefiningOp();
    if (!op || op->getBlock() != &block)
      return false;
    if (auto inner = dyn_cast<scf::ForOp>(op))
      return inner.getInitArgs().size() == 1 && inner.getInitArgs()[0] == state && visitLoop(inner);
    auto insert = dyn_cast<ir::InsertOp>(op);
    auto read = insert ? insert.getValue().getDefiningOp<ir::ExtractOp>() : ir::ExtractOp();
    if (!read || insert.getIndices().back() != direction ||
        !llvm::equal(insert.getIndices().drop_back(), read.getIndices()) ||
        (source && source != read.getArray()) || read.getIndices().size() < loops.size())
      return false;
    source = read.getArray();
    SmallVector<int64_t> places;
    for (auto [k, index] : llvm::enumerate(read.getIndices())) {
      if (k < loops.size()) {
        if (index != loops[k].getInductionVar())
          return false;
        continue;
      }
      auto known = getConstantIntValue(index);
      if (!known)
        return false;
      places.push_back(*known);
    }
    this->places.push_back(places);
    end = insert.getArray();
  }
  return true;
}

bool ColumnCopy::coversAll() {
  auto type = cast<RankedTensorType>(source.getType());
  auto map = source.getDefiningOp<ir::MapOp>();
  for (auto [k, loop] : llvm::enumerate(loops)) {
    if (type.isDynamicDim(k)
            ? !map || k >= map.getBounds().size() || map.getBounds()[k] != loop.getUpperBound()
            : getConstantIntValue(loop.getUpperBound()) != type.getDimSize(k))
      return false;
  }
  int64_t wanted = 1;
  for (int64_t size : type.getShape().drop_front(loops.size())) {
    if (ShapedType::isDynamic(size))
      return false;
    wanted *= size;
  }
  std::set<std::vector<int64_t>> distinct;
  for (const auto &place : places)
    distinct.insert(std::vector<int64_t>(place.begin(), place.end()));
  return int64_t(distinct.size()) == wanted;
}

//===----------------------------------------------------------------------===//
// Ops of one direction
//===----------------------------------------------------------------------===//

/// A place in the column of an array. Results have columns from the start: then the
/// indices name it.
SmallVector<Value> ColumnEmitter::place(ValueRange indices, Value array) {
  SmallVector<Value> all;
  for (Value index : indices)
    all.push_back(value(index));
  if (int64_t(all.size()) < cast<RankedTensorType>(array.getType()).getRank())
    all.push_back(direction);
  return all;
}

void ColumnEmitter::setColumn(Value original, Value array) {
  if (isArray(original))
    inColumns[original] = array;
  else
    values.map(original, b.create<ir::ExtractOp>(original.getLoc(), original.getType(), array,
                                                 ValueRange(direction))
                             .getResult());
}

/// A value by itself: an array's column is taken out.
Value ColumnEmitter::value(Value original) {
  Value array = inColumns.lookup(original);
  if (!array)
    return values.lookupOrDefault(original);
  if (array.getType() == original.getType())
    return array;
  Location loc = original.getLoc();
  auto type = cast<RankedTensorType>(original.getType());
  SmallVector<Value> sizes = allSizes(b, loc, array);
  auto map = b.create<ir::MapOp>(loc, type, ArrayRef(sizes).drop_back());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(map.getBodyBlock());
  SmallVector<Value> indices(map.getIndices().begin(), map.getIndices().end());
  indices.push_back(direction);
  Value element = b.create<ir::ExtractOp>(loc, type.getElementType(), array, indices);
  b.create<ir::YieldOp>(loc, element);
  return map;
}

Value ColumnEmitter::put(Value original, Value array, ArrayRef<Value> indices) {
  Location loc = original.getLoc();
  auto insert = [&](Value element, Value into, ValueRange inner) -> Value {
    SmallVector<Value> all(indices);
    llvm::append_range(all, inner);
    all.push_back(direction);
    return b.create<ir::InsertOp>(loc, into.getType(), element, into, all);
  };
  Value own = value(original);
  auto type = dyn_cast<RankedTensorType>(own.getType());
  if (!type)
    return insert(own, array, {});
  if (auto made = own.getDefiningOp<ir::FromElementsOp>()) {
    unsigned next = 0;
    forEachIndex(type.getShape(), [&](ArrayRef<int64_t> at) {
      array = insert(made.getElements()[next++], array, constantIndices(b, loc, at));
    });
    return array;
  }
  return forEachElement(
      b, loc, allSizes(b, loc, own), array, [&](ValueRange inner, Value state) -> Value {
        Value element = b.create<ir::ExtractOp>(loc, type.getElementType(), own, inner);
        return insert(element, state, inner);
      });
}

bool ColumnEmitter::emitBlock(Block &from) {
  for (Operation &op : from.without_terminator())
    if (!emit(&op))
      return false;
  return true;
}

bool ColumnEmitter::emit(Operation *op) {
  Location loc = op->getLoc();
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return emitFor(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return emitIf(branch);
  if (auto extract = dyn_cast<ir::ExtractOp>(op)) {
    if (Value array = columns(extract.getArray())) {
      set(extract.getResult(),
          b.create<ir::ExtractOp>(loc, extract.getType(), array, place(extract.getIndices(), array))
              .getResult());
      return true;
    }
  } else if (isa<ir::InsertOp, ir::AccumulateOp>(op)) {
    if (Value array = columns(op->getOperand(1))) {
      SmallVector<Value> operands{value(op->getOperand(0)), array};
      llvm::append_range(operands, place(op->getOperands().drop_front(2), array));
      OperationState state(loc, op->getName(), operands, array.getType(), op->getAttrs());
      inColumns[op->getResult(0)] = b.create(state)->getResult(0);
      return true;
    }
  } else if (auto dim = dyn_cast<ir::DimOp>(op)) {
    if (Value array = columns(dim.getArray())) {
      set(dim.getResult(), b.create<ir::DimOp>(loc, array, dim.getDimension()).getResult());
      return true;
    }
  }
  return emitOther(op);
}

bool ColumnEmitter::emitOther(Operation *op) {
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(value(operand));
  OperationState state(op->getLoc(), op->getName(), operands, op->getResultTypes(), op->getAttrs());
  for (unsigned k = 0; k < op->getNumRegions(); ++k)
    state.addRegion();
  Operation *made = b.create(state);
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), made->getRegions()))
    for (Block &block : from) {
      OpBuilder::InsertionGuard guard(b);
      Block &copy = to.emplaceBlock();
      for (BlockArgument argument : block.getArguments())
        set(argument, copy.addArgument(argument.getType(), argument.getLoc()));
      b.setInsertionPointToEnd(&copy);
      if (!emitBlock(block) || !emitOther(block.getTerminator()))
        return false;
    }
  for (auto [from, to] : llvm::zip_equal(op->getResults(), made->getResults()))
    set(from, to);
  return true;
}

bool ColumnEmitter::emitFor(scf::ForOp loop) {
  SmallVector<Value> starts;
  for (Value init : loop.getInitArgs())
    starts.push_back(columns(init) ? columns(init) : value(init));
  auto made = b.create<scf::ForOp>(loop.getLoc(), value(loop.getLowerBound()),
                                   value(loop.getUpperBound()), value(loop.getStep()), starts);
  made->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  if (!made.getBody()->empty())
    made.getBody()->getTerminator()->erase();
  set(loop.getInductionVar(), made.getInductionVar());
  auto define = [&](ValueRange originals, ValueRange emitted) {
    for (auto [init, original, value] : llvm::zip_equal(loop.getInitArgs(), originals, emitted))
      if (columns(init))
        inColumns[original] = value;
      else
        set(original, value);
  };
  define(loop.getRegionIterArgs(), made.getRegionIterArgs());
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(made.getBody());
    if (!emitBlock(*loop.getBody()))
      return false;
    SmallVector<Value> ends;
    for (auto [init, end] : llvm::zip_equal(loop.getInitArgs(), loop.getYieldedValues())) {
      ends.push_back(columns(init) ? columns(end) : value(end));
      if (!ends.back() || (columns(init) && ends.back().getType() != columns(init).getType()))
        return false;
    }
    b.create<scf::YieldOp>(loop.getLoc(), ends);
  }
  define(loop.getResults(), made.getResults());
  return true;
}

bool ColumnEmitter::emitIf(scf::IfOp branch) {
  Location loc = branch.getLoc();
  auto sides = b.create<scf::IfOp>(loc, TypeRange(), value(branch.getCondition()),
                                   branch.elseBlock() != nullptr);
  SmallVector<bool> isColumn(branch.getNumResults());
  SmallVector<std::pair<Block *, Block *>> blocks{{branch.thenBlock(), sides.thenBlock()}};
  if (branch.elseBlock())
    blocks.push_back({branch.elseBlock(), sides.elseBlock()});
  for (auto [from, to] : blocks) {
    OpBuilder::InsertionGuard guard(b);
    to->clear();
    b.setInsertionPointToEnd(to);
    if (!emitBlock(*from))
      return false;
  }
  for (unsigned k = 0; k < branch.getNumResults(); ++k) {
    Value yes = columns(branch.thenYield().getOperand(k)),
          no = columns(branch.elseYield().getOperand(k));
    isColumn[k] = yes && no && yes.getType() == no.getType();
  }
  SmallVector<Type> types;
  for (auto [from, to] : blocks) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(to);
    SmallVector<Value> ends;
    for (auto [k, end] : llvm::enumerate(from->getTerminator()->getOperands()))
      ends.push_back(isColumn[k] ? columns(end) : value(end));
    b.create<scf::YieldOp>(loc, ends);
    types.assign(ValueRange(ends).getTypes().begin(), ValueRange(ends).getTypes().end());
  }
  auto made = b.create<scf::IfOp>(loc, types, sides.getCondition(), branch.elseBlock() != nullptr);
  for (auto [from, to] : {std::pair{sides.thenBlock(), made.thenBlock()},
                          std::pair{sides.elseBlock(), made.elseBlock()}})
    if (from) {
      to->clear();
      to->getOperations().splice(to->end(), from->getOperations());
    }
  sides.erase();
  for (auto [k, result] : llvm::enumerate(branch.getResults()))
    if (isColumn[k])
      inColumns[result] = made.getResult(k);
    else
      set(result, made.getResult(k));
  return true;
}

} // namespace circ
