//===- Sparse.cpp - Sparse Jacobians and Hessians of modules --------------===//

#include "compiler/capi/State.h"

#include "compiler/driver/Sparsity.h"

#include <cstdlib>
#include <cstring>

namespace circ::capi {

namespace {

class SparseProgram : public Program {
public:
  SparseProgram(const ast::Circuit &circuit, DerivativeRequest request, Programs programs)
      : Program(describeCircuit(circuit), describeSparseProgram(circuit)), tree(circuit),
        request(std::move(request)), value(sparsePrograms(this->request).size()),
        programs(std::move(programs)) {}

protected:
  int run(const circ_array *inputs, circ_results &results) const override {
    std::vector<Value> arguments, primal;
    for (size_t i = 0; i < interface.inputs.size(); ++i) {
      const circ_array &input = inputs[i];
      arguments.push_back(Value::zeros(static_cast<ElementKind>(input.kind),
                                       {input.shape, input.shape + input.rank}));
      if (!arguments.back().bytes.empty())
        memcpy(arguments.back().bytes.data(), input.data, arguments.back().bytes.size());
    }
    SparseMatrix matrix;
    int status = programs.call(value, arguments, primal);
    if (status == CIRC_OK)
      status = computeSparse(programs, 0, tree, request, arguments, primal, matrix);
    if (status != CIRC_OK)
      return fail(status, circ_last_error());
    int64_t shape[] = {static_cast<int64_t>(matrix.rowPointers.size()) - 1, 0};
    for (unsigned parameter : request.wrt)
      shape[1] += arguments[parameter].count();
    return give(matrix, shape, results);
  }

private:
  /// Copies the matrix to one block of memory: all elements have 8 bytes.
  int give(const SparseMatrix &matrix, const int64_t *shape, circ_results &results) const {
    const std::pair<const void *, size_t> parts[] = {
        {shape, 2},
        {matrix.rowPointers.data(), matrix.rowPointers.size()},
        {matrix.columns.data(), matrix.columns.size()},
        {matrix.values.data(), matrix.values.size()}};
    size_t count = 0;
    for (const auto &[data, size] : parts)
      count += size;
    auto *to = static_cast<int64_t *>(malloc(count * sizeof(int64_t)));
    if (!to)
      return fail(CIRC_MEMORY, "no memory");
    results.owned = to;
    int64_t *place = results.places;
    for (size_t i = 0; i < std::size(parts); ++i) {
      const auto &[data, size] = parts[i];
      if (size)
        memcpy(to, data, size * sizeof(int64_t));
      place[1] = static_cast<int64_t>(size);
      results.arrays[i] = {to, place + 1, 1, static_cast<int>(interface.outputs[i].spec.kind)};
      place += 2;
      to += size;
    }
    return CIRC_OK;
  }

  const ast::Circuit &tree;
  DerivativeRequest request;
  size_t value; ///< The position of the value's program.
  Programs programs;
};

} // namespace

std::unique_ptr<Program> makeSparseProgram(const ast::Circuit &circuit, DerivativeRequest request,
                                           Programs programs) {
  return std::make_unique<SparseProgram>(circuit, std::move(request), std::move(programs));
}

} // namespace circ::capi
