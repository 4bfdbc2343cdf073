//===- Analyzer.h - The state of semantic analysis ------------------------===//
//
// `ModuleAnalyzer` knows the items; a `BodyAnalyzer` checks the body of one
// circuit. A circuit that does not state its results is analysed when a call
// first needs them.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/support/Diagnostics.h"

#include <map>
#include <set>

namespace circ::sema {

class BodyAnalyzer;

class ModuleAnalyzer {
public:
  ModuleAnalyzer(ast::Module &module, DiagnosticEngine &diagnostics)
      : module(module), diagnostics(diagnostics) {}
  bool run();

  /// Makes `circuit.results` known; false when they cannot be (reported).
  bool requireResults(ast::Circuit &circuit, SourceRange useRange);
  /// A dimension symbol that is equal to no other.
  ast::Dimension freshOpaque() { return ast::Dimension::symbol({nullptr, ++opaqueCount}); }
  /// The value of a `const` item; null when there is none or it is wrong
  /// (reported).
  const ast::Expr *constant(const std::string &name);
  /// Checks an expression that must be made of numbers and constants, and
  /// puts its value in its place, of the stated type if there is one. `what`
  /// it is of is for messages; only constants are visible, not what `scope`
  /// declares. False after an error.
  bool makeConstant(ast::ExprPtr &expr, ast::TypeSyntax *stated, const std::string &what,
                    const BodyAnalyzer *scope = nullptr);
  /// The struct of this name with the types of its fields; null when there is
  /// none or it is wrong (reported).
  const ast::StructItem *structure(const std::string &name);
  /// What an item that is not a value or circuit is ("struct", ...), or "".
  std::string otherItem(const std::string &name) const;
  std::vector<std::string> callableNames() const;
  /// A circuit of f64 numbers that calls a built-in gate, for its derivatives; null when it
  /// is none. `range` is where it is first named.
  ast::Circuit *circuitOfGate(const std::string &name, SourceRange range);
  /// A circuit of the parameters of `callee` that returns a derivative of it, for the
  /// derivatives of that: `grad(grad(f))(x)`. Takes `derivative` over.
  ast::Circuit *circuitOfDerivative(std::unique_ptr<ast::DerivativeExpr> derivative,
                                    const ast::Circuit &callee);

  ast::Module &module;
  DiagnosticEngine &diagnostics;
  std::map<const ast::Circuit *, std::set<ast::Circuit *>> calls;

private:
  ast::Circuit *addCircuit(std::unique_ptr<ast::Circuit> circuit, ast::ExprPtr value);
  void declareItems();
  const ast::Import *importBetween(FileId first, FileId second) const;
  bool resolveFields(ast::StructItem &item);
  void analyzeBody(ast::Circuit &circuit);
  bool completeGate(ast::Gate &gate);
  void markRecursion();

  enum class State { Declared, InProgress, Done, Failed };
  std::map<const ast::Circuit *, State> states;
  std::map<const ast::StructItem *, State> structStates;
  std::map<std::string, SourceRange> items;
  std::map<const ast::ConstItem *, State> constantStates;
  unsigned opaqueCount = 0;
};

/// What an expression folds to when it is made of numbers and constants: a
/// NumberExpr with its type, or null. Names that `scope` declares are variables.
ast::ExprPtr foldConstant(const ast::Expr &expr, ModuleAnalyzer &items,
                          const BodyAnalyzer *scope = nullptr);
/// A copy of a constant's value (a number, a truth value, an array or a struct
/// of them) at another place.
ast::ExprPtr copyConstant(const ast::Expr &value, SourceRange range);

/// The kind that a type's name means, absent for a struct's.
std::optional<ast::ScalarKind> scalarKind(const std::string &name);
/// Says that a type is not known, with the name that was perhaps meant.
void reportUnknownType(ModuleAnalyzer &items, const ast::TypeSyntax &syntax);
/// Gives a variable of struct type its leaves.
void makeLeaves(ast::Variable &variable);
/// Makes parameters and results flat: one for each leaf of a struct.
void flattenStructs(ast::Circuit &circuit);

/// A place where names are declared. Names declared outside a `barrier` cannot
/// be assigned inside, and control flow cannot leave it.
struct Scope {
  std::map<std::string, ast::Variable *> names;
  std::string barrier; ///< "a comprehension", ...; empty: none
  unsigned loops = 0;  ///< loops entered in this scope since the barrier
};

class BodyAnalyzer {
public:
  BodyAnalyzer(ModuleAnalyzer &items, ast::Circuit &circuit)
      : items(items), circuit(circuit), diagnostics(items.diagnostics) {}
  /// Types of parameters and stated results, bound dimensions.
  bool signature();
  /// The body; fills `circuit.results` when they are not stated.
  void body();
  /// An expression outside of a body, and perhaps its type.
  bool constant(ast::ExprPtr &expr, ast::TypeSyntax *stated);
  ast::Variable *lookup(const std::string &name) const;

private:
  // Scopes.cpp
  void push(std::string barrier = "") { scopes.push_back({{}, std::move(barrier), 0}); }
  void pop();
  void declare(ast::Variable &variable);
  /// The barrier between here and the declaration of a variable, or "".
  std::string barrierBefore(const ast::Variable &variable) const;
  std::string innermostBarrier() const;
  std::vector<std::string> visibleNames() const;

