//===- CodeCache.h - Compiled code kept between runs ----------------------===//
//
// A folder of files, each named by the hash of all that its contents were made
// from. Several processes may use it at the same time: an entry appears whole by
// a rename. What cannot be read, or is not what was stored, is no entry; a folder
// that cannot be written, or that others could write to, is no cache.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace circ {

/// How much a cache holds. Beyond it the entries that were used least recently
/// go.
struct CacheLimits {
  uint64_t bytes = uint64_t(256) << 20;
  uint64_t entries = 4096;
};

class CodeCache {
public:
  /// A cache in this folder, which is made when something is stored; without a
  /// name, one that never holds anything.
  explicit CodeCache(std::string folder, CacheLimits limits = {})
      : folder(std::move(folder)), limits(limits) {}

  /// `$XDG_CACHE_HOME/circ`, else `~/.cache/circ`; "" where there is neither.
  static std::string userFolder();

  /// Whether there may be a cache at all.
  bool isUsable() const { return !folder.empty(); }
  /// The contents stored for what `key` describes.
  std::optional<std::string> find(llvm::StringRef key) const;
  /// Stores contents; silently nothing where that fails.
  void store(llvm::StringRef key, llvm::StringRef contents) const;

private:
  std::string pathOf(llvm::StringRef key) const;
  bool makeFolder() const;
  void evict() const;

  std::string folder;
  CacheLimits limits;
};

} // namespace circ
