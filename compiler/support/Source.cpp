//===- Source.cpp - Source files and ranges of text -----------------------===//

#include "compiler/support/Source.h"

#include <algorithm>

namespace circ {

SourceFile::SourceFile(std::string name, std::string text)
    : fileName(std::move(name)), fileText(std::move(text)) {
  lineStarts.push_back(0);
  for (size_t i = 0; i < fileText.size(); ++i)
    if (fileText[i] == '\n')
      lineStarts.push_back(static_cast<uint32_t>(i + 1));
}

LineColumn SourceFile::lineColumn(uint32_t offset) const {
  offset = std::min<uint32_t>(offset, static_cast<uint32_t>(fileText.size()));
  auto next = std::upper_bound(lineStarts.begin(), lineStarts.end(), offset);
  unsigned line = static_cast<unsigned>(next - lineStarts.begin());
  uint32_t start = lineStarts[line - 1];
  // Continuation bytes of UTF-8 do not begin a code point.
  unsigned column = 1;
  for (uint32_t i = start; i < offset; ++i)
    if ((static_cast<unsigned char>(fileText[i]) & 0xC0) != 0x80)
      ++column;
  return {line, column};
}

std::string_view SourceFile::line(unsigned number) const {
  if (number < 1 || number > lineStarts.size())
    return {};
  uint32_t start = lineStarts[number - 1];
  size_t end = number < lineStarts.size() ? lineStarts[number] - 1 : fileText.size();
  std::string_view text = std::string_view(fileText).substr(start, end - start);
  if (!text.empty() && text.back() == '\r')
    text.remove_suffix(1);
  return text;
}

uint32_t SourceFile::lineStart(unsigned number) const {
  return number >= 1 && number <= lineStarts.size() ? lineStarts[number - 1]
                                                    : static_cast<uint32_t>(fileText.size());
}

FileId SourceManager::add(std::string name, std::string text) {
  files.emplace_back(std::move(name), std::move(text));
  return static_cast<FileId>(files.size() - 1);
}

} // namespace circ
