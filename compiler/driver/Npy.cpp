//===- Npy.cpp - NumPy's file of one array --------------------------------===//
//
// The format: a magic word, a version, the length of a header, the header (a
// Python dictionary with 'descr', 'fortran_order' and 'shape'), the elements.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Npy.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

namespace circ {
namespace {

constexpr llvm::StringLiteral magic("\x93NUMPY");
constexpr size_t maxRank = 32;
/// An array without elements can state any size beside its zero; past this one
/// it is a damaged file, and loops over it would not end.
constexpr int64_t maxEmptySize = int64_t(1) << 32;

struct Header {
  std::string dtype; ///< "<f8"
  bool fortranOrder = false;
  std::vector<int64_t> shape;
};

/// Parses the header's dictionary.
class HeaderParser {
public:
  explicit HeaderParser(llvm::StringRef text) : rest(text) {}
  bool parse(Header &header);
  std::string error;

private:
  bool parseString(std::string &string);
  bool parseShape(std::vector<int64_t> &shape);
  bool consume(llvm::StringRef word) {
    rest = rest.ltrim();
    return rest.consume_front(word);
  }
  bool fail(const std::string &message) {
    error = message;
    return false;
  }
  bool damaged() { return fail("damaged header near `" + rest.take_front(20).rtrim().str() + "`"); }

