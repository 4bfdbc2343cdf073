//===- circ-opt.cpp - Runs passes on textual IR ---------------------------===//

#include "compiler/autodiff/Autodiff.h"
#include "compiler/dialect/CircOps.h"
#include "compiler/lowering/Lowering.h"
#include "compiler/lowering/MeasureMemory.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<circ::ir::CircDialect, mlir::arith::ArithDialect, mlir::cf::ControlFlowDialect,
                  mlir::func::FuncDialect, mlir::LLVM::LLVMDialect, mlir::memref::MemRefDialect,
                  mlir::scf::SCFDialect>();
  mlir::func::registerInlinerExtension(registry);
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerInlinerPass();
  circ::registerAutodiffPasses();
  circ::registerLoweringPasses();
  circ::registerMeasureMemoryPass();
  circ::registerSplitFunctionsPass();
  circ::registerTransformPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "passes of the circ compiler\n", registry));
}
