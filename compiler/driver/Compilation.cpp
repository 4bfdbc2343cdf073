//===- Compilation.cpp - One file through the stages ----------------------===//

#include "compiler/driver/Compilation.h"

#include "compiler/autodiff/Autodiff.h"
#include "compiler/dialect/CircOps.h"
#include "compiler/irgen/IRGen.h"
#include "compiler/lowering/Lowering.h"
#include "compiler/parse/Parse.h"
#include "compiler/sema/Sema.h"
#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/Rows.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Target/TargetMachine.h"

namespace circ {

void Stopwatch::lap(const char *stage) {
  Clock::time_point now = Clock::now();
  laps.push_back({stage, std::chrono::duration<double, std::milli>(now - last).count()});
  last = now;
}

void Stopwatch::print(llvm::raw_ostream &out) const {
  for (const auto &[stage, milliseconds] : laps)
    out << llvm::format("%9.2f ms  %s\n", milliseconds, stage);
}

Compilation::Compilation() = default;
Compilation::~Compilation() = default;

mlir::MLIRContext &Compilation::context() {
  if (mlirContext)
    return *mlirContext;
  mlirContext = std::make_unique<mlir::MLIRContext>(mlir::MLIRContext::Threading::DISABLED);
  mlirContext
      ->loadDialect<ir::CircDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                    mlir::scf::SCFDialect, mlir::cf::ControlFlowDialect, mlir::LLVM::LLVMDialect>();
  // What MLIR reports is shown as everything else: at its place in the file. The
  // text of the op is not shown, and printing it verifies the whole function.
  mlirContext->printOpOnDiagnostic(false);
  mlirContext->getDiagEngine().registerHandler([this](mlir::Diagnostic &d) { report(d); });
  return *mlirContext;
}

void Compilation::report(mlir::Diagnostic &d) {
  if (d.getSeverity() == mlir::DiagnosticSeverity::Remark && !remarked.empty())
    if (std::optional<SourceRange> range = sourceRange(d.getLocation()))
      diagnostics.report(DiagnosticId::Optimization, *range, {remarked, d.str()});
  if (d.getSeverity() != mlir::DiagnosticSeverity::Error)
    return;
  DiagnosticId id = dispensable.empty() ? DiagnosticId::Compiler : DiagnosticId::NotBuilt;
  std::string message = (dispensable.empty() ? "" : dispensable + " is not built: ") + d.str();
  if (std::optional<SourceRange> range = sourceRange(d.getLocation()))
    diagnostics.report(id, *range, {message});
  else
    diagnostics.report(id, {message});
}

std::optional<SourceRange> Compilation::sourceRange(mlir::Location location) const {
  auto place = location->findInstanceOf<mlir::FileLineColLoc>();
  if (!place)
    return std::nullopt;
  FileId where = file;
  for (FileId other = 0; other < sources.size(); ++other)
    if (sources.file(other).name() == place.getFilename().getValue())
      where = other;
  const SourceFile &text = sources.file(where);
  uint32_t begin = text.lineStart(place.getLine());
  std::string_view line = text.line(place.getLine());
  uint32_t column = 1, offset = 0;
  while (column < place.getColumn() && offset < line.size())
    if ((line[++offset] & 0xc0) != 0x80)
      ++column;
  return SourceRange{where, begin + offset, begin + offset + 1};
}

bool Compilation::parse(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer) {
    diagnostics.report(DiagnosticId::CannotReadFile, {path, buffer.getError().message()});
    return false;
  }
  return parseText(path == "-" ? "<stdin>" : path, (*buffer)->getBuffer().str());
}

bool Compilation::parseText(const std::string &name, std::string text) {
  file = sources.add(name, std::move(text));
  ast = parseProgram(sources, file, diagnostics);
  stopwatch.lap("parse");
  return !diagnostics.hasErrors();
}

bool Compilation::analyze() {
  bool right = circ::analyze(*ast, diagnostics);
  stopwatch.lap("analyze");
  return right;
}

static void addSimplifications(mlir::OpPassManager &passes) {
  passes.addNestedPass<mlir::func::FuncOp>(mlir::createCanonicalizerPass());
  passes.addNestedPass<mlir::func::FuncOp>(createPassWhileValuesPass());
  passes.addNestedPass<mlir::func::FuncOp>(createMergeEqualOpsPass());
}

