//===- Verify.cpp - circ verify -------------------------------------------===//

#include "tools/circ/Shared.h"

#include "compiler/driver/Output.h"
#include "compiler/driver/Verify.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace circ::tool {

using Outcome = Verification::Outcome;

static std::string errorText(double error) { return llvm::formatv("{0:e1}", error); }

static std::string counted(unsigned count, const char *thing) {
  return circ::counted(count, thing);
}

static void printText(const std::string &name, const Verification &found) {
  llvm::outs() << name << ": ";
  switch (found.outcome) {
  case Outcome::Right:
    if (found.compared == 0)
      llvm::outs() << "NOT COMPARED: a kink or rounding decides at "
                   << counted(found.points, "point");
    else
      llvm::outs() << "right at " << counted(found.points, "point") << "; worst relative error "
                   << errorText(found.modes.error) << " of the modes, "
                   << errorText(found.differences.error) << " of differences"
                   << (found.differences.parameter.empty()
                           ? ""
                           : " (by '" + found.differences.place() + "')");
    if (found.leftOut && found.compared)
      llvm::outs() << "\n  warning: " << counted(found.leftOut, "comparison")
                   << " left out: rounding decides, or a derivative is not finite";
    if (found.kinks)
      llvm::outs() << "\n  warning: a kink was hit: " << found.kink;
    break;
  case Outcome::Wrong:
    llvm::outs() << "WRONG: " << found.message;
    break;
  case Outcome::NothingToVerify:
    llvm::outs() << "nothing to verify: " << found.message;
    break;
  case Outcome::NoPoint:
    llvm::outs() << "NO POINT: no random point is in the domain; the last was not because:\n  "
                 << found.message;
    break;
  case Outcome::NotCompiled:
    llvm::outs() << "NOT COMPILED";
    break;
  }
  llvm::outs() << "\n";
}

static std::string json(const std::string &name, const Verification &found) {
  const char *outcomes[] = {"right", "wrong", "nothing to verify", "no point", "not compiled"};
  const char *outcome = found.outcome == Outcome::Right && found.compared == 0
                            ? "not compared"
                            : outcomes[int(found.outcome)];
  auto worst = [](const WorstError &error) {
    return jsonObject(
        {{"error", jsonText(Value::scalar(error.error))}, {"place", jsonString(error.place())}});
  };
  return jsonObject({{"circuit", jsonString(name)},
                     {"outcome", jsonString(outcome)},
                     {"points", std::to_string(found.points)},
                     {"compared", std::to_string(found.compared)},
                     {"leftOut", std::to_string(found.leftOut)},
                     {"kinks", std::to_string(found.kinks)},
                     {"kink", jsonString(found.kink)},
                     {"modes", worst(found.modes)},
                     {"differences", worst(found.differences)},
                     {"message", jsonString(found.message)}});
}

int verifyCommand(const Options &options) {
  auto [path, wanted] = splitFile(options.file);
  std::vector<std::string> names;
  {
    Compilation whole;
    if (!whole.parse(path) || !whole.analyze())
      return report(whole, false), WrongInput;
    if (!wanted.empty() && !whole.choose(wanted))
      return report(whole, false), WrongInput;
    // Gates too: their rules are the user's.
    for (const auto &circuit : whole.ast->circuits)
      if (circuit->nameRange.file == whole.file && !circuit->isHidden() &&
          (wanted.empty() || circuit->name == wanted))
        names.push_back(circuit->name);
    if (names.empty())
      names.push_back(wanted);
  }
  bool right = true, compared = false;
  std::string all;
  for (const std::string &name : names) {
    // Derivatives of one circuit are made in a compilation of their own, so that
    // an error in one leaves the others.
    Compilation compilation;
    Verification found;
    found.outcome = Outcome::NotCompiled;
    ast::Circuit *circuit = nullptr;
    if (compilation.parse(path) && compilation.analyze() && (circuit = compilation.choose(name)))
      found = verify(compilation, *circuit, options.points, options.pointSeed, options.codegen);
    if (found.outcome == Outcome::NotCompiled)
      report(compilation, false);
    right &= found.outcome == Outcome::NothingToVerify ||
             (found.outcome == Outcome::Right && found.compared > 0);
    compared |= found.compared > 0;
    if (options.json)
      all += (all.empty() ? "" : ",\n ") + json(name, found);
    else
      printText(name, found);
  }
  if (options.json)
    llvm::outs() << "[" << all << "]\n";
  int status = finishOutput();
  return right && compared ? status : WrongInput;
}

} // namespace circ::tool
