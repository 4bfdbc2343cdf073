//===- Jvp.cpp - circ jvp -------------------------------------------------===//

#include "tools/circ/Shared.h"

#include "compiler/driver/Arguments.h"
#include "compiler/driver/Output.h"
#include "llvm/Support/raw_ostream.h"

namespace circ::tool {

/// Appends the values of an option such as `--tangent`: one for each of the
/// wanted parameters, of the shape of its argument, zero where none is given.
static bool bindDirections(const std::vector<std::string> &words, const char *option,
                           const ast::Circuit &circuit, const std::vector<unsigned> &wrt,
                           std::vector<Value> &arguments) {
  std::vector<ParameterSpec> all = parameterSpecs(circuit), specs;
  for (unsigned parameter : wrt) {
    ParameterSpec spec = all[parameter];
    spec.staticSizes = arguments[parameter].shape;
    spec.hasDefault = true;
    spec.defaultValue = Value::zeros(spec.kind, spec.staticSizes);
    specs.push_back(std::move(spec));
  }
  std::vector<std::string> assignments, errors;
  std::optional<std::string> file;
  for (const std::string &word : words)
    if (word.front() == '@')
      file = word.substr(1);
    else
      assignments.push_back(word);
  std::vector<Value> values;
  bool bound = bindArguments(specs, assignments, file, values, errors);
  for (const std::string &message : errors)
    llvm::errs() << "error: " << option << ": " << message << "\n";
  arguments.insert(arguments.end(), values.begin(), values.end());
  return bound;
}

int jvpCommand(const Options &options) {
  std::string error;
  if (!options.output.empty() && !canStoreResults(options.output, 2, error)) {
    llvm::errs() << "error: " << error << "\n";
    return WrongInput;
  }
  Compilation compilation;
  ast::Circuit *circuit = openCircuit(options, compilation);
  if (!circuit)
    return WrongInput;
  DerivativeRequest request{DerivativeKind::Jvp, {}};
  std::vector<Value> arguments, results;
  if (!chooseWrt(options, *circuit, request.wrt))
    return report(compilation, false), WrongInput;
  if (!bindValues(options, compilation, *circuit, arguments))
    return WrongInput;
  if (!bindDirections(options.tangents, "--tangent", *circuit, request.wrt, arguments))
    return report(compilation, false), WrongInput;
  if (int status = execute(options, compilation, *circuit, request, arguments, results))
    return status;

  DerivativeSignature signature = derivativeSignature(*circuit, request);
  std::vector<std::string> textNames = resultNames(*circuit, circuit->name);
  std::vector<std::string> fileNames = resultNames(*circuit, "value");
  std::vector<NamedValue> text, stored;
  std::vector<Value> tangents;
  for (auto [output, result] : llvm::zip_equal(signature.outputs, results)) {
    const char *prefix = output.isTangent ? "d" : "";
    text.push_back({prefix + textNames[output.result], result});
    stored.push_back({(output.isTangent ? "d_" : "") + fileNames[output.result], result,
                      circuit->results[output.result].ranks});
    if (output.isTangent)
      tangents.push_back(result);
  }
  if (!options.output.empty() && !storeResults(options.output, stored, error)) {
    llvm::errs() << "error: " << error << "\n";
    return WrongInput;
  }
  if (options.json) {
    llvm::outs() << jsonObject({{"circuit", jsonString(circuit->name)},
                                {"value", jsonResults(*circuit, results)},
                                {"tangent", jsonResults(*circuit, tangents, /*onlyReal=*/true)}})
                 << "\n";
  } else if (options.output.empty()) {
    llvm::outs() << textOutput(text, isTerminal());
  }
  return finishOutput();
}

} // namespace circ::tool
