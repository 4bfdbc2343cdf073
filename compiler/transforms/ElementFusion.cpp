//===- ElementFusion.cpp - One loop of several element by element ---------===//

#include "compiler/transforms/ElementFusion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ {

static bool isArray(Value value) { return isa<RankedTensorType>(value.getType()); }

static bool isUpdate(Operation *op) { return isa<ir::InsertOp, ir::AccumulateOp>(op); }

/// The indices before the last of an access.
static ValueRange leadingOf(Operation *op) {
  unsigned first = isUpdate(op) ? 2 : 1;
  return ValueRange(op->getOperands()).drop_front(first).drop_back();
}

static Value arrayOf(Operation *op) { return op->getOperand(isUpdate(op) ? 1 : 0); }

//===----------------------------------------------------------------------===//
// What goes together
//===----------------------------------------------------------------------===//

bool ElementFusion::isInside(Operation *user) const {
  for (; user; user = user->getParentOp())
    if (ops.contains(user))
      return true;
  return false;
}

/// Of two elements of one array it is known whether they are one.
bool ElementFusion::agrees(const Root &root, ValueRange leading) const {
  return llvm::all_of(root.columns, [&](ValueRange other) {
    return areSame(leading, other) || areDifferent(leading, other);
  });
}

const ElementFusion::Root *ElementFusion::rootStartingFrom(Value init) const {
  for (const Root &root : roots)
    if (root.init == init)
      return &root;
  return nullptr;
}

/// Whether all that a loop reads of an array from outside are elements of its own index.
bool ElementFusion::readsColumns(const ElementLoop &loop, Value array) const {
  // Not by the array's users: all loops may start from one array of zeros.
  return llvm::all_of(*loop.body, [&](Operation &op) {
    auto extract = dyn_cast<ir::ExtractOp>(op);
    return !llvm::is_contained(op.getOperands(), array) ||
           (extract && loop.isColumn(extract.getIndices()));
  });
}

/// Whether a loop may go on with an array in place: nobody else wants what it was, but
/// for elements of the same index.
bool ElementFusion::mayStartFrom(Value init, const ElementLoop &loop) const {
  if (!isArray(init))
    return true;
  if (llvm::count(loop.inits(), init) > 1 && !init.getDefiningOp<ir::SplatOp>())
    return false;
  if (rootOf.contains(init))
    return llvm::all_of(init.getUsers(), [&](Operation *user) {
      return user == loop.op ||
             (isa<ir::ExtractOp>(user) && (user->getBlock() == loop.body || isInside(user)));
    });
  return readsColumns(loop, init) && llvm::all_of(members, [&](const ElementLoop &member) {
           return readsColumns(member, init);
         });
}

/// Whether the elements that a loop reads and writes are known to be those that were
/// read and written before, or others.
bool ElementFusion::columnsAgree(const ElementLoop &loop) const {
  std::vector<Root> all = roots;
  llvm::DenseMap<Value, unsigned> places = rootOf;
  for (auto [init, carried] : llvm::zip_equal(loop.inits(), loop.carried())) {
    if (!isArray(carried))
      continue;
    auto known = places.find(init);
    unsigned which = known != places.end() ? known->second : all.size();
    if (which == all.size())
      all.push_back({});
    places[carried] = which;
  }
  for (Operation &op : *loop.body) {
    if (!isUpdate(&op) && !isa<ir::ExtractOp>(op))
      continue;
    auto place = places.find(arrayOf(&op));
    if (place == places.end())
      continue;
    unsigned which = place->second;
    if (!agrees(all[which], leadingOf(&op)))
      return false;
    all[which].columns.push_back(leadingOf(&op));
    if (isUpdate(&op))
      places[op.getResult(0)] = which;
  }
  return true;
}

bool ElementFusion::admits(const ElementLoop &loop) const {
  if (!areSame(loop.extent, members.front().extent))
    return false;
  for (Operation &op : *loop.body)
    for (Value used : op.getOperands()) {
      Operation *definition = used.getDefiningOp();
      bool ofMember = definition && ops.contains(definition);
      if (!ofMember && !rootStartingFrom(used))
        continue;
      // Elements of its own index are at hand, nothing else.
      auto extract = dyn_cast<ir::ExtractOp>(op);
      if (!extract || extract.getArray() != used || !loop.isColumn(extract.getIndices()))
        return false;
    }
  for (auto [init, carried] : llvm::zip_equal(loop.inits(), loop.carried())) {
    Operation *definition = init.getDefiningOp();
    if (!isArray(init) && definition && ops.contains(definition))
      return false;
  }
  return llvm::all_of(loop.inits(), [&](Value init) { return mayStartFrom(init, loop); }) &&
         columnsAgree(loop);
}

