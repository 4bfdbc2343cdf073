//===- Csv.cpp - Tables of numbers ----------------------------------------===//

#include "compiler/driver/Csv.h"

#include "compiler/driver/Output.h"

#include "compiler/driver/ValueSyntax.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <tuple>

namespace circ {
namespace {

class CsvReader {
public:
  CsvReader(llvm::StringRef text, const std::string &where) : rest(text), where(where) {}
  Outcome<Value> read();

private:
  /// Fetches the next line that is not blank.
  bool nextLine(llvm::StringRef &line);
  /// Splits a line into fields without blanks and quotes around them.
  bool split(llvm::StringRef line);
  bool addRow();
  /// Explains a field that is no number, by what is likely meant.
  std::string hint(llvm::StringRef field);
  bool fail(const std::string &message) {
    error = where + ":" + std::to_string(lineNumber) + ": " + message;
    return false;
  }

  llvm::StringRef rest;
  const std::string &where;
  size_t lineNumber = 0;
  size_t headerLine = 0, firstRow = 0; // 0 where there is none
  char separator = ',';
  llvm::SmallVector<llvm::StringRef, 16> fields;
  NumberArray elements;
  int64_t rows = 0, columns = 0;
  std::string error;
};

/// The separator is what the first line uses outside of quotes; a tab or
/// semicolon decides, as commas may then belong to numbers.
char findSeparator(llvm::StringRef line) {
  bool quoted = false, semicolon = false;
  for (char c : line) {
    quoted ^= c == '"';
    if (!quoted && c == '\t')
      return '\t';
    semicolon |= !quoted && c == ';';
  }
  return semicolon ? ';' : ',';
}

bool isNumber(llvm::StringRef field) {
  Number number;
  std::string ignored;
  return readNumber(field, number, ignored) && number.kind != ElementKind::Bool;
}

/// Whether a field of the first line may be a name. What begins as a number is
/// more likely a misspelt one, and no row may be dropped in silence.
bool mayBeName(llvm::StringRef field) {
  if (isNumber(field) || field == "true" || field == "false")
    return false;
  field = field.ltrim("+-.");
  return field.empty() || !llvm::isDigit(field[0]);
}

bool CsvReader::nextLine(llvm::StringRef &line) {
  while (!rest.empty()) {
    std::tie(line, rest) = rest.split('\n');
    ++lineNumber;
    line.consume_back("\r");
    if (!line.trim().empty())
      return true;
  }
  return false;
}

bool CsvReader::split(llvm::StringRef line) {
  fields.clear();
  while (true) {
    llvm::StringRef field = line.ltrim(separator == '\t' ? " " : " \t");
    if (field.starts_with("\"")) {
      // A doubled quote within is of no matter: such a field is no number.
      size_t end = field.find('"', 1);
      while (end != llvm::StringRef::npos && field.substr(end + 1).starts_with("\""))
        end = field.find('"', end + 2);
      if (end == llvm::StringRef::npos)
        return fail("column " + std::to_string(fields.size() + 1) +
                    ": a quoted field has no end on its line");
      llvm::StringRef after = field.drop_front(end + 1).ltrim(separator == '\t' ? " " : " \t");
      if (!after.empty() && after[0] != separator)
        return fail("column " + std::to_string(fields.size() + 1) +
                    ": text after the end of a quoted field");
      fields.push_back(field.slice(1, end).trim());
      if (after.empty())
        return true;
      line = after.drop_front();
      continue;
    }
    size_t end = field.find(separator);
    fields.push_back(field.take_front(end).trim());
    if (end == llvm::StringRef::npos)
      return true;
    line = field.drop_front(end + 1);
  }
}

std::string CsvReader::hint(llvm::StringRef field) {
  if (field.empty())
    return "; write nan where a value is unknown";
  auto isNumberAt = [&](char at) {
    auto [left, right] = field.split(at);
    return isNumber(left) && isNumber(right.trim());
  };
  if (field.contains(',') && isNumberAt(','))
    return "; write decimals with a point";
  if (llvm::StringRef first = field.take_until([](char c) { return c == ' '; });
      first.size() != field.size() && isNumber(first))
    return "; separate numbers by commas, semicolons or tabs";
  if (field == "true" || field == "false")
    return "; write 1 or 0";
  if (rows == 0 && headerLine == 0)
    return "; a header must have no number in it: give every column a name, or take the line out";
  return "; if the column holds names, take it out or write numbers for them";
}

bool CsvReader::addRow() {
  auto found = static_cast<int64_t>(fields.size());
  if (columns == 0)
    columns = found;
  if (found != columns)
    return fail("ragged rows: " + std::to_string(found) + (found == 1 ? " field" : " fields") +
                " where line " + std::to_string(headerLine ? headerLine : firstRow) + " has " +
                std::to_string(columns));
  if (rows == 0)
    firstRow = lineNumber;
  for (size_t k = 0; k < fields.size(); ++k) {
    Number number;
    std::string message;
    if (!readNumber(fields[k], number, message) || number.kind == ElementKind::Bool)
      return fail("column " + std::to_string(k + 1) + ": expected a number, found " +
                  (fields[k].empty() ? "an empty field" : quotedWord(fields[k])) +
                  (llvm::StringRef(message).contains("too large") ? ", which is too large for f64"
                                                                  : hint(fields[k])));
    if (!elements.add(number, message))
      return fail("column " + std::to_string(k + 1) + ": " + message);
  }
  ++rows;
  return true;
}

Outcome<Value> CsvReader::read() {
  rest.consume_front("\xef\xbb\xbf");
  llvm::StringRef line;
  if (!nextLine(line))
    return Failure{where + ": the file is empty; expected rows of numbers"};
  separator = findSeparator(line);
  if (!split(line))
    return Failure{error};
  bool anyName = llvm::any_of(fields, [](llvm::StringRef field) { return !field.empty(); });
  if (anyName && llvm::all_of(fields, mayBeName)) {
    headerLine = lineNumber;
    columns = static_cast<int64_t>(fields.size());
  } else if (!addRow()) {
    return Failure{error};
  }
  while (nextLine(line))
    if (!split(line) || !addRow())
      return Failure{error};
  if (rows == 0)
    return Failure{where + ": found a header, but no rows of numbers"};
  return columns == 1 ? elements.take({rows}) : elements.take({rows, columns});
}

} // namespace

Outcome<Value> parseCsv(llvm::StringRef text, const std::string &where) {
  return CsvReader(text, where).read();
}

Outcome<Value> readCsv(const std::string &path) {
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return Failure{"`" + path + "`: cannot be read: " + buffer.getError().message()};
  return parseCsv((*buffer)->getBuffer(), path);
}

std::string csvText(const Value &value) {
  int64_t columns = value.shape.size() == 2 ? value.shape[1] : 1;
  std::string text;
  for (int64_t i = 0; i < value.count(); ++i) {
    // Truth values as they are read: as numbers.
    text += value.kind == ElementKind::Bool ? (value.data<uint8_t>()[i] ? "1" : "0")
                                            : formatScalar(value, i);
    text += (i + 1) % columns ? ',' : '\n';
  }
  return text;
}

} // namespace circ
