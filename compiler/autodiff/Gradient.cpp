//===- Gradient.cpp - Value and gradient in one function ------------------===//

#include "compiler/autodiff/Autodiff.h"

#include "compiler/autodiff/Callees.h"
#include "compiler/autodiff/ExpandProducts.h"
#include "compiler/autodiff/Reverser.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;

namespace circ {

std::vector<unsigned> differentiableArguments(func::FuncOp function) {
  std::vector<unsigned> arguments;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (autodiff::isRealType(function.getArgument(i).getType()) &&
        !function.getArgAttr(i, "circ.const"))
      arguments.push_back(i);
  return arguments;
}

FailureOr<Gradient> buildGradient(const GradientRequest &request) {
  func::FuncOp primalFunction = request.function;
  ModuleOp module = primalFunction->getParentOfType<ModuleOp>();
  FunctionType type = primalFunction.getFunctionType();
  if (!isa<FloatType>(type.getResult(request.result)))
    return primalFunction.emitError("the differentiated result must be a real scalar");

  SmallVector<Type> results(type.getResults());
  llvm::BitVector varied(type.getNumInputs()), useful(type.getNumResults());
  useful.set(request.result);
  for (unsigned argument : request.withRespectTo) {
    varied.set(argument);
    results.push_back(type.getInput(argument));
  }
  OpBuilder b(module.getContext());
  b.setInsertionPointToEnd(module.getBody());
  auto gradient = b.create<func::FuncOp>(primalFunction.getLoc(), request.name,
                                         b.getFunctionType(type.getInputs(), results));
  gradient.setPrivate();
  for (unsigned i = 0; i < type.getNumInputs(); ++i)
    if (DictionaryAttr attributes = primalFunction.getArgAttrDict(i))
      gradient.setArgAttrs(i, attributes);
  Block &body = *gradient.addEntryBlock();

  OwningOpRef<func::FuncOp> copy(primalFunction.clone());
  autodiff::expandProducts(copy->getOperation());
  Block &primal = copy->getBody().front();
  autodiff::Activity activity(*copy, varied, useful);
  autodiff::CalleeCache callees(module);
  autodiff::Reverser r(b, activity, callees);

  IRMapping map;
  map.map(primal.getArguments(), body.getArguments());
  autodiff::Scope &scope = r.makeScope(primal, autodiff::Scope::Joint);
  scope.forward = &map;
  b.setInsertionPointToEnd(&body);
  OpBuilder forward = OpBuilder::atBlockEnd(&body);
  if (failed(r.emitForward(primal, forward, map, nullptr)))
    return failure();

  b.setInsertionPointToEnd(&body);
  Operation *terminator = primal.getTerminator();
  Value one = b.create<arith::ConstantOp>(terminator->getLoc(),
                                          b.getFloatAttr(type.getResult(request.result), 1.0));
  r.addAdjoint(terminator->getOperand(request.result), one);
  if (failed(r.reverseBlock(primal)))
    return failure();

  Gradient made{gradient, {}};
  SmallVector<Value> values;
  for (Value value : terminator->getOperands())
    values.push_back(map.lookup(value));
  for (auto [position, argument] : llvm::enumerate(request.withRespectTo)) {
    if (!activity.isActive(primal.getArgument(argument)))
      made.identicallyZero.push_back(static_cast<unsigned>(position));
    values.push_back(r.adjointOrZero(primal.getArgument(argument)));
  }
  b.create<func::ReturnOp>(terminator->getLoc(), values);
  return made;
}

namespace {

struct ReverseGradients : PassWrapper<ReverseGradients, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ReverseGradients)

  StringRef getArgument() const final { return "reverse-gradients"; }
  StringRef getDescription() const final {
    return "add @f.grad for each function with the attribute circ.gradient";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect, func::FuncDialect>();
  }
  void runOnOperation() final {
    SmallVector<func::FuncOp> functions;
    getOperation().walk([&](func::FuncOp function) {
      if (function->hasAttr("circ.gradient"))
        functions.push_back(function);
    });
    for (func::FuncOp function : functions) {
      GradientRequest request{function, 0, differentiableArguments(function),
                              (function.getName() + ".grad").str()};
      if (failed(buildGradient(request)))
        return signalPassFailure();
    }
  }
};

} // namespace

void registerAutodiffPasses() {
  PassRegistration<ReverseGradients>();
  registerForwardTangentsPass();
}

} // namespace circ
