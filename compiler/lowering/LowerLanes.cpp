//===- LowerLanes.cpp - Iterations in SIMD lanes --------------------------===//
//
// Values of lanes are vectors; LLVM splits those that are wider than a register.
//
//===----------------------------------------------------------------------===//

#include "compiler/lowering/FunctionLowering.h"
#include "compiler/lowering/LaneFunctions.h"

using namespace mlir;

namespace circ::lowering {

static unsigned lanesOf(Type type) {
  return static_cast<unsigned>(cast<VectorType>(type).getNumElements());
}

/// LLVM's name of a type in the names of intrinsics.
static std::string mangled(Type type) {
  if (isa<LLVM::LLVMPointerType>(type))
    return "p0";
  if (LLVM::isCompatibleVectorType(type) && !isa<VectorType>(type))
    return "v" + std::to_string(LLVM::getVectorNumElements(type).getFixedValue()) + "p0";
  std::string prefix;
  if (auto lanes = dyn_cast<VectorType>(type))
    prefix = "v" + std::to_string(lanes.getNumElements());
  Type element = getElementTypeOrSelf(type);
  return prefix + (isa<FloatType>(element) ? "f" : "i") +
         std::to_string(element.getIntOrFloatBitWidth());
}

/// Calls `llvm.NAME.TYPE`.
Value FunctionLowering::intrinsic(StringRef name, Type result, ValueRange operands) {
  return b
      .create<LLVM::CallIntrinsicOp>(
          loc, result, b.getStringAttr("llvm." + name + "." + mangled(result)), operands,
          LLVM::FastmathFlagsAttr::get(b.getContext(), LLVM::FastmathFlags::none))
      ->getResult(0);
}

Value FunctionLowering::broadcast(Value value, unsigned lanes) {
  auto type = VectorType::get(lanes, value.getType());
  Value undefined = b.create<LLVM::UndefOp>(loc, type);
  Value zero = b.create<LLVM::ConstantOp>(loc, b.getI32Type(), b.getI32IntegerAttr(0));
  Value first = b.create<LLVM::InsertElementOp>(loc, undefined, value, zero);
  return b.create<LLVM::ShuffleVectorOp>(loc, first, first, SmallVector<int32_t>(lanes, 0));
}

Value FunctionLowering::laneConstants(Type element, ArrayRef<int64_t> values) {
  auto type = VectorType::get(values.size(), element);
  return b.create<arith::ConstantOp>(loc, DenseIntElementsAttr::get(type, values));
}

static SmallVector<int64_t> numbers(unsigned lanes) {
  return llvm::to_vector(llvm::seq<int64_t>(0, lanes));
}

FunctionLowering::LanePlaces FunctionLowering::lanePlaces(Value array, const Buffer &memory,
                                                          ValueRange indices, unsigned lanes) {
  // What all lanes have in common goes into the pointer.
  SmallVector<Value> common;
  Value apart; // in elements, one a lane
  bool contiguous = true, same = true;
  Value stride = constant(1);
  for (size_t k = indices.size(); k-- > 0;) {
    Value index = indices[k];
    common.push_back(constant(0));
    if (!isa<VectorType>(index.getType())) {
      common.back() = scalar(index);
    } else {
      same = false;
      Value offset;
      if (auto consecutive = index.getDefiningOp<ir::LanesOp>()) {
        common.back() = scalar(consecutive.getBase());
        offset = laneConstants(b.getI64Type(), numbers(lanes));
        contiguous &= k + 1 == indices.size();
      } else {
        offset = scalar(index);
        contiguous = false;
      }
      if (k + 1 != indices.size())
        offset = b.create<arith::MulIOp>(loc, offset, broadcast(stride, lanes));
      apart = apart ? Value(b.create<arith::AddIOp>(loc, apart, offset)) : offset;
    }
    stride = b.create<arith::MulIOp>(loc, stride, memory.sizes[k]);
  }
  std::reverse(common.begin(), common.end());
  Value pointer = elementPointer(array, memory, common);
  if (same || contiguous)
    return {pointer, same ? LanePlaces::Same : LanePlaces::Contiguous};
  Type element = elementType(array);
  if (element.isInteger(1))
    element = b.getI8Type();
  Type pointers = LLVM::getFixedVectorType(pointerType(b), lanes);
  return {
      b.create<LLVM::GEPOp>(loc, pointers, element, pointer, ArrayRef<LLVM::GEPArg>{apart}, true),
      LanePlaces::Apart};
}

Value FunctionLowering::maskOf(Value mask, unsigned lanes) {
  if (mask)
    return mask;
  auto type = VectorType::get(lanes, b.getI1Type());
  return b.create<arith::ConstantOp>(loc, DenseElementsAttr::get(type, true));
}

/// The name of a masked intrinsic, for places side by side (`together`) or not (`apart`).
static std::string placesName(StringRef together, StringRef apart, bool contiguous, Type type) {
  return ("llvm.masked." + (contiguous ? together : apart) + "." + mangled(type) +
          (contiguous ? ".p0" : ".v" + std::to_string(lanesOf(type)) + "p0"))
      .str();
}

Value FunctionLowering::maskedLoad(Type type, Value pointer, LanePlaces::Kind kind, Value mask) {
  unsigned align = getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8;
  Value alignment = b.create<LLVM::ConstantOp>(loc, b.getI32Type(), b.getI32IntegerAttr(align));
  Value nothing = b.create<LLVM::UndefOp>(loc, type);
  std::string name = placesName("load", "gather", kind == LanePlaces::Contiguous, type);
  return b
      .create<LLVM::CallIntrinsicOp>(
          loc, type, b.getStringAttr(name),
          ValueRange{pointer, alignment, maskOf(mask, lanesOf(type)), nothing},
          LLVM::FastmathFlagsAttr::get(b.getContext(), LLVM::FastmathFlags::none))
      ->getResult(0);
}

void FunctionLowering::maskedStore(Value value, Value pointer, LanePlaces::Kind kind, Value mask) {
  Type type = value.getType();
  unsigned align = getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8;
  Value alignment = b.create<LLVM::ConstantOp>(loc, b.getI32Type(), b.getI32IntegerAttr(align));
  std::string name = placesName("store", "scatter", kind == LanePlaces::Contiguous, type);
  b.create<LLVM::CallIntrinsicOp>(
      loc, TypeRange(), b.getStringAttr(name),
      ValueRange{value, pointer, alignment, maskOf(mask, lanesOf(type))},
      LLVM::FastmathFlagsAttr::get(b.getContext(), LLVM::FastmathFlags::none));
}

void FunctionLowering::lowerGather(ir::GatherOp op) {
  Type type = op.getType(), element = elementType(op.getArray());
  unsigned lanes = lanesOf(type);
  bool truth = element.isInteger(1);
  if (truth)
    element = b.getI8Type();
  auto memoryType = VectorType::get(lanes, element);
  unsigned align = element.getIntOrFloatBitWidth() / 8;
  auto [pointer, kind] = lanePlaces(op.getArray(), buffer(op.getArray()), op.getIndices(), lanes);
  Value mask = op.getMask() ? scalar(op.getMask()) : Value();
  Value loaded;
  if (kind == LanePlaces::Contiguous && !mask)
    loaded = b.create<LLVM::LoadOp>(loc, memoryType, pointer, align);
  else if (kind == LanePlaces::Same)
    loaded = broadcast(b.create<LLVM::LoadOp>(loc, element, pointer), lanes);
  else
    loaded = maskedLoad(memoryType, pointer, kind, mask);
  if (truth) {
    Value zero = b.create<arith::ConstantOp>(loc, b.getZeroAttr(memoryType));
    loaded = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, loaded, zero);
  }
  scalars[op] = loaded;
}

