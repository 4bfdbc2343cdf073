//===- Builtins.h - The names that need no definition ---------------------===//
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace circ::sema {

/// How the arguments of a built-in are checked and what it gives.
enum class BuiltinKind {
  Gate,        ///< reals, elementwise on arrays
  IntegerGate, ///< as Gate, and on i64 (min, max, abs, clamp, sign)
  Predicate,   ///< real to bool, elementwise (isnan, isfinite)
  Special,     ///< checked by name, see Builtins.cpp
};

struct Builtin {
  BuiltinKind kind;
  unsigned minArguments, maxArguments;
};

/// The built-in of a name; absent when there is none.
std::optional<Builtin> lookupBuiltin(const std::string &name);
/// Whether `name` takes `for` clauses (sum, max, ...).
bool isReduction(const std::string &name);
/// How circ writes what other languages have a function of this name for.
std::optional<std::string> familiarName(const std::string &name);
/// All names, for spelling hints.
std::vector<std::string> builtinNames();

} // namespace circ::sema
