//===- ReverseLoop.h - What for and while loops share ---------------------===//
#pragma once

#include "compiler/autodiff/Reverser.h"

namespace circ::autodiff {

/// Emits the backward loop of a sequential loop: `carried` are the body's block
/// arguments for the loop-carried values, `yielded` what the body ends with,
/// `inits` what they start from; `induction` is null for a loop without one.
mlir::LogicalResult reverseLoopBody(Reverser &r, mlir::Operation *op, mlir::Block &body,
                                    mlir::ValueRange carried, mlir::ValueRange yielded,
                                    mlir::ValueRange inits, mlir::Value tripCount,
                                    mlir::BlockArgument induction);

} // namespace circ::autodiff
