//===- CodeCache.cpp - Compiled code kept between runs --------------------===//

#include "compiler/driver/CodeCache.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace circ {

namespace fs = llvm::sys::fs;
using Digest = llvm::BLAKE3Result<>;

/// The first bytes of an entry. Then come the digest of key and contents, and
/// the contents.
static constexpr llvm::StringLiteral magic = "circ code 1\n";
static constexpr size_t headerSize = magic.size() + sizeof(Digest);

/// The digest of several texts, each with its size, so that no two sequences of
/// texts look the same.
static Digest digest(std::initializer_list<llvm::StringRef> texts) {
  llvm::BLAKE3 hash;
  for (llvm::StringRef text : texts) {
    uint64_t size = text.size();
    hash.update(llvm::ArrayRef(reinterpret_cast<const uint8_t *>(&size), sizeof size));
    hash.update(text);
  }
  return hash.final();
}

static llvm::StringRef bytesOf(const Digest &digest) {
  return {reinterpret_cast<const char *>(digest.data()), digest.size()};
}

std::string CodeCache::userFolder() {
  llvm::SmallString<128> path;
  // A relative folder is to be ignored (XDG Base Directory Specification).
  if (const char *cache = getenv("XDG_CACHE_HOME"); cache && cache[0] == '/')
    path = cache;
  else if (const char *home = getenv("HOME"); home && home[0] == '/')
    llvm::sys::path::append(path, home, ".cache");
  else
    return "";
  llvm::sys::path::append(path, "circ");
  return path.str().str();
}

std::string CodeCache::pathOf(llvm::StringRef key) const {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, llvm::toHex(bytesOf(digest({key})), /*LowerCase=*/true) + ".code");
  return path.str().str();
}

/// Whether what a folder or file holds comes from this user alone.
static bool isPrivate(const struct stat &status) {
  return status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::optional<std::string> CodeCache::find(llvm::StringRef key) const {
  struct stat status;
  if (folder.empty() || stat(folder.c_str(), &status) != 0 || !isPrivate(status))
    return std::nullopt;
  std::string path = pathOf(key);
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return std::nullopt;
  std::string entry;
  bool read = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && isPrivate(status) &&
              uint64_t(status.st_size) >= headerSize && uint64_t(status.st_size) <= limits.bytes;
  if (read) {
    entry.resize(size_t(status.st_size));
    size_t have = 0;
    while (have < entry.size()) {
      ssize_t got = ::read(fd, entry.data() + have, entry.size() - have);
      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        break;
      have += size_t(got);
    }
    read = have == entry.size();
  }
  llvm::StringRef text = entry;
  bool right =
      read && text.starts_with(magic) &&
      text.slice(magic.size(), headerSize) == bytesOf(digest({key, text.substr(headerSize)}));
  if (right)
    futimens(fd, nullptr); // it was used now
  close(fd);
  if (!right)
    return std::nullopt;
  return entry.substr(headerSize);
}

bool CodeCache::makeFolder() const {
  if (folder.empty())
    return false;
  fs::create_directories(llvm::sys::path::parent_path(folder), true, fs::owner_all);
  fs::create_directory(folder, true, fs::owner_all);
  struct stat status;
  return stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && isPrivate(status);
}

void CodeCache::store(llvm::StringRef key, llvm::StringRef contents) const {
  if (headerSize + contents.size() > limits.bytes || !makeFolder())
    return;
  int fd = -1;
  llvm::SmallString<128> temporary;
  std::string path = pathOf(key);
  if (fs::createUniqueFile(path + ".%%%%%%%%.tmp", fd, temporary, fs::OF_None,
                           fs::owner_read | fs::owner_write))
    return;
  bool written;
  {
    llvm::raw_fd_ostream out(fd, /*shouldClose=*/true);
    out << magic << bytesOf(digest({key, contents})) << contents;
    out.close();
    written = !out.has_error();
    out.clear_error();
  }
  if (!written || fs::rename(temporary, path)) {
    fs::remove(temporary);
    return;
  }
  evict();
}

void CodeCache::evict() const {
  struct Entry {
    std::string path;
    uint64_t size;
    llvm::sys::TimePoint<> used;
  };
  std::vector<Entry> entries;
  uint64_t bytes = 0;
  auto now = std::chrono::system_clock::now();
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    llvm::StringRef path = it->path();
    struct stat status;
    if (lstat(it->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode))
      continue;
    auto used = llvm::sys::toTimePoint(status.st_mtim.tv_sec, uint32_t(status.st_mtim.tv_nsec));
    // A process that was killed while it wrote leaves its file.
    if (path.ends_with(".tmp") && now - used > std::chrono::hours(1))
      fs::remove(path);
    if (!path.ends_with(".code"))
      continue;
    entries.push_back({path.str(), uint64_t(status.st_size), used});
    bytes += uint64_t(status.st_size);
  }
  if (bytes <= limits.bytes && entries.size() <= limits.entries)
    return;
  std::sort(entries.begin(), entries.end(),
            [](const Entry &a, const Entry &b) { return a.used < b.used; });
  // A quarter goes at once, so that not every run has to look.
  uint64_t count = entries.size();
  for (const Entry &entry : entries) {
    if (bytes <= limits.bytes / 4 * 3 && count <= limits.entries / 4 * 3)
      break;
    fs::remove(entry.path);
    bytes -= entry.size;
    --count;
  }
}

} // namespace circ
