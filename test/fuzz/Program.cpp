//===- Program.cpp - Random programs as trees of text ---------------------===//

#include "Program.h"

namespace circ::fuzz {

static void print(const Node &node, std::string &into) {
  into += node.text;
  for (const Node &child : node.children)
    print(child, into);
}

std::string print(const Node &program) {
  std::string text;
  print(program, text);
  return text;
}

static size_t countNodes(const Node &node) {
  size_t count = 1;
  for (const Node &child : node.children)
    count += countNodes(child);
  return count;
}

/// Node number `index` in preorder.
static Node &nodeAt(Node &node, size_t index) {
  if (index == 0)
    return node;
  --index;
  for (Node &child : node.children) {
    size_t count = countNodes(child);
    if (index < count)
      return nodeAt(child, index);
    index -= count;
  }
  return node;
}

/// The nearest descendants of this sort (and type).
static void collect(const Node &node, const Node &like, std::vector<Node> &into) {
  for (const Node &child : node.children)
    if (child.sort == like.sort && (like.sort != Sort::Expression || child.type == like.type))
      into.push_back(child);
    else
      collect(child, like, into);
}

/// What may stand in the place of a node, the smallest first.
static std::vector<Node> replacements(const Node &node) {
  std::vector<Node> found;
  switch (node.sort) {
  case Sort::Item:
    return {Node("")};
  case Sort::Statement: {
    found.push_back(Node(""));
    collect(node, Node(Sort::Block, {}), found);
    return found;
  }
  case Sort::Expression: {
    if (node.children.size() == 1 && node.children[0].children.empty())
      return {}; // a leaf already
    const char *constants[] = {"0.7", "fill(0.7, n)", "", "0", "true"};
    std::string constant = constants[int(node.type)];
    if (!constant.empty())
      found.push_back(Node(node.type, {Node(constant)}));
    collect(node, node, found);
    return found;
  }
  default:
    return {};
  }
}

Node shrink(Node program, const std::function<bool(const Node &)> &stillFails, int attempts) {
  bool smaller = true;
  while (smaller) {
    smaller = false;
    for (size_t index = 0; index < countNodes(program); ++index)
      for (const Node &replacement : replacements(nodeAt(program, index))) {
        if (attempts-- <= 0)
          return program;
        Node candidate = program;
        nodeAt(candidate, index) = replacement;
        if (stillFails(candidate)) {
          program = std::move(candidate);
          smaller = true;
          break;
        }
      }
  }
  return program;
}

} // namespace circ::fuzz
