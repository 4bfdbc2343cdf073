//===- SinkDirections.cpp - Directions inside of what they share ----------===//
//
// The loop over the directions of a Jacobian goes into the loops and branches
// that all directions have in common, so that what does not depend on the
// direction is computed once:
//
//   for %k in directions { for %i { f(i) ... g(i, k) }; map (%j) { h(j, k) } }
//
// becomes
//
//   for %i { f(i) ... for %k in directions { g(i, k) } }
//   map (%j) { for %k in directions { h(j, k) } }
//
// What a direction hands from one of these loops to the next gets a column for
// each direction: a number becomes a row, an array gets a last dimension more.
// Iterations of the loops over directions access columns of their own alone.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/ColumnEmitter.h"
#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/Effects.h"
#include "compiler/transforms/LaneEmitter.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace circ {
namespace {

bool isArray(Value value) { return isa<RankedTensorType>(value.getType()); }

/// Rewrites one loop over directions. What it makes stands before the loop; when it cannot
/// go on, all that is erased and the loop stays.
class Sinker {
public:
  explicit Sinker(scf::ForOp directions)
      : directions(directions), loc(directions.getLoc()), b(directions), varying(directions),
        count(*getConstantIntValue(directions.getUpperBound())) {
    columns =
        varying.onlyComparesDirection() ? llvm::alignTo(count, DirectionColumns::alignment) : count;
  }

  bool run() {
    Operation *before = directions->getPrevNode();
    Block &body = *directions.getBody();
    for (auto [carried, init] :
         llvm::zip_equal(directions.getRegionIterArgs(), directions.getInitArgs())) {
      if (!isArray(init) || columnsOf(init) != count)
        return false;
      inColumns[carried] = init;
    }
    if (emitBlock(body) && sunk && flush()) {
      SmallVector<Value> results;
      for (Value end : directions.getYieldedValues())
        results.push_back(columnsFor(end, count));
      if (llvm::none_of(results, [](Value result) { return !result; })) {
        directions.replaceAllUsesWith(results);
        directions.erase();
        return true;
      }
    }
    while (directions->getPrevNode() != before) {
      Operation *made = directions->getPrevNode();
      made->dropAllUses();
      made->erase();
    }
    return false;
  }

private:
  //===--- What all directions share --------------------------------------===//

  /// Emits what is common at once; what differs waits for `flush`.
  bool emitBlock(Block &from) {
    for (Operation &op : from.without_terminator()) {
      if (!varying.isTouched(&op)) {
        b.clone(op, common);
      } else if (varying.isSinkable(&op)) {
        if (!flush() || !sink(&op))
          return false;
        sunk = true;
      } else if (!isColumnCopy(&op)) {
        waiting.push_back(&op);
      }
    }
    return flush();
  }

  bool sink(Operation *op) {
    if (auto map = dyn_cast<ir::MapOp>(op))
      return VaryingValues::isLong(map) ? sinkIntoLongMap(map) : sinkIntoMap(map);
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return sinkIntoFor(loop);
    return sinkIntoIf(cast<scf::IfOp>(op));
  }

  /// What each of some values is after the loop or branch that is made: with columns
  /// where it differs.
  void define(ValueRange originals, ValueRange made) {
    for (auto [original, value] : llvm::zip_equal(originals, made))
      if (varying.contains(original))
        inColumns[original] = value;
      else
        common.map(original, value);
  }

  bool sinkIntoFor(scf::ForOp loop) {
    SmallVector<Value> starts;
    for (auto [init, carried] : llvm::zip_equal(loop.getInitArgs(), loop.getRegionIterArgs())) {
      Value start = varying.contains(carried) ? columnsFor(init) : common.lookupOrDefault(init);
      if (!start)
        return false;
      starts.push_back(start);
    }
    auto same = [&](Value value) { return common.lookupOrDefault(value); };
    auto made = b.create<scf::ForOp>(loop.getLoc(), same(loop.getLowerBound()),
                                     same(loop.getUpperBound()), same(loop.getStep()), starts);
    made->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
    if (!made.getBody()->empty())
      made.getBody()->getTerminator()->erase();
    common.map(loop.getInductionVar(), made.getInductionVar());
    define(loop.getRegionIterArgs(), made.getRegionIterArgs());
    if (!emitYield(*loop.getBody(), made.getBody(), loop.getRegionIterArgs(), ValueRange(starts)))
      return false;
    define(loop.getResults(), made.getResults());
    return true;
  }

