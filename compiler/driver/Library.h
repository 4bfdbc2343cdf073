//===- Library.h - The C functions of a file's circuits -------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/codegen/Header.h"
#include "compiler/codegen/SparseWrapper.h"
#include "compiler/codegen/Wrapper.h"
#include "compiler/driver/Derivatives.h"
#include "llvm/ADT/StringMap.h"

#include <optional>

namespace circ {

/// What a library holds for one circuit: its value, or a derivative program.
struct LibraryFunction {
  WrapperSpec wrapper;
  HeaderFunction header;
};

/// The C function of a circuit or of one of its derivative programs. Nothing
/// when a result's size is not made of dimension names and i64 parameters; then
/// the circuit stays internal.
std::optional<LibraryFunction> libraryFunction(const ast::Circuit &circuit,
                                               const std::string &prefix,
                                               const DerivativeRequest &request);

/// The function that does the same without allocation, and the one that tells how
/// much memory it wants.
struct WorkspaceFunctions {
  LibraryFunction into;
  HeaderFunction size;
};
WorkspaceFunctions workspaceFunctions(const LibraryFunction &function);

/// Says in the headers of functions of a circuit which of its sizes are fixed.
void describeFixedSizes(const ast::Circuit &circuit, const llvm::StringMap<int64_t> &fixedSizes,
                        HeaderFunction &header);

/// A C function of a sparse Jacobian or Hessian.
struct SparseLibraryFunction {
  SparseWrapperSpec wrapper;
  HeaderFunction header;
};

/// The two functions, of the pattern and of the values, of a Jacobian or Hessian whose
/// dense function can be exported; they use the programs of `sparsePrograms`.
std::vector<SparseLibraryFunction> sparseLibraryFunctions(const ast::Circuit &circuit,
                                                          const std::string &prefix,
                                                          const DerivativeRequest &request);

} // namespace circ
