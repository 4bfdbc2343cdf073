//===- Inputs.cpp - Python's values as inputs of programs -----------------===//

#include "Inputs.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace circ::python {

static std::vector<std::string> split(const std::string &name) {
  std::vector<std::string> parts(1);
  for (char c : name)
    if (c == '.')
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

std::vector<InputNode> makeTrees(const std::vector<circ_value_info> &infos, size_t first,
                                 size_t last) {
  std::vector<InputNode> roots;
  for (size_t i = first; i < last; ++i) {
    std::vector<InputNode> *level = &roots;
    std::vector<std::string> parts = split(infos[i].name);
    std::string path;
    for (size_t depth = 0; depth < parts.size(); ++depth) {
      path += (depth ? "." : "") + parts[depth];
      if (level->empty() || level->back().name != parts[depth]) {
        level->emplace_back();
        level->back().name = parts[depth];
        level->back().path = path;
        if (depth + 1 == parts.size())
          level->back().leaf = static_cast<int>(i);
        else if (static_cast<int>(depth) < infos[i].depth)
          level->back().rank = infos[i].struct_ranks[depth];
      }
      level = &level->back().fields;
    }
  }
  return roots;
}

Inputs::Inputs(const std::vector<circ_value_info> &infos)
    : infos(infos), arrays(infos.size()), reals(infos.size()), integers(infos.size()),
      singles(infos.size()), truths(infos.size()) {}

static std::string described(const circ_value_info &info) {
  return std::string("the circuit wants ") + info.type;
}

static std::string typeName(py::handle value) { return Py_TYPE(value.ptr())->tp_name; }

/// The value of a field of a dict, a record, a dataclass or another object.
static py::object fieldOf(const InputNode &parent, const InputNode &field, py::handle value) {
  if (PyDict_Check(value.ptr())) {
    PyObject *found = PyDict_GetItemString(value.ptr(), field.name.c_str());
    if (found)
      return py::reinterpret_borrow<py::object>(found);
  } else if (PyObject *found = PyObject_GetAttrString(value.ptr(), field.name.c_str())) {
    return py::reinterpret_steal<py::object>(found);
  } else if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
    throw py::error_already_set();
  } else {
    PyErr_Clear();
    if (py::hasattr(value, "keys") && value.attr("__contains__")(field.name).cast<bool>())
      return value.attr("__getitem__")(field.name);
  }
  badArgument("argument `" + parent.path + "` lacks the field `" + field.name + "` (found " +
              typeName(value) + ")");
}

/// Refuses fields that a dict has and the struct has not.
static void checkFields(const InputNode &node, py::handle value) {
  if (!PyDict_Check(value.ptr()))
    return;
  for (auto item : py::reinterpret_borrow<py::dict>(value)) {
    bool known = false;
    for (const InputNode &field : node.fields)
      known |= py::isinstance<py::str>(item.first) && field.name == item.first.cast<std::string>();
    if (!known)
      badArgument("argument `" + node.path + "` has no field `" +
                  py::str(item.first).cast<std::string>() + "`");
  }
}

/// A list of one field of each of the structs of a list.
static py::object gather(const InputNode &parent, const InputNode &field, py::handle list) {
  py::list made;
  for (py::handle item : list)
    if (PyList_Check(item.ptr()) || PyTuple_Check(item.ptr()))
      made.append(gather(parent, field, item));
    else
      made.append(fieldOf(parent, field, item));
  return std::move(made);
}