void FunctionLowering::lowerScatter(ir::ScatterOp op) {
  OpOperand &array = op.getArrayMutable();
  Buffer target = plan.inPlace(array) ? buffer(array.get())
                                      : copied(array.get(), buffer(array.get()), op.getResult());
  Value value = scalar(op.getValue());
  unsigned lanes = lanesOf(value.getType());
  if (getElementTypeOrSelf(value.getType()).isInteger(1))
    value = b.create<arith::ExtUIOp>(loc, VectorType::get(lanes, b.getI8Type()), value);
  Type type = value.getType();
  unsigned align = getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8;
  auto [pointer, kind] = lanePlaces(op.getArray(), target, op.getIndices(), lanes);
  if (kind == LanePlaces::Contiguous && !op.getMask())
    b.create<LLVM::StoreOp>(loc, value, pointer, align);
  else
    maskedStore(value, pointer, kind, op.getMask() ? scalar(op.getMask()) : Value());
  buffers[op.getResult()] = target;
}

static Value laneOf(OpBuilder &b, Location loc, Value value, unsigned lane) {
  Value position = b.create<LLVM::ConstantOp>(loc, b.getI32Type(), b.getI32IntegerAttr(lane));
  return b.create<LLVM::ExtractElementOp>(loc, value, position);
}

