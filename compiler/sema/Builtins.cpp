//===- Builtins.cpp - The names that need no definition -------------------===//

#include "compiler/sema/Builtins.h"

#include <map>
#include <set>

namespace circ::sema {

namespace {

/// Gates of the gate table that have a spelling of their own as operators, or
/// exist for the compiler alone.
const std::set<std::string> notCallable = {"add",    "sub",     "mul",       "div",
                                           "neg",    "rem",     "powi",      "polygamma",
                                           "scaled", "divided", "cbrt_slope"};

const std::map<std::string, Builtin> &table() {
  static const std::map<std::string, Builtin> built = [] {
    std::map<std::string, Builtin> t;
    const std::set<std::string> integers = {"min", "max", "abs", "clamp", "sign"};
#define GATE(Name, Arity)                                                                          \
  if (!notCallable.count(Name))                                                                    \
    t[Name] = {integers.count(Name) ? BuiltinKind::IntegerGate : BuiltinKind::Gate, Arity, Arity};
#include "compiler/dialect/GateNames.inc"
#undef GATE
    t["isnan"] = t["isfinite"] = {BuiltinKind::Predicate, 1, 1};
    for (const char *name :
         {"int", "f32", "f64", "len", "iota", "eye", "transpose", "diag", "trace", "norm", "cumsum",
          "softmax", "stop", "sort", "cholesky", "logdet", "inv"})
      t[name] = {BuiltinKind::Special, 1, 1};
    for (const char *name : {"div", "dim", "fill", "outer", "dot", "solve"})
      t[name] = {BuiltinKind::Special, 2, 2};
    t["select"] = t["linspace"] = {BuiltinKind::Special, 3, 3};
    t["zeros"] = {BuiltinKind::Special, 1, 8};
    t["fill"] = {BuiltinKind::Special, 2, 9};
    t["reshape"] = {BuiltinKind::Special, 2, 9};
    t["concat"] = {BuiltinKind::Special, 2, 16};
    return t;
  }();
  return built;
}

} // namespace

std::optional<Builtin> lookupBuiltin(const std::string &name) {
  auto found = table().find(name);
  if (found == table().end())
    return std::nullopt;
  return found->second;
}

bool isReduction(const std::string &name) {
  static const std::set<std::string> names = {"sum",       "prod",   "max",    "min", "mean",
                                              "logsumexp", "argmax", "argmin", "any", "all"};
  return names.count(name) != 0;
}

std::vector<std::string> builtinNames() {
  std::vector<std::string> names = {"sum",    "prod",   "mean", "logsumexp",
                                    "argmax", "argmin", "any",  "all"};
  for (const auto &[name, builtin] : table())
    names.push_back(name);
  return names;
}

} // namespace circ::sema
