//===- LowerBlocks.cpp - Calls for blocks of iterations -------------------===//
//
// The caller puts what it passes into a frame on its stack, eight bytes each. A
// function that the runtime calls for each block takes it from there, finds the
// block's iterations and the places of its results, and calls the callee.
//
//===----------------------------------------------------------------------===//

#include "compiler/lowering/FunctionLowering.h"

using namespace mlir;

namespace circ::lowering {
namespace {

/// Writes the function that the runtime calls.
class BlockEntry {
public:
  BlockEntry(OpBuilder &b, Location loc, StringRef name, ModuleState &state)
      : b(b), loc(loc), state(state) {
    Type pointer = pointerType(b);
    function = b.create<LLVM::LLVMFuncOp>(
        loc, name,
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                    {pointer, b.getI64Type(), pointer}),
        LLVM::Linkage::Internal);
    entry = function.addEntryBlock(b);
    b.setInsertionPointToEnd(entry);
  }

  Value context() { return entry->getArgument(0); }
  Value block() { return entry->getArgument(1); }
  Value fromFrame(unsigned slot, Type type) {
    return b.create<LLVM::LoadOp>(loc, type, slotPlace(entry->getArgument(2), slot));
  }
  Value slotPlace(Value frame, unsigned slot) {
    return b.create<LLVM::GEPOp>(loc, pointerType(b), b.getI64Type(), frame,
                                 ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(slot)});
  }
  Value multiply(Value x, Value y) { return b.create<arith::MulIOp>(loc, x, y); }

  /// Where a block's part of a result goes.
  Value partPlace(Value whole, Value index, Value bytes) {
    return b.create<LLVM::GEPOp>(loc, pointerType(b), b.getI8Type(), whole,
                                 ArrayRef<LLVM::GEPArg>{multiply(index, bytes)});
  }

  void keep(Value place, Value made, Value bytes) {
    if (isa<LLVM::LLVMPointerType>(made.getType())) {
      auto callee = state.function("circ_keep_result", LLVM::LLVMVoidType::get(b.getContext()),
                                   {place.getType(), made.getType(), bytes.getType()});
      b.create<LLVM::CallOp>(loc, callee, ValueRange{place, made, bytes});
      return;
    }
    if (made.getType().isInteger(1))
      made = b.create<arith::ExtUIOp>(loc, b.getI8Type(), made);
    b.create<LLVM::StoreOp>(loc, made, place);
  }

  OpBuilder &b;
  Location loc;
  ModuleState &state;
  LLVM::LLVMFuncOp function;
  Block *entry;
};

} // namespace

/// Memory for what the calls make, and the bytes of a block's part: of a row, or
/// of all that one call gives.
FunctionLowering::BlockResult FunctionLowering::allocateParts(Value made, Value firstSize,
                                                              ValueRange &dynamic) {
  auto type = cast<RankedTensorType>(made.getType());
  SmallVector<Value> sizes{firstSize};
  Value bytes = constant(bytesOf(type.getElementType()));
  for (int64_t extent : type.getShape().drop_front()) {
    if (ShapedType::isDynamic(extent)) {
      sizes.push_back(scalar(dynamic.front()));
      dynamic = dynamic.drop_front();
    } else {
      sizes.push_back(constant(extent));
    }
    bytes = b.create<arith::MulIOp>(loc, bytes, sizes.back());
  }
  return {allocate(made, sizes), bytes};
}

void FunctionLowering::lowerCallBlocks(ir::CallBlocksOp op) {
  ++arenaUses;
  Value bound = scalar(op.getBound()), size = scalar(op.getSize());
  Value last = b.create<arith::AddIOp>(loc, bound, b.create<arith::SubIOp>(loc, size, constant(1)));
  Value blocks = b.create<arith::DivSIOp>(loc, last, size);
  SmallVector<BlockResult> results;
  ValueRange dynamic = op.getSizes();
  for (auto [made, joined] : llvm::zip_equal(op.getMade(), op.getJoined()))
    results.push_back(allocateParts(made, joined ? bound : blocks, dynamic));

  SmallVector<Value> frame{bound, size};
  for (Value value : op.getValues())
    appendPassed(value, frame);
  unsigned passedEnd = frame.size();
  for (const BlockResult &result : results)
    frame.append({result.memory.pointer, result.partBytes});

  func::FuncOp callee = state.lowered.lookup(op.getCallee());
  auto called = emitBlockEntry(op, callee, frame, passedEnd);
  Value memory = storeOnStack(frame);
  Type none = LLVM::LLVMVoidType::get(b.getContext()), pointer = pointerType(b);
  auto team =
      state.function("GOMP_parallel", none, {pointer, pointer, b.getI32Type(), b.getI32Type()});
  call("circ_run_blocks", Type(),
       {context, blocks, b.create<LLVM::AddressOfOp>(loc, called), memory,
        b.create<LLVM::AddressOfOp>(loc, team)});
  for (auto [made, result] : llvm::zip_equal(op.getMade(), results))
    buffers[made] = result.memory;
}

LLVM::LLVMFuncOp FunctionLowering::emitBlockEntry(ir::CallBlocksOp op, func::FuncOp callee,
                                                  ArrayRef<Value> frame, unsigned passedEnd) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(to);
  BlockEntry entry(b, loc, (callee.getName() + ".entry").str(), state);
  Value bound = entry.fromFrame(0, b.getI64Type()), size = entry.fromFrame(1, b.getI64Type());
  Value first = entry.multiply(entry.block(), size);
  Value rest = b.create<arith::SubIOp>(loc, bound, first);
  Value count = b.create<arith::MinSIOp>(loc, rest, size);
  SmallVector<Value> arguments{entry.context(), first, count};
  for (unsigned slot = 2; slot < passedEnd; ++slot)
    arguments.push_back(entry.fromFrame(slot, frame[slot].getType()));
  SmallVector<std::pair<Value, Value>> places; // and their bytes
  unsigned slot = passedEnd;
  for (auto [made, joined] : llvm::zip_equal(op.getMade(), op.getJoined())) {
    Value whole = entry.fromFrame(slot++, pointerType(b));
    Value bytes = entry.fromFrame(slot++, b.getI64Type());
    Value place = entry.partPlace(whole, joined ? first : entry.block(), bytes);
    if (joined)
      bytes = entry.multiply(bytes, count);
    places.push_back({place, bytes});
    if (joined || cast<RankedTensorType>(made.getType()).getRank() > 1)
      arguments.append({place, bytes});
  }
  auto call = b.create<func::CallOp>(loc, callee, arguments);
  unsigned next = 0;
  for (auto [made, joined, place] : llvm::zip_equal(op.getMade(), op.getJoined(), places)) {
    entry.keep(place.first, call.getResult(next++), place.second);
    auto type = cast<RankedTensorType>(made.getType());
    next += llvm::count_if(type.getShape().drop_front(), ShapedType::isDynamic) + joined;
  }
  b.create<LLVM::ReturnOp>(loc, ValueRange());
  return entry.function;
}

} // namespace circ::lowering
