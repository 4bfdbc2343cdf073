//===- Text.cpp - Whether a file is program text; positions in it ---------===//

#include "compiler/parse/Tokens.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

namespace circ::parse {

Positions::Positions(std::string_view text) : size(static_cast<uint32_t>(text.size())) {
  bool ascii = true;
  for (char c : text)
    ascii &= static_cast<unsigned char>(c) < 0x80;
  if (ascii)
    return;
  for (uint32_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
      bytes.push_back(i);
}

uint32_t Positions::byte(size_t codePoint) const {
  if (bytes.empty())
    return codePoint < size ? static_cast<uint32_t>(codePoint) : size;
  return codePoint < bytes.size() ? bytes[codePoint] : size;
}

bool checkText(std::string_view text, FileId file, DiagnosticEngine &diagnostics) {
  SourceRange start{file, 0, 0};
  if (text.size() > largestFile) {
    diagnostics.report(DiagnosticId::FileTooLarge, start,
                       {std::to_string(text.size()), std::to_string(largestFile)});
    return false;
  }
  auto report = [&](size_t at, std::string what) {
    auto place = static_cast<uint32_t>(at);
    diagnostics.report(DiagnosticId::BinaryFile, SourceRange{file, place, place + 1},
                       {std::to_string(at), std::move(what)});
    return false;
  };
  if (size_t zero = text.find('\0'); zero != std::string_view::npos)
    return report(zero, "zero");
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.data());
  const llvm::UTF8 *at = begin;
  if (!llvm::isLegalUTF8String(&at, begin + text.size()))
    return report(static_cast<size_t>(at - begin),
                  "0x" + llvm::utohexstr(*at) + ", which is not UTF-8 here");
  return true;
}

} // namespace circ::parse