  bool sinkIntoIf(scf::IfOp branch) {
    // The types of what has columns are known when the sides are made.
    auto sides = b.create<scf::IfOp>(branch.getLoc(), TypeRange(),
                                     common.lookupOrDefault(branch.getCondition()), true);
    SmallVector<SmallVector<Value>> ends;
    for (auto [from, to] : {std::pair{branch.thenBlock(), sides.thenBlock()},
                            std::pair{branch.elseBlock(), sides.elseBlock()}}) {
      OpBuilder::InsertionGuard guard(b);
      to->clear();
      b.setInsertionPointToEnd(to);
      if (!emitBlock(*from))
        return false;
      SmallVector<Value> yielded;
      for (auto [end, result] :
           llvm::zip_equal(from->getTerminator()->getOperands(), branch.getResults())) {
        Value value = varying.contains(result) ? columnsFor(end) : common.lookupOrDefault(end);
        if (!value)
          return false;
        yielded.push_back(value);
      }
      b.create<scf::YieldOp>(branch.getLoc(), yielded);
      ends.push_back(yielded);
    }
    if (TypeRange(ValueRange(ends[0])) != TypeRange(ValueRange(ends[1])))
      return false;
    auto made = b.create<scf::IfOp>(branch.getLoc(), TypeRange(ValueRange(ends[0])),
                                    sides.getCondition(), true);
    for (auto [from, to] : {std::pair{sides.thenBlock(), made.thenBlock()},
                            std::pair{sides.elseBlock(), made.elseBlock()}}) {
      to->clear();
      to->getOperations().splice(to->end(), from->getOperations());
    }
    sides.erase();
    define(branch.getResults(), made.getResults());
    return true;
  }

  bool emitYield(Block &from, Block *to, ValueRange slots, ValueRange starts) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(to);
    if (!emitBlock(from))
      return false;
    SmallVector<Value> ends;
    for (auto [end, slot, start] :
         llvm::zip_equal(from.getTerminator()->getOperands(), slots, starts)) {
      Value value = varying.contains(slot) ? columnsFor(end) : common.lookupOrDefault(end);
      if (!value || value.getType() != start.getType())
        return false;
      ends.push_back(value);
    }
    b.create<scf::YieldOp>(loc, ends);
    return true;
  }

  /// A long map stays one, whose iterations can go into lanes: each makes the columns
  /// of its elements.
  bool sinkIntoLongMap(ir::MapOp map) {
    auto lanes = getConstantIntValue(map.getBounds().back());
    if (!map.getInner().empty() || (lanes && *lanes < DirectionColumns::alignment))
      return false;
    llvm::SaveAndRestore<int64_t> unpadded(columns, count);
    llvm::SaveAndRestore<bool> inside(insideMap, true);
    SmallVector<Value> bounds;
    for (Value bound : map.getBounds())
      bounds.push_back(common.lookupOrDefault(bound));
    auto made = b.create<ir::MapOp>(map.getLoc(), withColumns(map.getType(), count), bounds);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(made.getBodyBlock());
    common.map(ValueRange(map.getIndices()), ValueRange(made.getIndices()));
    if (!emitBlock(*map.getBodyBlock()))
      return false;
    Value yielded = columnsFor(map.getYielded());
    if (!yielded || columnsOf(yielded) != count)
      return false;
    b.create<ir::YieldOp>(map.getLoc(), yielded);
    inColumns[map.getResult()] = made;
    return true;
  }

  /// A short map becomes loops that fill one array.
  bool sinkIntoMap(ir::MapOp map) {
    auto type = cast<RankedTensorType>(map.getType());
    if (!type.hasStaticShape() || !isSmall(type))
      return false;
    Value array = newColumns(type);
    llvm::SaveAndRestore<std::optional<Store>> outer(store);
    bool right = true;
    array = forEachElement(b, loc, boundsOf(map), array, [&](ValueRange indices, Value state) {
      common.map(ValueRange(map.getIndices()), indices);
      store = Store{map.getYielded(), state, SmallVector<Value>(indices)};
      right &= emitBlock(*map.getBodyBlock());
      if (right && !store) // the columns of what is yielded are stored
        return stored;
      right = false;
      return state;
    });
    inColumns[map.getResult()] = array;
    return right;
  }

  SmallVector<Value> boundsOf(ir::MapOp map) {
    SmallVector<Value> bounds;
    for (Value bound : map.getBounds())
      bounds.push_back(common.lookupOrDefault(bound));
    return bounds;
  }

  //===--- Columns --------------------------------------------------------===//

  bool isSmall(Type type) const {
    auto array = dyn_cast<RankedTensorType>(type);
    return !array || (array.hasStaticShape() &&
                      array.getNumElements() * columns <= DirectionColumns::mostElements);
  }

  /// An array for the columns of values of a type. In lanes it is one of each lane, which
  /// starts with something.
  Value newColumns(Type of) {
    RankedTensorType type = withColumns(of, columns);
    if (!insideMap)
      return b.create<ir::EmptyOp>(loc, type, ValueRange());
    Value zero = b.create<arith::ConstantOp>(loc, b.getZeroAttr(type.getElementType()));
    return b.create<ir::SplatOp>(loc, type, zero, ValueRange());
  }

