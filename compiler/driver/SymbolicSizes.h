//===- SymbolicSizes.h - Sizes and trip counts as formulas ----------------===//
//
// What an integer of a program is in terms of the circuit's dimensions and integer
// parameters, as far as its definition tells.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

#include <map>
#include <optional>

namespace circ {

/// A polynomial of named symbols.
class Formula {
public:
  Formula(int64_t constant = 0) { // NOLINT(google-explicit-constructor): a number is a formula
    if (constant)
      terms[{}] = constant;
  }
  static Formula symbol(std::string name) {
    Formula made;
    made.terms[{std::move(name)}] = 1;
    return made;
  }

  Formula operator+(const Formula &other) const;
  Formula operator-(const Formula &other) const { return *this + other * Formula(-1); }
  Formula operator*(const Formula &other) const;
  bool operator==(const Formula &other) const { return terms == other.terms; }
  /// "8*n*steps", "4*n + 8".
  std::string text() const;

private:
  /// Sorted names, with repetition, to their coefficient; none is zero.
  std::map<std::vector<std::string>, int64_t> terms;
};

/// The formulas of the values of a function, given those of its arguments.
class SymbolicSizes {
public:
  /// For a program whose first arguments are a circuit's parameters.
  SymbolicSizes(const ast::Circuit &circuit, mlir::func::FuncOp function);
  /// For a callee: its arguments are what the call gives.
  SymbolicSizes(SymbolicSizes &caller, mlir::func::CallOp call, mlir::func::FuncOp callee);

  std::optional<Formula> integer(mlir::Value value);
  std::optional<Formula> size(mlir::Value array, unsigned dimension);

private:
  llvm::DenseMap<mlir::Value, Formula> integers;
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, Formula> sizes;
};

} // namespace circ
