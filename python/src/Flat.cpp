//===- Flat.cpp - A circuit as a function of one vector -------------------===//

#include "Program.h"

#include <pybind11/stl.h>

#include <algorithm>
#include <cstring>

namespace circ::python {

namespace {

/// Value and gradient of a circuit as a function of one vector of f64, which has
/// the elements of the chosen parameters one after the other; the others stay.
class Flat {
public:
  /// `makeProduct` gives the program of Hessian products when it is asked for.
  Flat(std::shared_ptr<Program> gradient, py::object makeProduct, const py::tuple &arguments,
       const py::dict &named, double factor)
      : gradient(std::move(gradient)), makeProduct(std::move(makeProduct)),
        bound(this->gradient->inputs), factor(factor) {
    this->gradient->bind(bound, arguments, named, py::none());
    // Calls with the starting values tell the shapes, and what is wrong with them.
    circ_results *results = this->gradient->run(bound.arrays);
    for (size_t i = 0; i < this->gradient->outputs.size(); ++i) {
      const circ_value_info &output = this->gradient->outputs[i];
      if (output.role != CIRC_DERIVATIVE)
        continue;
      circ_array array = circ_results_get(results, i);
      Part part;
      part.output = static_cast<int>(i);
      part.parameter = output.parameter[0];
      part.kind = array.kind;
      part.shape.assign(array.shape, array.shape + array.rank);
      part.start = size;
      for (int64_t length : part.shape)
        part.count *= length;
      size += part.count;
      parts.push_back(std::move(part));
    }
    circ_results_free(results);
  }

  /// The starting values as one vector.
  py::array_t<double> start() const {
    py::array_t<double> made(size);
    for (const Part &part : parts) {
      const circ_array &array = bound.arrays[part.parameter];
      double *to = made.mutable_data() + part.start;
      if (!array.data)
        badArgument("give a starting value for `" +
                    std::string(gradient->parameters[part.parameter].name) +
                    "`: its default is not one");
      for (int64_t k = 0; k < part.count; ++k)
        to[k] = array.kind == CIRC_F64   ? static_cast<const double *>(array.data)[k]
                : array.kind == CIRC_F32 ? static_cast<const float *>(array.data)[k]
                : array.kind == CIRC_I64
                    ? static_cast<double>(static_cast<const int64_t *>(array.data)[k])
                    : static_cast<const uint8_t *>(array.data)[k];
    }
    return made;
  }

  py::tuple call(const py::object &theta) {
    auto vector = take(theta);
    std::vector<circ_array> arrays = bound.arrays;
    std::vector<float> single;
    for (const Part &part : parts)
      arrays[part.parameter] = arrayOf(part, vector.data(), single);
    circ_results *results = gradient->run(arrays);
    py::array_t<double> slope(size);
    for (const Part &part : parts)
      copyOut(part, circ_results_get(results, part.output), slope.mutable_data());
    circ_array value = circ_results_get(results, valueOutput());
    double number = value.kind == CIRC_F32 ? *static_cast<const float *>(value.data)
                                           : *static_cast<const double *>(value.data);
    circ_results_free(results);
    return py::make_tuple(factor * number, slope);
  }

  /// The product of the Hessian at a vector and another vector.
  py::array_t<double> hvp(const py::object &theta, const py::object &direction) {
    if (!product)
      product = makeProduct().cast<std::shared_ptr<Program>>();
    auto vector = take(theta), along = take(direction);
    std::vector<circ_array> arrays(product->inputs.size());
    std::copy(bound.arrays.begin(), bound.arrays.end(), arrays.begin());
    std::vector<float> single, singleAlong;
    py::array_t<double> made(size);
    for (const Part &part : parts) {
      arrays[part.parameter] = arrayOf(part, vector.data(), single);
      for (size_t i = product->parameters.size(); i < arrays.size(); ++i)
        if (product->inputs[i].parameter[0] == part.parameter)
          arrays[i] = arrayOf(part, along.data(), singleAlong);
    }
    circ_results *results = product->run(arrays);
    for (const Part &part : parts)
      for (size_t i = 0; i < product->outputs.size(); ++i)
        if (product->outputs[i].parameter[0] == part.parameter)
          copyOut(part, circ_results_get(results, i), made.mutable_data());
    circ_results_free(results);
    return made;
  }

