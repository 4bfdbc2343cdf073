//===- MeasureMemory.cpp - Programs that tell the memory of a call --------===//

#include "compiler/lowering/MeasureMemory.h"

#include "compiler/lowering/FunctionLowering.h"
#include "compiler/lowering/TapeUses.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace circ {
namespace {

using lowering::calleeOf;
using lowering::isTape;
using lowering::ModuleState;
using lowering::pointerType;
using lowering::popsSizes;
using lowering::usesOuterTape;

/// A function's measuring program, or why there is none.
struct Measured {
  func::FuncOp function; ///< Null while it is being written.
  std::optional<MeasureObstacle> obstacle;
  llvm::BitVector hiddenResults; ///< Of its integer results, those that data tell.
};

class ModuleMeasurer {
public:
  explicit ModuleMeasurer(ModuleOp module) : module(module), state(module) {}
  const Measured &measure(func::FuncOp function);

  ModuleOp module;
  ModuleState state;

private:
  std::map<Operation *, Measured> made; // entries stay where they are
};

bool isNumber(Type type) { return isa<IntegerType>(type); }

/// Writes one measuring program.
class FunctionMeasurer {
public:
  FunctionMeasurer(ModuleMeasurer &all, func::FuncOp from)
      : all(all), from(from), b(from.getContext()), loc(from.getLoc()) {}
  void write(Measured &measured);

private:
  LogicalResult block(Block &block);
  LogicalResult op(Operation *op);
  LogicalResult runtimeCall(LLVM::CallOp call);
  LogicalResult call(func::CallOp call);
  LogicalResult loop(scf::ForOp op);
  LogicalResult loop(scf::WhileOp op);
  LogicalResult branch(scf::IfOp op);

  LogicalResult stop(Operation *op, const Twine &reason) {
    obstacle = MeasureObstacle{reason.str(), op->getLoc()};
    return failure();
  }
  /// What stands for a value; nothing in particular for what is no number.
  Value at(Value value);
  bool isHidden(Value value) const { return hidden.contains(values.lookup(value)); }
  void hide(ValueRange numbers);
  void set(Value value, Value made, bool isHiddenNow) {
    values[value] = made;
    if (isHiddenNow)
      hidden.insert(made);
  }
  Value emit(StringRef name, Type result, ValueRange operands);

