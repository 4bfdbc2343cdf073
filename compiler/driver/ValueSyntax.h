//===- ValueSyntax.h - Values as text -------------------------------------===//
//
// What may stand behind `NAME=` on the command line, and what all readers of
// text share: how a number is written, and how a row of numbers becomes an
// array of one kind of element.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Values.h"

#include "llvm/ADT/StringRef.h"

namespace circ {

/// A number or truth value as it was written.
struct Number {
  ElementKind kind = ElementKind::I64; ///< F64, I64 or Bool.
  int64_t integer = 0;                 ///< Of an I64 or Bool.
  double real = 0;                     ///< Of an F64.
  /// An F64 that was written as an integer out of i64's range and is rounded.
  bool roundedInteger = false;
};

/// A word of the input for a message: in quotes, cut if it is long, without
/// control characters.
std::string quotedWord(llvm::StringRef word);

/// Reads a number: `12` is an I64; `1.5`, `1e3`, `nan`, `inf` and `-0` (whose
/// sign no integer keeps) are F64; `true` and `false` are Bool. With
/// `underscores`, `1_000` is a number too. Returns false with a message that
/// tells what is wrong with the word.
bool readNumber(llvm::StringRef word, Number &number, std::string &error, bool underscores = false);

/// Collects numbers of text into one array: of I64 or Bool if all are, else of
/// F64. An integer between reals must be exact as an f64.
class NumberArray {
public:
  /// Adds an element; returns false with a message if it does not go with the
  /// ones before.
  bool add(const Number &number, std::string &error);
  int64_t size() const { return count; }
  /// The value with this shape, whose product is `size()`.
  Value take(std::vector<int64_t> shape);

private:
  bool becomeReal(std::string &error);

  ElementKind kind = ElementKind::I64;
  int64_t count = 0;
  std::vector<char> bytes;
};

/// Reads a command line value: a number, a JSON array or object, or `@FILE`. An
/// object, whether in the text or in the file, gives its fields by name:
/// "name.field". Everything else gives one value called `name`.
Outcome<std::vector<NamedValue>> readArgument(const std::string &name, llvm::StringRef text);

/// The same for a text that must be one value.
Outcome<Value> readValue(llvm::StringRef text);

/// Reads a file by its ending: x.npy, x.npz:key, x.json, x.csv. The messages
/// begin with the file's name.
Outcome<std::vector<NamedValue>> readValueFile(const std::string &name, llvm::StringRef path);

} // namespace circ
