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
  std::vector<unsigned> ranks;    // after flattening: as in Leaf
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
  std::string field = {};           // after flattening: the leaf of a struct, "pose.center"
  unsigned position = 0;            // after flattening: which of the results as stated
  std::vector<unsigned> ranks = {}; // after flattening: as in Leaf
};

/// A parameter of struct type after flattening: the variable that the body
/// names, and the position of its first leaf among the parameters.
struct StructParameter {
  VariablePtr variable;
  unsigned firstLeaf = 0;
};

/// `circuit f(x, y) -> f64 { ... }` or the short form `circuit f(x) = e`
/// (then the body is one ReturnStmt). When sema is through, parameters and
/// results are flat: a struct `cam` is one parameter `cam.focal` for each leaf
/// of its type, so that what follows knows numbers and arrays only.
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
  std::vector<Result> results;                   // set by sema
  std::vector<StructParameter> structParameters; // set by sema
  bool recursive = false;                        // set by sema: reaches itself through calls
  /// What it is of a gate: `forward` goes by the gate's name, `backward` and
  /// `tangent` by names that nobody can write ("softplus.backward").
  enum class Part { None, Forward, Backward, Tangent };
  Part part = Part::None;
  /// The names in the parentheses of `backward(g)` and `tangent(dx)`.
  std::vector<VariablePtr> given;

  /// Made by sema, for the derivative of a built-in gate ("sin.gate") or of a derivative
  /// ("grad(f, x)").
  bool madeBySema = false;

  /// `backward` or `tangent` of a gate, or made by sema: no program names it.
  bool isHidden() const { return part == Part::Backward || part == Part::Tangent || madeBySema; }
  /// A gate of numbers, which arrays spread over.
  bool isScalarGate() const {
    if (part != Part::Forward || results.size() != 1 || !results[0].type.isScalar())
      return false;
    for (const Parameter &parameter : parameters)
      if (!parameter.variable->type.isScalar())
        return false;
    return true;
  }
};

/// `import "stats.circ"`.
struct Import {
  std::string path; // as written
  SourceRange range;
  std::optional<FileId> target = {}; // set when the file was read
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
  TypeSyntax syntax;
  Type type; // set by sema; its dimensions are constant
};
/// `struct Camera { rotation: f64[3], focal: f64 }`.
struct StructItem {
  std::string name;
  SourceRange nameRange;
  SourceRange range;
  std::string doc;
  std::vector<StructField> fields;
};
/// `gate f(x) { forward { ... } backward(g) { ... } tangent(dx) { ... } }`. Each
/// part is one of the module's circuits.
struct Gate {
  std::string name;
  SourceRange nameRange;
  Circuit *forward = nullptr, *backward = nullptr;
  Circuit *tangent = nullptr; // may be null
};

/// One number or array of which a value is made: a field of a struct, or of a
/// struct in it.
struct Leaf {
  std::string path; ///< "pose.center"; empty for what is no struct
  Type type;        ///< the dimensions of what is around it, then its own
  /// The rank of each struct around it, from the outermost: [1] in `Camera[n]`.
  std::vector<unsigned> ranks;
};
/// The leaves of a type in order; one, the type itself, when it is no struct.
std::vector<Leaf> leavesOf(const Type &type);
/// The leaves of several types, one after the other.
std::vector<Type> leafTypes(const std::vector<Type> &types);
/// Whether a struct has a leaf of real type, or a type is real.
bool hasReal(const Type &type);

/// A field as part of its struct's value.
struct FieldPlace {
  const StructField *field;
  unsigned firstLeaf = 0, leafCount = 0;
};
/// The field of this name; `field` is null when there is none.
FieldPlace findField(const StructItem &structure, const std::string &name);

/// A source file with all that it imports, the items of imported files first.
struct Module {
  FileId file = 0; ///< the file itself; items know theirs by their ranges
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
