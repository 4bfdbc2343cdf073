//===- ForwardArrays.cpp - Elements, updates and fills --------------------===//
//
// All linear: the op on tangents. What is updated in place in the primal is so
// in the tangent.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/ForwardRules.h"

using namespace mlir;

namespace circ::autodiff {

static LogicalResult forwardExtract(Forwarder &f, Operation *op) {
  auto extract = cast<ir::ExtractOp>(op);
  f.copy(op);
  if (Value array = f.tangent(extract.getArray()))
    f.setTangent(extract.getResult(),
                 f.b.create<ir::ExtractOp>(op->getLoc(), extract.getType(), array,
                                           f.primals(extract.getIndices())));
  return success();
}

static LogicalResult forwardInsert(Forwarder &f, Operation *op) {
  auto insert = cast<ir::InsertOp>(op);
  f.copy(op);
  if (!f.tangent(insert.getArray()) && !f.tangent(insert.getValue()))
    return success();
  f.setTangent(insert.getResult(), f.b.create<ir::InsertOp>(op->getLoc(), insert.getType(),
                                                            f.tangentOrZero(insert.getValue()),
                                                            f.tangentOrZero(insert.getArray()),
                                                            f.primals(insert.getIndices())));
  return success();
}

static LogicalResult forwardAccumulate(Forwarder &f, Operation *op) {
  auto accumulate = cast<ir::AccumulateOp>(op);
  f.copy(op);
  Value value = f.tangent(accumulate.getValue());
  if (!value) {
    f.setTangent(accumulate.getResult(), f.tangent(accumulate.getArray()));
    return success();
  }
  f.setTangent(accumulate.getResult(),
               f.b.create<ir::AccumulateOp>(op->getLoc(), accumulate.getType(), value,
                                            f.tangentOrZero(accumulate.getArray()),
                                            f.primals(accumulate.getIndices())));
  return success();
}

static LogicalResult forwardSplat(Forwarder &f, Operation *op) {
  auto splat = cast<ir::SplatOp>(op);
  f.copy(op);
  if (Value value = f.tangent(splat.getValue()))
    f.setTangent(splat.getResult(),
                 f.b.create<ir::SplatOp>(op->getLoc(), cast<RankedTensorType>(splat.getType()),
                                         value, f.primals(splat.getSizes())));
  return success();
}

static LogicalResult forwardFromElements(Forwarder &f, Operation *op) {
  f.copy(op);
  if (llvm::none_of(op->getOperands(), [&](Value v) { return bool(f.tangent(v)); }))
    return success();
  SmallVector<Value> elements;
  for (Value element : op->getOperands())
    elements.push_back(f.tangentOrZero(element));
  f.setTangent(op->getResult(0),
               f.b.create<ir::FromElementsOp>(op->getLoc(), op->getResult(0).getType(), elements));
  return success();
}

static LogicalResult forwardAddArrays(Forwarder &f, Operation *op) {
  f.copy(op);
  f.setTangent(op->getResult(0),
               f.sum(op->getLoc(), f.tangent(op->getOperand(0)), f.tangent(op->getOperand(1))));
  return success();
}

void addForwardArrayRules(ForwardTable &rules) {
  rules["circ.extract"] = forwardExtract;
  rules["circ.insert"] = forwardInsert;
  rules["circ.accumulate"] = forwardAccumulate;
  rules["circ.splat"] = forwardSplat;
  rules["circ.from_elements"] = forwardFromElements;
  rules["circ.add_arrays"] = forwardAddArrays;
}

} // namespace circ::autodiff
