//===- Expr.h - Expressions of the abstract syntax tree -------------------===//
//
// Plain data: what the parser builds and semantic analysis annotates. Fields
// under "set by sema" are meaningless before it. After sema every expression
// has `types` (one type; several only for a call of a circuit with several
// results and for a tuple), every name is resolved and every implicit
// conversion is a `Convert` node.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/ast/Type.h"
#include "compiler/support/Source.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace circ::ast {

struct Stmt;
struct Circuit;
struct Expr;
using ExprPtr = std::unique_ptr<Expr>;
using StmtPtr = std::unique_ptr<Stmt>;

enum class ExprKind {
  Number,
  Bool,
  Name,
  Unary,
  Binary,
  Call,
  Index,
  Field,
  If,
  Block,
  Array,
  Struct,
  Tuple,
  Comprehension,
  Reduction,
  Derivative,
  Convert,
};

/// Base of all expressions; `kind` tells the class (see `as<T>`).
struct Expr {
  const ExprKind kind;
  SourceRange range;
  std::vector<Type> types; // set by sema
  virtual ~Expr() = default;
  const Type &type() const { return types.front(); }

protected:
  explicit Expr(ExprKind kind) : kind(kind) {}
};

template <typename T> T &as(Expr &e) { return static_cast<T &>(e); }
template <typename T> const T &as(const Expr &e) { return static_cast<const T &>(e); }

/// A name that stands for a value: a parameter, a `let` or `var`, a loop or
/// comprehension variable, or a bound dimension name. Owned by the node that
/// declares it; sema gives its type.
struct Variable {
  enum class Kind { Parameter, Dimension, Let, Var, Loop };
  Kind kind;
  std::string name;
  SourceRange range;
  Type type;             // set by sema
  bool used = false;     // set by sema
  bool poisoned = false; // set by sema: its type was not found; uses are not reported
  /// Set by sema for a struct: one variable for each leaf of its type, in their
  /// order; they hold its value.
  std::vector<std::unique_ptr<Variable>> leaves;
};
using VariablePtr = std::unique_ptr<Variable>;

/// `1`, `1_000`, `1.5`, `1e-3`. Sema sets the type from the context.
struct NumberExpr : Expr {
  NumberExpr() : Expr(ExprKind::Number) {}
  bool isInteger = false;
  int64_t integer = 0;  // when isInteger
  double real = 0;      // always
  bool isTyped = false; // of a `const` with a type: is no literal any more
};

struct BoolExpr : Expr {
  BoolExpr() : Expr(ExprKind::Bool) {}
  bool value = false;
};

/// A use of a name. Sema sets `variable`, or puts a NumberExpr in its place
/// (a `const` item; `inf`, `nan`, `pi` when not shadowed).
struct NameExpr : Expr {
  NameExpr() : Expr(ExprKind::Name) {}
  std::string name;
  Variable *variable = nullptr; // set by sema
};

enum class UnaryOp { Negate, Not };
struct UnaryExpr : Expr {
  UnaryExpr() : Expr(ExprKind::Unary) {}
  UnaryOp op = UnaryOp::Negate;
  ExprPtr operand;
};

enum class BinaryOp {
  Add,
  Subtract,
  Multiply,
  Divide,
  Remainder,
  Power,
  MatMul,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  And,
  Or,
};
/// "+", "==", ...
const char *spelling(BinaryOp op);

/// After sema the operands of arithmetic have one scalar kind (except
/// `Power` with an `i64` exponent on a real base); a scalar operand beside an
/// array broadcasts.
struct BinaryExpr : Expr {
  BinaryExpr() : Expr(ExprKind::Binary) {}
  BinaryOp op = BinaryOp::Add;
  SourceRange opRange;
  ExprPtr left, right;
};

struct Argument {
  std::string name; // empty for a positional argument
  SourceRange nameRange;
  ExprPtr value;
};

/// `f(x, y, scale=3)`. Sema sets `circuit` (then `arguments` are complete and
/// in the order of its parameters) or leaves it null for a built-in called
/// `callee`, whose arguments are in its own order.
struct CallExpr : Expr {
  CallExpr() : Expr(ExprKind::Call) {}
  std::string callee;
  SourceRange calleeRange;
  std::vector<Argument> arguments;
  Circuit *circuit = nullptr; // set by sema
};

/// One subscript: an index (`index`), or a slice `lower..upper` / `:` with
/// either bound absent.
struct Subscript {
  bool isSlice = false;
  ExprPtr index;
  ExprPtr lower, upper;
  SourceRange range;
};

