//===- CommandLine.h - What can be said to circ ---------------------------===//
//
// The one description of commands and options. Help, completion and the manual
// page are made of it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tools/circ/Options.h"

#include <CLI/CLI.hpp>
#include <utility>
#include <vector>

namespace circ::tool {

struct CommandLine {
  explicit CommandLine(Options &options);

  CLI::App app{"circ: differentiable circuits", "circ"};
  /// The commands that call a program of a circuit.
  std::vector<std::pair<CLI::App *, DerivativeKind>> programs;
  CLI::App *check, *build, *emit, *fit, *bench, *verify, *completion, *manual;

private:
  void addFit(Options &options);
  void addBench(Options &options);
};

/// The commands that work: neither later ones nor hidden ones.
std::vector<const CLI::App *> supportedCommands(const CLI::App &app);
/// The options of a command that work, without those that are told by position.
std::vector<const CLI::Option *> supportedOptions(const CLI::App &command);
/// Whether a value follows the option.
bool takesValue(const CLI::Option &option);
/// "--json", "-O": the spellings of an option.
std::vector<std::string> spellings(const CLI::Option &option);

/// The program that completes words in a shell: bash, zsh or fish.
std::string completionScript(const CLI::App &app, const std::string &shell);
/// The manual page, for man.
std::string manualPage(const CLI::App &app);

} // namespace circ::tool
