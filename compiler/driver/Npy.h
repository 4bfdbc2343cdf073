//===- Npy.h - NumPy's file of one array ----------------------------------===//
//
// Reads and writes .npy files. Floats of 4 and 8 bytes, integers and bools are
// read, of either byte order; arrays in Fortran order are copied to C order.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Values.h"

#include "llvm/ADT/StringRef.h"

namespace circ {

/// Reads a file. Elements of a large file that a circuit can read where they lie stay
/// there: the file is mapped, not copied.
Outcome<Value> readNpy(const std::string &path);

/// Reads the bytes of a file; messages begin with `where`. With `file`, which keeps the
/// bytes, the value may use them in place.
Outcome<Value> parseNpy(llvm::StringRef bytes, const std::string &where,
                        const std::shared_ptr<const void> &file = nullptr);

/// The bytes of a file.
std::string npyBytes(const Value &value);

} // namespace circ
