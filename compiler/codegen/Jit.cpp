//===- Jit.cpp - Running compiled code in this process --------------------===//

#include "compiler/codegen/Jit.h"

#include "compiler/codegen/Blas.h"
#include "compiler/codegen/CountOperations.h"
#include "compiler/codegen/StoppedValues.h"
#include "compiler/codegen/Threads.h"
#include "runtime/circ_blas.h"
#include "runtime/circ_math.h"
#include "runtime/circ_sort.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Process.h"
#include "llvm/Target/TargetMachine.h"

#include <dlfcn.h>

using namespace llvm;

namespace circ {

/// The runtime of this process by name: it is linked statically, so that the
/// dynamic linker does not know its names.
static void *runtimeSymbol(StringRef name) {
#define CIRC_SYMBOL(symbol) {#symbol, reinterpret_cast<void *>(&symbol)}
  static const StringMap<void *> symbols = {
      CIRC_SYMBOL(circ_alloc),
      CIRC_SYMBOL(circ_alloc_result),
      CIRC_SYMBOL(circ_result_place),
      CIRC_SYMBOL(circ_count),
      CIRC_SYMBOL(circ_mark),
      CIRC_SYMBOL(circ_release),
      CIRC_SYMBOL(circ_tape_new),
      CIRC_SYMBOL(circ_tape_free),
      CIRC_SYMBOL(circ_push_f64),
      CIRC_SYMBOL(circ_push_i64),
      CIRC_SYMBOL(circ_push_bytes),
      CIRC_SYMBOL(circ_push_size),
      CIRC_SYMBOL(circ_pop_f64),
      CIRC_SYMBOL(circ_pop_i64),
      CIRC_SYMBOL(circ_pop_size),
      CIRC_SYMBOL(circ_pop_bytes),
      CIRC_SYMBOL(circ_limit_memory),
      CIRC_SYMBOL(circ_schedule_new),
      CIRC_SYMBOL(circ_schedule_next),
      CIRC_SYMBOL(circ_run_blocks),
      CIRC_SYMBOL(circ_keep_result),
      CIRC_SYMBOL(circ_check_stack),
      CIRC_SYMBOL(circ_poll),
      CIRC_SYMBOL(circ_fail_value_i64),
      CIRC_SYMBOL(circ_fail_value_f64),
      CIRC_SYMBOL(circ_fail),
      CIRC_SYMBOL(circ_print_text),
      CIRC_SYMBOL(circ_print_f64),
      CIRC_SYMBOL(circ_print_i64),
      CIRC_SYMBOL(circ_print_bool),
      CIRC_SYMBOL(circ_enter),
      CIRC_SYMBOL(circ_leave),
      CIRC_SYMBOL(circ_last_error),
      CIRC_SYMBOL(circ_set_error),
      CIRC_SYMBOL(circ_peak_bytes),
      CIRC_SYMBOL(circ_cbrt),
      CIRC_SYMBOL(circ_cbrtf),
      CIRC_SYMBOL(circ_lgamma),
      CIRC_SYMBOL(circ_lgammaf),
      CIRC_SYMBOL(circ_digamma),
      CIRC_SYMBOL(circ_digammaf),
      CIRC_SYMBOL(circ_trigamma),
      CIRC_SYMBOL(circ_trigammaf),
      CIRC_SYMBOL(circ_rem),
      CIRC_SYMBOL(circ_remf),
      CIRC_SYMBOL(circ_powi),
      CIRC_SYMBOL(circ_powif),
      CIRC_SYMBOL(circ_polygamma),
      CIRC_SYMBOL(circ_polygammaf),
      CIRC_SYMBOL(circ_matmul),
      CIRC_SYMBOL(circ_matmulf),
      CIRC_SYMBOL(circ_lu),
      CIRC_SYMBOL(circ_luf),
      CIRC_SYMBOL(circ_lu_solve),
      CIRC_SYMBOL(circ_lu_solvef),
      CIRC_SYMBOL(circ_lu_logdet),
      CIRC_SYMBOL(circ_lu_logdetf),
      CIRC_SYMBOL(circ_cholesky),
      CIRC_SYMBOL(circ_choleskyf),
      CIRC_SYMBOL(circ_cholesky_adjoint),
      CIRC_SYMBOL(circ_cholesky_adjointf),
      CIRC_SYMBOL(circ_triangular_solve),
      CIRC_SYMBOL(circ_triangular_solvef),
      CIRC_SYMBOL(circ_blas_matmul),
      CIRC_SYMBOL(circ_blas_matmulf),
      CIRC_SYMBOL(circ_blas_lu),
      CIRC_SYMBOL(circ_blas_luf),
      CIRC_SYMBOL(circ_blas_lu_solve),
      CIRC_SYMBOL(circ_blas_lu_solvef),
      CIRC_SYMBOL(circ_blas_cholesky),
      CIRC_SYMBOL(circ_blas_choleskyf),
      CIRC_SYMBOL(circ_blas_triangular_solve),
      CIRC_SYMBOL(circ_blas_triangular_solvef),
      CIRC_SYMBOL(circ_stopped),
      CIRC_SYMBOL(circ_sort_order),
      CIRC_SYMBOL(circ_sort_orderf),
      CIRC_SYMBOL(circ_sort_order_i64),
      {"circ_interrupt_flag", const_cast<int *>(&circ_interrupt_flag)},
      CIRC_SYMBOL(circ_memory_limit)};
#undef CIRC_SYMBOL
  return symbols.lookup(name);
}

/// Linked objects: their memory and the addresses of what they define.
struct Jit::Image {
  explicit Image(uint64_t pageSize) : memory(pageSize) {}
  ~Image() {
    memory.deallocate(std::move(allocations), [](Error error) { consumeError(std::move(error)); });
  }

