//===- Interface.h - What circuits and programs take and give, as data ----===//
//
// Names, types, shapes and roles of inputs and outputs without the syntax tree:
// what a caller needs to know of a circuit.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "circ-c/circ.h"
#include "compiler/codegen/Wrapper.h"
#include "compiler/driver/Derivatives.h"

namespace circ {

/// One input or output.
struct ValueInterface {
  std::string name; ///< "x"; the field of a struct is "cam.focal".
  std::string type; ///< "f64[n, 3]"
  ValueSpec spec;
  /// Each dimension in terms of dimension names and i64 parameters, where it is
  /// made of them.
  std::vector<std::optional<DimensionFormula>> sizes;
  circ_role role = CIRC_PARAMETER;
  bool isConst = false;
  bool isNamed = false; ///< Of results.
  std::optional<Value> defaultValue;
  unsigned stated = 0; ///< Of results: which of them as stated.
  int result = -1, parameter[2] = {-1, -1};
  std::vector<unsigned> structRanks;
};

/// A circuit.
struct CircuitInterface {
  std::string name, doc;
  std::vector<std::string> dimensions;
  /// For each the parameter and the position in its shape that binds it.
  std::vector<std::pair<unsigned, unsigned>> dimensionSources;
  std::vector<ValueInterface> parameters, results;
};

/// A program of a circuit.
struct ProgramInterface {
  std::vector<ValueInterface> inputs, outputs;
};

CircuitInterface describeCircuit(const ast::Circuit &circuit);
ProgramInterface describeProgram(const ast::Circuit &circuit, const DerivativeRequest &request);
/// The same of a sparse Jacobian or Hessian: the outputs are its compressed rows.
ProgramInterface describeSparseProgram(const ast::Circuit &circuit);

/// A dimension in terms of the circuit's dimension names and i64 parameters, if
/// it is made of them.
std::optional<DimensionFormula> dimensionFormula(const ast::Circuit &circuit,
                                                 const ast::Dimension &dim);

/// A formula's value for these dimensions, and integers for the parameters;
/// nothing if it overflows or is no whole number.
std::optional<int64_t> evaluate(const DimensionFormula &formula, const int64_t *dimensions,
                                const int64_t *parameters);

/// The input as `fitToParameter` takes it.
ParameterSpec parameterSpec(const ValueInterface &input);

} // namespace circ