void Inputs::giveStructs(const InputNode &node, py::handle value) {
  bool isList = node.rank > 0 && (PyList_Check(value.ptr()) ||
                                  (PyTuple_Check(value.ptr()) && !py::hasattr(value, "_fields")));
  bool isStructured =
      py::isinstance<py::array>(value) && !value.attr("dtype").attr("names").is_none();
  if (!isStructured && (py::isinstance<py::array>(value) || PyFloat_Check(value.ptr()) ||
                        PyLong_Check(value.ptr()) || PyUnicode_Check(value.ptr()) ||
                        (!isList && (PyList_Check(value.ptr()) || value.is_none()))))
    badArgument("argument `" + node.path + "`: found " + typeName(value) +
                ", but the circuit wants a struct: give a dict or an object with its fields");
  if (isList) {
    for (py::handle item : value)
      checkFields(node, item);
  } else {
    checkFields(node, value);
  }
  for (const InputNode &field : node.fields) {
    py::object part;
    if (isStructured)
      part = value.attr("__getitem__")(field.name);
    else
      part = isList ? gather(node, field, value) : fieldOf(node, field, value);
    // In a list of structs, a struct that is a field is a list too.
    if (isList && field.isStruct()) {
      InputNode listed = field;
      listed.rank = std::max(listed.rank, 1u);
      kept.push_back(part);
      giveStructs(listed, part);
      continue;
    }
    if (isList && py::len(part) == 0) {
      // No structs: the sizes of the field itself are fixed.
      const circ_value_info &info = infos[field.leaf];
      std::vector<py::ssize_t> shape(info.sizes, info.sizes + info.rank);
      std::replace_if(shape.begin(), shape.end(), [](py::ssize_t size) { return size < 0; }, 0);
      part = py::array_t<double>(shape);
    }
    kept.push_back(part);
    give(field, part);
  }
}

void Inputs::give(const InputNode &node, py::handle value) {
  if (node.isStruct())
    giveStructs(node, value);
  else
    giveLeaf(node, value);
}

void Inputs::giveLeaf(const InputNode &node, py::handle value) {
  const circ_value_info &info = infos[node.leaf];
  circ_array &array = arrays[node.leaf];
  PyObject *object = value.ptr();
  if (PyBool_Check(object)) {
    truths[node.leaf] = object == Py_True;
    array = {&truths[node.leaf], nullptr, 0, CIRC_BOOL};
    return;
  }
  if (PyFloat_Check(object)) {
    double number = PyFloat_AS_DOUBLE(object);
    reals[node.leaf] = number;
    array = {&reals[node.leaf], nullptr, 0, CIRC_F64};
    // A number of Python's has the type it meets, as a literal in a program has.
    if (info.kind == CIRC_F32 && Py_TYPE(object) == &PyFloat_Type) {
      singles[node.leaf] = static_cast<float>(number);
      if (std::isinf(singles[node.leaf]) && !std::isinf(number))
        badArgument("argument `" + node.path + "` is too large for f32");
      array = {&singles[node.leaf], nullptr, 0, CIRC_F32};
    }
    return;
  }
  if (PyLong_Check(object)) {
    int overflow = 0;
    int64_t number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow)
      badArgument("argument `" + node.path + "`: the integer does not fit in 64 bits");
    integers[node.leaf] = number;
    array = {&integers[node.leaf], nullptr, 0, CIRC_I64};
    if (info.kind == CIRC_F64 && std::abs(number) <= (int64_t(1) << 53)) {
      reals[node.leaf] = static_cast<double>(number);
      array = {&reals[node.leaf], nullptr, 0, CIRC_F64};
    }
    return;
  }
  giveArray(node.leaf, node.path, value);
}

/// The kind of elements of a NumPy type of this machine's byte order, or -1.
static int kindOf(const py::dtype &dtype) {
  switch (dtype.num()) {
  case 12:
    return CIRC_F64;
  case 11:
    return CIRC_F32;
  case 7:
  case 9:
    return CIRC_I64;
  case 0:
    return CIRC_BOOL;
  default:
    return -1;
  }
}

static bool isNative(const py::dtype &dtype) {
  char order = py::detail::array_descriptor_proxy(dtype.ptr())->byteorder;
  return order == '=' || order == '|' || order == '<';
}

