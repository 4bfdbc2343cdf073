//===- LowerChecks.cpp - Run-time errors and print ------------------------===//

#include "compiler/lowering/FunctionLowering.h"

#include "runtime/circ_runtime.h"

using namespace mlir;

namespace circ::lowering {

SmallVector<Value> ModuleState::place(OpBuilder &b, Location loc) {
  std::string file;
  int64_t line = 0, column = 0;
  if (auto found = loc->findInstanceOf<FileLineColLoc>()) {
    file = found.getFilename().str();
    line = found.getLine();
    column = found.getColumn();
  }
  auto number = [&](int64_t value) {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  };
  return {string(b, loc, file), number(line), number(column)};
}

void FunctionLowering::require(Value condition, int64_t status, StringRef message,
                               ValueRange values) {
  Value truth = b.create<arith::ConstantOp>(loc, b.getBoolAttr(true));
  Value broken = b.create<arith::XOrIOp>(loc, condition, truth);
  auto branch = b.create<scf::IfOp>(loc, broken, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  for (Value value : values) {
    if (value.getType().isInteger(1))
      value = b.create<arith::ExtUIOp>(loc, b.getI64Type(), value);
    if (value.getType().isF32())
      value = b.create<arith::ExtFOp>(loc, b.getF64Type(), value);
    call(value.getType().isF64() ? "circ_fail_value_f64" : "circ_fail_value_i64", Type(),
         {context, value});
  }
  SmallVector<Value> arguments{context, constant(status), state.string(b, loc, message)};
  llvm::append_range(arguments, state.place(b, loc));
  auto fail = state.function("circ_fail", LLVM::LLVMVoidType::get(b.getContext()),
                             SmallVector<Type>(ValueRange(arguments).getTypes()),
                             /*neverReturns=*/true);
  b.create<LLVM::CallOp>(loc, fail, arguments);
}

void FunctionLowering::lowerCheck(ir::CheckOp op) {
  SmallVector<Value> values;
  for (Value value : op.getValues())
    values.push_back(scalar(value));
  int64_t status = CIRC_ASSERT;
  if (op.getKind() == ir::CheckKind::Shape)
    status = CIRC_SHAPE;
  else if (op.getKind() == ir::CheckKind::Domain)
    status = CIRC_DOMAIN;
  require(scalar(op.getCondition()), status, op.getMessage(), values);
  // Parameters of sizes that a check has found equal get one size: rows of both are as far
  // apart, which takes one multiplication and one register. What is computed from data stays
  // apart: sizes tell how much memory a call takes.
  auto compare = op.getCondition().getDefiningOp<arith::CmpIOp>();
  if (op.getKind() != ir::CheckKind::Shape || !compare ||
      compare.getPredicate() != arith::CmpIPredicate::eq ||
      b.getInsertionBlock() != &to.getBody().front())
    return;
  Value more = compare.getRhs(), fewer = compare.getLhs();
  // The program uses one of them, if it has been made to use one.
  if (llvm::range_size(more.getUses()) < llvm::range_size(fewer.getUses()))
    std::swap(more, fewer);
  Value kept = scalar(more), other = scalar(fewer);
  if (!isa<BlockArgument>(kept) || !isa<BlockArgument>(other))
    return;
  for (BlockArgument parameter : from.getArguments())
    if (auto array = buffers.find(parameter); array != buffers.end())
      std::replace(array->second.sizes.begin(), array->second.sizes.end(), other, kept);
}

void FunctionLowering::lowerCheckIndex(ir::CheckIndexOp op) {
  Value index = scalar(op.getIndex()), size = scalar(op.getSize());
  // One unsigned comparison does for both ends: a size is not negative.
  Value inBounds = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ult, index, size);
  std::string message = "index {0} is out of bounds for dimension " +
                        std::to_string(op.getDimension()) + " of size {1}";
  if (!op.getName().empty())
    message += " of '" + op.getName().str() + "'";
  require(inBounds, CIRC_INDEX, message, {index, size});
}

void FunctionLowering::printScalar(Value value) {
  if (value.getType().isInteger(1))
    call("circ_print_bool", Type(), Value(b.create<arith::ExtUIOp>(loc, b.getI64Type(), value)));
  else if (value.getType().isInteger(64))
    call("circ_print_i64", Type(), value);
  else if (value.getType().isF32())
    call("circ_print_f64", Type(), Value(b.create<arith::ExtFOp>(loc, b.getF64Type(), value)));
  else
    call("circ_print_f64", Type(), value);
}

void FunctionLowering::printElements(Value array, const Buffer &printed,
                                     SmallVector<Value> &indices) {
  if (indices.size() == printed.sizes.size())
    return printScalar(load(array, printed, indices));
  auto text = [&](StringRef piece) {
    call("circ_print_text", Type(), state.string(b, loc, piece));
  };
  text("[");
  Value zero = constant(0), one = constant(1);
  auto loop = b.create<scf::ForOp>(loc, zero, printed.sizes[indices.size()], one);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value later =
        b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, loop.getInductionVar(), zero);
    auto comma = b.create<scf::IfOp>(loc, later, /*withElseRegion=*/false);
    {
      OpBuilder::InsertionGuard inner(b);
      b.setInsertionPointToStart(comma.thenBlock());
      text(", ");
    }
    indices.push_back(loop.getInductionVar());
    printElements(array, printed, indices);
    indices.pop_back();
  }
  text("]");
}

void FunctionLowering::lowerPrint(ir::PrintOp op) {
  for (auto [i, value] : llvm::enumerate(op.getValues())) {
    if (i)
      call("circ_print_text", Type(), state.string(b, loc, " "));
    if (isa<RankedTensorType>(value.getType())) {
      SmallVector<Value> indices;
      printElements(value, buffer(value), indices);
    } else {
      printScalar(scalar(value));
    }
  }
  call("circ_print_text", Type(), state.string(b, loc, "\n"));
}

} // namespace circ::lowering
