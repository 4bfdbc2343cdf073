//===- Arguments.cpp - Binding values to parameters -----------------------===//

#include "compiler/driver/Arguments.h"

#include "compiler/driver/JsonValues.h"
#include "compiler/driver/Npz.h"
#include "compiler/driver/Output.h"
#include "compiler/driver/ValueSyntax.h"
#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <algorithm>

namespace circ {
namespace {

std::string typeOf(const ParameterSpec &parameter) {
  return parameter.typeText.empty() ? kindName(parameter.kind) : parameter.typeText;
}

class Binder {
public:
  Binder(llvm::ArrayRef<ParameterSpec> parameters, std::vector<std::string> &errors, BoundTo of)
      : parameters(parameters), errors(errors), of(of) {
    for (size_t k = 0; k < parameters.size(); ++k)
      positions[parameters[k].name] = k;
    values.resize(parameters.size());
    sources.resize(parameters.size());
    excused.resize(parameters.size());
  }

  void readAssignment(llvm::StringRef word);
  void readFile(const std::string &path);
  /// Hands out the values; returns false if there were errors.
  bool finish(std::vector<Value> &out);

private:
  /// Takes a value for a parameter or reports why not. `source` is the word or
  /// file that gave it; `suffix` follows the name in messages: " of `all.json`".
  void give(NamedValue value, const std::string &source, const std::string &suffix, bool overrides);
  /// Reports an error; once, though several fields of an object may cause it.
  void report(const std::string &message) {
    failed = true;
    if (!llvm::is_contained(errors, message))
      errors.push_back(message);
  }
  /// Takes `[]` for an array of structs: every field is empty. Returns false if
  /// the struct is not such an array.
  bool giveNoStructs(const std::string &name, const std::string &source, const std::string &suffix,
                     bool overrides);
  void unknown(const std::string &name, const std::string &suffix);
  /// The parameter whose shape binds this dimension name, if one does.
  const ParameterSpec *binderOf(llvm::StringRef dimension) const;
  /// Whether `name` is a struct: a parameter is called "name.field".
  bool isStruct(llvm::StringRef name) const;
  /// Marks a parameter (or all fields of a struct) as not to be called missing:
  /// an error about its value is reported already.
  void excuse(const std::string &name);
  /// "x: f64, w: f64[n]".
  std::string wanted() const;

