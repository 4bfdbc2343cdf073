//===- KeptReport.cpp - What a gradient keeps, and how many bytes ---------===//

#include "compiler/driver/KeptReport.h"

#include "compiler/ast/Walk.h"
#include "compiler/dialect/CircOps.h"
#include "compiler/driver/SymbolicSizes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace circ {
namespace {

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// An expression that stands in a statement, and the variable that it is the value of.
struct Root {
  const ast::Expr *expr = nullptr;
  std::string variable = {}; ///< Empty for none and for several.
};

/// The expression around a place.
Root rootAt(const ast::StmtList &list, FileId file, uint32_t offset) {
  auto isAround = [&](const SourceRange &range) {
    return range.file == file && offset >= range.begin && offset < range.end;
  };
  for (const ast::StmtPtr &stmt : list) {
    if (!isAround(stmt->range))
      continue;
    switch (stmt->kind) {
    case ast::StmtKind::Let: {
      const auto &let = ast::as<ast::LetStmt>(*stmt);
      return {let.value.get(), let.variables.size() == 1 ? let.variables.front()->name : ""};
    }
    case ast::StmtKind::Assign:
      return {ast::as<ast::AssignStmt>(*stmt).value.get(), ast::as<ast::AssignStmt>(*stmt).name};
    case ast::StmtKind::Return:
      return {ast::as<ast::ReturnStmt>(*stmt).value.get()};
    case ast::StmtKind::If: {
      const auto &branch = ast::as<ast::IfStmt>(*stmt);
      if (isAround(branch.condition->range))
        return {branch.condition.get()};
      Root found = rootAt(branch.thenBody, file, offset);
      return found.expr ? found : rootAt(branch.elseBody, file, offset);
    }
    case ast::StmtKind::For:
      return rootAt(ast::as<ast::ForStmt>(*stmt).body, file, offset);
    case ast::StmtKind::While: {
      const auto &loop = ast::as<ast::WhileStmt>(*stmt);
      return isAround(loop.condition->range) ? Root{loop.condition.get()}
                                             : rootAt(loop.body, file, offset);
    }
    default:
      return {};
    }
  }
  return {};
}

class Reporter {
public:
  explicit Reporter(const Compilation &compilation) : compilation(compilation) {}

  void report(func::FuncOp function, SymbolicSizes &sizes, const Formula &times, bool isBound);
  std::string text;

private:
  void reportPush(ir::PushOp push, SymbolicSizes &sizes, const Formula &times, bool isBound);
  Formula repeated(Operation *op, mlir::Value tape, SymbolicSizes &sizes, bool &isBound);
  std::string nameOf(mlir::Value value, Location &place);
  std::string nameAt(FileLineColLoc place, llvm::StringRef called);
  Root rootAt(FileLineColLoc place, uint32_t &offset);

  const Compilation &compilation;
  llvm::SmallVector<Operation *> callees; ///< Whose bodies are being reported.
};

Root Reporter::rootAt(FileLineColLoc place, uint32_t &offset) {
  std::optional<SourceRange> range = compilation.sourceRange(place);
  if (!range)
    return {};
  offset = range->begin;
  for (const auto &circuit : compilation.ast->circuits)
    if (Root found = circ::rootAt(circuit->body, range->file, offset); found.expr)
      return found;
  return {};
}

/// What the source calls what an op makes: a variable, or the text of the longest expression
/// there; of a gate that is called, of the call.
std::string Reporter::nameAt(FileLineColLoc place, llvm::StringRef called) {
  uint32_t offset = 0;
  Root root = rootAt(place, offset);
  if (!root.expr)
    return "";
  // An operator stands inside of its expression.
  const ast::Expr *chosen = nullptr, *around = nullptr;
  ast::walk(*root.expr, [&](const ast::Expr &expr) {
    if (expr.range.begin < offset && offset < expr.range.end)
      around = &expr; // the innermost comes last
    if (expr.range.begin != offset)
      return;
    bool isCall = expr.kind == ast::ExprKind::Call && !called.empty() &&
                  llvm::StringRef(compilation.sources.text(expr.range)).starts_with(called);
    if (isCall || !chosen || expr.range.end > chosen->range.end)
      chosen = &expr;
  });
  chosen = chosen ? chosen : around;
  if (!chosen || (chosen == root.expr && !root.variable.empty()))
    return root.variable;
  std::string text(compilation.sources.text(chosen->range));
  llvm::SmallVector<llvm::StringRef> words;
  llvm::SplitString(text, words);
  text = llvm::join(words, " ");
  return text.size() <= 40 ? text : text.substr(0, 37) + "...";
}

std::string Reporter::nameOf(mlir::Value value, Location &place) {
  // A loop-carried value goes by the variable that the loop assigns.
  mlir::Value defined = value;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Operation *parent = argument.getOwner()->getParentOp();
    if (auto loop = dyn_cast<scf::ForOp>(parent)) {
      if (argument.getArgNumber() > 0)
        defined = loop.getYieldedValues()[argument.getArgNumber() - 1];
    } else if (auto loop = dyn_cast<scf::WhileOp>(parent)) {
      defined = loop.getYieldOp().getOperands()[argument.getArgNumber()];
    } else if (auto function = dyn_cast<func::FuncOp>(parent)) {
      if (auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "circ.name"))
        return name.str();
    }
  }
  auto at = defined.getLoc()->findInstanceOf<FileLineColLoc>();
  if (!at)
    return "";
  place = at;
  uint32_t offset;
  if (defined != value)
    if (Root root = rootAt(at, offset); !root.variable.empty())
      return root.variable;
  llvm::StringRef called;
  if (Operation *op = defined.getDefiningOp())
    called = isa<func::CallOp>(op) ? cast<func::CallOp>(op).getCallee().split('.').first
                                   : op->getName().stripDialect();
  return nameAt(at, called);
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

