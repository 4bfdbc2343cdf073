//===- FunctionGenerator.h - Generates one function -----------------------===//
//
// Variables that statements assign become SSA values that regions take and
// yield. `break`, `continue` and `return` inside loops set i1 flags that guard
// what follows.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/dialect/CircOps.h"
#include "compiler/support/Source.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

#include <set>

namespace circ::irgen {

/// The MLIR type of a circ type; a dimension is static when it is a constant.
mlir::Type mlirType(mlir::MLIRContext *context, const ast::Type &type);

class FunctionGenerator {
public:
  FunctionGenerator(const ast::Circuit &circuit, const SourceManager &sources,
                    mlir::func::FuncOp function, const llvm::StringMap<int64_t> &fixedSizes)
      : circuit(circuit), sources(sources), function(function), fixedSizes(fixedSizes),
        b(function.getContext()) {}
  mlir::LogicalResult run();

private:
  using Values = llvm::SmallVector<mlir::Value>;
  using Variables = llvm::SetVector<const ast::Variable *>;
  using StmtRefs = std::vector<const ast::Stmt *>;
  /// One of the leading dimensions of a place: an index, or a range that begins
  /// at `lower`.
  struct Axis {
    bool fixed = false;
    bool whole = true; ///< the whole dimension
    mlir::Value lower, size;
  };
  /// A part of a value: some of its leaves, and of each what the axes select.
  struct Place {
    ast::Type type; ///< with the dimensions that are not fixed
    unsigned firstLeaf = 0, leafCount = 1;
    llvm::SmallVector<Axis> axes;
    std::string name;       ///< for messages
    unsigned namedAxis = 0; ///< the axis that is dimension 0 of `name`
  };
  /// The flags of a loop whose body leaves early.
  struct LoopFlags {
    ast::Variable broken, continued;
  };

  // FunctionGenerator.cpp
  mlir::Location location(SourceRange range) const;
  void parameters();
  mlir::Value integer(mlir::Location loc, int64_t value);
  mlir::Value truth(mlir::Location loc, bool value);
  mlir::Value zero(mlir::Location loc, ast::ScalarKind kind);
  /// A zero, or an array of zeros of the sizes that the type states; `what` is not supported
  /// when these are not known here.
  mlir::Value zeroOf(mlir::Location loc, const ast::Type &type, const std::string &what);
  mlir::Value number(mlir::Location loc, ast::ScalarKind kind, double value);
  std::optional<mlir::Value> evaluate(const ast::Dimension &dim, mlir::Location loc);
  Values sizes(mlir::Location loc, mlir::Value array);
  mlir::Value adapt(mlir::Location loc, mlir::Value value, mlir::Type wanted);
  void requireShape(mlir::Location loc, const ast::Type &a, mlir::Value va, const ast::Type &b,
                    mlir::Value vb);
  void requireSize(mlir::Location loc, mlir::Value found, mlir::Value wanted,
                   const std::string &what);
  /// A map whose bounds are the sizes of `type`; `dynamic` gives all sizes.
  mlir::Value map(mlir::Location loc, mlir::RankedTensorType type, mlir::ValueRange sizes,
                  llvm::function_ref<mlir::Value(mlir::ValueRange)> body);
  mlir::Value elementwise(mlir::Location loc, ast::ScalarKind kind,
                          llvm::ArrayRef<mlir::Value> operands,
                          llvm::function_ref<mlir::Value(llvm::ArrayRef<mlir::Value>)> scalar);
  mlir::Value extract(mlir::Location loc, mlir::Value array, mlir::ValueRange indices);
  mlir::Value splat(mlir::Location loc, mlir::RankedTensorType type, mlir::Value value,
                    mlir::ValueRange sizes);
  mlir::Value unsupported(mlir::Location loc, const std::string &what, mlir::Type type);

  // Statements.cpp
  Values tail(const StmtRefs &list, size_t from);
  void statements(const StmtRefs &list, size_t from);
  void statement(const ast::Stmt &stmt);
  void let(const ast::LetStmt &stmt);
  void branch(const ast::IfStmt &stmt);
  Values returned(const ast::ReturnStmt &stmt);
  void openReturn(mlir::Location loc);
  Values valuesOf(const Variables &variables);
  void conditional(mlir::Location loc, mlir::Value condition, const Variables &assigned,
                   llvm::function_ref<void()> thenBody, llvm::function_ref<void()> elseBody);

  // Places.cpp
  Place wholePlace(mlir::Location loc, const std::string &name, const ast::Type &type,
                   mlir::ValueRange values);
  void enterField(mlir::Location loc, Place &place, const std::string &field);
  void enterSubscripts(mlir::Location loc, Place &place,
                       const std::vector<ast::Subscript> &subscripts);
  Values access(const ast::Expr &e);
  void assign(const ast::AssignStmt &stmt);
  mlir::Value assignLeaf(const ast::AssignStmt &stmt, const Place &place, mlir::Value leaf,
                         mlir::Value value);

