//===- TapeAccess.h - Pushes and pops without a call ----------------------===//
#pragma once

namespace llvm {
class Module;
} // namespace llvm

namespace circ {

/// Puts the usual case of pushes and pops of a known size in their places: the last
/// chunk of the tape has the room, or the words. A call in a loop costs more than what
/// it does, since it takes all registers.
void inlineTapeAccess(llvm::Module &module);

} // namespace circ
