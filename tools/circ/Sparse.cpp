//===- Sparse.cpp - circ jacobian --sparse, circ hessian --sparse ---------===//
//
// The dependence program says which elements of the parameters each row depends
// on, 64 of them in one call. Then columns (or rows) that do not meet are
// computed together.
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
  std::vector<ElementKind> kinds;
  std::vector<std::vector<int64_t>> shapes;
  std::vector<int64_t> starts{0};

  void add(std::string name, ElementKind kind, const std::vector<int64_t> &shape) {
    names.push_back(std::move(name));
    kinds.push_back(kind);
    shapes.push_back(shape);
    starts.push_back(starts.back() + Value::zeros(kind, shape).count());
  }
  int64_t size() const { return starts.back(); }
  size_t arrayOf(int64_t element) const {
    return std::upper_bound(starts.begin(), starts.end(), element) - starts.begin() - 1;
  }
};

/// A sparse matrix while it is computed.
class SparseMatrix {
public:
  SparseMatrix(const Options &options, const ast::Circuit &circuit, DerivativeRequest request)
      : options(options), circuit(circuit), request(std::move(request)) {}

  int compute(Compilation &compilation, const std::vector<Value> &arguments);
  int show() const;

private:
  bool isHessian() const { return request.kind == DerivativeKind::Hessian; }
  DerivativeRequest with(DerivativeKind kind) const {
    DerivativeRequest made = request;
    made.kind = kind;
    // The program of the value prints, and no other.
    made.silent = kind != DerivativeKind::Value;
    return made;
  }
  /// Calls a program with inputs beside the arguments.
  int call(DerivativeKind kind, const std::vector<Value> &inputs, std::vector<Value> &results);
  int findPattern();
  int fill(DerivativeKind kind, const Space &from, const Colouring &colouring, bool byColumns);

  const Options &options;
  const ast::Circuit &circuit;
  DerivativeRequest request;
  std::vector<DerivativeRequest> requests; ///< Of `programs`, one of each kind.
  std::optional<Programs> programs;
  std::vector<Value> arguments, primal;
  Space rows, columns;
  SparsityPattern pattern;
  std::vector<std::vector<double>> values; ///< As `pattern.columnsOfRow`.
  int64_t directions = 0;
  bool columnwise = true;
};

int SparseMatrix::call(DerivativeKind kind, const std::vector<Value> &inputs,
                       std::vector<Value> &results) {
  std::vector<Value> all = arguments;
  all.insert(all.end(), inputs.begin(), inputs.end());
  auto of = [&](const DerivativeRequest &made) { return made.kind == kind; };
  return callProgram(*programs, llvm::find_if(requests, of) - requests.begin(), all, results);
}

int SparseMatrix::findPattern() {
  DerivativeKind kind = isHessian() ? DerivativeKind::HessianPattern : DerivativeKind::Pattern;
  for (unsigned parameter : request.wrt) {
    const ast::Variable &variable = *circuit.parameters[parameter].variable;
    columns.add(variable.name, elementKind(variable.type.scalar), arguments[parameter].shape);
  }
  // One call at least, for the shapes of the results.
  for (int64_t first = 0; first == 0 || first < columns.size(); first += 64) {
    std::vector<Value> sets, results;
    for (const std::vector<int64_t> &shape : columns.shapes)
      sets.push_back(Value::zeros(ElementKind::I64, shape));
    for (int64_t j = first; j < std::min(first + 64, columns.size()); ++j) {
      size_t array = columns.arrayOf(j);
      sets[array].data<int64_t>()[j - columns.starts[array]] =
          static_cast<int64_t>(uint64_t(1) << (j - first));
    }
    if (int status = call(kind, sets, results))
      return status;
    size_t skip = isHessian() ? 0 : circuit.results.size();
    if (first == 0) {
      std::vector<std::string> names = resultNames(circuit, "value");
      std::vector<unsigned> real = realResults(circuit);
      for (size_t i = skip; i < results.size(); ++i) {
        if (isHessian())
          rows.add(columns.names[i], columns.kinds[i], results[i].shape);
        else
          rows.add(names[real[i - skip]], elementKind(circuit.results[real[i - skip]].type.scalar),
                   results[i].shape);
      }
      pattern = {rows.size(), columns.size(), {}};
      pattern.columnsOfRow.resize(rows.size());
    }
    int64_t row = 0;
    for (size_t i = skip; i < results.size(); ++i)
      for (int64_t k = 0; k < results[i].count(); ++k, ++row)
        for (auto set = static_cast<uint64_t>(results[i].asInt(k)); set; set &= set - 1)
          pattern.columnsOfRow[row].push_back(first + __builtin_ctzll(set));
  }
  return Right;
}

