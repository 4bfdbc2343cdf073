//===- Threads.h - The system's library of threads ------------------------===//
//
// Code for several threads calls GOMP_parallel, which the OpenMP libraries of GCC
// and of LLVM have. Either is loaded when code in this process is to run on more
// than one thread; libraries that are built for threads are linked with it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace circ {

/// The function that compiled code starts threads by.
inline llvm::StringRef teamFunction() { return "GOMP_parallel"; }

/// Loads the library, if `threads` are more than one; an error that says what is missing.
llvm::Error loadThreads(unsigned threads);

/// GOMP_parallel of the library that is loaded; without one, this thread does the work.
void startTeam(void (*work)(void *), void *data, unsigned threads, unsigned flags);

/// The file to link with.
llvm::Expected<std::string> threadsFile();

} // namespace circ
