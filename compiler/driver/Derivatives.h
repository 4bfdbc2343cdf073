//===- Derivatives.h - What the derivative programs take and give ---------===//
//
// A derivative program has the parameters of its circuit, then its extra inputs
// (tangents, seeds, a vector); it gives its outputs in order. The command line,
// libraries and the compilation share this description.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Signature.h"

#include <optional>

namespace circ {

enum class DerivativeKind { Value, Gradient, Jvp };

/// Which program of a circuit is meant.
struct DerivativeRequest {
  DerivativeKind kind = DerivativeKind::Value;
  /// Parameters to differentiate by, in ascending order.
  std::vector<unsigned> wrt;
  /// The result whose gradient is wanted.
  unsigned of = 0;
  /// Whether to use forward mode where reverse mode is usual.
  bool forward = false;
};

/// An input beside the circuit's parameters.
struct DerivativeInput {
  /// The parameter that it is a tangent of.
  unsigned parameter;
};

/// An output: a result, the tangent of a result, or its derivative with respect
/// to parameters.
struct DerivativeOutput {
  unsigned result;
  bool isTangent = false;
  std::vector<unsigned> parameters;
};

struct DerivativeSignature {
  EntrySpec entry;
  std::vector<DerivativeInput> inputs;
  std::vector<DerivativeOutput> outputs;
};

/// The ending of the program's name after the circuit's: "" , ".grad", ".jvp".
std::string derivativeSuffix(DerivativeKind kind);

DerivativeSignature derivativeSignature(const ast::Circuit &circuit,
                                        const DerivativeRequest &request);

/// The type of an input: that of its parameter.
const ast::Type &inputType(const ast::Circuit &circuit, const DerivativeInput &input);
/// The type of an output: the result's dimensions, then those of the parameters.
ast::Type outputType(const ast::Circuit &circuit, const DerivativeOutput &output);

} // namespace circ
