//===- Sparsity.cpp - Sparse Jacobians and Hessians in this process -------===//

#include "compiler/driver/Sparsity.h"

#include "runtime/circ_sparse.h"
#include "llvm/ADT/STLExtras.h"

namespace circ {

std::vector<DerivativeRequest> sparsePrograms(const DerivativeRequest &request) {
  std::vector<DerivativeRequest> made;
  auto add = [&](DerivativeKind kind) {
    made.push_back(request);
    made.back().kind = kind;
    made.back().silent = true;
  };
  if (request.kind == DerivativeKind::Hessian) {
    add(DerivativeKind::HessianPattern);
    add(DerivativeKind::Hvp);
  } else {
    add(DerivativeKind::Pattern);
    add(DerivativeKind::Jvp);
    add(DerivativeKind::Vjp);
  }
  return made;
}

namespace {

/// A program with its slots, as the sparse drivers of the runtime take it.
class Sweep {
public:
  Sweep(circ_body body, const EntrySpec &entry) : entry(entry) { program.body = body; }

  /// The next input, given by its caller.
  void give(const Value &value) { add(value.bytes.data(), value.shape); }
  /// The next input, filled by the driver; an active one has columns.
  void fill(const std::vector<int64_t> &shape, bool active) {
    inputs.push_back({static_cast<int64_t>(slots.size()), static_cast<int64_t>(shape.size()),
                      bytesOf(entry.parameters[parameters].kind), active});
    add(nullptr, shape);
  }
  /// The program; its outputs are the results from `firstOutput` on.
  const circ_sweep *finish(size_t firstOutput) {
    for (const ValueSpec &result : entry.results)
      places.emplace_back(1 + result.rank);
    for (size_t i = 0; i < places.size(); ++i) {
      if (i >= firstOutput)
        outputs.push_back({static_cast<int64_t>(slots.size()), entry.results[i].rank,
                           bytesOf(entry.results[i].kind), 0});
      slots.push_back(places[i].data());
    }
    program.slots = slots.data();
    program.input_count = static_cast<int64_t>(inputs.size());
    program.output_count = static_cast<int64_t>(outputs.size());
    program.inputs = inputs.data();
    program.outputs = outputs.data();
    return &program;
  }

private:
  static int64_t bytesOf(ElementKind kind) { return kind == ElementKind::F32 ? 4 : 8; }
  void add(const char *data, const std::vector<int64_t> &shape) {
    slots.push_back(const_cast<char *>(data));
    for (const int64_t &size : shape)
      slots.push_back(const_cast<int64_t *>(&size));
    ++parameters;
  }

  const EntrySpec &entry;
  circ_sweep program = {};
  size_t parameters = 0;
  std::vector<void *> slots;
  std::vector<std::vector<int64_t>> places;
  std::vector<circ_place> inputs, outputs;
};

} // namespace

int sparsePattern(const Programs &programs, size_t first, const ast::Circuit &circuit,
                  const DerivativeRequest &request, const std::vector<Value> &arguments,
                  const std::vector<Value> &primal, SparseMatrix &matrix) {
  Sweep pattern(programs.body(first), programs.entry(first));
  for (size_t i = 0; i < arguments.size(); ++i)
    if (circuit.parameters[i].variable->type.isReal())
      pattern.fill(arguments[i].shape, llvm::is_contained(request.wrt, i));
    else
      pattern.give(arguments[i]);
  const circ_sweep *dependence = pattern.finish(0);
  int64_t rows = 0;
  if (request.kind == DerivativeKind::Hessian)
    for (unsigned parameter : request.wrt)
      rows += arguments[parameter].count();
  else
    for (unsigned result : realResults(circuit))
      rows += primal[result].count();
  matrix.rowPointers.assign(rows + 1, 0);
  int status = circ_sparse_pattern(dependence, matrix.rowPointers.data(), nullptr);
  if (status)
    return status;
  matrix.columns.resize(matrix.rowPointers.back());
  matrix.values.resize(matrix.rowPointers.back());
  return circ_sparse_pattern(dependence, nullptr, matrix.columns.data());
}

int sparseValues(const Programs &programs, size_t first, const ast::Circuit &circuit,
                 const DerivativeRequest &request, const std::vector<Value> &arguments,
                 const std::vector<Value> &primal, SparseMatrix &matrix) {
  bool isHessian = request.kind == DerivativeKind::Hessian;
  Sweep byColumns(programs.body(first + 1), programs.entry(first + 1));
  llvm::for_each(arguments, [&](const Value &argument) { byColumns.give(argument); });
  for (unsigned parameter : request.wrt)
    byColumns.fill(arguments[parameter].shape, true);
  const circ_sweep *forward = byColumns.finish(isHessian ? 0 : primal.size());
  std::optional<Sweep> byRows;
  const circ_sweep *reverse = nullptr;
  if (!isHessian) {
    byRows.emplace(programs.body(first + 2), programs.entry(first + 2));
    llvm::for_each(arguments, [&](const Value &argument) { byRows->give(argument); });
    for (unsigned result : realResults(circuit))
      byRows->fill(primal[result].shape, true);
    reverse = byRows->finish(primal.size());
  }
  int64_t calls = 0;
  int status = circ_sparse_values(forward, reverse, matrix.rowPointers.data(),
                                  matrix.columns.data(), matrix.values.data(), &calls);
  matrix.columnwise = calls >= 0;
  matrix.directions = calls < 0 ? -calls : calls;
  return status;
}

int computeSparse(const Programs &programs, size_t first, const ast::Circuit &circuit,
                  const DerivativeRequest &request, const std::vector<Value> &arguments,
                  const std::vector<Value> &primal, SparseMatrix &matrix) {
  int status = sparsePattern(programs, first, circuit, request, arguments, primal, matrix);
  return status ? status
                : sparseValues(programs, first, circuit, request, arguments, primal, matrix);
}

} // namespace circ
