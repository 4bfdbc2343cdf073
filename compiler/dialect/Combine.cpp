//===- Combine.cpp - One step of a reduction ------------------------------===//

#include "compiler/dialect/Combine.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace circ {

Value combine(OpBuilder &b, Location loc, ir::ReduceKind kind, Value state, Value value) {
  bool real = isa<FloatType>(getElementTypeOrSelf(value.getType()));
  switch (kind) {
  case ir::ReduceKind::Sum:
    return real ? Value(b.create<ir::AddOp>(loc, state, value))
                : b.create<arith::AddIOp>(loc, state, value);
  case ir::ReduceKind::Prod:
    return real ? Value(b.create<ir::MulOp>(loc, state, value))
                : b.create<arith::MulIOp>(loc, state, value);
  case ir::ReduceKind::Max:
    return real ? Value(b.create<ir::MaxOp>(loc, state, value))
                : b.create<arith::MaxSIOp>(loc, state, value);
  case ir::ReduceKind::Min:
    return real ? Value(b.create<ir::MinOp>(loc, state, value))
                : b.create<arith::MinSIOp>(loc, state, value);
  case ir::ReduceKind::Any:
    return b.create<arith::OrIOp>(loc, state, value);
  case ir::ReduceKind::All:
    return b.create<arith::AndIOp>(loc, state, value);
  case ir::ReduceKind::LogSumExp:
    break;
  }
  llvm_unreachable("logsumexp carries two values");
}

} // namespace circ
