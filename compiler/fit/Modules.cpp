//===- Modules.cpp - Optimisers that are loaded when they are asked for ---===//

#include "compiler/fit/Modules.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <dlfcn.h>

namespace circ {

static Outcome<void *> load(const char *module, const char *symbol, const char *library) {
  llvm::SmallString<256> path(llvm::sys::fs::getMainExecutable(nullptr, nullptr));
  llvm::sys::path::remove_filename(path);
  llvm::sys::path::remove_filename(path);
  llvm::sys::path::append(path, "lib", "circ", module);
  void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  void *found = handle ? dlsym(handle, symbol) : nullptr;
  if (found)
    return found;
  const char *reason = dlerror();
  return Failure{"this method needs " + std::string(library) +
                 ", and circ's part for it cannot be " +
                 "loaded: " + (reason ? reason : "it has another version")};
}

Outcome<circ_minimize_function *> loadNlopt() {
  Outcome<void *> found = load("circ-nlopt.so", "circ_minimize", "NLopt");
  if (!found)
    return Failure{found.message()};
  return reinterpret_cast<circ_minimize_function *>(*found);
}

Outcome<circ_solve_least_squares_function *> loadCeres() {
  Outcome<void *> found = load("circ-ceres.so", "circ_solve_least_squares", "Ceres Solver");
  if (!found)
    return Failure{found.message()};
  return reinterpret_cast<circ_solve_least_squares_function *>(*found);
}

} // namespace circ
