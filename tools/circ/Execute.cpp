//===- Execute.cpp - Compiles a program of a circuit and calls it ---------===//

#include "tools/circ/Shared.h"

#include "compiler/codegen/Jit.h"
#include "compiler/driver/Arguments.h"
#include "compiler/driver/Invoke.h"
#include "compiler/driver/Output.h"
#include "llvm/Support/raw_ostream.h"

namespace circ::tool {

bool chooseWrt(const Options &options, const ast::Circuit &circuit, std::vector<unsigned> &wrt) {
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
    bool isReal = false;
    for (unsigned i = 0; i < circuit.parameters.size(); ++i) {
      llvm::StringRef rest = circuit.parameters[i].variable->name;
      if (!rest.consume_front(name) || (!rest.empty() && rest.front() != '.'))
        continue;
      named = &circuit.parameters[i];
      isReal |= llvm::is_contained(all, i);
      // A parameter named twice, or with its struct, has one derivative.
      if (llvm::is_contained(all, i) && !llvm::is_contained(wrt, i))
        wrt.push_back(i);
    }
    if (!named) {
      llvm::errs() << "error: '" << circuit.name << "' has no parameter '" << name << "'\n";
      return false;
    }
    if (!isReal) {
      llvm::errs() << "error: there is no derivative with respect to '" << name << "': it is "
                   << (named->isConst ? "const" : toString(named->variable->type)) << "\n";
      return false;
    }
  }
  return true;
}

ast::Circuit *openCircuit(const Options &options, Compilation &compilation) {
  auto [path, name] = splitFile(options.file);
  ast::Circuit *circuit = nullptr;
  if (compilation.parse(path) && compilation.analyze())
    circuit = compilation.choose(name);
  if (!circuit)
    report(compilation, false);
  return circuit;
}

bool bindValues(const Options &options, Compilation &compilation, const ast::Circuit &circuit,
                std::vector<Value> &arguments) {
  std::vector<std::string> errors;
  bool bound = bindArguments(parameterSpecs(circuit), options.assignments, options.argsFile,
                             arguments, errors);
  if (bound)
    bound = checkShapes(circuit, arguments, errors);
  compilation.stopwatch.lap("arguments");
  if (bound)
    return true;
  report(compilation, false);
  for (const std::string &message : errors)
    llvm::errs() << "error: " << message << "\n";
  return false;
}

std::unique_ptr<Jit> compilePrograms(const Options &options, Compilation &compilation,
                                     const ast::Circuit &circuit,
                                     llvm::ArrayRef<DerivativeRequest> requests) {
  std::vector<EntrySpec> entries;
  std::vector<std::string> roots;
  bool right = compilation.generate(options.codegen.memoryLimit);
  for (const DerivativeRequest &request : requests) {
    entries.push_back(derivativeSignature(circuit, request).entry);
    roots.push_back(entries.back().function);
    right = right && compilation.differentiate(circuit, request);
  }
  right = right && compilation.lower(roots, options.codegen);
  report(compilation, false);
  if (!right)
    return nullptr;
  auto program = translate(*compilation.module, options.codegen);
  if (!program)
    return fail(program.takeError()), nullptr;
  for (const EntrySpec &entry : entries)
    addPackedEntry(*program->module, entry);
  compilation.stopwatch.lap("translate");
  auto jit = Jit::create(std::move(*program), options.codegen);
  if (!jit)
    return fail(jit.takeError()), nullptr;
  compilation.stopwatch.lap("compile");
  return std::move(*jit);
}

int callProgram(Jit &jit, const EntrySpec &entry, const std::vector<Value> &arguments,
                std::vector<Value> &results) {
  circ_body body = jit.lookup(entry.symbol);
  if (!body)
    return fail(llvm::createStringError("the compiled code has no entry '" + entry.symbol + "'"));
  if (invoke(body, entry, arguments, results) == CIRC_OK)
    return Right;
  llvm::errs() << circ_last_error() << "\n";
  return RuntimeError;
}

int execute(const Options &options, Compilation &compilation, const ast::Circuit &circuit,
            const DerivativeRequest &request, const std::vector<Value> &arguments,
            std::vector<Value> &results) {
  std::unique_ptr<Jit> jit = compilePrograms(options, compilation, circuit, request);
  if (!jit)
    return WrongInput;
  int status = callProgram(*jit, derivativeSignature(circuit, request).entry, arguments, results);
  compilation.stopwatch.lap("call");
  if (options.time)
    compilation.stopwatch.print(llvm::errs());
  return status;
}

} // namespace circ::tool
