//===- Values.cpp - Argument values and results ---------------------------===//

#include "compiler/driver/Values.h"

#include "compiler/driver/Output.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <limits>

namespace circ {

const char *kindName(ElementKind kind) {
  switch (kind) {
  case ElementKind::F64:
    return "f64";
  case ElementKind::F32:
    return "f32";
  case ElementKind::I64:
    return "i64";
  case ElementKind::Bool:
    return "bool";
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Value
//===----------------------------------------------------------------------===//

Value Value::zeros(ElementKind kind, std::vector<int64_t> shape) {
  Value value;
  value.kind = kind;
  value.shape = std::move(shape);
  value.bytes.resize(static_cast<size_t>(value.count()) * elementBytes(kind));
  return value;
}

Value Value::scalar(double number) {
  Value value = zeros(ElementKind::F64, {});
  *value.data<double>() = number;
  return value;
}

Value Value::scalar(int64_t number) {
  Value value = zeros(ElementKind::I64, {});
  *value.data<int64_t>() = number;
  return value;
}

Value Value::scalar(bool truth) {
  Value value = zeros(ElementKind::Bool, {});
  *value.data<uint8_t>() = truth;
  return value;
}

int64_t Value::count() const {
  std::optional<int64_t> product = elementCount(shape);
  assert(product && "a value's shape must be possible");
  return product.value_or(0);
}

double Value::asDouble(int64_t i) const {
  switch (kind) {
  case ElementKind::F64:
    return data<double>()[i];
  case ElementKind::F32:
    return data<float>()[i];
  case ElementKind::I64:
    return static_cast<double>(data<int64_t>()[i]);
  case ElementKind::Bool:
    return data<uint8_t>()[i] != 0;
  }
  return 0;
}

int64_t Value::asInt(int64_t i) const {
  assert(kind == ElementKind::I64 || kind == ElementKind::Bool);
  return kind == ElementKind::Bool ? data<uint8_t>()[i] != 0 : data<int64_t>()[i];
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

std::optional<int64_t> elementCount(const std::vector<int64_t> &shape) {
  // The sizes besides a zero count too: strides are computed from them.
  int64_t product = 1;
  bool empty = false;
  for (int64_t size : shape) {
    if (size < 0)
      return std::nullopt;
    empty |= size == 0;
    if (size != 0 && llvm::MulOverflow(product, size, product))
      return std::nullopt;
  }
  return empty ? 0 : product;
}

std::string shapeText(const std::vector<int64_t> &shape) {
  if (shape.empty())
    return "a scalar";
  std::string text = "[";
  for (size_t k = 0; k < shape.size(); ++k)
    text += (k ? ", " : "") + std::to_string(shape[k]);
  return text + "]";
}

std::string indexText(const std::vector<int64_t> &shape, int64_t i) {
  std::vector<int64_t> index(shape.size());
  for (size_t k = shape.size(); k-- > 0;) {
    int64_t size = shape[k] ? shape[k] : 1;
    index[k] = i % size;
    i /= size;
  }
  return index.empty() ? "" : shapeText(index);
}

//===----------------------------------------------------------------------===//
// Conversion
//===----------------------------------------------------------------------===//

namespace {

/// "element [1, 2] is 0.5", or for a scalar "the value is 0.5".
std::string culprit(const Value &value, int64_t i) {
  if (value.shape.empty())
    return "the value is " + formatScalar(value, i);
  return "element " + indexText(value.shape, i) + " is " + formatScalar(value, i);
}

/// Whether a real of type `Real` is exactly this integer.
template <typename Real> bool holdsExactly(int64_t number) {
  Real real = static_cast<Real>(number);
  // 2^63 is the only result that is too large to be taken back.
  return real < static_cast<Real>(9223372036854775808.0) && static_cast<int64_t>(real) == number;
}

/// Converts each element by `one(i, place)`, which returns what stands in the
/// way, or null.
template <typename To, typename Convert>
Outcome<Value> convertEach(const Value &from, ElementKind to, Convert one) {
  Value result = Value::zeros(to, from.shape);
  result.fromText = from.fromText;
  To *place = result.data<To>();
  for (int64_t i = 0, end = from.count(); i < end; ++i)
    if (const char *problem = one(i, place[i]))
      return Failure{culprit(from, i) + problem};
  return result;
}

template <typename Real> Outcome<Value> integersToReal(const Value &from, ElementKind to) {
  const int64_t *numbers = from.data<int64_t>();
  const char *problem =
      to == ElementKind::F64
          ? ", an integer that no f64 holds exactly (write it with a point if rounding is meant)"
          : ", an integer that no f32 holds exactly (write it with a point if rounding is meant)";
  return convertEach<Real>(from, to, [=](int64_t i, Real &place) -> const char * {
    place = static_cast<Real>(numbers[i]);
    return holdsExactly<Real>(numbers[i]) ? nullptr : problem;
  });
}

Outcome<Value> doublesToFloats(const Value &from) {
  const double *numbers = from.data<double>();
  bool rounds = from.fromText;
  return convertEach<float>(from, ElementKind::F32, [=](int64_t i, float &place) -> const char * {
    double number = numbers[i];
    if (std::isnan(number)) {
      place = std::numeric_limits<float>::quiet_NaN();
      return nullptr;
    }
    // Half a unit beyond the largest float, where rounding gives infinity;
    // the conversion itself would be undefined behaviour far out.
    constexpr double limit = 0x1.ffffffp127;
    if (std::isfinite(number) && std::fabs(number) >= limit)
      return ", which is too large for f32";
    place = static_cast<float>(number);
    if (!rounds && static_cast<double>(place) != number)
      return ", an f64 that f32 would round (convert the array with astype(numpy.float32) if that "
             "is "
             "meant)";
    return nullptr;
  });
}

Outcome<Value> integersToBool(const Value &from) {
  const int64_t *numbers = from.data<int64_t>();
  return convertEach<uint8_t>(from, ElementKind::Bool,
                              [=](int64_t i, uint8_t &place) -> const char * {
                                place = numbers[i] != 0;
                                return numbers[i] == 0 || numbers[i] == 1
                                           ? nullptr
                                           : ", which is no bool: expected true, false, 0 or 1";
                              });
}

/// The failure for a pair of kinds that never converts.
Failure wrongKind(const Value &from, ElementKind to) {
  std::string what = from.count() ? culprit(from, 0) : "the array";
  if (from.kind == ElementKind::Bool)
    return {what + ", a bool, where " + kindName(to) + " is expected: write 1 or 0"};
  if (to == ElementKind::Bool)
    return {what + ", of type " + kindName(from.kind) +
            ", where bool is expected: write true, false, 1 or 0"};
  // A real to an integer: name the element that shows it best.
  for (int64_t i = 0, end = from.count(); i < end; ++i)
    if (double number = from.asDouble(i); !(number == std::floor(number)) || std::isinf(number))
      return {culprit(from, i) + ", which is no integer: expected i64"};
  if (from.fromText)
    return {(from.shape.empty() ? what + ", written as a real number"
                                : "elements are written as real numbers") +
            ", where i64 is expected: write integers without point and exponent, within the range "
            "of i64"};
  return {"the elements are " + std::string(kindName(from.kind)) +
          ", where i64 is expected: convert the array with astype(numpy.int64)"};
}

} // namespace

bool isExactInF64(int64_t integer) { return holdsExactly<double>(integer); }

Outcome<Value> convert(const Value &from, ElementKind to) {
  if (from.kind == to)
    return from;
  // An empty array, as [] is, has no element that could be changed.
  if (from.count() == 0)
    return Value::zeros(to, from.shape);
  if (from.kind == ElementKind::I64) {
    if (to == ElementKind::F64)
      return integersToReal<double>(from, to);
    if (to == ElementKind::F32)
      return integersToReal<float>(from, to);
    return integersToBool(from);
  }
  if (from.kind == ElementKind::F32 && to == ElementKind::F64) {
    const float *numbers = from.data<float>();
    return convertEach<double>(from, to, [=](int64_t i, double &place) -> const char * {
      place = numbers[i];
      return nullptr;
    });
  }
  if (from.kind == ElementKind::F64 && to == ElementKind::F32)
    return doublesToFloats(from);
  return wrongKind(from, to);
}

} // namespace circ
