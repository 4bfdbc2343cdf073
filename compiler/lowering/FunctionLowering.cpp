//===- FunctionLowering.cpp - Dispatch, values and memory -----------------===//

#include "compiler/lowering/FunctionLowering.h"

#include "compiler/dialect/Gates.h"

using namespace mlir;

namespace circ::lowering {

/// Arrays of a static size up to this many bytes live on the stack.
static constexpr int64_t largestStackArray = 1024;

FunctionLowering::FunctionLowering(func::FuncOp from, func::FuncOp to, ModuleState &state,
                                   const LoweringOptions &options)
    : from(from), to(to), state(state), options(options), plan(from), resultPlaces(from, plan),
      b(from.getContext()), loc(from.getLoc()) {}

LogicalResult FunctionLowering::run() {
  Block *entry = to.addEntryBlock();
  b.setInsertionPointToEnd(entry);
  context = entry->getArgument(0);
  unsigned next = 1;
  for (Value argument : from.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    Value first = entry->getArgument(next++);
    if (!type) {
      scalars[argument] = first;
      continue;
    }
    ValueRange dynamic = entry->getArguments().slice(next, type.getNumDynamicDims());
    next += type.getNumDynamicDims();
    buffers[argument] = {first, allSizes(type, dynamic)};
  }
  for (auto [i, type] : llvm::enumerate(from.getFunctionType().getResults()))
    if (isa<RankedTensorType>(type)) {
      places[i] = {entry->getArgument(next), entry->getArgument(next + 1)};
      next += 2;
    }
  if (from->hasAttr("circ.recursive")) {
    callAtPlace("circ_check_stack", Type(), context);
  }
  return lowerBlock(from.getBody().front());
}

LogicalResult FunctionLowering::lowerBlock(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(lower(&op)))
      return failure();
  loc = block.getTerminator()->getLoc();
  if (auto ret = dyn_cast<func::ReturnOp>(block.getTerminator()))
    lowerReturn(ret);
  return success();
}

