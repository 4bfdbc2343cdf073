//===- Run.cpp - circ run, circ grad --------------------------------------===//

#include "tools/circ/Shared.h"

#include "compiler/codegen/Jit.h"
#include "compiler/driver/Arguments.h"
#include "compiler/driver/Invoke.h"
#include "compiler/driver/Output.h"
#include "llvm/Support/raw_ostream.h"

namespace circ::tool {

/// The parameters of `--wrt`, or every differentiable one.
static bool chooseWrt(const Options &options, const ast::Circuit &circuit,
                      std::vector<unsigned> &wrt) {
  std::vector<unsigned> all = differentiableParameters(circuit);
  if (options.wrt.empty()) {
    wrt = all;
    if (all.empty())
      llvm::errs() << "error: '" << circuit.name << "' has no real parameter that is not const\n";
    return !all.empty();
  }
  for (const std::string &name : options.wrt) {
    // The name of a struct stands for all of its real fields.
    const ast::Parameter *named = nullptr;
    size_t before = wrt.size();
    for (unsigned i = 0; i < circuit.parameters.size(); ++i) {
      llvm::StringRef rest = circuit.parameters[i].variable->name;
      if (!rest.consume_front(name) || (!rest.empty() && rest.front() != '.'))
        continue;
      named = &circuit.parameters[i];
      if (std::find(all.begin(), all.end(), i) != all.end())
        wrt.push_back(i);
    }
    if (!named) {
      llvm::errs() << "error: '" << circuit.name << "' has no parameter '" << name << "'\n";
      return false;
    }
    if (wrt.size() == before) {
      llvm::errs() << "error: there is no derivative with respect to '" << name << "': it is "
                   << (named->isConst ? "const" : toString(named->variable->type)) << "\n";
      return false;
    }
  }
  return true;
}

bool wantedGradient(const Options &options, const ast::Circuit &circuit,
                    std::vector<unsigned> &wrt) {
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
  return chooseWrt(options, circuit, wrt);
}

int runCommand(const Options &options, bool gradient) {
  if (options.mode == "forward") {
    llvm::errs() << "circ: '--mode forward' is not supported yet\n";
    return WrongInput;
  }
  std::string error;
  if (!options.output.empty() && !canStoreResults(options.output, gradient ? 2 : 1, error)) {
    llvm::errs() << "error: " << error << "\n";
    return WrongInput;
  }
  Compilation compilation;
  auto [path, name] = splitFile(options.file);
  ast::Circuit *circuit = nullptr;
  bool right =
      compilation.parse(path) && compilation.analyze() && (circuit = compilation.choose(name));
  if (!right)
    return report(compilation, false), WrongInput;
  std::vector<unsigned> wrt;
  if (gradient && !wantedGradient(options, *circuit, wrt))
    return report(compilation, false), WrongInput;

  std::vector<Value> arguments;
  std::vector<std::string> errors;
  bool bound = bindArguments(parameterSpecs(*circuit), options.assignments, options.argsFile,
                             arguments, errors);
  if (bound)
    bound = checkShapes(*circuit, arguments, errors);
  compilation.stopwatch.lap("arguments");
  if (!bound) {
    report(compilation, false);
    for (const std::string &message : errors)
      llvm::errs() << "error: " << message << "\n";
    return WrongInput;
  }

  EntrySpec entry = gradient ? gradientEntrySpec(*circuit, wrt) : entrySpec(*circuit);
  right = compilation.generate() && (!gradient || compilation.differentiate(*circuit, wrt)) &&
          compilation.lower({entry.function}, options.codegen);
  report(compilation, false);
  if (!right)
    return WrongInput;
  auto program = translate(*compilation.module, options.codegen);
  if (!program)
    return fail(program.takeError());
  addPackedEntry(*program->module, entry);
  compilation.stopwatch.lap("translate");
  auto jit = Jit::create(std::move(*program), options.codegen);
  if (!jit)
    return fail(jit.takeError());
  compilation.stopwatch.lap("compile");
  circ_body body = (*jit)->lookup(entry.symbol);
  if (!body)
    return fail(llvm::createStringError("the compiled code has no entry '" + entry.symbol + "'"));

  std::vector<Value> results;
  int status = invoke(body, entry, arguments, results);
  compilation.stopwatch.lap("call");
  if (options.time)
    compilation.stopwatch.print(llvm::errs());
  if (status != CIRC_OK) {
    llvm::errs() << circ_last_error() << "\n";
    return RuntimeError;
  }

  size_t primal = circuit->results.size();
  std::vector<std::string> textNames = resultNames(*circuit, circuit->name);
  std::vector<std::string> fileNames = resultNames(*circuit, "value");
  std::vector<NamedValue> text, stored, gradients;
  for (size_t i = 0; i < results.size(); ++i) {
    std::string parameter = i < primal ? "" : circuit->parameters[wrt[i - primal]].variable->name;
    const std::vector<unsigned> &ranks =
        i < primal ? circuit->results[i].ranks : circuit->parameters[wrt[i - primal]].ranks;
    text.push_back({i < primal ? textNames[i] : "d" + textNames[0] + "/d" + parameter, results[i]});
    stored.push_back({i < primal ? fileNames[i] : "d_" + parameter, results[i], ranks});
    if (i >= primal)
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