  ModuleMeasurer &all;
  func::FuncOp from;
  OpBuilder b;
  Location loc;
  Value measurement;
  DenseMap<Value, Value> values;
  DenseSet<Value> hidden; ///< Numbers of the program that only data tell.
  SmallVector<Operation *> discarded;
  SmallVector<unsigned> hiddenResults;
  std::optional<MeasureObstacle> obstacle;
};

Value FunctionMeasurer::at(Value value) {
  if (Value made = values.lookup(value))
    return made;
  Type type = value.getType();
  if (isa<LLVM::LLVMPointerType>(type))
    return b.create<LLVM::ZeroOp>(loc, type);
  if (auto zero = dyn_cast_or_null<TypedAttr>(b.getZeroAttr(type)))
    return b.create<arith::ConstantOp>(loc, zero);
  return b.create<LLVM::UndefOp>(loc, type);
}

/// Numbers that data tell: placeholders that nothing may need.
void FunctionMeasurer::hide(ValueRange numbers) {
  for (Value value : numbers)
    if (isNumber(value.getType()))
      set(value, b.create<LLVM::UndefOp>(loc, value.getType()), true);
}

Value FunctionMeasurer::emit(StringRef name, Type result, ValueRange operands) {
  Type type = result ? result : LLVM::LLVMVoidType::get(b.getContext());
  auto callee = all.state.function(name, type, SmallVector<Type>(operands.getTypes()));
  auto made = b.create<LLVM::CallOp>(loc, callee, operands);
  return result ? made.getResult() : Value();
}

LogicalResult FunctionMeasurer::block(Block &block) {
  for (Operation &inner : block.without_terminator())
    if (failed(op(&inner)))
      return failure();
  loc = block.getTerminator()->getLoc();
  return success();
}

LogicalResult FunctionMeasurer::op(Operation *op) {
  loc = op->getLoc();
  if (auto forOp = dyn_cast<scf::ForOp>(op))
    return loop(forOp);
  if (auto whileOp = dyn_cast<scf::WhileOp>(op))
    return loop(whileOp);
  if (auto ifOp = dyn_cast<scf::IfOp>(op))
    return branch(ifOp);
  if (auto callOp = dyn_cast<func::CallOp>(op))
    return call(callOp);
  if (auto callOp = dyn_cast<LLVM::CallOp>(op))
    return runtimeCall(callOp);
  // The list of sizes that an array's elements are counted from.
  auto isInList = [&](Value pointer) {
    Value made = values.lookup(pointer);
    return made && isa_and_nonnull<LLVM::AllocaOp, LLVM::GEPOp>(made.getDefiningOp());
  };
  bool isList = isa<LLVM::AllocaOp>(op) && cast<LLVM::AllocaOp>(op).getElemType().isInteger(64);
  if (auto place = dyn_cast<LLVM::GEPOp>(op))
    isList = isInList(place.getBase()) && place.getDynamicIndices().empty();
  if (auto store = dyn_cast<LLVM::StoreOp>(op)) {
    isList = isInList(store.getAddr());
    if (isList && isHidden(store.getValue()))
      return stop(op, "the size of an array follows from data");
  }
  bool onNumbers = isa<arith::ArithDialect>(op->getDialect()) &&
                   llvm::all_of(op->getOperandTypes(), isNumber) &&
                   llvm::all_of(op->getResultTypes(), isNumber);
  if (!isList && !onNumbers) {
    if (op->getNumRegions())
      return stop(op, "the program has a loop of another kind");
    hide(op->getResults());
    return success();
  }
  IRMapping map;
  bool hides = false;
  for (Value operand : op->getOperands()) {
    map.map(operand, at(operand));
    hides |= isHidden(operand);
  }
  Operation *copy = b.clone(*op, map);
  for (auto [result, made] : llvm::zip_equal(op->getResults(), copy->getResults()))
    set(result, made, hides);
  return success();
}

/// What takes and gives back memory stays; all else is gone.
LogicalResult FunctionMeasurer::runtimeCall(LLVM::CallOp call) {
  StringRef name = calleeOf(*call);
  auto operand = [&](unsigned i) { return at(call.getOperand(i)); };
  auto hides = [&](ArrayRef<unsigned> operands) {
    return llvm::any_of(operands, [&](unsigned i) { return isHidden(call.getOperand(i)); });
  };
  auto need = [&](ArrayRef<unsigned> operands, StringRef what = "the size of an array") {
    return hides(operands) ? stop(call, what + " follows from data") : success();
  };
  Type i64 = b.getI64Type();
  if (name == "circ_alloc" || name == "circ_alloc_result") {
    unsigned count = name == "circ_alloc" ? 1 : 3;
    if (failed(need({count, count + 1})))
      return failure();
    emit("circ_measure_array", Type(), {measurement, operand(count), operand(count + 1)});
  } else if (name == "circ_count") {
    set(call.getResult(), emit("circ_measure_count", i64, {measurement, operand(1), operand(2)}),
        false);
  } else if (name == "circ_mark") {
    set(call.getResult(), emit("circ_measure_mark", i64, measurement), false);
  } else if (name == "circ_release") {
    emit("circ_measure_release", Type(), {measurement, operand(1)});
  } else if (name == "circ_tape_new") {
    set(call.getResult(), emit("circ_measure_tape", pointerType(b), measurement), false);
  } else if (name == "circ_tape_free") {
    emit("circ_measure_tape_free", Type(), operand(0));
  } else if (name == "circ_push_f64" || name == "circ_push_i64" || name == "circ_pop_f64" ||
             name == "circ_pop_i64") {
    Value eight = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(8));
    emit(name.contains("push") ? "circ_measure_push" : "circ_measure_pop", Type(),
         {operand(0), eight});
    hide(call.getResults());
  } else if (name == "circ_push_bytes" || name == "circ_pop_bytes") {
    if (failed(need({2})))
      return failure();
    emit(name.contains("push") ? "circ_measure_push" : "circ_measure_pop", Type(),
         {operand(0), operand(2)});
  } else if (name == "circ_push_size") {
    if (failed(need({1})))
      return failure();
    emit("circ_measure_push_size", Type(), {operand(0), operand(1)});
  } else if (name == "circ_pop_size") {
    set(call.getResult(), emit("circ_measure_pop_size", i64, operand(0)), false);
  } else if (name == "circ_schedule_new") {
    return stop(call, "a loop keeps snapshots");
  } else if (name.starts_with("circ_blas_")) {
    return stop(call, "BLAS takes memory of its own");
  } else if (name.starts_with("circ_matmul")) {
    if (failed(need({1, 2, 3}, "the size of a matrix")))
      return failure();
    emit("circ_measure_product", Type(), {measurement, operand(1), operand(2), operand(3)});
  } else if (name.starts_with("circ_lu_solve") || name.starts_with("circ_triangular_solve")) {
    if (failed(need({1, 2}, "the size of a matrix")))
      return failure();
    emit("circ_measure_factors", Type(), {measurement, operand(1), operand(2)});
  } else if (name == "circ_lu" || name == "circ_luf" || name.starts_with("circ_cholesky")) {
    if (failed(need({1}, "the size of a matrix")))
      return failure();
    emit("circ_measure_factors", Type(), {measurement, operand(1), operand(1)});
  } else if (name.starts_with("circ_sort_order")) {
    if (failed(need({1})))
      return failure();
    Value mark = emit("circ_measure_mark", i64, measurement);
    Value eight = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(8));
    emit("circ_measure_array", Type(), {measurement, operand(1), eight});
    emit("circ_measure_release", Type(), {measurement, mark});
  } else {
    hide(call.getResults());
    return success();
  }
  // Results that are no sizes, of what both works and takes memory.
  for (Value result : call.getResults())
    if (!values.contains(result))
      hide(result);
  return success();
}

