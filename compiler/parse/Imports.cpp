//===- Imports.cpp - A file with what it imports --------------------------===//

#include "compiler/parse/Parse.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <map>

namespace circ {

namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

/// What identifies a file, however its path is written.
std::string identity(llvm::StringRef name) {
  llvm::SmallString<256> real;
  return fs::real_path(name, real) ? name.str() : real.str().str();
}

class ImportLoader {
public:
  ImportLoader(SourceManager &sources, DiagnosticEngine &diagnostics, ast::Module &program)
      : sources(sources), diagnostics(diagnostics), program(program) {}

  void load(FileId file) {
    files[identity(sources.file(file).name())] = file;
    open.push_back({file, nullptr});
    add(parseModule(sources, file, diagnostics));
  }

private:
  /// A file whose imports are being read, and the import that asked for it.
  struct OpenFile {
    FileId file;
    const ast::Import *import;
  };

  void add(std::unique_ptr<ast::Module> module) {
    for (ast::Import &import : module->imports)
      follow(import);
    auto append = [](auto &to, auto &from) {
      to.insert(to.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
    };
    append(program.imports, module->imports);
    append(program.constants, module->constants);
    append(program.structs, module->structs);
    append(program.gates, module->gates);
    append(program.circuits, module->circuits);
    open.pop_back();
  }

  void follow(ast::Import &import) {
    llvm::SmallString<256> name(import.path);
    llvm::StringRef importer = sources.file(open.back().file).name();
    if (path::is_relative(import.path) && importer != "<stdin>") {
      name = path::parent_path(importer);
      path::append(name, import.path);
    }
    path::remove_dots(name, /*remove_dot_dot=*/false);
    std::string key = identity(name);
    auto known = files.find(key);
    if (known != files.end()) {
      import.target = known->second;
      reportCycle(import);
      return;
    }
    auto buffer = llvm::MemoryBuffer::getFile(name);
    if (!buffer) {
      reportUnreadable(import, name, buffer.getError().message());
      return;
    }
    FileId file = sources.add(name.str().str(), (*buffer)->getBuffer().str());
    files[key] = file;
    import.target = file;
    open.push_back({file, &import});
    add(parseModule(sources, file, diagnostics));
  }

  /// Reports an import of a file that is still open.
  void reportCycle(const ast::Import &import) {
    size_t first = 0;
    while (first < open.size() && open[first].file != *import.target)
      ++first;
    if (first == open.size())
      return;
    Diagnostic &report = diagnostics.report(DiagnosticId::ImportCycle, import.range, {import.path});
    for (size_t i = first + 1; i < open.size(); ++i)
      report.note(DiagnosticId::ImportIsHere, open[i].import->range,
                  {sources.file(open[i].file).name()});
  }

  void reportUnreadable(const ast::Import &import, llvm::StringRef name, std::string why) {
    Diagnostic &report = diagnostics.report(DiagnosticId::CannotReadFile, import.range,
                                            {name.str(), std::move(why)});
    std::vector<std::string> neighbours;
    llvm::StringRef folder = path::parent_path(name);
    std::error_code error;
    for (fs::directory_iterator it(folder.empty() ? "." : folder, error), end; !error && it != end;
         it.increment(error))
      if (path::extension(it->path()) == ".circ")
        neighbours.push_back(path::filename(it->path()).str());
    std::string wanted = path::filename(name).str();
    auto close = closestName(wanted, neighbours);
    if (!close)
      close = closestName(wanted + ".circ", neighbours);
    if (close && !path::stem(wanted).empty())
      report.withHint("did you mean `" + *close + "`?");
    else
      report.withHint("the path is relative to the file that imports it");
  }

  SourceManager &sources;
  DiagnosticEngine &diagnostics;
  ast::Module &program;
  std::map<std::string, FileId> files;
  std::vector<OpenFile> open;
};

} // namespace

std::unique_ptr<ast::Module> parseProgram(SourceManager &sources, FileId file,
                                          DiagnosticEngine &diagnostics) {
  auto program = std::make_unique<ast::Module>();
  program->file = file;
  ImportLoader(sources, diagnostics, *program).load(file);
  return program;
}

} // namespace circ
