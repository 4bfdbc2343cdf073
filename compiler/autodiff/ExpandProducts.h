//===- ExpandProducts.h - Products as sequential loops --------------------===//
#pragma once

#include "mlir/IR/Operation.h"

namespace circ::autodiff {

/// Replaces the real product reductions under `root` by loops that carry the
/// product. Their reversal keeps the partial products, so the derivative is
/// exact where factors are zero, which a quotient by the factor is not.
void expandProducts(mlir::Operation *root);

} // namespace circ::autodiff