/// Computes the matrix from one directional derivative for each colour of the
/// columns, or of the rows.
int SparseMatrix::fill(DerivativeKind kind, const Space &from, const Colouring &colouring,
                       bool byColumns) {
  directions = colouring.colours;
  columnwise = byColumns;
  for (int64_t colour = 0; colour < colouring.colours; ++colour) {
    std::vector<Value> seeds, results;
    for (size_t i = 0; i < from.shapes.size(); ++i)
      seeds.push_back(Value::zeros(from.kinds[i], from.shapes[i]));
    for (int64_t j = 0; j < from.size(); ++j) {
      if (colouring.colourOfColumn[j] != colour)
        continue;
      size_t array = from.arrayOf(j);
      int64_t element = j - from.starts[array];
      if (from.kinds[array] == ElementKind::F32)
        seeds[array].data<float>()[element] = 1;
      else
        seeds[array].data<double>()[element] = 1;
    }
    if (int status = call(kind, seeds, results))
      return status;
    std::vector<double> flat;
    for (size_t i = isHessian() ? 0 : circuit.results.size(); i < results.size(); ++i)
      for (int64_t k = 0; k < results[i].count(); ++k)
        flat.push_back(results[i].asDouble(k));
    for (int64_t row = 0; row < rows.size(); ++row)
      for (size_t k = 0; k < pattern.columnsOfRow[row].size(); ++k) {
        int64_t column = pattern.columnsOfRow[row][k];
        if (colouring.colourOfColumn[byColumns ? column : row] == colour)
          values[row][k] = flat[byColumns ? row : column];
      }
  }
  return Right;
}

int SparseMatrix::compute(Compilation &compilation, const std::vector<Value> &bound) {
  arguments = bound;
  if (isHessian())
    requests = {with(DerivativeKind::HessianPattern), with(DerivativeKind::Hvp)};
  else
    requests = {with(DerivativeKind::Pattern), with(DerivativeKind::Jvp),
                with(DerivativeKind::Vjp)};
  requests.push_back(with(DerivativeKind::Value));
  programs = compilePrograms(options, compilation, circuit, requests);
  if (!programs)
    return WrongInput;
  if (int status = call(DerivativeKind::Value, {}, primal))
    return status;
  if (int status = findPattern())
    return status;
  for (const std::vector<int64_t> &row : pattern.columnsOfRow)
    values.emplace_back(row.size());
  Colouring byColumns = colourColumns(pattern);
  if (isHessian())
    return fill(DerivativeKind::Hvp, columns, byColumns, true);
  Colouring byRows = colourColumns(pattern.transposed());
  return byColumns.colours <= byRows.colours ? fill(DerivativeKind::Jvp, columns, byColumns, true)
                                             : fill(DerivativeKind::Vjp, rows, byRows, false);
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

int SparseMatrix::show() const {
  using Members = std::vector<std::pair<std::string, std::string>>;
  Members json;
  std::vector<NamedValue> stored;
  std::vector<NamedValue> first;
  for (auto [name, value] : llvm::zip_equal(resultNames(circuit, circuit.name), primal))
    first.push_back({name, value});
  std::string text = textOutput(first, isTerminal());
  for (size_t r = 0; r < rows.names.size(); ++r) {
    Members row;
    for (size_t c = 0; c < columns.names.size(); ++c) {
      Block block;
      for (int64_t i = rows.starts[r]; i < rows.starts[r + 1]; ++i) {
        for (size_t k = 0; k < pattern.columnsOfRow[i].size(); ++k) {
          int64_t column = pattern.columnsOfRow[i][k];
          if (columns.arrayOf(column) != c)
            continue;
          block.columns.push_back(column - columns.starts[c]);
          block.values.push_back(values[i][k]);
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
      std::string label = isHessian()
                              ? "d2" + resultNames(circuit, circuit.name)[request.of] + "/d" +
                                    rows.names[r] + " d" + columns.names[c]
                              : "d" + (rows.names[r] == "value" ? circuit.name : rows.names[r]) +
                                    "/d" + columns.names[c];
      text += label + ": " + std::to_string(height) + " x " + std::to_string(width) + ", " +
              std::to_string(block.values.size()) + " stored, by " + std::to_string(directions) +
              (columnwise ? " columns" : " rows") + "\n";
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
  SparseMatrix matrix(options, circuit, request);
  if (int status = matrix.compute(compilation, arguments))
    return status;
  return matrix.show();
}

} // namespace circ::tool
