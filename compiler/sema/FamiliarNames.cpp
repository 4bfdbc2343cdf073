//===- FamiliarNames.cpp - What other languages call it -------------------===//

#include "compiler/sema/Builtins.h"

#include <map>

namespace circ::sema {

std::optional<std::string> familiarName(const std::string &name) {
  static const std::map<std::string, std::string> written = {
      {"arccos", "`acos(x)`"},
      {"arcsin", "`asin(x)`"},
      {"arctan", "`atan(x)`"},
      {"arctan2", "`atan2(y, x)`"},
      {"arange", "`iota(n)`"},
      {"array", "`[a, b, c]`"},
      {"det", "`exp(logdet(a))` for a positive determinant"},
      {"double", "`f64(x)`"},
      {"fabs", "`abs(x)`"},
      {"float", "`f64(x)`"},
      {"float32", "`f32(x)`"},
      {"float64", "`f64(x)`"},
      {"fmax", "`max(a, b)`"},
      {"fmin", "`min(a, b)`"},
      {"i64", "`int(x)`, which truncates"},
      {"int64", "`int(x)`, which truncates"},
      {"length", "`len(a)`"},
      {"ln", "`log(x)`"},
      {"matmul", "`a @ b`"},
      {"maximum", "`max(a, b)`"},
      {"minimum", "`min(a, b)`"},
      {"mod", "`a % b`"},
      {"ones", "`fill(1.0, n)`"},
      {"power", "`x^y`"},
      {"range", "`0..n`"},
      {"shape", "`dim(a, 0)`"},
      {"size", "`len(a)`"},
      {"sqr", "`x^2`"},
      {"square", "`x^2`"},
      {"where", "`if c { a } else { b }`"},
  };
  auto found = written.find(name);
  return found == written.end() ? std::nullopt : std::optional(found->second);
}

} // namespace circ::sema
