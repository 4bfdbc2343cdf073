//===- MathFunctions.cpp - The code of math functions ---------------------===//

#include "compiler/codegen/MathFunctions.h"

#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"

#include <limits>

using namespace llvm;

namespace circ {
namespace {

/// q in exp(r) = 1 + r + r^2 q(r) for |r| <= ln(2) / 2, by Chebyshev; relative
/// error 2^-62.
constexpr double exponential[] = {
    0x1.0000000000000p-1,  0x1.5555555555557p-3,  0x1.5555555555556p-5,  0x1.1111111110036p-7,
    0x1.6c16c16c16276p-10, 0x1.a01a01ac41f85p-13, 0x1.a01a01a70bf0fp-16, 0x1.71de0115a8b98p-19,
    0x1.27e4dac236f7ap-22, 0x1.af503572d408ep-26, 0x1.1f74532e4ad59p-29};
/// P in log((1 + s) / (1 - s)) = 2 s + s z P(z), z = s^2, for (1 + s) / (1 - s)
/// between sqrt(1/2) and sqrt(2), by Chebyshev.
constexpr double logarithm[] = {0x1.5555555555558p-1, 0x1.9999999995124p-2, 0x1.2492492e229afp-2,
                                0x1.c71c62a6b9f35p-3, 0x1.7462c67faaddap-3, 0x1.39fc10e987a9dp-3,
                                0x1.2b74cb13a0436p-3};
/// P in sin(r) = r + r^3 P(r^2) and Q in cos(r) = 1 - r^2 / 2 + r^4 Q(r^2) for
/// |r| <= pi / 4, by Chebyshev; relative errors 2^-57.
constexpr double sine[] = {-0x1.5555555555555p-3, 0x1.1111111111110p-7,   -0x1.a01a01a019936p-13,
                           0x1.71de3a54605eep-19, -0x1.ae64541266378p-26, 0x1.61217ec01749dp-33,
                           -0x1.ab17a79237a19p-41};
constexpr double cosine[] = {0x1.5555555555555p-5,  -0x1.6c16c16c16966p-10,
                             0x1.a01a019f4e867p-16, -0x1.27e4fa17a41b4p-22,
                             0x1.1eeb68b109173p-29, -0x1.907d7aebd5e3dp-37};
/// pi / 2 in four parts; multiples of the first three by integers below 2^20 are
/// exact.
constexpr double halfPi[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e0p-69,
                             0x1.b839a252049c1p-104};
/// Beyond, an argument is reduced by libm.
constexpr double largestAngle = 0x1p20;
/// log(2) in two parts; multiples of the first by integers below 2^20 are exact.
constexpr double ln2High = 0x1.62e42feep-1, ln2Low = 0x1.a39ef35793c76p-33;
/// Adding it rounds to an integer, which stands in the lowest bits.
constexpr double shifter = 0x1.8p52;

/// The same for results that are rounded to f32: relative errors below 2^-35.
constexpr double shortExponential[] = {
    0x1.0000000000000p-1,  0x1.5555556750672p-3,  0x1.5555555c85f99p-5, 0x1.1110c63a4eed0p-7,
    0x1.6c1685919d367p-10, 0x1.a15169e096556p-13, 0x1.a1131351400c3p-16};
constexpr double shortLogarithm[] = {0x1.5555554bb2b2cp-1, 0x1.9999eb5d84f1ap-2,
                                     0x1.245c438323d35p-2, 0x1.ddced70791363p-3};
constexpr double shortSine[] = {-0x1.555555545df18p-3, 0x1.11110deef0ae3p-7, -0x1.a013a740c35ccp-13,
                                0x1.6dbded5452c26p-19};
constexpr double shortCosine[] = {0x1.5555555502c6dp-5, -0x1.6c16bf54be1efp-10,
                                  0x1.a015c4462d4b9p-16, -0x1.25243c2f26391p-22};

/// Emits f64 functions on a scalar or on lanes.
class Emitter {
public:
  Emitter(IRBuilder<> &b, Type *type, MathPrecision precision)
      : b(b), type(type), integers(type->getWithNewType(b.getInt64Ty())),
        isShort(precision == MathPrecision::Single) {}

