//===- Sema.cpp - Items, results on demand, recursion ---------------------===//

#include "compiler/sema/Sema.h"

#include "compiler/sema/Analyzer.h"
#include "compiler/sema/Builtins.h"

#include "llvm/ADT/GraphTraits.h"
#include "llvm/ADT/SCCIterator.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace circ {
namespace {

/// A circuit and those that it calls; no circuit for the node that reaches all.
struct CallNode {
  ast::Circuit *circuit = nullptr;
  std::vector<CallNode *> callees;
};

} // namespace
} // namespace circ

namespace llvm {
template <> struct GraphTraits<circ::CallNode *> {
  using NodeRef = circ::CallNode *;
  using ChildIteratorType = std::vector<circ::CallNode *>::iterator;
  static NodeRef getEntryNode(NodeRef node) { return node; }
  static ChildIteratorType child_begin(NodeRef node) { return node->callees.begin(); }
  static ChildIteratorType child_end(NodeRef node) { return node->callees.end(); }
};
} // namespace llvm

namespace circ {

bool analyze(ast::Module &module, DiagnosticEngine &diagnostics) {
  return sema::ModuleAnalyzer(module, diagnostics).run();
}

namespace sema {

bool ModuleAnalyzer::run() {
  unsigned before = diagnostics.errorCount();
  declareItems();
  for (auto &item : module.constants)
    constant(item.name);
  for (auto &item : module.structs)
    resolveFields(item);
  for (auto &circuit : module.circuits)
    states[circuit.get()] = State::Declared;
  for (auto &circuit : module.circuits)
    if (!BodyAnalyzer(*this, *circuit).signature())
      states[circuit.get()] = State::Failed;
  for (auto &gate : module.gates)
    if (!completeGate(*gate))
      states[gate->backward] = states[gate->tangent] = State::Failed;
  // The derivative of a built-in or of a derivative adds a circuit.
  for (size_t i = 0; i < module.circuits.size(); ++i)
    if (states[module.circuits[i].get()] == State::Declared)
      analyzeBody(*module.circuits[i]);
  markRecursion();
  if (diagnostics.errorCount() != before)
    return false;
  for (auto &circuit : module.circuits)
    flattenStructs(*circuit);
  return true;
}

/// The import by which the definitions of two files meet; null for one file.
const ast::Import *ModuleAnalyzer::importBetween(FileId first, FileId second) const {
  const ast::Import *found = nullptr;
  for (const ast::Import &import : module.imports) {
    bool direct = (import.range.file == second && import.target == first) ||
                  (import.range.file == first && import.target == second);
    if (first != second && direct)
      return &import;
    if (first != second && !found && import.target == second)
      found = &import;
  }
  return found;
}

void ModuleAnalyzer::declareItems() {
  auto add = [&](const std::string &name, SourceRange range) {
    auto [it, isNew] = items.insert({name, range});
    if (isNew)
      return;
    if (const ast::Import *import = importBetween(it->second.file, range.file))
      diagnostics.report(DiagnosticId::ImportClash, import->range, {import->path, name})
          .note(DiagnosticId::CircuitIsHere, it->second, {name})
          .note(DiagnosticId::CircuitIsHere, range, {name});
    else
      diagnostics.report(DiagnosticId::DefinedTwice, range, {name})
          .note(DiagnosticId::FirstDefinedHere, it->second, {name});
  };
  // In the order of the text, so that the first definition is the first.
  std::vector<std::pair<std::string, SourceRange>> all;
  for (auto &constant : module.constants)
    all.emplace_back(constant.name, constant.nameRange);
  for (auto &structure : module.structs)
    all.emplace_back(structure.name, structure.nameRange);
  for (auto &gate : module.gates)
    all.emplace_back(gate->name, gate->nameRange);
  for (auto &circuit : module.circuits)
    if (circuit->part == ast::Circuit::Part::None)
      all.emplace_back(circuit->name, circuit->nameRange);
  std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) {
    return std::tie(a.second.file, a.second.begin) < std::tie(b.second.file, b.second.begin);
  });
  for (auto &[name, range] : all)
    add(name, range);
}

std::string ModuleAnalyzer::otherItem(const std::string &name) const {
  for (const auto &structure : module.structs)
    if (structure.name == name)
      return "struct";
  for (const auto &gate : module.gates)
    if (gate->name == name)
      return "gate";
  if (module.find(name))
    return "circuit";
  if (lookupBuiltin(name) || isReduction(name))
    return "built-in function";
  return "";
}

std::vector<std::string> ModuleAnalyzer::callableNames() const {
  std::vector<std::string> names = builtinNames();
  for (const auto &circuit : module.circuits)
    if (!circuit->isHidden())
      names.push_back(circuit->name);
  return names;
}

void ModuleAnalyzer::analyzeBody(ast::Circuit &circuit) {
  states[&circuit] = State::InProgress;
  BodyAnalyzer analyzer(*this, circuit);
  analyzer.body();
  bool known = !circuit.results.empty() && states[&circuit] != State::Failed;
  states[&circuit] = known ? State::Done : State::Failed;
  if (!known && !diagnostics.hasErrors())
    diagnostics.report(DiagnosticId::MissingReturn, circuit.nameRange, {circuit.name});
}

bool ModuleAnalyzer::requireResults(ast::Circuit &circuit, SourceRange useRange) {
  if (states[&circuit] == State::Failed)
    return false;
  bool inProgress = states[&circuit] == State::InProgress;
  // What an earlier `return` says may change with a later one.
  if (!circuit.results.empty() && (circuit.statesResults || !inProgress))
    return true;
  if (inProgress) {
    diagnostics.report(DiagnosticId::RecursionNeedsType, circuit.nameRange, {circuit.name})
        .withHint("write the result type before the body: `-> f64`");
    states[&circuit] = State::Failed;
    return false;
  }
  analyzeBody(circuit);
  return !circuit.results.empty();
}

void ModuleAnalyzer::markRecursion() {
  std::map<const ast::Circuit *, CallNode> nodes;
  CallNode all;
  for (auto &circuit : module.circuits) {
    CallNode &node = nodes[circuit.get()];
    node.circuit = circuit.get();
    all.callees.push_back(&node);
    for (ast::Circuit *callee : calls[circuit.get()])
      node.callees.push_back(&nodes[callee]);
  }
  for (auto cycle = llvm::scc_begin(&all); !cycle.isAtEnd(); ++cycle)
    for (CallNode *node : *cycle)
      if (node->circuit && cycle.hasCycle())
        node->circuit->recursive = true;
}

} // namespace sema
} // namespace circ
