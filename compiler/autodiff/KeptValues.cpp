//===- KeptValues.cpp - What to keep and what to compute again ------------===//

#include "compiler/autodiff/KeptValues.h"

#include "compiler/autodiff/MinimumCut.h"
#include "compiler/autodiff/Reverser.h"
#include "compiler/dialect/Gates.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ::autodiff {

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

static int64_t limited(int64_t cost) { return std::min(cost, MinimumCut::unlimited / 1024); }

static int64_t elements(Type type) {
  int64_t count = 1;
  if (auto array = dyn_cast<RankedTensorType>(type))
    for (int64_t size : array.getShape())
      count = limited(count * (ShapedType::isDynamic(size) ? unknownSize : size));
  return count;
}

/// A scalar takes a word of the tape, whatever it is.
static int64_t costOfKeeping(Value value) {
  Type type = value.getType();
  if (!isa<RankedTensorType>(type))
    return keptWord;
  int64_t bits = std::max(8u, getElementTypeOrSelf(type).getIntOrFloatBitWidth());
  return limited(elements(type) * bits * keptWord / 64 + 2 * keptWord);
}

static int64_t trips(Value bound) {
  APInt known;
  if (matchPattern(bound, m_ConstantInt(&known)))
    return std::max<int64_t>(0, known.getSExtValue());
  return unknownSize;
}

static int64_t costOfComputing(Operation *op);

static int64_t costOfBlock(Block &block) {
  int64_t sum = 0;
  for (Operation &op : block) {
    int64_t cost = costOfComputing(&op);
    if (cost >= MinimumCut::unlimited)
      return cost;
    sum = limited(sum + cost);
  }
  return sum;
}

/// What computing an op again costs, without its operands.
static int64_t costOfComputing(Operation *op) {
  if (isa<ir::GateOpInterface>(op))
    return ir::lookupGate(op->getName().stripDialect())->cost;
  if (isa<ir::YieldOp, scf::YieldOp, ir::PrintOp>(op))
    return 0;
  if (isa<ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp>(op)) {
    int64_t count = 1;
    for (Value bound : op->getOperands().take_front(
             isa<ir::MapOp>(op) ? cast<ir::MapOp>(op).getBounds().size() : 1))
      count = limited(count * trips(bound));
    int64_t once = costOfBlock(op->getRegion(0).front());
    if (once >= MinimumCut::unlimited)
      return once;
    return limited(count * (once + (isa<ir::ExpSumOp>(op) ? 20 : 1)));
  }
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    int64_t most = 0;
    for (Region &side : branch->getRegions())
      if (!side.empty())
        most = std::max(most, costOfBlock(side.front()));
    return most >= MinimumCut::unlimited ? most : most + 1;
  }
  if (isa<ir::InsertOp, ir::AccumulateOp, ir::SplatOp, ir::FromElementsOp, ir::AddArraysOp,
          arith::SelectOp>(op))
    return elements(op->getResult(0).getType());
  if (isa<ir::FloorDivOp, ir::FloorModOp, arith::DivUIOp, arith::RemUIOp>(op))
    return 4;
  if (isa<ir::ExtractOp, ir::DimOp, ir::ToIntOp, ir::StopOp, ir::CheckOp, ir::CheckIndexOp>(op) ||
      isa<arith::ArithDialect>(op->getDialect()))
    return 1;
  return MinimumCut::unlimited;
}

//===----------------------------------------------------------------------===//
// The graph
//===----------------------------------------------------------------------===//

namespace {

class KeepingGraph {
public:
  KeepingGraph(Block &block, llvm::function_ref<bool(Value)> atHand)
      : block(block), atHand(atHand), source(cut.addNode()), sink(cut.addNode()) {}

  SmallVector<Value> choose(ArrayRef<Value> needed) {
    for (Value value : needed)
      if (isOurs(value))
        cut.addEdge(there(value), sink, MinimumCut::unlimited);
    for (size_t i = 0; i < values.size(); ++i)
      addDefinition(values[i]);
    cut.cut(source, sink);
    SmallVector<Value> kept;
    auto consider = [&](Value value) {
      auto found = nodes.find(value);
      if (found != nodes.end() && cut.isOnSinkSide(found->second.there) &&
          !cut.isOnSinkSide(found->second.again))
        kept.push_back(value);
    };
    for (Value argument : block.getArguments())
      consider(argument);
    for (Operation &op : block)
      for (Value result : op.getResults())
        consider(result);
    return kept;
  }

private:
  struct Nodes {
    unsigned again, there;
  };

  bool isOurs(Value value) { return value.getParentBlock() == &block && !atHand(value); }

  unsigned there(Value value) {
    auto [place, isNew] = nodes.try_emplace(value);
    if (isNew) {
      place->second = {cut.addNode(), cut.addNode()};
      cut.addEdge(place->second.again, place->second.there, costOfKeeping(value));
      values.push_back(value);
    }
    return place->second.there;
  }

  /// Computing a value again supposes that its op and so the op's operands are there.
  void addDefinition(Value value) {
    unsigned again = nodes.lookup(value).again;
    Operation *op = value.getDefiningOp();
    int64_t cost = op ? costOfComputing(op) : MinimumCut::unlimited;
    if (cost >= MinimumCut::unlimited) {
      cut.addEdge(source, again, cost);
      return;
    }
    auto [place, isNew] = ops.try_emplace(op);
    if (isNew) {
      unsigned node = place->second = cut.addNode();
      cut.addEdge(source, node, cost);
      for (Value used : usedFromOutside(op))
        if (isOurs(used))
          cut.addEdge(there(used), node, MinimumCut::unlimited);
    }
    cut.addEdge(ops.lookup(op), again, MinimumCut::unlimited);
  }

  Block &block;
  llvm::function_ref<bool(Value)> atHand;
  MinimumCut cut;
  unsigned source, sink;
  llvm::DenseMap<Value, Nodes> nodes;
  llvm::DenseMap<Operation *, unsigned> ops;
  std::vector<Value> values;
};

} // namespace

SmallVector<Value> chooseKept(Block &block, ArrayRef<Value> needed,
                              llvm::function_ref<bool(Value)> atHand) {
  return KeepingGraph(block, atHand).choose(needed);
}

} // namespace circ::autodiff