LogicalResult FunctionLowering::lower(Operation *op) {
  loc = op->getLoc();
  if (isa<ir::GateOpInterface>(op))
    return lowerGate(op), success();
  if (isa<ir::InsertOp, ir::AccumulateOp>(op))
    return lowerUpdate(op), success();
  if (isa<ir::FloorDivOp, ir::FloorModOp>(op))
    return lowerFloorDivision(op), success();
  if (auto dim = dyn_cast<ir::DimOp>(op)) {
    scalars[dim] = buffer(dim.getArray()).sizes[dim.getDimension()];
    return success();
  }
  if (auto stop = dyn_cast<ir::StopOp>(op)) {
    scalars[stop] = lowerStop(scalar(stop.getValue()));
    return success();
  }
  if (auto extract = dyn_cast<ir::ExtractOp>(op)) {
    SmallVector<Value> indices;
    for (Value index : extract.getIndices())
      indices.push_back(scalar(index));
    scalars[extract] = load(extract.getArray(), buffer(extract.getArray()), indices);
    return success();
  }
  if (isa<ir::LanesOp, ir::BroadcastOp, ir::GatherOp, ir::ScatterOp, ir::ScatterRowsOp,
          ir::AccumulateLanesOp, ir::CombineLanesOp, ir::EmptyOp>(op))
    return lowerLanesOp(op);
  if (auto splat = dyn_cast<ir::SplatOp>(op))
    return lowerSplat(splat), success();
  if (auto elements = dyn_cast<ir::FromElementsOp>(op))
    return lowerFromElements(elements), success();
  if (auto sum = dyn_cast<ir::AddArraysOp>(op))
    return lowerAddArrays(sum), success();
  if (auto select = dyn_cast<arith::SelectOp>(op);
      select && isa<RankedTensorType>(select.getType()))
    return lowerArraySelect(select), success();
  if (isa<ir::MatmulOp, ir::LuOp, ir::LuSolveOp, ir::LuLogDetOp, ir::CholeskyOp,
          ir::CholeskyAdjointOp, ir::TriangularSolveOp, ir::SortOrderOp>(op))
    return lowerLinear(op), success();
  if (auto map = dyn_cast<ir::MapOp>(op))
    return lowerMap(map);
  if (auto reduce = dyn_cast<ir::ReduceOp>(op))
    return lowerReduce(reduce);
  if (auto reduce = dyn_cast<ir::ArgReduceOp>(op))
    return lowerArgReduce(reduce);
  if (auto sum = dyn_cast<ir::ExpSumOp>(op))
    return lowerExpSum(sum);
  if (auto convert = dyn_cast<ir::ToIntOp>(op))
    return lowerToInt(convert), success();
  if (auto check = dyn_cast<ir::CheckOp>(op))
    return lowerCheck(check), success();
  if (auto check = dyn_cast<ir::CheckIndexOp>(op))
    return lowerCheckIndex(check), success();
  if (auto print = dyn_cast<ir::PrintOp>(op))
    return lowerPrint(print), success();
  if (auto limit = dyn_cast<ir::LimitMemoryOp>(op)) {
    call("circ_limit_memory", Type(), {context, constant(static_cast<int64_t>(limit.getBytes()))});
    return success();
  }
  if (auto schedule = dyn_cast<ir::ScheduleNewOp>(op))
    return lowerScheduleNew(schedule), success();
  if (auto next = dyn_cast<ir::ScheduleNextOp>(op))
    return lowerScheduleNext(next), success();
  if (isa<ir::TapeNewOp>(op)) {
    scalars[op->getResult(0)] = call("circ_tape_new", pointerType(b), context);
    return success();
  }
  if (auto free = dyn_cast<ir::TapeFreeOp>(op)) {
    call("circ_tape_free", Type(), scalar(free.getTape()));
    return success();
  }
  if (auto push = dyn_cast<ir::PushOp>(op))
    return lowerPush(push), success();
  if (auto pop = dyn_cast<ir::PopOp>(op))
    return lowerPop(pop), success();
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return lowerFor(loop);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return lowerWhile(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return lowerIf(branch);
  if (auto callOp = dyn_cast<func::CallOp>(op))
    return lowerCall(callOp), success();
  if (auto blocks = dyn_cast<ir::CallBlocksOp>(op))
    return lowerCallBlocks(blocks), success();
  if (isa<arith::ArithDialect>(op->getDialect()) &&
      llvm::none_of(op->getResultTypes(), llvm::IsaPred<RankedTensorType>)) {
    IRMapping map;
    for (Value operand : op->getOperands())
      map.map(operand, scalar(operand));
    Operation *copy = b.clone(*op, map);
    scalars[op->getResult(0)] = copy->getResult(0);
    return success();
  }
  return op->emitError() << "'" << op->getName() << "' cannot be lowered";
}

//===----------------------------------------------------------------------===//
// Values and memory
//===----------------------------------------------------------------------===//

Value FunctionLowering::constant(int64_t value) {
  return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
}

Type FunctionLowering::elementType(Value array) const {
  return cast<RankedTensorType>(array.getType()).getElementType();
}

int64_t bytesOf(Type element) {
  int64_t bits = getElementTypeOrSelf(element).getIntOrFloatBitWidth();
  auto lanes = dyn_cast<VectorType>(element);
  return std::max<int64_t>(1, bits / 8) * (lanes ? lanes.getNumElements() : 1);
}

int64_t FunctionLowering::elementBytes(Value array) const { return bytesOf(elementType(array)); }

bool livesOnStack(RankedTensorType type) {
  return type.hasStaticShape() &&
         type.getNumElements() * bytesOf(type.getElementType()) <= largestStackArray;
}

SmallVector<Value> FunctionLowering::allSizes(RankedTensorType type, ValueRange dynamic) {
  SmallVector<Value> sizes;
  for (int64_t size : type.getShape()) {
    if (ShapedType::isDynamic(size)) {
      sizes.push_back(dynamic.front());
      dynamic = dynamic.drop_front();
    } else {
      sizes.push_back(constant(size));
    }
  }
  return sizes;
}

Value FunctionLowering::count(const Buffer &buffer) {
  Value product = buffer.sizes.front();
  for (Value size : llvm::drop_begin(buffer.sizes))
    product = b.create<arith::MulIOp>(loc, product, size);
  return product;
}

Value FunctionLowering::bytes(Value array, const Buffer &buffer) {
  return b.create<arith::MulIOp>(loc, count(buffer), constant(elementBytes(array)));
}

Value FunctionLowering::call(StringRef name, Type result, ValueRange arguments) {
  Type type = result ? result : LLVM::LLVMVoidType::get(b.getContext());
  auto callee = state.function(name, type, SmallVector<Type>(arguments.getTypes()));
  auto op = b.create<LLVM::CallOp>(loc, callee, arguments);
  return result ? op.getResult() : Value();
}

Value FunctionLowering::lowerStop(Value value) {
  if (!options.holdStopped)
    return value;
  Type type = value.getType();
  if (type.isF32())
    value = b.create<arith::ExtFOp>(loc, b.getF64Type(), value);
  value = call("circ_stopped", b.getF64Type(), value);
  return type.isF32() ? b.create<arith::TruncFOp>(loc, type, value) : value;
}

Value FunctionLowering::callAtPlace(StringRef name, Type result, ArrayRef<Value> arguments) {
  SmallVector<Value> all(arguments);
  llvm::append_range(all, state.place(b, loc));
  return call(name, result, all);
}

Buffer FunctionLowering::allocate(Value array, ArrayRef<Value> sizes) {
  std::optional<unsigned> result = resultPlaces.resultOf(array);
  return allocate(cast<RankedTensorType>(array.getType()), sizes,
                  result ? &places[*result] : nullptr);
}

Value FunctionLowering::emptyPointer() { return b.create<LLVM::ZeroOp>(loc, pointerType(b)); }

Value FunctionLowering::storeOnStack(ArrayRef<Value> values) {
  Value list;
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&to.getBody().front());
    list = b.create<LLVM::AllocaOp>(loc, pointerType(b), b.getI64Type(), constant(values.size()));
  }
  for (auto [i, value] : llvm::enumerate(values)) {
    Value place = b.create<LLVM::GEPOp>(loc, pointerType(b), b.getI64Type(), list,
                                        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
    b.create<LLVM::StoreOp>(loc, value, place);
  }
  return list;
}