/// Sizes that are constants, into types.
static void addSizes(mlir::OpPassManager &passes) {
  passes.addNestedPass<mlir::func::FuncOp>(createMergeEqualSizesPass());
  addSimplifications(passes);
  passes.addNestedPass<mlir::func::FuncOp>(createRefineShapesPass());
}

bool Compilation::simplify() {
  mlir::PassManager passes(&context());
  passes.enableVerifier(false);
  passes.addNestedPass<mlir::func::FuncOp>(createMergeEqualOpsPass());
  addSimplifications(passes);
  if (!fixedSizes.sizes.empty()) {
    addSizes(passes);
    addSimplifications(passes);
  }
  passes.addNestedPass<mlir::func::FuncOp>(createRemoveProvenChecksPass());
  passes.addNestedPass<mlir::func::FuncOp>(createInlineMapsPass());
  return succeeded(passes.run(*module)) && !diagnostics.hasErrors();
}

bool Compilation::generate(int64_t memoryLimit) {
  module = generateIR(*ast, sources, context(), fixedSizes);
  stopwatch.lap("generate");
  if (!module || diagnostics.hasErrors() || failed(module->verify()))
    return false;
  bool right = simplify();
  if (right && memoryLimit)
    right = checkpointLoops(memoryLimit);
  stopwatch.lap("simplify");
  bool holdsDerivatives =
      module->walk([](ir::DerivativeOp) { return mlir::WalkResult::interrupt(); }).wasInterrupted();
  if (!right || !holdsDerivatives)
    return right;
  right = succeeded(expandDerivatives(*module)) && !diagnostics.hasErrors() && simplify();
  stopwatch.lap("expand derivatives");
  return right;
}

/// Warns of parameters that a circuit's result does not depend on; of a struct
/// when it depends on none of its fields.
void Compilation::warnOfZeros(const ast::Circuit &circuit, llvm::ArrayRef<unsigned> wrt,
                              llvm::ArrayRef<unsigned> zeros) {
  auto nameOf = [&](unsigned position) {
    return llvm::StringRef(circuit.parameters[wrt[position]].variable->name).split('.').first;
  };
  for (unsigned zero : zeros) {
    bool others = false;
    for (unsigned position = 0; position < wrt.size(); ++position)
      others |= nameOf(position) == nameOf(zero) && !llvm::is_contained(zeros, position);
    if (!others)
      diagnostics.report(DiagnosticId::ZeroGradient, circuit.parameters[wrt[zero]].variable->range,
                         {circuit.name, nameOf(zero).str()});
  }
}

/// Makes a function nobody calls return its last results alone.
static void dropResults(mlir::func::FuncOp function, unsigned count) {
  mlir::Operation *terminator = function.getBody().front().getTerminator();
  terminator->eraseOperands(0, count);
  function.setFunctionType(mlir::FunctionType::get(
      function.getContext(), function.getArgumentTypes(), terminator->getOperandTypes()));
}

bool Compilation::checkpointLoops(int64_t memoryLimit) {
  // Snapshots take a quarter of the memory; the rest is for the iteration that
  // is being reversed, for loops in callees and for the arrays of the circuit.
  mlir::PassManager passes(&context());
  passes.enableVerifier(false);
  passes.addNestedPass<mlir::func::FuncOp>(createCheckpointLoopsPass(memoryLimit / 4));
  return succeeded(passes.run(*module));
}

