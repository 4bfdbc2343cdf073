//===- PatternRegions.cpp - Dependences through branches, loops and calls -===//

#include "compiler/autodiff/Pattern.h"

#include "compiler/autodiff/Activity.h"
#include "compiler/autodiff/LinearFormulas.h"
#include "compiler/autodiff/UserGates.h"

using namespace mlir;

namespace circ::autodiff {

static SmallVector<Type> patternTypes(TypeRange primals) {
  SmallVector<Type> types;
  for (Type type : primals)
    types.push_back(patternType(type));
  return types;
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

/// Which ends of tapes from outside a region works on.
struct TapeUse {
  bool pushes = false, pops = false;
};

static void findTapeUse(Region &region, ModuleOp module, llvm::DenseSet<Operation *> &seen,
                        TapeUse &use) {
  region.walk([&](Operation *op) {
    auto isOutside = [&](Value tape) {
      return isa<ir::TapeType>(tape.getType()) &&
             (!region.isAncestor(tape.getParentRegion()) || isa<BlockArgument>(tape));
    };
    if (auto push = dyn_cast<ir::PushOp>(op))
      use.pushes |= isOutside(push.getTape());
    else if (auto pop = dyn_cast<ir::PopOp>(op))
      use.pops |= isOutside(pop.getTape());
    else if (auto call = dyn_cast<func::CallOp>(op);
             call && llvm::any_of(op->getOperands(), isOutside))
      if (auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
          seen.insert(callee).second)
        findTapeUse(callee.getBody(), module, seen, use);
  });
}

LogicalResult PatternWriter::writeIf(scf::IfOp branch) {
  if (isUnknown(branch.getCondition()))
    return writeBothSides(branch);
  Location loc = branch.getLoc();
  bool hasElse = branch.elseBlock() != nullptr;
  auto made = b.create<scf::IfOp>(loc, patternTypes(branch.getResultTypes()),
                                  at(branch.getCondition()), hasElse);
  for (auto [from, to] : {std::pair{branch.thenBlock(), made.thenBlock()},
                          std::pair{branch.elseBlock(), made.elseBlock()}}) {
    if (!from)
      continue;
    OpBuilder::InsertionGuard guard(b);
    to->clear();
    b.setInsertionPointToEnd(to);
    if (failed(writeBlock(*from)))
      return failure();
    b.create<scf::YieldOp>(loc, at(from->getTerminator()->getOperands()));
  }
  values.map(branch.getResults(), made.getResults());
  return success();
}

LogicalResult PatternWriter::writeBothSides(scf::IfOp branch) {
  Location loc = branch.getLoc();
  TapeUse use;
  llvm::DenseSet<Operation *> seen;
  for (Region &region : branch->getRegions())
    findTapeUse(region, functions.module, seen, use);
  if (use.pushes && use.pops)
    return cannot(branch, "a branch on real data both keeps values and takes some that were kept");
  SmallVector<Block *, 2> sides{branch.thenBlock()};
  if (branch.elseBlock())
    sides.push_back(branch.elseBlock());
  // What was kept last is taken first.
  if (use.pops)
    std::reverse(sides.begin(), sides.end());
  bool outerSpeculative = speculative, outerBranched = branched;
  speculative = branched = true;
  for (Block *side : sides)
    if (failed(writeBlock(*side)))
      return failure();
  speculative = outerSpeculative;
  branched = outerBranched;
  for (Value result : branch.getResults()) {
    unsigned i = cast<OpResult>(result).getResultNumber();
    Value yes = at(branch.thenYield().getOperand(i)), no = at(branch.elseYield().getOperand(i));
    if (!isRealType(result.getType())) {
      values.map(result, yes);
      continue;
    }
    for (auto [k, size] : llvm::enumerate(sizesOf(b, loc, yes))) {
      Value other = b.create<ir::DimOp>(loc, no, k);
      Value same = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, size, other);
      b.create<ir::CheckOp>(loc, ir::CheckKind::Shape, same,
                            "no sparsity pattern holds for all real inputs here: the size of an "
                            "array, {0} or {1}, hangs on real data",
                            ValueRange{size, other});
    }
    values.map(result, unite(loc, yes, no));
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

Value PatternWriter::differ(Location loc, Value left, Value right) {
  if (!isa<RankedTensorType>(left.getType()))
    return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, left, right);
  Value differences =
      mapElements(b, loc, left.getType(), sizesOf(b, loc, left), [&](ValueRange indices) {
        Value first = b.create<ir::ExtractOp>(loc, b.getI64Type(), left, indices);
        Value second = b.create<ir::ExtractOp>(loc, b.getI64Type(), right, indices);
        return b.create<arith::XOrIOp>(loc, first, second).getResult();
      });
  return differ(loc, uniteElements(b, loc, differences), number(loc, 0));
}

FailureOr<SmallVector<Value>> PatternWriter::writeUntilStable(Operation *loop, ValueRange primals,
                                                              ValueRange starts, Step step) {
  Location loc = loop->getLoc();
  if (changesOuterState(loop))
    return cannot(loop, "how often a loop keeps values for its derivative hangs on real data");
  SmallVector<unsigned> sets;
  SmallVector<Value> state;
  for (auto [i, primal] : llvm::enumerate(primals))
    if (isRealType(primal.getType())) {
      sets.push_back(i);
      state.push_back(starts[i]);
    }
  state.push_back(b.create<arith::ConstantOp>(loc, b.getBoolAttr(true)));
  SmallVector<Type> types(ValueRange(state).getTypes());
  SmallVector<Location> places(types.size(), loc);
  auto repeat = b.create<scf::WhileOp>(loc, types, state);
  auto all = [&](ValueRange carried) {
    SmallVector<Value> whole(starts);
    for (auto [k, i] : llvm::enumerate(sets))
      whole[i] = carried[k];
    return whole;
  };
  OpBuilder::InsertionGuard guard(b);
  Block *before = b.createBlock(&repeat.getBefore(), {}, types, places);
  b.create<scf::ConditionOp>(loc, before->getArguments().back(), before->getArguments());
  Block *after = b.createBlock(&repeat.getAfter(), {}, types, places);
  bool outerSpeculative = speculative, outerBranched = branched;
  speculative = branched = true;
  FailureOr<SmallVector<Value>> stepped = step(all(after->getArguments()));
  speculative = outerSpeculative;
  branched = outerBranched;
  if (failed(stepped))
    return failure();
  SmallVector<Value> next;
  Value grown = b.create<arith::ConstantOp>(loc, b.getBoolAttr(false));
  for (auto [k, i] : llvm::enumerate(sets)) {
    next.push_back(unite(loc, after->getArgument(k), (*stepped)[i]));
    Value more = differ(loc, after->getArgument(k), next.back());
    grown = b.create<arith::OrIOp>(loc, grown, more);
  }
  next.push_back(grown);
  b.create<scf::YieldOp>(loc, next);
  return all(repeat.getResults());
}

LogicalResult PatternWriter::writeFor(scf::ForOp loop) {
  Location loc = loop.getLoc();
  Block &body = *loop.getBody();
  auto iterate = [&](Value index, ValueRange state) -> FailureOr<SmallVector<Value>> {
    values.map(loop.getInductionVar(), index);
    values.map(loop.getRegionIterArgs(), state);
    if (failed(writeBlock(body)))
      return failure();
    return at(loop.getYieldedValues());
  };
  SmallVector<Value> starts = at(loop.getInitArgs());
  if (anyUnknown(loop->getOperands().take_front(3))) {
    auto stable = writeUntilStable(loop, loop.getRegionIterArgs(), starts, [&](ValueRange state) {
      return iterate(number(loc, 0), state);
    });
    if (failed(stable))
      return failure();
    values.map(loop.getResults(), *stable);
    return success();
  }
  auto made = b.create<scf::ForOp>(loc, at(loop.getLowerBound()), at(loop.getUpperBound()),
                                   at(loop.getStep()), starts);
  if (!made.getBody()->empty())
    made.getBody()->getTerminator()->erase();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(made.getBody());
  auto next = iterate(made.getInductionVar(), made.getRegionIterArgs());
  if (failed(next))
    return failure();
  b.create<scf::YieldOp>(loc, *next);
  values.map(loop.getResults(), made.getResults());
  return success();
}

LogicalResult PatternWriter::writeWhile(scf::WhileOp loop) {
  Location loc = loop.getLoc();
  scf::ConditionOp condition = loop.getConditionOp();
  auto test = [&](ValueRange state) {
    values.map(loop.getBeforeArguments(), state);
    return writeBlock(*loop.getBeforeBody());
  };
  auto iterate = [&](ValueRange state) -> FailureOr<SmallVector<Value>> {
    values.map(loop.getAfterArguments(), state);
    if (failed(writeBlock(*loop.getAfterBody())))
      return failure();
    return at(loop.getYieldOp().getOperands());
  };
  SmallVector<Value> starts = at(loop.getInits());
  if (isUnknown(condition.getCondition())) {
    auto stable = writeUntilStable(loop, loop.getBeforeArguments(), starts,
                                   [&](ValueRange state) -> FailureOr<SmallVector<Value>> {
                                     if (failed(test(state)))
                                       return failure();
                                     return iterate(at(condition.getArgs()));
                                   });
    if (failed(stable) || failed(test(*stable)))
      return failure();
    values.map(loop.getResults(), at(condition.getArgs()));
    return success();
  }
  auto made = b.create<scf::WhileOp>(loc, patternTypes(loop.getResultTypes()), starts);
  OpBuilder::InsertionGuard guard(b);
  auto open = [&](Region &region, ValueRange arguments) {
    SmallVector<Type> types = patternTypes(arguments.getTypes());
    return b.createBlock(&region, {}, types, SmallVector<Location>(types.size(), loc));
  };
  Block *before = open(made.getBefore(), loop.getBeforeArguments());
  if (failed(test(before->getArguments())))
    return failure();
  b.create<scf::ConditionOp>(loc, at(condition.getCondition()), at(condition.getArgs()));
  Block *after = open(made.getAfter(), loop.getAfterArguments());
  auto next = iterate(after->getArguments());
  if (failed(next))
    return failure();
  b.create<scf::YieldOp>(loc, *next);
  values.map(loop.getResults(), made.getResults());
  return success();
}

//===----------------------------------------------------------------------===//
// Independent iterations
//===----------------------------------------------------------------------===//

LogicalResult PatternWriter::writeMap(ir::MapOp map) {
  if (anyUnknown(map->getOperands()))
    return cannot(map, "the size of an array hangs on real data");
  auto made = b.create<ir::MapOp>(map.getLoc(), patternType(map.getType()), at(map.getBounds()),
                                  at(map.getInner()));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(made.getBodyBlock());
  values.map(map.getIndices(), made.getIndices());
  if (failed(writeBlock(*map.getBodyBlock())))
    return failure();
  b.create<ir::YieldOp>(map.getLoc(), at(map.getYielded()));
  values.map(map.getResult(), made.getResult());
  return success();
}

LogicalResult PatternWriter::writeReduction(Operation *op) {
  Location loc = op->getLoc();
  Block &body = op->getRegion(0).front();
  Value bound = op->getOperand(0), yielded = body.getTerminator()->getOperand(0);
  if (!isRealType(op->getResult(0).getType())) {
    Value result = op->getResult(0);
    if (isUnknown(result)) {
      values.map(result, nothing(loc, result.getType()));
      return success();
    }
    Operation *made = b.cloneWithoutRegions(*op, values);
    OpBuilder::InsertionGuard guard(b);
    Block *inner = b.createBlock(&made->getRegion(0), {}, b.getI64Type(), loc);
    values.map(body.getArguments(), inner->getArguments());
    if (failed(writeBlock(body)))
      return failure();
    b.create<ir::YieldOp>(loc, at(yielded));
    return success();
  }
  // The union over all iterations: on what any of the combined values depends.
  Value set;
  if (isUnknown(bound)) {
    bool outerSpeculative = speculative, outerBranched = branched;
    speculative = branched = true;
    values.map(body.getArgument(0), number(loc, 0));
    if (failed(writeBlock(body)))
      return failure();
    speculative = outerSpeculative;
    branched = outerBranched;
    set = at(yielded);
  } else {
    auto unions =
        loopOver(b, loc, at(bound), number(loc, 0),
                 [&](ValueRange index, ValueRange carried) -> FailureOr<SmallVector<Value>> {
                   values.map(body.getArgument(0), index.front());
                   if (failed(writeBlock(body)))
                     return failure();
                   return SmallVector<Value>{unite(loc, carried.front(), at(yielded))};
                 });
    if (failed(unions))
      return failure();
    set = unions->front();
  }
  for (Value result : op->getResults())
    values.map(result, set);
  return success();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

LogicalResult PatternWriter::writeCall(func::CallOp call) {
  Location loc = call.getLoc();
  auto callee = functions.module.lookupSymbol<func::FuncOp>(call.getCallee());
  if (branched && function->hasAttr("circ.recursive") && callee->hasAttr("circ.recursive"))
    return cannot(call, "how deep a recursion goes hangs on real data");
  llvm::BitVector unknown(call.getNumOperands());
  for (auto [i, operand] : llvm::enumerate(call.getOperands()))
    unknown[i] = isUnknown(operand);
  bool gate = isUserGate(callee);
  Value all;
  if (gate) {
    // The derivative that a gate states may be any.
    all = number(loc, 0);
    for (Value operand : call.getOperands())
      if (isRealType(operand.getType()))
        all = unite(loc, all, uniteElements(b, loc, at(operand)));
    if (!isa<RankedTensorType>(call.getResult(0).getType())) {
      values.map(call.getResult(0), all);
      return success();
    }
  }
  FailureOr<func::FuncOp> pattern = functions.get(callee, unknown, speculative);
  if (failed(pattern))
    return failure();
  auto made = b.create<func::CallOp>(loc, *pattern, at(call.getOperands()));
  values.map(call.getResults(), made.getResults());
  if (gate) {
    Value sets = made.getResult(0);
    SmallVector<Value> sizes;
    for (auto [i, size] : llvm::enumerate(sizesOf(b, loc, sets)))
      if (cast<RankedTensorType>(sets.getType()).isDynamicDim(i))
        sizes.push_back(size);
    values.map(
        call.getResult(0),
        b.create<ir::SplatOp>(loc, cast<RankedTensorType>(sets.getType()), all, sizes).getResult());
  }
  return success();
}

} // namespace circ::autodiff