  Value *emit(StringRef name, Value *x) {
    if (name == "exp")
      return exp(x);
    if (name == "expm1")
      return expm1(x);
    if (name == "log")
      return log(x);
    if (name == "log1p")
      return log1p(x);
    if (name == "sin" || name == "cos")
      return small(x, name, name == "sin" ? sin(x) : cos(x));
    assert(name == "tanh" && "hasLaneFunction names those that are here");
    return tanh(x);
  }

private:
  Value *real(double value) { return ConstantFP::get(type, value); }
  Value *integer(int64_t value) {
    return ConstantInt::get(integers, static_cast<uint64_t>(value), true);
  }
  Value *bits(Value *x) { return b.CreateBitCast(x, integers); }
  Value *fromBits(Value *x) { return b.CreateBitCast(x, type); }
  /// x y + z, fused where the machine does that.
  Value *fma(Value *x, Value *y, Value *z) {
    return b.CreateIntrinsic(Intrinsic::fmuladd, {type}, {x, y, z});
  }
  Value *abs(Value *x) { return b.CreateUnaryIntrinsic(Intrinsic::fabs, x); }
  Value *select(Value *condition, Value *x, Value *y) { return b.CreateSelect(condition, x, y); }
  /// NaN stays NaN.
  Value *atMost(Value *x, double bound) {
    return select(b.CreateFCmpOGT(x, real(bound)), real(bound), x);
  }
  Value *atLeast(Value *x, double bound) {
    return select(b.CreateFCmpOLT(x, real(bound)), real(bound), x);
  }

  Value *polynomial(ArrayRef<double> coefficients, ArrayRef<double> fewer, Value *x) {
    if (isShort)
      coefficients = fewer;
    Value *sum = real(coefficients.back());
    for (double c : reverse(coefficients.drop_back()))
      sum = fma(sum, x, real(c));
    return sum;
  }

  /// x = k log(2) + r + lost with |r| <= log(2) / 2, and `square` = r^2 q(r), so that
  /// exp(r) = 1 + r + square.
  struct Exponent {
    Value *k, *r, *lost, *square;
  };
  Exponent reduceExp(Value *x) {
    Value *shifted = fma(x, real(0x1.71547652b82fep0), real(shifter));
    Value *k = b.CreateFSub(shifted, real(shifter));
    Value *first = fma(k, real(-ln2High), x);
    Value *r = fma(k, real(-ln2Low), first);
    Value *lost = fma(k, real(-ln2Low), b.CreateFSub(first, r));
    Value *square = b.CreateFMul(b.CreateFMul(r, r), polynomial(exponential, shortExponential, r));
    // An arithmetic shift takes k, which has two's complement in the low bits.
    return {b.CreateSub(bits(shifted), bits(real(shifter))), r, lost, square};
  }

  /// 2^k for -1022 <= k <= 1023.
  Value *power(Value *k) {
    return fromBits(b.CreateShl(b.CreateAdd(k, integer(1023)), integer(52)));
  }

  /// Beyond these exp(x) is infinity or zero.
  Value *expRange(Value *x) {
    return isShort ? atLeast(atMost(x, 100), -150) : atLeast(atMost(x, 710), -746);
  }

  Value *exp(Value *x) {
    // 2^k in two factors reaches the denormals and the largest numbers.
    auto [k, r, lost, square] = reduceExp(expRange(x));
    // The results of f32 are far from those edges.
    if (isShort)
      return fma(power(k), b.CreateFAdd(r, square), power(k));
    Value *p = b.CreateFAdd(r, square);
    Value *half = b.CreateAShr(k, integer(1));
    Value *result = b.CreateFAdd(real(1), p);
    result = b.CreateFMul(result, power(half));
    return b.CreateFMul(result, power(b.CreateSub(k, half)));
  }

  /// A number and what its rounding lost.
  struct Precise {
    Value *high, *low;
  };

  /// exp(x) - 1 as 2 ((2^(k-1) r + (2^(k-1) - 1/2)) + 2^(k-1) (square + lost)).
  Precise expm1Core(Value *x) {
    auto [k, r, lost, square] = reduceExp(expRange(x));
    // Below, it is -1.
    k = b.CreateBinaryIntrinsic(Intrinsic::smax, k, integer(-70));
    Value *half = power(b.CreateSub(k, integer(1)));
    Value *start = b.CreateFSub(half, real(0.5)), *step = b.CreateFMul(half, r);
    Value *large = b.CreateFAdd(start, step);
    if (isShort) {
      Value *sum = fma(half, square, large);
      return {b.CreateFAdd(sum, sum), nullptr};
    }
    Value *small = b.CreateFSub(step, b.CreateFSub(large, start));
    small = fma(half, b.CreateFAdd(square, lost), small);
    Value *sum = b.CreateFAdd(large, small);
    Value *rest = b.CreateFSub(small, b.CreateFSub(sum, large));
    return {b.CreateFAdd(sum, sum), b.CreateFAdd(rest, rest)};
  }

