//===- LargeStack.h - Work that recurses deeply ---------------------------===//
#pragma once

#include <functional>
#include <string>

namespace circ {

/// Does the work on a thread of 512 MB of stack, because deep expressions recurse
/// deeply, and waits for it. Returns false, with the reason, when the work was
/// given up.
bool onLargeStack(const std::function<void()> &work, std::string *reason = nullptr);

/// Gives up the work of `onLargeStack` that this thread does, as after an error
/// in LLVM that nothing can be made of. The thread and what it holds are lost;
/// the process goes on. Returns only when this thread does no such work.
void giveUpWork(const char *reason);

} // namespace circ
