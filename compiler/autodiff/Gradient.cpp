//===- Gradient.cpp - Vector-Jacobian products and gradients --------------===//

#include "compiler/autodiff/Autodiff.h"

#include "compiler/autodiff/Callees.h"
#include "compiler/autodiff/Reverser.h"
#include "compiler/autodiff/Silence.h"
#include "compiler/autodiff/UserGates.h"
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

std::vector<unsigned> realResults(func::FuncOp function) {
  std::vector<unsigned> results;
  for (auto [i, type] : llvm::enumerate(function.getFunctionType().getResults()))
    if (autodiff::isRealType(type))
      results.push_back(static_cast<unsigned>(i));
  return results;
}

/// Fills `reverse`, a function with the primal's arguments first: forward sweep,
/// seeds for the results in `seeded`, backward sweep. Returns the primal's
/// results and the adjoints of the wanted arguments, and says which of these
/// are zero everywhere.
static FailureOr<std::vector<unsigned>>
fillReverse(func::FuncOp primalFunction, func::FuncOp reverse,
            const std::vector<unsigned> &withRespectTo, const std::vector<unsigned> &seeded,
            llvm::function_ref<Value(OpBuilder &, unsigned, Value)> seed) {
  llvm::BitVector varied(primalFunction.getNumArguments()), useful(primalFunction.getNumResults());
  for (unsigned argument : withRespectTo)
    varied.set(argument);
  for (unsigned result : seeded)
    useful.set(result);
  for (unsigned i = 0; i < primalFunction.getNumArguments(); ++i)
    if (DictionaryAttr attributes = primalFunction.getArgAttrDict(i))
      reverse.setArgAttrs(i, attributes);
  Block &body = *reverse.addEntryBlock();

  OwningOpRef<func::FuncOp> copy = autodiff::differentiableCopy(primalFunction);
  Block &primal = copy->getBody().front();
  autodiff::Activity activity(*copy, varied, useful);
  autodiff::CalleeCache callees(primalFunction->getParentOfType<ModuleOp>());
  OpBuilder b = OpBuilder::atBlockEnd(&body);
  autodiff::Reverser r(b, activity, callees);

  IRMapping map;
  map.map(primal.getArguments(), body.getArguments().take_front(primal.getNumArguments()));
  autodiff::Scope &scope = r.makeScope(primal, autodiff::Scope::Joint);
  scope.forward = &map;
  OpBuilder forward = OpBuilder::atBlockEnd(&body);
  if (failed(r.emitForward(primal, forward, map, nullptr)))
    return failure();

  b.setInsertionPointToEnd(&body);
  Operation *terminator = primal.getTerminator();
  for (auto [position, result] : llvm::enumerate(seeded))
    r.addAdjoint(terminator->getOperand(result), seed(b, static_cast<unsigned>(position),
                                                      map.lookup(terminator->getOperand(result))));
  if (failed(r.reverseBlock(primal)))
    return failure();

  std::vector<unsigned> identicallyZero;
  SmallVector<Value> values;
  for (Value value : terminator->getOperands())
    values.push_back(map.lookup(value));
  for (auto [position, argument] : llvm::enumerate(withRespectTo)) {
    if (!activity.isActive(primal.getArgument(argument)))
      identicallyZero.push_back(static_cast<unsigned>(position));
    values.push_back(r.adjointOrZero(primal.getArgument(argument)));
  }
  b.create<func::ReturnOp>(terminator->getLoc(), values);
  autodiff::silenceMarked(primalFunction->getParentOfType<ModuleOp>());
  return identicallyZero;
}

/// A private function beside the primal, without a body.
static func::FuncOp declareBeside(func::FuncOp primal, const std::string &name, TypeRange inputs,
                                  TypeRange results) {
  OpBuilder b(primal.getContext());
  b.setInsertionPointToEnd(primal->getParentOfType<ModuleOp>().getBody());
  auto function = b.create<func::FuncOp>(primal.getLoc(), name, b.getFunctionType(inputs, results));
  function.setPrivate();
  return function;
}

FailureOr<Gradient> buildGradient(const GradientRequest &request) {
  func::FuncOp primal = request.function;
  FunctionType type = primal.getFunctionType();
  auto real = dyn_cast<FloatType>(type.getResult(request.result));
  if (!real)
    return primal.emitError("the differentiated result must be a real scalar");
  SmallVector<Type> results(type.getResults());
  for (unsigned argument : request.withRespectTo)
    results.push_back(type.getInput(argument));
  func::FuncOp gradient = declareBeside(primal, request.name, type.getInputs(), results);
  auto identicallyZero = fillReverse(primal, gradient, request.withRespectTo, {request.result},
                                     [&](OpBuilder &b, unsigned, Value) -> Value {
                                       return b.create<arith::ConstantOp>(
                                           gradient.getLoc(), b.getFloatAttr(real, 1.0));
                                     });
  if (failed(identicallyZero))
    return failure();
  return Gradient{gradient, std::move(*identicallyZero)};
}

/// A run-time check that a seed has the shape of its result.
static void requireSameShape(OpBuilder &b, Value result, Value adjoint) {
  auto type = dyn_cast<RankedTensorType>(result.getType());
  if (!type)
    return;
  Location loc = result.getLoc();
  for (unsigned k = 0; k < type.getRank(); ++k) {
    if (!type.isDynamicDim(k))
      continue;
    Value found = b.create<ir::DimOp>(loc, adjoint, k),
          wanted = b.create<ir::DimOp>(loc, result, k);
    Value same = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, found, wanted);
    b.create<ir::CheckOp>(loc, ir::CheckKind::Shape, same,
                          "dimension " + std::to_string(k) +
                              " of a seed is {0}, but that of its result is {1}",
                          ValueRange{found, wanted});
  }
}

FailureOr<func::FuncOp> buildVjp(const VjpRequest &request) {
  func::FuncOp primal = request.function;
  FunctionType type = primal.getFunctionType();
  std::vector<unsigned> seeded = realResults(primal);
  SmallVector<Type> inputs(type.getInputs()), results(type.getResults());
  for (unsigned result : seeded)
    inputs.push_back(type.getResult(result));
  for (unsigned argument : request.withRespectTo)
    results.push_back(type.getInput(argument));
  func::FuncOp vjp = declareBeside(primal, request.name, inputs, results);
  auto filled = fillReverse(primal, vjp, request.withRespectTo, seeded,
                            [&](OpBuilder &b, unsigned position, Value result) -> Value {
                              Value adjoint = vjp.getArgument(type.getNumInputs() + position);
                              requireSameShape(b, result, adjoint);
                              return adjoint;
                            });
  if (failed(filled))
    return failure();
  return vjp;
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
  registerExpandDerivativesPass();
  registerDependencePatternsPass();
}

} // namespace circ
