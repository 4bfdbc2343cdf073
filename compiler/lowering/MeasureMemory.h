//===- MeasureMemory.h - Programs that tell the memory of a call ----------===//
//
// Of a lowered function a measuring program is what is left without its numbers:
// sizes, the control flow that hangs on sizes, and what it takes from and gives
// back to the arena and the tapes (runtime/circ_measure.h). Where only data tell
// which branch is taken, both are; a loop that ends where data say, or that takes
// the same in each iteration, is gone through once. There is none where the memory
// itself follows from data, from recursion, or from the schedule of snapshots.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <optional>
#include <string>

namespace circ {

/// Why a function has no measuring program, and where.
struct MeasureObstacle {
  std::string reason;
  mlir::Location place;
};

/// The functions to measure, and what each has against it.
using Measurements = std::map<std::string, std::optional<MeasureObstacle>>;

/// Adds for each of the functions `circ.NAME` of a lowered module, given as NAME,
/// the measuring program `circ.NAME.measure`, which takes a measurement (a pointer)
/// in place of the context and the same arguments as the function, of which it uses
/// sizes and integers alone. Where there is none it tells the obstacle.
void measureMemory(mlir::ModuleOp module, Measurements &functions);

/// Registers the pass `measure-memory`, which does so for all functions of a module.
void registerMeasureMemoryPass();

} // namespace circ
