//===- Program.h - Random programs as trees of text -----------------------===//
//
// A program is a tree whose leaves are text. Nodes say what they are, so that
// shrinking can delete statements and put parts in the place of wholes; whether
// what is left is still well-typed the compiler itself says.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace circ::fuzz {

/// The first line of a program without kinks.
inline constexpr char smoothMark[] = "// Smooth.\n";

enum class Sort { Text, Group, Item, Block, Statement, Expression };

/// The type of an expression: a real number, an array f64[n], a matrix f64[n, n],
/// an index below n, a truth value.
enum class Type { Real, Array, Matrix, Index, Bool };

struct Node {
  Sort sort = Sort::Text;
  Type type = Type::Real; ///< of an expression
  std::string text = {};
  std::vector<Node> children = {};

  Node(const char *text) : text(text) {}
  Node(std::string text) : text(std::move(text)) {}
  Node(Sort sort, std::vector<Node> children) : sort(sort), children(std::move(children)) {}
  Node(Type type, std::vector<Node> children)
      : sort(Sort::Expression), type(type), children(std::move(children)) {}
};

std::string print(const Node &program);

/// Makes the program smaller while `stillFails` says so, at most `attempts` times
/// asked: deletes items and statements, takes the body for a loop or branch, a
/// part or a constant for an expression.
Node shrink(Node program, const std::function<bool(const Node &)> &stillFails, int attempts);

} // namespace circ::fuzz
