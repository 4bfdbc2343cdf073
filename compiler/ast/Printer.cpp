//===- Printer.cpp - Prints an abstract syntax tree -----------------------===//

#include "compiler/ast/Printer.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace circ::ast {

namespace {

class Printer {
public:
  Printer(llvm::raw_ostream &out, bool typed) : out(out), typed(typed) {}

  void circuit(const Circuit &c) {
    line((c.part == Circuit::Part::None ? "circuit " : "gate ") + c.name +
         (c.recursive ? " recursive" : ""));
    ++depth;
    for (const Parameter &p : c.parameters) {
      std::string text = std::string(p.isConst ? "const " : "") + "parameter " + p.variable->name;
      if (typed)
        text += ": " + toString(p.variable->type);
      line(text);
      if (p.defaultValue)
        child(*p.defaultValue);
    }
    for (const Result &r : c.results)
      line("result " + (r.name.empty() ? "" : r.name + ": ") + toString(r.type));
    statements(c.body);
    --depth;
  }

  void structure(const StructItem &item) {
    line("struct " + item.name);
    ++depth;
    for (const StructField &field : item.fields)
      line("field " + field.name + ": " + (typed ? toString(field.type) : field.syntax.name));
    --depth;
  }

private:
  void line(const std::string &text) { out.indent(2 * depth) << text << '\n'; }
  void child(const Expr &e) {
    ++depth;
    expr(e);
    --depth;
  }
  void statements(const StmtList &list) {
    for (const StmtPtr &stmt : list)
      statement(*stmt);
  }
  void nested(const char *label, const StmtList &list) {
    if (list.empty())
      return;
    ++depth;
    line(label);
    ++depth;
    statements(list);
    depth -= 2;
  }
  void range(const Range &r) {
    child(*r.lower);
    child(*r.upper);
    if (r.step)
      child(*r.step);
  }
  void subscripts(const std::vector<Subscript> &list) {
    ++depth;
    for (const Subscript &s : list) {
      line(s.isSlice ? "slice" : "index");
      for (const ExprPtr *part : {&s.index, &s.lower, &s.upper})
        if (*part)
          child(**part);
    }
    --depth;
  }
  void clauses(const std::vector<ForClause> &list) {
    ++depth;
    for (const ForClause &c : list) {
      bool inferred = typed && !c.indexed.empty();
      line("for " + c.variable->name +
           (inferred ? " over " + toString(c.indexed.front().size) : ""));
      if (c.range)
        range(*c.range);
    }
    --depth;
  }
  void filter(const ExprPtr &condition) {
    if (condition)
      labelled("filter", *condition);
  }
  void labelled(const std::string &label, const Expr &e) {
    ++depth;
    line(label);
    child(e);
    --depth;
  }
  /// Arguments and fields; those that are named stand under their names.
  void arguments(const std::vector<Argument> &list) {
    for (const Argument &argument : list) {
      if (argument.name.empty())
        child(*argument.value);
      else
        labelled(argument.name + " =", *argument.value);
    }
  }
  void derivative(const DerivativeExpr &e) {
    arguments(e.arguments);
    for (const ExprPtr &direction : e.directions)
      labelled("direction", *direction);
  }
  /// `grad f.loss by w, b`.
  static std::string derivativeHead(const DerivativeExpr &e) {
    std::string text = e.op + " " + e.circuitName;
    if (!e.resultName.empty())
      text += "." + e.resultName;
    for (size_t i = 0; i < e.withRespectTo.size(); ++i)
      text += (i ? ", " : " by ") + e.withRespectTo[i];
    return text;
  }

  void statement(const Stmt &stmt);
  void expr(const Expr &e);
  std::string head(const Expr &e);

