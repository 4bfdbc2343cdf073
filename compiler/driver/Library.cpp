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

std::optional<LibraryFunction> libraryFunction(const ast::Circuit &circuit,
                                               const std::string &prefix,
                                               const DerivativeRequest &request) {
  DerivativeSignature signature = derivativeSignature(circuit, request);
  LibraryFunction made;
  WrapperSpec &wrapper = made.wrapper;
  std::string suffix = derivativeSuffix(request);
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
    if (DerivativeTexts texts = inputTexts(circuit, extra);
        !input(inputType(circuit, extra), texts.name, texts.description))
      return std::nullopt;
  for (const DerivativeOutput &output : signature.outputs) {
    DerivativeTexts texts = outputTexts(circuit, request, output);
    ast::Type type = outputType(circuit, output);
    if (!addSizes(circuit, type, wrapper.resultSizes))
      return std::nullopt;
    wrapper.resultNames.push_back(texts.name);
    made.header.arguments.push_back(argument(HeaderArgument::Role::Output, type, texts.name));
    made.header.arguments.back().doc = texts.description;
  }
  return made;
}

} // namespace circ