  /// A value with a column for each direction; null where that is not done.
  Value columnsFor(Value original, int64_t wanted = 0) {
    if (Value found = inColumns.lookup(original))
      return wanted == 0 || columnsOf(found) == wanted ? found : Value();
    if (varying.contains(original) || !isSmall(original.getType()))
      return {};
    Value value = common.lookupOrDefault(original);
    RankedTensorType type = withColumns(value.getType(), wanted ? wanted : columns);
    auto splat = value.getDefiningOp<ir::SplatOp>();
    if (!isArray(value) || splat)
      return b.create<ir::SplatOp>(loc, type, splat ? splat.getValue() : value, ValueRange());
    SmallVector<Value> sizes = allSizes(b, loc, value);
    sizes.push_back(b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(type.getShape().back())));
    auto map = b.create<ir::MapOp>(loc, type, sizes);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(map.getBodyBlock());
    SmallVector<Value> indices(map.getIndices().begin(), map.getIndices().end());
    Value element =
        b.create<ir::ExtractOp>(loc, type.getElementType(), value, ValueRange(indices).drop_back());
    b.create<ir::YieldOp>(loc, element);
    return map;
  }

  /// Whether an op fills the columns of a result by those of a map, for all its elements:
  /// then the map with columns is the result.
  bool isColumnCopy(Operation *op) {
    ColumnCopy copy(op, directions.getInductionVar());
    if (!copy.isComplete())
      return false;
    Value made = inColumns.lookup(copy.from()), into = inColumns.lookup(copy.into());
    auto splat = into ? into.getDefiningOp<ir::SplatOp>() : ir::SplatOp();
    auto map = made ? made.getDefiningOp<ir::MapOp>() : ir::MapOp();
    if (!splat || !map || made.getType() != into.getType())
      return false;
    SmallVector<Value> sizes;
    for (auto [k, bound] : llvm::enumerate(map.getBounds()))
      if (cast<RankedTensorType>(map.getType()).isDynamicDim(k))
        sizes.push_back(bound);
    if (!llvm::equal(sizes, splat.getSizes()))
      return false;
    inColumns[op->getResult(0)] = made;
    return true;
  }

  //===--- Loops over the directions --------------------------------------===//

  /// A value of each iteration of a map and its place in the columns of the result.
  struct Store {
    Value value, array;
    SmallVector<Value> indices;
  };

  /// What a loop over the directions hands on.
  struct Handed {
    Value original;
    /// The array that the columns of an array are changed in; null: they are new.
    Value root;
  };

  bool isWaiting(Operation *op) const {
    for (; op; op = op->getParentOp())
      if (llvm::is_contained(waiting, op))
        return true;
    return false;
  }

  /// The array with columns that a value is a later state of; null if it is none or not
  /// of one alone.
  Value rootOf(Value value) const {
    if (inColumns.contains(value))
      return value;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
      return loop && argument != loop.getInductionVar() && isWaiting(loop)
                 ? rootOf(loop.getTiedLoopInit(argument)->get())
                 : Value();
    }
    Operation *op = value.getDefiningOp();
    if (!isWaiting(op))
      return {};
    auto common = [&](Value first, Value second) {
      Value root = rootOf(first);
      return root == rootOf(second) ? root : Value();
    };
    unsigned position = cast<OpResult>(value).getResultNumber();
    if (isa<ir::InsertOp, ir::AccumulateOp>(op))
      return rootOf(op->getOperand(1));
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return common(loop.getInitArgs()[position], loop.getYieldedValues()[position]);
    if (auto branch = dyn_cast<scf::IfOp>(op))
      return common(branch.thenYield().getOperand(position),
                    branch.elseYield().getOperand(position));
    return {};
  }

  std::optional<SmallVector<Handed>> handedOn() {
    SmallVector<Handed> handed;
    llvm::SmallDenseSet<Value> roots;
    for (Operation *op : waiting)
      for (Value result : op->getResults()) {
        if (llvm::all_of(result.getUsers(), [&](Operation *user) { return isWaiting(user); }))
          continue;
        if (store && result == store->value &&
            llvm::all_of(result.getUsers(), [&](Operation *user) {
              return isWaiting(user) || user->hasTrait<OpTrait::IsTerminator>();
            }))
          continue;
        Value root = isArray(result) ? rootOf(result) : Value();
        // Two states of one array are not kept; nor are truths, or large arrays.
        if (root ? !roots.insert(root).second
                 : (!isSmall(result.getType()) ||
                    getElementTypeOrSelf(result.getType()).isInteger(1)))
          return std::nullopt;
        handed.push_back({result, root});
      }
    return handed;
  }

  /// Emits what waits as a loop over the directions.
  bool flush() {
    if (waiting.empty())
      return true;
    auto handed = handedOn();
    if (!handed)
      return false;
    bool stores = store && llvm::any_of(waiting, [&](Operation *op) {
                    return op == store->value.getDefiningOp();
                  });
    int64_t trips = columns;
    SmallVector<Value> starts;
    for (Handed &value : *handed) {
      starts.push_back(value.root ? inColumns.lookup(value.root)
                                  : newColumns(value.original.getType()));
      trips = std::min(trips, columnsOf(starts.back()));
    }
    if (stores)
      starts.push_back(store->array);
    llvm::SetVector<Value> read;
    for (Operation *op : waiting)
      op->walk([&](Operation *inner) {
        for (Value operand : inner->getOperands())
          if (Value columns = inColumns.lookup(operand)) {
            read.insert(operand);
            trips = std::min(trips, columnsOf(columns));
          }
      });
    auto number = [&](int64_t value) -> Value {
      return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
    };
    auto loop = b.create<scf::ForOp>(loc, number(0), number(trips), number(1), starts);
    for (const char *name : {"circ.independent", "circ.directions", "circ.columns"})
      loop->setAttr(name, b.getUnitAttr());
    if (!loop.getBody()->empty())
      loop.getBody()->getTerminator()->erase();
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(loop.getBody());
      ColumnEmitter emitter(b, loop.getInductionVar(), common);
      emitter.set(directions.getInductionVar(), loop.getInductionVar());
      for (Value original : read) {
        Value array = inColumns.lookup(original);
        for (auto [k, value] : llvm::enumerate(*handed))
          if (value.root == original)
            array = loop.getRegionIterArgs()[k];
        emitter.setColumn(original, array);
      }
      for (auto [k, value] : llvm::enumerate(*handed))
        if (value.root && !read.contains(value.root))
          emitter.setColumn(value.root, loop.getRegionIterArgs()[k]);
      for (Operation *op : waiting)
        if (!emitter.emit(op))
          return false;
      SmallVector<Value> ends;
      for (auto [k, value] : llvm::enumerate(*handed)) {
        Value end = value.root ? emitter.columns(value.original)
                               : emitter.put(value.original, loop.getRegionIterArgs()[k], {});
        if (!end || end.getType() != starts[k].getType())
          return false;
        ends.push_back(end);
      }
      if (stores)
        ends.push_back(emitter.put(store->value, loop.getRegionIterArgs().back(), store->indices));
      b.create<scf::YieldOp>(loc, ends);
    }
    for (auto [k, value] : llvm::enumerate(*handed))
      inColumns[value.original] = loop.getResult(k);
    if (stores) {
      stored = loop.getResults().back();
      store.reset();
    }
    waiting.clear();
    return true;
  }

  scf::ForOp directions;
  Location loc;
  OpBuilder b;
  VaryingValues varying;
  /// The directions, and the columns of new arrays: as many, or rounded up to full lanes.
  int64_t count, columns;
  bool insideMap = false, sunk = false;
  /// Copies of what all directions share.
  IRMapping common;
  /// What differs, with a column for each direction.
  llvm::DenseMap<Value, Value> inColumns;
  /// What the next loop over the directions does.
  SmallVector<Operation *> waiting;
  /// What it is to store, and the array with that.
  std::optional<Store> store;
  Value stored;
};