  jitlink::InProcessMemoryManager memory;
  std::vector<jitlink::JITLinkMemoryManager::FinalizedAlloc> allocations;
  StringMap<void *> symbols;
  /// The failure of the link, if it failed.
  std::string failure;
};

namespace {

/// A question of JITLink: where the symbols are that an object uses.
struct Question {
  jitlink::JITLinkContext::LookupMap wanted;
  std::unique_ptr<jitlink::JITLinkAsyncLookupContinuation> next;
};

/// Takes what JITLink asks and tells while one object is linked. What the object uses of others is
/// answered when all have their places.
template <typename Image> class LinkContext : public jitlink::JITLinkContext {
public:
  LinkContext(Image &image, std::vector<Question> &questions)
      : JITLinkContext(nullptr), image(image), questions(questions) {}

  jitlink::JITLinkMemoryManager &getMemoryManager() override { return image.memory; }

  void notifyFailed(Error error) override { image.failure = toString(std::move(error)); }

  void lookup(const LookupMap &wanted,
              std::unique_ptr<jitlink::JITLinkAsyncLookupContinuation> next) override {
    questions.push_back({wanted, std::move(next)});
  }

  Error notifyResolved(jitlink::LinkGraph &graph) override {
    for (jitlink::Symbol *symbol : graph.defined_symbols())
      if (symbol->hasName() && symbol->getScope() != jitlink::Scope::Local)
        image.symbols[symbol->getName()] = symbol->getAddress().toPtr<void *>();
    return Error::success();
  }

  void notifyFinalized(jitlink::JITLinkMemoryManager::FinalizedAlloc allocation) override {
    image.allocations.push_back(std::move(allocation));
  }

private:
  Image &image;
  std::vector<Question> &questions;
};

} // namespace

/// The address of what compiled code uses: of its own objects, of the runtime, of a library.
static Expected<void *> addressOf(StringRef name, const StringMap<void *> &own) {
  if (void *address = own.lookup(name))
    return address;
  if (void *address = runtimeSymbol(name))
    return address;
  if (isBlasFunction(name))
    return blasFunction(name);
  if (name == teamFunction())
    return reinterpret_cast<void *>(&startTeam);
  return dlsym(RTLD_DEFAULT, name.str().c_str());
}

static void answer(Question question, const StringMap<void *> &own) {
  jitlink::AsyncLookupResult found;
  for (const auto &[name, flags] : question.wanted) {
    Expected<void *> address = addressOf(name, own);
    if (!address)
      return question.next->run(address.takeError());
    if (!*address && flags != jitlink::SymbolLookupFlags::WeaklyReferencedSymbol)
      return question.next->run(
          createStringError("compiled code calls '" + name + "', which is not here"));
    found[name] = {orc::ExecutorAddr::fromPtr(*address), JITSymbolFlags::Exported};
  }
  question.next->run(std::move(found));
}

Jit::Jit(std::unique_ptr<Image> image) : image(std::move(image)) {}
Jit::~Jit() = default;

Expected<Objects> Jit::compile(LLVMProgram program, const CodegenOptions &options) {
  if (options.sanitizer != Sanitizer::None)
    return createStringError("only libraries can be built with a sanitizer");
  auto machine = makeTargetMachine(options, /*forJit=*/true);
  if (!machine)
    return machine.takeError();
  if (options.countOperations)
    countOperations(*program.module);
  return compileObjects(*program.module, **machine, options, /*forJit=*/true);
}

Expected<std::unique_ptr<Jit>> Jit::load(const Objects &objects) {
  std::vector<std::unique_ptr<jitlink::LinkGraph>> graphs;
  for (const std::string &object : objects) {
    auto graph = jitlink::createLinkGraphFromObject(MemoryBufferRef(object, "circ"));
    if (!graph)
      return graph.takeError();
    graphs.push_back(std::move(*graph));
  }
  auto image = std::make_unique<Image>(sys::Process::getPageSizeEstimate());
  std::vector<Question> questions;
  for (std::unique_ptr<jitlink::LinkGraph> &graph : graphs)
    jitlink::link(std::move(graph), std::make_unique<LinkContext<Image>>(*image, questions));
  for (Question &question : questions)
    answer(std::move(question), image->symbols);
  if (!image->failure.empty())
    return createStringError(image->failure);
  return std::unique_ptr<Jit>(new Jit(std::move(image)));
}

Expected<std::unique_ptr<Jit>> Jit::create(LLVMProgram program, const CodegenOptions &options) {
  auto objects = compile(std::move(program), options);
  if (!objects)
    return objects.takeError();
  return load(*objects);
}

circ_body Jit::lookup(StringRef name) const {
  return reinterpret_cast<circ_body>(image->symbols.lookup(name));
}

} // namespace circ
