//===- Optimize.cpp - The LLVM pipeline -----------------------------------===//

#include "compiler/codegen/Optimize.h"

#include "compiler/codegen/BoundInlining.h"
#include "compiler/codegen/BoundUnrolling.h"
#include "compiler/codegen/FoldTails.h"
#include "compiler/codegen/LongCode.h"
#include "compiler/codegen/TapeAccess.h"
#include "compiler/codegen/VectorMath.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Instrumentation/AddressSanitizer.h"
#include "llvm/Transforms/Instrumentation/ThreadSanitizer.h"

using namespace llvm;

namespace circ {

/// Whether a function computes its result from its arguments alone. What libm
/// writes besides, errno and the exception flags, nobody reads.
static bool isPure(StringRef name) {
  static const StringSet<> functions = {
      "exp",           "expm1",          "log",      "log1p", "log2", "log10",       "pow",
      "circ_cbrt",     "circ_polygamma", "hypot",    "sin",   "cos",  "tan",         "asin",
      "acos",          "atan",           "atan2",    "sinh",  "cosh", "tanh",        "asinh",
      "acosh",         "atanh",          "erf",      "erfc",  "fmod", "circ_lgamma", "circ_digamma",
      "circ_trigamma", "circ_rem",       "circ_powi"};
  return functions.contains(name) || (name.consume_back("f") && functions.contains(name));
}

/// Gives every function the attributes that follow from target and options.
static void annotate(Module &module, const TargetMachine &machine, const CodegenOptions &options) {
  for (Function &function : module) {
    if (function.isDeclaration()) {
      if (isPure(function.getName())) {
        function.setDoesNotAccessMemory();
        function.setDoesNotThrow();
        function.setWillReturn();
      }
      continue;
    }
    if (!function.hasFnAttribute("target-cpu")) {
      function.addFnAttr("target-cpu", machine.getTargetCPU());
      if (!machine.getTargetFeatureString().empty())
        function.addFnAttr("target-features", machine.getTargetFeatureString());
      // Long loops of arithmetic gain more than the clock loses.
      function.addFnAttr("prefer-vector-width", std::to_string(vectorRegisterBits(machine)));
    }
    if (options.debugInfo || options.sanitizer != Sanitizer::None) {
      function.addFnAttr("frame-pointer", "all");
      function.setUWTableKind(UWTableKind::Async);
    }
    if (options.sanitizer == Sanitizer::Address)
      function.addFnAttr(Attribute::SanitizeAddress);
    if (options.sanitizer == Sanitizer::Thread)
      function.addFnAttr(Attribute::SanitizeThread);
  }
}

/// Aligns the stack where values are wider than it: LLVM learns that it has to save some of
/// them when it is too late to align it, and then each of them lies across two lines
/// of the cache.
static void alignStack(Module &module, unsigned vectorBits) {
  for (Function &function : module) {
    uint64_t widest = 0;
    for (const Instruction &instruction : instructions(function))
      if (auto *type = dyn_cast<FixedVectorType>(instruction.getType()))
        widest = std::max<uint64_t>(widest, type->getPrimitiveSizeInBits().getFixedValue());
    if (widest > 128)
      function.addFnAttr(
          Attribute::getWithStackAlignment(module.getContext(), Align(vectorBits / 8)));
  }
}

/// Entries and wrappers come from no source. They get empty scopes all the same:
/// LLVM drops the lines of what is inlined into a function without one.
static void addMissingScopes(Module &module) {
  if (module.debug_compile_units().empty())
    return;
  DICompileUnit *unit = *module.debug_compile_units_begin();
  DIBuilder builder(module, /*AllowUnresolved=*/false, unit);
  DISubroutineType *type = builder.createSubroutineType(builder.getOrCreateTypeArray({}));
  for (Function &function : module) {
    if (function.isDeclaration() || function.getSubprogram())
      continue;
    DISubprogram *scope = builder.createFunction(
        unit->getFile(), function.getName(), function.getName(), unit->getFile(), 0, type, 0,
        DINode::FlagArtificial, DISubprogram::SPFlagDefinition);
    function.setSubprogram(scope);
    for (BasicBlock &block : function)
      for (Instruction &instruction : block)
        instruction.setDebugLoc(DILocation::get(module.getContext(), 0, 0, scope));
  }
  builder.finalize();
}

/// Instrumentation comes last, so that it sees what is left of the accesses.
static void addSanitizer(PassBuilder &builder, Sanitizer sanitizer) {
  if (sanitizer == Sanitizer::None)
    return;
  builder.registerOptimizerLastEPCallback([=](ModulePassManager &passes, OptimizationLevel) {
    if (sanitizer == Sanitizer::Address) {
      passes.addPass(AddressSanitizerPass(AddressSanitizerOptions()));
    } else {
      passes.addPass(ModuleThreadSanitizerPass());
      passes.addPass(createModuleToFunctionPassAdaptor(ThreadSanitizerPass()));
    }
  });
}

/// Makes the module ready for LLVM's passes.
static void prepare(Module &module, TargetMachine &machine, const CodegenOptions &options) {
  module.setTargetTriple(machine.getTargetTriple().str());
  module.setDataLayout(machine.createDataLayout());
  module.setPICLevel(PICLevel::BigPIC);
  if (!options.strict)
    defineVectorMath(module, vectorRegisterBits(machine), /*inlined=*/options.level > 0);
  if (options.level >= 2 && options.sanitizer == Sanitizer::None)
    inlineTapeAccess(module);
  annotate(module, machine, options);
  addMissingScopes(module);
  boundInlining(module);
}

static void runPipeline(Module &module, TargetMachine &machine, const CodegenOptions &options) {
  PipelineTuningOptions tuning;
  // ThreadSanitizer does not see accesses of more than 16 bytes.
  tuning.LoopVectorization = tuning.SLPVectorization =
      options.level >= 2 && options.sanitizer != Sanitizer::Thread;
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder builder(&machine, tuning);
  TargetLibraryInfoImpl library(machine.getTargetTriple());
  functions.registerPass([&] { return TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  addSanitizer(builder, options.sanitizer);
  if (options.level >= 2)
    builder.registerVectorizerStartEPCallback([&](FunctionPassManager &passes, OptimizationLevel) {
      passes.addPass(BoundUnrolling(vectorRegisterBits(machine)));
    });
  // Before AVX-512 masked stores take many cycles.
  if (options.level >= 2 && vectorRegisterBits(machine) >= 512)
    builder.registerVectorizerStartEPCallback(
        [](FunctionPassManager &passes, OptimizationLevel) { passes.addPass(FoldTails()); });

  static const OptimizationLevel levels[] = {OptimizationLevel::O0, OptimizationLevel::O1,
                                             OptimizationLevel::O2, OptimizationLevel::O3};
  OptimizationLevel level = levels[std::min(options.level, 3u)];
  ModulePassManager passes = level == OptimizationLevel::O0
                                 ? builder.buildO0DefaultPipeline(level)
                                 : builder.buildPerModuleDefaultPipeline(level);
  passes.run(module, modules);
  if (options.level >= 2 && vectorRegisterBits(machine) > 128)
    alignStack(module, vectorRegisterBits(machine));
  assert(!verifyModule(module, &errs()) && "optimised code is valid");
}

void optimize(Module &module, TargetMachine &machine, const CodegenOptions &options) {
  prepare(module, machine, options);
  runPipeline(module, machine, options);
}

std::unique_ptr<Module> optimizeApart(Module &module, TargetMachine &machine,
                                      const CodegenOptions &options) {
  prepare(module, machine, options);
  std::unique_ptr<Module> longCode;
  if (!options.debugInfo && options.sanitizer == Sanitizer::None)
    longCode = takeLongCode(module, options);
  assert((!longCode || !verifyModule(*longCode, &errs())) && "moved code is valid");
  runPipeline(module, machine, options);
  return longCode;
}

} // namespace circ
