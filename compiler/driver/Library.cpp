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

/// What an input beside the parameters is, for the header.
static std::string describe(const ast::Circuit &circuit, const DerivativeInput &input) {
  switch (input.role) {
  case DerivativeInput::Role::Tangent:
    return "the tangent of " + circuit.parameters[input.position].variable->name;
  case DerivativeInput::Role::Vector:
    return "the vector in the space of " + circuit.parameters[input.position].variable->name;
  case DerivativeInput::Role::Seed:
    return "the adjoint of " + resultNames(circuit, "value")[input.position];
  case DerivativeInput::Role::Set:
    break;
  }
  return "";
}

static std::string describe(const ast::Circuit &circuit, const DerivativeRequest &request,
                            const DerivativeOutput &output) {
  using Role = DerivativeOutput::Role;
  std::string result = resultNames(circuit, "value")[output.result];
  auto parameter = [&](unsigned i) {
    return circuit.parameters[output.parameters[i]].variable->name;
  };
  switch (output.role) {
  case Role::Value:
    return "";
  case Role::Tangent:
    return "the tangent of " + result;
  case Role::Derivative:
    if (output.parameters.size() == 2)
      return "the second derivative with respect to " + parameter(0) + " and " + parameter(1);
    if (request.kind == DerivativeKind::Jacobian)
      return "the derivative of " + result + " with respect to " + parameter(0);
    return "the derivative with respect to " + parameter(0);
  case Role::Adjoint:
    return "the adjoint of " + parameter(0);
  case Role::Product:
    return "the Hessian times the vector, in the space of " + parameter(0);
  case Role::Set:
    break;
  }
  return "";
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
  for (const DerivativeInput &extra : signature.inputs)
    if (!input(inputType(circuit, extra), inputName(circuit, extra), describe(circuit, extra)))
      return std::nullopt;
  for (const DerivativeOutput &output : signature.outputs) {
    std::string name = outputName(circuit, request, output);
    ast::Type type = outputType(circuit, output);
    if (!addSizes(circuit, type, wrapper.resultSizes))
      return std::nullopt;
    wrapper.resultNames.push_back(name);
    made.header.arguments.push_back(argument(HeaderArgument::Role::Output, type, name));
    made.header.arguments.back().doc = describe(circuit, request, output);
  }
  return made;
}

} // namespace circ
