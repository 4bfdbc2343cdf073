//===- ForwardReduce.cpp - Reductions -------------------------------------===//
//
// sum        the sum of the tangents
// logsumexp  the mean of the tangents under the weights exp(x - m) / s, where m
//            is the largest and s the sum of exp(x - m); zero when m is -inf
// max, min   the tangent of the first extreme; zero over nothing
// prod       is made a sequential loop beforehand (ExpandProducts.cpp)
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/ForwardRules.h"
#include "compiler/dialect/Gates.h"

using namespace mlir;

namespace circ::autodiff {

/// Sums what `term` makes of the tangent of each iteration; null when no
/// iteration has a tangent.
static FailureOr<Value> sumOfTangents(Forwarder &f, Operation *op, Value bound,
                                      llvm::function_ref<Value(Value)> term) {
  Block &body = op->getRegion(0).front();
  Type type = body.getTerminator()->getOperand(0).getType();
  auto sum = f.b.create<ir::ReduceOp>(op->getLoc(), type, ir::ReduceKind::Sum, f.primal(bound));
  OpBuilder::InsertionGuard guard(f.b);
  f.b.setInsertionPointToEnd(sum.getBodyBlock());
  FailureOr<Value> tangent = forwardIteration(f, body, sum.getIndex());
  if (failed(tangent))
    return failure();
  if (!*tangent) {
    sum.erase();
    return Value();
  }
  f.b.create<ir::YieldOp>(op->getLoc(), term(*tangent));
  return sum.getResult();
}

/// The sum of dx * exp(x - m) over the body of a logsumexp or exp_sum, divided
/// by `divisor` if there is one; zero where the largest m is -inf.
static FailureOr<Value> tangentOfExpSum(Forwarder &f, Operation *op, Value bound, Value largest,
                                        Value divisor) {
  Location loc = op->getLoc();
  Value yielded = op->getRegion(0).front().getTerminator()->getOperand(0);
  FailureOr<Value> sum = sumOfTangents(f, op, bound, [&](Value tangent) -> Value {
    Value shifted = f.b.create<ir::SubOp>(loc, f.primal(yielded), largest);
    return f.b.create<ir::MulOp>(loc, tangent, f.b.create<ir::ExpOp>(loc, shifted));
  });
  if (failed(sum) || !*sum)
    return sum;
  Value tangent = divisor ? f.b.create<ir::DivOp>(loc, *sum, divisor).getResult() : *sum;
  auto type = cast<FloatType>(tangent.getType());
  Value lowest = f.b.create<arith::ConstantOp>(
      loc, f.b.getFloatAttr(type, llvm::APFloat::getInf(type.getFloatSemantics(), true)));
  Value nothing = f.b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, largest, lowest);
  Value zero = f.b.create<arith::ConstantOp>(loc, f.b.getFloatAttr(type, 0.0));
  return f.b.create<arith::SelectOp>(loc, nothing, zero, tangent).getResult();
}

static LogicalResult forwardLogSumExp(Forwarder &f, ir::ReduceOp reduce) {
  Location loc = reduce.getLoc();
  auto parts = f.b.create<ir::ExpSumOp>(loc, reduce.getType(), f.primal(reduce.getBound()));
  f.copyBody(reduce, *parts.getBodyBlock(), /*quiet=*/false);
  Value logarithm = f.b.create<ir::LogOp>(loc, parts.getSum());
  f.copies.map(reduce.getResult(),
               f.b.create<ir::AddOp>(loc, parts.getLargest(), logarithm).getResult());
  FailureOr<Value> tangent =
      tangentOfExpSum(f, reduce, reduce.getBound(), parts.getLargest(), parts.getSum());
  if (failed(tangent))
    return failure();
  f.setTangent(reduce.getResult(), *tangent);
  return success();
}

static LogicalResult forwardExpSum(Forwarder &f, Operation *op) {
  auto sum = cast<ir::ExpSumOp>(op);
  f.copy(op);
  FailureOr<Value> tangent =
      tangentOfExpSum(f, op, sum.getBound(), f.primal(sum.getLargest()), Value());
  if (failed(tangent))
    return failure();
  f.setTangent(sum.getSum(), *tangent);
  return success();
}

/// The body is forwarded once, at the place of the extreme.
static LogicalResult forwardExtreme(Forwarder &f, ir::ReduceOp reduce) {
  Location loc = reduce.getLoc();
  f.copy(reduce);
  Value bound = f.primal(reduce.getBound());
  auto position = f.b.create<ir::ArgReduceOp>(loc, f.b.getI64Type(), reduce.getKind(), bound);
  Block &body = *reduce.getBodyBlock();
  f.copyBody(reduce, *position.getBodyBlock(), /*quiet=*/true);

  OpBuilder::InsertionGuard guard(f.b);
  Value first = f.b.create<arith::ConstantOp>(loc, f.b.getI64IntegerAttr(0));
  Value found = f.b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, position, first);
  auto guarded = f.b.create<scf::IfOp>(loc, reduce.getType(), found, /*withElse=*/true);
  guarded.thenBlock()->clear();
  guarded.elseBlock()->clear();
  f.b.setInsertionPointToEnd(guarded.thenBlock());
  FailureOr<Value> tangent = forwardIteration(f, body, position.getResult());
  if (failed(tangent))
    return failure();
  if (!*tangent) {
    guarded.erase();
    position.erase();
    return success();
  }
  f.b.create<scf::YieldOp>(loc, *tangent);
  f.b.setInsertionPointToEnd(guarded.elseBlock());
  f.b.create<scf::YieldOp>(loc, f.zeroLike(reduce.getResult()));
  f.setTangent(reduce.getResult(), guarded.getResult(0));
  return success();
}

static LogicalResult forwardReduce(Forwarder &f, Operation *op) {
  auto reduce = cast<ir::ReduceOp>(op);
  switch (reduce.getKind()) {
  case ir::ReduceKind::Max:
  case ir::ReduceKind::Min:
    return forwardExtreme(f, reduce);
  case ir::ReduceKind::LogSumExp:
    return forwardLogSumExp(f, reduce);
  case ir::ReduceKind::Sum: {
    f.copy(op);
    FailureOr<Value> tangent =
        sumOfTangents(f, op, reduce.getBound(), [](Value tangent) { return tangent; });
    if (failed(tangent))
      return failure();
    f.setTangent(reduce.getResult(), *tangent);
    return success();
  }
  default:
    return op->emitError("this kind of reduction has no derivative rule");
  }
}

void addForwardReduceRules(ForwardTable &rules) {
  rules["circ.reduce"] = forwardReduce;
  rules["circ.exp_sum"] = forwardExpSum;
}

} // namespace circ::autodiff
