//===- Run.cpp - circ run, circ grad --------------------------------------===//

#include "tools/circ/Shared.h"

#include "compiler/driver/Output.h"
#include "llvm/Support/raw_ostream.h"

namespace circ::tool {

bool wantedGradient(const Options &options, const ast::Circuit &circuit,
                    DerivativeRequest &request) {
  request.kind = DerivativeKind::Gradient;
  request.forward = options.mode == "forward";
  if (!hasScalarResult(circuit)) {
    std::string found;
    for (const ast::Result &result : circuit.results)
      found += (found.empty() ? "" : ", ") + (result.field.empty() ? "" : result.field + ": ") +
               toString(result.type);
    llvm::errs() << "error: a gradient needs one real scalar result; '" << circuit.name
                 << "' returns " << (circuit.results.size() > 1 ? "(" + found + ")" : found)
                 << "\n  hint: `vjp` and `jacobian` take any result\n";
    return false;
  }
  return chooseWrt(options, circuit, request.wrt);
}

int runCommand(const Options &options, bool gradient) {
  std::string error;
  if (!options.output.empty() && !canStoreResults(options.output, gradient ? 2 : 1, error)) {
    llvm::errs() << "error: " << error << "\n";
    return WrongInput;
  }
  Compilation compilation;
  ast::Circuit *circuit = openCircuit(options, compilation);
  if (!circuit)
    return WrongInput;
  DerivativeRequest request;
  if (gradient && !wantedGradient(options, *circuit, request))
    return report(compilation, false), WrongInput;
  std::vector<Value> arguments, results;
  if (!bindValues(options, compilation, *circuit, arguments))
    return WrongInput;
  if (int status = execute(options, compilation, *circuit, request, arguments, results))
    return status;

  size_t primal = circuit->results.size();
  std::vector<std::string> textNames = resultNames(*circuit, circuit->name);
  std::vector<std::string> fileNames = resultNames(*circuit, "value");
  std::vector<NamedValue> text, stored, gradients;
  for (size_t i = 0; i < results.size(); ++i) {
    const ast::Parameter *by =
        i >= primal ? &circuit->parameters[request.wrt[i - primal]] : nullptr;
    const std::vector<unsigned> &ranks = by ? by->ranks : circuit->results[i].ranks;
    std::string parameter = by ? by->variable->name : "";
    text.push_back({by ? "d" + textNames[0] + "/d" + parameter : textNames[i], results[i]});
    stored.push_back({by ? "d_" + parameter : fileNames[i], results[i], ranks});
    if (by)
      gradients.push_back({parameter, results[i], ranks});
  }
  if (!options.output.empty() && !storeResults(options.output, stored, error)) {
    llvm::errs() << "error: " << error << "\n";
    return WrongInput;
  }
  if (options.json) {
    std::vector<std::pair<std::string, std::string>> members = {
        {"circuit", jsonString(circuit->name)}, {"value", jsonResults(*circuit, results)}};
    if (gradient)
      members.push_back({"gradient", jsonObject(gradients)});
    llvm::outs() << jsonObject(members) << "\n";
  } else if (options.output.empty()) {
    llvm::outs() << textOutput(text, isTerminal());
  }
  return finishOutput();
}

} // namespace circ::tool
