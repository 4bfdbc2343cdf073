//===- LowerTape.cpp - Tapes and schedules --------------------------------===//
//
// Scalars take eight bytes. An array is pushed as its elements and then its
// dynamic sizes, so that pop knows the shape before it takes the elements.
//
//===----------------------------------------------------------------------===//

#include "compiler/lowering/FunctionLowering.h"

using namespace mlir;

namespace circ::lowering {

void FunctionLowering::lowerPush(ir::PushOp op) {
  Value tape = scalar(op.getTape()), value = op.getValue();
  Type type = value.getType();
  if (auto array = dyn_cast<RankedTensorType>(type)) {
    const Buffer &pushed = buffer(value);
    call("circ_push_bytes", Type(), {tape, pushed.pointer, bytes(value, pushed)});
    for (int64_t i = 0; i < array.getRank(); ++i)
      if (array.isDynamicDim(i))
        call("circ_push_size", Type(), {tape, pushed.sizes[i]});
  } else if (type.isInteger(1)) {
    Value wide = b.create<arith::ExtUIOp>(loc, b.getI64Type(), scalar(value));
    call("circ_push_i64", Type(), {tape, wide});
  } else if (type.isInteger(64)) {
    call("circ_push_i64", Type(), {tape, scalar(value)});
  } else {
    Value wide = scalar(value);
    if (type.isF32())
      wide = b.create<arith::ExtFOp>(loc, b.getF64Type(), wide);
    call("circ_push_f64", Type(), {tape, wide});
  }
}

void FunctionLowering::lowerPop(ir::PopOp op) {
  Value tape = scalar(op.getTape()), result = op.getValue();
  Type type = result.getType();
  if (auto array = dyn_cast<RankedTensorType>(type)) {
    SmallVector<Value> dynamic(array.getNumDynamicDims());
    for (Value &size : llvm::reverse(dynamic))
      size = call("circ_pop_size", b.getI64Type(), tape);
    Buffer made = allocate(result, allSizes(array, dynamic));
    call("circ_pop_bytes", Type(), {tape, made.pointer, bytes(result, made)});
    buffers[result] = made;
  } else if (type.isInteger(1)) {
    Value wide = call("circ_pop_i64", b.getI64Type(), tape);
    scalars[result] = b.create<arith::TruncIOp>(loc, b.getI1Type(), wide);
  } else if (type.isInteger(64)) {
    scalars[result] = call("circ_pop_i64", b.getI64Type(), tape);
  } else {
    Value wide = call("circ_pop_f64", b.getF64Type(), tape);
    scalars[result] =
        type.isF32() ? Value(b.create<arith::TruncFOp>(loc, b.getF32Type(), wide)) : wide;
  }
}

void FunctionLowering::lowerScheduleNew(ir::ScheduleNewOp op) {
  ++arenaUses;
  Value budget = constant(static_cast<int64_t>(op.getBudget()));
  scalars[op] = callAtPlace("circ_schedule_new", pointerType(b),
                            {context, scalar(op.getSteps()), scalar(op.getState()), budget});
}

void FunctionLowering::lowerScheduleNext(ir::ScheduleNextOp op) {
  auto type = RankedTensorType::get({2}, b.getI64Type());
  Buffer range = allocate(type, allSizes(type, {}));
  scalars[op.getAction()] =
      call("circ_schedule_next", b.getI64Type(), {scalar(op.getSchedule()), range.pointer});
  for (int32_t position : {0, 1}) {
    auto place = b.create<LLVM::GEPOp>(loc, pointerType(b), b.getI64Type(), range.pointer,
                                       ArrayRef<LLVM::GEPArg>{position});
    scalars[position == 0 ? op.getFrom() : op.getTo()] =
        b.create<LLVM::LoadOp>(loc, b.getI64Type(), place);
  }
}

} // namespace circ::lowering