  /// A vector's elements as the parameters that they belong to.
  py::object unflatten(const py::object &theta) {
    auto vector = take(theta);
    std::vector<int> leaves, owners;
    std::vector<circ_array> arrays;
    for (const Part &part : parts) {
      leaves.push_back(static_cast<int>(arrays.size()));
      owners.push_back(part.parameter);
      arrays.push_back({const_cast<double *>(vector.data()) + part.start, part.shape.data(),
                        static_cast<int>(part.shape.size()), CIRC_F64});
    }
    return record(byParameter(leaves, owners, gradient->parameters), arrays);
  }

  int64_t length() const { return size; }

private:
  using Vector = py::array_t<double, py::array::c_style | py::array::forcecast>;
  struct Part {
    int output = 0, parameter = 0, kind = 0;
    std::vector<int64_t> shape;
    int64_t start = 0, count = 1;
  };

  /// The elements of a parameter in a vector; f32 ones are made in `single`.
  circ_array arrayOf(const Part &part, const double *elements, std::vector<float> &single) const {
    const void *data = elements + part.start;
    if (part.kind == CIRC_F32) {
      single.resize(static_cast<size_t>(size));
      for (int64_t k = part.start; k < part.start + part.count; ++k)
        single[k] = static_cast<float>(elements[k]);
      data = single.data() + part.start;
    }
    return {const_cast<void *>(data), part.shape.data(), static_cast<int>(part.shape.size()),
            part.kind};
  }

  void copyOut(const Part &part, const circ_array &array, double *to) const {
    for (int64_t k = 0; k < part.count; ++k)
      to[part.start + k] =
          factor * (part.kind == CIRC_F32 ? static_cast<const float *>(array.data)[k]
                                          : static_cast<const double *>(array.data)[k]);
  }

  /// The elements of a vector, which are real numbers: a cast would drop the imaginary
  /// part of others.
  Vector take(const py::object &theta) {
    auto given = py::array::ensure(theta);
    bool isReal = given && strchr("fiub", given.dtype().kind());
    if (!isReal) {
      PyErr_Clear();
      badArgument("expected a vector of " + std::to_string(size) + " real numbers");
    }
    Vector vector(given);
    if (vector.ndim() != 1 || vector.size() != size)
      badArgument("expected a vector of " + std::to_string(size) + " numbers, found " +
                  std::to_string(vector.size()) + " in " + std::to_string(vector.ndim()) +
                  (vector.ndim() == 1 ? " dimension" : " dimensions"));
    return vector;
  }

  size_t valueOutput() const {
    size_t k = 0;
    while (gradient->outputs[k].role != CIRC_VALUE ||
           gradient->outputs[k].result != gradient->outputs[parts.front().output].result)
      ++k;
    return k;
  }

  static py::object record(const OutputNode &node, const std::vector<circ_array> &arrays) {
    if (node.kind == OutputNode::Kind::Leaf)
      return toPython(arrays[node.leaf]);
    py::object made = (*recordClass)();
    for (size_t i = 0; i < node.parts.size(); ++i)
      made[node.names[i]] = record(node.parts[i], arrays);
    return made;
  }

  std::shared_ptr<Program> gradient, product;
  py::object makeProduct;
  Inputs bound;
  double factor;
  std::vector<Part> parts;
  int64_t size = 0;
};

} // namespace

void bindFlat(py::module_ &m) {
  py::class_<Flat>(m, "Flat",
                   "Value and gradient of a circuit as a function of one vector, for optimisers "
                   "such as scipy.optimize.minimize(flat, flat.x0, jac=True).")
      .def(py::init<std::shared_ptr<Program>, py::object, const py::tuple &, const py::dict &,
                    double>())
      .def("__call__", &Flat::call, "The value and the gradient at a vector.")
      .def("hvp", &Flat::hvp, "The product of the Hessian at a vector and another vector.")
      .def("__len__", &Flat::length)
      .def("unflatten", &Flat::unflatten,
           "A vector's elements as a record of the parameters that they belong to.")
      .def_property_readonly("x0", &Flat::start, "The starting values as one vector.");
}

} // namespace circ::python