void ElementFusion::add(const ElementLoop &loop) {
  members.push_back(loop);
  ops.insert(loop.op);
  for (auto [k, init] : llvm::enumerate(loop.inits())) {
    if (!isArray(init))
      continue;
    auto known = rootOf.find(init);
    unsigned which = known != rootOf.end() ? known->second : roots.size();
    if (which == roots.size())
      roots.push_back({init, {}, cast<RankedTensorType>(init.getType()), {}, {}});
    rootOf[loop.carried()[k]] = which;
  }
  for (Operation &op : loop.body->without_terminator()) {
    if (!isUpdate(&op) && !isa<ir::ExtractOp>(op))
      continue;
    auto place = rootOf.find(arrayOf(&op));
    if (place == rootOf.end()) {
      if (!loop.isInside(arrayOf(&op)))
        read.insert(arrayOf(&op));
      continue;
    }
    unsigned which = place->second;
    roots[which].columns.push_back(leadingOf(&op));
    roots[which].isChanged |= isUpdate(&op);
    if (isUpdate(&op))
      rootOf[op.getResult(0)] = which;
  }
  if (isa<ir::MapOp>(loop.op)) {
    rootOf[loop.op->getResult(0)] = roots.size();
    roots.push_back({{},
                     loop.op->getResult(0),
                     cast<RankedTensorType>(loop.op->getResult(0).getType()),
                     {ValueRange()},
                     {}});
    return;
  }
  for (auto [k, carried] : llvm::enumerate(loop.carried()))
    if (isArray(carried)) {
      unsigned which = rootOf[loop.op->getResult(k)] = rootOf.lookup(carried);
      roots[which].last = loop.op->getResult(k);
    }
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

/// The element that an iteration starts with.
Value ElementFusion::initial(Root &root, ValueRange leading, Location loc) {
  if (auto splat = root.init.getDefiningOp<ir::SplatOp>())
    return splat.getValue();
  unsigned which = &root - roots.data();
  for (auto &[place, column] : loaded)
    if (place == which && areSame(column.leading, leading))
      return column.value;
  // Before anything is written.
  OpBuilder top = OpBuilder::atBlockBegin(made.getBody());
  SmallVector<Value> indices(leading);
  indices.push_back(made.getInductionVar());
  Value array = root.slot ? Value(root.slot) : root.init;
  Value element = top.create<ir::ExtractOp>(loc, root.type.getElementType(), array, indices);
  loaded.push_back({which, {leading, element, {}}});
  return element;
}

Value ElementFusion::readElement(ir::ExtractOp op) {
  auto place = rootOf.find(op.getArray());
  if (place == rootOf.end()) {
    // What a loop starts from is read before it is changed.
    for (Root &root : roots)
      if (root.init == op.getArray())
        return initial(root, leadingOf(op), op.getLoc());
    return {};
  }
  Root &root = roots[place->second];
  for (Column &column : versions[op.getArray()]) {
    if (!areSame(column.leading, leadingOf(op)))
      continue;
    if (!column.value)
      column.value = b->create<ir::AddOp>(op.getLoc(), initial(root, leadingOf(op), op.getLoc()),
                                          column.added);
    return column.value;
  }
  return initial(root, leadingOf(op), op.getLoc());
}

void ElementFusion::change(Operation *op) {
  Root &root = roots[rootOf.lookup(arrayOf(op))];
  Columns columns = versions.lookup(arrayOf(op));
  Value value = map.lookupOrDefault(op->getOperand(0));
  auto *found = llvm::find_if(
      columns, [&](const Column &column) { return areSame(column.leading, leadingOf(op)); });
  if (found == columns.end()) {
    columns.push_back({leadingOf(op), {}, {}});
    found = std::prev(columns.end());
  }
  if (isa<ir::InsertOp>(op)) {
    *found = {found->leading, value, {}};
  } else {
    bool startsFromSplat = !found->value && root.init.getDefiningOp<ir::SplatOp>();
    if (startsFromSplat)
      found->value = initial(root, leadingOf(op), op->getLoc());
    Value &sum = found->value ? found->value : found->added;
    // What an adjoint starts from adds nothing to it.
    bool isFirst = !sum || (startsFromSplat && matchPattern(sum, m_PosZeroFloat()));
    sum = isFirst ? value : Value(b->create<ir::AddOp>(op->getLoc(), sum, value));
    if (found->value)
      found->added = {};
  }
  versions[op->getResult(0)] = columns;
}

void ElementFusion::emitBody(const ElementLoop &loop) {
  for (auto [init, carried] : llvm::zip_equal(loop.inits(), loop.carried()))
    if (isArray(carried))
      versions[carried] = versions.lookup(init);
  map.map(loop.index, made.getInductionVar());
  for (Operation &op : loop.body->without_terminator()) {
    if (loop.index.getDefiningOp() == &op)
      continue;
    if (isUpdate(&op)) {
      change(&op);
      continue;
    }
    Value element;
    if (auto extract = dyn_cast<ir::ExtractOp>(op))
      element = readElement(extract);
    if (element)
      map.map(op.getResult(0), element);
    else
      b->clone(op, map);
  }
  if (isa<ir::MapOp>(loop.op)) {
    Value element = map.lookupOrDefault(loop.yielded().front());
    versions[loop.op->getResult(0)] = {{ValueRange(), element, {}}};
  } else if (isa<scf::ForOp>(loop.op)) {
    for (auto [end, result] : llvm::zip_equal(loop.yielded(), loop.op->getResults()))
      if (isArray(result))
        versions[result] = versions.lookup(end);
  }
}

/// Writes what the iteration has made of an array.
Value ElementFusion::store(Root &root) {
  Value array = root.slot;
  for (const Column &column : versions.lookup(root.last)) {
    SmallVector<Value> indices(column.leading);
    indices.push_back(made.getInductionVar());
    Location loc = made.getLoc();
    if (column.value)
      array = b->create<ir::InsertOp>(loc, array.getType(), column.value, array, indices);
    else
      array = b->create<ir::AccumulateOp>(loc, array.getType(), column.added, array, indices);
  }
  return array;
}

/// Arrays that the loop carries, those alone that are used after it.
SmallVector<ElementFusion::Root *> ElementFusion::chooseSlots(SmallVector<Value> &inits) {
  SmallVector<Root *> slots;
  for (Root &root : roots) {
    if (llvm::all_of(root.last.getUsers(), [&](Operation *user) { return isInside(user); }))
      continue;
    slots.push_back(&root);
    auto splat = root.init ? root.init.getDefiningOp<ir::SplatOp>() : nullptr;
    // Every element is written, whatever was there.
    bool overwritten = splat && root.isChanged && root.type.getRank() == 1 &&
                       root.type.isDynamicDim(0) &&
                       splat.getSizes().front() == members.front().extent;
    if (root.init && !overwritten) {
      inits.push_back(root.init);
      continue;
    }
    ValueRange sizes = members.front().extent;
    if (!root.type.isDynamicDim(0))
      sizes = {};
    inits.push_back(b->create<ir::EmptyOp>(members.back().op->getLoc(), root.type, sizes));
  }
  return slots;
}

/// Numbers that the loop carries, as results of the members.
SmallVector<OpResult> ElementFusion::chooseSums(SmallVector<Value> &inits) {
  SmallVector<OpResult> sums;
  for (const ElementLoop &loop : members) {
    if (isa<ir::MapOp>(loop.op))
      continue;
    for (OpResult result : loop.op->getResults()) {
      if (isArray(result))
        continue;
      sums.push_back(result);
      if (isa<scf::ForOp>(loop.op))
        inits.push_back(loop.inits()[result.getResultNumber()]);
      else
        inits.push_back(b->create<arith::ConstantOp>(
            loop.op->getLoc(), b->getFloatAttr(cast<FloatType>(result.getType()), 0)));
    }
  }
  return sums;
}

void ElementFusion::emit() {
  Operation *place = members.back().op;
  Location loc = place->getLoc();
  b.emplace(place);
  SmallVector<Value> inits;
  SmallVector<Root *> slots = chooseSlots(inits);
  SmallVector<OpResult> sums = chooseSums(inits);
  Value zero = b->create<arith::ConstantOp>(loc, b->getI64IntegerAttr(0));
  Value one = b->create<arith::ConstantOp>(loc, b->getI64IntegerAttr(1));
  made = b->create<scf::ForOp>(loc, zero, members.front().extent, one, inits);
  made->setAttr("circ.elementwise", b->getUnitAttr());
  if (!made.getBody()->empty())
    made.getBody()->getTerminator()->erase();
  for (auto [root, slot] : llvm::zip(slots, made.getRegionIterArgs()))
    root->slot = slot;
  auto soFar = made.getRegionIterArgs().drop_front(slots.size());
  for (auto [sum, number] : llvm::zip_equal(sums, soFar))
    if (auto loop = dyn_cast<scf::ForOp>(sum.getOwner()))
      map.map(loop.getRegionIterArg(sum.getResultNumber()), number);

  b->setInsertionPointToEnd(made.getBody());
  for (const ElementLoop &loop : members)
    emitBody(loop);
  SmallVector<Value> ends;
  for (Root *root : slots)
    ends.push_back(store(*root));
  for (auto [sum, number] : llvm::zip_equal(sums, soFar)) {
    Operation *loop = sum.getOwner();
    Value end = map.lookupOrDefault(
        loop->getRegion(0).front().getTerminator()->getOperand(sum.getResultNumber()));
    if (isa<ir::ReduceOp>(loop))
      end = b->create<ir::AddOp>(loop->getLoc(), number, end);
    ends.push_back(end);
  }
  b->create<scf::YieldOp>(loc, ends);

  for (auto [root, result] : llvm::zip(slots, made.getResults()))
    root->last.replaceAllUsesWith(result);
  for (auto [sum, result] : llvm::zip_equal(sums, made.getResults().drop_front(slots.size())))
    sum.replaceAllUsesWith(result);
  for (const ElementLoop &loop : llvm::reverse(members))
    loop.op->erase();
}

} // namespace circ
