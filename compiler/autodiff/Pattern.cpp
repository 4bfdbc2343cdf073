//===- Pattern.cpp - Dependence programs of functions ---------------------===//

#include "compiler/autodiff/Pattern.h"

#include "compiler/autodiff/Activity.h"
#include "compiler/autodiff/Autodiff.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;

namespace circ {
namespace autodiff {

Type patternType(Type primal) {
  if (!isRealType(primal))
    return primal;
  Type i64 = IntegerType::get(primal.getContext(), 64);
  auto array = dyn_cast<RankedTensorType>(primal);
  return array ? Type(RankedTensorType::get(array.getShape(), i64)) : i64;
}

FailureOr<func::FuncOp> PatternFunctions::get(func::FuncOp callee,
                                              const llvm::BitVector &unknownArguments,
                                              bool speculative) {
  std::string name = (callee.getName() + (speculative ? ".pattern.maybe." : ".pattern.")).str() +
                     maskOf(unknownArguments);
  if (auto found = module.lookupSymbol<func::FuncOp>(name))
    return found;
  return make(callee, unknownArguments, speculative, name);
}

FailureOr<func::FuncOp> PatternFunctions::make(func::FuncOp primal,
                                               const llvm::BitVector &unknownArguments,
                                               bool speculative, StringRef name) {
  SmallVector<Type> inputs, results;
  for (Type type : primal.getArgumentTypes())
    inputs.push_back(patternType(type));
  for (Type type : primal.getResultTypes())
    results.push_back(patternType(type));
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  auto pattern = b.create<func::FuncOp>(primal.getLoc(), name, b.getFunctionType(inputs, results));
  pattern.setPrivate();
  if (primal->hasAttr("circ.recursive"))
    pattern->setAttr("circ.recursive", b.getUnitAttr());
  Block *body = pattern.addEntryBlock();
  b.setInsertionPointToEnd(body);
  PatternWriter writer(*this, primal, dependences.of(primal, unknownArguments), b, speculative);
  Block &source = primal.getBody().front();
  writer.values.map(source.getArguments(), body->getArguments());
  if (failed(writer.writeBlock(source)))
    return failure();
  b.create<func::ReturnOp>(primal.getLoc(), writer.at(source.getTerminator()->getOperands()));
  return pattern;
}

SmallVector<Value> PatternWriter::at(ValueRange range) const {
  SmallVector<Value> found;
  for (Value value : range)
    found.push_back(at(value));
  return found;
}

LogicalResult PatternWriter::cannot(Operation *op, const Twine &what) {
  return op->emitError() << "no sparsity pattern holds for all real inputs here: " << what;
}

LogicalResult PatternWriter::writeBlock(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(write(&op)))
      return failure();
  return success();
}

LogicalResult PatternWriter::write(Operation *op) {
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return writeIf(branch);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return writeFor(loop);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return writeWhile(loop);
  if (auto map = dyn_cast<ir::MapOp>(op))
    return writeMap(map);
  if (isa<ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp>(op))
    return writeReduction(op);
  if (auto call = dyn_cast<func::CallOp>(op))
    return writeCall(call);
  return writeValue(op);
}

} // namespace autodiff

FailureOr<func::FuncOp> buildPattern(func::FuncOp function, const std::string &name) {
  llvm::BitVector known(function.getNumArguments());
  autodiff::PatternFunctions functions(function, known);
  auto pattern = functions.make(function, known, /*speculative=*/false, name);
  if (failed(pattern))
    return failure();
  // The sets alone.
  Operation *terminator = pattern->getBody().front().getTerminator();
  llvm::BitVector integers(function.getNumResults());
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    integers[i] = !autodiff::isRealType(type);
  terminator->eraseOperands(integers);
  pattern->setFunctionType(FunctionType::get(function.getContext(), pattern->getArgumentTypes(),
                                             terminator->getOperandTypes()));
  return *pattern;
}