LogicalResult FunctionMeasurer::call(func::CallOp call) {
  auto callee = all.module.lookupSymbol<func::FuncOp>(call.getCallee());
  const Measured &measured = all.measure(callee);
  if (measured.obstacle) {
    obstacle = measured.obstacle;
    return failure();
  }
  if (!measured.function)
    return stop(call, "a circuit calls itself");
  loc = call.getLoc();
  SmallVector<Value> arguments{measurement};
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    if (i == 0)
      continue;
    arguments.push_back(at(operand));
    if (isHidden(operand) && !func::FuncOp(measured.function).getArgument(i).use_empty())
      return stop(call, "the size of an array follows from data");
  }
  auto made = b.create<func::CallOp>(loc, measured.function, arguments);
  unsigned next = 0;
  for (Value result : call.getResults())
    if (isNumber(result.getType())) {
      set(result, made.getResult(next), measured.hiddenResults.test(next));
      ++next;
    }
  return success();
}

static SmallVector<Value> numbersOf(ValueRange values) {
  return llvm::to_vector(
      llvm::make_filter_range(values, [](Value value) { return isNumber(value.getType()); }));
}

LogicalResult FunctionMeasurer::loop(scf::ForOp op) {
  Location opLoc = loc;
  Value ends[] = {op.getLowerBound(), op.getUpperBound(), op.getStep()};
  if (llvm::any_of(ends, [&](Value end) { return isHidden(end); })) {
    if (usesOuterTape(op))
      return stop(op, "how often a loop that keeps values runs follows from data");
    hide(op.getBody()->getArguments());
    if (failed(block(*op.getBody())))
      return failure();
    hide(op.getResults());
    return success();
  }
  SmallVector<Value> inits, carried = numbersOf(op.getRegionIterArgs());
  llvm::BitVector hides(carried.size());
  for (Value init : numbersOf(op.getInitArgs())) {
    hides[inits.size()] = isHidden(init);
    inits.push_back(at(init));
  }
  // Again until it is known which carried numbers data tell.
  for (bool isKnown = false; !isKnown;) {
    isKnown = true;
    auto made = b.create<scf::ForOp>(opLoc, at(ends[0]), at(ends[1]), at(ends[2]), inits);
    if (!made.getBody()->empty())
      made.getBody()->getTerminator()->erase();
    set(op.getInductionVar(), made.getInductionVar(), false);
    for (auto [i, value] : llvm::enumerate(carried))
      set(value, made.getRegionIterArg(i), hides[i]);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(made.getBody());
      if (failed(block(*op.getBody())))
        return failure();
      SmallVector<Value> yielded;
      for (Value value : numbersOf(op.getYieldedValues())) {
        if (isHidden(value) && !hides[yielded.size()]) {
          hides.set(yielded.size());
          isKnown = false;
        }
        yielded.push_back(at(value));
      }
      b.create<scf::YieldOp>(opLoc, yielded);
    }
    for (auto [i, value] : llvm::enumerate(numbersOf(op.getResults())))
      set(value, made.getResult(i), hides[i]);
    if (!isKnown)
      discarded.push_back(made);
  }
  return success();
}