unsigned lineOf(Operation *op) {
  auto place = op->getLoc()->findInstanceOf<FileLineColLoc>();
  return place ? place.getLine() : 0;
}

Formula unknown(const char *what, Operation *op) {
  return Formula::symbol(std::string(what) + "(" + std::to_string(lineOf(op)) + ")");
}

/// The loop around what a schedule says, if the op is directly in one.
scf::WhileOp scheduledSweep(Operation *op) {
  auto loop = op->getParentOfType<scf::WhileOp>();
  return loop && !loop.getAfterBody()->getOps<ir::ScheduleNextOp>().empty() ? loop : nullptr;
}

bool isSnapshot(ir::PushOp push) {
  scf::WhileOp sweep = scheduledSweep(push);
  return sweep && !sweep->isAncestor(push.getTape().getParentRegion()->getParentOp());
}

/// How often an op runs while a tape lives.
Formula Reporter::repeated(Operation *op, mlir::Value tape, SymbolicSizes &sizes, bool &isBound) {
  Formula times(1);
  Region *home = tape.getParentRegion();
  for (Operation *parent = op->getParentOp();
       parent && parent->getParentRegion() && home->isAncestor(parent->getParentRegion());
       parent = parent->getParentOp()) {
    if (auto loop = dyn_cast<scf::ForOp>(parent)) {
      auto count = sizes.integer(loop.getUpperBound());
      times = times * (count ? *count : unknown("trips", parent));
    } else if (auto loop = dyn_cast<scf::WhileOp>(parent)) {
      auto next = loop.getAfterBody()->getOps<ir::ScheduleNextOp>();
      if (next.empty()) {
        times = times * unknown("trips", parent);
        continue;
      }
      auto schedule = (*next.begin()).getSchedule().getDefiningOp<ir::ScheduleNewOp>();
      auto count = sizes.integer(schedule.getSteps());
      std::string steps = (count ? *count : unknown("trips", parent)).text();
      times = times * Formula::symbol("snapshots(" + steps + ")");
    } else if (isa<scf::IfOp>(parent)) {
      // The branches on what a schedule says are part of it.
      isBound |= !scheduledSweep(parent);
    }
  }
  return times;
}

void Reporter::reportPush(ir::PushOp push, SymbolicSizes &sizes, const Formula &times,
                          bool isBound) {
  mlir::Value value = push.getValue();
  // A snapshot that is taken off and put back takes no more.
  if (value.getDefiningOp<ir::PopOp>())
    return;
  Formula bytes(8);
  if (auto array = dyn_cast<RankedTensorType>(value.getType())) {
    bytes = Formula(std::max(8u, array.getElementTypeBitWidth()) / 8);
    for (unsigned d = 0; d < array.getRank(); ++d) {
      auto size = sizes.size(value, d);
      bytes = bytes * (size ? *size : unknown("size", push));
    }
  }
  bytes = bytes * repeated(push, push.getTape(), sizes, isBound) * times;
  Location place = push.getLoc();
  std::string name = isSnapshot(push) ? "a snapshot" : nameOf(value, place);
  text += "// keeps  " + (name.empty() ? "a value" : name);
  if (auto at = place->findInstanceOf<FileLineColLoc>())
    text += "  at " + at.getFilename().str() + ":" + std::to_string(at.getLine()) + ":" +
            std::to_string(at.getColumn());
  text += std::string("  ") + (isBound ? "at most " : "") + bytes.text() + " bytes\n";
}

void Reporter::report(func::FuncOp function, SymbolicSizes &sizes, const Formula &times,
                      bool isBound) {
  auto module = function->getParentOfType<ModuleOp>();
  callees.push_back(function);
  function.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (auto push = dyn_cast<ir::PushOp>(op)) {
      reportPush(push, sizes, times, isBound);
      return;
    }
    auto call = dyn_cast<func::CallOp>(op);
    if (!call)
      return;
    auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
    // A recursion is reported at its first call, for all of its depth.
    if (!callee || llvm::is_contained(callees, callee.getOperation()))
      return;
    bool bound = isBound;
    Formula inside = times;
    for (mlir::Value operand : call.getOperands())
      if (isa<ir::TapeType>(operand.getType()))
        inside = times * repeated(call, operand, sizes, bound);
    if (callee->hasAttr("circ.recursive"))
      inside = inside * unknown("calls", call);
    SymbolicSizes given(sizes, call, callee);
    report(callee, given, inside, bound);
  });
  callees.pop_back();
}

} // namespace

std::string keptReport(const Compilation &compilation, const ast::Circuit &circuit) {
  auto function = compilation.module.get().lookupSymbol<func::FuncOp>(circuit.name + ".grad");
  Reporter reporter(compilation);
  SymbolicSizes sizes(circuit, function);
  reporter.report(function, sizes, Formula(1), false);
  return reporter.text.empty() ? "// keeps nothing\n" : reporter.text;
}

} // namespace circ
