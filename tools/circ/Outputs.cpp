//===- Outputs.cpp - What a program of a circuit gave ---------------------===//

#include "tools/circ/Shared.h"

#include "compiler/driver/Output.h"
#include "llvm/Support/raw_ostream.h"

namespace circ::tool {

using Role = DerivativeOutput::Role;
using Members = std::vector<std::pair<std::string, std::string>>;

/// {result: {parameter: block}}, or {parameter: {parameter: block}}.
static std::string jsonBlocks(const ast::Circuit &circuit,
                              const std::vector<DerivativeOutput> &outputs,
                              llvm::ArrayRef<Value> values) {
  std::vector<std::string> results = resultNames(circuit, "value");
  Members rows;
  Members row;
  std::string rowName;
  auto finish = [&] {
    if (!row.empty())
      rows.push_back({rowName, jsonObject(row)});
    row.clear();
  };
  for (auto [output, value] : llvm::zip_equal(outputs, values)) {
    if (output.role != Role::Derivative)
      continue;
    std::string name = output.parameters.size() == 2
                           ? circuit.parameters[output.parameters[0]].variable->name
                           : results[output.result];
    if (name != rowName)
      finish();
    rowName = name;
    row.push_back({circuit.parameters[output.parameters.back()].variable->name, jsonText(value)});
  }
  finish();
  return jsonObject(rows);
}

/// By the parameter that each value belongs to.
static std::string jsonByParameter(const ast::Circuit &circuit,
                                   const std::vector<DerivativeOutput> &outputs,
                                   llvm::ArrayRef<Value> values) {
  std::vector<NamedValue> named;
  for (auto [output, value] : llvm::zip_equal(outputs, values)) {
    if (output.parameters.empty())
      continue;
    const ast::Parameter &parameter = circuit.parameters[output.parameters[0]];
    named.push_back({parameter.variable->name, value, parameter.ranks});
  }
  return jsonObject(named);
}

static void printJson(const ast::Circuit &circuit, const DerivativeRequest &request,
                      const std::vector<DerivativeOutput> &outputs,
                      const std::vector<Value> &values) {
  Members members = {{"circuit", jsonString(circuit.name)}};
  if (request.kind != DerivativeKind::Hvp)
    members.push_back({"value", jsonResults(circuit, values)});
  switch (request.kind) {
  case DerivativeKind::Value:
    break;
  case DerivativeKind::Gradient:
    members.push_back({"gradient", jsonByParameter(circuit, outputs, values)});
    break;
  case DerivativeKind::Jvp: {
    std::vector<Value> tangents(values.begin() + circuit.results.size(), values.end());
    members.push_back({"tangent", jsonResults(circuit, tangents, /*onlyReal=*/true)});
    break;
  }
  case DerivativeKind::Vjp:
    members.push_back({"adjoint", jsonByParameter(circuit, outputs, values)});
    break;
  case DerivativeKind::Hvp:
    members.push_back({"hvp", jsonByParameter(circuit, outputs, values)});
    break;
  case DerivativeKind::Jacobian:
    members.push_back({"jacobian", jsonBlocks(circuit, outputs, values)});
    break;
  case DerivativeKind::Pattern:
  case DerivativeKind::HessianPattern:
    break;
  case DerivativeKind::Hessian:
    members.push_back({"hessian", jsonBlocks(circuit, outputs, values)});
    break;
  }
  llvm::outs() << jsonObject(members) << "\n";
}

int showOutputs(const Options &options, const ast::Circuit &circuit,
                const DerivativeRequest &request, const DerivativeSignature &signature,
                const std::vector<Value> &values) {
  std::vector<NamedValue> text, stored;
  for (auto [output, value] : llvm::zip_equal(signature.outputs, values)) {
    DerivativeTexts texts = outputTexts(circuit, request, output);
    text.push_back({texts.label, value});
    std::vector<unsigned> ranks;
    if (output.parameters.empty())
      ranks = circuit.results[output.result].ranks;
    else if (outputType(circuit, output).rank() ==
             circuit.parameters[output.parameters[0]].variable->type.rank())
      ranks = circuit.parameters[output.parameters[0]].ranks;
    stored.push_back({texts.name, value, ranks});
  }
  std::string error;
  if (!options.output.empty() && !storeResults(options.output, stored, error)) {
    llvm::errs() << "error: " << error << "\n";
    return WrongInput;
  }
  if (options.json)
    printJson(circuit, request, signature.outputs, values);
  else if (options.output.empty())
    llvm::outs() << textOutput(text, isTerminal());
  return finishOutput();
}

} // namespace circ::tool
