//===- Interface.cpp - The C functions of libcirc -------------------------===//

#include "compiler/capi/State.h"

#include "compiler/codegen/Threads.h"
#include "runtime/circ_runtime.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>
#include <cstdlib>

using namespace circ;
using namespace circ::capi;

namespace {

thread_local std::string lastMessage, lastJson = "[]";

/// Most threads that may be asked for, as in CIRC_NUM_THREADS.
constexpr int mostThreads = 4096;

/// Lets calls use so many threads; a `circ_status`.
int useThreads(int threads, Options &options) {
  if (threads < 0 || threads > mostThreads)
    return fail(CIRC_ARGUMENT, "error: the number of threads is 0 (the environment's) to " +
                                   std::to_string(mostThreads) + ", not " +
                                   std::to_string(threads));
  // Also for one thread: it gives the same bits as several.
  options.codegen.parallel = threads > 0;
  options.threads = static_cast<unsigned>(threads);
  if (llvm::Error error = loadThreads(options.threads))
    return fail(CIRC_FILE, "error: " + llvm::toString(std::move(error)));
  return CIRC_OK;
}

/// The options of modules; `status` tells whether they can be had.
Options optionsOf(const circ_options *given, int &status) {
  Options made;
  int threads = given && given->threads ? given->threads : circ_environment_threads();
  status = useThreads(threads, made);
  if (!given)
    return made;
  made.codegen.level = 3 - static_cast<unsigned>(std::min(std::max(given->quick, 0), 3));
  made.codegen.strict = given->strict != 0;
  if (given->cpu)
    made.codegen.cpu = given->cpu;
  made.codegen.memoryLimit = given->memory_limit;
  made.codegen.blas = given->blas != 0;
  made.useCache = given->no_cache == 0;
  return made;
}

/// A module of a text.
int open(const std::string &name, std::string text, const circ_options *given,
         circ_module **module) {
  *module = nullptr;
  int status = CIRC_OK;
  Options options = optionsOf(given, status);
  if (status != CIRC_OK)
    return status;
  std::shared_ptr<Module> made = openText(name, std::move(text), options, status);
  if (made)
    *module = new circ_module{std::move(made)};
  return made ? CIRC_OK : status;
}

int describe(const std::vector<ValueInterface> &values, size_t position, circ_value_info *info) {
  if (position >= values.size())
    return fail(CIRC_ARGUMENT, "there is no value number " + std::to_string(position));
  const ValueInterface &value = values[position];
  info->name = value.name.c_str();
  info->type = value.type.c_str();
  info->kind = static_cast<int>(value.spec.kind);
  info->rank = static_cast<int>(value.spec.rank);
  info->sizes = value.spec.staticSizes.data();
  info->role = value.role;
  info->is_const = value.isConst;
  info->has_default = value.defaultValue.has_value();
  info->is_named = value.isNamed;
  info->stated = static_cast<int>(value.stated);
  info->result = value.result;
  info->parameter[0] = value.parameter[0];
  info->parameter[1] = value.parameter[1];
  info->depth = static_cast<int>(value.structRanks.size());
  info->struct_ranks = value.structRanks.data();
  return CIRC_OK;
}

} // namespace

int circ::capi::fail(int status, std::string message, std::string json) {
  lastMessage = std::move(message);
  lastJson = std::move(json);
  return status;
}

const char *circ_message(void) { return lastMessage.c_str(); }
const char *circ_message_json(void) { return lastJson.c_str(); }
const char *circ_version(void) { return CIRC_VERSION; }
void circ_interrupt(int stop) { circ_interrupt_flag = stop; }

int circ_load(const char *path, const circ_options *options, circ_module **module) {
  *module = nullptr;
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return fail(CIRC_FILE,
                "error: cannot read '" + std::string(path) + "': " + buffer.getError().message());
  return open(path, (*buffer)->getBuffer().str(), options, module);
}

