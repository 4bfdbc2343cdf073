//===- Header.h - The C header of a library -------------------------------===//
//
// The header is made from data: names, kinds, shapes and texts. It is valid C99
// and C++, whatever the names of a circuit's parameters are.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/codegen/ElementKind.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace circ {

/// An argument of a C function, in the order of the wrapper's arguments.
struct HeaderArgument {
  enum class Role {
    Dimension, ///< An int64_t.
    Input,     ///< A scalar by value, or a pointer to constant elements.
    Output,    ///< A pointer to elements; null means "not wanted".
    Workspace, ///< Memory for the call.
    Bytes      ///< How much that is.
  };
  Role role = Role::Input;
  ElementKind kind = ElementKind::F64;
  std::string name;               ///< As in circ; made a C name by `cIdentifier`.
  std::vector<std::string> shape; ///< The sizes as text ("n", "d + 1"); empty: a scalar.
  std::string doc;                ///< What it is; may be empty.
};

/// One C function.
struct HeaderFunction {
  std::string name; ///< The symbol.
  std::string doc;  ///< Lines of text without comment markers; may be empty.
  std::vector<HeaderArgument> arguments;
  /// The function that takes the same arguments, but for a workspace; empty: none.
  std::string like;
  bool tellsBytes = false; ///< Whether it returns a size, not a status.
};

/// Everything that a header says.
struct HeaderSpec {
  std::string fileName;  ///< "libgmm.h"
  std::string library;   ///< The prefix of the library's own names: "gmm".
  std::string version;   ///< The compiler's.
  std::string source;    ///< The file of the circuits; may be empty.
  std::string cpu;       ///< What the code is made for; may be empty.
  bool blas = false;     ///< Whether the code calls BLAS and LAPACK.
  bool parallel = false; ///< Whether the code may run on several threads.
  std::vector<HeaderFunction> functions;
};

/// A name in ASCII for C: Greek letters are spelt out ("alpha"), subscript
/// digits become digits, other characters their code ("u2113").
std::string cIdentifier(llvm::StringRef name);

/// The prefix for the file of a library: "gmm" for "out/libgmm.so".
std::string libraryPrefix(llvm::StringRef path);

/// The name of the function that explains errors: "gmm_last_error".
std::string lastErrorSymbol(llvm::StringRef library);

/// The first clash of names: a function or an argument that is a keyword of C or
/// C++, a function of the C library, two of one name. The message suggests
/// `--prefix` or another name.
std::optional<std::string> headerClash(const HeaderSpec &spec);

/// Writes the header; the names must not clash.
void writeHeader(llvm::raw_ostream &out, const HeaderSpec &spec);

} // namespace circ