bool Compilation::differentiate(const ast::Circuit &circuit, const DerivativeRequest &request) {
  auto function = module->lookupSymbol<mlir::func::FuncOp>(circuit.name);
  if (request.silent)
    function = silentFunction(function);
  std::string name = circuit.name + derivativeSuffix(request);
  bool right = true;
  switch (request.kind) {
  case DerivativeKind::Value:
    if (request.silent) {
      mlir::func::FuncOp copy = function.clone();
      copy.setName(name);
      module->push_back(copy);
    }
    return true;
  case DerivativeKind::Gradient: {
    GradientRequest wanted{function, request.of, request.wrt, name};
    auto gradient = request.mode == DifferentiationMode::Forward ? buildForwardGradient(wanted)
                                                                 : buildGradient(wanted);
    right = succeeded(gradient);
    if (right)
      warnOfZeros(circuit, request.wrt, gradient->identicallyZero);
    break;
  }
  case DerivativeKind::Jvp:
    right = succeeded(buildJvp({function, request.wrt, name}));
    break;
  case DerivativeKind::Vjp:
    right = succeeded(buildVjp({function, request.wrt, name}));
    break;
  case DerivativeKind::Hvp: {
    auto hvp = buildHvp({function, request.of, request.wrt, name});
    right = succeeded(hvp);
    if (right)
      dropResults(*hvp, function.getNumResults());
    break;
  }
  case DerivativeKind::Pattern:
    right = succeeded(buildPattern(function, name));
    break;
  case DerivativeKind::HessianPattern:
    right = succeeded(buildHessianPattern({function, request.of, request.wrt, name}));
    break;
  case DerivativeKind::Jacobian:
    right = succeeded(buildJacobian(
        {function, realResults(function), request.wrt, name,
         request.mode == DifferentiationMode::Forward   ? JacobianMode::Forward
         : request.mode == DifferentiationMode::Reverse ? JacobianMode::Reverse
                                                        : JacobianMode::FewerDirections}));
    break;
  case DerivativeKind::Hessian:
    right = succeeded(buildHessian({function, request.of, request.wrt, name}));
    break;
  }
  right &= !diagnostics.hasErrors();
  if (!right)
    return false;
  stopwatch.lap("differentiate");
  right = simplify();
  stopwatch.lap("simplify");
  return right;
}

bool Compilation::differentiateIfPossible(const ast::Circuit &circuit,
                                          const DerivativeRequest &request,
                                          const std::string &what) {
  llvm::StringSet<> before;
  for (auto function : module->getOps<mlir::func::FuncOp>())
    before.insert(function.getName());
  dispensable = what;
  bool made = differentiate(circuit, request);
  dispensable.clear();
  if (made)
    return true;
  for (auto function : llvm::make_early_inc_range(module->getOps<mlir::func::FuncOp>()))
    if (!before.contains(function.getName()))
      function.erase();
  return false;
}

/// Erases functions that no root reaches through calls; the others are private.
static void dropUnreachable(mlir::ModuleOp module, const std::vector<std::string> &roots) {
  mlir::SymbolTable functions(module);
  llvm::StringSet<> reached;
  std::vector<std::string> work = roots;
  while (!work.empty()) {
    std::string name = std::move(work.back());
    work.pop_back();
    if (!reached.insert(name).second)
      continue;
    if (auto function = functions.lookup<mlir::func::FuncOp>(name))
      function.walk([&](mlir::func::CallOp call) { work.push_back(call.getCallee().str()); });
  }
  for (auto function : llvm::make_early_inc_range(module.getOps<mlir::func::FuncOp>()))
    if (!reached.contains(function.getName()))
      function.erase();
    else if (!llvm::is_contained(roots, function.getName()))
      function.setPrivate();
}

/// Whether something is true of an op of a function's own block.
static bool anyOp(mlir::ModuleOp module, llvm::function_ref<bool(mlir::Operation &)> holds) {
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (!function.isExternal() && llvm::any_of(function.getBody().front(), holds))
      return true;
  return false;
}

/// Whether there is anything but straight code.
static bool holdsStructure(mlir::ModuleOp module) {
  return anyOp(module, [](mlir::Operation &op) {
    return op.getNumRegions() != 0 || mlir::isa<mlir::func::CallOp>(op);
  });
}

/// Whether there are loops, branches, comprehensions or arrays.
static bool holdsLoopsOrArrays(mlir::ModuleOp module) {
  return anyOp(module, [](mlir::Operation &op) {
    return op.getNumRegions() != 0 ||
           llvm::any_of(op.getResultTypes(), llvm::IsaPred<mlir::RankedTensorType>);
  });
}

/// Whether there is a loop over the directions of a Jacobian.
static bool holdsDirections(mlir::ModuleOp module) {
  return module
      .walk([](mlir::scf::ForOp loop) {
        return loop->hasAttr("circ.directions") ? mlir::WalkResult::interrupt()
                                                : mlir::WalkResult::advance();
      })
      .wasInterrupted();
}

