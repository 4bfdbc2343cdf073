//===- ExpandDerivatives.cpp - From circ.derivative to derivative programs ===//
//
// A derivative is made of a callee in which no derivative is left to expand, so
// the callee and what it calls go first. What is made is named by the callee,
// the kind and the arguments, and made once.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Autodiff.h"
#include "compiler/autodiff/UserGates.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace circ {
namespace {

/// ".0.2": the arguments a derivative is taken with respect to.
std::string suffixOf(ArrayRef<int64_t> arguments) {
  std::string suffix;
  for (int64_t argument : arguments)
    suffix += "." + std::to_string(argument);
  return suffix;
}

class Expander {
public:
  explicit Expander(ModuleOp module) : module(module) {}
  LogicalResult run();

private:
  LogicalResult expandIn(func::FuncOp function);
  LogicalResult expand(ir::DerivativeOp op);
  LogicalResult expandHvp(ir::DerivativeOp op, func::FuncOp callee);
  func::FuncOp lookup(StringRef name) { return module.lookupSymbol<func::FuncOp>(name); }
  llvm::SetVector<func::FuncOp> reachable(func::FuncOp from);
  FailureOr<func::FuncOp> gradient(func::FuncOp callee, unsigned result, ArrayRef<int64_t> wrt);
  FailureOr<func::FuncOp> vjp(func::FuncOp callee, ArrayRef<int64_t> wrt);
  FailureOr<func::FuncOp> jvp(func::FuncOp callee, ArrayRef<int64_t> wrt);
  FailureOr<func::FuncOp> jacobian(func::FuncOp callee, ArrayRef<int64_t> wrt);
  FailureOr<func::FuncOp> hessian(func::FuncOp callee, unsigned result, ArrayRef<int64_t> wrt);

