//===- OutputFiles.cpp - Files that appear whole or not at all ------------===//

#include "compiler/driver/OutputFiles.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <list>
#include <unistd.h>

namespace circ {

namespace fs = llvm::sys::fs;

/// Writes all bytes; returns 0 or the errno of the failure.
static int writeAll(int fd, llvm::StringRef bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return errno;
    bytes = bytes.drop_front(static_cast<size_t>(written));
  }
  return 0;
}

/// Writes all bytes and closes the file; some file systems tell only then that
/// the disk is full.
static std::error_code writeAndClose(int fd, llvm::StringRef bytes) {
  int code = writeAll(fd, bytes);
  if (::close(fd) != 0 && code == 0 && errno != EINTR)
    code = errno;
  return std::error_code(code, std::generic_category());
}

/// Why a file cannot be written, as a message.
static bool fail(const std::string &path, const std::string &reason, std::string &error) {
  error = path.empty() ? "the name of the file to write is empty"
                       : "`" + path + "`: cannot be written: " + reason;
  return false;
}

bool canWriteFile(const std::string &path, std::string &error) {
  llvm::StringRef parent = llvm::sys::path::parent_path(path);
  if (path.empty() || fs::is_directory(path))
    return fail(path, "it is a directory", error);
  if (!parent.empty() && !fs::is_directory(parent))
    return fail(path, "there is no directory `" + parent.str() + "`; make it first", error);
  return true;
}

namespace {

/// A file whose bytes are on disk under another name, which goes with this
/// object unless `publish` gave it its own.
class PendingFile {
public:
  explicit PendingFile(const OutputFile &file) : file(file) {}
  PendingFile(const PendingFile &) = delete;
  PendingFile &operator=(const PendingFile &) = delete;
  ~PendingFile() {
    if (!temporary.empty())
      fs::remove(temporary);
  }

  bool prepare(std::string &error);
  bool publish(std::string &error);

private:
  const OutputFile &file;
  bool direct = false; // no regular file: there is nothing to rename
  llvm::SmallString<256> target, temporary;
};

bool PendingFile::prepare(std::string &error) {
  const std::string &path = file.path;
  if (!canWriteFile(path, error))
    return false;
  // Through a link, the file it points to is the one to replace.
  target = path;
  fs::file_status status;
  bool exists = !fs::status(path, status) && fs::exists(status);
  if (exists && fs::real_path(path, target))
    target = path;
  direct = exists && !fs::is_regular_file(status);
  if (direct)
    return true;
  // Renaming would replace even a file that must not be written.
  if (exists && ::access(target.c_str(), W_OK) != 0)
    return fail(path, std::error_code(errno, std::generic_category()).message(), error);
  int fd = -1;
  if (std::error_code code = fs::createUniqueFile(target + ".%%%%%%%%.tmp", fd, temporary,
                                                  fs::OF_None, fs::all_read | fs::all_write)) {
    temporary.clear();
    return fail(path, code.message(), error);
  }
  std::error_code code = writeAndClose(fd, file.bytes);
  if (!code && exists)
    code = fs::setPermissions(temporary, status.permissions());
  return code ? fail(path, code.message(), error) : true;
}

bool PendingFile::publish(std::string &error) {
  std::error_code code;
  int fd = -1;
  if (!direct)
    code = fs::rename(temporary, target);
  else if (!(code = fs::openFileForWrite(file.path, fd, fs::CD_OpenExisting)))
    code = writeAndClose(fd, file.bytes);
  if (code)
    return fail(file.path, code.message(), error);
  temporary.clear();
  return true;
}

} // namespace

bool writeFiles(const std::vector<OutputFile> &files, std::string &error) {
  std::list<PendingFile> pending;
  for (const OutputFile &file : files)
    if (!pending.emplace_back(file).prepare(error))
      return false;
  for (PendingFile &file : pending)
    if (!file.publish(error))
      return false;
  return true;
}

} // namespace circ
