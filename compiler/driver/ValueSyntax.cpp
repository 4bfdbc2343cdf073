//===- ValueSyntax.cpp - Values as text -----------------------------------===//

#include "compiler/driver/ValueSyntax.h"

#include "compiler/driver/Csv.h"
#include "compiler/driver/JsonValues.h"
#include "compiler/driver/Npy.h"
#include "compiler/driver/Npz.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace circ {

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

namespace {

/// The words that are numbers. JSON writers spell them in several ways.
bool readWord(llvm::StringRef word, Number &number) {
  if (word == "true" || word == "false") {
    number.kind = ElementKind::Bool;
    number.integer = word == "true";
    return true;
  }
  bool negative = word.consume_front("-");
  if (!negative)
    word.consume_front("+");
  number.kind = ElementKind::F64;
  if (word.equals_insensitive("nan"))
    number.real = std::numeric_limits<double>::quiet_NaN();
  else if (word.equals_insensitive("inf") || word.equals_insensitive("infinity"))
    number.real = negative ? -HUGE_VAL : HUGE_VAL;
  else
    return false;
  return true;
}

/// Whether the word is digits with an optional sign, point and exponent;
/// `integral` tells that it has neither point nor exponent.
bool isDecimal(llvm::StringRef word, bool &integral) {
  if (!word.consume_front("-"))
    word.consume_front("+");
  llvm::StringRef whole = word.take_while(llvm::isDigit);
  word = word.drop_front(whole.size());
  llvm::StringRef fraction;
  integral = true;
  if (word.consume_front(".")) {
    integral = false;
    fraction = word.take_while(llvm::isDigit);
    word = word.drop_front(fraction.size());
  }
  if (whole.empty() && fraction.empty())
    return false;
  if (!word.consume_front("e") && !word.consume_front("E"))
    return word.empty();
  integral = false;
  if (!word.consume_front("-"))
    word.consume_front("+");
  return !word.empty() && llvm::all_of(word, llvm::isDigit);
}

/// Takes out the underscores between digits; false if one stands elsewhere.
bool removeUnderscores(llvm::StringRef word, std::string &plain) {
  for (size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '_')
      plain += word[i];
    else if (i == 0 || i + 1 == word.size() || !llvm::isDigit(word[i - 1]) ||
             !llvm::isDigit(word[i + 1]))
      return false;
  }
  return true;
}

} // namespace

std::string quotedWord(llvm::StringRef word) {
  constexpr size_t longest = 40;
  llvm::StringRef shown = word.take_front(longest);
  // Not within a character of several bytes.
  while (shown.size() < word.size() && !shown.empty() && (word[shown.size()] & 0xc0) == 0x80)
    shown = shown.drop_back();
  std::string text = "`";
  for (char c : shown)
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return text + (shown.size() < word.size() ? "...`" : "`");
}