/// How often it runs only data tell: one iteration stands for all.
LogicalResult FunctionMeasurer::loop(scf::WhileOp op) {
  if (usesOuterTape(op))
    return stop(op, "how often a loop that keeps values runs follows from data");
  hide(op.getBeforeArguments());
  if (failed(block(*op.getBeforeBody())))
    return failure();
  hide(op.getAfterArguments());
  if (failed(block(*op.getAfterBody())))
    return failure();
  hide(op.getResults());
  return success();
}

LogicalResult FunctionMeasurer::branch(scf::IfOp op) {
  Location opLoc = loc;
  if (isHidden(op.getCondition())) {
    // Both, one after the other; sizes come off a tape in the order opposite to
    // that in which they were put there.
    SmallVector<Block *> sides{op.thenBlock()};
    if (op.elseBlock()) {
      sides.push_back(op.elseBlock());
      if (popsSizes(*op.thenBlock()) || popsSizes(*op.elseBlock()))
        std::swap(sides[0], sides[1]);
    }
    for (Block *side : sides)
      if (failed(block(*side)))
        return failure();
    loc = opLoc;
    hide(op.getResults());
    return success();
  }
  SmallVector<Value> results = numbersOf(op.getResults());
  SmallVector<Type> types(ValueRange(results).getTypes());
  llvm::BitVector hides(results.size());
  auto made = b.create<scf::IfOp>(opLoc, types, at(op.getCondition()), op.elseBlock() != nullptr);
  for (auto [side, copy] :
       {std::pair{op.thenBlock(), made.thenBlock()}, std::pair{op.elseBlock(), made.elseBlock()}}) {
    if (!side)
      continue;
    OpBuilder::InsertionGuard guard(b);
    copy->clear();
    b.setInsertionPointToEnd(copy);
    if (failed(block(*side)))
      return failure();
    SmallVector<Value> yielded;
    for (Value value : numbersOf(side->getTerminator()->getOperands())) {
      if (isHidden(value))
        hides.set(yielded.size());
      yielded.push_back(at(value));
    }
    b.create<scf::YieldOp>(opLoc, yielded);
  }
  for (auto [i, value] : llvm::enumerate(results))
    set(value, made.getResult(i), hides[i]);
  return success();
}

