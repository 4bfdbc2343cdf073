//===- Signature.cpp - What a circuit takes and gives, as data ------------===//

#include "compiler/driver/Signature.h"

#include "compiler/driver/Output.h"

namespace circ {

ElementKind elementKind(ast::ScalarKind kind) {
  switch (kind) {
  case ast::ScalarKind::F64:
    return ElementKind::F64;
  case ast::ScalarKind::F32:
    return ElementKind::F32;
  case ast::ScalarKind::I64:
    return ElementKind::I64;
  case ast::ScalarKind::Bool:
    return ElementKind::Bool;
  case ast::ScalarKind::Struct:
    break; // flattened by sema
  }
  return ElementKind::F64;
}

static std::vector<int64_t> staticSizes(const ast::Type &type) {
  std::vector<int64_t> sizes;
  for (const ast::Dimension &dim : type.dims)
    sizes.push_back(dim.isConstant() ? dim.constantValue() : -1);
  return sizes;
}

ValueSpec valueSpec(const ast::Type &type) {
  return {elementKind(type.scalar), type.rank(), staticSizes(type)};
}

/// Appends the elements of a constant; the shape is that of its first rows.
static void appendConstant(const ast::Expr &constant, ElementKind kind, size_t depth, Value &into) {
  if (constant.kind == ast::ExprKind::Array) {
    const auto &elements = ast::as<ast::ArrayExpr>(constant).elements;
    if (into.shape.size() == depth)
      into.shape.push_back(int64_t(elements.size()));
    for (const ast::ExprPtr &element : elements)
      appendConstant(*element, kind, depth + 1, into);
    return;
  }
  auto append = [&](auto element) {
    const char *bytes = reinterpret_cast<const char *>(&element);
    into.bytes.append(bytes, bytes + sizeof element);
  };
  if (constant.kind == ast::ExprKind::Bool)
    return append(uint8_t(ast::as<ast::BoolExpr>(constant).value));
  const auto &number = ast::as<ast::NumberExpr>(constant);
  if (kind == ElementKind::F64)
    append(number.real);
  else if (kind == ElementKind::F32)
    append(float(number.real));
  else
    append(number.integer);
}

static Value constantValue(const ast::Expr &constant, ElementKind kind) {
  Value value{kind, {}, {}, false};
  appendConstant(constant, kind, 0, value);
  return value;
}

std::vector<ParameterSpec> parameterSpecs(const ast::Circuit &circuit) {
  std::vector<ParameterSpec> specs;
  for (const ast::Parameter &parameter : circuit.parameters) {
    const ast::Type &type = parameter.variable->type;
    ParameterSpec spec;
    spec.name = parameter.variable->name;
    spec.kind = elementKind(type.scalar);
    spec.rank = type.rank();
    spec.typeText = toString(type);
    spec.staticSizes = staticSizes(type);
    if (parameter.defaultValue) {
      spec.hasDefault = true;
      spec.defaultValue = constantValue(*parameter.defaultValue, spec.kind);
    }
    specs.push_back(std::move(spec));
  }
  return specs;
}

std::vector<unsigned> differentiableParameters(const ast::Circuit &circuit) {
  std::vector<unsigned> result;
  for (unsigned i = 0; i < circuit.parameters.size(); ++i)
    if (circuit.parameters[i].variable->type.isReal() && !circuit.parameters[i].isConst)
      result.push_back(i);
  return result;
}

std::vector<std::string> resultNames(const ast::Circuit &circuit, const std::string &only) {
  std::vector<std::string> names;
  for (size_t i = 0; i < circuit.results.size(); ++i) {
    const ast::Result &result = circuit.results[i];
    std::string name = !result.name.empty() ? result.name
                       : circuit.results.back().position == 0
                           ? only
                           : only + "." + std::to_string(result.position);
    names.push_back(result.field.empty() ? name : name + "." + result.field);
  }
  return names;
}

std::string jsonResults(const ast::Circuit &circuit, const std::vector<Value> &values,
                        bool onlyReal) {
  // One object holds all; what has no name is called by its position.
  bool named = false;
  std::vector<NamedValue> all;
  std::vector<std::vector<NamedValue>> stated(circuit.results.back().position + 1);
  size_t next = 0;
  for (const ast::Result &result : circuit.results) {
    named |= !result.name.empty();
    if (onlyReal && !result.type.isReal())
      continue;
    std::string name = result.name.empty() ? std::to_string(result.position) : result.name;
    if (!result.field.empty())
      name += "." + result.field;
    all.push_back({name, values[next++], result.ranks});
    stated[result.position].push_back(all.back());
  }
  if (named)
    return jsonObject(all);
  std::string text;
  for (const std::vector<NamedValue> &leaves : stated) {
    text += text.empty() ? "" : ", ";
    if (leaves.empty())
      text += "null";
    else
      text += leaves.front().name.find('.') != std::string::npos ? jsonStructure(leaves)
                                                                 : jsonText(leaves.front().value);
  }
  return stated.size() == 1 ? text : "[" + text + "]";
}

bool hasScalarResult(const ast::Circuit &circuit) {
  const ast::Result &first = circuit.results.front();
  return circuit.results.size() == 1 && first.field.empty() && first.type.isScalar() &&
         first.type.isReal();
}

std::optional<int64_t> evaluate(const ast::Dimension &dim,
                                const std::map<const ast::Variable *, int64_t> &known) {
  int64_t sum = 0;
  for (const auto &[monomial, coefficient] : dim.terms) {
    int64_t term = coefficient;
    for (const ast::DimensionSymbol &symbol : monomial) {
      auto found = known.find(symbol.variable);
      if (symbol.opaque || found == known.end() ||
          __builtin_mul_overflow(term, found->second, &term))
        return std::nullopt;
    }
    if (__builtin_add_overflow(sum, term, &sum))
      return std::nullopt;
  }
  if (sum % dim.divisor != 0)
    return std::nullopt;
  return sum / dim.divisor;
}

/// What the integer arguments and the shapes of the others say about the symbols
/// of dimensions.
static std::map<const ast::Variable *, int64_t> knownSizes(const ast::Circuit &circuit,
                                                           const std::vector<Value> &values) {
  std::map<const ast::Variable *, int64_t> known;
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i].kind == ElementKind::I64 && values[i].rank() == 0)
      known[circuit.parameters[i].variable.get()] = values[i].asInt();
  for (size_t d = 0; d < circuit.dimensions.size(); ++d) {
    auto [parameter, position] = circuit.dimensionSources[d];
    known[circuit.dimensions[d].get()] = values[parameter].shape[position];
  }
  return known;
}

