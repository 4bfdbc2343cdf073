//===- Gates.td - The table of scalar gates ----------------*- tablegen -*-===//
//
// The one place where a scalar gate is stated. From it come the op, its
// derivative, constant folding, lowering, sema's list of built-ins, the
// reference and the numeric tests.
//
// Expressions are nested calls of gates, numbers, `inf`, `nan`, the operands x,
// y, z, the result r, and in adjoints g. Also: lt le gt ge eq ne (ordered, ne
// unordered), unordered(a, b), and(a, b), or(a, b), not(a), select(c, a, b).
//
//===----------------------------------------------------------------------===//

#ifndef CIRC_GATES_TD
#define CIRC_GATES_TD

include "compiler/dialect/CircDialect.td"
include "compiler/dialect/GateInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"

class Gate<string name> : Op<Circ_Dialect, name,
    [Pure, SameOperandsAndResultType, DeclareOpInterfaceMethods<GateOpInterface>]> {
  let results = (outs Circ_Real:$result);
  let hasFolder = 1;
  /// For each operand g times its partial derivative; empty: zero everywhere. Where
  /// the partial can be infinite at finite points, or overflow there, it is
  /// `scaled(g, PARTIAL)` or `divided(g, DIVISOR)`: a zero g contributes zero, in
  /// derivatives of the derivative too.
  list<string> adjoints = [];
  /// Names for parts of the adjoints, `NAME = EXPRESSION`; a part may use those
  /// before it.
  list<string> parts = [];
  /// C++ over doubles, for constant folding.
  string evaluate = "";
  /// The function that computes it: a C symbol (f32 appends `f`), or
  /// "llvm.NAME" for an LLVM intrinsic, or "arith.NAME" for an MLIR op.
  string symbol = "";
  /// Or an expression that it is computed as.
  string expansion = "";
  /// Behaviour where the derivative is not unique, for the reference.
  string kink = "";
  /// Rough cost in additions.
  int cost = 1;
  /// Bounds on the error in units in the last place; a result below the
  /// smallest normal number may be zero.
  int valueUlps = 2;
  int derivativeUlps = 2;
  /// Why a bound is above 2, for docs/accuracy.md.
  string whyMore = "";
  /// Below 1 the bound is in units in the last place of 1: the function has
  /// zeros near which relative accuracy is lost.
  bit valueAbsolute = 0;
  bit derivativeAbsolute = 0;
}
class UnaryGate<string name, string text> : Gate<name> {
  let summary = text;
  let arguments = (ins Circ_Real:$x);
  let assemblyFormat = "$x attr-dict `:` type($result)";
}
class BinaryGate<string name, string text> : Gate<name> {
  let summary = text;
  let arguments = (ins Circ_Real:$x, Circ_Real:$y);
  let assemblyFormat = "$x `,` $y attr-dict `:` type($result)";
}
class TernaryGate<string name, string text> : Gate<name> {
  let summary = text;
  let arguments = (ins Circ_Real:$x, Circ_Real:$y, Circ_Real:$z);
  let assemblyFormat = "$x `,` $y `,` $z attr-dict `:` type($result)";
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

def Circ_AddOp : BinaryGate<"add", "x + y"> {
  let adjoints = ["g", "g"];
  let evaluate = "x + y";
  let symbol = "arith.addf";
}
def Circ_SubOp : BinaryGate<"sub", "x - y"> {
  let adjoints = ["g", "neg(g)"];
  let evaluate = "x - y";
  let symbol = "arith.subf";
}
def Circ_MulOp : BinaryGate<"mul", "x * y"> {
  let adjoints = ["mul(g, y)", "mul(g, x)"];
  let evaluate = "x * y";
  let symbol = "arith.mulf";
}
def Circ_DivOp : BinaryGate<"div", "x / y"> {
  let adjoints = ["divided(g, y)", "neg(scaled(g, div(r, y)))"];
  let evaluate = "x / y";
  let symbol = "arith.divf";
  let cost = 4;
}
def Circ_ScaledOp : BinaryGate<"scaled", "x * y, and 0 where x is 0 whatever y is"> {
  // Not in the language: what a zero adjoint or tangent makes of an infinite partial
  // derivative. Of the same form again, so that a factor that is zero is one in
  // every derivative, and what is not zero, like the factor's own change, counts.
  let adjoints = ["scaled(g, y)", "scaled(x, g)"];
  let evaluate = "x == 0 ? 0.0 : x * y";
  let expansion = "select(eq(x, 0), 0, mul(x, y))";
}
def Circ_DividedOp : BinaryGate<"divided", "x / y, and 0 where x is 0 whatever y is"> {
  // Not in the language, as `scaled`.
  let adjoints = ["divided(g, y)", "neg(scaled(g, divided(r, y)))"];
  let evaluate = "x == 0 ? 0.0 : x / y";
  let expansion = "select(eq(x, 0), 0, div(x, y))";
  let cost = 4;
}
def Circ_NegOp : UnaryGate<"neg", "-x"> {
  let adjoints = ["neg(g)"];
  let evaluate = "-x";
  let symbol = "arith.negf";
}
def Circ_RemOp : BinaryGate<"rem", "x % y: x - floor(x / y) * y"> {
  let adjoints = ["g", "neg(scaled(g, round(div(sub(x, r), y))))"];
  let evaluate = "circ_rem(x, y)";
  let symbol = "circ_rem";
  let kink = "derivative 1 in x and -floor(x / y) in y everywhere";
  let cost = 20;
}
def Circ_PowOp : BinaryGate<"pow", "x to the power y"> {
  // y x^(y - 1); where y - 1 is not exact, its rounding error e (by two-sum) is
  // put right by the factor x^e = 1 + e log x.
  let parts = [
    "down = sub(y, 1)",
    "error = add(sub(y, sub(down, sub(down, y))), sub(-1, sub(down, y)))",
    "power = pow(x, down)"];
  let adjoints = [
    "scaled(g, scaled(y, select(and(gt(abs(error), 0), lt(abs(power), inf)), add(power, scaled(clamp(scaled(error, log(abs(x))), -0.1, 0.1), power)), power)))",
    "scaled(g, select(and(eq(x, 0), gt(y, 0)), 0, mul(r, log(x))))"];
  let evaluate = "std::pow(x, y)";
  let symbol = "pow";
  let kink = "at x = 0: d/dx is 0 for y > 1 and y = 0, 1 for y = 1, inf for 0 < y < 1, -inf for y < 0; d/dy is 0 for y > 0; for x < 0 d/dy is NaN";
  let cost = 60;
}

/// Its exponent is an integer without derivative, so its rule is hand-written
/// (Gates.cpp); the table has the rest.
def Circ_PowiOp : Op<Circ_Dialect, "powi", [Pure, DeclareOpInterfaceMethods<GateOpInterface>,
    AllTypesMatch<["x", "result"]>]> {
  let summary = "x to an integer power; 1 for exponent 0";
  let arguments = (ins Circ_Real:$x, I64:$exponent);
  let results = (outs Circ_Real:$result);
  let assemblyFormat = "$x `,` $exponent attr-dict `:` type($result)";
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Choice and rounding
//===----------------------------------------------------------------------===//

def Circ_MinOp : BinaryGate<"min", "the smaller of x and y; NaN if one is NaN"> {
  let adjoints = ["select(le(x, y), g, select(unordered(x, y), nan, 0))",
                  "select(lt(y, x), g, select(unordered(x, y), nan, 0))"];
  let evaluate = "std::isnan(x) || std::isnan(y) ? NAN : (y < x ? y : x)";
  let symbol = "arith.minimumf";
  let kink = "of equal values the first takes the derivative";
}
def Circ_MaxOp : BinaryGate<"max", "the larger of x and y; NaN if one is NaN"> {
  let adjoints = ["select(ge(x, y), g, select(unordered(x, y), nan, 0))",
                  "select(gt(y, x), g, select(unordered(x, y), nan, 0))"];
  let evaluate = "std::isnan(x) || std::isnan(y) ? NAN : (y > x ? y : x)";
  let symbol = "arith.maximumf";
  let kink = "of equal values the first takes the derivative";
}
def Circ_ClampOp : TernaryGate<"clamp", "min(max(x, y), z)"> {
  let adjoints = [
    "select(and(ge(x, y), le(x, z)), g, select(unordered(x, add(y, z)), nan, 0))",
    "select(and(gt(y, x), le(y, z)), g, select(unordered(x, add(y, z)), nan, 0))",
    "select(gt(max(x, y), z), g, select(unordered(x, add(y, z)), nan, 0))"];
  let evaluate = "std::isnan(x) || std::isnan(y) || std::isnan(z) ? NAN : std::min(std::max(x, y), z)";
  let expansion = "min(max(x, y), z)";
  let kink = "at a bound x takes the derivative";
  let cost = 2;
}
def Circ_AbsOp : UnaryGate<"abs", "the absolute value"> {
  let adjoints = ["mul(g, sign(x))"];
  let evaluate = "std::fabs(x)";
  let symbol = "llvm.fabs";
  let kink = "derivative 0 at 0";
}
def Circ_SignOp : UnaryGate<"sign", "-1, 0 or 1; NaN of NaN"> {
  let adjoints = [""];
  let evaluate = "std::isnan(x) ? NAN : (x > 0) - (x < 0)";
  let expansion = "select(gt(x, 0), 1, select(lt(x, 0), -1, mul(x, 0)))";
  let kink = "derivative 0 everywhere";
  let cost = 2;
}
def Circ_FloorOp : UnaryGate<"floor", "the largest integer not above x"> {
  let adjoints = [""];
  let evaluate = "std::floor(x)";
  let symbol = "llvm.floor";
  let kink = "derivative 0 everywhere";
}
def Circ_CeilOp : UnaryGate<"ceil", "the smallest integer not below x"> {
  let adjoints = [""];
  let evaluate = "std::ceil(x)";
  let symbol = "llvm.ceil";
  let kink = "derivative 0 everywhere";
}
def Circ_RoundOp : UnaryGate<"round", "the nearest integer, ties to even"> {
  let adjoints = [""];
  let evaluate = "std::nearbyint(x)";
  let symbol = "llvm.roundeven";
  let kink = "derivative 0 everywhere";
}
def Circ_TruncOp : UnaryGate<"trunc", "x without its fraction"> {
  let adjoints = [""];
  let evaluate = "std::trunc(x)";
  let symbol = "llvm.trunc";
  let kink = "derivative 0 everywhere";
}
def Circ_ReluOp : UnaryGate<"relu", "max(x, 0)"> {
  let adjoints = ["select(gt(x, 0), g, select(unordered(x, x), nan, 0))"];
  let evaluate = "std::isnan(x) ? NAN : (x > 0 ? x : 0)";
  let expansion = "max(x, 0)";
  let kink = "derivative 0 at 0";
}

//===----------------------------------------------------------------------===//
// Powers, exponentials and logarithms
//===----------------------------------------------------------------------===//

def Circ_SqrtOp : UnaryGate<"sqrt", "the square root"> {
  let adjoints = ["divided(g, mul(2, r))"];
  let evaluate = "std::sqrt(x)";
  let symbol = "llvm.sqrt";
  let cost = 6;
}
def Circ_CbrtOp : UnaryGate<"cbrt", "the cube root"> {
  let adjoints = ["scaled(g, cbrt_slope(x, r))"];
  let evaluate = "circ_cbrt(x)";
  let symbol = "circ_cbrt";
  let cost = 25;
}
def Circ_CbrtSlopeOp : BinaryGate<"cbrt_slope", "the derivative of y = cbrt(x)"> {
  // Not in the language. y / (3 x) is more accurate than 1 / (3 y^2); in its own rule
  // all terms of all derivatives have one sign, so that what overflows is infinite and
  // not NaN. y is given for its value alone.
  let adjoints = ["scaled(g, mul(-0.66666666666666666667, div(r, x)))", ""];
  let evaluate = "x == 0 ? INFINITY : std::isinf(x) ? 0.0 : y / x / 3";
  let expansion = "select(eq(x, 0), inf, select(eq(abs(x), inf), 0, div(div(y, x), 3)))";
  let cost = 8;
}
def Circ_ExpOp : UnaryGate<"exp", "e to the power x"> {
  let adjoints = ["scaled(g, r)"];
  let evaluate = "std::exp(x)";
  let symbol = "exp";
  let cost = 15;
}
def Circ_Expm1Op : UnaryGate<"expm1", "exp(x) - 1, exact near 0"> {
  let adjoints = ["scaled(g, exp(x))"];
  let evaluate = "std::expm1(x)";
  let symbol = "expm1";
  let cost = 20;
}
def Circ_LogOp : UnaryGate<"log", "the natural logarithm"> {
  let adjoints = ["divided(g, select(lt(x, 0), nan, x))"];
  let evaluate = "std::log(x)";
  let symbol = "log";
  let cost = 15;
}
def Circ_Log1pOp : UnaryGate<"log1p", "log(1 + x), exact near 0"> {
  let adjoints = ["divided(g, select(lt(x, -1), nan, add(1, x)))"];
  let evaluate = "std::log1p(x)";
  let symbol = "log1p";
  let cost = 20;
}
def Circ_Log2Op : UnaryGate<"log2", "the logarithm to base 2"> {
  let adjoints = ["divided(mul(g, 1.4426950408889634074), select(lt(x, 0), nan, x))"];
  let evaluate = "std::log2(x)";
  let symbol = "log2";
  let cost = 15;
}
def Circ_Log10Op : UnaryGate<"log10", "the logarithm to base 10"> {
  let adjoints = ["divided(mul(g, 0.43429448190325182765), select(lt(x, 0), nan, x))"];
  let evaluate = "std::log10(x)";
  let symbol = "log10";
  let cost = 15;
}
def Circ_HypotOp : BinaryGate<"hypot", "sqrt(x*x + y*y) without overflow"> {
  let adjoints = ["select(eq(r, 0), mul(g, 0), mul(g, div(x, r)))",
                  "select(eq(r, 0), mul(g, 0), mul(g, div(y, r)))"];
  let evaluate = "std::hypot(x, y)";
  let symbol = "hypot";
  let kink = "derivative 0 at the origin";
  let cost = 20;
}
def Circ_LogAddExpOp : BinaryGate<"logaddexp", "log(exp(x) + exp(y)) without overflow"> {
  let adjoints = ["select(eq(r, neg(inf)), mul(g, 0), mul(g, sigmoid(sub(x, y))))",
                  "select(eq(r, neg(inf)), mul(g, 0), mul(g, sigmoid(sub(y, x))))"];
  let valueAbsolute = 1;
  let derivativeAbsolute = 1;
  let evaluate = "x == y ? x + std::log(2.0) : (std::isnan(x) || std::isnan(y) ? NAN : std::max(x, y) + std::log1p(std::exp(-std::fabs(x - y))))";
  let expansion = "select(eq(x, y), add(x, 0.69314718055994530942), add(max(x, y), log1p(exp(neg(abs(sub(x, y)))))))";
  let kink = "at (-inf, -inf): value -inf, derivative 0";
  let cost = 40;
}

//===----------------------------------------------------------------------===//
// Trigonometric and hyperbolic functions
//===----------------------------------------------------------------------===//

def Circ_SinOp : UnaryGate<"sin", "the sine"> {
  let adjoints = ["mul(g, cos(x))"];
  let evaluate = "std::sin(x)";
  let symbol = "sin";
  let cost = 20;
}
def Circ_CosOp : UnaryGate<"cos", "the cosine"> {
  let adjoints = ["neg(mul(g, sin(x)))"];
  let evaluate = "std::cos(x)";
  let symbol = "cos";
  let cost = 20;
}
def Circ_TanOp : UnaryGate<"tan", "the tangent"> {
  let adjoints = ["mul(g, add(1, mul(r, r)))"];
  let evaluate = "std::tan(x)";
  let symbol = "tan";
  let cost = 25;
}
/// `square` = 1 - x^2, accurate where it is small, with derivatives that are accurate
/// near 0, and at -1 and 1 without a product of zero and infinity.
class OneLessSquare {
  list<string> parts = [
    "square = select(lt(abs(x), 0.5), sub(1, mul(x, x)), select(lt(abs(x), 1), mul(sub(1, x), add(1, x)), mul(2, sub(1, abs(x)))))"];
}
def OneLessSquareParts : OneLessSquare;

def Circ_AsinOp : UnaryGate<"asin", "the inverse sine"> {
  let parts = OneLessSquareParts.parts;
  let adjoints = ["divided(g, sqrt(square))"];
  let evaluate = "std::asin(x)";
  let symbol = "asin";
  let cost = 25;
}
def Circ_AcosOp : UnaryGate<"acos", "the inverse cosine"> {
  let parts = OneLessSquareParts.parts;
  let adjoints = ["neg(divided(g, sqrt(square)))"];
  let evaluate = "std::acos(x)";
  let symbol = "acos";
  let cost = 25;
}
def Circ_AtanOp : UnaryGate<"atan", "the inverse tangent"> {
  // Where the square overflows the derivative is zero, and so are its own.
  let parts = ["square = add(1, mul(x, x))"];
  let adjoints = ["select(eq(square, inf), mul(g, 0), div(g, square))"];
  let evaluate = "std::atan(x)";
  let symbol = "atan";
  let cost = 25;
}
def Circ_Atan2Op : BinaryGate<"atan2", "the angle of the point (y, x): atan2(x, y) has x as ordinate"> {
  // y / (x^2 + y^2) and -x / (x^2 + y^2). Powers of two, exact factors, keep the
  // squares from overflow and underflow.
  let parts = [
    "size = max(abs(x), abs(y))",
    "scale = select(gt(size, 1e150), 2.409919865102884e-181, select(lt(size, 1e-150), 4.149515568880993e180, 1))",
    "square = add(mul(mul(scale, x), mul(scale, x)), mul(mul(scale, y), mul(scale, y)))"];
  let adjoints = ["scaled(g, mul(scale, div(mul(scale, y), square)))",
                  "neg(scaled(g, mul(scale, div(mul(scale, x), square))))"];
  let derivativeUlps = 3;
  let whyMore = "two squares, their sum and the quotient round";
  let evaluate = "std::atan2(x, y)";
  let symbol = "atan2";
  let cost = 40;
}
def Circ_SinhOp : UnaryGate<"sinh", "the hyperbolic sine"> {
  let adjoints = ["scaled(g, cosh(x))"];
  let evaluate = "std::sinh(x)";
  let symbol = "sinh";
  let cost = 25;
}
def Circ_CoshOp : UnaryGate<"cosh", "the hyperbolic cosine"> {
  let adjoints = ["scaled(g, sinh(x))"];
  let evaluate = "std::cosh(x)";
  let symbol = "cosh";
  let cost = 25;
}
def Circ_TanhOp : UnaryGate<"tanh", "the hyperbolic tangent"> {
  // 4 e / (1 + e (2 + e)) keeps relative accuracy in the tails. An exponential that
  // vanishes there, and does not overflow, keeps higher derivatives finite. Both sides
  // of the choice give the same function: it has no kink at 0.
  let parts = ["e = exp(mul(2, select(ge(x, 0), neg(x), x)))"];
  let adjoints = ["mul(g, div(mul(4, e), add(1, mul(e, add(2, e)))))"];
  let derivativeUlps = 3;
  let whyMore = "the exponential, two sums, a product and the quotient round";
  let evaluate = "std::tanh(x)";
  let symbol = "tanh";
  let cost = 25;
}
def Circ_AsinhOp : UnaryGate<"asinh", "the inverse hyperbolic sine"> {
  let adjoints = ["div(g, hypot(1, x))"];
  let evaluate = "std::asinh(x)";
  let symbol = "asinh";
  let cost = 30;
}
def Circ_AcoshOp : UnaryGate<"acosh", "the inverse hyperbolic cosine"> {
  // The root of x^2 - 1: below 2, x - 1 is exact; at 1 there is no product of zero and
  // infinity; beyond 1e9 the root is x.
  let parts = [
    "near = min(x, 1e9)",
    "more = sub(near, 1)",
    "square = select(le(x, 1), mul(2, more), select(lt(x, 2), add(mul(more, more), mul(2, more)), mul(more, add(near, 1))))"];
  let adjoints = ["divided(g, select(lt(x, 1), nan, select(lt(x, 1e9), sqrt(square), x)))"];
  let evaluate = "std::acosh(x)";
  let symbol = "acosh";
  let cost = 30;
}
def Circ_AtanhOp : UnaryGate<"atanh", "the inverse hyperbolic tangent"> {
  let parts = OneLessSquareParts.parts;
  let adjoints = ["divided(g, select(gt(abs(x), 1), nan, square))"];
  let evaluate = "std::atanh(x)";
  let symbol = "atanh";
  let cost = 30;
}

//===----------------------------------------------------------------------===//
// Special functions
//===----------------------------------------------------------------------===//

/// `bell` = 2 / sqrt(pi) exp(-x^2) with x^2 = h^2 + (x - h)(x + h), where h is x
/// rounded to ten binary places and h^2 is exact: the rounding of x^2 would be
/// magnified by x^2 in the tails. Beyond 30 it is zero.
class ErfParts {
  list<string> parts = [
    "c = clamp(x, -30, 30)",
    "h = div(round(mul(c, 1024)), 1024)",
    "rough = mul(1.1283791670955125739, exp(neg(mul(h, h))))",
    "bell = add(rough, mul(rough, expm1(mul(sub(h, c), add(c, h)))))"];
}
def ErfDerivative : ErfParts;

def Circ_ErfOp : UnaryGate<"erf", "the error function"> {
  let parts = ErfDerivative.parts;
  let adjoints = ["mul(g, bell)"];
  let evaluate = "std::erf(x)";
  let symbol = "erf";
  let cost = 25;
}
def Circ_ErfcOp : UnaryGate<"erfc", "1 - erf(x), exact in the tail"> {
  let parts = ErfDerivative.parts;
  let adjoints = ["neg(mul(g, bell))"];
  let valueUlps = 3;
  let whyMore = "the value is libm's";
  let evaluate = "std::erfc(x)";
  let symbol = "erfc";
  let cost = 30;
}
def Circ_LgammaOp : UnaryGate<"lgamma", "log |gamma(x)|"> {
  let adjoints = ["scaled(g, digamma(x))"];
  let valueAbsolute = 1;
  let derivativeAbsolute = 1;
  let evaluate = "circ_lgamma(x)";
  let symbol = "circ_lgamma";
  let cost = 40;
}
def Circ_DigammaOp : UnaryGate<"digamma", "the derivative of lgamma"> {
  let adjoints = ["scaled(g, trigamma(x))"];
  let valueAbsolute = 1;
  let evaluate = "circ_digamma(x)";
  let symbol = "circ_digamma";
  let cost = 40;
}
def Circ_TrigammaOp : UnaryGate<"trigamma", "the derivative of digamma"> {
  let adjoints = ["scaled(g, polygamma(x, 2))"];
  let derivativeAbsolute = 1;
  let evaluate = "circ_trigamma(x)";
  let symbol = "circ_trigamma";
  let cost = 40;
}
def Circ_PolygammaOp : BinaryGate<"polygamma", "the derivative of digamma of order y = 1, 2, ..."> {
  // Not in the language: what derivatives of lgamma come to. The order is not
  // differentiated.
  let adjoints = ["scaled(g, polygamma(x, add(y, 1)))", ""];
  // Of the first orders; the errors grow slowly with the order.
  let valueAbsolute = 1;
  let derivativeAbsolute = 1;
  let valueUlps = 8;
  let derivativeUlps = 10;
  let whyMore = "errors grow with the order";
  let evaluate = "circ_polygamma(x, y)";
  let symbol = "circ_polygamma";
  let cost = 100;
}
def Circ_SigmoidOp : UnaryGate<"sigmoid", "1 / (1 + exp(-x))"> {
  // As in tanh: no kink at 0.
  let parts = ["e = exp(select(ge(x, 0), neg(x), x))"];
  let adjoints = ["mul(g, div(e, add(1, mul(e, add(2, e)))))"];
  let valueUlps = 3;
  let derivativeUlps = 3;
  let whyMore = "the exponential, two sums, a product and the quotient round";
  let evaluate = "x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x))";
  // Stable on both sides: exp of a negative number alone.
  let expansion = "div(select(ge(x, 0), 1, exp(neg(abs(x)))), add(1, exp(neg(abs(x)))))";
  let cost = 20;
}
def Circ_SoftplusOp : UnaryGate<"softplus", "log(1 + exp(x)) without overflow"> {
  let adjoints = ["mul(g, sigmoid(x))"];
  let derivativeUlps = 3;
  let whyMore = "the derivative is sigmoid";
  let evaluate = "std::isnan(x) ? NAN : std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)))";
  let expansion = "add(max(x, 0), log1p(exp(neg(abs(x)))))";
  let cost = 40;
}

#endif