  // Dimensions.cpp
  std::optional<ast::Dimension> typeDimension(const ast::Expr &expr);
  /// The value of an analysed i64 expression as a dimension, if it is one.
  std::optional<ast::Dimension> valueAsDimension(const ast::Expr &expr) const;
  ast::Dimension sizeOf(const ast::Expr &expr);
  bool resolveType(ast::TypeSyntax &syntax, ast::Type &type);
  /// The dimensions that two shapes have in common; false after an error, which
  /// shows where the two sides come from.
  bool joinShapes(SourceRange range, const ast::Type &a, const ast::Type &b,
                  std::vector<ast::Dimension> &dims,
                  std::initializer_list<const ast::Expr *> sides = {});
  /// Replaces symbols that are not visible here by opaque ones.
  void closeOver(ast::Type &type, const std::set<const ast::Variable *> &hidden);

  // Conversions.cpp
  bool coerce(ast::ExprPtr &expr, ast::ScalarKind to);
  /// The same for the element of a type, which may be a struct.
  bool coerce(ast::ExprPtr &expr, const ast::Type &to);
  bool unify(ast::ExprPtr &a, ast::ExprPtr &b);
  bool checkType(ast::ExprPtr &expr, const ast::Type &expected, DiagnosticId id,
                 std::initializer_list<std::string> leading);

  // Statements.cpp
  bool statements(ast::StmtList &list); ///< true when the end is never reached
  bool statement(ast::Stmt &stmt);
  void let(ast::LetStmt &stmt);
  void assign(ast::AssignStmt &stmt);
  /// The type of the place that the accessors lead to; false after an error.
  bool place(ast::AssignStmt &stmt, std::string &text, ast::Type &type);
  void returned(ast::ReturnStmt &stmt);
  bool branch(ast::IfStmt &stmt);
  void forLoop(ast::ForStmt &stmt);
  void leaves(ast::Stmt &stmt, const char *word);
  void condition(ast::ExprPtr &expr);

  // Expressions.cpp. `analyze` leaves `types` empty after an error.
  void analyze(ast::ExprPtr &expr);
  /// As analyze; then exactly one value, not a tuple.
  bool value(ast::ExprPtr &expr);
  void name(ast::ExprPtr &expr);
  void unary(ast::UnaryExpr &expr);
  void binary(ast::BinaryExpr &expr);
  void matmul(ast::BinaryExpr &expr);
  void choice(ast::IfExpr &expr);
  void block(ast::BlockExpr &expr);
  void array(ast::ArrayExpr &expr);

  // Indexing.cpp
  void index(ast::IndexExpr &expr);
  /// The type after subscripts; false after an error.
  bool subscripts(std::vector<ast::Subscript> &list, const ast::Type &base,
                  const std::string &baseName, SourceRange range, ast::Type &result);
  bool integer(ast::ExprPtr &expr, const std::string &what);

