//===- Build.cpp - circ build ---------------------------------------------===//

#include "tools/circ/Shared.h"

#include "compiler/codegen/Emit.h"
#include "compiler/codegen/RuntimeObject.h"
#include "compiler/codegen/SharedLibrary.h"
#include "compiler/codegen/WorkspaceWrapper.h"
#include "compiler/driver/Library.h"
#include "compiler/driver/OutputFiles.h"
#include "compiler/driver/Sparsity.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

namespace circ::tool {

static int complain(const std::string &message) {
  llvm::errs() << "error: " << message << "\n";
  return WrongInput;
}

/// The derivative programs of `--derivatives` that the circuit has.
static std::vector<DerivativeRequest> wantedPrograms(const Options &options,
                                                     const ast::Circuit &circuit) {
  std::vector<DerivativeRequest> requests;
  std::vector<unsigned> wrt = differentiableParameters(circuit);
  bool scalar = hasScalarResult(circuit);
  if (wrt.empty() || realResults(circuit).empty())
    return requests;
  static const std::pair<const char *, DerivativeKind> kinds[] = {
      {"grad", DerivativeKind::Gradient},     {"jvp", DerivativeKind::Jvp},
      {"vjp", DerivativeKind::Vjp},           {"hvp", DerivativeKind::Hvp},
      {"jacobian", DerivativeKind::Jacobian}, {"hessian", DerivativeKind::Hessian}};
  for (const auto &[name, kind] : kinds) {
    bool ofScalar = kind == DerivativeKind::Gradient || kind == DerivativeKind::Hvp ||
                    kind == DerivativeKind::Hessian;
    if (llvm::is_contained(options.derivatives, name) && (scalar || !ofScalar))
      requests.push_back({kind, wrt});
  }
  return requests;
}

/// The functions of a library.
struct Exported {
  std::vector<LibraryFunction> dense;
  std::vector<WorkspaceFunctions> inWorkspace; ///< Of some of them.
  std::vector<SparseLibraryFunction> sparse;
};

/// The sparse functions beside a dense Jacobian or Hessian. Where no pattern holds for all
/// inputs there are none, and a warning says why.
static bool addSparse(const Options &options, Compilation &compilation, const ast::Circuit &circuit,
                      const DerivativeRequest &request,
                      std::vector<SparseLibraryFunction> &functions) {
  std::vector<SparseLibraryFunction> made =
      sparseLibraryFunctions(circuit, options.prefix, request);
  for (const DerivativeRequest &program : sparsePrograms(request)) {
    bool isPattern =
        program.kind == DerivativeKind::Pattern || program.kind == DerivativeKind::HessianPattern;
    if (isPattern &&
        !compilation.differentiateIfPossible(circuit, program, made.front().header.name))
      return true;
    if (!isPattern && !compilation.differentiate(circuit, program))
      return false;
  }
  functions.insert(functions.end(), made.begin(), made.end());
  return true;
}

/// Reads the sizes of --fix; what is wrong with them, or "".
static std::string readFixedSizes(const Options &options, Compilation &compilation) {
  std::vector<std::string> names;
  for (const ast::Circuit *circuit : compilation.ownCircuits())
    for (const auto &dimension : circuit->dimensions)
      if (!llvm::is_contained(names, dimension->name))
        names.push_back(dimension->name);
  for (llvm::StringRef fixed : options.fixed) {
    auto [name, text] = fixed.split('=');
    int64_t size;
    if (text.getAsInteger(10, size) || size < 0)
      return ("--fix: '" + fixed + "' is not NAME=SIZE, as in d=64").str();
    if (!llvm::is_contained(names, name)) {
      std::string message = ("--fix: no circuit of the file has a dimension '" + name + "'").str();
      if (auto close = closestName(name.str(), names))
        return message + "; did you mean '" + *close + "'?";
      return message + (names.empty() ? "" : "; it has " + llvm::join(names, ", "));
    }
    if (!compilation.fixedSizes.sizes.try_emplace(name, size).second)
      return ("--fix: the size of '" + name + "' is given twice").str();
  }
  return "";
}

/// Values and derivatives of every circuit that a library can export.
static bool collect(const Options &options, Compilation &compilation, Exported &exported) {
  std::vector<LibraryFunction> &functions = exported.dense;
  for (const ast::Circuit *circuit : compilation.ownCircuits()) {
    auto value = libraryFunction(*circuit, options.prefix, {});
    if (!value) {
      llvm::errs() << "note: '" << circuit->name
                   << "' is not exported: the size of a result is not made of its dimensions and "
                      "i64 parameters\n";
      continue;
    }
    functions.push_back(std::move(*value));
    size_t first = functions.size() - 1, firstSparse = exported.sparse.size();
    for (const DerivativeRequest &request : wantedPrograms(options, *circuit)) {
      if (!compilation.differentiate(*circuit, request))
        return false;
      functions.push_back(*libraryFunction(*circuit, options.prefix, request));
      if ((request.kind == DerivativeKind::Jacobian || request.kind == DerivativeKind::Hessian) &&
          !addSparse(options, compilation, *circuit, request, exported.sparse))
        return false;
    }
    for (LibraryFunction &function : llvm::drop_begin(functions, first))
      describeFixedSizes(*circuit, compilation.fixedSizes.sizes, function.header);
    for (SparseLibraryFunction &function : llvm::drop_begin(exported.sparse, firstSparse))
      describeFixedSizes(*circuit, compilation.fixedSizes.sizes, function.header);
  }
  return true;
}

/// Calls without allocation, for the functions whose memory was measured. Notes say why
/// others have none.
static void addWorkspaces(const Measurements &measured, Exported &exported) {
  std::map<std::pair<std::string, std::string>, std::string> without;
  for (const LibraryFunction &function : exported.dense) {
    const auto &obstacle = measured.at(function.wrapper.entry.function);
    if (!obstacle) {
      exported.inWorkspace.push_back(workspaceFunctions(function));
      continue;
    }
    std::string place;
    llvm::raw_string_ostream stream(place);
    if (auto at = obstacle->place->findInstanceOf<mlir::FileLineColLoc>())
      stream << at.getFilename().getValue() << ":" << at.getLine() << ":" << at.getColumn() << ": ";
    std::string &names = without[{place, obstacle->reason}];
    names += (names.empty() ? "" : ", ") + function.wrapper.symbol;
  }
  for (const auto &[why, names] : without)
    llvm::errs() << why.first << "note: no _workspace and _into for " << names << ": " << why.second
                 << "\n";
}

/// The bytes of a library.
static llvm::Expected<std::string> libraryBytes(const Options &options, llvm::StringRef ending,
                                                llvm::Module &module, llvm::TargetMachine &machine,
                                                const std::vector<std::string> &exported) {
  auto objects = compileObjects(module, machine, options.codegen, /*forJit=*/false);
  if (!objects)
    return objects.takeError();
  llvm::StringRef runtime = runtimeObject(machine.getTargetTriple());
  if (ending == ".so")
    return linkSharedLibrary(*objects, runtime, llvm::sys::path::filename(options.output), exported,
                             options.codegen.sanitizer, options.codegen.blas,
                             options.codegen.parallel);
  std::vector<ArchiveMember> members{{"runtime.o", runtime}};
  for (const auto &[number, object] : llvm::enumerate(*objects))
    members.push_back({number ? "circuits-long.o" : "circuits.o", object});
  return staticArchive(members);
}

/// The bytes of a file for one module.
static llvm::Expected<std::string> moduleBytes(llvm::StringRef ending, llvm::Module &module,
                                               llvm::TargetMachine &machine,
                                               const CodegenOptions &options) {
  optimize(module, machine, options);
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  if (ending == ".ll") {
    module.print(stream, nullptr);
    return bytes.str().str();
  }
  if (llvm::Error error = ending == ".s" ? emitAssembly(module, machine, stream)
                                         : emitObject(module, machine, bytes))
    return std::move(error);
  return bytes.str().str();
}

/// What is wrong with a library for another machine; "" if nothing is.
static std::string targetProblem(const Options &options, llvm::StringRef ending) {
  registerOtherTargets();
  auto machine = makeTargetMachine(options.codegen, /*forJit=*/false);
  if (!machine)
    return llvm::toString(machine.takeError());
  if (ending == ".so")
    return "a shared library for another machine needs that machine's libc and linker: build a "
           "static library (.a), and link it there";
  if (options.codegen.sanitizer != Sanitizer::None)
    return "code for another machine cannot be instrumented";
  if (ending == ".a" && runtimeObject((*machine)->getTargetTriple()).empty())
    return "this circ was built without its runtime for " + options.codegen.target +
           " (Debian's libc6-dev-arm64-cross was missing)";
  return "";
}

int buildCommand(const Options &options) {
  llvm::StringRef ending = llvm::sys::path::extension(options.output);
  if (ending == ".wasm")
    return complain("'.wasm' is not supported yet");
  if (ending != ".so" && ending != ".a" && ending != ".o" && ending != ".ll" && ending != ".s")
    return complain("the ending of '" + options.output + "' is none of .so, .a, .o, .ll, .s");
  if (!options.codegen.target.empty())
    if (std::string problem = targetProblem(options, ending); !problem.empty())
      return complain(problem);
  std::string message;
  if (!canWriteFile(options.output, message))
    return complain(message);
  Compilation compilation;
  auto [path, name] = splitFile(options.file);
  if (!compilation.parse(path) || !compilation.analyze())
    return report(compilation, options.json), WrongInput;
  if (std::string problem = readFixedSizes(options, compilation); !problem.empty())
    return complain(problem);
  if (!compilation.generate(options.codegen.memoryLimit))
    return report(compilation, options.json), WrongInput;
  if (compilation.ownCircuits().empty())
    return complain(path + " has no circuit");
  Exported functions;
  bool right = collect(options, compilation, functions);
  std::vector<EntrySpec> entries;
  for (const LibraryFunction &function : functions.dense)
    entries.push_back(function.wrapper.entry);
  for (const SparseLibraryFunction &function : functions.sparse)
    for (const SparseProgram &program : function.wrapper.programs)
      entries.push_back(program.entry);
  std::vector<std::string> roots;
  for (const EntrySpec &entry : entries)
    roots.push_back(entry.function);
  Measurements measured;
  for (const LibraryFunction &function : functions.dense)
    measured[function.wrapper.entry.function];
  right = right && compilation.lower(roots, options.codegen, /*toLlvm=*/true, &measured);
  report(compilation, options.json);
  if (!right)
    return WrongInput;
  if (functions.dense.empty())
    return complain("no circuit of " + path + " can be exported");

  addWorkspaces(measured, functions);

  HeaderSpec header;
  llvm::SmallString<128> headerPath(options.output);
  llvm::sys::path::replace_extension(headerPath, ".h");
  header.fileName = llvm::sys::path::filename(headerPath).str();
  header.library = libraryPrefix(options.output);
  header.version = CIRC_VERSION;
  header.source = llvm::sys::path::filename(path).str();
  header.cpu = options.codegen.cpu;
  if (!options.codegen.target.empty())
    header.cpu += " of " + options.codegen.target;
  header.blas = options.codegen.blas;
  header.parallel = options.codegen.parallel;
  for (const LibraryFunction &function : functions.dense)
    header.functions.push_back(function.header);
  for (const WorkspaceFunctions &function : functions.inWorkspace) {
    header.functions.push_back(function.size);
    header.functions.push_back(function.into.header);
  }
  for (const SparseLibraryFunction &function : functions.sparse)
    header.functions.push_back(function.header);
  if (auto clash = headerClash(header))
    return complain(*clash);

  auto program = translate(*compilation.module, options.codegen);
  if (!program)
    return fail(program.takeError());
  auto machine = makeTargetMachine(options.codegen, false);
  if (!machine)
    return fail(machine.takeError());
  std::vector<std::string> exported{lastErrorSymbol(header.library)};
  addLastError(*program->module, exported.front());
  for (const EntrySpec &entry : entries)
    addPackedEntry(*program->module, entry);
  CpuGuard guard = cpuGuard(**machine);
  for (const LibraryFunction &function : functions.dense) {
    addWrapper(*program->module, function.wrapper, guard);
    exported.push_back(function.wrapper.symbol);
  }
  for (const WorkspaceFunctions &function : functions.inWorkspace) {
    addWrapper(*program->module, function.into.wrapper, guard);
    addWorkspaceWrapper(*program->module, function.into.wrapper, function.size.name, guard);
    exported.insert(exported.end(), {function.into.header.name, function.size.name});
  }
  for (const SparseLibraryFunction &function : functions.sparse) {
    addSparseWrapper(*program->module, function.wrapper, guard);
    exported.push_back(function.wrapper.symbol);
  }
  auto bytes = ending == ".so" || ending == ".a"
                   ? libraryBytes(options, ending, *program->module, **machine, exported)
                   : moduleBytes(ending, *program->module, **machine, options.codegen);
  if (!bytes)
    return fail(bytes.takeError());
  compilation.stopwatch.lap("compile");
  std::vector<OutputFile> files{{options.output, std::move(*bytes)}};
  if (ending != ".ll" && ending != ".s") {
    std::string text;
    llvm::raw_string_ostream stream(text);
    writeHeader(stream, header);
    files.push_back({headerPath.str().str(), text});
  }
  if (!writeFiles(files, message))
    return complain(message);
  compilation.stopwatch.lap("write");
  if (options.time)
    compilation.stopwatch.print(llvm::errs());
  return Right;
}

} // namespace circ::tool