static Value sumOfHalves(OpBuilder &b, Location loc, Value value, arith::FastMathFlags flags) {
  unsigned half = lanesOf(value.getType()) / 2;
  SmallVector<int32_t> low, high;
  for (unsigned i = 0; i < half; ++i) {
    low.push_back(i);
    high.push_back(half + i);
  }
  Value undefined = b.create<LLVM::UndefOp>(loc, value.getType());
  Value left = b.create<LLVM::ShuffleVectorOp>(loc, value, undefined, low);
  Value right = b.create<LLVM::ShuffleVectorOp>(loc, value, undefined, high);
  return b.create<arith::AddFOp>(loc, left, right, flags);
}

/// The sum of the lanes in a tree: halves are added until one is left.
static Value sumOfLanes(OpBuilder &b, Location loc, Value value, bool strict) {
  auto flags = strict ? arith::FastMathFlags::none : arith::FastMathFlags::contract;
  while (lanesOf(value.getType()) > 1)
    value = sumOfHalves(b, loc, value, flags);
  return laneOf(b, loc, value, 0);
}

/// The lanes `low` of two vectors, in turns of `width`, plus the lanes `high` between them.
static Value addInTurns(OpBuilder &b, Location loc, Value left, Value right, unsigned width) {
  auto lanes = static_cast<int32_t>(lanesOf(left.getType()));
  SmallVector<int32_t> low, high;
  for (int32_t first = 0; first < lanes; first += 2 * int32_t(width))
    for (int32_t from : {first, lanes + first})
      for (int32_t i = 0; i < int32_t(width); ++i) {
        low.push_back(from + i);
        high.push_back(from + int32_t(width) + i);
      }
  return b.create<arith::AddFOp>(loc, b.create<LLVM::ShuffleVectorOp>(loc, left, right, low),
                                 b.create<LLVM::ShuffleVectorOp>(loc, left, right, high),
                                 arith::FastMathFlags::contract);
}

/// The sums of the lanes of four vectors, which share all steps but the last.
static SmallVector<Value> fourSums(OpBuilder &b, Location loc, SmallVector<Value> values) {
  for (Value &value : values)
    while (lanesOf(value.getType()) > 8)
      value = sumOfHalves(b, loc, value, arith::FastMathFlags::contract);
  Value sums = addInTurns(b, loc, addInTurns(b, loc, values[0], values[1], 1),
                          addInTurns(b, loc, values[2], values[3], 1), 2);
  if (lanesOf(sums.getType()) == 8)
    sums = sumOfHalves(b, loc, sums, arith::FastMathFlags::contract);
  SmallVector<Value> results;
  for (unsigned lane = 0; lane < 4; ++lane)
    results.push_back(laneOf(b, loc, sums, lane));
  return results;
}

