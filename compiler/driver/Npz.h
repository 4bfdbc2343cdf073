//===- Npz.h - NumPy's archive of named arrays ----------------------------===//
//
// Reads and writes .npz files: zip archives with one .npy file an array, as
// numpy.savez and numpy.savez_compressed make them.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Values.h"

#include "llvm/ADT/ArrayRef.h"

namespace circ {

/// Reads the array called `key`; without a key, the only one of the archive.
Outcome<Value> readNpz(const std::string &path, const std::optional<std::string> &key);

/// Reads all arrays, in the archive's order.
Outcome<std::vector<NamedValue>> readNpzAll(const std::string &path);

/// The bytes of an archive of these arrays, uncompressed; equal values give
/// equal bytes.
Outcome<std::string> npzBytes(llvm::ArrayRef<NamedValue> values);

} // namespace circ