int circ_compile_text(const char *name, const char *text, const circ_options *options,
                      circ_module **module) {
  return open(name, text, options, module);
}

void circ_module_free(circ_module *module) { delete module; }

const char *circ_module_warnings(const circ_module *module) {
  return module->module->warnings.c_str();
}
const char *circ_module_text(const circ_module *module) { return module->module->text.c_str(); }

size_t circ_circuit_count(const circ_module *module) { return module->module->circuits.size(); }
const char *circ_circuit_name(const circ_module *module, size_t circuit) {
  return module->module->circuits[circuit].name.c_str();
}
const char *circ_circuit_doc(const circ_module *module, size_t circuit) {
  return module->module->circuits[circuit].doc.c_str();
}

size_t circ_parameter_count(const circ_module *module, size_t circuit) {
  return module->module->circuits[circuit].parameters.size();
}
int circ_parameter(const circ_module *module, size_t circuit, size_t parameter,
                   circ_value_info *info) {
  return describe(module->module->circuits[circuit].parameters, parameter, info);
}
size_t circ_result_count(const circ_module *module, size_t circuit) {
  return module->module->circuits[circuit].results.size();
}
int circ_result(const circ_module *module, size_t circuit, size_t result, circ_value_info *info) {
  return describe(module->module->circuits[circuit].results, result, info);
}

int circ_compile(circ_module *module, size_t circuit, const circ_request *request,
                 circ_program **program) {
  static const DerivativeKind kinds[] = {
      DerivativeKind::Value,   DerivativeKind::Gradient, DerivativeKind::Jvp,
      DerivativeKind::Vjp,     DerivativeKind::Hvp,      DerivativeKind::Jacobian,
      DerivativeKind::Hessian, DerivativeKind::Jacobian, DerivativeKind::Hessian};
  *program = nullptr;
  if (circuit >= module->module->circuits.size())
    return fail(CIRC_ARGUMENT, "there is no circuit number " + std::to_string(circuit));
  Wanted wanted;
  if (request) {
    if (request->derivative < CIRC_OF_VALUE || request->derivative > CIRC_SPARSE_HESSIAN ||
        request->mode < CIRC_MODE_USUAL || request->mode > CIRC_MODE_REVERSE)
      return fail(CIRC_ARGUMENT, "there is no such derivative or mode");
    wanted.kind = kinds[request->derivative];
    wanted.sparse = request->derivative >= CIRC_SPARSE_JACOBIAN;
    wanted.mode = static_cast<DifferentiationMode>(request->mode);
    if (request->wrt)
      wanted.wrt.assign(request->wrt, request->wrt + request->wrt_count);
    if (request->of)
      wanted.of = request->of;
  }
  int status = CIRC_OK;
  std::unique_ptr<Program> made = module->module->compile(circuit, wanted, status);
  if (!made)
    return status;
  *program = new circ_program{std::move(made), module->module};
  return CIRC_OK;
}

void circ_program_free(circ_program *program) { delete program; }

const char *circ_program_warnings(const circ_program *program) {
  return program->program->warnings.c_str();
}
size_t circ_input_count(const circ_program *program) {
  return program->program->interface.inputs.size();
}
int circ_input(const circ_program *program, size_t input, circ_value_info *info) {
  return describe(program->program->interface.inputs, input, info);
}
size_t circ_output_count(const circ_program *program) {
  return program->program->interface.outputs.size();
}
int circ_output(const circ_program *program, size_t output, circ_value_info *info) {
  return describe(program->program->interface.outputs, output, info);
}

int circ_call(const circ_program *program, const circ_array *inputs, size_t count,
              circ_results **results) {
  return program->program->call(inputs, count, results);
}

circ_array circ_results_get(const circ_results *results, size_t output) {
  return results->arrays[output];
}

void circ_results_free(circ_results *results) {
  if (!results)
    return;
  circ_leave(results->context);
  free(results->owned);
  free(results);
}
