//===- LowerNumbers.cpp - Arithmetic on numbers to the LLVM dialect -------===//
//
// One op after the other, where the LLVM dialect has the same op on the same types.
// MLIR's dialect conversion can do much more, and takes 2 microseconds for an op: in the
// gradient of straight-line code that is as long as to compile it.
//
//===----------------------------------------------------------------------===//

#include "compiler/lowering/Lowering.h"

#include "mlir/Conversion/ArithCommon/AttrToLLVMConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace circ {

/// The op in place of one with the same operands.
template <typename To, typename From> static To lowerPlain(OpBuilder &b, From op) {
  return b.create<To>(op.getLoc(), op.getType(), op->getOperands());
}

/// The op in place of a sum, a product or another operation of real numbers.
template <typename To, typename From> static Value lowerReal(OpBuilder &b, From op) {
  auto made = lowerPlain<To>(b, op);
  made.setFastmathFlags(arith::convertArithFastMathFlagsToLLVM(op.getFastmath()));
  return made;
}

/// The same in the LLVM dialect; null where that is left to MLIR's conversion.
static Value lowered(OpBuilder &b, Operation *op) {
  auto isLowered = [](Type type) { return LLVM::isCompatibleType(type); };
  if (!llvm::all_of(op->getOperandTypes(), isLowered) ||
      !llvm::all_of(op->getResultTypes(), isLowered))
    return nullptr;
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](arith::AddFOp sum) { return lowerReal<LLVM::FAddOp>(b, sum); })
      .Case([&](arith::SubFOp difference) { return lowerReal<LLVM::FSubOp>(b, difference); })
      .Case([&](arith::MulFOp product) { return lowerReal<LLVM::FMulOp>(b, product); })
      .Case([&](arith::DivFOp quotient) { return lowerReal<LLVM::FDivOp>(b, quotient); })
      .Case([&](arith::NegFOp negated) { return lowerReal<LLVM::FNegOp>(b, negated); })
      .Case([&](arith::MaximumFOp larger) { return lowerReal<LLVM::MaximumOp>(b, larger); })
      .Case([&](arith::MinimumFOp smaller) { return lowerReal<LLVM::MinimumOp>(b, smaller); })
      .Case([&](arith::CmpFOp compared) {
        // The predicates have the same numbers.
        auto made = b.create<LLVM::FCmpOp>(
            op->getLoc(), static_cast<LLVM::FCmpPredicate>(compared.getPredicate()),
            compared.getLhs(), compared.getRhs());
        made.setFastmathFlags(arith::convertArithFastMathFlagsToLLVM(compared.getFastmath()));
        return made;
      })
      .Case([&](arith::AndIOp both) { return lowerPlain<LLVM::AndOp>(b, both); })
      .Case([&](arith::OrIOp either) { return lowerPlain<LLVM::OrOp>(b, either); })
      .Case([&](arith::XOrIOp one) { return lowerPlain<LLVM::XOrOp>(b, one); })
      .Case([&](arith::SelectOp choice) { return lowerPlain<LLVM::SelectOp>(b, choice); })
      .Case([&](arith::ConstantOp constant) {
        return b.create<LLVM::ConstantOp>(op->getLoc(), constant.getType(), constant.getValue());
      })
      .Default([](Operation *) { return Value(); });
}

void lowerNumbers(func::FuncOp function) {
  function.walk([](Operation *op) {
    if (op->getNumResults() != 1 || !isa<arith::ArithDialect>(op->getDialect()))
      return;
    OpBuilder b(op);
    if (Value value = lowered(b, op)) {
      op->getResult(0).replaceAllUsesWith(value);
      op->erase();
    }
  });
}

} // namespace circ
