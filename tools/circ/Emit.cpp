//===- Emit.cpp - circ emit -----------------------------------------------===//

#include "tools/circ/Shared.h"

#include "compiler/ast/Printer.h"
#include "compiler/codegen/Emit.h"
#include "compiler/driver/KeptReport.h"
#include "compiler/driver/OutputFiles.h"
#include "compiler/parse/Parse.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

namespace circ::tool {

static bool produce(const Options &options, Compilation &compilation, llvm::raw_ostream &out) {
  auto [path, name] = splitFile(options.file);
  bool parsed = compilation.parse(path);
  const std::string &stage = options.stage;
  if (!parsed)
    return false;
  if (stage == "tokens")
    return printTokens(compilation.sources, compilation.file, out), true;
  if (stage == "ast")
    return ast::print(*compilation.ast, out, false), true;
  if (!compilation.analyze())
    return false;
  if (stage == "typed-ast")
    return ast::print(*compilation.ast, out, true), true;
  ast::Circuit *circuit = compilation.choose(name);
  if (!circuit || !compilation.generate(options.codegen.memoryLimit))
    return false;
  if (stage == "ir")
    return compilation.module->print(out), true;
  DerivativeRequest gradient{DerivativeKind::Gradient, {}};
  bool hasGradient = hasScalarResult(*circuit) && !differentiableParameters(*circuit).empty();
  if (hasGradient || stage == "adjoint")
    if (!wantedProgram(options, *circuit, DerivativeKind::Gradient, gradient) ||
        !compilation.differentiate(*circuit, gradient))
      return false;
  if (stage == "adjoint") {
    out << keptReport(compilation, *circuit);
    return compilation.module->print(out), true;
  }
  std::vector<std::string> roots{circuit->name};
  if (hasGradient)
    roots.push_back(circuit->name + ".grad");
  if (!compilation.lower(roots, options.codegen, stage != "lowered"))
    return false;
  if (stage == "lowered")
    return compilation.module->print(out), true;
  auto program = translate(*compilation.module, options.codegen);
  if (!program)
    return fail(program.takeError()), false;
  addPackedEntry(*program->module, derivativeSignature(*circuit, {}).entry);
  if (hasGradient)
    addPackedEntry(*program->module, derivativeSignature(*circuit, gradient).entry);
  auto machine = makeTargetMachine(options.codegen, false);
  if (!machine)
    return fail(machine.takeError()), false;
  optimize(*program->module, **machine, options.codegen);
  if (stage == "llvm")
    return program->module->print(out, nullptr), true;
  if (stage == "asm") {
    llvm::Error error = emitAssembly(*program->module, **machine, out);
    return error ? (fail(std::move(error)), false) : true;
  }
  llvm::SmallVector<char> object;
  if (llvm::Error error = emitObject(*program->module, **machine, object))
    return fail(std::move(error)), false;
  out.write(object.data(), object.size());
  return true;
}

int emitCommand(const Options &options) {
  Compilation compilation;
  std::string text;
  llvm::raw_string_ostream stream(text);
  bool right = produce(options, compilation, stream);
  stream.flush();
  report(compilation, options.json && !right);
  if (options.time)
    compilation.stopwatch.print(llvm::errs());
  if (!right)
    return WrongInput;
  std::string error;
  if (options.output.empty()) {
    llvm::outs() << text;
    return finishOutput();
  }
  if (writeFiles({{options.output, text}}, error))
    return Right;
  llvm::errs() << "error: " << error << "\n";
  return WrongInput;
}

} // namespace circ::tool