bool Compilation::straighten(const CodegenOptions &options) {
  // What is inlined would have lines of other files and circuits in it.
  if (options.level < 2 || options.debugInfo)
    return true;
  auto addRound = [&](mlir::OpPassManager &passes, std::unique_ptr<mlir::Pass> unroll) {
    passes.addNestedPass<mlir::func::FuncOp>(createRemoveTapesPass());
    passes.addNestedPass<mlir::func::FuncOp>(std::move(unroll));
    passes.addNestedPass<mlir::func::FuncOp>(createSplitSmallArraysPass());
    addSizes(passes);
    addSimplifications(passes);
  };
  mlir::PassManager passes(&context()), again(&context());
  for (mlir::PassManager *manager : {&passes, &again})
    manager->enableVerifier(false);
  passes.addPass(createInlineCallsPass());
  passes.addNestedPass<mlir::func::FuncOp>(createExpandSmallProductsPass());
  passes.addNestedPass<mlir::func::FuncOp>(createMergeEqualOpsPass());
  addSimplifications(passes);
  addSizes(passes);
  // Loops that values and tangents share are told apart by their elements, and those
  // over what may be zero are still loops.
  if (holdsDirections(*module)) {
    for (unsigned round = 0; round < 2; ++round)
      addRound(passes, createUnrollSmallLoopsPass(DirectionColumns::unrolledBefore));
    passes.addNestedPass<mlir::func::FuncOp>(createSinkDirectionsPass());
    passes.addNestedPass<mlir::func::FuncOp>(createSkipZeroTermsPass());
  }
  addRound(passes, createUnrollSmallLoopsPass());
  // What is left of inner loops tells whether those around them are small.
  addRound(again, createUnrollSmallLoopsPass());
  again.addNestedPass<mlir::func::FuncOp>(createRemoveProvenChecksPass());
  bool right = succeeded(passes.run(*module)) &&
               (!holdsLoopsOrArrays(*module) || succeeded(again.run(*module))) &&
               !diagnostics.hasErrors();
  stopwatch.lap("straighten");
  return right;
}

namespace {

/// Calls back with the name of each function before a pass runs over it.
class FunctionNames : public mlir::PassInstrumentation {
public:
  explicit FunctionNames(std::function<void(llvm::StringRef)> next) : next(std::move(next)) {}
  void runBeforePass(mlir::Pass *, mlir::Operation *op) override {
    if (auto function = llvm::dyn_cast<mlir::func::FuncOp>(op))
      next(function.getName());
  }

private:
  std::function<void(llvm::StringRef)> next;
};

} // namespace

bool Compilation::vectorize(const CodegenOptions &options) {
  // Sums in lanes and blocks have another order than --strict allows.
  if (options.strict || options.level < 2)
    return true;
  auto machine = makeTargetMachine(options, /*forJit=*/false);
  if (!machine) {
    diagnostics.report(DiagnosticId::Compiler, {llvm::toString(machine.takeError())});
    return false;
  }
  mlir::PassManager passes(&context());
  passes.enableVerifier(false);
  if (options.remarks)
    passes.addInstrumentation(
        std::make_unique<FunctionNames>([this](llvm::StringRef name) { remarked = name; }));
  VectorTarget target{vectorRegisterBits(**machine)};
  auto addBlocks = [&] {
    if (options.parallel)
      passes.addPass(createParallelizeIterationsPass(target, [&](llvm::StringRef name) {
        if (options.remarks)
          remarked = name;
      }));
  };
  auto run = [&] {
    bool right = succeeded(passes.run(*module)) && !diagnostics.hasErrors();
    remarked.clear();
    stopwatch.lap("vectorize");
    return right;
  };
  // ThreadSanitizer does not see accesses of lanes.
  if (options.sanitizer == Sanitizer::Thread) {
    addBlocks();
    return run();
  }
  passes.addPass(createFuseSweepsPass());
  passes.addNestedPass<mlir::func::FuncOp>(createKeepTermsPass());
  passes.addNestedPass<mlir::func::FuncOp>(createDeferLinearMapsPass());
  passes.addNestedPass<mlir::func::FuncOp>(createHoistInvariantsPass());
  passes.addNestedPass<mlir::func::FuncOp>(createHoistChecksPass());
  passes.addNestedPass<mlir::func::FuncOp>(createFuseMapsPass());
  passes.addNestedPass<mlir::func::FuncOp>(createMergeEqualOpsPass());
  addBlocks();
  passes.addNestedPass<mlir::func::FuncOp>(createVectorizeIterationsPass(target));
  addSimplifications(passes);
  passes.addNestedPass<mlir::func::FuncOp>(createShareLaneSumsPass());
  passes.addNestedPass<mlir::func::FuncOp>(createReadThroughPartsPass());
  passes.addNestedPass<mlir::func::FuncOp>(createFuseElementwisePass());
  addSimplifications(passes);
  passes.addNestedPass<mlir::func::FuncOp>(createUnrollShortRowsPass(target));
  passes.addNestedPass<mlir::func::FuncOp>(createVectorizeElementwisePass(target));
  addSimplifications(passes);
  passes.addNestedPass<mlir::func::FuncOp>(createShortenRecurrencesPass());
  return run();
}

