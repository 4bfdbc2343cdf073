//===- Programs.cpp - Several compiled programs of one file ---------------===//

#include "compiler/driver/Programs.h"

#include "compiler/driver/CachedCode.h"
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

llvm::Expected<Objects> ProgramCompiler::compileObjects(const CodegenOptions &options) const {
  auto program = translate(*compilation.module, options);
  if (!program)
    return program.takeError();
  for (const EntrySpec &entry : entries)
    addPackedEntry(*program->module, entry);
  compilation.stopwatch.lap("translate");
  auto objects = Jit::compile(std::move(*program), options);
  compilation.stopwatch.lap("compile");
  return objects;
}

llvm::Expected<Programs> ProgramCompiler::compile(const CodegenOptions &options) const {
  auto objects = compileObjects(options);
  if (!objects)
    return objects.takeError();
  return Programs::load(*objects, entries);
}

llvm::Expected<Programs> Programs::load(const Objects &objects, std::vector<EntrySpec> entries) {
  auto jit = Jit::load(objects);
  if (!jit)
    return jit.takeError();
  for (const EntrySpec &entry : entries)
    if (!(*jit)->lookup(entry.symbol))
      return llvm::createStringError("the compiled code has no entry '" + entry.symbol + "'");
  Programs made;
  made.jit = std::move(*jit);
  made.entries = std::move(entries);
  return made;
}

/// The programs as an earlier run compiled them.
static std::optional<Programs> loadCached(Compilation &compilation,
                                          const std::vector<WantedProgram> &wanted,
                                          const CodeCache &cache, const std::string &key) {
  std::optional<std::string> bytes = cache.find(key);
  std::optional<CachedCode> code =
      bytes ? CachedCode::fromBytes(*bytes, compilation.sources) : std::nullopt;
  if (!code)
    return std::nullopt;
  std::vector<EntrySpec> entries;
  for (const auto &[circuit, request] : wanted)
    entries.push_back(derivativeSignature(*circuit, request).entry);
  auto programs = Programs::load(code->objects, std::move(entries));
  if (!programs)
    return llvm::consumeError(programs.takeError()), std::nullopt;
  for (Diagnostic &diagnostic : code->diagnostics)
    compilation.diagnostics.repeat(std::move(diagnostic));
  compilation.stopwatch.lap("load from the cache");
  return std::move(*programs);
}

llvm::Expected<std::optional<Programs>> compilePrograms(Compilation &compilation,
                                                        const std::vector<WantedProgram> &wanted,
                                                        const CodegenOptions &options,
                                                        const CodeCache &cache) {
  std::optional<std::string> key;
  if (cache.isUsable())
    key = programsKey(compilation.sources, wanted, compilation.fixedSizes, options);
  if (key)
    if (std::optional<Programs> cached = loadCached(compilation, wanted, cache, *key))
      return cached;
  size_t known = compilation.diagnostics.diagnostics().size();
  ProgramCompiler compiler(compilation);
  if (!compiler.lower(wanted, options))
    return std::nullopt;
  auto objects = compiler.compileObjects(options);
  if (!objects)
    return objects.takeError();
  auto programs = Programs::load(*objects, compiler.programEntries());
  if (!programs)
    return programs.takeError();
  compilation.stopwatch.lap("load");
  if (key) {
    const std::vector<Diagnostic> &all = compilation.diagnostics.diagnostics();
    cache.store(*key, CachedCode{std::move(*objects), {all.begin() + known, all.end()}}.toBytes());
    compilation.stopwatch.lap("store in the cache");
  }
  return std::optional<Programs>(std::move(*programs));
}

} // namespace circ
