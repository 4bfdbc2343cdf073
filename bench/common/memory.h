//===- memory.h - What a call takes beside its inputs and outputs ---------===//
#pragma once

#include <functional>

namespace bench {

/// The kB of memory by which a call raises the peak of the process; -1 if that
/// cannot be told. It runs in a child, whose results are lost.
long peakMemory(const std::function<double()> &call);

} // namespace bench
