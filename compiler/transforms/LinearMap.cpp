//===- LinearMap.cpp - What iterations add to shared arrays linearly ------===//

#include "compiler/transforms/LinearMap.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace circ {

/// Whether an op does nothing but compute, with all that is inside. A quotient of indices
/// may fail, but not where it has not failed before.
static bool onlyComputes(Operation *op) {
  return !op->walk([](Operation *inner) {
              bool computes =
                  inner->getNumRegions() == 0
                      ? isPure(inner) || isa<ir::FloorDivOp, ir::FloorModOp>(inner)
                      : isa<ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp, scf::IfOp>(
                            inner);
              return computes ? WalkResult::advance() : WalkResult::interrupt();
            }).wasInterrupted();
}

/// Calls back with what an op and those inside of it use from outside.
static void forEachOperand(Operation *op, llvm::function_ref<void(Value)> visit) {
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
        visit(operand);
  });
}

SmallVector<scf::ForOp> LinearMap::loopsAround(Value value) const {
  SmallVector<scf::ForOp> loops;
  for (Operation *op = value.getParentBlock()->getParentOp(); op != iterations;
       op = op->getParentOp())
    loops.push_back(cast<scf::ForOp>(op));
  std::reverse(loops.begin(), loops.end());
  return loops;
}

/// Whether all iterations have the same value, or have the same for the same indices of
/// inner loops.
bool LinearMap::isInvariant(Value value) {
  Operation *parent = value.getParentBlock()->getParentOp();
  if (!iterations->isAncestor(parent))
    return true;
  if (auto known = invariants.find(value); known != invariants.end())
    return known->second;
  bool result = true;
  if (isa<BlockArgument>(value)) {
    auto inner = dyn_cast<scf::ForOp>(parent);
    result = inner && inner != iterations && value == inner.getInductionVar() &&
             areInvariant({inner.getLowerBound(), inner.getUpperBound(), inner.getStep()});
  } else {
    Operation *op = value.getDefiningOp();
    result = onlyComputes(op);
    if (result)
      forEachOperand(op, [&](Value operand) { result = result && isInvariant(operand); });
  }
  return invariants[value] = result;
}

bool LinearMap::areInvariant(ValueRange values) {
  return llvm::all_of(values, [&](Value value) { return isInvariant(value); });
}

/// The indices of inner loops that a value which all iterations share is made of.
void LinearMap::collectIndices(Value invariant, llvm::DenseSet<Value> &seen) {
  Operation *op = invariant.getDefiningOp();
  if (!seen.insert(invariant).second || !op || !iterations->isAncestor(op))
    return;
  forEachOperand(op, [&](Value operand) { collectIndices(operand, seen); });
}

/// Follows a carried array to the end of the iteration; false if anything is done with it
/// but adding to its elements.
bool LinearMap::followForward(Value array, Operation *yield, unsigned position, Chain &chain) {
  while (array.hasOneUse()) {
    OpOperand &use = *array.use_begin();
    Operation *user = use.getOwner();
    auto add = dyn_cast<ir::AccumulateOp>(user);
    if (add && use == add.getArrayMutable()) {
      chain.sums.push_back(add);
      array = add.getResult();
    } else if (auto inner = dyn_cast<scf::ForOp>(user);
               inner && use.getOperandNumber() >= inner.getNumControlOperands()) {
      unsigned place = use.getOperandNumber() - inner.getNumControlOperands();
      BlockArgument inside = inner.getRegionIterArg(place);
      if (!followForward(inside, inner.getBody()->getTerminator(), place, chain))
        return false;
      chain.carried.push_back(inside);
      array = inner.getResult(place);
    } else {
      return user == yield && use.getOperandNumber() == position;
    }
  }
  return false;
}

