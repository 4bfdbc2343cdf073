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
  case DerivativeKind::Vjp:
    return ".vjp";
  case DerivativeKind::Hvp:
    return ".hvp";
  case DerivativeKind::Jacobian:
    return ".jacobian";
  case DerivativeKind::Hessian:
    return ".hessian";
  case DerivativeKind::Pattern:
    return ".pattern";
  case DerivativeKind::HessianPattern:
    return ".hessian_pattern";
  }
  return "";
}

std::vector<unsigned> realResults(const ast::Circuit &circuit) {
  std::vector<unsigned> results;
  for (unsigned i = 0; i < circuit.results.size(); ++i)
    if (circuit.results[i].type.isReal())
      results.push_back(i);
  return results;
}

std::string inputName(const ast::Circuit &circuit, const DerivativeInput &input) {
  if (input.role == DerivativeInput::Role::Seed)
    return "seed_" + resultNames(circuit, "value")[input.position];
  const std::string &parameter = circuit.parameters[input.position].variable->name;
  return (input.role == DerivativeInput::Role::Tangent ? "d_" : "v_") + parameter;
}

std::string outputName(const ast::Circuit &circuit, const DerivativeRequest &request,
                       const DerivativeOutput &output) {
  using Role = DerivativeOutput::Role;
  std::string result = resultNames(circuit, "value")[output.result];
  auto parameter = [&](unsigned i) {
    return circuit.parameters[output.parameters[i]].variable->name;
  };
  switch (output.role) {
  case Role::Value:
    return result;
  case Role::Tangent:
    return "d_" + result;
  case Role::Derivative:
    if (request.kind == DerivativeKind::Hessian)
      return "d2_" + parameter(0) + "_" + parameter(1);
    return (request.kind == DerivativeKind::Jacobian ? "d_" + result + "_" : "d_") + parameter(0);
  case Role::Adjoint:
    return "d_" + parameter(0);
  case Role::Product:
    return "hv_" + parameter(0);
  case Role::Set:
    break;
  }
  return result;
}

ast::Type inputType(const ast::Circuit &circuit, const DerivativeInput &input) {
  ast::Type type = input.role == DerivativeInput::Role::Seed
                       ? circuit.results[input.position].type
                       : circuit.parameters[input.position].variable->type;
  if (input.role == DerivativeInput::Role::Set)
    type.scalar = ast::ScalarKind::I64;
  return type;
}

ast::Type outputType(const ast::Circuit &circuit, const DerivativeOutput &output) {
  using Role = DerivativeOutput::Role;
  if (output.role == Role::Set) {
    ast::Type type = output.parameters.empty()
                         ? circuit.results[output.result].type
                         : circuit.parameters[output.parameters.front()].variable->type;
    type.scalar = ast::ScalarKind::I64;
    return type;
  }
  if (output.role == Role::Adjoint || output.role == Role::Product)
    return circuit.parameters[output.parameters.front()].variable->type;
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
  using In = DerivativeInput::Role;
  using Out = DerivativeOutput::Role;
  DerivativeSignature made;
  std::string suffix = derivativeSuffix(request.kind);
  made.entry.function = circuit.name + suffix;
  made.entry.symbol = "circ.entry." + circuit.name + suffix;
  for (const ast::Parameter &parameter : circuit.parameters)
    made.entry.parameters.push_back(valueSpec(parameter.variable->type));
  if (request.kind != DerivativeKind::Hvp && request.kind != DerivativeKind::HessianPattern)
    for (unsigned i = 0; i < circuit.results.size(); ++i)
      made.outputs.push_back({Out::Value, i, {}});
  switch (request.kind) {
  case DerivativeKind::Value:
    break;
  case DerivativeKind::Gradient:
    for (unsigned parameter : request.wrt)
      made.outputs.push_back({Out::Derivative, request.of, {parameter}});
    break;
  case DerivativeKind::Jvp:
    for (unsigned parameter : request.wrt)
      made.inputs.push_back({In::Tangent, parameter});
    for (unsigned result : realResults(circuit))
      made.outputs.push_back({Out::Tangent, result, {}});
    break;
  case DerivativeKind::Vjp:
    for (unsigned result : realResults(circuit))
      made.inputs.push_back({In::Seed, result});
    for (unsigned parameter : request.wrt)
      made.outputs.push_back({Out::Adjoint, 0, {parameter}});
    break;
  case DerivativeKind::Hvp:
    for (unsigned parameter : request.wrt) {
      made.inputs.push_back({In::Vector, parameter});
      made.outputs.push_back({Out::Product, request.of, {parameter}});
    }
    break;
  case DerivativeKind::Pattern:
    for (unsigned parameter : request.wrt)
      made.inputs.push_back({In::Set, parameter});
    for (unsigned result : realResults(circuit))
      made.outputs.push_back({Out::Set, result, {}});
    break;
  case DerivativeKind::HessianPattern:
    for (unsigned parameter : request.wrt) {
      made.inputs.push_back({In::Set, parameter});
      made.outputs.push_back({Out::Set, request.of, {parameter}});
    }
    break;
  case DerivativeKind::Jacobian:
    for (unsigned result : realResults(circuit))
      for (unsigned parameter : request.wrt)
        made.outputs.push_back({Out::Derivative, result, {parameter}});
    break;
  case DerivativeKind::Hessian:
    for (unsigned first : request.wrt)
      for (unsigned second : request.wrt)
        made.outputs.push_back({Out::Derivative, request.of, {first, second}});
    break;
  }
  for (const DerivativeInput &input : made.inputs)
    made.entry.parameters.push_back(valueSpec(inputType(circuit, input)));
  for (const DerivativeOutput &output : made.outputs)
    made.entry.results.push_back(valueSpec(outputType(circuit, output)));
  return made;
}

} // namespace circ
