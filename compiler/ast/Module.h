//===- Module.h - Items and modules of the abstract syntax tree -----------===//
#pragma once

#include "compiler/ast/Stmt.h"

namespace circ::ast {

/// A parameter of a circuit or gate.
struct Parameter {
  VariablePtr variable;
  bool isConst = false;
  std::optional<TypeSyntax> type; // absent: f64
  ExprPtr defaultValue;           // may be null
};

/// One stated result: `f64[n]`, or named `loss: f64`.
struct ResultSyntax {
  std::string name; // may be empty
  SourceRange nameRange;
  TypeSyntax type;
};

/// One result of a circuit after sema. Its dimensions are made of the
/// circuit's dimension names and `i64` parameters where that is possible.
struct Result {
  std::string name; // empty when unnamed
  Type type;
};

/// `circuit f(x, y) -> f64 { ... }` or the short form `circuit f(x) = e`
/// (then the body is one ReturnStmt).
struct Circuit {
  std::string name;
  SourceRange nameRange;
  SourceRange range;
  std::string doc; // text of the `///` lines, without the slashes
  std::vector<Parameter> parameters;
  std::vector<ResultSyntax> statedResults;
  bool statesResults = false;
  StmtList body;
  std::vector<VariablePtr> dimensions; // set by sema: bound names in order of appearance
  /// Set by sema, one for each of `dimensions`: the parameter and the
  /// position in its shape where the name is bound.
  std::vector<std::pair<unsigned, unsigned>> dimensionSources;
  std::vector<Result> results; // set by sema
  bool recursive = false;      // set by sema: reaches itself through calls
};

/// Items that are parsed whole and reported as not supported yet by sema.
struct Import {
  std::string path;
  SourceRange range;
};
struct ConstItem {
  std::string name;
  SourceRange nameRange;
  SourceRange range;
  std::optional<TypeSyntax> type;
  ExprPtr value;
};
struct StructField {
  std::string name;
  SourceRange nameRange;
  TypeSyntax type;
};
struct StructItem {
  std::string name;
  SourceRange nameRange;
  SourceRange range;
  std::string doc;
  std::vector<StructField> fields;
};
struct Gate {
  std::string name;
  SourceRange nameRange;
  SourceRange range;
  std::string doc;
  std::vector<Parameter> parameters;
  std::vector<ResultSyntax> statedResults;
  StmtList forward, backward, tangent;
  std::vector<std::string> backwardNames, tangentNames;
  bool hasTangent = false;
};

/// One source file.
struct Module {
  FileId file = 0;
  std::vector<Import> imports;
  std::vector<ConstItem> constants;
  std::vector<StructItem> structs;
  std::vector<std::unique_ptr<Gate>> gates;
  std::vector<std::unique_ptr<Circuit>> circuits;

  Circuit *find(const std::string &name) const {
    for (const auto &c : circuits)
      if (c->name == name)
        return c.get();
    return nullptr;
  }
};

} // namespace circ::ast
