//===- Generator.h - Well-typed random circuits ---------------------------===//
//
// Every program has a circuit `f(x: f64[n], y, m: f64[n, n], k: i64[n]) -> f64`
// (k holds indices below n) and helpers that it calls and differentiates. Values
// stay tame: what can grow goes through bounded gates when it is assigned, and
// gates with a domain get arguments inside it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Program.h"
#include "Random.h"

namespace circ::fuzz {

/// What a random program may hold.
struct Traits {
  bool checkpoints = false; ///< loops marked with @checkpoint
  bool smooth = false;      ///< no kinks: derivatives are right at every point
};

class Generator {
public:
  Generator(uint64_t seed, Traits traits) : random(seed), traits(traits) {}
  Node program();

private:
  struct Variable {
    std::string name;
    Type type;
    bool isMutable;
  };
  enum class HelperKind { Scalars, ToReal, ToArray, ToBoth };
  struct Helper {
    std::string name;
    HelperKind kind;
  };

  // Items.
  Node helper(HelperKind kind);
  Node recursiveHelper(const std::string &name);
  Node body(const std::string &header, std::vector<Variable> parameters, int size,
            HelperKind returns);
  Node returned(HelperKind returns);

  // Statements.
  Node statements(int count, bool inLoop);
  Node statement(bool inLoop);
  Node declaration();
  Node assignment();
  Node elementUpdate();
  Node branch(bool inLoop);
  Node loop();
  Node whileLoop();
  Node takenApart();
  Node leave(bool inLoop);

  // Expressions of a type, at most `depth` deep.
  Node real(int depth);
  Node array(int depth);
  Node matrix(int depth);
  Node index();
  Node truth(int depth);
  Node bounded(int depth);
  Node gate(int depth);
  Node reduction(int depth);
  Node scalarCall(int depth);
  Node arrayCall(int depth);
  /// An expression within which an index variable of this name is in scope.
  template <typename F> Node withIndex(const std::string &name, F make);

  std::string fresh(const char *stem) { return stem + std::to_string(counter++); }
  const Variable *pick(Type type, bool isMutable = false);
  const Helper *pickHelper(HelperKind kind);
  Node literal();

  Random random;
  Traits traits;
  std::vector<Variable> scope;
  std::vector<Helper> helpers;
  HelperKind returning = HelperKind::ToReal;
  bool derivatives = true; ///< whether derivative expressions may be made
  int counter = 0;
  int budget = 0;
  int loopDepth = 0;
};

} // namespace circ::fuzz
