//===- Options.h - The command line of circ as data -----------------------===//
#pragma once

#include "compiler/codegen/Optimize.h"
#include "compiler/driver/Derivatives.h"
#include "compiler/fit/Record.h"

#include <optional>
#include <string>
#include <vector>

namespace circ::tool {

/// Exit statuses, as documented in the manual.
enum ExitStatus { Right = 0, WrongInput = 1, WrongUsage = 2, RuntimeError = 3 };

/// What `circ fit` takes beside what all commands take.
struct FitOptions {
  std::vector<std::string> over, bounds;
  std::string method, log, plot;
  bool maximize = false;
  double step = 0.01; ///< of the method "gradient"
  FitLimits limits;
};

/// Everything that the commands take; each command reads what it knows.
struct Options {
  std::string file;               ///< FILE or FILE:CIRCUIT
  std::vector<std::string> files; ///< of commands that take several
  std::vector<std::string> assignments;
  std::optional<std::string> argsFile;
  std::vector<std::string> wrt;
  std::vector<std::string> directions; ///< of --tangent, --seed or --vector
  std::vector<std::string> derivatives = {"grad"};
  std::vector<std::string> fixed; ///< of --fix: NAME=SIZE
  std::string output, stage, prefix, of, mode, sanitize, shell;
  bool json = false, sparse = false, time = false, strict = false, debug = false, noCache = false;
  unsigned threads = 0;   ///< 0: none asked for
  uint64_t pointSeed = 1; ///< of verify
  unsigned points = 5;    ///< of verify
  FitOptions fit;
  std::string compare;     ///< of bench
  double benchSeconds = 1; ///< of bench, for each program
  CodegenOptions codegen;
};

int runCommand(const Options &options, DerivativeKind kind);
int checkCommand(const Options &options);
int buildCommand(const Options &options);
int verifyCommand(const Options &options);
int benchCommand(const Options &options);
int fitCommand(const Options &options);
int emitCommand(const Options &options);

} // namespace circ::tool
