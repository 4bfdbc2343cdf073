//===- JsonValues.cpp - Values in JSON ------------------------------------===//

#include "compiler/driver/JsonValues.h"

#include "compiler/driver/ValueSyntax.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>

namespace circ {
namespace {

/// As many dimensions as NumPy has; deeper nesting is a damaged file.
constexpr size_t maxRank = 32;
/// Objects are read recursively.
constexpr unsigned maxObjectDepth = 64;

class JsonReader {
public:
  JsonReader(llvm::StringRef text, const std::string &file)
      : text(text), file(file), at(text.begin()) {}

  /// Reads the whole text as one value or object.
  bool read(const std::string &name, std::vector<NamedValue> &out);
  std::string error;

private:
  bool readAny(const std::string &name, std::vector<NamedValue> &out, unsigned depth);
  bool readObject(const std::string &name, std::vector<NamedValue> &out, unsigned depth);
  bool readObjects(const std::string &name, std::vector<NamedValue> &out, unsigned depth);
  bool stack(const std::string &field, std::vector<Value> &elements, const char *place,
             Value &result);
  bool readNumbers(Value &value);
  bool readScalar(NumberArray &elements);
  bool closeArrays(std::vector<int64_t> &index, std::vector<int64_t> &sizes, bool empty);
  bool readString(std::string &string);

  void skipSpace() {
    while (at != text.end() && llvm::isSpace(*at))
      ++at;
  }
  bool next(char wanted) {
    skipSpace();
    if (at == text.end() || *at != wanted)
      return false;
    ++at;
    return true;
  }
  /// Whether the arrays that begin here hold objects.
  bool holdsObjects() const;
  /// What stands here, for messages.
  std::string found();
  bool fail(const char *place, const std::string &message);

