//===- Plot.h - The course of a fit as a picture --------------------------===//
#pragma once

#include "compiler/fit/Record.h"

namespace circ {

/// An SVG picture: the best value so far and, on a logarithmic scale, the norm of
/// the gradient over the evaluations.
std::string convergencePlot(const FitRecord &record, const std::string &name);

} // namespace circ