/// A loop whose iterations all take the same, and give it back, runs once: what it
/// may take when it runs at all.
static void goThroughOnce(func::FuncOp function) {
  function.walk([](scf::ForOp loop) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*loop.getBody())))
      if (isOpTriviallyDead(&op))
        op.erase();
    if (loop.getNumResults() || !loop.getInductionVar().use_empty() || usesOuterTape(loop))
      return;
    Block *body = loop.getBody();
    body->getTerminator()->erase();
    loop->getBlock()->getOperations().splice(loop->getIterator(), body->getOperations());
    loop.erase();
  });
}

void FunctionMeasurer::write(Measured &measured) {
  FunctionType type = from.getFunctionType();
  SmallVector<Type> results;
  for (Type result : type.getResults())
    if (isNumber(result))
      results.push_back(result);
  b.setInsertionPointToEnd(all.module.getBody());
  auto to = b.create<func::FuncOp>(loc, (from.getName() + ".measure").str(),
                                   b.getFunctionType(type.getInputs(), results));
  to.setPrivate();
  Block *entry = to.addEntryBlock();
  b.setInsertionPointToEnd(entry);
  measurement = entry->getArgument(0);
  for (auto [argument, made] : llvm::zip_equal(from.getArguments(), entry->getArguments())) {
    // Truth values are data; of pointers only tapes are used.
    if (argument.getType().isInteger(64))
      set(argument, made, false);
    else if (argument.getType().isInteger(1))
      set(argument, made, true);
    else if (isTape(argument))
      set(argument, made, false);
  }
  Block &body = from.getBody().front();
  // First of all: how many blocks there are follows from estimates, which are no sizes.
  auto runs = from.walk([&](LLVM::CallOp call) {
    return calleeOf(*call) == "circ_run_blocks"
               ? WalkResult(stop(call, "iterations run across cores"))
               : WalkResult::advance();
  });
  if (runs.wasInterrupted() || failed(block(body))) {
    measured.obstacle = obstacle;
    to.erase();
    return;
  }
  SmallVector<Value> returned;
  measured.hiddenResults.resize(results.size());
  for (Value value : numbersOf(body.getTerminator()->getOperands())) {
    if (isHidden(value))
      measured.hiddenResults.set(returned.size());
    returned.push_back(at(value));
  }
  b.create<func::ReturnOp>(loc, returned);
  for (Operation *loop : discarded)
    loop->erase();
  PassManager passes(from.getContext(), func::FuncOp::getOperationName());
  passes.enableVerifier(false);
  passes.addPass(createCanonicalizerPass());
  if (succeeded(passes.run(to)))
    goThroughOnce(to);
  measured.function = to;
}

const Measured &ModuleMeasurer::measure(func::FuncOp function) {
  auto [place, isNew] = made.try_emplace(function);
  if (isNew)
    FunctionMeasurer(*this, function).write(place->second);
  return place->second;
}

struct MeasureMemory : PassWrapper<MeasureMemory, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MeasureMemory)

  StringRef getArgument() const final { return "measure-memory"; }
  StringRef getDescription() const final {
    return "programs that tell how much memory lowered functions need";
  }
  void runOnOperation() final {
    Measurements functions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      functions[function.getName().drop_front(strlen("circ.")).str()];
    measureMemory(getOperation(), functions);
    for (const auto &[name, obstacle] : functions)
      if (obstacle)
        emitRemark(obstacle->place) << obstacle->reason;
  }
};

} // namespace

void measureMemory(ModuleOp module, Measurements &functions) {
  ModuleMeasurer measurer(module);
  for (auto &[name, obstacle] : functions)
    obstacle = measurer.measure(module.lookupSymbol<func::FuncOp>("circ." + name)).obstacle;
}

void registerMeasureMemoryPass() { PassRegistration<MeasureMemory>(); }

} // namespace circ
