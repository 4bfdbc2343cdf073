//===- Jvp.cpp - Value and tangent in one function ------------------------===//

#include "compiler/autodiff/Activity.h"
#include "compiler/autodiff/Autodiff.h"
#include "compiler/autodiff/TangentCallees.h"
#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;

namespace circ {

FailureOr<func::FuncOp> buildJvp(const JvpRequest &request) {
  func::FuncOp primal = request.function;
  llvm::BitVector active(primal.getNumArguments());
  for (unsigned argument : request.withRespectTo)
    active.set(argument);
  autodiff::TangentCallees callees(primal->getParentOfType<ModuleOp>());
  return callees.make(primal, active, request.name);
}

namespace {

struct ForwardTangents : PassWrapper<ForwardTangents, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ForwardTangents)

  StringRef getArgument() const final { return "forward-tangents"; }
  StringRef getDescription() const final {
    return "add @f.jvp for each function with the attribute circ.tangent";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect, func::FuncDialect>();
  }
  void runOnOperation() final {
    SmallVector<func::FuncOp> functions;
    getOperation().walk([&](func::FuncOp function) {
      if (function->hasAttr("circ.tangent"))
        functions.push_back(function);
    });
    for (func::FuncOp function : functions) {
      JvpRequest request{function, differentiableArguments(function),
                         (function.getName() + ".jvp").str()};
      if (failed(buildJvp(request)))
        return signalPassFailure();
    }
  }
};

} // namespace

void registerForwardTangentsPass() { PassRegistration<ForwardTangents>(); }

} // namespace circ
