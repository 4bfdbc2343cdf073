//===- WrapperSizes.cpp - Emits the evaluation of sizes -------------------===//

#include "compiler/codegen/WrapperSizes.h"

#include "llvm/IR/Intrinsics.h"

using namespace llvm;

namespace circ {

DimensionFormula DimensionFormula::constant(int64_t value) { return {{{value, {}, {}}}, 1}; }

DimensionFormula DimensionFormula::dimension(unsigned index) { return {{{1, {index}, {}}}, 1}; }

std::optional<int64_t> constantSize(const DimensionFormula &formula) {
  int64_t sum = 0;
  for (const DimensionFormula::Term &term : formula.terms) {
    if (!term.dims.empty() || !term.parameters.empty())
      return std::nullopt;
    if (__builtin_add_overflow(sum, term.coefficient, &sum))
      return std::nullopt;
  }
  if (sum % formula.divisor != 0)
    return std::nullopt;
  return sum / formula.divisor;
}

namespace {

class SizeEmitter {
public:
  SizeEmitter(IRBuilder<> &b, ArrayRef<Value *> dims, ArrayRef<Value *> parameters)
      : b(b), dims(dims), parameters(parameters) {}

  EmittedSize emit(const DimensionFormula &formula) {
    EmittedSize size{nullptr};
    bool maybeNegative = false;
    for (const DimensionFormula::Term &term : formula.terms) {
      Value *product = emitTerm(term);
      maybeNegative |= term.coefficient < 0 || !term.parameters.empty();
      size.value =
          size.value ? checked(Intrinsic::sadd_with_overflow, size.value, product) : product;
    }
    if (!size.value)
      size.value = b.getInt64(0);
    if (formula.divisor != 1) {
      Value *divisor = b.getInt64(formula.divisor);
      size.inexact = b.CreateIsNotNull(b.CreateSRem(size.value, divisor));
      size.value = b.CreateSDiv(size.value, divisor);
    }
    if (maybeNegative)
      size.negative = b.CreateICmpSLT(size.value, b.getInt64(0));
    size.overflow = overflow;
    return size;
  }

private:
  Value *emitTerm(const DimensionFormula::Term &term) {
    Value *product = nullptr;
    auto multiply = [&](Value *factor) {
      product = product ? checked(Intrinsic::smul_with_overflow, product, factor) : factor;
    };
    for (unsigned i : term.dims)
      multiply(dims[i]);
    for (unsigned i : term.parameters)
      multiply(parameters[i]);
    if (!product || term.coefficient != 1)
      multiply(b.getInt64(term.coefficient));
    return product;
  }

  Value *checked(Intrinsic::ID operation, Value *left, Value *right) {
    Value *pair = b.CreateBinaryIntrinsic(operation, left, right);
    Value *failed = b.CreateExtractValue(pair, 1);
    overflow = overflow ? b.CreateOr(overflow, failed) : failed;
    return b.CreateExtractValue(pair, 0);
  }

  IRBuilder<> &b;
  ArrayRef<Value *> dims, parameters;
  Value *overflow = nullptr;
};

} // namespace

EmittedSize emitSize(IRBuilder<> &b, const DimensionFormula &formula, ArrayRef<Value *> dims,
                     ArrayRef<Value *> parameters) {
  return SizeEmitter(b, dims, parameters).emit(formula);
}

} // namespace circ
