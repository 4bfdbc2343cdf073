//===- Values.h - Argument values and results -----------------------------===//
//
// A `Value` is a scalar or a dense row-major array that goes into a circuit or
// comes out of it. The readers of files make one of the four kinds of element
// that circuits have; `convert` then makes exactly the kind a parameter wants,
// or says which element would be changed by that.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/codegen/ElementKind.h"

#include <cassert>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace circ {

/// The spelling in circ: "f64", "f32", "i64", "bool".
const char *kindName(ElementKind kind);

/// The message that says why there is no result.
struct Failure {
  std::string message;
};

/// A `T` or the message that says why there is none.
template <typename T> class Outcome {
public:
  Outcome(T made) : made(std::move(made)) {}
  Outcome(Failure failure) : failure(std::move(failure.message)) {}

  explicit operator bool() const { return made.has_value(); }
  T &operator*() {
    assert(made && "no value: look at message()");
    return *made;
  }
  const T &operator*() const {
    assert(made && "no value: look at message()");
    return *made;
  }
  T *operator->() { return &**this; }
  const T *operator->() const { return &**this; }
  /// Why there is no result.
  const std::string &message() const { return failure; }

private:
  std::optional<T> made;
  std::string failure;
};

/// The bytes of elements: a vector, or part of a file that is mapped into memory. That
/// part becomes a vector when it is written to.
class ElementBytes {
public:
  ElementBytes() = default;
  ElementBytes(std::vector<char> bytes) // NOLINT(google-explicit-constructor): bytes are bytes
      : own(std::move(bytes)) {}
  /// Bytes that live as long as `file` does.
  ElementBytes(std::shared_ptr<const void> file, const char *begin, size_t size)
      : file(std::move(file)), mapped(begin), mappedSize(size) {}

  const char *data() const { return file ? mapped : own.data(); }
  size_t size() const { return file ? mappedSize : own.size(); }
  bool empty() const { return size() == 0; }
  const char *begin() const { return data(); }
  const char *end() const { return data() + size(); }

  char *data() { return writable().data(); }
  char *begin() { return data(); }
  char *end() { return data() + size(); }
  void resize(size_t size) { writable().resize(size); }
  void reserve(size_t size) { writable().reserve(size); }
  void assign(const char *from, const char *to) { writable().assign(from, to); }
  void append(const char *from, const char *to) { writable().insert(writable().end(), from, to); }

private:
  std::vector<char> &writable() {
    if (file) {
      own.assign(mapped, mapped + mappedSize);
      file.reset();
    }
    return own;
  }

  std::vector<char> own;
  std::shared_ptr<const void> file;
  const char *mapped = nullptr;
  size_t mappedSize = 0;
};

/// A scalar (empty shape) or an array.
struct Value {
  ElementKind kind = ElementKind::F64;
  std::vector<int64_t> shape;
  /// Row-major elements of the machine's byte order; a bool is one byte, 0 or 1.
  ElementBytes bytes;
  /// The elements were read from decimal text. Such text is rounded to the type
  /// it meets, as a literal in a program is: 0.1 is a good f32.
  bool fromText = false;

  /// An array of zeros.
  static Value zeros(ElementKind kind, std::vector<int64_t> shape);
  static Value scalar(double value);
  static Value scalar(int64_t value);
  static Value scalar(bool value);

  unsigned rank() const { return static_cast<unsigned>(shape.size()); }
  /// The number of elements.
  int64_t count() const;

  /// The elements; `T` must be as wide as the kind (`double`, `float`,
  /// `int64_t`, `uint8_t`).
  template <typename T> T *data() {
    assert(sizeof(T) == elementBytes(kind));
    return reinterpret_cast<T *>(bytes.data());
  }
  template <typename T> const T *data() const {
    assert(sizeof(T) == elementBytes(kind));
    return reinterpret_cast<const T *>(bytes.data());
  }

  /// Element `i` in row-major order as a double (large integers are rounded).
  double asDouble(int64_t i = 0) const;
  /// Element `i` of an `I64` or `Bool` value.
  int64_t asInt(int64_t i = 0) const;
};

struct NamedValue {
  std::string name; ///< The field of a struct is named "cam.focal".
  Value value;
  /// The rank of each struct that the name leads through: [1] for the focal
  /// lengths of an array of cameras. Where it is missing the rank is 0.
  std::vector<unsigned> structRanks = {};
};

/// What a circuit wants for one parameter.
struct ParameterSpec {
  std::string name; ///< The field of a struct is named "cam.focal".
  ElementKind kind = ElementKind::F64;
  unsigned rank = 0;
  std::string typeText;             ///< "f64[n, d]", for messages.
  std::vector<int64_t> staticSizes; ///< One a dimension, -1 where it is free.
  bool hasDefault = false;
  Value defaultValue;
};

/// The number of elements of a shape; nothing if a dimension is negative or
/// the product overflows.
std::optional<int64_t> elementCount(const std::vector<int64_t> &shape);

/// A shape as "[2, 3]"; of a scalar "a scalar".
std::string shapeText(const std::vector<int64_t> &shape);

/// Where element `i` (row-major) of an array lies: "[1, 0]".
std::string indexText(const std::vector<int64_t> &shape, int64_t i);

/// Whether an f64 holds this integer exactly.
bool isExactInF64(int64_t integer);

/// The value with elements of another kind, if every element stays what it is:
/// f32 to f64, integers to reals that hold them exactly, 0 and 1 to bool, text
/// rounded to f32. A failure names the first element that does not convert.
Outcome<Value> convert(const Value &from, ElementKind to);

} // namespace circ
