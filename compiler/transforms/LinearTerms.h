//===- LinearTerms.h - Sums of products, and when they are there ----------===//
//
// What a number of a recurrence is in terms of others: a sum of products, each of
// factors of the recurrence (that come late) and of one coefficient made of
// numbers that are there early. Such a sum can be taken so that what comes last is
// joined last.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace circ {

/// A coefficient times factors that come late.
struct LinearTerm {
  bool negative = false;
  int coefficient = -1;                   ///< a number of `LinearTerms`; -1: one
  llvm::SmallVector<mlir::Value, 2> late; ///< sorted by address
};

/// A sum of such.
using LinearForm = llvm::SmallVector<LinearTerm, 4>;

/// Makes and joins forms, and code of them.
class LinearTerms {
public:
  /// The form of one number.
  LinearForm early(mlir::Value value);
  static LinearForm late(mlir::Value value);

  LinearForm sum(const LinearForm &a, const LinearForm &b);
  static LinearForm negated(LinearForm form);
  /// The product of a form and one term.
  LinearForm product(const LinearForm &form, const LinearTerm &factor);

  /// When the sum is there, in cycles, if late factors are there at `times`.
  double timeOf(const LinearForm &form, const llvm::DenseMap<mlir::Value, double> &times);
  /// Code of the sum behind a value that is equal to it; `replaced` has the new values of late
  /// factors.
  mlir::Value emit(const LinearForm &form, mlir::Value value,
                   const llvm::DenseMap<mlir::Value, double> &times,
                   const llvm::DenseMap<mlir::Value, mlir::Value> &replaced);

private:
  /// A coefficient: a number, or a product or sum of two coefficients.
  struct Coefficient {
    enum Kind { Number, Product, Sum, Difference, Negated } kind;
    mlir::Value value; ///< of a number; of others what has been emitted
    int left = -1, right = -1;
  };
  /// A part of the sum.
  struct Part {
    double time = 0;
    mlir::Value value;
    bool isProduct = false; ///< a bare one, which an addition could take in
  };
  struct Context;

  int add(Coefficient::Kind kind, int left, int right);
  int productOf(int left, int right);
  LinearTerm sumOfLike(const LinearTerm &a, const LinearTerm &b);
  mlir::Value valueOf(int coefficient, Context &context);
  mlir::Value factorOf(const LinearTerm &term, llvm::ArrayRef<mlir::Value> factors, bool negate,
                       double &time, Context &context);
  Part take(const LinearForm &form, Context &context);
  static Part join(const Part &a, const Part &b, Context &context);

  llvm::SmallVector<Coefficient> coefficients;
  llvm::DenseMap<mlir::Value, int> numbers;
};

/// Whether sums of a block cancel but for rounding, as `(s + y) - s - y` does: that is how
/// compensated sums find what was lost, and no other order of their additions does.
/// (Kahan, "Further remarks on reducing truncation errors", 1965.)
bool measuresRounding(mlir::Block &block);

} // namespace circ