bool readNumber(llvm::StringRef word, Number &number, std::string &error, bool underscores) {
  number = {};
  std::string plain;
  llvm::StringRef digits = word;
  if (underscores && word.contains('_')) {
    if (!removeUnderscores(word, plain)) {
      error = quotedWord(word) + " is not a number: an underscore must stand between digits";
      return false;
    }
    digits = plain;
  }
  bool integral = false;
  if (!isDecimal(digits, integral)) {
    if (readWord(digits, number))
      return true;
    error = word.empty() ? "a number is missing" : quotedWord(word) + " is not a number";
    return false;
  }

  digits.consume_front("+");
  const char *begin = digits.begin(), *end = digits.end();
  if (integral && std::from_chars(begin, end, number.integer).ec == std::errc() &&
      !(number.integer == 0 && digits.starts_with("-")))
    return true;

  number.kind = ElementKind::F64;
  number.integer = 0;
  if (!integral && std::from_chars(begin, end, number.real).ec == std::errc())
    return true;
  // What is left: integers beyond i64, which may be inexact; reals so small
  // that they round to zero, or too large.
  llvm::APFloat exact(llvm::APFloat::IEEEdouble());
  auto status = exact.convertFromString(digits, llvm::APFloat::rmNearestTiesToEven);
  if (!status) {
    llvm::consumeError(status.takeError());
    error = quotedWord(word) + " is not a number";
    return false;
  }
  number.real = exact.convertToDouble();
  number.roundedInteger = integral && *status != llvm::APFloat::opOK;
  if (std::isinf(number.real)) {
    error = quotedWord(word) + " is too large for f64; write inf if infinity is meant";
    return false;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Arrays of numbers
//===----------------------------------------------------------------------===//

/// What is wrong with an integer that an array of reals cannot hold.
static std::string inexact(int64_t integer) {
  return "found " + std::to_string(integer) +
         " in an array of real numbers, an integer that no f64 holds exactly (write it with a "
         "point if "
         "rounding is meant)";
}

bool NumberArray::becomeReal(std::string &error) {
  // Both kinds take 8 bytes: each element is replaced in its place.
  for (size_t at = 0; at < bytes.size(); at += 8) {
    int64_t integer;
    std::memcpy(&integer, &bytes[at], 8);
    if (!isExactInF64(integer)) {
      error = inexact(integer);
      return false;
    }
    double real = static_cast<double>(integer);
    std::memcpy(&bytes[at], &real, 8);
  }
  kind = ElementKind::F64;
  return true;
}

bool NumberArray::add(const Number &number, std::string &error) {
  if (count == 0)
    kind = number.kind;
  if ((kind == ElementKind::Bool) != (number.kind == ElementKind::Bool)) {
    error = kind == ElementKind::Bool ? "found a number in an array of true and false"
                                      : "found true or false in an array of numbers";
    return false;
  }
  if (number.roundedInteger) {
    error = "found an integer that neither i64 nor f64 holds exactly (write it with a point if "
            "rounding "
            "is meant)";
    return false;
  }
  if (number.kind == ElementKind::F64 && kind == ElementKind::I64 && !becomeReal(error))
    return false;

  auto append = [&](auto element) {
    const char *begin = reinterpret_cast<const char *>(&element);
    bytes.insert(bytes.end(), begin, begin + sizeof element);
  };
  if (kind == ElementKind::Bool) {
    append(static_cast<uint8_t>(number.integer));
  } else if (kind == ElementKind::I64) {
    append(number.integer);
  } else if (number.kind == ElementKind::F64) {
    append(number.real);
  } else {
    if (!isExactInF64(number.integer)) {
      error = inexact(number.integer);
      return false;
    }
    append(static_cast<double>(number.integer));
  }
  ++count;
  return true;
}

Value NumberArray::take(std::vector<int64_t> shape) {
  Value value;
  value.kind = kind;
  value.shape = std::move(shape);
  value.bytes = std::move(bytes);
  value.fromText = true;
  assert(value.count() == count && "the shape must fit the elements");
  return value;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

static std::vector<NamedValue> single(const std::string &name, Value value) {
  std::vector<NamedValue> values;
  values.push_back({name, std::move(value)});
  return values;
}

Outcome<std::vector<NamedValue>> readValueFile(const std::string &name, llvm::StringRef path) {
  if (path.empty())
    return Failure{"the name of a file is missing after @"};
  // The key of an archive: behind the last ".npz:".
  size_t archive = path.rfind(".npz:");
  bool npz = path.ends_with(".npz") || archive != llvm::StringRef::npos;
  if (path.ends_with(".json"))
    return readJsonFile(name, path.str());
  Outcome<Value> value = Failure{};
  if (npz && archive != llvm::StringRef::npos)
    value = readNpz(path.take_front(archive + 4).str(), path.drop_front(archive + 5).str());
  else if (npz)
    value = readNpz(path.str(), std::nullopt);
  else if (path.ends_with(".npy"))
    value = readNpy(path.str());
  else if (path.ends_with(".csv") || path.ends_with(".tsv"))
    value = readCsv(path.str());
  else
    return Failure{
        "`" + path.str() +
        "`: unknown kind of file; expected a name that ends in .npy, .npz:KEY, .json or .csv"};
  if (!value)
    return Failure{value.message()};
  return single(name, std::move(*value));
}

Outcome<std::vector<NamedValue>> readArgument(const std::string &name, llvm::StringRef text) {
  text = text.trim();
  if (text.empty())
    return Failure{"the value is missing; expected a number, an array such as [1, 2] or @FILE"};
  if (text.consume_front("@"))
    return readValueFile(name, text);
  if (text.starts_with("[") || text.starts_with("{"))
    return parseJson(name, text, "");

  Number number;
  std::string error;
  llvm::StringRef word = text;
  if (word.size() >= 2 && word.starts_with("\"") && word.ends_with("\""))
    word = word.drop_front().drop_back(); // "nan", as our JSON output writes it
  if (!readNumber(word, number, error, /*underscores=*/true)) {
    if (text.ends_with(".npy") || text.contains(".npz") || text.ends_with(".json") ||
        text.ends_with(".csv"))
      error += "; to read a file, write @" + text.str();
    else if (!llvm::StringRef(error).contains("too large"))
      error += "; expected a number, an array such as [1, 2] or @FILE";
    return Failure{error};
  }
  NumberArray elements;
  if (!elements.add(number, error))
    return Failure{error};
  return single(name, elements.take({}));
}

Outcome<Value> readValue(llvm::StringRef text) {
  Outcome<std::vector<NamedValue>> values = readArgument("", text);
  if (!values)
    return Failure{values.message()};
  if (values->size() != 1 || !values->front().name.empty())
    return Failure{"found an object by name; expected a number or an array"};
  return std::move(values->front().value);
}

} // namespace circ
