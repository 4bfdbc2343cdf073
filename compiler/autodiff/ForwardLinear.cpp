//===- ForwardLinear.cpp - Linear algebra by its matrix rules -------------===//
//
// C = A B               dC = dA B + A dB
// X = A^-1 B            dX = A^-1 (dB - dA X)
// d = log |det A|       dd = the sum of the elements of A^-T times those of dA
// A = L L^T             dL = L P, where P is the lower triangle of
//                       L^-1 S L^-T with half its diagonal, and S the symmetric
//                       part of dA
// its adjoint A' of L'  dA' = the adjoint of dL' + L^-T dL^T L', less twice the
//                       symmetric part of L^-T dL^T A' (the formula of the reverse
//                       rule of the factorisation, differentiated)
// (Giles 2008, sections 2.2.1, 2.2.2, 2.2.3; Murray 2016, eq. 7.)
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/ForwardRules.h"
#include "compiler/autodiff/LinearFormulas.h"

using namespace mlir;

namespace circ::autodiff {

static LogicalResult forwardMatmul(Forwarder &f, Operation *op) {
  auto matmul = cast<ir::MatmulOp>(op);
  Location loc = op->getLoc();
  f.copy(op);
  Value left = f.tangent(matmul.getLeft()), right = f.tangent(matmul.getRight());
  auto multiply = [&](Value a, Value c) -> Value {
    return f.b.create<ir::MatmulOp>(loc, matmul.getType(), a, matmul.getLeftTransposed(), c,
                                    matmul.getRightTransposed());
  };
  Value first = left ? multiply(left, f.primal(matmul.getRight())) : Value();
  Value second = right ? multiply(f.primal(matmul.getLeft()), right) : Value();
  f.setTangent(matmul.getResult(), f.sum(loc, first, second));
  return success();
}

/// dB - op(dA) X, the right side of the system that dX solves; null for zero. `matrix` is
/// dA or null.
template <typename SolveOp> static Value tangentOfRight(Forwarder &f, SolveOp solve, Value matrix) {
  Value right = f.tangent(solve.getRight());
  if (!matrix)
    return right;
  Location loc = solve.getLoc();
  Value moved = product(f.b, loc, matrix, solve.getTransposed(), f.primal(solve.getResult()));
  return right ? difference(f.b, loc, right, moved) : negated(f.b, loc, moved);
}

static LogicalResult forwardLuSolve(Forwarder &f, Operation *op) {
  auto solve = cast<ir::LuSolveOp>(op);
  f.copy(op);
  if (Value right = tangentOfRight(f, solve, f.tangent(solve.getMatrix())))
    f.setTangent(solve.getResult(),
                 f.b.create<ir::LuSolveOp>(op->getLoc(), f.primal(solve.getMatrix()),
                                           f.primal(solve.getPacked()), f.primal(solve.getPivots()),
                                           right, solve.getTransposed()));
  return success();
}

static LogicalResult forwardLuLogDet(Forwarder &f, Operation *op) {
  auto logdet = cast<ir::LuLogDetOp>(op);
  Location loc = op->getLoc();
  f.copy(op);
  Value tangent = f.tangent(logdet.getMatrix());
  if (!tangent)
    return success();
  Value matrix = f.primal(logdet.getMatrix());
  Value inverse = f.b.create<ir::LuSolveOp>(loc, matrix, f.primal(logdet.getPacked()),
                                            f.primal(logdet.getPivots()),
                                            identityLike(f.b, loc, matrix), /*transposed=*/true);
  f.setTangent(logdet.getResult(), innerProduct(f.b, loc, inverse, tangent));
  return success();
}

static LogicalResult forwardCholesky(Forwarder &f, Operation *op) {
  auto cholesky = cast<ir::CholeskyOp>(op);
  Location loc = op->getLoc();
  f.copy(op);
  Value tangent = f.tangent(cholesky.getMatrix());
  if (!tangent)
    return success();
  Value change = symmetricPart(f.b, loc, tangent);
  f.setTangent(cholesky.getResult(),
               choleskyTangent(f.b, loc, f.primal(cholesky.getResult()), change).result);
  return success();
}

static LogicalResult forwardCholeskyAdjoint(Forwarder &f, Operation *op) {
  auto adjoint = cast<ir::CholeskyAdjointOp>(op);
  Location loc = op->getLoc();
  f.copy(op);
  Value factor = f.tangent(adjoint.getFactor()), seed = f.tangent(adjoint.getSeed());
  Value l = f.primal(adjoint.getFactor());
  auto made = [&](Value right) -> Value {
    return f.b.create<ir::CholeskyAdjointOp>(loc, right.getType(), l, right);
  };
  Value tangent = seed ? made(seed) : Value();
  if (factor) {
    factor = lowerTriangle(f.b, loc, factor);
    /// l^-T dl^T m
    auto moved = [&](Value m) -> Value {
      return f.b.create<ir::TriangularSolveOp>(
          loc, l, product(f.b, loc, factor, /*transposed=*/true, m), /*transposed=*/true);
    };
    Value first = made(moved(lowerTriangle(f.b, loc, f.primal(adjoint.getSeed()))));
    Value second = symmetricPart(f.b, loc, moved(f.primal(adjoint.getResult())));
    tangent = f.sum(loc, tangent, differenceOfTwice(f.b, loc, first, second));
  }
  if (tangent)
    f.setTangent(adjoint.getResult(), tangent);
  return success();
}

static LogicalResult forwardTriangularSolve(Forwarder &f, Operation *op) {
  auto solve = cast<ir::TriangularSolveOp>(op);
  Location loc = op->getLoc();
  f.copy(op);
  Value matrix = f.tangent(solve.getMatrix());
  if (matrix)
    matrix = lowerTriangle(f.b, loc, matrix);
  if (Value right = tangentOfRight(f, solve, matrix))
    f.setTangent(solve.getResult(),
                 f.b.create<ir::TriangularSolveOp>(loc, f.primal(solve.getMatrix()), right,
                                                   solve.getTransposed()));
  return success();
}

void addForwardLinearRules(ForwardTable &rules) {
  rules["circ.matmul"] = forwardMatmul;
  rules["circ.lu_solve"] = forwardLuSolve;
  rules["circ.lu_logdet"] = forwardLuLogDet;
  rules["circ.cholesky"] = forwardCholesky;
  rules["circ.cholesky_adjoint"] = forwardCholeskyAdjoint;
  rules["circ.triangular_solve"] = forwardTriangularSolve;
}

} // namespace circ::autodiff
