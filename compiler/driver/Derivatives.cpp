//===- Derivatives.cpp - What the derivative programs take and give -------===//

#include "compiler/driver/Derivatives.h"

namespace circ {

static std::string kindSuffix(DerivativeKind kind) {
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

std::string derivativeSuffix(const DerivativeRequest &request) {
  return kindSuffix(request.kind) + (request.silent ? ".quiet" : "");
}

std::vector<unsigned> realResults(const ast::Circuit &circuit) {
  std::vector<unsigned> results;
  for (unsigned i = 0; i < circuit.results.size(); ++i)
    if (circuit.results[i].type.isReal())
      results.push_back(i);
  return results;
}

DerivativeTexts inputTexts(const ast::Circuit &circuit, const DerivativeInput &input) {
  using Role = DerivativeInput::Role;
  std::string of = input.role == Role::Seed ? resultNames(circuit, "value")[input.position]
                                            : circuit.parameters[input.position].variable->name;
  switch (input.role) {
  case Role::Tangent:
    return {"d_" + of, "the tangent of " + of};
  case Role::Vector:
    return {"v_" + of, "the vector in the space of " + of};
  case Role::Seed:
    return {"seed_" + of, "the adjoint of " + of};
  }
  return {};
}

DerivativeTexts outputTexts(const ast::Circuit &circuit, const DerivativeRequest &request,
                            const DerivativeOutput &output) {
  using Role = DerivativeOutput::Role;
  std::string result = resultNames(circuit, "value")[output.result];
  std::string shown = resultNames(circuit, circuit.name)[output.result];
  std::string first, second;
  if (!output.parameters.empty())
    first = circuit.parameters[output.parameters.front()].variable->name;
  if (output.parameters.size() == 2)
    second = circuit.parameters[output.parameters.back()].variable->name;
  switch (output.role) {
  case Role::Value:
    return {result, "", shown};
  case Role::Tangent:
    return {"d_" + result, "the tangent of " + result, "d" + shown};
  case Role::Derivative:
    if (!second.empty())
      return {"d2_" + first + "_" + second,
              "the second derivative with respect to " + first + " and " + second,
              "d2" + shown + "/d" + first + " d" + second};
    if (request.kind == DerivativeKind::Jacobian)
      return {"d_" + result + "_" + first,
              "the derivative of " + result + " with respect to " + first,
              "d" + shown + "/d" + first};
    return {"d_" + first, "the derivative with respect to " + first, "d" + shown + "/d" + first};
  case Role::Adjoint:
    return {"d_" + first, "the adjoint of " + first, "d_" + first};
  case Role::Product:
    return {"hv_" + first, "the Hessian times the vector, in the space of " + first, "hv_" + first};
  case Role::Set:
    break;
  }
  return {result, "", shown};
}

ast::Type inputType(const ast::Circuit &circuit, const DerivativeInput &input) {
  return input.role == DerivativeInput::Role::Seed
             ? circuit.results[input.position].type
             : circuit.parameters[input.position].variable->type;
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
  std::string suffix = derivativeSuffix(request);
  bool isPattern =
      request.kind == DerivativeKind::Pattern || request.kind == DerivativeKind::HessianPattern;
  made.entry.function = circuit.name + suffix;
  made.entry.symbol = "circ.entry." + circuit.name + suffix;
  for (const ast::Parameter &parameter : circuit.parameters) {
    made.entry.parameters.push_back(valueSpec(parameter.variable->type));
    if (isPattern && parameter.variable->type.isReal())
      made.entry.parameters.back().kind = ElementKind::I64;
  }
  if (request.kind != DerivativeKind::Hvp && !isPattern)
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
    for (unsigned result : realResults(circuit))
      made.outputs.push_back({Out::Set, result, {}});
    break;
  case DerivativeKind::HessianPattern:
    for (unsigned parameter : request.wrt)
      made.outputs.push_back({Out::Set, request.of, {parameter}});
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