std::optional<std::vector<int64_t>> resultShape(const ast::Circuit &circuit,
                                                const std::vector<Value> &values, unsigned result) {
  std::map<const ast::Variable *, int64_t> known = knownSizes(circuit, values);
  std::vector<int64_t> shape;
  for (const ast::Dimension &dim : circuit.results[result].type.dims) {
    std::optional<int64_t> size = evaluate(dim, known);
    if (!size || *size < 0)
      return std::nullopt;
    shape.push_back(*size);
  }
  return shape;
}

bool checkShapes(const ast::Circuit &circuit, const std::vector<Value> &values,
                 std::vector<std::string> &errors) {
  std::map<const ast::Variable *, int64_t> known = knownSizes(circuit, values);
  std::map<const ast::Variable *, std::string> from;
  for (size_t d = 0; d < circuit.dimensions.size(); ++d)
    from[circuit.dimensions[d].get()] =
        circuit.parameters[circuit.dimensionSources[d].first].variable->name;
  bool right = true;
  for (size_t i = 0; i < values.size(); ++i) {
    const ast::Variable &parameter = *circuit.parameters[i].variable;
    for (unsigned k = 0; k < parameter.type.rank(); ++k) {
      const ast::Dimension &dim = parameter.type.dims[k];
      auto wanted = evaluate(dim, known);
      if (wanted && *wanted == values[i].shape[k])
        continue;
      std::string because;
      for (const auto &[variable, name] : from)
        if (toString(dim).find(variable->name) != std::string::npos)
          because += (because.empty() ? " (" : ", ") + variable->name + " = " +
                     std::to_string(known[variable]) + " from '" + name + "'";
      errors.push_back(
          "'" + parameter.name + "' has shape " + shapeText(values[i].shape) +
          ", but its type is " + toString(parameter.type) +
          (wanted ? ": dimension " + std::to_string(k) + " must be " + std::to_string(*wanted)
                  : ": dimension " + std::to_string(k) + " is no whole number") +
          because + (because.empty() ? "" : ")"));
      right = false;
      break;
    }
  }
  return right;
}

} // namespace circ
