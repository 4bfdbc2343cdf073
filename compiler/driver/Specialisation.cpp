//===- Specialisation.cpp - Programs for the sizes at hand ----------------===//

#include "compiler/driver/Specialisation.h"

#include "compiler/ast/Walk.h"

namespace circ {

/// Longer dimensions are those of data, over which loops are long however they are made.
static constexpr int64_t longest = 256;

static bool isCalled(const ast::Module &module, const ast::Circuit &circuit) {
  bool found = false;
  for (const auto &caller : module.circuits)
    ast::walk(caller->body, [&](const ast::Expr &e) {
      found |= e.kind == ast::ExprKind::Call && ast::as<ast::CallExpr>(e).circuit == &circuit;
      found |= e.kind == ast::ExprKind::Derivative &&
               ast::as<ast::DerivativeExpr>(e).circuit == &circuit;
    });
  return found;
}

void specialise(Compilation &compilation, const ast::Circuit &circuit,
                llvm::ArrayRef<Value> arguments) {
  if (isCalled(*compilation.ast, circuit))
    return;
  FixedSizes fixed;
  fixed.circuit = &circuit;
  for (const auto &[source, dimension] :
       llvm::zip_equal(circuit.dimensionSources, circuit.dimensions)) {
    int64_t size = arguments[source.first].shape[source.second];
    if (size > 0 && size <= longest)
      fixed.sizes[dimension->name] = size;
  }
  compilation.fixedSizes = std::move(fixed);
}

} // namespace circ
