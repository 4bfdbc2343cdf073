//===- Execute.cpp - Compiles a program of a circuit and calls it ---------===//

#include "tools/circ/Shared.h"

#include "compiler/driver/Arguments.h"
#include "compiler/driver/CodeCache.h"
#include "compiler/driver/Output.h"
#include "llvm/Support/raw_ostream.h"

namespace circ::tool {

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

std::optional<Programs> compilePrograms(const Options &options, Compilation &compilation,
                                        const ast::Circuit &circuit,
                                        llvm::ArrayRef<DerivativeRequest> requests) {
  std::vector<WantedProgram> wanted;
  for (const DerivativeRequest &request : requests)
    wanted.push_back({&circuit, request});
  CodeCache cache(options.noCache ? "" : CodeCache::userFolder());
  auto programs = compilePrograms(compilation, wanted, options.codegen, cache);
  report(compilation, false);
  if (!programs)
    return fail(programs.takeError()), std::nullopt;
  return std::move(*programs);
}

int callProgram(const Programs &programs, size_t program, const std::vector<Value> &arguments,
                std::vector<Value> &results) {
  if (programs.call(program, arguments, results) == CIRC_OK)
    return Right;
  llvm::errs() << circ_last_error() << "\n";
  return RuntimeError;
}

int execute(const Options &options, Compilation &compilation, const ast::Circuit &circuit,
            const DerivativeRequest &request, const std::vector<Value> &arguments,
            std::vector<Value> &results) {
  std::optional<Programs> programs = compilePrograms(options, compilation, circuit, request);
  if (!programs)
    return WrongInput;
  int status = callProgram(*programs, 0, arguments, results);
  compilation.stopwatch.lap("call");
  if (options.time)
    compilation.stopwatch.print(llvm::errs());
  return status;
}

} // namespace circ::tool
