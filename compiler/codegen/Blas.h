//===- Blas.h - The system's BLAS and LAPACK ------------------------------===//
//
// Code that is compiled with `--blas` calls functions of Fortran. The libraries are
// those that the system knows as libblas.so.3 and liblapack.so.3, whoever made them;
// they are loaded when code asks for the first of these functions.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace circ {

/// Whether compiled code may call this function of BLAS or LAPACK.
bool isBlasFunction(llvm::StringRef name);

/// The address of such a function; an error that names the missing library.
llvm::Expected<void *> blasFunction(llvm::StringRef name);

/// The files to link with.
llvm::Expected<std::vector<std::string>> blasFiles();

} // namespace circ
