//===- Expressions.cpp - The expressions of random programs ---------------===//

#include "Generator.h"

namespace circ::fuzz {

const Generator::Variable *Generator::pick(Type type, bool isMutable) {
  std::vector<const Variable *> found;
  for (const Variable &variable : scope)
    if (variable.type == type && (variable.isMutable || !isMutable))
      found.push_back(&variable);
  return found.empty() ? nullptr : found[random.below(int(found.size()))];
}

const Generator::Helper *Generator::pickHelper(HelperKind kind) {
  std::vector<const Helper *> found;
  for (const Helper &helper : helpers)
    if (helper.kind == kind)
      found.push_back(&helper);
  return found.empty() ? nullptr : found[random.below(int(found.size()))];
}

/// Only smooth programs have 0 and 1, where rules are special and kinks lie.
Node Generator::literal() {
  if (traits.smooth && random.percent(40))
    return std::to_string(random.below(3)) + ".0";
  return std::to_string(random.below(2)) + "." + std::to_string(1 + random.below(89)) + "7";
}

template <typename F> Node Generator::withIndex(const std::string &name, F make) {
  scope.push_back({name, Type::Index, false});
  Node made = make();
  scope.pop_back();
  return made;
}

Node Generator::index() {
  --budget;
  const Variable *variable = pick(Type::Index);
  bool gathers = pick(Type::Matrix) != nullptr && !scope.empty() && scope[0].name == "x";
  switch (random.below(5)) {
  case 0:
    return Node(Type::Index, {random.percent(50) ? "n - 1" : "0"});
  case 1:
    if (gathers && variable)
      return Node(Type::Index, {"k[" + variable->name + "]"});
    [[fallthrough]];
  case 2:
    if (variable)
      return Node(Type::Index, {"(" + variable->name + " + 1) % n"});
    [[fallthrough]];
  default:
    if (variable)
      return Node(Type::Index, {variable->name});
    return Node(Type::Index, {gathers ? "k[0]" : "0"});
  }
}

Node Generator::truth(int depth) {
  --budget;
  if (traits.smooth)
    return Node(Type::Bool, {index(), random.percent(50) ? " < " : " != ", index()});
  if (depth > 0 && random.percent(25)) {
    if (random.percent(30))
      return Node(Type::Bool, {"!(", truth(depth - 1), ")"});
    return Node(Type::Bool, {"(", truth(depth - 1), random.percent(50) ? " && " : " || ",
                             truth(depth - 1), ")"});
  }
  if (pick(Type::Index) && random.percent(30))
    return Node(Type::Bool, {index(), random.percent(50) ? " < " : " != ", index()});
  return Node(Type::Bool, {real(1), random.percent(50) ? " < " : " > ", real(1)});
}

/// A number of modest size with modest derivatives.
Node Generator::bounded(int depth) {
  const char *gates[] = {"sin(", "cos(", "tanh(", "atan(", "erf(", "sigmoid("};
  return Node(Type::Real, {gates[random.below(6)], real(depth), ")"});
}

Node Generator::gate(int depth) {
  auto one = [&](const char *before, const char *after) {
    return Node(Type::Real, {before, real(depth - 1), after});
  };
  auto two = [&](const char *before, const char *between, const char *after) {
    return Node(Type::Real, {before, real(depth - 1), between, real(depth - 1), after});
  };
  int way = random.below(30);
  if (traits.smooth && (way == 8 || way == 9 || way == 14 || way == 15 || way == 24))
    way = 29; // the kinks among them
  switch (way) {
  case 0:
    return one("exp(tanh(", "))");
  case 1:
    return one("log(1.5 + sin(", "))");
  case 2:
    return one("sqrt(1.0 + (", ")^2)");
  case 3:
    return one("log1p((", ")^2)");
  case 4:
    return one("expm1(sin(", "))");
  case 5:
    return one("cbrt(1.0 + (", ")^2)");
  case 6:
    return one("softplus(", ")");
  case 7:
    return one("asinh(", ")");
  case 8:
    return one("abs(", ")");
  case 9:
    return one("relu(", ")");
  case 10:
    return one("acosh(2.0 + sin(", "))");
  case 11:
    return one("(", ")^2");
  case 12:
    return one("sin(", ")^3");
  case 13:
    return one("1.0 / (1.0 + (", ")^2)");
  case 14:
    return two("max(", ", ", ")");
  case 15:
    return two("min(", ", ", ")");
  case 16:
    return traits.smooth ? two("hypot(", ", 1.5 + sin(", "))")
                         : two("hypot(", ", 1.0 + abs(", "))");
  case 17:
    return two("atan2(", ", 1.0 + (", ")^2)");
  case 18:
    return two("(1.5 + sin(", "))^(cos(", "))");
  case 19:
    return two("logaddexp(", ", ", ")");
  case 20:
    return two("(", ") / (1.0 + (", ")^2)");
  case 21:
    return Node(Type::Real,
                {"select(", truth(1), ", ", real(depth - 1), ", ", real(depth - 1), ")"});
  case 22:
    return Node(Type::Real,
                {"(if ", truth(1), " { ", real(depth - 1), " } else { ", real(depth - 1), " })"});
  case 23: {
    std::string name = fresh("t");
    Node value = bounded(depth - 1);
    scope.push_back({name, Type::Real, false});
    Node result = real(depth - 1);
    scope.pop_back();
    return Node(Type::Real, {"{ let " + name + " = ", value, "; " + name + " * (", result, ") }"});
  }
  case 24:
    return one("clamp(", ", -0.83, 0.91)");
  case 25:
    return one("asin(0.9 * sin(", "))");
  case 26:
    return one("atanh(0.7 * cos(", "))");
  default:
    return two("(", random.percent(60) ? " * " : random.percent(50) ? " + " : " - ", ")");
  }
}

Node Generator::reduction(int depth) {
  std::string i = fresh("i"), j = fresh("i");
  auto body = [&] { return withIndex(i, [&] { return real(depth - 1); }); };
  int way = random.below(14);
  if (traits.smooth && (way == 4 || way == 5 || way == 10))
    way = 13; // the largest and the smallest have kinks
  switch (way) {
  case 0:
    return Node(Type::Real, {"sum(", body(), " for " + i + " in 0..n)"});
  case 1:
    return Node(Type::Real, {"sum(", body(), " for " + i + " in 0..n if ",
                             withIndex(i, [&] { return truth(1); }), ")"});
  case 2:
    return withIndex(i, [&] {
      return Node(Type::Real, {"sum(", withIndex(j, [&] { return real(depth - 1); }),
                               " for " + i + " in 0..n, " + j + " in 0.." + i + ")"});
    });
  case 3:
    return Node(Type::Real, {"prod(1.2 + 0.5 * sin(", body(), ") for " + i + " in 0..n)"});
  case 4:
    return Node(Type::Real, {"max(", body(), " for " + i + " in 0..n)"});
  case 5:
    return Node(Type::Real, {"min(", body(), " for " + i + " in 0..n)"});
  case 6:
    return Node(Type::Real, {"mean(", body(), " for " + i + " in 0..n)"});
  case 7:
    return Node(Type::Real, {"logsumexp(", body(), " for " + i + " in 0..n)"});
  case 8:
    return Node(Type::Real, {"dot(", array(depth - 1), ", ", array(depth - 1), ")"});
  case 9:
    return Node(Type::Real, {"norm(1.5 + cos(", array(depth - 1), "))"});
  case 10:
    return Node(Type::Real, {"max(", array(depth - 1), ")"});
  case 11:
    return Node(Type::Real, {"trace(", matrix(depth - 1), ")"});
  case 12:
    return Node(Type::Real, {"prod(sin(", body(), ") for " + i + " in 0..n if ",
                             withIndex(i, [&] { return truth(1); }), ")"});
  default:
    return Node(Type::Real, {"sum(", array(depth - 1), ")"});
  }
}

Node Generator::scalarCall(int depth) {
  const Helper *scalars = pickHelper(HelperKind::Scalars);
  const Helper *toReal = pickHelper(HelperKind::ToReal);
  int way = random.below(derivatives ? 7 : 2);
  if (way == 0 && toReal)
    return Node(Type::Real, {toReal->name + "(", array(depth - 1), ", ", bounded(depth - 1), ")"});
  if (way == 2 && toReal)
    return Node(Type::Real, {"jvp(" + toReal->name + ")(", array(1), ", ", bounded(1), "; ",
                             array(1), ", ", bounded(1), ")"});
  if (way == 3 && toReal)
    return Node(Type::Real, {"grad(" + toReal->name + ", s)(", array(1), ", ", bounded(1), ")"});
  if (!scalars)
    return gate(depth);
  if (way == 4)
    return Node(Type::Real, {"grad(" + scalars->name + ", s)(", bounded(1), ", ", bounded(1), ")"});
  if (way == 5)
    return Node(Type::Real, {"jvp(" + scalars->name + ")(", bounded(1), ", ", bounded(1), "; ",
                             bounded(1), ", ", bounded(1), ")"});
  if (way == 6)
    return Node(Type::Real, {"hvp(" + scalars->name + ", t)(", bounded(1), ", ", bounded(1), "; ",
                             bounded(1), ")"});
  return Node(Type::Real, {scalars->name + "(", bounded(depth - 1), ", ", bounded(depth - 1), ")"});
}

Node Generator::arrayCall(int depth) {
  const Helper *toArray = pickHelper(HelperKind::ToArray);
  const Helper *toReal = pickHelper(HelperKind::ToReal);
  int way = random.below(derivatives ? 4 : 1);
  if (way == 1 && toReal)
    return Node(Type::Array, {"grad(" + toReal->name + ", u)(", array(1), ", ", bounded(1), ")"});
  if (way == 2 && toReal)
    return Node(Type::Array,
                {"hvp(" + toReal->name + ", u)(", array(1), ", ", bounded(1), "; ", array(1), ")"});
  if (way == 3 && toArray)
    return Node(Type::Array, {"jvp(" + toArray->name + ")(", array(1), ", ", bounded(1), "; ",
                              array(1), ", ", bounded(1), ")"});
  if (!toArray)
    return Node(Type::Array, {"sin(", array(depth - 1), ")"});
  return Node(Type::Array, {toArray->name + "(", array(depth - 1), ", ", bounded(depth - 1), ")"});
}

Node Generator::real(int depth) {
  --budget;
  if (depth <= 0 || budget <= 0 || random.percent(15)) {
    const Variable *scalar = pick(Type::Real), *vector = pick(Type::Array),
                   *table = pick(Type::Matrix);
    int way = random.below(10);
    if (way < 3 && scalar)
      return Node(Type::Real, {scalar->name});
    if (way < 7 && vector)
      return Node(Type::Real, {vector->name + "[", index(), "]"});
    if (way < 8 && table)
      return Node(Type::Real, {table->name + "[", index(), ", ", index(), "]"});
    if (scalar && way < 9)
      return Node(Type::Real, {scalar->name});
    return Node(Type::Real, {literal()});
  }
  int way = random.below(10);
  return way < 6 ? gate(depth) : way < 8 ? reduction(depth) : scalarCall(depth);
}

Node Generator::array(int depth) {
  --budget;
  const Variable *vector = pick(Type::Array), *table = pick(Type::Matrix);
  if (depth <= 0 || budget <= 0 || random.percent(20)) {
    if (table && random.percent(20))
      return Node(Type::Array, {table->name + "[", index(), "]"});
    if (table && random.percent(10))
      return Node(Type::Array, {table->name + "[:, ", index(), "]"});
    if (vector)
      return Node(Type::Array, {vector->name});
    const Variable *scalar = pick(Type::Real);
    return Node(Type::Array, {"fill(" + (scalar ? scalar->name : "0.37") + ", n)"});
  }
  std::string i = fresh("i");
  switch (random.below(11)) {
  case 0:
  case 1:
  case 2:
    return Node(Type::Array,
                {"[", withIndex(i, [&] { return real(depth - 1); }), " for " + i + " in 0..n]"});
  case 3:
    return Node(Type::Array, {"(", array(depth - 1), " + ", array(depth - 1), ")"});
  case 4:
    return Node(Type::Array, {"(", bounded(depth - 1), " * ", array(depth - 1), ")"});
  case 5:
    return Node(Type::Array, {"sin(", array(depth - 1), ")"});
  case 6:
    return Node(Type::Array, {"cumsum(", array(depth - 1), ")"});
  case 7:
    return Node(Type::Array, {"softmax(", array(depth - 1), ")"});
  case 8:
    if (vector) {
      Node at = index();
      return Node(Type::Array,
                  {"concat(" + vector->name + "[", at, "..], " + vector->name + "[..", at, "])"});
    }
    [[fallthrough]];
  case 9:
    return Node(Type::Array,
                {"(if ", truth(1), " { ", array(depth - 1), " } else { ", array(depth - 1), " })"});
  default:
    return arrayCall(depth);
  }
}

Node Generator::matrix(int depth) {
  --budget;
  const Variable *table = pick(Type::Matrix);
  if (table && (depth <= 0 || budget <= 0 || random.percent(30)))
    return Node(Type::Matrix, {table->name});
  std::string i = fresh("i"), j = fresh("i");
  switch (random.below(6)) {
  case 0:
    return Node(Type::Matrix, {"outer(", array(depth - 1), ", ", array(depth - 1), ")"});
  case 1:
    return Node(Type::Matrix,
                {"[", withIndex(i, [&] { return array(depth - 1); }), " for " + i + " in 0..n]"});
  case 2:
    if (table)
      return Node(Type::Matrix, {"transpose(", matrix(depth - 1), ")"});
    [[fallthrough]];
  case 3:
    if (table)
      return Node(Type::Matrix, {"(", matrix(depth - 1), " - ", matrix(depth - 1), ")"});
    [[fallthrough]];
  default:
    return withIndex(i, [&] {
      return Node(Type::Matrix, {"[", withIndex(j, [&] { return real(depth - 1); }),
                                 " for " + i + " in 0..n, " + j + " in 0..n]"});
    });
  }
}

} // namespace circ::fuzz