  llvm::raw_ostream &out;
  bool typed;
  unsigned depth = 0;
};

void Printer::statement(const Stmt &stmt) {
  switch (stmt.kind) {
  case StmtKind::Let: {
    const auto &let = as<LetStmt>(stmt);
    std::string text = let.isVar ? "var" : "let";
    for (const VariablePtr &variable : let.variables)
      text += " " + variable->name + (typed ? ": " + toString(variable->type) : "");
    line(text);
    return child(*let.value);
  }
  case StmtKind::Assign: {
    const auto &assign = as<AssignStmt>(stmt);
    line("assign " + assign.name + " " + (assign.op ? spelling(*assign.op) : "") + "=");
    for (const Accessor &accessor : assign.accessors) {
      if (!accessor.isField) {
        subscripts(accessor.subscripts);
        continue;
      }
      ++depth;
      line("field " + accessor.field);
      --depth;
    }
    return child(*assign.value);
  }
  case StmtKind::If: {
    const auto &branch = as<IfStmt>(stmt);
    line("if");
    child(*branch.condition);
    nested("then", branch.thenBody);
    return nested("else", branch.elseBody);
  }
  case StmtKind::For: {
    const auto &loop = as<ForStmt>(stmt);
    line((loop.checkpoint ? "@checkpoint for " : "for ") + loop.variable->name);
    range(loop.bounds);
    return nested("do", loop.body);
  }
  case StmtKind::While:
    line(as<WhileStmt>(stmt).checkpoint ? "@checkpoint while" : "while");
    child(*as<WhileStmt>(stmt).condition);
    return nested("do", as<WhileStmt>(stmt).body);
  case StmtKind::Break:
    return line("break");
  case StmtKind::Continue:
    return line("continue");
  case StmtKind::Return:
    line("return");
    return child(*as<ReturnStmt>(stmt).value);
  case StmtKind::Assert:
    line("assert \"" + as<AssertStmt>(stmt).message + "\"");
    return child(*as<AssertStmt>(stmt).condition);
  case StmtKind::Print:
    line("print");
    for (const ExprPtr &value : as<PrintStmt>(stmt).values)
      child(*value);
    return;
  case StmtKind::Expression:
    line("expression");
    return child(*as<ExpressionStmt>(stmt).value);
  }
}

std::string Printer::head(const Expr &e) {
  switch (e.kind) {
  case ExprKind::Number: {
    const auto &number = as<NumberExpr>(e);
    std::string text;
    llvm::raw_string_ostream stream(text);
    if (number.isInteger)
      stream << "number " << number.integer;
    else
      stream << "number " << llvm::format("%.17g", number.real);
    return text;
  }
  case ExprKind::Bool:
    return as<BoolExpr>(e).value ? "true" : "false";
  case ExprKind::Name:
    return "name " + as<NameExpr>(e).name;
  case ExprKind::Unary:
    return as<UnaryExpr>(e).op == UnaryOp::Negate ? "unary -" : "unary !";
  case ExprKind::Binary:
    return std::string("binary ") + spelling(as<BinaryExpr>(e).op);
  case ExprKind::Call:
    return "call " + as<CallExpr>(e).callee;
  case ExprKind::Index:
    return "index";
  case ExprKind::Field:
    return "field " + as<FieldExpr>(e).field;
  case ExprKind::If:
    return "if";
  case ExprKind::Block:
    return "block";
  case ExprKind::Array:
    return "array";
  case ExprKind::Struct:
    return "struct " + as<StructExpr>(e).name;
  case ExprKind::Tuple:
    return "tuple";
  case ExprKind::Comprehension:
    return "comprehension";
  case ExprKind::Reduction:
    return "reduction " + as<ReductionExpr>(e).callee;
  case ExprKind::Derivative:
    return derivativeHead(as<DerivativeExpr>(e));
  case ExprKind::Convert:
    return "convert";
  }
  return "";
}

void Printer::expr(const Expr &e) {
  std::string text = head(e);
  for (size_t i = 0; typed && i < e.types.size(); ++i)
    text += (i ? ", " : " : ") + toString(e.types[i]);
  line(text);
  switch (e.kind) {
  case ExprKind::Unary:
    return child(*as<UnaryExpr>(e).operand);
  case ExprKind::Binary:
    child(*as<BinaryExpr>(e).left);
    return child(*as<BinaryExpr>(e).right);
  case ExprKind::Call:
    return arguments(as<CallExpr>(e).arguments);
  case ExprKind::Index:
    child(*as<IndexExpr>(e).base);
    return subscripts(as<IndexExpr>(e).subscripts);
  case ExprKind::Field:
    return child(*as<FieldExpr>(e).base);
  case ExprKind::If:
    child(*as<IfExpr>(e).condition);
    child(*as<IfExpr>(e).thenValue);
    return child(*as<IfExpr>(e).elseValue);
  case ExprKind::Block:
    ++depth;
    statements(as<BlockExpr>(e).statements);
    --depth;
    return child(*as<BlockExpr>(e).value);
  case ExprKind::Array:
    for (const ExprPtr &element : as<ArrayExpr>(e).elements)
      child(*element);
    return;
  case ExprKind::Struct:
    return arguments(as<StructExpr>(e).fields);
  case ExprKind::Tuple:
    for (const ExprPtr &element : as<TupleExpr>(e).elements)
      child(*element);
    return;
  case ExprKind::Comprehension:
    clauses(as<ComprehensionExpr>(e).clauses);
    filter(as<ComprehensionExpr>(e).filter);
    return child(*as<ComprehensionExpr>(e).body);
  case ExprKind::Reduction:
    clauses(as<ReductionExpr>(e).clauses);
    filter(as<ReductionExpr>(e).filter);
    return child(*as<ReductionExpr>(e).body);
  case ExprKind::Derivative:
    return derivative(as<DerivativeExpr>(e));
  case ExprKind::Convert:
    return child(*as<ConvertExpr>(e).operand);
  default:
    return;
  }
}

} // namespace

void print(const Module &module, llvm::raw_ostream &out, bool typed) {
  Printer printer(out, typed);
  for (const StructItem &structure : module.structs)
    printer.structure(structure);
  for (const auto &circuit : module.circuits)
    printer.circuit(*circuit);
}

} // namespace circ::ast
