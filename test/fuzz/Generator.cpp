//===- Generator.cpp - The items of random programs -----------------------===//

#include "Generator.h"

namespace circ::fuzz {

Node Generator::returned(HelperKind returns) {
  switch (returns) {
  case HelperKind::Scalars:
  case HelperKind::ToReal:
    return bounded(2);
  case HelperKind::ToArray:
    return array(2);
  case HelperKind::ToBoth:
    return Node(Sort::Group, {bounded(2), ", ", array(2)});
  }
  return "";
}

Node Generator::body(const std::string &header, std::vector<Variable> parameters, int size,
                     HelperKind returns) {
  scope = std::move(parameters);
  returning = returns;
  loopDepth = 0;
  budget = 14 * size;
  // What loops and branches then change.
  Node first = declaration(), second = declaration();
  Node made = statements(size, false);
  budget = 12;
  return Node(Sort::Item,
              {header + " {\n", first, second, made, "return ", returned(returns), "\n}\n"});
}

Node Generator::recursiveHelper(const std::string &name) {
  scope = {{"s", Type::Real, false}, {"t", Type::Real, false}};
  budget = 10;
  Node last = bounded(2), factor = bounded(1), next = bounded(1);
  return Node(Sort::Item,
              {"circuit " + name + "r(s, t, depth: i64) -> f64 {\nlet n = 2\n",
               "if depth <= 0 { return ", last, " }\n", "return tanh(", factor, " * ", name, "r(",
               next, ", t, depth - 1))\n}\n", "circuit ", name, "(s, t) = ", name, "r(s, t, 3)\n"});
}

Node Generator::helper(HelperKind kind) {
  if (kind == HelperKind::Scalars) {
    if (random.percent(20)) {
      std::string name = fresh("r");
      Node made = recursiveHelper(name);
      helpers.push_back({name, kind});
      return made;
    }
    std::string name = fresh("h");
    // Where no array tells a size it is 2.
    Node made =
        body("circuit " + name + "(s, t) -> f64",
             {{"s", Type::Real, false}, {"t", Type::Real, false}}, 1 + random.below(2), kind);
    made.children.insert(made.children.begin() + 1, Node("let n = 2\n"));
    helpers.push_back({name, kind});
    return made;
  }
  std::string name = fresh("h");
  const char *results = kind == HelperKind::ToReal    ? "f64"
                        : kind == HelperKind::ToArray ? "f64[n]"
                                                      : "(f64, f64[n])";
  Node made =
      body("circuit " + name + "(u: f64[n], s) -> " + results,
           {{"u", Type::Array, false}, {"s", Type::Real, false}}, 1 + random.below(3), kind);
  helpers.push_back({name, kind});
  return made;
}

Node Generator::program() {
  std::vector<Node> items;
  if (traits.smooth)
    items.push_back(Node(smoothMark));
  int count = random.below(4);
  for (int i = 0; i < count; ++i) {
    // Derivatives of derivatives of derivatives grow fast.
    derivatives = i == 1 && random.percent(30);
    items.push_back(helper(HelperKind(random.below(4))));
  }
  derivatives = true;
  Node made =
      body("circuit f(x: f64[n], y, m: f64[n, n], k: i64[n]) -> f64",
           {{"x", Type::Array, false}, {"y", Type::Real, false}, {"m", Type::Matrix, false}},
           2 + random.below(4), HelperKind::ToReal);
  // Everything that is alive at the end counts.
  std::string rest;
  for (const Variable &variable : scope)
    if (variable.type == Type::Real)
      rest += " + " + variable.name;
    else if (variable.type == Type::Array)
      rest += " + dot(" + variable.name + ", x)";
    else if (variable.type == Type::Matrix)
      rest += " + y * trace(" + variable.name + ")";
  made.children.insert(made.children.end() - 1, Node(rest));
  made.sort = Sort::Group;
  items.push_back(std::move(made));
  return Node(Sort::Group, std::move(items));
}

} // namespace circ::fuzz
