//===- Arguments.h - Binding values to parameters -------------------------===//
//
// Takes `NAME=VALUE` words and a file of arguments and finds the value of each
// parameter of a circuit, of exactly the kind and rank it declares.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Values.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <string>
#include <vector>

namespace circ {

/// What the values are given to: the parameters of a circuit, some of them (tangents), or
/// its results (seeds).
enum class BoundTo { Parameters, Tangents, Seeds };

/// Fills `out` with one value for each parameter, in their order. `argsFile`
/// (.json or .npz) gives values by name; an assignment of the same name goes
/// before it, and a default comes last. Returns false with all errors found:
/// unknown, repeated and missing names, unreadable values, wrong ranks, sizes
/// and kinds. That dimensions of different arrays agree is not checked here.
/// `of` says what the names are for messages.
bool bindArguments(llvm::ArrayRef<ParameterSpec> parameters,
                   llvm::ArrayRef<std::string> assignments,
                   const std::optional<std::string> &argsFile, std::vector<Value> &out,
                   std::vector<std::string> &errors, BoundTo of = BoundTo::Parameters);

/// The value as the parameter wants it, or the message that says why not.
Outcome<Value> fitToParameter(const ParameterSpec &parameter, Value value);

} // namespace circ
