//===- OutputFiles.h - Files that appear whole or not at all --------------===//
#pragma once

#include <string>
#include <vector>

namespace circ {

/// A file to write.
struct OutputFile {
  std::string path, bytes;
};

/// Writes files that appear whole or not at all, and together: each into a
/// temporary file beside it; when all are on disk, they are renamed. Older files
/// of these names stay as they are if anything fails. What is no regular file (a
/// pipe, a terminal) is written directly. Returns false with a message.
bool writeFiles(const std::vector<OutputFile> &files, std::string &error);

/// Whether there is a folder for this file; to be asked before a long
/// computation. Returns false with a message.
bool canWriteFile(const std::string &path, std::string &error);

} // namespace circ