void FunctionLowering::lowerAccumulateLanes(ir::AccumulateLanesOp op) {
  OpOperand &array = op.getArrayMutable();
  Buffer target = plan.inPlace(array) ? buffer(array.get())
                                      : copied(array.get(), buffer(array.get()), op.getResult());
  Value value = scalar(op.getValue());
  Type type = value.getType(), element = getElementTypeOrSelf(type);
  unsigned lanes = lanesOf(type), align = element.getIntOrFloatBitWidth() / 8;
  auto [pointer, kind] = lanePlaces(op.getArray(), target, op.getIndices(), lanes);
  auto flags = contraction();
  Value mask = op.getMask() ? scalar(op.getMask()) : Value();
  if (kind == LanePlaces::Contiguous && mask) {
    Value old = maskedLoad(type, pointer, kind, mask);
    maskedStore(b.create<arith::AddFOp>(loc, old, value, flags), pointer, kind, mask);
  } else if (kind == LanePlaces::Contiguous) {
    Value old = b.create<LLVM::LoadOp>(loc, type, pointer, align);
    b.create<LLVM::StoreOp>(loc, b.create<arith::AddFOp>(loc, old, value, flags), pointer, align);
  } else if (kind == LanePlaces::Same) {
    Value sum = sumOfLanes(b, loc, value, options.strict);
    Value old = b.create<LLVM::LoadOp>(loc, element, pointer);
    b.create<LLVM::StoreOp>(loc, b.create<arith::AddFOp>(loc, old, sum, flags), pointer);
  } else {
    if (mask) {
      // Lanes that are off add their zeros to a place of nobody's.
      Value nowhere = allocate(RankedTensorType::get({1}, element), {constant(1)}).pointer;
      Value zero = b.create<arith::ConstantOp>(loc, b.getZeroAttr(element));
      b.create<LLVM::StoreOp>(loc, zero, nowhere);
      Value everywhere = b.create<LLVM::GEPOp>(
          loc, pointer.getType(), element, nowhere,
          ArrayRef<LLVM::GEPArg>{laneConstants(b.getI64Type(), SmallVector<int64_t>(lanes, 0))});
      pointer = b.create<LLVM::SelectOp>(loc, mask, pointer, everywhere);
    }
    // One after the other: lanes may meet in one element.
    for (unsigned lane = 0; lane < lanes; ++lane) {
      Value place = laneOf(b, loc, pointer, lane);
      Value old = b.create<LLVM::LoadOp>(loc, element, place);
      Value sum = b.create<arith::AddFOp>(loc, old, laneOf(b, loc, value, lane), flags);
      b.create<LLVM::StoreOp>(loc, sum, place);
    }
  }
  buffers[op.getResult()] = target;
}

/// This sum and those that follow in a row, if they are four alike.
static SmallVector<ir::CombineLanesOp> fourInARow(ir::CombineLanesOp first) {
  SmallVector<ir::CombineLanesOp> row;
  unsigned lanes = lanesOf(first.getValue().getType());
  if (first.getKind() != ir::ReduceKind::Sum || !isa<FloatType>(first.getType()) || lanes < 4 ||
      !llvm::isPowerOf2_32(lanes))
    return row;
  for (Operation *op = first; op && row.size() < 4; op = op->getNextNode()) {
    auto sum = dyn_cast<ir::CombineLanesOp>(op);
    if (!sum || sum.getKind() != ir::ReduceKind::Sum ||
        sum.getValue().getType() != first.getValue().getType())
      return {};
    row.push_back(sum);
  }
  return row;
}

