//===- FunctionTable.h - The functions of a module by name ----------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

namespace circ::autodiff {

/// Finds functions in the same time however many there are; a module by itself looks
/// at one after the other.
class FunctionTable {
public:
  explicit FunctionTable(mlir::ModuleOp module) : module(module), symbols(module) {}

  /// A function that was there at first or was added; null for others.
  mlir::func::FuncOp known(llvm::StringRef name) const {
    return symbols.lookup<mlir::func::FuncOp>(name);
  }
  /// The circuit that is called; it may have come since.
  mlir::func::FuncOp calleeOf(mlir::func::CallOp call) const {
    mlir::func::FuncOp function = known(call.getCallee());
    return function ? function : module.lookupSymbol<mlir::func::FuncOp>(call.getCallee());
  }
  void add(mlir::func::FuncOp function) { symbols.insert(function); }

  mlir::ModuleOp getModule() const { return module; }

private:
  mutable mlir::ModuleOp module;
  mlir::SymbolTable symbols;
};

} // namespace circ::autodiff
