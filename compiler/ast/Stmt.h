//===- Stmt.h - Statements of the abstract syntax tree --------------------===//
#pragma once

#include "compiler/ast/Expr.h"

namespace circ::ast {

enum class StmtKind {
  Let,
  Assign,
  If,
  For,
  While,
  Break,
  Continue,
  Return,
  Assert,
  Print,
  Expression,
};

/// Base of all statements; `kind` tells the class.
struct Stmt {
  const StmtKind kind;
  SourceRange range;
  virtual ~Stmt() = default;

protected:
  explicit Stmt(StmtKind kind) : kind(kind) {}
};

template <typename T> T &as(Stmt &s) { return static_cast<T &>(s); }
template <typename T> const T &as(const Stmt &s) { return static_cast<const T &>(s); }

using StmtList = std::vector<StmtPtr>;

/// A dimension as written in a type; sema makes a `Dimension` of it.
struct TypeSyntax {
  SourceRange range;
  std::string name; // "f64", ..., or a struct's name
  std::vector<ExprPtr> dims;
};

/// `let x = e`, `let (a, b) = e`, `let a: f64[n] = e`, and the same with `var`.
struct LetStmt : Stmt {
  LetStmt() : Stmt(StmtKind::Let) {}
  bool isVar = false;
  std::vector<VariablePtr> variables; // several: results taken apart
  std::optional<TypeSyntax> type;
  ExprPtr value;
};

/// One step from a variable to the place assigned: subscripts or a field.
struct Accessor {
  bool isField = false;
  std::vector<Subscript> subscripts;
  std::string field;
  SourceRange range;
};

/// `x = e`, `a[i, :] += e`, `s.field *= e`. `op` is absent for `=`. After sema
/// `value` has the target's scalar kind (and for a slice its shape or none).
struct AssignStmt : Stmt {
  AssignStmt() : Stmt(StmtKind::Assign) {}
  std::string name;
  SourceRange nameRange;
  std::vector<Accessor> accessors;
  std::optional<BinaryOp> op; // Add, Subtract, Multiply or Divide
  ExprPtr value;
  Variable *variable = nullptr; // set by sema
};

struct IfStmt : Stmt {
  IfStmt() : Stmt(StmtKind::If) {}
  ExprPtr condition;
  StmtList thenBody, elseBody; // `else if` is one IfStmt in elseBody
};

struct ForStmt : Stmt {
  ForStmt() : Stmt(StmtKind::For) {}
  VariablePtr variable;
  Range bounds;
  StmtList body;
  bool checkpoint = false;
};

struct WhileStmt : Stmt {
  WhileStmt() : Stmt(StmtKind::While) {}
  ExprPtr condition;
  StmtList body;
  bool checkpoint = false;
};

struct BreakStmt : Stmt {
  BreakStmt() : Stmt(StmtKind::Break) {}
};
struct ContinueStmt : Stmt {
  ContinueStmt() : Stmt(StmtKind::Continue) {}
};

/// `return e`; several results are a TupleExpr or a call with several results.
struct ReturnStmt : Stmt {
  ReturnStmt() : Stmt(StmtKind::Return) {}
  ExprPtr value;
};

struct AssertStmt : Stmt {
  AssertStmt() : Stmt(StmtKind::Assert) {}
  ExprPtr condition;
  std::string message; // may be empty
};

struct PrintStmt : Stmt {
  PrintStmt() : Stmt(StmtKind::Print) {}
  std::vector<ExprPtr> values;
};

/// An expression in statement position: an error that sema reports.
struct ExpressionStmt : Stmt {
  ExpressionStmt() : Stmt(StmtKind::Expression) {}
  ExprPtr value;
};

} // namespace circ::ast
