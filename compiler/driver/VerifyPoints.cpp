//===- VerifyPoints.cpp - Random arguments of a circuit -------------------===//

#include "compiler/driver/VerifyPoints.h"

#include <tuple>

namespace circ {

// The distributions of the standard library differ between libraries.
double PointSource::real(double low, double high) {
  return low + (high - low) * (double(engine() >> 11) * 0x1p-53);
}

int64_t PointSource::integer(int64_t low, int64_t high) {
  return low + int64_t(engine() % uint64_t(high - low + 1));
}

void setReal(Value &value, int64_t i, double number) {
  if (value.kind == ElementKind::F32)
    value.data<float>()[i] = float(number);
  else
    value.data<double>()[i] = number;
}

Value PointSource::direction(const Value &like) {
  Value made = Value::zeros(like.kind, like.shape);
  for (int64_t i = 0; i < made.count(); ++i)
    setReal(made, i, real(-1, 1));
  return made;
}

double PointSource::roundReal() {
  static const double numbers[] = {0, 1, -1, 2, 0.5};
  return numbers[integer(0, std::size(numbers) - 1)];
}

std::optional<std::vector<Value>> PointSource::draw(unsigned attempt, bool round) {
  static const std::pair<double, double> ranges[] = {{-2, 2},  {0.1, 2}, {-0.9, 0.9}, {0.05, 0.95},
                                                     {1.1, 4}, {3, 200}, {-200, -1}};
  static const std::pair<int64_t, int64_t> integers[] = {{0, 2}, {0, 1}, {1, 4}, {0, 0}, {2, 20}};
  constexpr unsigned kinds = std::size(ranges) * std::size(integers);
  auto [low, high] = ranges[attempt % std::size(ranges)];
  auto [least, most] = integers[attempt / std::size(ranges) % std::size(integers)];
  std::map<const ast::Variable *, int64_t> known;
  // At first unequal sizes, in which loops turn and rows are not columns.
  int64_t next = 2;
  for (const ast::VariablePtr &dimension : circuit.dimensions)
    known[dimension.get()] = attempt == 0 ? next++ % 3 + 2 : integer(1, 4);
  std::vector<Value> values(circuit.parameters.size());
  // Sizes may be made of integer parameters.
  for (bool scalars : {true, false})
    for (size_t i = 0; i < values.size(); ++i) {
      const ast::Variable &parameter = *circuit.parameters[i].variable;
      if ((parameter.type.rank() == 0) != scalars)
        continue;
      std::vector<int64_t> shape;
      for (const ast::Dimension &dim : parameter.type.dims) {
        std::optional<int64_t> size = evaluate(dim, known);
        if (!size || *size < 0)
          return std::nullopt;
        shape.push_back(*size);
      }
      if (attempt >= kinds) {
        std::tie(low, high) = ranges[integer(0, std::size(ranges) - 1)];
        std::tie(least, most) = integers[integer(0, std::size(integers) - 1)];
      }
      Value &value = values[i] = Value::zeros(elementKind(parameter.type.scalar), shape);
      for (int64_t element = 0; element < value.count(); ++element)
        if (value.kind == ElementKind::I64)
          value.data<int64_t>()[element] = integer(least, most);
        else if (value.kind == ElementKind::Bool)
          value.data<uint8_t>()[element] = uint8_t(integer(0, 1));
        else
          setReal(value, element, round ? roundReal() : real(low, high));
      if (value.kind == ElementKind::I64 && scalars)
        known[&parameter] = value.asInt();
    }
  return values;
}

} // namespace circ
