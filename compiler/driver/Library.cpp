//===- Library.cpp - The C functions of a file's circuits -----------------===//

#include "compiler/driver/Library.h"

#include <algorithm>

namespace circ {

/// A dimension in terms of the C function's arguments, if it is made of them.
static std::optional<DimensionFormula> formula(const ast::Circuit &circuit,
                                               const ast::Dimension &dim) {
  DimensionFormula made;
  made.divisor = dim.divisor;
  for (const auto &[monomial, coefficient] : dim.terms) {
    DimensionFormula::Term term;
    term.coefficient = coefficient;
    for (const ast::DimensionSymbol &symbol : monomial) {
      bool found = false;
      for (unsigned d = 0; d < circuit.dimensions.size(); ++d)
        if (!symbol.opaque && circuit.dimensions[d].get() == symbol.variable) {
          term.dims.push_back(d);
          found = true;
        }
      for (unsigned p = 0; p < circuit.parameters.size(); ++p)
        if (!symbol.opaque && circuit.parameters[p].variable.get() == symbol.variable) {
          term.parameters.push_back(p);
          found = true;
        }
      if (!found)
        return std::nullopt;
    }
    made.terms.push_back(std::move(term));
  }
  return made;
}

static bool addSizes(const ast::Circuit &circuit, const ast::Type &type,
                     std::vector<std::vector<DimensionFormula>> &sizes) {
  sizes.emplace_back();
  for (const ast::Dimension &dim : type.dims) {
    auto made = formula(circuit, dim);
    if (!made)
      return false;
    sizes.back().push_back(std::move(*made));
  }
  return true;
}

static HeaderArgument argument(HeaderArgument::Role role, const ast::Type &type,
                               const std::string &name) {
  HeaderArgument made;
  made.role = role;
  made.kind = elementKind(type.scalar);
  made.name = name;
  for (const ast::Dimension &dim : type.dims)
    made.shape.push_back(toString(dim));
  return made;
}

/// The C name of an output and what it is.
static std::pair<std::string, std::string>
describe(const ast::Circuit &circuit, const DerivativeOutput &output, const std::string &result) {
  if (output.isTangent)
    return {"d_" + result, "the tangent of " + result};
  if (output.parameters.empty())
    return {result, ""};
  const std::string &parameter = circuit.parameters[output.parameters[0]].variable->name;
  return {"d_" + parameter, "the derivative with respect to " + parameter};
}

std::optional<LibraryFunction> libraryFunction(const ast::Circuit &circuit,
                                               const std::string &prefix,
                                               const DerivativeRequest &request) {
  DerivativeSignature signature = derivativeSignature(circuit, request);
  LibraryFunction made;
  WrapperSpec &wrapper = made.wrapper;
  std::string suffix = derivativeSuffix(request.kind);
  std::replace(suffix.begin(), suffix.end(), '.', '_');
  wrapper.symbol = cIdentifier(prefix + circuit.name) + suffix;
  wrapper.entry = signature.entry;
  wrapper.dimensionCount = circuit.dimensions.size();
  made.header.name = wrapper.symbol;
  made.header.doc = circuit.doc;
  for (const auto &dimension : circuit.dimensions) {
    wrapper.dimensionNames.push_back(dimension->name);
    HeaderArgument size;
    size.role = HeaderArgument::Role::Dimension;
    size.kind = ElementKind::I64;
    size.name = dimension->name;
    made.header.arguments.push_back(std::move(size));
  }
  auto input = [&](const ast::Type &type, const std::string &name, const std::string &doc) {
    wrapper.parameterNames.push_back(name);
    made.header.arguments.push_back(argument(HeaderArgument::Role::Input, type, name));
    made.header.arguments.back().doc = doc;
    return addSizes(circuit, type, wrapper.parameterSizes);
  };
  for (const ast::Parameter &parameter : circuit.parameters)
    if (!input(parameter.variable->type, parameter.variable->name, ""))
      return std::nullopt;
  for (const DerivativeInput &extra : signature.inputs) {
    const std::string &name = circuit.parameters[extra.parameter].variable->name;
    if (!input(inputType(circuit, extra), "d_" + name, "the tangent of " + name))
      return std::nullopt;
  }
  std::vector<std::string> names = resultNames(circuit, "value");
  for (size_t i = 0; i < circuit.results.size(); ++i)
    if (circuit.results[i].name.empty() && circuit.results.size() > 1)
      names[i] = "value" + std::to_string(i);
  for (const DerivativeOutput &output : signature.outputs) {
    auto [name, doc] = describe(circuit, output, names[output.result]);
    ast::Type type = outputType(circuit, output);
    if (!addSizes(circuit, type, wrapper.resultSizes))
      return std::nullopt;
    wrapper.resultNames.push_back(name);
    made.header.arguments.push_back(argument(HeaderArgument::Role::Output, type, name));
    made.header.arguments.back().doc = doc;
  }
  return made;
}

} // namespace circ
