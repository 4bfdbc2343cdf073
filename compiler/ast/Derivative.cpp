//===- Derivative.cpp - Derivatives as expressions ------------------------===//

#include "compiler/ast/Stmt.h"

#include <set>

namespace circ::ast {

bool isDerivativeName(const std::string &name) {
  static const std::set<std::string> names = {"grad",     "value_and_grad", "jvp", "vjp",
                                              "jacobian", "hessian",        "hvp"};
  return names.count(name) != 0;
}

std::string DerivativeExpr::text() const {
  std::string text = op + "(" + circuitName;
  if (!resultName.empty())
    text += "." + resultName;
  for (const std::string &name : withRespectTo)
    text += ", " + name;
  return text + ")";
}

} // namespace circ::ast