struct SinkDirections : PassWrapper<SinkDirections, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SinkDirections)
  StringRef getArgument() const final { return "sink-directions"; }
  StringRef getDescription() const final {
    return "put the loop over directions inside of what they have in common";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }
  void runOnOperation() final {
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (isCandidate(loop))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      Sinker(loop).run();
  }

  /// Whether it is a loop over some directions, not inside of another loop.
  static bool isCandidate(scf::ForOp loop) {
    auto count = getConstantIntValue(loop.getUpperBound());
    if (!loop->hasAttr("circ.directions") || loop->hasAttr("circ.columns") || !count ||
        *count < DirectionColumns::fewest || *count > DirectionColumns::most)
      return false;
    for (Operation *op = loop->getParentOp(); !isa<func::FuncOp>(op); op = op->getParentOp())
      if (!isa<scf::IfOp>(op))
        return false;
    return !loop.walk([](Operation *op) {
                  return happensInOrder(op) || isa<func::CallOp>(op) ? WalkResult::interrupt()
                                                                     : WalkResult::advance();
                })
                .wasInterrupted();
  }
};

} // namespace

std::unique_ptr<Pass> createSinkDirectionsPass() { return std::make_unique<SinkDirections>(); }

void registerSinkDirectionsPass() { PassRegistration<SinkDirections>(); }

} // namespace circ