  llvm::StringRef rest;
};

bool HeaderParser::parseString(std::string &string) {
  rest = rest.ltrim();
  if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
    return false;
  size_t end = rest.find(rest[0], 1);
  if (end == llvm::StringRef::npos)
    return false;
  string = rest.slice(1, end).str();
  rest = rest.drop_front(end + 1);
  return true;
}

bool HeaderParser::parseShape(std::vector<int64_t> &shape) {
  if (!consume("("))
    return damaged();
  while (!consume(")")) {
    rest = rest.ltrim();
    llvm::StringRef digits = rest.take_while([](char c) { return llvm::isDigit(c) || c == '-'; });
    int64_t size = 0;
    if (digits.empty())
      return damaged();
    if (digits.getAsInteger(10, size) || size < 0)
      return fail("impossible shape: a dimension of size " + digits.str());
    rest = rest.drop_front(digits.size());
    consume("L"); // written by Python 2
    shape.push_back(size);
    if (!consume(",") && !rest.ltrim().starts_with(")"))
      return damaged();
  }
  return true;
}

bool HeaderParser::parse(Header &header) {
  bool dtype = false, order = false, shape = false;
  if (!consume("{"))
    return damaged();
  while (!consume("}")) {
    std::string key;
    if (!parseString(key) || !consume(":"))
      return damaged();
    if (key == "descr") {
      if (consume("["))
        return fail(
            "the array has a structured dtype; expected numbers: store each field as an array");
      dtype = parseString(header.dtype);
      if (!dtype)
        return damaged();
    } else if (key == "fortran_order") {
      header.fortranOrder = consume("True");
      order = header.fortranOrder || consume("False");
      if (!order)
        return damaged();
    } else if (key == "shape") {
      shape = parseShape(header.shape);
      if (!shape)
        return false;
    } else {
      return fail("unknown key `" + key + "` in the header");
    }
    if (!consume(",") && !rest.ltrim().starts_with("}"))
      return damaged();
  }
  if (!dtype || !order || !shape)
    return fail("the header lacks 'descr', 'fortran_order' or 'shape'");
  return true;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// How the elements are stored.
struct Storage {
  char type = 0; ///< NumPy's letter: f, i, u, b.
  unsigned size = 0;
  llvm::endianness order = llvm::endianness::native;
};

/// What to say of a dtype that no circuit takes.
std::string unsupported(llvm::StringRef dtype) {
  std::string what = "the array has dtype '" + dtype.str() + "'";
  char type = dtype.size() > 1 ? dtype[1] : 0;
  if (type == 'O')
    return what + " (Python objects); expected numbers: convert it with astype(float)";
  if (type == 'c')
    return what + " (complex numbers); store the real and the imaginary part as two arrays";
  if (type == 'S' || type == 'U' || type == 'V')
    return what + " (strings or raw bytes); expected numbers";
  if (type == 'f')
    return what + "; expected float32 or float64: convert it with astype(numpy.float64)";
  return what + "; expected floats, integers or bools: convert it with astype";
}

bool parseStorage(llvm::StringRef dtype, Storage &storage) {
  llvm::StringRef text = dtype;
  if (text.consume_front(">"))
    storage.order = llvm::endianness::big;
  else if (text.consume_front("<"))
    storage.order = llvm::endianness::little;
  else if (!text.consume_front("|"))
    text.consume_front("=");
  if (text.size() != 2)
    return false;
  storage.type = text[0];
  storage.size = static_cast<unsigned>(text[1] - '0');
  unsigned size = storage.size;
  switch (storage.type) {
  case 'f':
    return size == 4 || size == 8;
  case 'i':
  case 'u':
    return size == 1 || size == 2 || size == 4 || size == 8;
  case 'b':
    return size == 1;
  }
  return false;
}

ElementKind kindOf(const Storage &storage) {
  if (storage.type == 'f')
    return storage.size == 4 ? ElementKind::F32 : ElementKind::F64;
  return storage.type == 'b' ? ElementKind::Bool : ElementKind::I64;
}

/// Calls `use(i, j)` for each element: `i` counts in C order, `j` is its
/// position in the file.
template <typename Use> void forEachElement(const Header &header, int64_t count, Use use) {
  if (!header.fortranOrder || header.shape.size() < 2) {
    for (int64_t i = 0; i < count; ++i)
      use(i, i);
    return;
  }
  size_t rank = header.shape.size();
  std::vector<int64_t> index(rank), strides(rank);
  int64_t stride = 1;
  for (size_t k = 0; k < rank; ++k) {
    strides[k] = stride;
    stride *= header.shape[k];
  }
  int64_t position = 0;
  for (int64_t i = 0; i < count; ++i) {
    use(i, position);
    // The next index, the last dimension fastest.
    for (size_t k = rank; k-- > 0;) {
      position += strides[k];
      if (++index[k] < header.shape[k])
        break;
      position -= strides[k] * header.shape[k];
      index[k] = 0;
    }
  }
}

/// Copies elements of one stored type; `Stored` has its width, `To` is what the
/// value holds.
template <typename Stored, typename To>
void copyElements(const Header &header, const Storage &storage, const char *source, Value &value) {
  To *place = value.data<To>();
  forEachElement(header, value.count(), [&](int64_t i, int64_t j) {
    place[i] = static_cast<To>(llvm::support::endian::read<Stored>(
        source + j * static_cast<int64_t>(sizeof(Stored)), storage.order));
  });
}

void copyIntegers(const Header &header, const Storage &storage, const char *source, Value &value) {
  bool isSigned = storage.type == 'i';
  switch (storage.size) {
  case 1:
    return isSigned ? copyElements<int8_t, int64_t>(header, storage, source, value)
                    : copyElements<uint8_t, int64_t>(header, storage, source, value);
  case 2:
    return isSigned ? copyElements<int16_t, int64_t>(header, storage, source, value)
                    : copyElements<uint16_t, int64_t>(header, storage, source, value);
  case 4:
    return isSigned ? copyElements<int32_t, int64_t>(header, storage, source, value)
                    : copyElements<uint32_t, int64_t>(header, storage, source, value);
  default:
    return copyElements<int64_t, int64_t>(header, storage, source, value);
  }
}

/// Smaller files are copied: a mapping takes whole pages.
constexpr size_t leastMapped = 64 * 1024;

/// Whether elements are what a circuit reads, where they lie.
bool isUsableInPlace(const Header &header, const Storage &storage, llvm::StringRef data) {
  return (!header.fortranOrder || header.shape.size() < 2) &&
         storage.order == llvm::endianness::native &&
         storage.size == elementBytes(kindOf(storage)) &&
         (storage.type == 'f' || storage.type == 'i') &&
         reinterpret_cast<uintptr_t>(data.data()) % storage.size == 0;
}

Outcome<Value> readElements(const Header &header, const Storage &storage, llvm::StringRef data,
                            const std::string &where) {
  Value value = Value::zeros(kindOf(storage), header.shape);
  int64_t count = value.count();
  bool inOrder = !header.fortranOrder || header.shape.size() < 2;
  if (inOrder && storage.order == llvm::endianness::native &&
      storage.size == elementBytes(value.kind)) {
    if (count)
      std::memcpy(value.bytes.data(), data.data(), value.bytes.size());
  } else if (storage.type == 'f' && storage.size == 8) {
    // Floats are moved as bits: a signalling NaN stays one.
    copyElements<uint64_t, uint64_t>(header, storage, data.data(), value);
  } else if (storage.type == 'f') {
    copyElements<uint32_t, uint32_t>(header, storage, data.data(), value);
  } else if (storage.type == 'b') {
    copyElements<uint8_t, uint8_t>(header, storage, data.data(), value);
  } else {
    copyIntegers(header, storage, data.data(), value);
  }
  for (int64_t i = 0; storage.type == 'b' && i < count; ++i)
    value.data<uint8_t>()[i] = value.data<uint8_t>()[i] != 0;
  for (int64_t i = 0; storage.type == 'u' && storage.size == 8 && i < count; ++i)
    if (value.data<int64_t>()[i] < 0)
      return Failure{where + ": element " + indexText(header.shape, i) + " is " +
                     std::to_string(static_cast<uint64_t>(value.data<int64_t>()[i])) +
                     ", which is too large for i64"};
  return value;
}

} // namespace

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

Outcome<Value> parseNpy(llvm::StringRef bytes, const std::string &where,
                        const std::shared_ptr<const void> &file) {
  auto failure = [&](const std::string &message) { return Failure{"`" + where + "`: " + message}; };
  if (!bytes.starts_with(magic))
    return failure("this is no .npy file: it does not begin with NumPy's magic word");
  if (bytes.size() < 8)
    return failure("the file is cut off within its header");
  unsigned version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3)
    return failure("version " + std::to_string(version) +
                   " of the .npy format; expected 1, 2 or 3");
  size_t start = version == 1 ? 10 : 12;
  if (bytes.size() < start)
    return failure("the file is cut off within its header");
  size_t length = version == 1 ? llvm::support::endian::read16le(bytes.data() + 8)
                               : llvm::support::endian::read32le(bytes.data() + 8);
  if (bytes.size() - start < length)
    return failure("the file is cut off within its header");

