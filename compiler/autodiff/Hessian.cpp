//===- Hessian.cpp - Second derivatives, forward over reverse -------------===//

#include "compiler/autodiff/Autodiff.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace circ {

/// The gradient function that second derivatives are made of.
static FailureOr<func::FuncOp> gradientOf(const GradientRequest &request) {
  std::string name = request.name + ".first";
  auto gradient = buildGradient({request.function, request.result, request.withRespectTo, name});
  if (failed(gradient))
    return failure();
  return gradient->function;
}

FailureOr<func::FuncOp> buildHvp(const GradientRequest &request) {
  FailureOr<func::FuncOp> gradient = gradientOf(request);
  if (failed(gradient))
    return failure();
  FailureOr<func::FuncOp> jvp =
      buildJvp({*gradient, request.withRespectTo, request.name + ".second"});
  if (failed(jvp))
    return failure();
  func::FuncOp primal = request.function;
  Location loc = primal.getLoc();
  FunctionType type = jvp->getFunctionType();
  // The products are the last results, the tangents of the gradients.
  SmallVector<Type> results(primal.getResultTypes());
  llvm::append_range(results, type.getResults().take_back(request.withRespectTo.size()));
  OpBuilder b = OpBuilder::atBlockEnd(primal->getParentOfType<ModuleOp>().getBody());
  auto hvp =
      b.create<func::FuncOp>(loc, request.name, b.getFunctionType(type.getInputs(), results));
  hvp.setPrivate();
  b.setInsertionPointToEnd(hvp.addEntryBlock());
  auto call = b.create<func::CallOp>(loc, *jvp, hvp.getArguments());
  SmallVector<Value> values(call.getResults().take_front(primal.getNumResults()));
  llvm::append_range(values, call.getResults().take_back(request.withRespectTo.size()));
  b.create<func::ReturnOp>(loc, values);
  return hvp;
}

FailureOr<func::FuncOp> buildHessian(const GradientRequest &request) {
  FailureOr<func::FuncOp> gradient = gradientOf(request);
  if (failed(gradient))
    return failure();
  unsigned primalResults = func::FuncOp(request.function).getNumResults();
  std::vector<unsigned> gradients;
  for (unsigned i = 0; i < request.withRespectTo.size(); ++i)
    gradients.push_back(primalResults + i);
  FailureOr<func::FuncOp> hessian = buildJacobian(
      {*gradient, gradients, request.withRespectTo, request.name, JacobianMode::Forward});
  if (failed(hessian))
    return failure();
  // The gradients themselves are not among the results.
  Operation *terminator = hessian->getBody().front().getTerminator();
  terminator->eraseOperands(primalResults, gradients.size());
  hessian->setFunctionType(FunctionType::get(hessian->getContext(), hessian->getArgumentTypes(),
                                             terminator->getOperandTypes()));
  return hessian;
}

} // namespace circ