  Value *expm1(Value *x) {
    Value *result = expm1Core(x).high;
    return select(b.CreateFCmpOLT(abs(x), real(0x1p-54)), x, result);
  }

  /// -(e / (2 + e)) with e = exp(-2 |x|) - 1: no cancellation anywhere. What e and the
  /// divisor d lost is put back, times 1 / d roughly. The derivative has exp(-2 |x|) in this
  /// form (LowerGates.cpp), which LLVM finds to be the same but for the last steps.
  Value *tanh(Value *x) {
    auto [e, low] = expm1Core(b.CreateFMul(abs(x), real(-2)));
    Value *divisor = b.CreateFAdd(real(2), e);
    Value *result = b.CreateFDiv(b.CreateFNeg(e), divisor);
    if (!isShort) {
      Value *lost = b.CreateFAdd(b.CreateFSub(e, b.CreateFSub(divisor, real(2))), low);
      Value *inverse = fma(divisor, real(-0.5), real(1.457));
      Value *correction = b.CreateFNeg(fma(result, lost, low));
      result = fma(correction, inverse, result);
    }
    result = b.CreateBinaryIntrinsic(Intrinsic::copysign, result, x);
    return select(b.CreateFCmpOLT(abs(x), real(0x1p-54)), x, result);
  }

  /// log(u) + correction for u > 0, normal: u = 2^k (1 + f).
  Value *logCore(Value *u, Value *scaling, Value *correction) {
    Value *offset = b.CreateSub(bits(u), bits(real(0x1.6a09e667f3bcdp-1)));
    Value *exponent = b.CreateAShr(offset, integer(52));
    Value *f =
        b.CreateFSub(fromBits(b.CreateSub(bits(u), b.CreateShl(exponent, integer(52)))), real(1));
    if (scaling)
      exponent = b.CreateSub(exponent, scaling);
    // An integer below 2^51 as a double, without a conversion.
    Value *k = b.CreateFSub(fromBits(b.CreateAdd(exponent, bits(real(shifter)))), real(shifter));
    Value *s = b.CreateFDiv(f, b.CreateFAdd(real(2), f));
    Value *z = b.CreateFMul(s, s);
    Value *half = b.CreateFMul(real(0.5), b.CreateFMul(f, f));
    Value *tail = b.CreateFAdd(half, b.CreateFMul(z, polynomial(logarithm, shortLogarithm, z)));
    Value *low = correction ? fma(k, real(ln2Low), correction) : b.CreateFMul(k, real(ln2Low));
    Value *small = b.CreateFSub(b.CreateFSub(half, fma(s, tail, low)), f);
    return b.CreateFSub(b.CreateFMul(k, real(ln2High)), small);
  }

  /// NaN where x is below `pole`, -inf there; infinity and NaN as they are.
  Value *logEdges(Value *x, double pole, Value *result) {
    double inf = std::numeric_limits<double>::infinity();
    result = select(b.CreateFCmpULT(x, real(inf)), result, x);
    result = select(b.CreateFCmpOEQ(x, real(pole)), real(-inf), result);
    result = select(b.CreateFCmpOLT(x, real(pole)), real(std::numeric_limits<double>::quiet_NaN()),
                    result);
    return select(b.CreateFCmpUNO(x, x), x, result);
  }

  Value *log(Value *x) {
    // A denormal f32 is a normal f64.
    if (isShort)
      return logEdges(x, 0, logCore(x, nullptr, nullptr));
    Value *small = b.CreateFCmpOLT(x, real(0x1p-1022));
    Value *u = select(small, b.CreateFMul(x, real(0x1p54)), x);
    Value *scaling = select(small, integer(54), integer(0));
    return logEdges(x, 0, logCore(u, scaling, nullptr));
  }

  Value *log1p(Value *x) {
    // What the sum with 1 lost is put back relative to it.
    Value *u = b.CreateFAdd(real(1), x);
    Value *lost = select(b.CreateFCmpOGE(x, real(1)), b.CreateFSub(real(1), b.CreateFSub(u, x)),
                         b.CreateFSub(x, b.CreateFSub(u, real(1))));
    Value *result = logCore(u, nullptr, b.CreateFDiv(lost, u));
    result = select(b.CreateFCmpOLT(abs(x), real(0x1p-54)), x, result);
    return logEdges(x, -1, result);
  }

  /// What the rounded sum s of a and c lost.
  Value *lost(Value *a, Value *c, Value *s) {
    Value *z = b.CreateFSub(s, a);
    return b.CreateFAdd(b.CreateFSub(a, b.CreateFSub(s, z)), b.CreateFSub(c, z));
  }

