//===- SharedLibrary.cpp - Linking libraries ------------------------------===//

#include "compiler/codegen/SharedLibrary.h"

#include "compiler/codegen/Blas.h"
#include "compiler/codegen/Threads.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <link.h>

using namespace llvm;

namespace circ {

static Error failure(StringRef path, const Twine &message) {
  return createStringError(path + ": error: " + message);
}

static std::error_code writeFile(StringRef path, StringRef bytes) {
  std::error_code code;
  raw_fd_ostream out(path, code);
  if (!code) {
    out << bytes;
    out.close();
    code = out.error();
    out.clear_error();
  }
  return code;
}

static std::string findProgram(ArrayRef<StringRef> names) {
  for (StringRef name : names)
    if (auto found = sys::findProgramByName(name))
      return *found;
  return "";
}

/// The libc, the libm and the dynamic linker that this process runs with. Their
/// files serve as link inputs, so no development packages are needed. (The
/// dynamic linker defines __tls_get_addr.)
static std::vector<std::string> systemLibraries() {
  std::vector<std::string> paths;
  dl_iterate_phdr(
      [](dl_phdr_info *info, size_t, void *data) {
        StringRef path = info->dlpi_name ? info->dlpi_name : "";
        StringRef name = sys::path::filename(path);
        if (sys::path::is_absolute(path) &&
            (name.starts_with("libc.so") || name.starts_with("libm.so") ||
             name.starts_with("ld-") || name.starts_with("ld64")))
          static_cast<std::vector<std::string> *>(data)->push_back(path.str());
        return 0;
      },
      &paths);
  return paths;
}

namespace {

/// The arguments of one link.
class Link {
public:
  /// Chooses the program; an empty `program` means that there is none.
  explicit Link(Sanitizer sanitizer) : sanitizer(sanitizer) {
    if (sanitizer != Sanitizer::None) {
      program = findProgram({"clang-19", "clang"});
      driver = true;
    } else {
      program = findProgram({"ld.lld-19", "ld.lld", "ld"});
      if (program.empty()) {
        program = findProgram({"cc", "gcc", "clang"});
        driver = true;
      }
    }
    arguments.push_back(program);
  }

  void add(const Twine &argument) { arguments.push_back(argument.str()); }
  /// An option of the linker, possibly behind a compiler driver.
  void addLinker(const Twine &option) { add(driver ? "-Wl," + option : option); }

  void addLibraries() {
    if (sanitizer != Sanitizer::None) {
      add(sanitizer == Sanitizer::Address ? "-fsanitize=address" : "-fsanitize=thread");
      add("-lm");
      return;
    }
    // The sanitizers' libraries come with the program; nothing else is missing.
    addLinker("--no-undefined");
    addLinker("--as-needed");
    if (driver)
      add("-nostdlib");
    std::vector<std::string> libraries = systemLibraries();
    for (const std::string &path : libraries)
      add(path);
    if (libraries.empty()) {
      add("-lm");
      add("-lc");
    }
  }

  /// Runs the linker; what it says goes to the file `log`.
  Error run(StringRef outPath, StringRef log) {
    SmallVector<StringRef> list(arguments.begin(), arguments.end());
    std::optional<StringRef> redirects[] = {StringRef(), log, log};
    std::string message;
    int status = sys::ExecuteAndWait(program, list, std::nullopt, redirects, 0, 0, &message);
    if (status == 0)
      return Error::success();
    if (auto text = MemoryBuffer::getFile(log))
      message += (*text)->getBuffer().rtrim();
    return failure(outPath,
                   "'" + sys::path::filename(program) + "' cannot link the library: " + message);
  }

  std::string program;

private:
  Sanitizer sanitizer;
  bool driver = false;
  std::vector<std::string> arguments;
};

} // namespace

static std::string versionScript(ArrayRef<std::string> exportedSymbols) {
  std::string script = "{\n";
  if (!exportedSymbols.empty())
    script += "global:\n";
  for (const std::string &symbol : exportedSymbols)
    script += "  " + symbol + ";\n";
  return script + "local:\n  *;\n};\n";
}

Expected<std::string> linkSharedLibrary(const Objects &objects, StringRef runtimeObject,
                                        StringRef name, ArrayRef<std::string> exportedSymbols,
                                        Sanitizer sanitizer, bool blas, bool parallel) {
  Link link(sanitizer);
  if (link.program.empty() && sanitizer == Sanitizer::None)
    return failure(name, "no linker is found: neither ld.lld nor ld nor cc is on the PATH");
  if (link.program.empty())
    return failure(name, "a library with a sanitizer is linked by clang, which is not on the PATH");

  SmallString<128> folder;
  if (std::error_code code = sys::fs::createUniqueDirectory("circ", folder))
    return failure(name, "no temporary folder can be made: " + code.message());
  auto removeFolder = make_scope_exit([&] { sys::fs::remove_directories(folder); });
  auto inFolder = [&](StringRef name) { return (folder + "/" + name).str(); };
  std::string exports = versionScript(exportedSymbols);
  std::vector<std::pair<std::string, StringRef>> inputs{{inFolder("runtime.o"), runtimeObject},
                                                        {inFolder("exports.map"), exports}};
  for (const auto &[number, object] : enumerate(objects))
    inputs.push_back({inFolder(("circuits" + Twine(number) + ".o").str()), object});
  for (const auto &[path, bytes] : inputs)
    if (std::error_code code = writeFile(path, bytes))
      return failure(name,
                     "the temporary file '" + path + "' cannot be written: " + code.message());

  // The linker maps what it writes, and dies where the disk is full: it works in
  // this folder, and the caller writes the file.
  std::string linked = inFolder("library.so");
  link.add("-shared");
  link.add("-o");
  link.add(linked);
  link.addLinker("-soname=" + name);
  link.addLinker("--version-script=" + inputs[1].first);
  link.addLinker("--gc-sections");
  link.addLinker("--eh-frame-hdr");
  for (const char *flag : {"relro", "now", "noexecstack"})
    link.addLinker("-z" + Twine(flag));
  for (const auto &input : drop_begin(inputs, 2))
    link.add(input.first);
  link.add(inputs[0].first);
  if (blas) {
    auto files = blasFiles();
    if (!files)
      return files.takeError();
    link.addLinker("--as-needed");
    for (const std::string &file : *files)
      link.add(file);
  }
  if (parallel) {
    auto file = threadsFile();
    if (!file)
      return file.takeError();
    link.addLinker("--as-needed");
    link.add(*file);
  }
  link.addLibraries();
  if (Error error = link.run(name, inFolder("log")))
    return error;
  auto bytes = MemoryBuffer::getFile(linked, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!bytes)
    return failure(name, bytes.getError().message());
  return (*bytes)->getBuffer().str();
}

Expected<std::string> staticArchive(ArrayRef<ArchiveMember> members) {
  std::vector<NewArchiveMember> list;
  for (const ArchiveMember &member : members)
    list.emplace_back(MemoryBufferRef(member.bytes, member.name));
  auto bytes = writeArchiveToBuffer(list, SymtabWritingMode::NormalSymtab, object::Archive::K_GNU,
                                    /*Deterministic=*/true,
                                    /*Thin=*/false);
  if (!bytes)
    return bytes.takeError();
  return (*bytes)->getBuffer().str();
}

} // namespace circ