Buffer FunctionLowering::allocate(RankedTensorType type, ArrayRef<Value> sizes,
                                  const Place *place) {
  Buffer made{nullptr, SmallVector<Value>(sizes)};
  int64_t size = bytesOf(type.getElementType());
  if (livesOnStack(type) && !place) {
    // In the entry block, once a call: one buffer for each place in the program.
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&to.getBody().front());
    Value elements = constant(std::max<int64_t>(1, type.getNumElements() * size));
    made.pointer = b.create<LLVM::AllocaOp>(loc, pointerType(b), b.getI8Type(), elements, 64);
    return made;
  }
  ++arenaUses;
  Value elements;
  if (sizes.size() == 1) {
    elements = sizes.front();
  } else {
    Value list = storeOnStack(sizes);
    elements = callAtPlace("circ_count", b.getI64Type(), {context, constant(sizes.size()), list});
  }
  if (place)
    made.pointer = callAtPlace("circ_alloc_result", pointerType(b),
                               {context, place->pointer, place->bytes, elements, constant(size)});
  else
    made.pointer = callAtPlace("circ_alloc", pointerType(b), {context, elements, constant(size)});
  return made;
}

Value FunctionLowering::elementPointer(Value array, const Buffer &buffer, ValueRange indices) {
  Value linear;
  for (auto [i, index] : llvm::enumerate(indices)) {
    if (linear)
      linear = b.create<arith::AddIOp>(loc, b.create<arith::MulIOp>(loc, linear, buffer.sizes[i]),
                                       index);
    else
      linear = index;
  }
  // Fewer indices than dimensions: the start of a sub-array.
  for (unsigned i = indices.size(); i < buffer.sizes.size(); ++i)
    linear = b.create<arith::MulIOp>(loc, linear, buffer.sizes[i]);
  Type element = elementType(array);
  if (element.isInteger(1))
    element = b.getI8Type();
  return b.create<LLVM::GEPOp>(loc, pointerType(b), element, buffer.pointer,
                               ArrayRef<LLVM::GEPArg>{linear}, /*inbounds=*/true);
}

/// Memory of arrays of lanes begins at multiples of 64.
static unsigned laneAlignment(Type lanes) {
  return static_cast<unsigned>(std::min<int64_t>(64, llvm::bit_floor(uint64_t(bytesOf(lanes)))));
}

Value FunctionLowering::load(Value array, const Buffer &buffer, ValueRange indices) {
  Value place = elementPointer(array, buffer, indices);
  Type element = elementType(array);
  if (isa<VectorType>(element))
    return b.create<LLVM::LoadOp>(loc, element, place, laneAlignment(element));
  if (!element.isInteger(1))
    return b.create<LLVM::LoadOp>(loc, element, place);
  Value byte = b.create<LLVM::LoadOp>(loc, b.getI8Type(), place);
  Value zero = b.create<arith::ConstantOp>(loc, b.getI8IntegerAttr(0));
  return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, byte, zero);
}