  /// x = k pi / 2 + high + low with |high| <= pi / 4, k as bits; `low` may be null.
  struct Angle {
    Value *k, *high, *low;
  };
  Angle reduceAngle(Value *x) {
    Value *shifted = fma(x, real(0x1.45f306dc9c883p-1), real(shifter));
    Value *k = b.CreateFSub(shifted, real(shifter));
    Value *first = fma(k, real(-halfPi[0]), x);
    // No f32 is so near to a multiple of pi / 2 that more is needed.
    if (isShort)
      return {b.CreateSub(bits(shifted), bits(real(shifter))),
              fma(k, real(-(halfPi[1] + halfPi[2])), first), nullptr};
    Value *part = b.CreateFMul(k, real(-halfPi[1]));
    Value *second = b.CreateFAdd(first, part);
    Value *error = lost(first, part, second);
    part = b.CreateFMul(k, real(-halfPi[2]));
    Value *third = b.CreateFAdd(second, part);
    error = b.CreateFAdd(error, lost(second, part, third));
    error = fma(k, real(-halfPi[3]), error);
    Value *high = b.CreateFAdd(third, error);
    Value *low = b.CreateFSub(error, b.CreateFSub(high, third));
    return {b.CreateSub(bits(shifted), bits(real(shifter))), high, low};
  }

  /// The sine of r + k pi / 2. Where both the sine and the cosine of one number
  /// are wanted, LLVM sees that all but the choice is the same.
  Value *sineOf(const Angle &r, Value *k) {
    Value *z = b.CreateFMul(r.high, r.high);
    Value *half = b.CreateFMul(z, real(0.5));
    Value *rest = b.CreateFSub(real(1), half);
    Value *cubic = b.CreateFMul(b.CreateFMul(r.high, z), polynomial(sine, shortSine, z));
    Value *quartic = b.CreateFMul(b.CreateFMul(z, z), polynomial(cosine, shortCosine, z));
    if (r.low) {
      cubic = fma(r.low, rest, cubic);
      Value *tail = b.CreateFSub(b.CreateFSub(real(1), rest), half);
      quartic = b.CreateFAdd(tail, fma(b.CreateFNeg(r.high), r.low, quartic));
    }
    Value *s = b.CreateFAdd(r.high, cubic), *c = b.CreateFAdd(rest, quartic);
    Value *isOdd = b.CreateICmpNE(b.CreateAnd(k, integer(1)), integer(0));
    Value *sign = b.CreateShl(b.CreateAnd(k, integer(2)), integer(62));
    return fromBits(b.CreateXor(bits(select(isOdd, c, s)), sign));
  }

  Value *sin(Value *x) {
    Angle r = reduceAngle(x);
    return select(b.CreateFCmpOLT(abs(x), real(0x1p-27)), x, sineOf(r, r.k));
  }

  Value *cos(Value *x) {
    Angle r = reduceAngle(x);
    return sineOf(r, b.CreateAdd(r.k, integer(1)));
  }

  /// `result`; libm's where an argument is large or no number, which is rare.
  Value *small(Value *x, StringRef name, Value *result) {
    Value *large = b.CreateFCmpUGT(abs(x), real(largestAngle));
    auto *lanes = dyn_cast<FixedVectorType>(type);
    Value *any = lanes ? b.CreateOrReduce(large) : large;
    BasicBlock *before = b.GetInsertBlock();
    Function *function = before->getParent();
    LLVMContext &context = function->getContext();
    auto *rare = BasicBlock::Create(context, "", function);
    auto *after = BasicBlock::Create(context, "", function);
    b.CreateCondBr(any, rare, after, MDBuilder(context).createBranchWeights(1, 1 << 20));
    b.SetInsertPoint(rare);
    Type *one = b.getDoubleTy();
    FunctionCallee libm = function->getParent()->getOrInsertFunction(name, one, one);
    Value *exact = result;
    if (!lanes)
      exact = b.CreateCall(libm, x);
    for (unsigned lane = 0; lanes && lane < lanes->getNumElements(); ++lane)
      exact =
          b.CreateInsertElement(exact, b.CreateCall(libm, b.CreateExtractElement(x, lane)), lane);
    b.CreateBr(after);
    b.SetInsertPoint(after);
    PHINode *chosen = b.CreatePHI(type, 2);
    chosen->addIncoming(result, before);
    chosen->addIncoming(exact, rare);
    return chosen;
  }

  IRBuilder<> &b;
  Type *type, *integers;
  bool isShort;
};

} // namespace

Value *emitMathFunction(IRBuilder<> &b, StringRef name, Value *x, MathPrecision precision) {
  return Emitter(b, x->getType(), precision).emit(name, x);
}

} // namespace circ