/// `a[i, 1..n]`. Fewer subscripts than dimensions take whole rows.
struct IndexExpr : Expr {
  IndexExpr() : Expr(ExprKind::Index) {}
  ExprPtr base;
  std::vector<Subscript> subscripts;
};

struct FieldExpr : Expr {
  FieldExpr() : Expr(ExprKind::Field) {}
  ExprPtr base;
  std::string field;
  SourceRange fieldRange;
};

/// `{ let t = e; t * t }`: its last expression is its value.
struct BlockExpr : Expr {
  BlockExpr() : Expr(ExprKind::Block) {}
  std::vector<StmtPtr> statements;
  ExprPtr value;
};

struct IfExpr : Expr {
  IfExpr() : Expr(ExprKind::If) {}
  ExprPtr condition;
  ExprPtr thenValue, elseValue; // blocks, or an IfExpr for `else if`
};

/// `[1, 2]`, `[[1, 0], [0, 1]]`; elements of array type stack.
struct ArrayExpr : Expr {
  ArrayExpr() : Expr(ExprKind::Array) {}
  std::vector<ExprPtr> elements;
};

struct StructExpr : Expr {
  StructExpr() : Expr(ExprKind::Struct) {}
  std::string name;
  SourceRange nameRange;
  std::vector<Argument> fields;
};

/// `(a, b)`: only where several results are returned or taken apart.
struct TupleExpr : Expr {
  TupleExpr() : Expr(ExprKind::Tuple) {}
  std::vector<ExprPtr> elements;
};

/// `lower..upper` or `lower..upper by step`.
struct Range {
  ExprPtr lower, upper, step; // step may be null: 1
  SourceRange range;
};

/// A dimension of an array that an index goes through.
struct IndexedDimension {
  const Variable *array = nullptr; // null for an array of constants
  unsigned dimension = 0;
  Dimension size;
};

/// `for i in 0..n`; the range may be absent, then sema infers it from the
/// indices.
struct ForClause {
  VariablePtr variable;
  std::optional<Range> range;
  /// Set by sema when the range is absent: the arrays and dimensions that the
  /// variable indexes plainly. The first gives the range, the others agree.
  std::vector<IndexedDimension> indexed;
};

/// `[body for i in 0..n, j in 0..m]`. Without filter (an error otherwise).
/// When `body` is an array the results stack; then the body's dimensions
/// (`body->type().dims`) are made of symbols that are visible outside.
struct ComprehensionExpr : Expr {
  ComprehensionExpr() : Expr(ExprKind::Comprehension) {}
  ExprPtr body;
  std::vector<ForClause> clauses;
  ExprPtr filter; // parsed, reported by sema
};

/// `sum(body for ... if filter)`: `callee` is one of sum prod max min mean
/// logsumexp argmax argmin any all.
struct ReductionExpr : Expr {
  ReductionExpr() : Expr(ExprKind::Reduction) {}
  std::string callee;
  SourceRange calleeRange;
  ExprPtr body;
  std::vector<ForClause> clauses;
  ExprPtr filter; // may be null
};

/// `grad(f.loss, w)(x, y)`, `jvp(f)(x; dx)`, ...: `op` is one of grad
/// value_and_grad jvp vjp jacobian hessian hvp. In `grad(grad(f, x), x)(x, y)` the circuit is a
/// derivative itself, `inner`, which has no arguments; `circuitName` is its text.
struct DerivativeExpr : Expr {
  DerivativeExpr() : Expr(ExprKind::Derivative) {}
  std::string op;
  std::string circuitName;
  SourceRange circuitRange;
  std::unique_ptr<DerivativeExpr> inner; // may be null
  std::string resultName;                // after the dot, or empty
  SourceRange resultRange;
  std::vector<std::string> withRespectTo;
  std::vector<SourceRange> withRespectToRanges;
  std::vector<Argument> arguments;
  std::vector<ExprPtr> directions; // after the `;`
  Circuit *circuit = nullptr;      // set by sema
  // Set by sema, as positions after flattening:
  unsigned result = 0;              // what grad, value_and_grad, hessian and hvp differentiate
  std::vector<unsigned> parameters; // real leaves, with respect to these

  /// "grad(f.loss, w)".
  std::string text() const;
};

/// Whether this is the name of a derivative: "grad", "jvp", ...
bool isDerivativeName(const std::string &name);

/// A conversion that sema put in (`i64` to a float type, `f32(x)` and the
/// like stay calls): `operand` to this node's type. Arrays elementwise.
struct ConvertExpr : Expr {
  ConvertExpr() : Expr(ExprKind::Convert) {}
  ExprPtr operand;
};

} // namespace circ::ast
