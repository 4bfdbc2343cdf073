//===- Lowering.cpp - The lowering of a module ----------------------------===//

#include "compiler/lowering/Lowering.h"

#include "compiler/lowering/FunctionLowering.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace circ {
namespace lowering {

/// The types by which a value is passed: an array is a pointer and its dynamic
/// sizes, a tape a pointer.
static void appendLowered(OpBuilder &b, Type type, SmallVectorImpl<Type> &types) {
  if (auto array = dyn_cast<RankedTensorType>(type)) {
    types.push_back(pointerType(b));
    types.append(array.getNumDynamicDims(), b.getI64Type());
  } else if (isa<ir::TapeType>(type)) {
    types.push_back(pointerType(b));
  } else {
    types.push_back(type);
  }
}

} // namespace lowering

LogicalResult lowerArrays(ModuleOp module, const LoweringOptions &options) {
  using namespace lowering;
  OpBuilder b(module.getContext());
  SmallVector<std::pair<func::FuncOp, func::FuncOp>> functions;
  ModuleState state(module);
  for (auto from : llvm::to_vector(module.getOps<func::FuncOp>())) {
    SmallVector<Type> inputs{pointerType(b)}, results;
    for (Type type : from.getFunctionType().getInputs())
      appendLowered(b, type, inputs);
    for (Type type : from.getFunctionType().getResults())
      appendLowered(b, type, results);
    // Places for the arrays that are returned.
    for (Type type : from.getFunctionType().getResults())
      if (isa<RankedTensorType>(type))
        inputs.append({pointerType(b), b.getI64Type()});
    b.setInsertionPointToEnd(module.getBody());
    auto to = b.create<func::FuncOp>(from.getLoc(), "circ." + from.getName().str(),
                                     b.getFunctionType(inputs, results));
    to.setPrivate();
    functions.push_back({from, to});
    state.lowered[from.getName()] = to;
  }
  for (auto [from, to] : functions)
    if (failed(FunctionLowering(from, to, state, options).run()))
      return failure();
  for (auto [from, to] : functions) {
    insertPolls(to, state);
    from.erase();
  }
  return success();
}

LogicalResult lowerToLLVM(ModuleOp module) {
  // All of a function while it is in the processor's cache.
  SmallVector<Operation *> parts;
  for (auto function : llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
    lowerToBranches(function);
    lowerNumbers(function);
    if (Operation *part = lowerPart(function))
      parts.push_back(part);
  }
  auto putBack = llvm::make_scope_exit([&] {
    for (Operation *part : parts)
      module.push_back(part);
  });
  PassManager passes(module.getContext());
  passes.enableVerifier(false);
  passes.addPass(createConvertFuncToLLVMPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  return passes.run(module);
}

namespace {

struct LowerArrays : PassWrapper<LowerArrays, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerArrays)
  LowerArrays() = default;
  LowerArrays(const LowerArrays &other) : PassWrapper(other) {}

  Option<bool> strict{*this, "strict", llvm::cl::desc("no reassociation, no contraction")};

  Option<bool> blas{*this, "blas", llvm::cl::desc("linear algebra by BLAS and LAPACK")};

  StringRef getArgument() const final { return "lower-arrays"; }
  StringRef getDescription() const final { return "arrays to memory, circ to scf, arith and llvm"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<arith::ArithDialect, scf::SCFDialect, func::FuncDialect, LLVM::LLVMDialect>();
  }
  void runOnOperation() final {
    if (failed(lowerArrays(getOperation(), {strict, blas})))
      signalPassFailure();
  }
};

struct LowerToLLVM : PassWrapper<LowerToLLVM, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerToLLVM)

  StringRef getArgument() const final { return "lower-to-llvm"; }
  StringRef getDescription() const final { return "scf, arith and func to the LLVM dialect"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<LLVM::LLVMDialect, cf::ControlFlowDialect>();
  }
  void runOnOperation() final {
    if (failed(lowerToLLVM(getOperation())))
      signalPassFailure();
  }
};

} // namespace

void registerLoweringPasses() {
  PassRegistration<LowerArrays>();
  PassRegistration<LowerToLLVM>();
}

} // namespace circ
