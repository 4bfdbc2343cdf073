//===- ReverseLinear.cpp - Linear algebra by its matrix rules -------------===//
//
// With G the adjoint of the result C:
// C = A B               A: G B^T            B: A^T G
// X = A^-1 B            B: H = A^-T G       A: -H X^T
// d = log |det A|       A: g A^-T
// A = L L^T             A: the symmetric part of L^-T P L^-1, where P is the
//                       lower triangle of L^T G with half its diagonal: an op
// of that op A', with S the symmetric part of its adjoint and F, the change of L
// when A changes by S:  G: F                 L: the lower triangle of
//                                            G F^T L^-T - 2 A' S L^-T
// (Giles 2008, sections 2.2.1, 2.2.2, 2.2.3 and 2.3.1; Murray 2016, eq. 8 ff.)
// The factors of the forward sweep are used again.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/LinearFormulas.h"
#include "compiler/autodiff/Rules.h"

using namespace mlir;

namespace circ::autodiff {

static LogicalResult reverseMatmul(Reverser &r, Operation *op) {
  auto matmul = cast<ir::MatmulOp>(op);
  Location loc = op->getLoc();
  Value seed = r.takeAdjoint(matmul.getResult()), left = matmul.getLeft(),
        right = matmul.getRight();
  bool l = matmul.getLeftTransposed(), t = matmul.getRightTransposed();
  auto multiply = [&](Value like, Value a, bool ta, Value b, bool tb) {
    r.addAdjoint(like, r.b.create<ir::MatmulOp>(loc, like.getType(), a, ta, b, tb));
  };
  if (r.activity.isActive(left)) {
    Value other = r.primal(right);
    l ? multiply(left, other, t, seed, true) : multiply(left, seed, false, other, !t);
  }
  if (r.activity.isActive(right)) {
    Value other = r.primal(left);
    t ? multiply(right, seed, true, other, l) : multiply(right, other, !l, seed, false);
  }
  return success();
}

/// -h x^T, or -x h^T where the system's matrix was transposed.
static Value matrixAdjoint(OpBuilder &b, Location loc, Type type, Value h, Value x,
                           bool transposed) {
  Value negative = negated(b, loc, h);
  return transposed ? outerProduct(b, loc, type, x, negative)
                    : outerProduct(b, loc, type, negative, x);
}

static LogicalResult reverseLuSolve(Reverser &r, Operation *op) {
  auto solve = cast<ir::LuSolveOp>(op);
  Location loc = op->getLoc();
  Value seed = r.takeAdjoint(solve.getResult()), matrix = solve.getMatrix();
  Value h = r.b.create<ir::LuSolveOp>(loc, r.primal(matrix), r.primal(solve.getPacked()),
                                      r.primal(solve.getPivots()), seed, !solve.getTransposed());
  r.addAdjoint(solve.getRight(), h);
  if (r.activity.isActive(matrix))
    r.addAdjoint(matrix, matrixAdjoint(r.b, loc, matrix.getType(), h, r.primal(solve.getResult()),
                                       solve.getTransposed()));
  return success();
}

static LogicalResult reverseLuLogDet(Reverser &r, Operation *op) {
  auto logdet = cast<ir::LuLogDetOp>(op);
  Location loc = op->getLoc();
  Value seed = r.takeAdjoint(logdet.getResult());
  Value matrix = r.primal(logdet.getMatrix());
  Value inverse = r.b.create<ir::LuSolveOp>(loc, matrix, r.primal(logdet.getPacked()),
                                            r.primal(logdet.getPivots()),
                                            identityLike(r.b, loc, matrix), /*transposed=*/true);
  r.addAdjoint(logdet.getMatrix(), scaled(r.b, loc, inverse, seed));
  return success();
}

static LogicalResult reverseCholesky(Reverser &r, Operation *op) {
  auto cholesky = cast<ir::CholeskyOp>(op);
  Value seed = r.takeAdjoint(cholesky.getResult()), l = r.primal(cholesky.getResult());
  r.addAdjoint(cholesky.getMatrix(),
               r.b.create<ir::CholeskyAdjointOp>(op->getLoc(), l.getType(), l, seed));
  return success();
}

static LogicalResult reverseCholeskyAdjoint(Reverser &r, Operation *op) {
  auto adjoint = cast<ir::CholeskyAdjointOp>(op);
  Location loc = op->getLoc();
  Value change = symmetricPart(r.b, loc, r.takeAdjoint(adjoint.getResult()));
  CholeskyTangent tangent = choleskyTangent(r.b, loc, r.primal(adjoint.getFactor()), change);
  r.addAdjoint(adjoint.getSeed(), tangent.result);
  if (!r.activity.isActive(adjoint.getFactor()))
    return success();
  auto times = [&](Value left, Value right) -> Value {
    return r.b.create<ir::MatmulOp>(loc, left.getType(), left, false, right, true);
  };
  Value seed = lowerTriangle(r.b, loc, r.primal(adjoint.getSeed()));
  Value whole = differenceOfTwice(r.b, loc, times(seed, tangent.middle),
                                  times(r.primal(adjoint.getResult()), tangent.half));
  r.addAdjoint(adjoint.getFactor(), lowerTriangle(r.b, loc, whole));
  return success();
}

static LogicalResult reverseTriangularSolve(Reverser &r, Operation *op) {
  auto solve = cast<ir::TriangularSolveOp>(op);
  Location loc = op->getLoc();
  Value seed = r.takeAdjoint(solve.getResult()), matrix = solve.getMatrix();
  Value h = r.b.create<ir::TriangularSolveOp>(loc, r.primal(matrix), seed, !solve.getTransposed());
  r.addAdjoint(solve.getRight(), h);
  if (r.activity.isActive(matrix))
    r.addAdjoint(matrix,
                 lowerTriangle(r.b, loc,
                               matrixAdjoint(r.b, loc, matrix.getType(), h,
                                             r.primal(solve.getResult()), solve.getTransposed())));
  return success();
}

void addLinearRules(RuleTable &rules) {
  rules["circ.matmul"] = {reverseMatmul};
  rules["circ.lu_solve"] = {reverseLuSolve};
  rules["circ.lu_logdet"] = {reverseLuLogDet};
  rules["circ.cholesky"] = {reverseCholesky};
  rules["circ.cholesky_adjoint"] = {reverseCholeskyAdjoint};
  rules["circ.triangular_solve"] = {reverseTriangularSolve};
}

} // namespace circ::autodiff
