//===- Request.cpp - Which derivative program is wanted -------------------===//

#include "compiler/driver/Request.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>

namespace circ {

Outcome<std::vector<unsigned>> chooseWrt(const ast::Circuit &circuit,
                                         llvm::ArrayRef<std::string> names) {
  std::vector<unsigned> all = differentiableParameters(circuit), wrt;
  if (names.empty()) {
    if (all.empty())
      return Failure{"'" + circuit.name + "' has no real parameter that is not const"};
    return all;
  }
  for (const std::string &name : names) {
    // The name of a struct stands for all of its real fields.
    const ast::Parameter *named = nullptr;
    bool isReal = false;
    for (unsigned i = 0; i < circuit.parameters.size(); ++i) {
      llvm::StringRef rest = circuit.parameters[i].variable->name;
      if (!rest.consume_front(name) || (!rest.empty() && rest.front() != '.'))
        continue;
      named = &circuit.parameters[i];
      isReal |= llvm::is_contained(all, i);
      // A parameter named twice, or with its struct, has one derivative.
      if (llvm::is_contained(all, i) && !llvm::is_contained(wrt, i))
        wrt.push_back(i);
    }
    if (!named)
      return Failure{"'" + circuit.name + "' has no parameter '" + name + "'"};
    if (!isReal)
      return Failure{"there is no derivative with respect to '" + name + "': it is " +
                     (named->isConst ? "const" : toString(named->variable->type))};
  }
  return wrt;
}

/// The types of the results, with the names of those that have one, for messages.
static std::string resultTypes(const ast::Circuit &circuit) {
  std::vector<std::string> names = resultNames(circuit, "value");
  std::string found;
  for (size_t i = 0; i < names.size(); ++i) {
    const ast::Result &result = circuit.results[i];
    const std::string &label = result.name.empty() ? result.field : names[i];
    found +=
        (found.empty() ? "" : ", ") + (label.empty() ? "" : label + ": ") + toString(result.type);
  }
  return circuit.results.size() > 1 ? "(" + found + ")" : found;
}

/// The result called `of`, or the only one, which must be a real scalar.
static Outcome<unsigned> chooseResult(const ast::Circuit &circuit, const std::string &of,
                                      const std::string &what) {
  if (of.empty()) {
    if (hasScalarResult(circuit))
      return 0u;
    return Failure{"a " + what + " needs one real scalar result; '" + circuit.name + "' returns " +
                   resultTypes(circuit) +
                   "\n  hint: `--of RESULT` (`of` in C and Python) chooses one; `vjp` and "
                   "`jacobian` take any result"};
  }
  std::vector<std::string> names = resultNames(circuit, "value");
  auto position = static_cast<unsigned>(std::find(names.begin(), names.end(), of) - names.begin());
  if (position == names.size()) {
    std::string message = "'" + circuit.name + "' has no result '" + of + "'";
    for (size_t i = 0; i < names.size(); ++i)
      message += (i ? ", " : "; it has ") + names[i];
    return Failure{message};
  }
  const ast::Type &type = circuit.results[position].type;
  if (type.isScalar() && type.isReal())
    return position;
  return Failure{"a " + what + " needs a real scalar result; '" + of + "' is " + toString(type) +
                 "\n  hint: `vjp` and `jacobian` take any result"};
}

Outcome<DerivativeRequest> makeRequest(const ast::Circuit &circuit, DerivativeKind kind,
                                       llvm::ArrayRef<std::string> wrt, const std::string &of,
                                       DifferentiationMode mode) {
  DerivativeRequest request;
  request.kind = kind;
  request.mode = mode;
  switch (kind) {
  case DerivativeKind::Value:
    return request;
  case DerivativeKind::Gradient:
  case DerivativeKind::Hvp:
  case DerivativeKind::Hessian:
  case DerivativeKind::HessianPattern: {
    auto chosen =
        chooseResult(circuit, of, kind == DerivativeKind::Gradient ? "gradient" : "Hessian");
    if (!chosen)
      return Failure{chosen.message()};
    request.of = *chosen;
    break;
  }
  case DerivativeKind::Jvp:
  case DerivativeKind::Vjp:
  case DerivativeKind::Jacobian:
  case DerivativeKind::Pattern:
    if (realResults(circuit).empty())
      return Failure{"'" + circuit.name + "' returns " + resultTypes(circuit) +
                     ", which has no derivative"};
    break;
  }
  auto parameters = chooseWrt(circuit, wrt);
  if (!parameters)
    return Failure{parameters.message()};
  request.wrt = std::move(*parameters);
  // Vectors come in the order of the parameters.
  if (kind == DerivativeKind::Hvp)
    llvm::sort(request.wrt);
  return request;
}

} // namespace circ
