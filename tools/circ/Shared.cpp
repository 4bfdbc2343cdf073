//===- Shared.cpp - What the commands share -------------------------------===//

#include "tools/circ/Shared.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <unistd.h>

namespace circ::tool {

std::pair<std::string, std::string> splitFile(const std::string &text) {
  size_t colon = text.rfind(':');
  if (colon == std::string::npos || access(text.c_str(), F_OK) == 0 ||
      text.find('/', colon) != std::string::npos)
    return {text, ""};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

void report(const Compilation &compilation, bool json) {
  if (json)
    llvm::outs() << compilation.diagnostics.toJson() << "\n";
  else
    compilation.diagnostics.print(llvm::errs(), isatty(STDERR_FILENO));
}

int fail(llvm::Error error) {
  llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
  return WrongInput;
}

bool isTerminal() { return isatty(STDOUT_FILENO); }

int finishOutput() {
  llvm::outs().flush();
  if (!llvm::outs().has_error())
    return Right;
  llvm::errs() << "error: cannot write the output: " << llvm::outs().error().message() << "\n";
  llvm::outs().clear_error();
  return WrongInput;
}

int checkCommand(const Options &options) {
  bool right = true;
  llvm::json::Array all;
  for (const std::string &path : options.files) {
    Compilation compilation;
    right &= compilation.parse(path) && compilation.analyze();
    if (!options.json) {
      report(compilation, false);
      continue;
    }
    llvm::json::Value diagnostics = compilation.diagnostics.toJson();
    for (llvm::json::Value &one : *diagnostics.getAsArray())
      all.push_back(std::move(one));
  }
  if (options.json)
    llvm::outs() << llvm::json::Value(std::move(all)) << "\n";
  int status = finishOutput();
  return right ? status : WrongInput;
}

} // namespace circ::tool