  // Structs.cpp
  void field(ast::FieldExpr &expr);
  /// The type of a field of a value of type `base`; false after an error.
  bool fieldType(const ast::Type &base, const std::string &baseName, const std::string &name,
                 SourceRange range, ast::Type &result);
  void structValue(ast::StructExpr &expr);
  void structBinary(ast::BinaryExpr &expr);
  /// Whether `op` takes a struct with `other` on its right, as in `s += t`,
  /// `s *= 0.5`; makes a factor the kind of the fields. False after an error.
  bool structOperation(ast::BinaryOp op, SourceRange range, const ast::Type &type,
                       ast::ExprPtr &other);

  // Calls.cpp
  void call(ast::CallExpr &expr);
  void circuitCall(ast::CallExpr &expr, ast::Circuit &callee);
  /// What each dimension name and i64 parameter of a callee stands for here.
  using Meaning = std::map<const ast::Variable *, ast::Dimension>;
  bool bindArguments(std::vector<ast::Argument> &arguments, SourceRange range,
                     ast::Circuit &callee);
  /// Analyses the arguments of a call and puts them in the order of the
  /// parameters. False after an error.
  bool takeArguments(std::vector<ast::Argument> &arguments, SourceRange range,
                     ast::Circuit &callee);
  /// Checks the types of these arguments; then the callee's results are known.
  /// False after an error.
  bool checkArguments(std::vector<ast::Argument> &arguments, SourceRange range,
                      ast::Circuit &callee, Meaning &meaning);
  /// A type of the callee in terms of what is visible here.
  ast::Type typeHere(ast::Type type, const Meaning &meaning);

  // Derivatives.cpp
  void derivative(ast::DerivativeExpr &expr);
  ast::Circuit *derivativeCallee(ast::DerivativeExpr &expr);
  bool derivativeResult(ast::DerivativeExpr &expr, const ast::Circuit &callee);
  std::vector<unsigned> derivativeParameters(ast::DerivativeExpr &expr, const ast::Circuit &callee);
  bool directions(ast::DerivativeExpr &expr, const std::vector<ast::Type> &types,
                  const std::vector<std::string> &names);

  // Gates.cpp
  bool spreads(const ast::CallExpr &expr, ast::Circuit &callee);
  void spreadCall(ast::CallExpr &expr, ast::Circuit &callee);
  void finishGatePart();

  // BuiltinCalls.cpp
  void builtinCall(ast::CallExpr &expr);
  void gateCall(ast::CallExpr &expr, bool integers);
  void specialCall(ast::CallExpr &expr);
  void arrayCall(ast::CallExpr &expr);
  void linearCall(ast::CallExpr &expr);
  bool arrayArgument(ast::CallExpr &expr, unsigned position, unsigned rank);
  std::optional<int64_t> literal(const ast::Expr &expr) const;

  // Comprehensions.cpp
  void comprehension(ast::ComprehensionExpr &expr);
  void reduction(ast::ReductionExpr &expr);
  bool clauses(std::vector<ast::ForClause> &list, const ast::Expr &body, const ast::Expr *filter,
               bool independent);
  bool range(ast::Range &range);
  /// What an expression like `a`, `s.field` or `cams[i].center` names.
  struct IndexedArray {
    const ast::Variable *variable; ///< null for an array of constants
    const ast::Type *type;
    unsigned before; ///< how many of its dimensions are indexed already
  };
  /// Names in `own` are not those of outside.
  std::optional<IndexedArray> indexedArray(const ast::Expr &expr, const std::set<std::string> &own);
  ast::Dimension clauseSize(const ast::ForClause &clause);
  /// The result of a reduction of a body type; false after an error.
  bool reductionType(const std::string &callee, SourceRange range, ast::ExprPtr &body,
                     ast::Type &result);

  ModuleAnalyzer &items;
  ast::Circuit &circuit;
  DiagnosticEngine &diagnostics;
  std::vector<Scope> scopes;
  /// Immutable i64 variables with the dimension they are equal to.
  std::map<const ast::Variable *, ast::Dimension> known;
  std::vector<SourceRange> returns;
  /// Errors reported before this body: what is wrong hides what is unused.
  unsigned errorsBefore = 0;
};

/// Whether all that a value is made of are numbers.
bool isNumeric(const ast::Type &type);
inline bool ok(const ast::ExprPtr &expr) { return !expr->types.empty(); }
std::string describe(const ast::Expr &expr);

} // namespace circ::sema
