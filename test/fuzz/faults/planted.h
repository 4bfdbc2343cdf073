//===- planted.h - The switch of the planted faults -----------------------===//
#pragma once

namespace circ::fuzz {

/// Whether the environment variable CIRC_FAULT names this fault. Patched sources ask; each patch of
/// this folder makes a fault or some of them in the source of its name.
bool planted(const char *fault);

} // namespace circ::fuzz
