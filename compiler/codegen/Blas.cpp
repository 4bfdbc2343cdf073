//===- Blas.cpp - The system's BLAS and LAPACK ----------------------------===//

#include "compiler/codegen/Blas.h"

#include "llvm/ADT/STLExtras.h"

#include <dlfcn.h>
#include <link.h>

using namespace llvm;

namespace circ {

namespace {

/// One of the two libraries; loaded once and kept, for code may call it at any time.
struct Library {
  explicit Library(const char *name) : handle(dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
    if (const char *reason = handle ? nullptr : dlerror())
      problem = reason;
  }
  void *handle;
  std::string problem;
};

} // namespace

static Expected<void *> loaded(const Library &library) {
  if (library.handle)
    return library.handle;
  return createStringError("--blas needs the system's BLAS and LAPACK (on Debian one of the "
                           "packages libopenblas0, libblas3 and liblapack3): " +
                           library.problem);
}

static Expected<void *> blas() {
  static const Library library("libblas.so.3");
  return loaded(library);
}

static Expected<void *> lapack() {
  static const Library library("liblapack.so.3");
  return loaded(library);
}

/// "gemm" of "dgemm_" and "sgemm_"; "" for other names.
static StringRef withoutType(StringRef name) {
  bool fits = (name.consume_front("d") || name.consume_front("s")) && name.consume_back("_");
  return fits ? name : "";
}

static bool isOfLapack(StringRef name) {
  return is_contained({"potrf", "getrf", "getrs"}, withoutType(name));
}

bool isBlasFunction(StringRef name) {
  return isOfLapack(name) || is_contained({"gemm", "trsm"}, withoutType(name));
}

Expected<void *> blasFunction(StringRef name) {
  Expected<void *> library = isOfLapack(name) ? lapack() : blas();
  if (!library)
    return library.takeError();
  if (void *found = dlsym(*library, name.str().c_str()))
    return found;
  return createStringError("the system's " + Twine(isOfLapack(name) ? "LAPACK" : "BLAS") +
                           " has no function '" + name + "'");
}

Expected<std::vector<std::string>> blasFiles() {
  std::vector<std::string> files;
  for (auto load : {blas, lapack}) {
    Expected<void *> library = load();
    if (!library)
      return library.takeError();
    link_map *map = nullptr;
    if (dlinfo(*library, RTLD_DI_LINKMAP, &map) != 0)
      return createStringError("the file of a library is not known: " + Twine(dlerror()));
    files.emplace_back(map->l_name);
  }
  return files;
}

} // namespace circ
