//===- Output.h - Results as text, JSON and files -------------------------===//
//
// Numbers are printed in the shortest form that reads back exactly.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/OutputFiles.h"
#include "compiler/driver/Values.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace circ {

/// Element `i`: `-12`, `0.1`, `1e-05`, `-0.0`, `nan`, `-inf`, `true`.
std::string formatScalar(const Value &value, int64_t i);

/// The value on one line: `3`, `[1, 2, 3]`, `[[1, 2], [3, 4]]`. With `cutLong`,
/// dimensions of more than 20 elements show both ends: `[1, 2, ..., 99, 100]`.
std::string formatValue(const Value &value, bool cutLong);

/// A line `NAME = VALUE` for each value.
std::string textOutput(llvm::ArrayRef<NamedValue> values, bool cutLong);

/// The value as JSON text: as `formatValue` without cuts, with the strings
/// "nan", "inf" and "-inf". (An llvm::json::Value would print 0.1 with 17
/// digits.) Its place in `llvm::json::OStream` is `rawValue`.
std::string jsonText(const Value &value);

/// A string as JSON text, quoted and escaped.
std::string jsonString(llvm::StringRef string);

/// An object of members that are JSON text already: {"circuit": "f", "value": 1}.
std::string jsonObject(llvm::ArrayRef<std::pair<std::string, std::string>> members);

/// The values by name: {"x": 1, "w": [1, 2], "cam": {"focal": 1}}. Fields of one
/// struct must be neighbours; an array of structs is an array of objects.
std::string jsonObject(llvm::ArrayRef<NamedValue> values);

/// The leaves of one struct, "NAME.field" each: the struct without its name.
std::string jsonStructure(llvm::ArrayRef<NamedValue> leaves);

/// Stores results in a .npz, a .json or, if there is one value, a .npy or .csv file, which
/// appears whole or not at all. Returns false with a message.
bool storeResults(const std::string &path, llvm::ArrayRef<NamedValue> values, std::string &error);

/// The file that `storeResults` writes: for commands that write others with it.
Outcome<OutputFile> resultsFile(const std::string &path, llvm::ArrayRef<NamedValue> values);

/// Whether `path` has an ending that `storeResults` knows; to be asked before
/// a long computation. Returns false with a message.
bool canStoreResults(const std::string &path, size_t count, std::string &error);

} // namespace circ
