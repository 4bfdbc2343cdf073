//===- Library.cpp - The C functions of a file's circuits -----------------===//

#include "compiler/driver/Library.h"

#include "compiler/driver/Signature.h"

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
                                               const std::optional<std::vector<unsigned>> &wrt) {
  LibraryFunction made;
  WrapperSpec &wrapper = made.wrapper;
  wrapper.symbol = cIdentifier(prefix + circuit.name) + (wrt ? "_grad" : "");
  wrapper.entry = wrt ? gradientEntrySpec(circuit, *wrt) : entrySpec(circuit);
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
  for (const ast::Parameter &parameter : circuit.parameters) {
    const ast::Variable &variable = *parameter.variable;
    if (!addSizes(circuit, variable.type, wrapper.parameterSizes))
      return std::nullopt;
    wrapper.parameterNames.push_back(variable.name);
    made.header.arguments.push_back(
        argument(HeaderArgument::Role::Input, variable.type, variable.name));
  }
  std::vector<std::string> names = resultNames(circuit, "value");
  for (size_t i = 0; i < circuit.results.size(); ++i) {
    if (circuit.results[i].name.empty() && circuit.results.size() > 1)
      names[i] = "value" + std::to_string(i);
    if (!addSizes(circuit, circuit.results[i].type, wrapper.resultSizes))
      return std::nullopt;
    wrapper.resultNames.push_back(names[i]);
    made.header.arguments.push_back(
        argument(HeaderArgument::Role::Output, circuit.results[i].type, names[i]));
  }
  for (unsigned p : wrt.value_or(std::vector<unsigned>())) {
    const ast::Variable &variable = *circuit.parameters[p].variable;
    addSizes(circuit, variable.type, wrapper.resultSizes);
    wrapper.resultNames.push_back("d_" + variable.name);
    made.header.arguments.push_back(
        argument(HeaderArgument::Role::Output, variable.type, "d_" + variable.name));
    made.header.arguments.back().doc = "the derivative with respect to " + variable.name;
  }
  return made;
}

} // namespace circ
