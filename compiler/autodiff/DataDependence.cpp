//===- DataDependence.cpp - Which integers hang on real data --------------===//

#include "compiler/autodiff/DataDependence.h"

#include "compiler/autodiff/Activity.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace circ::autodiff {

Attribute newKeptMark(MLIRContext *context) { return DistinctAttr::create(UnitAttr::get(context)); }

//===----------------------------------------------------------------------===//
// One function
//===----------------------------------------------------------------------===//

bool DataDependence::dependsOnData(Value value) const {
  return isRealType(value.getType()) || unknown.contains(value);
}

bool DataDependence::mark(Value value) {
  bool isInteger = isa<IntegerType>(getElementTypeOrSelf(value.getType()));
  return isInteger && unknown.insert(value).second;
}

bool DataDependence::visit(Operation *op, DataDependences &all) {
  bool changed = false;
  auto flow = [&](auto from, auto to) {
    for (auto [f, t] : llvm::zip(from, to))
      if (unknown.contains(f))
        changed |= mark(t);
  };
  auto markAll = [&](auto values) {
    for (Value value : values)
      changed |= mark(value);
  };
  auto unknownOperand = [&](Value value) { return unknown.contains(value); };
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    flow(loop.getInitArgs(), loop.getRegionIterArgs());
    flow(loop.getYieldedValues(), loop.getRegionIterArgs());
    flow(loop.getRegionIterArgs(), loop.getResults());
    if (llvm::any_of(op->getOperands().take_front(3), unknownOperand)) {
      markAll(loop.getBody()->getArguments());
      markAll(loop.getResults());
    }
  } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    flow(loop.getInits(), loop.getBeforeArguments());
    flow(loop.getYieldOp().getOperands(), loop.getBeforeArguments());
    flow(loop.getConditionOp().getArgs(), loop.getAfterArguments());
    flow(loop.getConditionOp().getArgs(), loop.getResults());
    if (unknown.contains(loop.getConditionOp().getCondition())) {
      markAll(loop.getBeforeArguments());
      markAll(loop.getAfterArguments());
      markAll(loop.getResults());
    }
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    if (branch.getNumResults()) {
      flow(branch.thenYield().getOperands(), branch.getResults());
      flow(branch.elseYield().getOperands(), branch.getResults());
    }
    if (unknown.contains(branch.getCondition()))
      markAll(branch.getResults());
  } else if (isa<ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp>(op)) {
    Value yielded = op->getRegion(0).front().getTerminator()->getOperand(0);
    if (dependsOnData(yielded) || llvm::any_of(op->getOperands(), unknownOperand))
      markAll(op->getResults());
    if (llvm::any_of(op->getOperands(), unknownOperand))
      markAll(op->getRegion(0).front().getArguments());
  } else if (auto call = dyn_cast<func::CallOp>(op)) {
    llvm::BitVector arguments(call.getNumOperands());
    for (auto [i, operand] : llvm::enumerate(call.getOperands()))
      arguments[i] = unknown.contains(operand);
    auto callee = all.module.lookupSymbol<func::FuncOp>(call.getCallee());
    const DataDependence &inner = all.of(callee, arguments);
    for (auto [i, result] : llvm::enumerate(call.getResults()))
      if (inner.unknownResults[i])
        changed |= mark(result);
  } else if (auto pop = dyn_cast<ir::PopOp>(op)) {
    if (all.isKeptUnknown(pop))
      markAll(op->getResults());
  } else if (op->getNumRegions() == 0 && !isa<ir::DimOp>(op)) {
    if (llvm::any_of(op->getOperands(), [&](Value v) { return dependsOnData(v); }))
      markAll(op->getResults());
  }
  return changed;
}

//===----------------------------------------------------------------------===//
// All functions
//===----------------------------------------------------------------------===//

DataDependences::DataDependences(func::FuncOp root, const llvm::BitVector &unknownArguments)
    : module(root->getParentOfType<ModuleOp>()) {
  // What one function pushes another pops: repeat until no more is found.
  do {
    grown = false;
    made.clear();
    of(root, unknownArguments);
  } while (grown);
}

const DataDependence &DataDependences::of(func::FuncOp function,
                                          const llvm::BitVector &unknownArguments) {
  std::string key = function.getName().str() + "." + maskOf(unknownArguments);
  auto &slot = made[key];
  if (slot && !inProgress.count(key))
    return *slot;
  if (slot) {
    recursive.unknownResults = llvm::BitVector(function.getNumResults(), true);
    return recursive;
  }
  slot = std::make_unique<DataDependence>();
  DataDependence &dependence = *slot;
  inProgress.insert(key);
  for (unsigned i : unknownArguments.set_bits())
    dependence.mark(function.getArgument(i));
  std::vector<Operation *> operations;
  function.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op != function)
      operations.push_back(op);
  });
  for (bool changed = true; changed;) {
    changed = false;
    for (Operation *op : operations)
      changed |= dependence.visit(op, *this);
  }
  dependence.unknownResults.resize(function.getNumResults());
  Operation *terminator = function.getBody().front().getTerminator();
  for (auto [i, value] : llvm::enumerate(terminator->getOperands()))
    dependence.unknownResults[i] = dependence.isUnknown(value);
  for (Operation *op : operations)
    if (auto push = dyn_cast<ir::PushOp>(op); push && dependence.isUnknown(push.getValue()))
      if (Attribute mark = push->getAttr(keptMark))
        grown |= unknownKept.insert(mark).second;
  inProgress.erase(key);
  return dependence;
}

bool DataDependences::isKeptUnknown(ir::PopOp pop) const {
  Attribute mark = pop->getAttr(keptMark);
  return !mark || unknownKept.contains(mark);
}

} // namespace circ::autodiff
