//===- Call.cpp - Checked calls of programs -------------------------------===//

#include "compiler/capi/State.h"

#include "compiler/driver/Arguments.h"
#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <cstdlib>
#include <list>

namespace circ::capi {

Program::Program(CircuitInterface circuit, ProgramInterface interface)
    : circuit(std::move(circuit)), interface(std::move(interface)) {}

static int64_t sizeAt(const circ_array &array, unsigned position) { return array.shape[position]; }

/// Whether an input has the kind, rank and fixed sizes that are wanted.
static bool fits(const ValueInterface &wanted, const circ_array &given) {
  if (!given.data || given.kind != static_cast<int>(wanted.spec.kind) ||
      given.rank != static_cast<int>(wanted.spec.rank))
    return false;
  for (unsigned k = 0; k < wanted.spec.rank; ++k) {
    int64_t size = wanted.spec.staticSizes[k];
    if (sizeAt(given, k) < 0 || (size >= 0 && sizeAt(given, k) != size))
      return false;
  }
  return true;
}

/// What an input is called in messages.
static std::string nameOf(const ValueInterface &input) {
  switch (input.role) {
  case CIRC_TANGENT_IN:
    return "the tangent of `" + input.name + "`";
  case CIRC_VECTOR:
    return "the vector for `" + input.name + "`";
  case CIRC_SEED:
    return "the seed of `" + input.name + "`";
  default:
    return "argument `" + input.name + "`";
  }
}

static circ_array arrayOf(Value &value) {
  // An empty array has no bytes, and a null pointer would mean that it is missing.
  if (value.bytes.empty())
    value.bytes.reserve(1);
  return {value.bytes.data(), value.shape.data(), static_cast<int>(value.rank()),
          static_cast<int>(value.kind)};
}

/// Makes an input that fits of one that does not, kept in `converted`.
static int convertInput(const ValueInterface &wanted, circ_array &given,
                        std::list<Value> &converted) {
  if (!given.data && wanted.defaultValue) {
    converted.push_back(*wanted.defaultValue);
  } else {
    bool empty = given.rank < 0 || (given.rank > 0 && !given.shape);
    if (given.kind < CIRC_F64 || given.kind > CIRC_BOOL || empty)
      return fail(CIRC_ARGUMENT, nameOf(wanted) + ": the description of the array is wrong");
    std::vector<int64_t> shape(given.shape, given.shape + given.rank);
    std::optional<int64_t> count = elementCount(shape);
    if (!count || (!given.data && *count != 0))
      return fail(CIRC_ARGUMENT,
                  nameOf(wanted) + (count ? " is missing" : ": the shape is impossible"));
    Value value;
    value.kind = static_cast<ElementKind>(given.kind);
    value.shape = std::move(shape);
    const char *bytes = static_cast<const char *>(given.data);
    if (*count != 0)
      value.bytes.assign(bytes, bytes + *count * elementBytes(value.kind));
    Outcome<Value> fitting = fitToParameter(parameterSpec(wanted), std::move(value));
    if (!fitting)
      return fail(CIRC_ARGUMENT, nameOf(wanted) + ": " + fitting.message());
    converted.push_back(std::move(*fitting));
  }
  given = arrayOf(converted.back());
  return CIRC_OK;
}

int Program::badShape(const circ_array *inputs, size_t input, unsigned position,
                      std::optional<int64_t> wanted, const int64_t *dimensions) const {
  const ValueInterface &value = interface.inputs[input];
  std::vector<int64_t> shape(inputs[input].shape, inputs[input].shape + inputs[input].rank);
  std::string because;
  if (const auto &formula = value.sizes[position])
    for (const DimensionFormula::Term &term : formula->terms)
      for (unsigned d : term.dims)
        because += (because.empty() ? " (" : ", ") + circuit.dimensions[d] + " = " +
                   std::to_string(dimensions[d]) + " from `" +
                   circuit.parameters[circuit.dimensionSources[d].first].name + "`";
  return fail(CIRC_ARGUMENT,
              nameOf(value) + " has shape " + shapeText(shape) + ", but its type is " + value.type +
                  ": dimension " + std::to_string(position) +
                  (wanted ? " must be " + std::to_string(*wanted) : " is no whole number") +
                  because + (because.empty() ? "" : ")"));
}

int Program::addZeros(circ_array *inputs, const int64_t *dimensions, const int64_t *integers,
                      std::list<Value> &converted) const {
  for (size_t i = circuit.parameters.size(); i < interface.inputs.size(); ++i) {
    if (inputs[i].data)
      continue;
    const ValueInterface &input = interface.inputs[i];
    std::vector<int64_t> shape;
    for (unsigned k = 0; k < input.spec.rank; ++k) {
      if (!input.sizes[k])
        return fail(CIRC_ARGUMENT, nameOf(input) + " must be given: its shape, " + input.type +
                                       ", is known only when the circuit has run");
      std::optional<int64_t> size = evaluate(*input.sizes[k], dimensions, integers);
      if (!size || *size < 0)
        return badShape(inputs, i, k, size, dimensions);
      shape.push_back(*size);
    }
    converted.push_back(Value::zeros(input.spec.kind, std::move(shape)));
    inputs[i] = arrayOf(converted.back());
  }
  return CIRC_OK;
}

int Program::checkShapes(const circ_array *inputs, const int64_t *dimensions,
                         const int64_t *integers) const {
  for (size_t i = 0; i < interface.inputs.size(); ++i) {
    const ValueInterface &input = interface.inputs[i];
    for (unsigned k = 0; k < input.spec.rank; ++k) {
      if (input.spec.staticSizes[k] >= 0)
        continue;
      if (!input.sizes[k])
        continue; // the code itself compares a seed with its result
      std::optional<int64_t> wanted = evaluate(*input.sizes[k], dimensions, integers);
      if (!wanted || *wanted != sizeAt(inputs[i], k))
        return badShape(inputs, i, k, wanted, dimensions);
    }
  }
  return CIRC_OK;
}

/// Results with the room that they need, all in one block.
static circ_results *makeResults(const std::vector<ValueInterface> &outputs) {
  size_t numbers = 0;
  for (const ValueInterface &output : outputs)
    numbers += 1 + output.spec.rank;
  size_t bytes =
      sizeof(circ_results) + outputs.size() * sizeof(circ_array) + numbers * sizeof(int64_t);
  auto *results = static_cast<circ_results *>(malloc(bytes));
  if (!results)
    return nullptr;
  results->context = nullptr;
  results->owned = nullptr;
  results->arrays = reinterpret_cast<circ_array *>(results + 1);
  results->places = reinterpret_cast<int64_t *>(results->arrays + outputs.size());
  return results;
}

int Program::call(const circ_array *given, size_t count, circ_results **results) const {
  *results = nullptr;
  if (count != interface.inputs.size())
    return fail(CIRC_ARGUMENT, "the program takes " + std::to_string(interface.inputs.size()) +
                                   " inputs, found " + std::to_string(count));
  llvm::SmallVector<circ_array, 16> inputs(given, given + count);
  std::list<Value> converted;
  size_t parameters = circuit.parameters.size();
  for (size_t i = 0; i < count; ++i) {
    bool isZero = i >= parameters && !inputs[i].data && inputs[i].rank == 0;
    if (!isZero && !fits(interface.inputs[i], inputs[i]))
      if (int status = convertInput(interface.inputs[i], inputs[i], converted))
        return status;
  }
  llvm::SmallVector<int64_t, 16> dimensions, integers;
  for (auto [parameter, position] : circuit.dimensionSources)
    dimensions.push_back(sizeAt(inputs[parameter], position));
  for (size_t i = 0; i < parameters; ++i) {
    const ValueSpec &spec = interface.inputs[i].spec;
    integers.push_back(spec.rank == 0 && spec.kind == ElementKind::I64
                           ? *static_cast<const int64_t *>(inputs[i].data)
                           : 0);
  }
  if (int status = addZeros(inputs.data(), dimensions.data(), integers.data(), converted))
    return status;
  if (int status = checkShapes(inputs.data(), dimensions.data(), integers.data()))
    return status;
  circ_results *made = makeResults(interface.outputs);
  if (!made)
    return fail(CIRC_MEMORY, "no memory");
  circ_use_threads(static_cast<int>(std::max(1u, threads)));
  if (int status = run(inputs.data(), *made)) {
    circ_results_free(made);
    return status;
  }
  *results = made;
  return CIRC_OK;
}

} // namespace circ::capi
