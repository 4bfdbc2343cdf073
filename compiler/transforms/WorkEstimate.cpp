//===- WorkEstimate.cpp - How much work iterations are --------------------===//

#include "compiler/transforms/WorkEstimate.h"

#include "compiler/dialect/Gates.h"
#include "compiler/transforms/CostModel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ {

static bool isLoop(Operation *op) {
  return isa<ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp, scf::ForOp, scf::WhileOp>(op);
}

/// The work of an op without regions.
static double costOf(Operation &op) {
  if (isa<ir::GateOpInterface>(op))
    return ir::lookupGate(op.getName().stripDialect())->cost;
  // Most of it is arithmetic of indices.
  if (isa<arith::ArithDialect>(op.getDialect()) || isa<ir::DimOp, ir::CheckIndexOp>(op))
    return 0.1;
  if (isa<ir::MatmulOp, ir::LuOp, ir::LuSolveOp, ir::CholeskyOp, ir::CholeskyAdjointOp,
          ir::TriangularSolveOp, ir::SortOrderOp, func::CallOp>(op))
    return BlockCode::unknownWork;
  return 1;
}

bool isWorthBlocks(Operation *loop) {
  double work = 0;
  for (Operation &op : loop->getRegion(0).front()) {
    if (op.getNumRegions() != 0)
      return true;
    work += costOf(op);
  }
  return work >= BlockCode::leastIteration;
}

static double usualTrips(Operation &op) {
  auto of = [](Value bound) {
    APInt known;
    return matchPattern(bound, m_ConstantInt(&known)) ? double(known.getSExtValue())
                                                      : BlockCode::unknownTrips;
  };
  if (!isLoop(&op))
    return 1;
  if (isa<scf::WhileOp>(op))
    return BlockCode::unknownTrips;
  if (auto counted = dyn_cast<scf::ForOp>(op))
    return of(counted.getUpperBound());
  double trips = 1;
  for (unsigned k = 0; k < op.getRegion(0).getNumArguments(); ++k)
    trips *= of(op.getOperand(k));
  return trips;
}

double usualWork(Operation &op) {
  if (op.getNumRegions() == 0)
    return costOf(op);
  double work = 1;
  for (Region &region : op.getRegions())
    for (Block &block : region)
      for (Operation &inner : block)
        work += usualWork(inner);
  return usualTrips(op) * work;
}

Value WorkEstimate::constant(double value) {
  return b.create<arith::ConstantOp>(loop->getLoc(), b.getF64FloatAttr(value));
}

Value WorkEstimate::add(Value a, Value c) {
  return b.createOrFold<arith::AddFOp>(loop->getLoc(), a, c);
}

Value WorkEstimate::multiply(Value a, Value c) {
  return b.createOrFold<arith::MulFOp>(loop->getLoc(), a, c);
}

Value WorkEstimate::size(Value value) {
  Value real = b.createOrFold<arith::SIToFPOp>(loop->getLoc(), b.getF64Type(), value);
  return b.createOrFold<arith::MaximumFOp>(loop->getLoc(), real, constant(0));
}

/// About what a number inside of the loop is.
Value WorkEstimate::number(Value value, unsigned depth) {
  APInt known;
  if (matchPattern(value, m_ConstantInt(&known)))
    return constant(double(known.getSExtValue()));
  if (!loop->isAncestor(value.getParentBlock()->getParentOp()))
    return b.createOrFold<arith::SIToFPOp>(loop->getLoc(), b.getF64Type(), value);
  if (Value mean = indices.lookup(value))
    return mean;
  Operation *op = value.getDefiningOp();
  if (op && depth < 8) {
    auto operand = [&](unsigned i) { return number(op->getOperand(i), depth + 1); };
    if (isa<arith::AddIOp>(op))
      return add(operand(0), operand(1));
    if (isa<arith::SubIOp>(op))
      return add(operand(0), multiply(operand(1), constant(-1)));
    if (isa<arith::MulIOp>(op))
      return multiply(operand(0), operand(1));
    if (isa<arith::SelectOp>(op)) // of a range that may be empty
      return operand(1);
  }
  return constant(BlockCode::unknownTrips);
}

Value WorkEstimate::trips(Operation *op) {
  if (isa<scf::WhileOp>(op))
    return constant(BlockCode::unknownTrips);
  auto atLeastNone = [&](Value count) {
    return b.createOrFold<arith::MaximumFOp>(loop->getLoc(), count, constant(0));
  };
  auto note = [&](Value index, Value count) {
    indices[index] = multiply(count, constant(0.5));
    return count;
  };
  if (auto counted = dyn_cast<scf::ForOp>(op)) {
    Value length = number(counted.getUpperBound());
    if (!matchPattern(counted.getLowerBound(), m_Zero()))
      length = add(length, multiply(number(counted.getLowerBound()), constant(-1)));
    return note(counted.getInductionVar(), atLeastNone(length));
  }
  Value all;
  unsigned dimensions = op->getRegion(0).getNumArguments();
  for (unsigned k = 0; k < dimensions; ++k) {
    Value count = note(op->getRegion(0).getArgument(k), atLeastNone(number(op->getOperand(k))));
    all = all ? multiply(all, count) : count;
  }
  return all;
}

Value WorkEstimate::ofBlock(Block &block) {
  double plain = 0;
  Value inner;
  for (Operation &op : block) {
    if (op.getNumRegions() == 0) {
      plain += costOf(op);
      continue;
    }
    plain += 1;
    // The count first: bounds further inside may depend on its index.
    Value count = isLoop(&op) ? trips(&op) : Value();
    for (Region &region : op.getRegions())
      for (Block &part : region) {
        Value work = ofBlock(part);
        if (count)
          work = multiply(count, work);
        inner = inner ? add(inner, work) : work;
      }
  }
  Value sum = constant(plain);
  return inner ? add(inner, sum) : sum;
}

Value WorkEstimate::ofIteration() {
  Value index = loop->getRegion(0).getArgument(0);
  Value bound =
      isa<scf::ForOp>(loop) ? cast<scf::ForOp>(loop).getUpperBound() : loop->getOperand(0);
  indices[index] = multiply(size(bound), constant(0.5));
  // Dimensions of a map beyond the first are loops inside.
  Value work = ofBlock(loop->getRegion(0).front());
  if (auto map = dyn_cast<ir::MapOp>(loop))
    for (Value bound : map.getBounds().drop_front())
      work = multiply(work, size(bound));
  return work;
}

} // namespace circ
