//===- LowerRows.cpp - Rows that iterations in lanes make -----------------===//
//
// Each lane has a row of its own; in registers the lanes lie side by side, in
// memory the elements of a row do. Squares of as many lanes as elements are
// transposed by shuffles and stored row by row: no scatter.
//
//===----------------------------------------------------------------------===//

#include "compiler/lowering/FunctionLowering.h"

using namespace mlir;

namespace circ::lowering {
namespace {

/// A register's worth of lanes where registers are wide.
constexpr unsigned largestSquare = 8;

class RowWriter {
public:
  RowWriter(OpBuilder &b, Location loc, ArrayRef<Value> elements, Value mask)
      : b(b), loc(loc), elements(elements), mask(mask),
        lanes(static_cast<unsigned>(cast<VectorType>(elements[0].getType()).getNumElements())),
        side(std::min(lanes, largestSquare)),
        element(cast<VectorType>(elements[0].getType()).getElementType()) {}

  /// Writes rows one after the other from `pointer` on.
  void write(Value pointer) {
    auto length = static_cast<unsigned>(elements.size());
    for (unsigned lane = 0; lane < lanes; lane += side)
      for (unsigned first = 0; first < length; first += side) {
        // The last square overlaps the one before where a row is long enough.
        unsigned start = length >= side ? std::min(first, length - side) : 0;
        SmallVector<Value> square = transposed(lane, start);
        for (auto [row, value] : llvm::enumerate(square))
          store(value, std::min(length, side), pointer, lane + unsigned(row), start);
      }
  }

private:
  /// Elements `start`, `start + 1`, ... of the lanes `lane`, `lane + 1`, ...: a
  /// vector a lane. In step s blocks of s elements are exchanged.
  SmallVector<Value> transposed(unsigned lane, unsigned start) {
    SmallVector<Value> square;
    for (unsigned k = 0; k < side; ++k)
      square.push_back(part(elements[std::min<size_t>(start + k, elements.size() - 1)], lane));
    for (unsigned size = 1; size < side; size *= 2) {
      SmallVector<int32_t> even, odd;
      for (unsigned i = 0; i < side; ++i) {
        unsigned block = i / size, inside = i % size, from = block / 2 * 2 * size + inside;
        even.push_back(static_cast<int32_t>(from + (block % 2 ? side : 0)));
        odd.push_back(static_cast<int32_t>(from + size + (block % 2 ? side : 0)));
      }
      for (unsigned k = 0; k < side; ++k) {
        if (k & size)
          continue;
        Value low = square[k], high = square[k + size];
        square[k] = b.create<LLVM::ShuffleVectorOp>(loc, low, high, even);
        square[k + size] = b.create<LLVM::ShuffleVectorOp>(loc, low, high, odd);
      }
    }
    return square;
  }

  /// Lanes `lane` to `lane + side` of a value.
  Value part(Value value, unsigned lane) {
    return side == lanes ? value : slice(value, lane, side);
  }

  Value slice(Value value, unsigned first, unsigned count) {
    SmallVector<int32_t> places;
    for (unsigned i = 0; i < count; ++i)
      places.push_back(static_cast<int32_t>(first + i));
    return b.create<LLVM::ShuffleVectorOp>(loc, value, value, places);
  }

  void store(Value value, unsigned count, Value pointer, unsigned lane, unsigned start) {
    if (count < side)
      value = slice(value, 0, count);
    Value place = b.create<LLVM::GEPOp>(
        loc, pointer.getType(), element, pointer,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(lane * elements.size() + start)}, true);
    unsigned align = element.getIntOrFloatBitWidth() / 8;
    if (!mask) {
      b.create<LLVM::StoreOp>(loc, value, place, align);
      return;
    }
    Value position = b.create<LLVM::ConstantOp>(loc, b.getI32Type(), b.getI32IntegerAttr(lane));
    Value active = b.create<LLVM::ExtractElementOp>(loc, mask, position);
    auto branch = b.create<scf::IfOp>(loc, active, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    b.create<LLVM::StoreOp>(loc, value, place, align);
  }

  OpBuilder &b;
  Location loc;
  ArrayRef<Value> elements;
  Value mask;
  unsigned lanes, side;
  Type element;
};

} // namespace

void FunctionLowering::lowerScatterRows(ir::ScatterRowsOp op) {
  OpOperand &array = op.getArrayMutable();
  Buffer target =
      plan.inPlace(array) ? buffer(array.get()) : copied(array.get(), buffer(array.get()));
  SmallVector<Value> elements;
  for (Value element : op.getElements()) {
    Value value = scalar(element);
    auto type = cast<VectorType>(value.getType());
    if (type.getElementType().isInteger(1))
      value = b.create<arith::ExtUIOp>(loc, VectorType::get(type.getShape(), b.getI8Type()), value);
    elements.push_back(value);
  }
  SmallVector<Value> indices;
  for (Value index : op.getIndices())
    indices.push_back(scalar(index));
  indices.resize(target.sizes.size(), constant(0));
  RowWriter(b, loc, elements, op.getMask() ? scalar(op.getMask()) : Value())
      .write(elementPointer(op.getArray(), target, indices));
  buffers[op.getResult()] = target;
}

} // namespace circ::lowering
