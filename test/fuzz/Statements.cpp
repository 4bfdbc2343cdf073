//===- Statements.cpp - The statements of random programs -----------------===//

#include "Generator.h"

namespace circ::fuzz {

Node Generator::statements(int count, bool inLoop) {
  std::vector<Node> made;
  for (int i = 0; i < count; ++i)
    made.push_back(statement(inLoop));
  return Node(Sort::Block, std::move(made));
}

Node Generator::statement(bool inLoop) {
  if (budget <= 0)
    return assignment();
  switch (random.below(inLoop ? 14 : 16)) {
  case 0:
    return declaration();
  case 1:
  case 2:
  case 3:
  case 4:
    return assignment();
  case 5:
  case 6:
  case 7:
    return elementUpdate();
  case 8:
    return branch(inLoop);
  case 9:
    return leave(inLoop);
  case 10:
    return takenApart();
  case 11:
    return loopDepth < 2 ? whileLoop() : assignment();
  default:
    return loopDepth < 2 ? loop() : elementUpdate();
  }
}

Node Generator::declaration() {
  bool isMutable = random.percent(70);
  const char *word = isMutable ? "var " : "let ";
  int kind = random.below(10);
  Type type = kind < 4 ? Type::Real : kind < 8 ? Type::Array : Type::Matrix;
  Node value = type == Type::Real ? bounded(3) : type == Type::Array ? array(3) : matrix(2);
  std::string name = fresh(type == Type::Real ? "s" : type == Type::Array ? "v" : "w");
  scope.push_back({name, type, isMutable});
  return Node(Sort::Statement, {word + name + " = ", value, "\n"});
}

Node Generator::assignment() {
  Type types[] = {Type::Real, Type::Real, Type::Array, Type::Matrix};
  const Variable *found = pick(types[random.below(4)], true);
  if (!found)
    return declaration();
  Variable target = *found;
  if (target.type == Type::Real)
    switch (random.below(4)) {
    case 0:
      return Node(Sort::Statement, {target.name + " += 0.25 * ", bounded(3), "\n"});
    case 1:
      return Node(Sort::Statement, {target.name + " *= ", bounded(2), "\n"});
    default:
      return Node(Sort::Statement, {target.name + " = ", bounded(3), "\n"});
    }
  if (target.type == Type::Matrix) {
    if (random.percent(30))
      return Node(Sort::Statement, {target.name + " += 0.25 * sin(", matrix(1), ")\n"});
    return Node(Sort::Statement, {target.name + " = sin(", matrix(2), ")\n"});
  }
  switch (random.below(4)) {
  case 0:
    return Node(Sort::Statement, {target.name + " += 0.25 * tanh(", array(2), ")\n"});
  case 1:
    return Node(Sort::Statement, {target.name + " *= cos(", array(2), ")\n"});
  default:
    return Node(Sort::Statement, {target.name + " = sin(", array(3), ")\n"});
  }
}

Node Generator::elementUpdate() {
  bool ofMatrix = random.percent(30);
  const Variable *found = pick(ofMatrix ? Type::Matrix : Type::Array, true);
  if (!found)
    return assignment();
  std::string name = found->name;
  auto update = [&](Node place, Node value) {
    const char *operators[] = {" = ", " = ", " += 0.5 * ", " *= ", " -= "};
    return Node(Sort::Statement, {name, place, operators[random.below(5)], value, "\n"});
  };
  if (ofMatrix)
    switch (random.below(4)) {
    case 0:
      return update(Node(Sort::Group, {"[", index(), "]"}),
                    Node(Type::Array, {"sin(", array(2), ")"}));
    case 1:
      return update(Node(Sort::Group, {"[:, ", index(), "]"}),
                    Node(Type::Array, {"tanh(", array(1), ")"}));
    default:
      return update(Node(Sort::Group, {"[", index(), ", ", index(), "]"}), bounded(2));
    }
  switch (random.below(5)) {
  case 0:
    return update(Node(Sort::Group, {"[", index(), "..]"}), bounded(2));
  case 1:
    return update(Node(Sort::Group, {"[..", index(), "]"}), bounded(2));
  default:
    return update(Node(Sort::Group, {"[", index(), "]"}), bounded(3));
  }
}

Node Generator::branch(bool inLoop) {
  Node condition = truth(2);
  size_t outside = scope.size();
  Node then = statements(1 + random.below(2), inLoop);
  scope.resize(outside);
  if (random.percent(40))
    return Node(Sort::Statement, {"if ", condition, " {\n", then, "}\n"});
  Node other = statements(1 + random.below(2), inLoop);
  scope.resize(outside);
  return Node(Sort::Statement, {"if ", condition, " {\n", then, "} else {\n", other, "}\n"});
}

Node Generator::loop() {
  std::string name = fresh("i");
  const char *ranges[] = {"0..n", "0..n", "1..n", "n - 1..-1 by -1", "0..n by 2"};
  std::string range = ranges[random.below(5)];
  std::string mark = traits.checkpoints && random.percent(40) ? "@checkpoint\n" : "";
  size_t outside = scope.size();
  scope.push_back({name, Type::Index, false});
  ++loopDepth;
  Node inside = statements(1 + random.below(3), true);
  --loopDepth;
  scope.resize(outside);
  return Node(Sort::Statement, {mark + "for " + name + " in " + range + " {\n", inside, "}\n"});
}

Node Generator::whileLoop() {
  std::string name = fresh("c");
  std::string mark = traits.checkpoints && random.percent(40) ? "@checkpoint\n" : "";
  Node condition = random.percent(50) ? Node(Sort::Group, {" && ", truth(1)}) : Node("");
  size_t outside = scope.size();
  ++loopDepth;
  Node inside = statements(1 + random.below(3), true);
  --loopDepth;
  scope.resize(outside);
  std::string limit = std::to_string(2 + random.below(3));
  return Node(Sort::Statement, {"var " + name + " = 0\n" + mark + "while " + name + " < " + limit,
                                condition, " {\n" + name + " += 1\n", inside, "}\n"});
}

Node Generator::takenApart() {
  const Helper *both = pickHelper(HelperKind::ToBoth);
  const Helper *toReal = pickHelper(HelperKind::ToReal);
  const Helper *toArray = pickHelper(HelperKind::ToArray);
  std::string first = fresh("s"), second = fresh("v");
  Node made(Sort::Statement, {});
  int way = random.below(4);
  if (both && (way == 0 || !derivatives))
    made.children = {"let (" + first + ", " + second + ") = " + both->name + "(", array(2), ", ",
                     bounded(2), ")\n"};
  else if (toReal && derivatives && way == 1)
    made.children = {"let (" + first + ", " + second + ") = value_and_grad(" + toReal->name +
                         ", u)(",
                     array(1), ", ", bounded(1), ")\n"};
  else if (toArray && derivatives && way == 2)
    made.children = {"let (" + second + ", " + first + ") = vjp(" + toArray->name + ")(",
                     array(1),
                     ", ",
                     bounded(1),
                     "; ",
                     array(1),
                     ")\n"};
  else if (both && derivatives)
    made.children = {"let (" + second + ", " + first + ") = vjp(" + both->name + ")(",
                     array(1),
                     ", ",
                     bounded(1),
                     "; ",
                     bounded(1),
                     ", ",
                     array(1),
                     ")\n"};
  else
    return assignment();
  scope.push_back({first, Type::Real, false});
  scope.push_back({second, Type::Array, false});
  return made;
}

Node Generator::leave(bool inLoop) {
  Node condition = truth(1);
  if (inLoop && random.percent(70))
    return Node(Sort::Statement,
                {"if ", condition, random.percent(50) ? " { break }\n" : " { continue }\n"});
  return Node(Sort::Statement, {"if ", condition, " { return ", returned(returning), " }\n"});
}

} // namespace circ::fuzz
