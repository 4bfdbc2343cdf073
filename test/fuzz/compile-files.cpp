//===- compile-files.cpp - Compiles many files in one process -------------===//
//
// For each path on standard input: checks the file and, when it is right,
// compiles the value and the gradient of its last circuit as far as LLVM IR.
// Prints the path before, and after it "accepted", "rejected", or what is wrong
// with the answer, so that a crash can be told from the last line.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/Translate.h"
#include "compiler/driver/Compilation.h"
#include "compiler/driver/Derivatives.h"

#include <iostream>
#include <pthread.h>
#include <string>

using namespace circ;

namespace {

/// What the command line does for `circ grad`, less the call.
bool compile(Compilation &compilation, const std::string &path) {
  if (!compilation.parse(path) || !compilation.analyze())
    return false;
  if (compilation.ast->circuits.empty())
    return true;
  ast::Circuit &circuit = *compilation.ast->circuits.back();
  std::vector<unsigned> wrt = differentiableParameters(circuit);
  bool scalar = circuit.results.size() == 1 && circuit.results[0].type.isScalar() &&
                circuit.results[0].type.isReal();
  std::vector<std::string> roots{circuit.name};
  if (!compilation.generate())
    return false;
  if (scalar && !wrt.empty()) {
    if (!compilation.differentiate(circuit, {DerivativeKind::Gradient, wrt}))
      return false;
    roots.push_back(circuit.name + ".grad");
  }
  CodegenOptions options;
  if (!compilation.lower(roots, options))
    return false;
  auto program = translate(*compilation.module, options);
  if (program)
    return true;
  compilation.diagnostics.report(DiagnosticId::Compiler, {toString(program.takeError())});
  return false;
}

const char *verdict(const std::string &path) {
  Compilation compilation;
  bool right = compile(compilation, path);
  for (const Diagnostic &diagnostic : compilation.diagnostics.diagnostics()) {
    if (diagnostic.severity == Severity::Error && !diagnostic.range)
      return "an error without a place";
    if (diagnostic.severity == Severity::Error && diagnostic.id == DiagnosticId::Compiler &&
        diagnostic.message.find("not supported yet") == std::string::npos)
      return "an internal error";
  }
  if (right == compilation.diagnostics.hasErrors())
    return right ? "accepted with an error" : "rejected without an error";
  return right ? "accepted" : "rejected";
}

void *compileAll(void *) {
  std::string path;
  while (std::getline(std::cin, path)) {
    std::cout << path << std::endl;
    std::cout << verdict(path) << std::endl;
  }
  return nullptr;
}

} // namespace

int main() {
  // The stack that the command line gives to its work.
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, size_t(512) << 20);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, compileAll, nullptr) != 0)
    return 1;
  pthread_join(thread, nullptr);
}
