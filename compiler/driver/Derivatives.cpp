//===- Derivatives.cpp - What the derivative programs take and give -------===//

#include "compiler/driver/Derivatives.h"

namespace circ {

std::string derivativeSuffix(DerivativeKind kind) {
  switch (kind) {
  case DerivativeKind::Value:
    return "";
  case DerivativeKind::Gradient:
    return ".grad";
  case DerivativeKind::Jvp:
    return ".jvp";
  }
  return "";
}

const ast::Type &inputType(const ast::Circuit &circuit, const DerivativeInput &input) {
  return circuit.parameters[input.parameter].variable->type;
}

ast::Type outputType(const ast::Circuit &circuit, const DerivativeOutput &output) {
  ast::Type type = circuit.results[output.result].type;
  for (unsigned parameter : output.parameters) {
    const ast::Type &by = circuit.parameters[parameter].variable->type;
    type.scalar = by.scalar;
    type.dims.insert(type.dims.end(), by.dims.begin(), by.dims.end());
  }
  return type;
}

DerivativeSignature derivativeSignature(const ast::Circuit &circuit,
                                        const DerivativeRequest &request) {
  DerivativeSignature made;
  std::string suffix = derivativeSuffix(request.kind);
  made.entry.function = circuit.name + suffix;
  made.entry.symbol = "circ.entry." + circuit.name + suffix;
  for (const ast::Parameter &parameter : circuit.parameters)
    made.entry.parameters.push_back(valueSpec(parameter.variable->type));
  for (unsigned i = 0; i < circuit.results.size(); ++i)
    made.outputs.push_back({i, false, {}});
  switch (request.kind) {
  case DerivativeKind::Value:
    break;
  case DerivativeKind::Gradient:
    for (unsigned parameter : request.wrt)
      made.outputs.push_back({request.of, false, {parameter}});
    break;
  case DerivativeKind::Jvp:
    for (unsigned parameter : request.wrt)
      made.inputs.push_back({parameter});
    for (unsigned i = 0; i < circuit.results.size(); ++i)
      if (circuit.results[i].type.isReal())
        made.outputs.push_back({i, true, {}});
    break;
  }
  for (const DerivativeInput &input : made.inputs)
    made.entry.parameters.push_back(valueSpec(inputType(circuit, input)));
  for (const DerivativeOutput &output : made.outputs)
    made.entry.results.push_back(valueSpec(outputType(circuit, output)));
  return made;
}

} // namespace circ
