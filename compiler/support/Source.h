//===- Source.h - Source files and ranges of text -------------------------===//
//
// A `SourceManager` owns the text of every file of a compilation. A
// `SourceRange` names a half-open range of bytes in one of them and is what
// every AST node and every diagnostic carries.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace circ {

/// Identifies a file of a `SourceManager`.
using FileId = uint32_t;

/// A half-open range of bytes `[begin, end)` in one source file.
struct SourceRange {
  FileId file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;

  /// The smallest range that covers both (they must be in one file).
  SourceRange joined(SourceRange other) const {
    return {file, begin < other.begin ? begin : other.begin, end > other.end ? end : other.end};
  }
};

/// A place as people write it: both counted from 1; the column counts Unicode
/// code points, not bytes.
struct LineColumn {
  unsigned line = 1;
  unsigned column = 1;
};

/// One file's text with an index of its lines.
class SourceFile {
public:
  SourceFile(std::string name, std::string text);

  const std::string &name() const { return fileName; }
  std::string_view text() const { return fileText; }

  /// The place of a byte offset (offsets past the end mean the end).
  LineColumn lineColumn(uint32_t offset) const;
  /// The text of a line (from 1), without its line end.
  std::string_view line(unsigned number) const;
  /// The byte offset at which a line (from 1) begins.
  uint32_t lineStart(unsigned number) const;

private:
  std::string fileName;
  std::string fileText;
  std::vector<uint32_t> lineStarts;
};

/// Owns the files of one compilation; references stay valid.
class SourceManager {
public:
  FileId add(std::string name, std::string text);
  const SourceFile &file(FileId id) const { return files[id]; }
  size_t size() const { return files.size(); }
  std::string_view text(SourceRange range) const {
    return files[range.file].text().substr(range.begin, range.end - range.begin);
  }

private:
  std::deque<SourceFile> files;
};

} // namespace circ