  ModuleOp module;
  llvm::DenseSet<Operation *> expanded;
};

LogicalResult Expander::run() {
  for (auto function : llvm::to_vector(module.getOps<func::FuncOp>()))
    if (failed(expandIn(function)))
      return failure();
  return success();
}

/// A function and all that it reaches by calls and derivatives.
llvm::SetVector<func::FuncOp> Expander::reachable(func::FuncOp from) {
  llvm::SetVector<func::FuncOp> found;
  found.insert(from);
  for (unsigned i = 0; i < found.size(); ++i) {
    // A derivative of a gate calls what the gate states.
    for (StringRef rule : {"circ.gate_backward", "circ.gate_tangent"})
      if (func::FuncOp stated = autodiff::gateRule(found[i], rule))
        found.insert(stated);
    func::FuncOp(found[i]).walk([&](Operation *op) {
      if (auto call = dyn_cast<func::CallOp>(op))
        found.insert(lookup(call.getCallee()));
      else if (auto derivative = dyn_cast<ir::DerivativeOp>(op))
        found.insert(lookup(derivative.getCallee()));
    });
  }
  return found;
}

LogicalResult Expander::expandIn(func::FuncOp function) {
  if (!expanded.insert(function).second)
    return success();
  SmallVector<ir::DerivativeOp> work;
  function.walk([&](ir::DerivativeOp op) { work.push_back(op); });
  for (ir::DerivativeOp op : work) {
    llvm::SetVector<func::FuncOp> needed = reachable(lookup(op.getCallee()));
    if (needed.contains(function))
      return op.emitError() << "'" << function.getName() << "' takes a derivative of "
                            << (op.getCallee() == function.getName()
                                    ? std::string("itself")
                                    : "'" + op.getCallee().str() + "', which calls '" +
                                          function.getName().str() + "'");
    for (func::FuncOp other : needed)
      if (failed(expandIn(other)))
        return failure();
    if (failed(expand(op)))
      return failure();
  }
  return success();
}

FailureOr<func::FuncOp> Expander::gradient(func::FuncOp callee, unsigned result,
                                           ArrayRef<int64_t> wrt) {
  std::string name =
      (callee.getName() + ".grad").str() + "." + std::to_string(result) + suffixOf(wrt);
  if (func::FuncOp made = lookup(name))
    return made;
  auto made = buildGradient({callee, result, {wrt.begin(), wrt.end()}, name});
  if (failed(made))
    return failure();
  return made->function;
}

FailureOr<func::FuncOp> Expander::vjp(func::FuncOp callee, ArrayRef<int64_t> wrt) {
  std::string name = (callee.getName() + ".vjp").str() + suffixOf(wrt);
  if (func::FuncOp made = lookup(name))
    return made;
  return buildVjp({callee, {wrt.begin(), wrt.end()}, name});
}

FailureOr<func::FuncOp> Expander::jvp(func::FuncOp callee, ArrayRef<int64_t> wrt) {
  std::string name = (callee.getName() + ".jvp").str() + suffixOf(wrt);
  if (func::FuncOp made = lookup(name))
    return made;
  return buildJvp({callee, {wrt.begin(), wrt.end()}, name});
}

FailureOr<func::FuncOp> Expander::jacobian(func::FuncOp callee, ArrayRef<int64_t> wrt) {
  std::string name = (callee.getName() + ".jacobian").str() + suffixOf(wrt);
  if (func::FuncOp made = lookup(name))
    return made;
  return buildJacobian({callee, realResults(callee), {wrt.begin(), wrt.end()}, name});
}

FailureOr<func::FuncOp> Expander::hessian(func::FuncOp callee, unsigned result,
                                          ArrayRef<int64_t> wrt) {
  std::string name =
      (callee.getName() + ".hessian").str() + "." + std::to_string(result) + suffixOf(wrt);
  if (func::FuncOp made = lookup(name))
    return made;
  return buildHessian({callee, result, {wrt.begin(), wrt.end()}, name});
}

/// Forward over reverse: the tangent program of the gradient.
LogicalResult Expander::expandHvp(ir::DerivativeOp op, func::FuncOp callee) {
  // Tangents come in ascending order of the arguments.
  ArrayRef<int64_t> wrt = op.getWrt();
  SmallVector<unsigned> order = llvm::to_vector(llvm::seq<unsigned>(0, wrt.size()));
  llvm::sort(order, [&](unsigned a, unsigned c) { return wrt[a] < wrt[c]; });
  SmallVector<int64_t> sorted;
  SmallVector<Value> inputs(op.getInputs().drop_back(wrt.size()));
  for (unsigned i : order) {
    sorted.push_back(wrt[i]);
    inputs.push_back(op.getInputs().take_back(wrt.size())[i]);
  }
  auto grad = gradient(callee, static_cast<unsigned>(op.getResult()), sorted);
  if (failed(grad))
    return failure();
  auto program = jvp(*grad, sorted);
  if (failed(program))
    return failure();
  OpBuilder b(op);
  auto call = b.create<func::CallOp>(op.getLoc(), *program, inputs);
  for (auto [position, i] : llvm::enumerate(order))
    op->getResult(i).replaceAllUsesWith(call.getResults().take_back(wrt.size())[position]);
  op.erase();
  return success();
}

LogicalResult Expander::expand(ir::DerivativeOp op) {
  func::FuncOp callee = lookup(op.getCallee());
  ArrayRef<int64_t> wrt = op.getWrt();
  unsigned primalResults = callee.getNumResults();
  auto result = static_cast<unsigned>(op.getResult());
  OpBuilder b(op);
  // The results of the program after the primal's take the place of the op's.
  auto replace = [&](FailureOr<func::FuncOp> program, bool withValue = false) -> LogicalResult {
    if (failed(program))
      return failure();
    auto call = b.create<func::CallOp>(op.getLoc(), *program, op.getInputs());
    SmallVector<Value> values;
    if (withValue)
      values.push_back(call.getResult(result));
    llvm::append_range(values, call.getResults().drop_front(primalResults));
    op.replaceAllUsesWith(values);
    op.erase();
    return success();
  };
  switch (op.getKind()) {
  case ir::DerivativeKind::Grad:
    return replace(gradient(callee, result, wrt));
  case ir::DerivativeKind::ValueAndGrad:
    return replace(gradient(callee, result, wrt), /*withValue=*/true);
  case ir::DerivativeKind::Vjp:
    return replace(vjp(callee, wrt));
  case ir::DerivativeKind::Jvp:
    return replace(jvp(callee, wrt));
  case ir::DerivativeKind::Hvp:
    return expandHvp(op, callee);
  case ir::DerivativeKind::Jacobian:
    return replace(jacobian(callee, wrt));
  case ir::DerivativeKind::Hessian:
    return replace(hessian(callee, result, wrt));
  }
  return failure();
}

struct ExpandDerivatives : PassWrapper<ExpandDerivatives, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExpandDerivatives)

  StringRef getArgument() const final { return "expand-derivatives"; }
  StringRef getDescription() const final {
    return "replace circ.derivative by calls of derivative programs";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect, func::FuncDialect>();
  }
  void runOnOperation() final {
    if (failed(expandDerivatives(getOperation())))
      signalPassFailure();
  }
};

} // namespace

LogicalResult expandDerivatives(ModuleOp module) { return Expander(module).run(); }

void registerExpandDerivativesPass() { PassRegistration<ExpandDerivatives>(); }

} // namespace circ
