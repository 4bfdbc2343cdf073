//===- Source.cpp - Modules of texts, compiled in this process ------------===//

#include "compiler/capi/State.h"

#include "compiler/driver/Compilation.h"
#include "compiler/driver/Request.h"
#include "compiler/driver/Sparsity.h"
#include "compiler/support/LargeStack.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>
#include <mutex>

namespace circ::capi {

namespace {

/// A program of the module's machine code in this process.
class CompiledProgram : public Program {
public:
  CompiledProgram(const ast::Circuit &circuit, const DerivativeRequest &request, Programs programs)
      : Program(describeCircuit(circuit), describeProgram(circuit, request)),
        programs(std::move(programs)), body(this->programs.body(0)) {}

protected:
  int run(const circ_array *inputs, circ_results &results) const override {
    llvm::SmallVector<void *, 64> slots;
    for (size_t i = 0; i < interface.inputs.size(); ++i) {
      slots.push_back(inputs[i].data);
      for (unsigned k = 0; k < interface.inputs[i].spec.rank; ++k)
        slots.push_back(const_cast<int64_t *>(inputs[i].shape + k));
    }
    int64_t *place = results.places;
    for (const ValueInterface &output : interface.outputs) {
      slots.push_back(place);
      place += 1 + output.spec.rank;
    }
    int status = circ_enter(&results.context, body, slots.data());
    if (status != CIRC_OK)
      return fail(status, circ_last_error());
    place = results.places;
    for (size_t i = 0; i < interface.outputs.size(); ++i) {
      const ValueSpec &spec = interface.outputs[i].spec;
      void *data = place;
      if (spec.rank)
        memcpy(&data, place, sizeof data);
      results.arrays[i] = {data, place + 1, static_cast<int>(spec.rank),
                           static_cast<int>(spec.kind)};
      place += 1 + spec.rank;
    }
    return CIRC_OK;
  }

private:
  Programs programs;
  circ_body body;
};

/// What was reported, as text without its last line end.
std::string textOf(const DiagnosticEngine &diagnostics) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  diagnostics.print(stream);
  return llvm::StringRef(text).rtrim().str();
}

std::string jsonOf(const DiagnosticEngine &diagnostics) {
  std::string text;
  llvm::raw_string_ostream(text) << diagnostics.toJson();
  return text;
}

class SourceModule : public Module {
public:
  SourceModule(const std::string &name, std::string given, const Options &options)
      : options(options) {
    text = std::move(given);
    readable = compilation.parseText(name, text) && compilation.analyze();
    if (!readable)
      return;
    warnings = textOf(compilation.diagnostics);
    own = compilation.ownCircuits();
    for (const ast::Circuit *circuit : own)
      circuits.push_back(describeCircuit(*circuit));
  }

  std::unique_ptr<Program> compile(size_t circuit, const Wanted &wanted, int &status) override {
    std::lock_guard<std::mutex> lock(mutex);
    status = CIRC_PROGRAM;
    if (broken)
      return fail(status, "error: the compiler gave up on this file before"), nullptr;
    std::unique_ptr<Program> made;
    std::string message, json = "[]", reason;
    if (!onLargeStack([&] { made = compileHere(*own[circuit], wanted, status, message, json); },
                      &reason)) {
      broken = true;
      message = "error: the compiler gave up: " + reason;
    }
    if (!made)
      fail(status, message, json);
    return made;
  }

  Compilation compilation;
  bool readable = false;

private:
  std::unique_ptr<Program> compileHere(const ast::Circuit &circuit, const Wanted &wanted,
                                       int &status, std::string &message, std::string &json) {
    compilation.diagnostics.clear();
    auto request = makeRequest(circuit, wanted.kind, wanted.wrt, wanted.of, wanted.mode);
    if (!request) {
      status = CIRC_ARGUMENT;
      message = request.message();
      return nullptr;
    }
    CodeCache cache(options.useCache ? CodeCache::userFolder() : "");
    std::vector<WantedProgram> parts;
    if (wanted.sparse) {
      llvm::sort(request->wrt);
      for (DerivativeRequest &part : sparsePrograms(*request))
        parts.push_back({&circuit, std::move(part)});
      parts.push_back({&circuit, {}});
    } else {
      parts.push_back({&circuit, *request});
    }
    auto programs = compilePrograms(compilation, parts, options.codegen, cache);
    compilation.module = nullptr;
    message = textOf(compilation.diagnostics);
    json = jsonOf(compilation.diagnostics);
    if (!programs) {
      message = "error: " + llvm::toString(programs.takeError());
      return nullptr;
    }
    if (!*programs)
      return nullptr;
    std::unique_ptr<Program> made;
    if (wanted.sparse)
      made = makeSparseProgram(circuit, std::move(*request), std::move(**programs));
    else
      made = std::make_unique<CompiledProgram>(circuit, *request, std::move(**programs));
    made->warnings = std::move(message);
    made->threads = options.threads;
    return made;
  }

  std::mutex mutex;
  Options options;
  std::vector<ast::Circuit *> own;
  bool broken = false;
};

/// LLVM ends the process after errors that it cannot pass on; here the work of
/// one thread is given up instead.
void installErrorHandler() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::install_fatal_error_handler([](void *, const char *reason, bool) { giveUpWork(reason); });
  });
}

} // namespace

std::shared_ptr<Module> openText(const std::string &name, std::string text, const Options &options,
                                 int &status) {
  installErrorHandler();
  std::shared_ptr<SourceModule> made;
  std::string reason;
  if (!onLargeStack([&] { made = std::make_shared<SourceModule>(name, std::move(text), options); },
                    &reason)) {
    status = fail(CIRC_PROGRAM, "error: the compiler gave up: " + reason);
    return nullptr;
  }
  if (made->readable)
    return made;
  const DiagnosticEngine &diagnostics = made->compilation.diagnostics;
  status = fail(CIRC_PROGRAM, textOf(diagnostics), jsonOf(diagnostics));
  return nullptr;
}

} // namespace circ::capi