/// `buildPattern` that shows no errors; what it leaves when it fails is erased.
static FailureOr<func::FuncOp> tryPattern(func::FuncOp function, const std::string &name) {
  auto module = function->getParentOfType<ModuleOp>();
  llvm::DenseSet<Operation *> before;
  for (auto other : module.getOps<func::FuncOp>())
    before.insert(other);
  ScopedDiagnosticHandler quiet(function.getContext(), [](Diagnostic &) { return success(); });
  FailureOr<func::FuncOp> pattern = buildPattern(function, name);
  if (failed(pattern))
    for (auto other : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      if (!before.contains(other))
        other.erase();
  return pattern;
}

/// A program that gives for each wanted argument the set of the result everywhere: what it
/// depends on or, where that is not known, all there is.
static func::FuncOp denseHessianPattern(const GradientRequest &request) {
  func::FuncOp primal = request.function;
  FailureOr<func::FuncOp> value = tryPattern(primal, request.name + ".value");
  Location loc = primal.getLoc();
  OpBuilder b = OpBuilder::atBlockEnd(primal->getParentOfType<ModuleOp>().getBody());
  SmallVector<Type> inputs, results;
  for (Type type : primal.getArgumentTypes())
    inputs.push_back(autodiff::patternType(type));
  for (unsigned argument : request.withRespectTo)
    results.push_back(inputs[argument]);
  auto dense = b.create<func::FuncOp>(loc, request.name, b.getFunctionType(inputs, results));
  dense.setPrivate();
  b.setInsertionPointToEnd(dense.addEntryBlock());
  Value set;
  if (succeeded(value)) {
    std::vector<unsigned> real = realResults(primal);
    set = b.create<func::CallOp>(loc, *value, dense.getArguments())
              .getResult(llvm::find(real, request.result) - real.begin());
  } else {
    set = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
    for (unsigned argument : request.withRespectTo)
      set = b.create<arith::OrIOp>(loc, set,
                                   autodiff::uniteElements(b, loc, dense.getArgument(argument)));
  }
  SmallVector<Value> sets;
  for (unsigned argument : request.withRespectTo) {
    auto type = dyn_cast<RankedTensorType>(inputs[argument]);
    SmallVector<Value> sizes;
    for (int64_t i = 0; type && i < type.getRank(); ++i)
      if (type.isDynamicDim(i))
        sizes.push_back(b.create<ir::DimOp>(loc, dense.getArgument(argument), i));
    sets.push_back(type ? b.create<ir::SplatOp>(loc, type, set, sizes).getResult() : set);
  }
  b.create<func::ReturnOp>(loc, sets);
  return dense;
}

FailureOr<func::FuncOp> buildHessianPattern(const GradientRequest &request) {
  func::FuncOp primal = request.function;
  auto gradient =
      buildGradient({primal, request.result, request.withRespectTo, request.name + ".first"});
  if (failed(gradient))
    return failure();
  FailureOr<func::FuncOp> pattern = tryPattern(gradient->function, request.name);
  if (failed(pattern))
    return denseHessianPattern(request);
  // Of the gradients alone, which are the last results.
  Operation *terminator = pattern->getBody().front().getTerminator();
  terminator->eraseOperands(0, terminator->getNumOperands() - request.withRespectTo.size());
  pattern->setFunctionType(FunctionType::get(primal.getContext(), pattern->getArgumentTypes(),
                                             terminator->getOperandTypes()));
  return *pattern;
}

namespace {

struct DependencePatterns : PassWrapper<DependencePatterns, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DependencePatterns)

  StringRef getArgument() const final { return "dependence-patterns"; }
  StringRef getDescription() const final {
    return "add @f.pattern for each function with the attribute circ.pattern";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect, func::FuncDialect>();
  }
  void runOnOperation() final {
    SmallVector<func::FuncOp> functions;
    getOperation().walk([&](func::FuncOp function) {
      if (function->hasAttr("circ.pattern"))
        functions.push_back(function);
    });
    for (func::FuncOp function : functions)
      if (failed(buildPattern(function, (function.getName() + ".pattern").str())))
        return signalPassFailure();
  }
};

} // namespace

void registerDependencePatternsPass() { PassRegistration<DependencePatterns>(); }

} // namespace circ