/// Follows an array back to zeros, or to `stop`, through what is added to it.
bool LinearMap::followBack(Value array, Value stop, Chain &chain) {
  for (bool isEnd = !stop; array != stop; isEnd = false) {
    if (auto zeros = array.getDefiningOp<ir::SplatOp>(); zeros && !stop) {
      chain.start = zeros;
      return matchPattern(zeros.getValue(), m_AnyZeroFloat());
    }
    Operation *op = array.getDefiningOp();
    if (!op || !iterations->isProperAncestor(op) || (!isEnd && !array.hasOneUse()))
      return false;
    if (auto add = dyn_cast<ir::AccumulateOp>(op)) {
      chain.sums.push_back(add);
      array = add.getArray();
    } else if (auto inner = dyn_cast<scf::ForOp>(op)) {
      unsigned place = cast<OpResult>(array).getResultNumber();
      BlockArgument inside = inner.getRegionIterArg(place);
      if (!followBack(inner.getYieldedValues()[place], inside, chain))
        return false;
      chain.carried.push_back(inside);
      array = inner.getInitArgs()[place];
    } else {
      return false;
    }
  }
  return array.hasOneUse();
}

/// Whether an iteration adds up an array at places that all iterations share, and then only
/// reads elements of it, at such places.
bool LinearMap::isOwnSum(Value array, Chain &chain) {
  return !readElsewhere.contains(array) &&
         iterations->isAncestor(array.getParentBlock()->getParentOp()) &&
         followBack(array, Value(), chain) && !chain.sums.empty() &&
         areInvariant(chain.start->getOperands().drop_front()) &&
         llvm::all_of(chain.sums, [&](auto add) { return areInvariant(add.getIndices()); }) &&
         llvm::all_of(array.getUsers(), [&](Operation *user) {
           auto read = dyn_cast<ir::ExtractOp>(user);
           return read && areInvariant(read.getIndices());
         });
}

/// A sum of it is kept for all places of the loops around it, which must be the same for all
/// iterations.
bool LinearMap::canBeInput(Value value) const {
  Operation *op = value.getDefiningOp();
  if (!op || isa<scf::ForOp>(op))
    return false;
  for (op = op->getParentOp(); op != iterations; op = op->getParentOp()) {
    auto inner = dyn_cast<scf::ForOp>(op);
    if (!inner || !matchPattern(inner.getLowerBound(), m_Zero()) ||
        !matchPattern(inner.getStep(), m_One()) ||
        iterations->isAncestor(inner.getUpperBound().getParentBlock()->getParentOp()))
      return false;
  }
  return true;
}

bool LinearMap::traceOwnSum(ir::ExtractOp read, Origin &origin) {
  if (!origin.arrays.insert(read.getArray()))
    return true;
  Chain chain;
  isOwnSum(read.getArray(), chain);
  if (iterations->isAncestor(chain.start)) {
    origin.ops.insert(chain.start);
    llvm::append_range(origin.invariant, chain.start->getOperands());
  }
  llvm::append_range(origin.carried, chain.carried);
  return llvm::all_of(chain.sums, [&](ir::AccumulateOp add) {
    origin.sums.insert(add);
    llvm::append_range(origin.invariant, add.getIndices());
    origin.depth = std::max<unsigned>(origin.depth, loopsAround(add.getResult()).size());
    return trace(add.getValue(), origin);
  });
}

/// What a number is made of linearly; false if it is not, or if a part is the same for all
/// iterations. `circ.scaled` and `circ.divided` treat zeros apart: their results are inputs.
bool LinearMap::trace(Value value, Origin &origin) {
  if (isInvariant(value))
    return false;
  Operation *op = value.getDefiningOp();
  if (auto product = dyn_cast_or_null<ir::MulOp>(op)) {
    for (auto [factor, other] :
         {std::pair{product.getX(), product.getY()}, std::pair{product.getY(), product.getX()}})
      if (isInvariant(factor)) {
        origin.ops.insert(op);
        origin.invariant.push_back(factor);
        return trace(other, origin);
      }
  } else if (auto negated = dyn_cast_or_null<ir::NegOp>(op)) {
    origin.ops.insert(op);
    return trace(negated.getX(), origin);
  } else if (auto read = dyn_cast_or_null<ir::ExtractOp>(op)) {
    Chain chain;
    if (areInvariant(read.getIndices()) && isOwnSum(read.getArray(), chain)) {
      origin.ops.insert(op);
      llvm::append_range(origin.invariant, read.getIndices());
      return traceOwnSum(read, origin);
    }
  }
  origin.leaves.insert(value);
  return canBeInput(value);
}