  llvm::StringRef text;
  const std::string &file;
  const char *at;
};

bool JsonReader::fail(const char *place, const std::string &message) {
  llvm::StringRef before(text.begin(), static_cast<size_t>(place - text.begin()));
  size_t lineBegin = before.rfind('\n') + 1; // npos + 1 is 0
  if (file.empty())
    error = message + " (at character " + std::to_string(before.size() + 1) + " of the value)";
  else
    error = file + ":" + std::to_string(before.count('\n') + 1) + ":" +
            std::to_string(before.size() - lineBegin + 1) + ": " + message;
  return false;
}

std::string JsonReader::found() {
  skipSpace();
  if (at == text.end())
    return file.empty() ? "the end" : "the end of the file";
  if (llvm::isAlnum(*at) || *at == '-' || *at == '+') {
    llvm::StringRef word =
        llvm::StringRef(at, static_cast<size_t>(text.end() - at)).take_while([](char c) {
          return llvm::isAlnum(c) || llvm::StringRef("+-._").contains(c);
        });
    return quotedWord(word);
  }
  if (*at == '[' || *at == '{')
    return *at == '[' ? "an array" : "an object";
  if (*at == '"')
    return "a string";
  return llvm::isPrint(*at) ? std::string("`") + *at + "`" : "a byte that is no JSON";
}

bool JsonReader::holdsObjects() const {
  const char *p = at;
  while (p != text.end() && (*p == '[' || llvm::isSpace(*p)))
    ++p;
  return p != text.end() && *p == '{';
}

bool JsonReader::read(const std::string &name, std::vector<NamedValue> &out) {
  if (text.starts_with("\xef\xbb\xbf"))
    at += 3;
  if (!readAny(name, out, 0))
    return false;
  skipSpace();
  return at == text.end() || fail(at, "expected the end after the value, found " + found());
}

bool JsonReader::readAny(const std::string &name, std::vector<NamedValue> &out, unsigned depth) {
  skipSpace();
  if (depth > maxObjectDepth)
    return fail(at, "objects are nested more than " + std::to_string(maxObjectDepth) + " deep");
  if (at != text.end() && *at == '{')
    return readObject(name, out, depth);
  if (holdsObjects())
    return readObjects(name, out, depth);
  Value value;
  if (!readNumbers(value))
    return false;
  out.push_back({name, std::move(value)});
  return true;
}

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

static std::string fieldName(const std::string &name, const std::string &field) {
  return name.empty() ? field : name + "." + field;
}

bool JsonReader::readString(std::string &string) {
  const char *begin = at;
  for (++at; at != text.end() && *at != '"' && *at != '\n'; ++at)
    if (*at == '\\' && at + 1 != text.end())
      ++at;
  if (at == text.end() || *at != '"')
    return fail(begin, "a string that begins here has no end");
  ++at;
  // The escapes are LLVM's business.
  auto parsed = llvm::json::parse(llvm::StringRef(begin, static_cast<size_t>(at - begin)));
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    return fail(begin, "a string with a bad escape or bad UTF-8");
  }
  string = parsed->getAsString()->str();
  return true;
}

bool JsonReader::readObject(const std::string &name, std::vector<NamedValue> &out, unsigned depth) {
  llvm::StringSet<> keys;
  next('{');
  if (next('}'))
    return true;
  do {
    skipSpace();
    const char *place = at;
    if (at == text.end() || *at != '"')
      return fail(place, "expected a name in double quotes, found " + found());
    std::string key;
    if (!readString(key))
      return false;
    if (key.empty())
      return fail(place, "an empty name");
    if (!keys.insert(key).second)
      return fail(place, "the name `" + key + "` is given twice in one object");
    if (!next(':'))
      return fail(at, "expected `:` after the name `" + key + "`, found " + found());
    if (!readAny(fieldName(name, key), out, depth + 1))
      return false;
  } while (next(','));
  return next('}') || fail(at, "expected `,` or `}` in an object, found " + found());
}

/// Reads an array of objects as an array of each field.
bool JsonReader::readObjects(const std::string &name, std::vector<NamedValue> &out,
                             unsigned depth) {
  std::vector<std::string> fields;
  std::vector<std::vector<Value>> elements; // of each field
  const char *begin = at;
  size_t count = 0;
  next('[');
  do {
    skipSpace();
    const char *place = at;
    std::string index = "[" + std::to_string(count) + "]";
    std::vector<NamedValue> element;
    if (!readAny("", element, depth + 1))
      return false;
    if (element.size() == 1 && element[0].name.empty())
      return fail(place, "element " + index + " is no object as the ones before are");
    for (NamedValue &field : element) {
      auto position = std::find(fields.begin(), fields.end(), field.name);
      if (position == fields.end() && count != 0)
        return fail(place, "element " + index + " has a field `" + field.name +
                               "`, which element [0] has not");
      size_t k = static_cast<size_t>(position - fields.begin());
      if (position == fields.end()) {
        fields.push_back(field.name);
        elements.emplace_back();
      }
      elements[k].push_back(std::move(field.value));
    }
    ++count;
    for (size_t k = 0; k < fields.size(); ++k)
      if (elements[k].size() != count)
        return fail(place, "element " + index + " has no field `" + fields[k] +
                               "`, which element [0] has");
  } while (next(','));
  if (!next(']'))
    return fail(at, "expected `,` or `]` in an array, found " + found());
  for (size_t k = 0; k < fields.size(); ++k) {
    Value value;
    if (!stack(fields[k], elements[k], begin, value))
      return false;
    out.push_back({fieldName(name, fields[k]), std::move(value)});
  }
  return true;
}

bool JsonReader::stack(const std::string &field, std::vector<Value> &elements, const char *place,
                       Value &result) {
  ElementKind kind = elements[0].kind;
  for (const Value &element : elements)
    if (element.kind == ElementKind::F64)
      kind = ElementKind::F64;
  result.kind = kind;
  result.fromText = true;
  result.shape = elements[0].shape;
  result.shape.insert(result.shape.begin(), static_cast<int64_t>(elements.size()));
  for (size_t i = 0; i < elements.size(); ++i) {
    std::string where = "field `" + field + "` of element [" + std::to_string(i) + "]: ";
    if (elements[i].shape != elements[0].shape)
      return fail(place, where + "found " + shapeText(elements[i].shape) +
                             " where element [0] has " + shapeText(elements[0].shape));
    Outcome<Value> converted = convert(elements[i], kind);
    if (!converted)
      return fail(place, where + converted.message());
    const ElementBytes &added = converted->bytes;
    result.bytes.append(added.begin(), added.end());
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Numbers and nested arrays of numbers
//===----------------------------------------------------------------------===//

bool JsonReader::readScalar(NumberArray &elements) {
  skipSpace();
  const char *place = at;
  std::string string, message;
  llvm::StringRef word;
  if (at != text.end() && *at == '"') {
    if (!readString(string))
      return false;
    word = string;
    if (word != "nan" && word != "inf" && word != "-inf")
      return fail(place, "found the string " + quotedWord(word) +
                             "; of strings only \"nan\", \"inf\" and \"-inf\" are numbers");
  } else {
    word = llvm::StringRef(at, static_cast<size_t>(text.end() - at)).take_while([](char c) {
      return llvm::isAlnum(c) || c == '+' || c == '-' || c == '.' || c == '_';
    });
    if (word.empty())
      return fail(place, "expected a number or an array, found " + found());
    at = word.end();
  }
  Number number;
  return (readNumber(word, number, message) && elements.add(number, message)) ||
         fail(place, message);
}

/// Reads what follows an element: nothing at the outermost level, a comma, or
/// the ends of arrays. `index` holds the position at each open level; `empty`
/// tells that the innermost array has no elements.
bool JsonReader::closeArrays(std::vector<int64_t> &index, std::vector<int64_t> &sizes, bool empty) {
  while (!index.empty()) {
    const char *place = at;
    if (!empty) {
      ++index.back();
      if (next(','))
        return true;
      place = at;
      if (!next(']'))
        return fail(at, "expected `,` or `]` in an array, found " + found());
    }
    empty = false;
    int64_t &size = sizes[index.size() - 1], count = index.back();
    index.pop_back();
    if (size == -1)
      size = count;
    if (size != count)
      return fail(place, "ragged array: " + (index.empty() ? "it" : shapeText(index)) + " has " +
                             std::to_string(count) + (count == 1 ? " element" : " elements") +
                             " where the arrays before it have " + std::to_string(size));
  }
  return true;
}

bool JsonReader::readNumbers(Value &value) {
  NumberArray elements;
  std::vector<int64_t> index;   // the position at each open level
  std::vector<int64_t> sizes;   // of each level seen so far, -1 before its first end
  std::optional<size_t> leaves; // the level at which numbers stand
  do {
    skipSpace();
    const char *place = at;
    bool empty = false;
    if (next('[')) {
      if (leaves && index.size() == *leaves)
        return fail(place, "found an array at " + shapeText(index) +
                               ", where the elements before are numbers");
      if (index.size() == maxRank)
        return fail(place, "arrays are nested more than " + std::to_string(maxRank) + " deep");
      index.push_back(0);
      if (sizes.size() < index.size())
        sizes.push_back(-1);
      empty = next(']');
      if (!empty)
        continue;
    } else {
      if (index.size() != sizes.size())
        return fail(place, "found " + found() + " at " + shapeText(index) +
                               ", where the elements before are arrays");
      leaves = index.size();
      if (!readScalar(elements))
        return false;
    }
    if (!closeArrays(index, sizes, empty))
      return false;
  } while (!index.empty());
  value = elements.take(sizes);
  return true;
}

} // namespace

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

Outcome<std::vector<NamedValue>> parseJson(const std::string &name, llvm::StringRef text,
                                           const std::string &file) {
  JsonReader reader(text, file);
  std::vector<NamedValue> values;
  if (!reader.read(name, values))
    return Failure{reader.error};
  return values;
}

/// Reads the text of a file and hands it to `use`.
template <typename Use>
static Outcome<std::vector<NamedValue>> withText(const std::string &path, Use use) {
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return Failure{"`" + path + "`: cannot be read: " + buffer.getError().message()};
  return use((*buffer)->getBuffer());
}

Outcome<std::vector<NamedValue>> readJsonFile(const std::string &name, const std::string &path) {
  return withText(path, [&](llvm::StringRef text) { return parseJson(name, text, path); });
}

Outcome<std::vector<NamedValue>> readJsonObject(const std::string &path) {
  return withText(path, [&](llvm::StringRef text) -> Outcome<std::vector<NamedValue>> {
    llvm::StringRef content = text;
    content.consume_front("\xef\xbb\xbf");
    content = content.ltrim();
    if (!content.empty() && content.front() != '{')
      return Failure{"`" + path +
                     "`: holds one value; expected an object with the arguments by name, as "
                     "{\"x\": 1, \"w\": [1, 2]}"};
    return parseJson("", text, path);
  });
}

} // namespace circ