void FunctionLowering::store(Value value, Value array, const Buffer &buffer, ValueRange indices) {
  Value place = elementPointer(array, buffer, indices);
  if (isa<VectorType>(value.getType())) {
    b.create<LLVM::StoreOp>(loc, value, place, laneAlignment(value.getType()));
    return;
  }
  if (value.getType().isInteger(1))
    value = b.create<arith::ExtUIOp>(loc, b.getI8Type(), value);
  b.create<LLVM::StoreOp>(loc, value, place);
}

void FunctionLowering::copy(Value array, const Buffer &target, const Buffer &source) {
  if (target.pointer == source.pointer)
    return;
  b.create<LLVM::MemmoveOp>(loc, target.pointer, source.pointer, bytes(array, source),
                            /*isVolatile=*/false);
}

Buffer FunctionLowering::copied(Value array, const Buffer &source, Value result) {
  Buffer made = result ? allocate(result, source.sizes)
                       : allocate(cast<RankedTensorType>(array.getType()), source.sizes);
  copy(array, made, source);
  return made;
}

/// Emits the body of an iteration; if it takes arena memory, the memory is
/// released when the iteration ends.
void FunctionLowering::emitReleased(llvm::function_ref<void()> body) {
  unsigned before = arenaUses;
  Block *block = b.getInsertionBlock();
  Block::iterator at = b.getInsertionPoint();
  Operation *last = at == block->begin() ? nullptr : &*std::prev(at);
  body();
  if (arenaUses == before)
    return;
  Value mark;
  {
    OpBuilder::InsertionGuard guard(b);
    if (last)
      b.setInsertionPointAfter(last);
    else
      b.setInsertionPointToStart(block);
    mark = call("circ_mark", pointerType(b), context);
  }
  call("circ_release", Type(), {context, mark});
}

//===----------------------------------------------------------------------===//
// ModuleState
//===----------------------------------------------------------------------===//

LLVM::LLVMFuncOp ModuleState::function(StringRef name, Type result, ArrayRef<Type> arguments,
                                       bool neverReturns) {
  if (auto found = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
    return found;
  OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
  auto made = b.create<LLVM::LLVMFuncOp>(module.getLoc(), name,
                                         LLVM::LLVMFunctionType::get(result, arguments));
  if (neverReturns)
    made.setPassthroughAttr(b.getStrArrayAttr({"noreturn", "cold", "nounwind"}));
  else if (name == "circ_poll") // loops keep in registers what they can without it
    made.setPassthroughAttr(b.getStrArrayAttr({"cold", "nounwind"}));
  else
    made.setPassthroughAttr(b.getStrArrayAttr({"nounwind"}));
  // Asking for an interrupt touches no array: loads may move across it.
  if (name == "circ_poll")
    made.setMemoryAttr(LLVM::MemoryEffectsAttr::get(
        b.getContext(),
        {LLVM::ModRefInfo::NoModRef, LLVM::ModRefInfo::ModRef, LLVM::ModRefInfo::ModRef}));
  return made;
}

Value ModuleState::interruptFlag(OpBuilder &b, Location loc) {
  constexpr StringRef name = "circ_interrupt_flag";
  auto flag = module.lookupSymbol<LLVM::GlobalOp>(name);
  if (!flag) {
    OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
    flag = top.create<LLVM::GlobalOp>(module.getLoc(), top.getI32Type(), /*isConstant=*/false,
                                      LLVM::Linkage::External, name, Attribute());
  }
  Value place = b.create<LLVM::AddressOfOp>(loc, flag);
  return b.create<LLVM::LoadOp>(loc, b.getI32Type(), place, /*alignment=*/4, /*isVolatile=*/true);
}

Value ModuleState::string(OpBuilder &b, Location loc, StringRef text) {
  LLVM::GlobalOp &global = strings[text];
  if (!global) {
    OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
    std::string bytes = (text + llvm::Twine('\0')).str();
    auto type = LLVM::LLVMArrayType::get(top.getI8Type(), bytes.size());
    global = top.create<LLVM::GlobalOp>(
        module.getLoc(), type, /*isConstant=*/true, LLVM::Linkage::Private,
        "circ.text." + std::to_string(strings.size()), top.getStringAttr(bytes));
  }
  return b.create<LLVM::AddressOfOp>(loc, global);
}

} // namespace circ::lowering
