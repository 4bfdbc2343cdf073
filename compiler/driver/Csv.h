//===- Csv.h - Tables of numbers ------------------------------------------===//
//
// Reads a table of numbers separated by commas, semicolons or tabs. A first
// line without any number is a header; nothing else is skipped but blank lines.
// Tables are written with commas and without a header.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Values.h"

#include "llvm/ADT/StringRef.h"

namespace circ {

/// Reads a file: an array [rows, columns], or [rows] if there is one column.
Outcome<Value> readCsv(const std::string &path);

/// Reads a text; messages begin with `where` and the place: "x.csv:3: ...".
Outcome<Value> parseCsv(llvm::StringRef text, const std::string &where);

/// The text of a table: a line for each row; a vector is a column, a number one line.
/// For arrays of at most two dimensions.
std::string csvText(const Value &value);

} // namespace circ