/// Fewer numbers go in than are added, and the sums of those that go in take no more memory
/// than the factors or the result: each index of theirs is one of these.
bool LinearMap::pays(const Origin &origin) {
  llvm::DenseSet<Value> indices;
  for (Value value : origin.invariant)
    collectIndices(value, indices);
  return llvm::all_of(origin.leaves, [&](Value leaf) {
    SmallVector<scf::ForOp> around = loopsAround(leaf);
    return around.size() < origin.depth &&
           llvm::all_of(
               around, [&](scf::ForOp inner) { return indices.contains(inner.getInductionVar()); });
  });
}

/// Whether anything but a known op needs a number, or what is made of it linearly.
bool LinearMap::isReadElsewhere(Value value, const llvm::DenseSet<Operation *> &known) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    if (isa<ir::AccumulateOp>(user))
      return !known.contains(user);
    return !isa<ir::MulOp, ir::NegOp>(user) || !known.contains(user) ||
           isReadElsewhere(user->getResult(0), known);
  });
}

/// The additions to shared arrays that are worth taking out of the loop, with what they add.
LinearMap::Additions LinearMap::collect() {
  Additions found;
  for (auto [place, array] : llvm::enumerate(iterations.getRegionIterArgs())) {
    Chain chain;
    if (!isa<RankedTensorType>(array.getType()) ||
        !followForward(array, iterations.getBody()->getTerminator(), place, chain))
      continue;
    for (ir::AccumulateOp add : chain.sums) {
      Origin origin;
      origin.ops.insert(add);
      origin.sums.insert(add);
      origin.depth = loopsAround(add.getResult()).size();
      origin.carried = chain.carried;
      origin.carried.push_back(array);
      llvm::append_range(origin.invariant, add.getIndices());
      if (areInvariant(add.getIndices()) && trace(add.getValue(), origin) && pays(origin))
        found.insert({add, std::move(origin)});
    }
  }
  return found;
}

/// Whether the iteration needs one of its sums for something else, too. Such a sum is what
/// the map begins with.
bool LinearMap::findThoseReadElsewhere(const Additions &found) {
  llvm::DenseSet<Operation *> known;
  for (auto &[add, origin] : found) {
    known.insert(origin.ops.begin(), origin.ops.end());
    known.insert(origin.sums.begin(), origin.sums.end());
  }
  unsigned before = readElsewhere.size();
  for (auto &[add, origin] : found)
    for (Value array : origin.arrays)
      for (Operation *read : array.getUsers())
        if (isReadElsewhere(read->getResult(0), known))
          readElsewhere.insert(array);
  return readElsewhere.size() != before;
}

void LinearMap::needInvariant(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !iterations->isProperAncestor(op) || needed.contains(op))
    return;
  need(op);
  forEachOperand(op, [&](Value operand) { needInvariant(operand); });
}

/// Needs an op and the loops around it.
void LinearMap::need(Operation *op) {
  for (; op != iterations && needed.insert(op).second; op = op->getParentOp())
    if (auto inner = dyn_cast<scf::ForOp>(op))
      for (Value bound : {inner.getLowerBound(), inner.getUpperBound(), inner.getStep()})
        needInvariant(bound);
}

LinearMap::LinearMap(scf::ForOp loop) : iterations(loop) {
  Additions found = collect();
  while (findThoseReadElsewhere(found))
    found = collect();
  for (auto &[add, origin] : found) {
    leaves.insert(origin.leaves.begin(), origin.leaves.end());
    sums.insert(origin.sums.begin(), origin.sums.end());
    carried.insert(origin.carried.begin(), origin.carried.end());
    for (Operation *op : origin.ops)
      need(op);
    for (Operation *op : origin.sums)
      need(op);
    for (Value value : origin.invariant)
      needInvariant(value);
  }
}

} // namespace circ
