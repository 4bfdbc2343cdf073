//===- ShapeOrigin.h - Where an array has its shape from ------------------===//
#pragma once

#include "mlir/IR/Value.h"

namespace circ {

/// The array that updates and loops have made `array` of: it has the same shape. (A
/// loop carries arrays of one shape.)
mlir::Value shapeOrigin(mlir::Value array);

} // namespace circ
