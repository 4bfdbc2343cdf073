//===- JsonValues.h - Values in JSON --------------------------------------===//
//
// Reads numbers, nested arrays and objects by name from JSON. The reader is our
// own: the kind of an element depends on how a number is written (`1` or
// `1.0`), which a general JSON tree does not keep, and arrays of millions of
// numbers go straight into their final storage.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Values.h"

#include "llvm/ADT/StringRef.h"

namespace circ {

/// Reads a JSON text. A number or a nested array is one value called `name`; an
/// object gives its fields as "name.field" (as "field" where `name` is empty),
/// nested objects too, and an array of objects gives one array a field. Besides
/// JSON's numbers there are nan and inf, bare or in quotes. Messages begin with
/// `file` and the place; for a text of the command line `file` is empty.
Outcome<std::vector<NamedValue>> parseJson(const std::string &name, llvm::StringRef text,
                                           const std::string &file);

/// The same for the text of a file.
Outcome<std::vector<NamedValue>> readJsonFile(const std::string &name, const std::string &path);

/// Reads a file that must hold one object, e.g. all arguments by name.
Outcome<std::vector<NamedValue>> readJsonObject(const std::string &path);

} // namespace circ
