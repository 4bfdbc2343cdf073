//===- Output.cpp - Results as text, JSON and files -----------------------===//

#include "compiler/driver/Output.h"

#include "compiler/driver/Csv.h"
#include "compiler/driver/Npy.h"
#include "compiler/driver/Npz.h"
#include "compiler/driver/OutputFiles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <charconv>
#include <cmath>

namespace circ {

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// The shortest text that reads back as this number, with an exponent only
/// where the number is very large or small, as Python prints it.
template <typename Real> static std::string formatReal(Real number) {
  if (std::isnan(number))
    return "nan";
  if (std::isinf(number))
    return number < 0 ? "-inf" : "inf";
  if (number == 0)
    return std::signbit(number) ? "-0.0" : "0"; // -0 would be an integer
  // Up to here the digits of an integer are all significant.
  const Real limit = sizeof(Real) == 8 ? Real(1e16) : Real(1e8);
  Real size = std::fabs(number);
  bool plain = size >= Real(1e-4) && size < limit;
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, number,
                           plain ? std::chars_format::fixed : std::chars_format::scientific)
                 .ptr;
  return std::string(buffer, end);
}

std::string formatScalar(const Value &value, int64_t i) {
  switch (value.kind) {
  case ElementKind::F64:
    return formatReal(value.data<double>()[i]);
  case ElementKind::F32:
    return formatReal(value.data<float>()[i]);
  case ElementKind::I64:
    return std::to_string(value.data<int64_t>()[i]);
  case ElementKind::Bool:
    return value.data<uint8_t>()[i] ? "true" : "false";
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

namespace {

/// Dimensions up to this size are never cut; of longer ones, `shownEnds`
/// elements are shown at each end.
constexpr int64_t longest = 20;
constexpr int64_t shownEnds = 5;

/// Writes nested arrays; `element(i)` appends element `i`.
template <typename Element>
void writeNested(const Value &value, size_t dimension, int64_t first, int64_t count, bool cutLong,
                 std::string &text, Element element) {
  if (dimension == value.shape.size())
    return element(first);
  int64_t size = value.shape[dimension], inner = size ? count / size : 0;
  text += '[';
  for (int64_t i = 0; i < size; ++i) {
    if (i)
      text += ", ";
    if (cutLong && size > longest && i == shownEnds) {
      text += "..., ";
      i = size - shownEnds;
    }
    writeNested(value, dimension + 1, first + i * inner, inner, cutLong, text, element);
  }
  text += ']';
}

} // namespace

std::string formatValue(const Value &value, bool cutLong) {
  std::string text;
  writeNested(value, 0, 0, value.count(), cutLong, text,
              [&](int64_t i) { text += formatScalar(value, i); });
  return text;
}

std::string textOutput(llvm::ArrayRef<NamedValue> values, bool cutLong) {
  std::string text;
  for (const NamedValue &named : values)
    text += named.name + " = " + formatValue(named.value, cutLong) + "\n";
  return text;
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

std::string jsonText(const Value &value) {
  std::string text;
  writeNested(value, 0, 0, value.count(), /*cutLong=*/false, text, [&](int64_t i) {
    std::string element = formatScalar(value, i);
    bool word = element.find_first_of("ni") != std::string::npos && value.kind != ElementKind::Bool;
    text += word ? "\"" + element + "\"" : element;
  });
  return text;
}

std::string jsonString(llvm::StringRef string) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(llvm::json::fixUTF8(string));
  return text;
}

std::string jsonObject(llvm::ArrayRef<std::pair<std::string, std::string>> members) {
  std::string text = "{";
  for (const auto &[name, value] : members)
    text += (text.size() > 1 ? ", " : "") + jsonString(name) + ": " + value;
  return text + "}";
}

/// The part of an array at some leading indices.
static Value partOf(const Value &value, llvm::ArrayRef<int64_t> at) {
  Value part{value.kind, {value.shape.begin() + at.size(), value.shape.end()}, {}, value.fromText};
  int64_t block = 0;
  for (auto [k, index] : llvm::enumerate(at))
    block = block * value.shape[k] + index;
  size_t bytes = size_t(part.count()) * elementBytes(value.kind);
  auto from = value.bytes.begin() + ptrdiff_t(size_t(block) * bytes);
  part.bytes.assign(from, from + ptrdiff_t(bytes));
  return part;
}

static std::string jsonMembers(llvm::ArrayRef<NamedValue> values, size_t skip, size_t level,
                               std::vector<int64_t> at);

/// A struct at some leading indices: an object, or arrays of objects where
/// `rank` dimensions of it are left.
static std::string jsonStruct(llvm::ArrayRef<NamedValue> leaves, size_t skip, size_t level,
                              std::vector<int64_t> at, unsigned rank) {
  if (rank == 0)
    return jsonMembers(leaves, skip, level + 1, std::move(at));
  int64_t size = leaves.front().value.shape[at.size()];
  std::string text = "[";
  at.push_back(0);
  for (int64_t &i = at.back(); i < size; ++i)
    text += (i ? ", " : "") + jsonStruct(leaves, skip, level, at, rank - 1);
  return text + "]";
}

/// The values whose names differ from character `skip` on, at some leading
/// indices, as an object.
static std::string jsonMembers(llvm::ArrayRef<NamedValue> values, size_t skip, size_t level,
                               std::vector<int64_t> at) {
  std::vector<std::pair<std::string, std::string>> members;
  while (!values.empty()) {
    auto [first, rest] = llvm::StringRef(values.front().name).drop_front(skip).split('.');
    size_t end = skip + first.size();
    if (rest.empty()) {
      members.emplace_back(first.str(), jsonText(partOf(values.front().value, at)));
      values = values.drop_front();
      continue;
    }
    llvm::StringRef prefix = llvm::StringRef(values.front().name).take_front(end + 1);
    auto inside = [&](const NamedValue &v) { return llvm::StringRef(v.name).starts_with(prefix); };
    llvm::ArrayRef<NamedValue> leaves = values.take_while(inside);
    const std::vector<unsigned> &ranks = leaves.front().structRanks;
    unsigned rank = level < ranks.size() ? ranks[level] : 0;
    members.emplace_back(first.str(), jsonStruct(leaves, end + 1, level, at, rank));
    values = values.drop_front(leaves.size());
  }
  return jsonObject(members);
}

std::string jsonStructure(llvm::ArrayRef<NamedValue> leaves) {
  const std::vector<unsigned> &ranks = leaves.front().structRanks;
  return jsonStruct(leaves, leaves.front().name.find('.') + 1, 0, {},
                    ranks.empty() ? 0 : ranks.front());
}

std::string jsonObject(llvm::ArrayRef<NamedValue> values) { return jsonMembers(values, 0, 0, {}); }

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

bool canStoreResults(const std::string &path, size_t count, std::string &error) {
  llvm::StringRef name = path;
  bool isOfOne = name.ends_with(".npy") || name.ends_with(".csv");
  if (name.ends_with(".npz") || name.ends_with(".json") || (isOfOne && count == 1))
    return true;
  if (isOfOne)
    error = "`" + path + "`: a " + name.take_back(4).str() +
            " file holds one value, and there are " + std::to_string(count) +
            "; write to a .npz or .json file";
  else
    error = "`" + path +
            "`: unknown kind of file for results; expected a name that ends in .npz, .json, .npy "
            "or .csv";
  return false;
}

Outcome<OutputFile> resultsFile(const std::string &path, llvm::ArrayRef<NamedValue> values) {
  std::string error;
  if (!canStoreResults(path, values.size(), error))
    return Failure{error};
  llvm::StringRef name = path;
  if (name.ends_with(".npy"))
    return OutputFile{path, npyBytes(values[0].value)};
  if (name.ends_with(".csv")) {
    const Value &value = values[0].value;
    if (value.shape.size() > 2)
      return Failure{"`" + path + "`: a .csv file holds a table, and `" + values[0].name +
                     "` has " + std::to_string(value.shape.size()) +
                     " dimensions; write to a .npy, .npz or .json file"};
    return OutputFile{path, csvText(value)};
  }
  if (name.ends_with(".json"))
    return OutputFile{path, jsonObject(values) + "\n"};
  Outcome<std::string> bytes = npzBytes(values);
  if (!bytes)
    return Failure{"`" + path + "`: " + bytes.message()};
  return OutputFile{path, std::move(*bytes)};
}

bool storeResults(const std::string &path, llvm::ArrayRef<NamedValue> values, std::string &error) {
  Outcome<OutputFile> file = resultsFile(path, values);
  if (file)
    return writeFiles({*file}, error);
  error = file.message();
  return false;
}

} // namespace circ
