//===- Programs.cpp - Several compiled programs of one file ---------------===//

#include "compiler/driver/Programs.h"

#include "compiler/driver/Invoke.h"

namespace circ {

int Programs::call(size_t program, const std::vector<Value> &arguments,
                   std::vector<Value> &results) const {
  const EntrySpec &entry = entries[program];
  return invoke(jit->lookup(entry.symbol), entry, arguments, results);
}

bool ProgramCompiler::lower(const std::vector<WantedProgram> &wanted,
                            const CodegenOptions &options) {
  if (!compilation.generate(options.memoryLimit))
    return false;
  std::vector<std::string> roots;
  for (const WantedProgram &program : wanted) {
    if (!compilation.differentiate(*program.circuit, program.request))
      return false;
    entries.push_back(derivativeSignature(*program.circuit, program.request).entry);
    roots.push_back(entries.back().function);
  }
  return compilation.lower(roots, options);
}

llvm::Expected<Programs> ProgramCompiler::compile(const CodegenOptions &options) const {
  auto program = translate(*compilation.module, options);
  if (!program)
    return program.takeError();
  for (const EntrySpec &entry : entries)
    addPackedEntry(*program->module, entry);
  compilation.stopwatch.lap("translate");
  auto jit = Jit::create(std::move(*program), options);
  if (!jit)
    return jit.takeError();
  compilation.stopwatch.lap("compile");
  Programs made;
  made.jit = std::move(*jit);
  made.entries = entries;
  for (const EntrySpec &entry : entries)
    if (!made.jit->lookup(entry.symbol))
      return llvm::createStringError("the compiled code has no entry '" + entry.symbol + "'");
  return made;
}

} // namespace circ