  Header header;
  HeaderParser parser(bytes.substr(start, length));
  if (!parser.parse(header))
    return failure(parser.error);
  Storage storage;
  if (!parseStorage(header.dtype, storage))
    return failure(unsupported(header.dtype));
  std::optional<int64_t> count = elementCount(header.shape);
  int64_t size = 0;
  bool huge =
      count == 0 && llvm::any_of(header.shape, [](int64_t size) { return size > maxEmptySize; });
  if (!count || huge || header.shape.size() > maxRank ||
      llvm::MulOverflow<int64_t>(*count, 8, size))
    return failure("impossible shape " + shapeText(header.shape) +
                   ": too many elements or dimensions");
  uint64_t wanted = static_cast<uint64_t>(*count) * storage.size;
  llvm::StringRef data = bytes.drop_front(start + length);
  if (data.size() < wanted)
    return failure("the file is cut off: shape " + shapeText(header.shape) + " needs " +
                   std::to_string(wanted) + " bytes of elements, it holds " +
                   std::to_string(data.size()));
  if (data.size() > wanted)
    return failure("the file holds " + std::to_string(data.size() - wanted) +
                   " bytes more than its shape " + shapeText(header.shape) +
                   " needs; expected one array");
  if (file && data.size() >= leastMapped && isUsableInPlace(header, storage, data)) {
    Value value;
    value.kind = kindOf(storage);
    value.shape = header.shape;
    value.bytes = ElementBytes(file, data.data(), data.size());
    return value;
  }
  return readElements(header, storage, data, "`" + where + "`");
}

Outcome<Value> readNpy(const std::string &path) {
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return Failure{"`" + path + "`: cannot be read: " + buffer.getError().message()};
  std::shared_ptr<llvm::MemoryBuffer> file = std::move(*buffer);
  return parseNpy(file->getBuffer(), path, file);
}

std::string npyBytes(const Value &value) {
  std::string order = llvm::endianness::native == llvm::endianness::little ? "<" : ">";
  std::string dtype = value.kind == ElementKind::F64   ? order + "f8"
                      : value.kind == ElementKind::F32 ? order + "f4"
                      : value.kind == ElementKind::I64 ? order + "i8"
                                                       : "|b1";
  std::string header = "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': (";
  for (size_t k = 0; k < value.shape.size(); ++k)
    header += (k ? " " : "") + std::to_string(value.shape[k]) +
              (value.shape.size() == 1 || k + 1 < value.shape.size() ? "," : "");
  header += "), }";
  // The elements begin at a multiple of 64 bytes, for readers that map them.
  size_t length = llvm::alignTo(10 + header.size() + 1, 64) - 10;
  header.resize(length - 1, ' ');
  header += '\n';
  char version[4] = {1, 0};
  llvm::support::endian::write16le(version + 2, static_cast<uint16_t>(length));
  return magic.str() + std::string(version, 4) + header +
         std::string(value.bytes.begin(), value.bytes.end());
}

} // namespace circ
