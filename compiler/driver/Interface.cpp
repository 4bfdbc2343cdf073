//===- Interface.cpp - What circuits and programs take and give, as data --===//

#include "compiler/driver/Interface.h"

namespace circ {

std::optional<DimensionFormula> dimensionFormula(const ast::Circuit &circuit,
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

std::optional<int64_t> evaluate(const DimensionFormula &formula, const int64_t *dimensions,
                                const int64_t *parameters) {
  int64_t sum = 0;
  for (const DimensionFormula::Term &term : formula.terms) {
    int64_t product = term.coefficient;
    bool overflow = false;
    for (unsigned d : term.dims)
      overflow |= __builtin_mul_overflow(product, dimensions[d], &product);
    for (unsigned p : term.parameters)
      overflow |= __builtin_mul_overflow(product, parameters[p], &product);
    if (overflow || __builtin_add_overflow(sum, product, &sum))
      return std::nullopt;
  }
  if (sum % formula.divisor != 0)
    return std::nullopt;
  return sum / formula.divisor;
}

static ValueInterface describe(const ast::Circuit &circuit, const ast::Type &type,
                               std::string name) {
  ValueInterface made;
  made.name = std::move(name);
  made.type = toString(type);
  made.spec = valueSpec(type);
  for (const ast::Dimension &dim : type.dims)
    made.sizes.push_back(dimensionFormula(circuit, dim));
  return made;
}

static std::vector<ValueInterface> describeParameters(const ast::Circuit &circuit) {
  std::vector<ValueInterface> made;
  std::vector<ParameterSpec> specs = parameterSpecs(circuit);
  for (unsigned i = 0; i < circuit.parameters.size(); ++i) {
    const ast::Parameter &parameter = circuit.parameters[i];
    made.push_back(describe(circuit, parameter.variable->type, parameter.variable->name));
    made.back().isConst = parameter.isConst;
    made.back().structRanks = parameter.ranks;
    made.back().parameter[0] = static_cast<int>(i);
    if (specs[i].hasDefault)
      made.back().defaultValue = specs[i].defaultValue;
  }
  return made;
}

/// A result, or what has its name and place: a tangent, a seed.
static ValueInterface describeResult(const ast::Circuit &circuit, unsigned result,
                                     const ast::Type &type, circ_role role) {
  ValueInterface made = describe(circuit, type, resultNames(circuit, "value")[result]);
  made.role = role;
  made.isNamed = !circuit.results[result].name.empty();
  made.stated = circuit.results[result].position;
  made.result = static_cast<int>(result);
  made.structRanks = circuit.results[result].ranks;
  return made;
}

CircuitInterface describeCircuit(const ast::Circuit &circuit) {
  CircuitInterface made;
  made.name = circuit.name;
  made.doc = circuit.doc;
  for (const auto &dimension : circuit.dimensions)
    made.dimensions.push_back(dimension->name);
  made.dimensionSources = circuit.dimensionSources;
  made.parameters = describeParameters(circuit);
  for (unsigned i = 0; i < circuit.results.size(); ++i)
    made.results.push_back(describeResult(circuit, i, circuit.results[i].type, CIRC_VALUE));
  return made;
}

ProgramInterface describeProgram(const ast::Circuit &circuit, const DerivativeRequest &request) {
  DerivativeSignature signature = derivativeSignature(circuit, request);
  ProgramInterface made;
  made.inputs = describeParameters(circuit);
  for (const DerivativeInput &input : signature.inputs) {
    ast::Type type = inputType(circuit, input);
    if (input.role == DerivativeInput::Role::Seed) {
      made.inputs.push_back(describeResult(circuit, input.position, type, CIRC_SEED));
      continue;
    }
    const ast::Parameter &parameter = circuit.parameters[input.position];
    ValueInterface value = describe(circuit, type, parameter.variable->name);
    value.role = input.role == DerivativeInput::Role::Tangent ? CIRC_TANGENT_IN : CIRC_VECTOR;
    value.parameter[0] = static_cast<int>(input.position);
    value.structRanks = parameter.ranks;
    made.inputs.push_back(std::move(value));
  }
  using Role = DerivativeOutput::Role;
  for (const DerivativeOutput &output : signature.outputs) {
    ast::Type type = outputType(circuit, output);
    if (output.role == Role::Value || output.role == Role::Tangent) {
      made.outputs.push_back(describeResult(
          circuit, output.result, type, output.role == Role::Value ? CIRC_VALUE : CIRC_TANGENT));
      continue;
    }
    ValueInterface value = describe(circuit, type, outputTexts(circuit, request, output).name);
    value.role = output.role == Role::Derivative ? CIRC_DERIVATIVE
                 : output.role == Role::Adjoint  ? CIRC_ADJOINT
                                                 : CIRC_PRODUCT;
    value.result = static_cast<int>(output.result);
    for (unsigned k = 0; k < output.parameters.size(); ++k)
      value.parameter[k] = static_cast<int>(output.parameters[k]);
    made.outputs.push_back(std::move(value));
  }
  return made;
}

ProgramInterface describeSparseProgram(const ast::Circuit &circuit) {
  ProgramInterface made;
  made.inputs = describeParameters(circuit);
  auto add = [&](std::string name, std::string type, ElementKind kind, int64_t size) {
    ValueInterface value;
    value.name = std::move(name);
    value.type = std::move(type);
    value.spec.kind = kind;
    value.spec.rank = 1;
    value.spec.staticSizes = {size};
    value.sizes.emplace_back();
    value.role = CIRC_MATRIX;
    made.outputs.push_back(std::move(value));
  };
  add("shape", "i64[2]", ElementKind::I64, 2);
  add("row_pointers", "i64[rows + 1]", ElementKind::I64, -1);
  add("columns", "i64[stored]", ElementKind::I64, -1);
  add("values", "f64[stored]", ElementKind::F64, -1);
  return made;
}

ParameterSpec parameterSpec(const ValueInterface &input) {
  ParameterSpec spec;
  spec.name = input.name;
  spec.kind = input.spec.kind;
  spec.rank = input.spec.rank;
  spec.typeText = input.type;
  spec.staticSizes = input.spec.staticSizes;
  return spec;
}

} // namespace circ
