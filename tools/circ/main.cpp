//===- main.cpp - The command line of circ --------------------------------===//

#include "tools/circ/CommandLine.h"
#include "tools/circ/Shared.h"

#include "compiler/codegen/Threads.h"
#include "compiler/support/Diagnostics.h"
#include "compiler/support/LargeStack.h"
#include "runtime/circ_runtime.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <optional>
#include <sstream>
#include <unistd.h>

using namespace circ::tool;

namespace {

/// The first Ctrl-C asks running circuits to stop; the second ends the process.
void interrupted(int) {
  if (circ_interrupt_flag)
    _exit(130);
  circ_interrupt_flag = 1;
}

/// The work of a command, with a stack for deep expressions.
int onLargeStack(const std::function<int(const Options &)> &work, const Options &options) {
  int status = 0;
  circ::onLargeStack([&] {
    circ_use_threads(static_cast<int>(std::max(1u, options.threads)));
    status = work(options);
  });
  return status;
}

/// Tells what is wrong with a command line without a command that works.
int missingCommand(const CLI::App &app, const std::string &given) {
  std::vector<std::string> names;
  for (const CLI::App *command : supportedCommands(app))
    names.push_back(command->get_name());
  std::optional<std::string> close = circ::closestName(given, names);
  fprintf(stderr, "circ: there is no command '%s'", given.c_str());
  if (close)
    fprintf(stderr, "; did you mean '%s'?\n", close->c_str());
  else
    fprintf(stderr, "; there are %s\n", llvm::join(names, ", ").c_str());
  fputs("Run with --help for more information.\n", stderr);
  return WrongUsage;
}

/// Prints a text; an exit status.
int show(const std::string &text) {
  if (fputs(text.c_str(), stdout) >= 0 && fflush(stdout) == 0)
    return Right;
  fprintf(stderr, "circ: cannot write the output: %s\n", strerror(errno));
  return WrongInput;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  CommandLine line(options);
  if (argc == 1) {
    fputs(line.app.help().c_str(), stderr);
    return WrongUsage;
  }
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    bool asked = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    std::string first = argv[1];
    auto isFirst = [&](const CLI::App *command) { return command->get_name() == first; };
    if (!asked && !llvm::StringRef(first).starts_with("-") &&
        llvm::none_of(line.app.get_subcommands({}), isFirst))
      return missingCommand(line.app, first);
    std::ostringstream help;
    int status = line.app.exit(error, help, std::cerr);
    return status == 0 ? show(help.str()) : WrongUsage;
  }
  if (line.completion->parsed())
    return show(completionScript(line.app, options.shell));
  if (line.manual->parsed())
    return show(manualPage(line.app));
  options.codegen.strict = options.strict;
  if (!options.codegen.target.empty() && options.codegen.cpu == "native")
    options.codegen.cpu = "generic";
  options.codegen.debugInfo = options.debug;
  if (!options.threads)
    options.threads = static_cast<unsigned>(circ_environment_threads());
  // Also for one thread: it gives the same bits as several.
  if (options.threads && !line.build->parsed())
    options.codegen.parallel = true;
  if (llvm::Error error = circ::loadThreads(line.build->parsed() ? 0 : options.threads)) {
    fprintf(stderr, "circ: %s\n", llvm::toString(std::move(error)).c_str());
    return WrongInput;
  }
  options.codegen.sanitizer = options.sanitize == "address"  ? circ::Sanitizer::Address
                              : options.sanitize == "thread" ? circ::Sanitizer::Thread
                                                             : circ::Sanitizer::None;
  struct sigaction action = {};
  action.sa_handler = interrupted;
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN); // writing tells that a file is too large

  int status = WrongUsage;
  std::optional<circ::DerivativeKind> program;
  for (const auto &[command, kind] : line.programs)
    if (command->parsed())
      program = kind;
  // What they compile is called once.
  if (program && options.codegen.longCode == circ::LongCode::Less)
    options.codegen.longCode = circ::LongCode::Least;
  if (program)
    status = onLargeStack([&](const Options &o) { return runCommand(o, *program); }, options);
  else if (line.check->parsed())
    status = onLargeStack(checkCommand, options);
  else if (line.verify->parsed())
    status = onLargeStack(verifyCommand, options);
  else if (line.fit->parsed())
    status = onLargeStack(fitCommand, options);
  else if (line.bench->parsed())
    status = onLargeStack(benchCommand, options);
  else if (line.build->parsed())
    status = onLargeStack(buildCommand, options);
  else if (line.emit->parsed())
    status = onLargeStack(emitCommand, options);
  else {
    fprintf(stderr, "circ: '%s' is not supported yet\n",
            line.app.get_subcommands().front()->get_name().c_str());
    return WrongInput;
  }
  if (int unwritten = finishOutput(); status == Right)
    status = unwritten;
  if (fflush(stdout) != 0 && status == Right) {
    fprintf(stderr, "circ: cannot write the output\n");
    status = WrongInput;
  }
  // Everything is written: what the compiler holds need not be freed.
  _exit(status);
}
