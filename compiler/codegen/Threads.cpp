//===- Threads.cpp - The system's library of threads ----------------------===//

#include "compiler/codegen/Threads.h"

#include "runtime/circ_runtime.h"

#include <atomic>
#include <dlfcn.h>
#include <link.h>

using namespace llvm;

namespace circ {

/// Loaded once and kept: its threads wait for the next call.
static void *library() {
  static void *const handle = [] {
    void *found = nullptr;
    for (const char *name : {"libgomp.so.1", "libomp.so.5"})
      if (!found)
        found = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    return found;
  }();
  return handle;
}

static std::atomic<circ_team> team{nullptr};

static Error missing() {
  return createStringError("several threads need GCC's or LLVM's OpenMP library (on Debian one of "
                           "the packages libgomp1 and libomp5-19)");
}

Error loadThreads(unsigned threads) {
  if (threads < 2 || team.load())
    return Error::success();
  void *found = library() ? dlsym(library(), teamFunction().str().c_str()) : nullptr;
  if (!found)
    return missing();
  team = reinterpret_cast<circ_team>(found);
  return Error::success();
}

void startTeam(void (*work)(void *), void *data, unsigned threads, unsigned flags) {
  if (circ_team start = team.load())
    start(work, data, threads, flags);
  else
    work(data);
}

Expected<std::string> threadsFile() {
  if (!library())
    return missing();
  link_map *map = nullptr;
  if (dlinfo(library(), RTLD_DI_LINKMAP, &map) != 0)
    return createStringError("the file of a library is not known: " + Twine(dlerror()));
  return std::string(map->l_name);
}

} // namespace circ
