//===- Sparse.cpp - circ jacobian --sparse, circ hessian --sparse ---------===//
//
// The drivers of the runtime compute them, as in libraries; here they are shown, a
// block for each pair of arrays.
//
//===----------------------------------------------------------------------===//

#include "tools/circ/Shared.h"

#include "compiler/driver/Output.h"
#include "compiler/driver/Sparsity.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

namespace circ::tool {

namespace {

/// The elements of several arrays, one after the other.
struct Space {
  std::vector<std::string> names;
  std::vector<int64_t> starts{0};

  void add(std::string name, const std::vector<int64_t> &shape) {
    names.push_back(std::move(name));
    int64_t count = 1;
    for (int64_t size : shape)
      count *= size;
    starts.push_back(starts.back() + count);
  }
  size_t arrayOf(int64_t element) const {
    return std::upper_bound(starts.begin(), starts.end(), element) - starts.begin() - 1;
  }
};

/// A sparse matrix and what its rows and columns are.
class SparseDerivative {
public:
  SparseDerivative(const Options &options, const ast::Circuit &circuit,
                   const DerivativeRequest &request)
      : options(options), circuit(circuit), request(request) {}

  int compute(Compilation &compilation, const std::vector<Value> &arguments);
  int show() const;

private:
  bool isHessian() const { return request.kind == DerivativeKind::Hessian; }

  const Options &options;
  const ast::Circuit &circuit;
  const DerivativeRequest &request;
  std::vector<Value> primal;
  Space rows, columns;
  SparseMatrix matrix;
};

int SparseDerivative::compute(Compilation &compilation, const std::vector<Value> &arguments) {
  // The program of the value prints, and no other.
  std::vector<DerivativeRequest> requests = sparsePrograms(request);
  requests.emplace_back();
  std::optional<Programs> programs = compilePrograms(options, compilation, circuit, requests);
  if (!programs)
    return WrongInput;
  if (int status = callProgram(*programs, requests.size() - 1, arguments, primal))
    return status;
  if (computeSparse(*programs, 0, circuit, request, arguments, primal, matrix) != CIRC_OK) {
    llvm::errs() << circ_last_error() << "\n";
    return RuntimeError;
  }
  for (unsigned parameter : request.wrt)
    columns.add(circuit.parameters[parameter].variable->name, arguments[parameter].shape);
  if (isHessian())
    rows = columns;
  else
    for (unsigned result : realResults(circuit))
      rows.add(resultNames(circuit, "value")[result], primal[result].shape);
  return Right;
}

/// Compressed rows of the block of one array of rows and one of columns.
struct Block {
  std::vector<int64_t> rowPointers{0}, columns;
  std::vector<double> values;
};

template <typename T> Value listOf(ElementKind kind, const std::vector<T> &elements) {
  Value made = Value::zeros(kind, {static_cast<int64_t>(elements.size())});
  std::copy(elements.begin(), elements.end(), made.data<T>());
  return made;
}

int SparseDerivative::show() const {
  using Members = std::vector<std::pair<std::string, std::string>>;
  Members json;
  std::vector<NamedValue> stored;
  std::vector<NamedValue> first;
  for (auto [name, value] : llvm::zip_equal(resultNames(circuit, circuit.name), primal))
    first.push_back({name, value});
  std::string text = textOutput(first, isTerminal());
  std::vector<std::string> labels; // of the rows of a Jacobian
  for (unsigned result : realResults(circuit))
    labels.push_back(resultNames(circuit, circuit.name)[result]);
  for (size_t r = 0; r < rows.names.size(); ++r) {
    Members row;
    for (size_t c = 0; c < columns.names.size(); ++c) {
      Block block;
      for (int64_t i = rows.starts[r]; i < rows.starts[r + 1]; ++i) {
        for (int64_t k = matrix.rowPointers[i]; k < matrix.rowPointers[i + 1]; ++k) {
          int64_t column = matrix.columns[k];
          if (columns.arrayOf(column) != c)
            continue;
          block.columns.push_back(column - columns.starts[c]);
          block.values.push_back(matrix.values[k]);
        }
        block.rowPointers.push_back(static_cast<int64_t>(block.columns.size()));
      }
      Value pointers = listOf(ElementKind::I64, block.rowPointers);
      Value indices = listOf(ElementKind::I64, block.columns);
      Value elements = listOf(ElementKind::F64, block.values);
      int64_t height = rows.starts[r + 1] - rows.starts[r];
      int64_t width = columns.starts[c + 1] - columns.starts[c];
      row.push_back(
          {columns.names[c], jsonObject(Members{{"shape", "[" + std::to_string(height) + ", " +
                                                              std::to_string(width) + "]"},
                                                {"row_pointers", jsonText(pointers)},
                                                {"columns", jsonText(indices)},
                                                {"values", jsonText(elements)}})});
      std::string name = (isHessian() ? "d2_" : "d_") + rows.names[r] + "_" + columns.names[c];
      stored.push_back({name + "_row_pointers", pointers});
      stored.push_back({name + "_columns", indices});
      stored.push_back({name + "_values", elements});
      std::string label = isHessian() ? "d2" + resultNames(circuit, circuit.name)[request.of] +
                                            "/d" + rows.names[r] + " d" + columns.names[c]
                                      : "d" + labels[r] + "/d" + columns.names[c];
      text += label + ": " + std::to_string(height) + " x " + std::to_string(width) + ", " +
              std::to_string(block.values.size()) + " stored, by " +
              std::to_string(matrix.directions) + (matrix.columnwise ? " columns" : " rows") + "\n";
      for (int64_t i = 0; i < height; ++i)
        for (int64_t k = block.rowPointers[i]; k < block.rowPointers[i + 1]; ++k)
          text += "  [" + std::to_string(i) + ", " + std::to_string(block.columns[k]) +
                  "] = " + formatScalar(elements, k) + "\n";
    }
    json.push_back({rows.names[r], jsonObject(row)});
  }
  std::string error;
  if (!options.output.empty() && !storeResults(options.output, stored, error)) {
    llvm::errs() << "error: " << error << "\n";
    return WrongInput;
  }
  if (options.json)
    llvm::outs() << jsonObject(Members{{"circuit", jsonString(circuit.name)},
                                       {"value", jsonResults(circuit, primal)},
                                       {isHessian() ? "hessian" : "jacobian", jsonObject(json)}})
                 << "\n";
  else if (options.output.empty())
    llvm::outs() << text;
  return finishOutput();
}

} // namespace

int sparseMatrix(const Options &options, Compilation &compilation, const ast::Circuit &circuit,
                 const DerivativeRequest &request, const std::vector<Value> &arguments) {
  SparseDerivative derivative(options, circuit, request);
  if (int status = derivative.compute(compilation, arguments))
    return status;
  return derivative.show();
}

} // namespace circ::tool
