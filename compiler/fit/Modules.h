//===- Modules.h - Optimisers that are loaded when they are asked for -----===//
#pragma once

#include "compiler/driver/Values.h"
#include "compiler/fit/Optimizer.h"

namespace circ {

/// The functions of the modules for NLopt and Ceres Solver, which lie in
/// `../lib/circ` beside the folder of the executable. A failure says what is
/// missing.
Outcome<circ_minimize_function *> loadNlopt();
Outcome<circ_solve_least_squares_function *> loadCeres();

} // namespace circ