void FunctionLowering::lowerCombineLanes(ir::CombineLanesOp op) {
  if (scalars.count(op.getResult()))
    return; // with those before it
  if (auto row = options.strict ? SmallVector<ir::CombineLanesOp>() : fourInARow(op);
      row.size() == 4) {
    SmallVector<Value> values;
    for (ir::CombineLanesOp sum : row)
      values.push_back(scalar(sum.getValue()));
    for (auto [sum, result] : llvm::zip_equal(row, fourSums(b, loc, values)))
      scalars[sum] = result;
    return;
  }
  Value value = scalar(op.getValue());
  Type element = op.getType();
  bool real = isa<FloatType>(element);
  if (real && op.getKind() == ir::ReduceKind::Sum) {
    scalars[op] = sumOfLanes(b, loc, value, options.strict);
    return;
  }
  Value result = laneOf(b, loc, value, 0);
  for (unsigned lane = 1; lane < lanesOf(value.getType()); ++lane)
    result = combine(b, loc, op.getKind(), result, laneOf(b, loc, value, lane), options.strict);
  scalars[op] = result;
}

/// A function of libm or of the runtime in each lane. Those that the compiler
/// has in lanes are made later, from this name.
Value FunctionLowering::callInLanes(StringRef name, Type type, ValueRange operands) {
  auto lanes = cast<VectorType>(type);
  SmallVector<Type> types(operands.getTypes());
  bool allLanes = llvm::all_of(types, llvm::IsaPred<VectorType>);
  std::string symbol = name.str() + (lanes.getElementType().isF32() ? "f" : "");
  if (allLanes && hasLaneFunction(symbol))
    return call("circ.lanes." + symbol + "." + std::to_string(lanes.getNumElements()), type,
                operands);
  Value result = b.create<LLVM::UndefOp>(loc, type);
  for (int64_t lane = 0; lane < lanes.getNumElements(); ++lane) {
    SmallVector<Value> scalarOperands;
    for (Value operand : operands)
      scalarOperands.push_back(isa<VectorType>(operand.getType()) ? laneOf(b, loc, operand, lane)
                                                                  : operand);
    Value one = call(symbol, lanes.getElementType(), scalarOperands);
    Value position = b.create<LLVM::ConstantOp>(loc, b.getI32Type(), b.getI32IntegerAttr(lane));
    result = b.create<LLVM::InsertElementOp>(loc, result, one, position);
  }
  return result;
}

LogicalResult FunctionLowering::lowerLanesOp(Operation *op) {
  if (auto lanes = dyn_cast<ir::LanesOp>(op)) {
    unsigned count = lanesOf(lanes.getType());
    scalars[lanes] = b.create<arith::AddIOp>(loc, broadcast(scalar(lanes.getBase()), count),
                                             laneConstants(b.getI64Type(), numbers(count)));
  } else if (auto spread = dyn_cast<ir::BroadcastOp>(op)) {
    scalars[spread] = broadcast(scalar(spread.getValue()), lanesOf(spread.getType()));
  } else if (auto gather = dyn_cast<ir::GatherOp>(op)) {
    lowerGather(gather);
  } else if (auto scatter = dyn_cast<ir::ScatterOp>(op)) {
    lowerScatter(scatter);
  } else if (auto rows = dyn_cast<ir::ScatterRowsOp>(op)) {
    lowerScatterRows(rows);
  } else if (auto accumulate = dyn_cast<ir::AccumulateLanesOp>(op)) {
    lowerAccumulateLanes(accumulate);
  } else if (auto combined = dyn_cast<ir::CombineLanesOp>(op)) {
    lowerCombineLanes(combined);
  } else if (auto empty = dyn_cast<ir::EmptyOp>(op)) {
    SmallVector<Value> dynamic;
    for (Value size : empty.getSizes())
      dynamic.push_back(scalar(size));
    auto type = cast<RankedTensorType>(empty.getType());
    buffers[empty] = allocate(empty.getResult(), allSizes(type, dynamic));
  }
  return success();
}

} // namespace circ::lowering