  llvm::ArrayRef<ParameterSpec> parameters;
  std::vector<std::string> &errors;
  BoundTo of;
  llvm::StringMap<size_t> positions;
  llvm::StringSet<> assigned; // names before `=`
  std::vector<std::optional<Value>> values;
  std::vector<std::string> sources;
  std::vector<bool> excused;
  bool failed = false;
  bool toldWanted = false; // all parameters are listed in one message only
};

std::string Binder::wanted() const {
  if (parameters.empty())
    return "the circuit takes no arguments";
  std::string text = of == BoundTo::Seeds      ? "the real results are "
                     : of == BoundTo::Tangents ? "the real parameters are "
                                               : "the circuit wants ";
  bool tellDefault = of == BoundTo::Parameters; // all directions have one: zero
  for (size_t k = 0; k < parameters.size(); ++k)
    text += (k ? ", " : "") + parameters[k].name + ": " + typeOf(parameters[k]) +
            (tellDefault && parameters[k].hasDefault ? " (has a default)" : "");
  return text;
}

const ParameterSpec *Binder::binderOf(llvm::StringRef dimension) const {
  for (const ParameterSpec &parameter : parameters) {
    llvm::StringRef sizes = llvm::StringRef(parameter.typeText).split('[').second;
    while (!sizes.empty()) {
      auto isWord = [](char c) { return llvm::isAlnum(c) || c == '_'; };
      sizes = sizes.drop_until(isWord);
      llvm::StringRef word = sizes.take_while(isWord);
      if (!word.empty() && word == dimension)
        return &parameter;
      sizes = sizes.drop_front(word.size());
    }
  }
  return nullptr;
}

bool Binder::isStruct(llvm::StringRef name) const {
  return llvm::any_of(parameters, [&](const ParameterSpec &parameter) {
    llvm::StringRef rest = parameter.name;
    return rest.consume_front(name) && rest.starts_with(".");
  });
}

void Binder::excuse(const std::string &name) {
  for (size_t k = 0; k < parameters.size(); ++k)
    if (parameters[k].name == name || llvm::StringRef(parameters[k].name).starts_with(name + "."))
      excused[k] = true;
}

void Binder::unknown(const std::string &name, const std::string &suffix) {
  std::string message = of == BoundTo::Seeds      ? "no real result `"
                        : of == BoundTo::Tangents ? "no real parameter `"
                                                  : "no parameter `";
  message += name + "`" + suffix;
  if (const ParameterSpec *binder = binderOf(name)) {
    report(message + ": it is a dimension, which follows from the shape of `" + binder->name +
           "`; leave it out");
    return;
  }
  // A field of an object that was given where none is wanted.
  auto [owner, field] = llvm::StringRef(name).rsplit('.');
  if (!field.empty() && positions.count(owner)) {
    excuse(owner.str());
    report("argument `" + owner.str() + "`" + suffix + ": found an object, but the circuit wants " +
           typeOf(parameters[positions[owner]]));
    return;
  }
  std::vector<std::string> free;
  for (size_t k = 0; k < parameters.size() && !positions.count(name + ".0"); ++k)
    if (!values[k])
      free.push_back(parameters[k].name);
  if (std::optional<std::string> close = closestName(name, free)) {
    excuse(*close);
    report(message + "; did you mean `" + *close + "`?");
    return;
  }
  report(toldWanted ? message : message + "; " + wanted());
  toldWanted = true;
}

void Binder::give(NamedValue named, const std::string &source, const std::string &suffix,
                  bool overrides) {
  auto found = positions.find(named.name);
  if (found == positions.end()) {
    bool empty = named.value.shape == std::vector<int64_t>{0};
    if (isStruct(named.name) && empty && giveNoStructs(named.name, source, suffix, overrides))
      return;
    // Results without names are numbered: value.0, value.1.
    if (of == BoundTo::Seeds && positions.count(named.name + ".0"))
      return unknown(named.name, suffix);
    if (isStruct(named.name)) {
      excuse(named.name);
      report("argument `" + named.name + "`" + suffix +
             ": found an array or a number, but the circuit wants a struct: give its fields as an "
             "object, {\"field\": value}");
      return;
    }
    return unknown(named.name, suffix);
  }
  size_t k = found->second;
  if (values[k] && sources[k] == source)
    return report("argument `" + named.name + "` is given twice in " + source);
  if (!overrides && (values[k] || excused[k]))
    return; // a file's value gives way to an assignment, also to a wrong one
  if (values[k])
    return report("argument `" + named.name + "` is given twice: by " + sources[k] + " and by " +
                  source);
  Outcome<Value> fitting = fitToParameter(parameters[k], std::move(named.value));
  if (!fitting) {
    excused[k] = true;
    report("argument `" + named.name + "`" + suffix + ": " + fitting.message());
    return;
  }
  values[k] = std::move(*fitting);
  sources[k] = source;
}

bool Binder::giveNoStructs(const std::string &name, const std::string &source,
                           const std::string &suffix, bool overrides) {
  std::vector<NamedValue> fields;
  for (const ParameterSpec &parameter : parameters) {
    if (!llvm::StringRef(parameter.name).starts_with(name + "."))
      continue;
    // Only the first dimension, the number of structs, may be free.
    std::vector<int64_t> shape = parameter.staticSizes;
    shape.resize(parameter.rank, -1);
    if (shape.empty() || shape[0] > 0 ||
        llvm::any_of(llvm::drop_begin(shape), [](int64_t size) { return size < 0; }))
      return false;
    shape[0] = 0;
    fields.push_back({parameter.name, Value::zeros(parameter.kind, shape)});
  }
  for (NamedValue &field : fields)
    give(std::move(field), source, suffix, overrides);
  return true;
}

void Binder::readAssignment(llvm::StringRef word) {
  size_t equals = word.find('=');
  std::string name = word.take_front(equals).trim().str();
  if (equals == llvm::StringRef::npos || name.empty()) {
    std::string message = quotedWord(word) + ": expected NAME=VALUE";
    if (positions.count(name) || isStruct(name)) {
      excuse(name);
      message += ", as in " + name + "=1 or " + name + "=@" + name + ".npy";
    }
    report(message);
    return;
  }
  if (!assigned.insert(name).second) {
    report("argument `" + name + "` is given twice; keep one");
    return;
  }
  // An unknown name is worth one message, also if its value is wrong too.
  if (!positions.count(name) && !isStruct(name))
    return unknown(name, "");
  Outcome<std::vector<NamedValue>> read = readArgument(name, word.drop_front(equals + 1));
  if (!read) {
    excuse(name);
    report("argument `" + name + "`: " + read.message());
    return;
  }
  for (NamedValue &value : *read)
    give(std::move(value), quotedWord(word), "", /*overrides=*/true);
}

void Binder::readFile(const std::string &path) {
  llvm::StringRef name = path;
  name.consume_front("@"); // as it is written for one value
  bool json = name.ends_with(".json");
  if (!json && !name.ends_with(".npz")) {
    report("`" + path + "`: a file of arguments must be .json or .npz");
    excused.assign(excused.size(), true);
    return;
  }
  Outcome<std::vector<NamedValue>> read =
      json ? readJsonObject(name.str()) : readNpzAll(name.str());
  if (!read) {
    // The missing names would only follow from this error.
    report(read.message());
    excused.assign(excused.size(), true);
    return;
  }
  for (NamedValue &value : *read)
    give(std::move(value), "`" + name.str() + "`", " of `" + name.str() + "`", /*overrides=*/false);
}

bool Binder::finish(std::vector<Value> &out) {
  std::string missing;
  size_t count = 0;
  for (size_t k = 0; k < parameters.size(); ++k) {
    if (!values[k] && parameters[k].hasDefault)
      values[k] = parameters[k].defaultValue;
    if (!values[k] && !excused[k]) {
      missing += (count ? ", `" : "`") + parameters[k].name + "`";
      ++count;
    }
  }
  if (count)
    report((count == 1 ? "missing argument " : "missing arguments ") + missing +
           (toldWanted ? "" : "; " + wanted()) + ": give NAME=VALUE or --args FILE");
  out.clear();
  for (std::optional<Value> &value : values)
    out.push_back(value ? std::move(*value) : Value{});
  return !failed;
}

} // namespace

Outcome<Value> fitToParameter(const ParameterSpec &parameter, Value value) {
  if (value.rank() != parameter.rank) {
    std::string message =
        "found " +
        (value.shape.empty() ? "a scalar" : "an array of shape " + shapeText(value.shape)) +
        ", but the circuit wants " + typeOf(parameter);
    if (parameter.rank == 0)
      return Failure{message + ", a single number"};
    message += ", of rank " + std::to_string(parameter.rank);
    if (value.shape.empty() && parameter.rank == 1)
      message += ": write [" + formatScalar(value, 0) + "] for an array of one element";
    else if (value.shape == std::vector<int64_t>{0})
      message += ": an empty array of a higher rank can come from a .npy file";
    else if (value.rank() == 1 && parameter.rank == 2)
      message += ": write [[1, 2]] for one row and [[1], [2]] for one column";
    return Failure{message};
  }
  for (unsigned k = 0; k < parameter.rank && k < parameter.staticSizes.size(); ++k)
    if (int64_t size = parameter.staticSizes[k]; size >= 0 && value.shape[k] != size)
      return Failure{"found an array of shape " + shapeText(value.shape) +
                     ", but the circuit wants " + typeOf(parameter) + ": dimension " +
                     std::to_string(k) + " has size " + std::to_string(value.shape[k]) +
                     ", expected " + std::to_string(size)};
  if (value.kind == parameter.kind)
    return value;
  return convert(value, parameter.kind);
}

bool bindArguments(llvm::ArrayRef<ParameterSpec> parameters,
                   llvm::ArrayRef<std::string> assignments,
                   const std::optional<std::string> &argsFile, std::vector<Value> &out,
                   std::vector<std::string> &errors, BoundTo of) {
  Binder binder(parameters, errors, of);
  for (const std::string &assignment : assignments)
    binder.readAssignment(assignment);
  if (argsFile)
    binder.readFile(*argsFile);
  return binder.finish(out);
}

} // namespace circ
