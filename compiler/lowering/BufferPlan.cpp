//===- BufferPlan.cpp - Which updates happen in place ---------------------===//

#include "compiler/lowering/BufferPlan.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace circ::lowering {

static bool isArray(Value value) { return isa<RankedTensorType>(value.getType()); }

BufferPlan::BufferPlan(func::FuncOp function) {
  for (Value argument : function.getArguments())
    if (isArray(argument))
      newClass(argument, /*borrowed=*/true);
  visitBlock(function.getBody().front());
}

BufferPlan::Class BufferPlan::classOf(Value value) const {
  Class c = classes.at(value);
  while (parents[c] != c)
    c = parents[c] = parents[parents[c]];
  return c;
}

BufferPlan::Class BufferPlan::newClass(Value value, bool borrowed) {
  Class c = static_cast<Class>(parents.size());
  parents.push_back(c);
  members.push_back({{value}, borrowed});
  classes[value] = c;
  return c;
}

void BufferPlan::join(Value value, Class into) {
  classes[value] = into;
  members[into].values.push_back(value);
}

void BufferPlan::merge(Class a, Class b) {
  if (a == b)
    return;
  parents[b] = a;
  llvm::append_range(members[a].values, members[b].values);
  members[a].borrowed |= members[b].borrowed;
  members[b].values.clear();
}

/// The op of `block` that is `op` or contains it; null if none is.
static Operation *ancestorIn(Block *block, Operation *op) {
  return block->findAncestorOpInBlock(*op);
}

/// Whether `use` may run after `update` in one iteration of the loops that
/// contain both. The two branches of an `if` exclude each other.
static bool mayRunAfter(Operation *use, Operation *update) {
  for (Block *block = update->getBlock(); block;) {
    Operation *parent = block->getParentOp();
    if (Operation *other = ancestorIn(block, use)) {
      Operation *mine = ancestorIn(block, update);
      // Two regions of one op: branches exclude each other, and what a loop's
      // condition reads in the next round is what the update made.
      if (other == mine)
        return !isa<scf::IfOp, scf::WhileOp>(mine);
      return mine->isBeforeInBlock(other);
    }
    if (!parent || isa<func::FuncOp>(parent))
      return true;
    block = parent->getBlock();
  }
  return true;
}

static bool isLoop(Operation *op) {
  return isa<scf::ForOp, scf::WhileOp, ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp>(op);
}

/// Whether a value is the result of an op that contains `op`: it comes into
/// being after the update and holds what the update made.
static bool isResultOfAncestor(Value value, Operation *op) {
  Operation *definition = value.getDefiningOp();
  return definition && definition != op && definition->isProperAncestor(op);
}

bool BufferPlan::conflicts(Operation *op, Value member) {
  if (isResultOfAncestor(member, op))
    return false;
  // The outermost loop around the update that does not contain the definition.
  Operation *loop = nullptr;
  Region *home = member.getParentRegion();
  for (Operation *parent = op->getParentOp(); parent && !isa<func::FuncOp>(parent);
       parent = parent->getParentOp()) {
    if (isLoop(parent) && home->isAncestor(parent->getParentRegion()))
      loop = parent;
  }
  for (Operation *user : member.getUsers()) {
    if (loop && loop->isProperAncestor(user))
      return true;
    // A loop that would start in the array's memory, and reads the array inside.
    if (op->isProperAncestor(user))
      return true;
    if (user != op && !user->isProperAncestor(op) && mayRunAfter(user, op))
      return true;
  }
  return false;
}

bool BufferPlan::conflicts(OpOperand &operand) {
  Class c = classOf(operand.get());
  if (members[c].borrowed)
    return true;
  Operation *op = operand.getOwner();
  // The same array twice among the operands is read while it is written.
  unsigned uses = 0;
  for (Value other : op->getOperands())
    uses += other == operand.get();
  if (uses > 1)
    return true;
  return llvm::any_of(members[c].values, [&](Value member) { return conflicts(op, member); });
}

void BufferPlan::update(Operation *op, ArrayRef<OpOperand *> candidates) {
  for (OpOperand *candidate : candidates) {
    if (conflicts(*candidate))
      continue;
    overwritten.insert(candidate);
    Class c = classOf(candidate->get());
    // Those defined in this very block are dead from here on.
    llvm::erase_if(members[c].values,
                   [&](Value v) { return v.getParentBlock() == op->getBlock(); });
    join(op->getResult(0), c);
    return;
  }
  newClass(op->getResult(0), /*borrowed=*/false);
}

void BufferPlan::enterLoop(Operation *op, MutableArrayRef<OpOperand> inits,
                           ArrayRef<ValueRange> slots) {
  for (auto [i, init] : llvm::enumerate(inits)) {
    if (!isArray(init.get()))
      continue;
    Class c;
    if (!conflicts(init)) {
      overwritten.insert(&init);
      c = classOf(init.get());
      llvm::erase_if(members[c].values,
                     [&](Value v) { return v.getParentBlock() == op->getBlock(); });
      join(slots[0][i], c);
    } else {
      c = newClass(slots[0][i], /*borrowed=*/false);
    }
    for (ValueRange slot : slots.drop_front())
      join(slot[i], c);
  }
}

/// A value that lies where one of two others does.
void BufferPlan::joinEither(Value value, Value one, Value other) {
  Class c = classOf(one);
  merge(c, classOf(other));
  join(value, c);
}

void BufferPlan::visitBlock(Block &block) {
  for (Operation &op : block)
    visit(&op);
}

void BufferPlan::visit(Operation *op) {
  if (auto insert = dyn_cast<ir::InsertOp>(op))
    return update(op, &insert.getArrayMutable());
  if (auto accumulate = dyn_cast<ir::AccumulateOp>(op))
    return update(op, &accumulate.getArrayMutable());
  if (auto scatter = dyn_cast<ir::ScatterOp>(op))
    return update(op, &scatter.getArrayMutable());
  if (auto rows = dyn_cast<ir::ScatterRowsOp>(op))
    return update(op, &rows.getArrayMutable());
  if (auto accumulate = dyn_cast<ir::AccumulateLanesOp>(op))
    return update(op, &accumulate.getArrayMutable());
  if (auto sum = dyn_cast<ir::AddArraysOp>(op))
    return update(op, {&sum.getLeftMutable(), &sum.getRightMutable()});
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    enterLoop(op, loop.getInitArgsMutable(), {loop.getRegionIterArgs(), loop.getResults()});
    return visitBlock(*loop.getBody());
  }
  if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    enterLoop(op, loop.getInitsMutable(),
              {loop.getBeforeArguments(), loop.getAfterArguments(), loop.getResults()});
    visitBlock(*loop.getBeforeBody());
    return visitBlock(*loop.getAfterBody());
  }
  for (Region &region : op->getRegions())
    for (Block &block : region)
      visitBlock(block);
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    for (Value result : branch.getResults()) {
      if (!isArray(result))
        continue;
      unsigned i = cast<OpResult>(result).getResultNumber();
      joinEither(result, branch.thenYield().getOperand(i), branch.elseYield().getOperand(i));
    }
    return;
  }
  if (auto select = dyn_cast<arith::SelectOp>(op); select && isArray(select.getResult()))
    return joinEither(select.getResult(), select.getTrueValue(), select.getFalseValue());
  for (Value result : op->getResults())
    if (isArray(result))
      newClass(result, /*borrowed=*/false);
}

} // namespace circ::lowering