bool Compilation::lower(const std::vector<std::string> &roots, const CodegenOptions &options,
                        bool toLlvm, Measurements *measured) {
  dropUnreachable(*module, roots);
  if (holdsStructure(*module)) {
    if (!straighten(options))
      return false;
    dropUnreachable(*module, roots);
    if (holdsLoopsOrArrays(*module) && !vectorize(options))
      return false;
  }
  if (options.level >= 2) {
    mlir::PassManager passes(&context());
    passes.enableVerifier(false);
    passes.addNestedPass<mlir::func::FuncOp>(createMergePushesPass());
    if (failed(passes.run(*module)))
      return false;
  }
  if (options.memoryLimit)
    for (const std::string &root : roots) {
      auto function = module->lookupSymbol<mlir::func::FuncOp>(root);
      mlir::OpBuilder b = mlir::OpBuilder::atBlockBegin(&function.getBody().front());
      b.create<ir::LimitMemoryOp>(function.getLoc(), options.memoryLimit);
    }
  LoweringOptions lowering{options.strict, options.blas && !options.strict, options.holdStopped};
  bool right = succeeded(lowerArrays(*module, lowering)) && !diagnostics.hasErrors();
  stopwatch.lap("lower");
  if (!right)
    return false;
  right = succeeded(simplifyLowered(*module, options.longCode == LongCode::Least));
  stopwatch.lap("simplify");
  if (right && measured) {
    measureMemory(*module, *measured);
    stopwatch.lap("measure");
  }
  if (right)
    splitFunctions(*module, options.partLength);
  stopwatch.lap("split");
  right = right && (!toLlvm || succeeded(lowerToLLVM(*module)));
  stopwatch.lap("to LLVM");
  return right && !diagnostics.hasErrors();
}

std::vector<ast::Circuit *> Compilation::ownCircuits() const {
  std::vector<ast::Circuit *> own;
  for (const auto &circuit : ast->circuits)
    if (circuit->nameRange.file == file && circuit->part == ast::Circuit::Part::None &&
        !circuit->madeBySema)
      own.push_back(circuit.get());
  return own;
}

ast::Circuit *Compilation::choose(const std::string &name) {
  std::vector<ast::Circuit *> own = ownCircuits();
  if (own.empty() && name.empty()) {
    diagnostics.report(DiagnosticId::NoCircuit, SourceRange{file, 0, 0});
    return nullptr;
  }
  if (!name.empty()) {
    if (ast::Circuit *found = ast->find(name))
      return found;
    std::vector<std::string> names;
    for (const auto &circuit : ast->circuits)
      if (!circuit->isHidden())
        names.push_back(circuit->name);
    Diagnostic &report = diagnostics.report(
        DiagnosticId::Compiler, {sources.file(file).name() + " has no circuit '" + name + "'"});
    if (auto close = closestName(name, names))
      report.withHint("did you mean `" + *close + "`?");
    return nullptr;
  }
  if (ast::Circuit *found = ast->find(llvm::sys::path::stem(sources.file(file).name()).str()))
    return found;
  ast::Circuit *last = own.back();
  if (own.size() > 1) {
    std::string path = sources.file(file).name();
    llvm::errs() << "note: using the circuit '" << last->name
                 << "', the last one of the file; name another by "
                 << (path == "<stdin>" ? "/dev/stdin" : path) << ":CIRCUIT\n";
  }
  return last;
}

} // namespace circ