/// The elements as f32, rounded as literals are; one that is too large is refused.
static py::array roundedToSingle(const py::array_t<double, py::array::c_style> &array,
                                 const std::string &name) {
  py::array_t<float> made(std::vector<py::ssize_t>(array.shape(), array.shape() + array.ndim()));
  for (py::ssize_t k = 0; k < array.size(); ++k) {
    double number = array.data()[k];
    made.mutable_data()[k] = static_cast<float>(number);
    if (std::isinf(made.data()[k]) && !std::isinf(number))
      badArgument("argument `" + name + "`: an element is too large for f32");
  }
  return std::move(made);
}

void Inputs::giveArray(int leaf, const std::string &name, py::handle value) {
  static PyObject *asArray =
      py::object(py::module_::import("numpy").attr("asarray")).release().ptr();
  const circ_value_info &info = infos[leaf];
  py::object made;
  bool isArray = py::isinstance<py::array>(value);
  if (isArray) {
    made = py::reinterpret_borrow<py::object>(value);
  } else {
    PyObject *converted = PyObject_CallOneArg(asArray, value.ptr());
    if (!converted) {
      std::string why = py::error_already_set().what();
      badArgument("argument `" + name + "`: found " + typeName(value) + ", but " + described(info) +
                  " (" + why.substr(0, why.find('\n')) + ")");
    }
    made = py::reinterpret_steal<py::object>(converted);
  }
  if (Py_TYPE(made.ptr()) != py::detail::npy_api::get().PyArray_Type_ && py::hasattr(made, "mask"))
    badArgument("argument `" + name + "`: a masked array has elements that are missing, and " +
                described(info) + ": fill them, as with filled(0)");
  auto array = py::reinterpret_borrow<py::array>(made);
  py::dtype dtype = array.dtype();
  int kind = kindOf(dtype);
  const char *become = nullptr;
  bool isRounded = false;
  if (kind < 0) {
    char group = dtype.kind();
    if (group == 'i' || group == 'u')
      become = "int64";
    else if (group == 'f' && dtype.itemsize() == 2)
      become = "float32";
    bool fits = become && !(group == 'u' && dtype.itemsize() == 8 && array.size() != 0 &&
                            array.attr("max")().cast<uint64_t>() > uint64_t(INT64_MAX));
    if (!fits)
      badArgument("argument `" + name + "`: found " +
                  (isArray ? "an array of dtype " + py::str(py::handle(dtype)).cast<std::string>()
                           : typeName(value)) +
                  ", but " + described(info) +
                  (become ? ": an element does not fit in 64 bits"
                   : dtype.kind() == 'O'
                       ? ": its elements are no numbers of one kind that fits in 64 bits"
                       : ""));
    kind = group == 'f' ? CIRC_F32 : CIRC_I64;
  } else if (!isArray && kind == CIRC_F64 && info.kind == CIRC_F32 &&
             (PyList_Check(value.ptr()) || PyTuple_Check(value.ptr()))) {
    become = "float32"; // numbers of Python's, as for scalars
    kind = CIRC_F32;
    isRounded = true;
  } else if (!isNative(dtype)) {
    become = kind == CIRC_F64 ? "float64" : kind == CIRC_F32 ? "float32" : "int64";
  }
  if (become)
    array = isRounded ? roundedToSingle(array, name) : py::array(array.attr("astype")(become));
  constexpr int wanted =
      py::detail::npy_api::NPY_ARRAY_C_CONTIGUOUS_ | py::detail::npy_api::NPY_ARRAY_ALIGNED_;
  if ((array.flags() & wanted) != wanted)
    array = array.attr("copy")("C");
  static const char nothing = 0;
  arrays[leaf] = {array.size() ? const_cast<void *>(array.data()) : const_cast<char *>(&nothing),
                  reinterpret_cast<const int64_t *>(array.shape()), static_cast<int>(array.ndim()),
                  kind};
  kept.push_back(std::move(array));
}

} // namespace circ::python
