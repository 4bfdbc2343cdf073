//===- Derivatives.h - What the derivative programs take and give ---------===//
//
// A derivative program has the parameters of its circuit, then its extra inputs
// (tangents, seeds, a vector); it gives its outputs in order. A pattern has a set of
// elements in the place of each real. The command line, libraries and the
// compilation share this description.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Signature.h"

#include <optional>

namespace circ {

enum class DerivativeKind {
  Value,
  Gradient,
  Jvp,
  Vjp,
  Hvp,
  Jacobian,
  Hessian,
  Pattern,       ///< Which elements of the parameters each result depends on.
  HessianPattern ///< The same of the gradient.
};

/// Forward or reverse mode, where both can do it; usual: reverse for a gradient,
/// the one with fewer directions for a Jacobian.
enum class DifferentiationMode { Usual, Forward, Reverse };

/// Which program of a circuit is meant.
struct DerivativeRequest {
  DerivativeKind kind = DerivativeKind::Value;
  /// Parameters to differentiate by, in ascending order.
  std::vector<unsigned> wrt;
  /// The result whose gradient or Hessian is wanted.
  unsigned of = 0;
  DifferentiationMode mode = DifferentiationMode::Usual;
  /// Whether to leave out what the circuit prints.
  bool silent = false;
};

/// An input beside the circuit's parameters.
struct DerivativeInput {
  enum class Role {
    Tangent, ///< of a parameter
    Vector,  ///< in the space of a parameter
    Seed     ///< the adjoint of a result
  };
  Role role;
  unsigned position; ///< of the parameter or result
};

/// An output of a derivative program.
struct DerivativeOutput {
  enum class Role {
    Value,      ///< a result
    Tangent,    ///< of a result
    Derivative, ///< of a result by one or two parameters, one after the other
    Adjoint,    ///< of a parameter
    Product,    ///< of the Hessian and the vector, in the space of a parameter
    Set         ///< on which elements a result, or the gradient by a parameter, depends
  };
  Role role;
  unsigned result;
  std::vector<unsigned> parameters;
};

struct DerivativeSignature {
  EntrySpec entry;
  std::vector<DerivativeInput> inputs;
  std::vector<DerivativeOutput> outputs;
};

/// The ending of the program's name after the circuit's: "", ".grad", ".jvp".
std::string derivativeSuffix(const DerivativeRequest &request);

DerivativeSignature derivativeSignature(const ast::Circuit &circuit,
                                        const DerivativeRequest &request);

/// The results that carry derivatives: those of real type.
std::vector<unsigned> realResults(const ast::Circuit &circuit);

/// What an input or output is called.
struct DerivativeTexts {
  std::string name;        ///< In C and in files: "d_x", "seed_value", "d2_x_y", "hv_x".
  std::string description; ///< In a header, after its name; may be empty.
  std::string label = {};  ///< Of an output, on its line: "f", "df", "df/dx", "d2f/dx dy".
};
DerivativeTexts inputTexts(const ast::Circuit &circuit, const DerivativeInput &input);
DerivativeTexts outputTexts(const ast::Circuit &circuit, const DerivativeRequest &request,
                            const DerivativeOutput &output);

/// The type of an input: that of its parameter or result.
ast::Type inputType(const ast::Circuit &circuit, const DerivativeInput &input);
/// The type of an output: the result's dimensions, then those of the parameters.
ast::Type outputType(const ast::Circuit &circuit, const DerivativeOutput &output);

} // namespace circ