  // Structs.cpp
  /// The variables that hold a variable's value: itself, or its leaves.
  static std::vector<const ast::Variable *> storage(const ast::Variable &variable);
  Values structure(const ast::Expr &e);

public:
  /// Whether an expression calls a circuit that prints.
  static bool callsPrint(const ast::Expr &expr, std::set<const ast::Circuit *> &seen);

private:
  Values structBinary(const ast::BinaryExpr &e);

  // Loops.cpp
  void forLoop(const ast::ForStmt &stmt);
  void whileLoop(const ast::WhileStmt &stmt);
  void collectAssigned(const StmtRefs &list, Variables &assigned, bool ownLoop);
  Variables assignedIn(const StmtRefs &list);
  bool leaves(const ast::Stmt &stmt, bool returnsOnly, bool insideLoop = false) const;
  void escapingLoop(mlir::Location loc, const StmtRefs &body, LoopFlags &flags,
                    llvm::function_ref<mlir::Value()> condition, const ast::Variable *counter,
                    llvm::function_ref<void()> enterBody, bool checkpoint);
  mlir::Value tripCount(mlir::Location loc, mlir::Value lower, mlir::Value upper, mlir::Value step);

  // Expressions.cpp
  mlir::Value expr(const ast::Expr &e);
  Values exprs(const ast::Expr &e);
  mlir::Value binary(const ast::BinaryExpr &e);
  mlir::Value negated(mlir::Location loc, mlir::Value operand, ast::ScalarKind kind);
  mlir::Value arithmetic(mlir::Location loc, ast::BinaryOp op, mlir::Value a, mlir::Value b);
  mlir::Value compare(mlir::Location loc, ast::BinaryOp op, mlir::Value a, mlir::Value b);
  Values choice(const ast::IfExpr &e);
  /// An `scf.if` whose sides yield the values of two expressions of one type.
  Values chosen(mlir::Location loc, mlir::Value condition, const ast::Expr &first,
                const ast::Expr &second, const ast::Type &type);
  Values block(const ast::BlockExpr &e);
  Values arrayLiteral(const ast::ArrayExpr &e);
  mlir::Value stack(mlir::Location loc, const ast::Type &type, mlir::ValueRange rows);
  mlir::Value convert(mlir::Location loc, mlir::Value value, ast::ScalarKind to);
  Values callArguments(mlir::Location loc, const std::vector<ast::Argument> &arguments,
                       const ast::Circuit &callee);
  Values call(const ast::CallExpr &e);
  mlir::Value spreadGate(const ast::CallExpr &e);

  // Derivatives.cpp
  Values derivative(const ast::DerivativeExpr &e);

  // Reductions.cpp
  struct ClauseRange {
    mlir::Value trip, lower, step;
  };
  ClauseRange clauseRange(const ast::ForClause &clause, mlir::Location loc);
  void bindClause(const ast::ForClause &clause, const ClauseRange &range, mlir::Value k,
                  mlir::Location loc);
  Values comprehension(const ast::ComprehensionExpr &e);
  Values packedComprehension(const ast::ComprehensionExpr &e, llvm::ArrayRef<ClauseRange> ranges);
  mlir::Value reduction(const ast::ReductionExpr &e);
  mlir::Value filteredPosition(const ast::ReductionExpr &e);
  void requireSome(const std::string &callee, mlir::Location loc, mlir::Value count, int64_t least);
  mlir::Value reduceClauses(const ast::ReductionExpr &e, size_t clause, ir::ReduceKind kind,
                            mlir::Type type, llvm::function_ref<mlir::Value()> body);
  mlir::Value reduceOver(mlir::Location loc, ir::ReduceKind kind, mlir::Type type,
                         mlir::Value bound, llvm::function_ref<mlir::Value(mlir::Value)> body);
  mlir::Value wholeArray(mlir::Location loc, const std::string &callee, mlir::Value array);
  mlir::Value identity(mlir::Location loc, ir::ReduceKind kind, mlir::Type type);
  mlir::Value reduceArray(mlir::Location loc, ir::ReduceKind kind, mlir::Value array);

  // Builtins.cpp
  mlir::Value builtin(const ast::CallExpr &e);
  mlir::Value gate(const ast::CallExpr &e);
  mlir::Value arrayBuiltin(const ast::CallExpr &e);

  // Linear.cpp
  mlir::Value matmul(const ast::BinaryExpr &e);
  mlir::Value linearBuiltin(const ast::CallExpr &e, llvm::ArrayRef<mlir::Value> v);
  mlir::Value sorted(const ast::CallExpr &e, mlir::Value array);

  const ast::Circuit &circuit;
  const SourceManager &sources;
  mlir::func::FuncOp function;
  const llvm::StringMap<int64_t> &fixedSizes;
  mlir::OpBuilder b;
  llvm::DenseMap<const ast::Variable *, mlir::Value> env;
  ast::Variable returnFlag;
  std::vector<std::unique_ptr<ast::Variable>> returnSlots;
  LoopFlags *loop = nullptr;
  bool quiet = false; ///< what is generated again must not print again
  bool failed = false;
};

} // namespace circ::irgen
