//===- main.cpp - The command line of circ --------------------------------===//

#include "tools/circ/Options.h"

#include "runtime/circ_runtime.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <functional>
#include <optional>
#include <pthread.h>
#include <unistd.h>

using namespace circ::tool;

namespace {

/// The first Ctrl-C asks running circuits to stop; the second ends the process.
void interrupted(int) {
  if (circ_interrupt_flag)
    _exit(130);
  circ_interrupt_flag = 1;
}

void addFile(CLI::App *command, Options &options, const char *what) {
  command->add_option("file", options.file, what)->required();
}

void addValues(CLI::App *command, Options &options) {
  addFile(command, options, "FILE or FILE:CIRCUIT; - is standard input");
  command->add_option("arguments", options.assignments,
                      "NAME=VALUE: a number, [1, 2, 3], @x.npy, @x.npz:key, @x.json or @x.csv");
  command->add_option("--args", options.argsFile, "file with all arguments by name (.json, .npz)");
  command->add_option("-o,--output", options.output, "store the results (.npz, .json, .npy)");
  command->add_flag("--json", options.json, "print one JSON object");
}

void addCompiling(CLI::App *command, Options &options) {
  command->add_option("-O", options.codegen.level, "optimisation level, 0 to 3")
      ->check(CLI::Range(0, 3))
      ->capture_default_str();
  command->add_flag("--strict", options.strict,
                    "no reassociation, no fused multiply-add, scalar libm");
  command
      ->add_option("--cpu", options.codegen.cpu,
                   "CPU to make code for: native, generic, x86-64-v3, ...")
      ->capture_default_str();
  command
      ->add_option("--threads", options.threads, "number of threads (the code runs on one so far)")
      ->check(CLI::Range(1u, 4096u));
  command
      ->add_option("--memory", options.codegen.memoryLimit,
                   "most memory of a call, e.g. 64MB: loops are checkpointed to fit")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/true));
  command->add_flag("--time", options.time, "print how long each stage took");
}

struct Job {
  const Options *options;
  std::function<int(const Options &)> work;
  int status;
};

/// Deep expressions recurse deeply: the work has a stack to match.
int onLargeStack(const std::function<int(const Options &)> &work, const Options &options) {
  Job job{&options, work, 0};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, size_t(512) << 20);
  pthread_t thread;
  auto start = [](void *data) -> void * {
    auto *job = static_cast<Job *>(data);
    job->status = job->work(*job->options);
    return nullptr;
  };
  if (pthread_create(&thread, &attributes, start, &job) != 0)
    return work(options);
  pthread_join(thread, nullptr);
  return job.status;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  CLI::App app{"circ: differentiable circuits", "circ"};
  app.set_version_flag("--version", std::string("circ ") + CIRC_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Example:\n  circ grad f.circ x=-2 y=5 z=-4\n\nExit status: 0 right; 1 the program or its "
      "arguments are wrong;\n2 unknown command or option; 3 a run-time error.");

  CLI::App *run = app.add_subcommand("run", "the value of a circuit");
  addValues(run, options);
  addCompiling(run, options);
  run->footer("Example:\n  circ run f.circ x=-2 y=5 z=-4");
  CLI::App *grad = app.add_subcommand("grad", "value and gradient of a circuit");
  addValues(grad, options);
  addCompiling(grad, options);
  grad->add_option("--wrt", options.wrt, "parameters to differentiate by")->delimiter(',');
  grad->add_option("--of", options.of, "the result to differentiate");
  grad->footer("Example:\n  circ grad f.circ x=-2 y=5 z=-4 --wrt x,y");
  // The commands that take a direction, or give matrices.
  struct Derivative {
    const char *name, *what, *direction, *directionHelp, *example;
    circ::DerivativeKind kind;
    CLI::App *command = nullptr;
  };
  using Kind = circ::DerivativeKind;
  Derivative derivatives[] = {
      {"jvp", "value and derivative along a tangent", "--tangent",
       "NAME=VALUE: the tangent of a parameter, zero where none is given; or @FILE",
       "--tangent x=1 --tangent z=0.5", Kind::Jvp},
      {"vjp", "value and the parameters' adjoints for a seed", "--seed",
       "NAME=VALUE: the adjoint of a result (`value` when it has no name), zero where none is "
       "given; or @FILE",
       "--seed value=2", Kind::Vjp},
      {"hvp", "product of the Hessian and a vector", "--vector",
       "NAME=VALUE: the vector in the space of a parameter, zero where none is given; or @FILE",
       "--vector x=1 --vector z=0.5", Kind::Hvp},
      {"jacobian", "derivative of every result by every parameter", nullptr, nullptr, "--json",
       Kind::Jacobian},
      {"hessian", "second derivatives of a real scalar result", nullptr, nullptr, "--wrt x,z",
       Kind::Hessian}};
  auto addMode = [&](CLI::App *command) {
    command->add_option("--mode", options.mode, "reverse or forward")
        ->check(CLI::IsMember({"reverse", "forward"}));
  };
  addMode(grad);
  for (Derivative &derivative : derivatives) {
    CLI::App *command = app.add_subcommand(derivative.name, derivative.what);
    addValues(command, options);
    addCompiling(command, options);
    if (derivative.direction)
      command->add_option(derivative.direction, options.directions, derivative.directionHelp)
          ->required();
    if (derivative.kind != Kind::Jvp)
      command->add_option("--wrt", options.wrt, "parameters to differentiate by")->delimiter(',');
    if (derivative.kind == Kind::Hessian || derivative.kind == Kind::Hvp)
      command->add_option("--of", options.of, "the result to differentiate");
    if (derivative.kind == Kind::Jacobian)
      addMode(command);
    if (derivative.kind == Kind::Jacobian || derivative.kind == Kind::Hessian)
      command->add_flag("--sparse", options.sparse,
                        "compressed rows of what the branches taken depend on");
    command->footer(std::string("Example:\n  circ ") + derivative.name + " f.circ x=-2 y=5 z=-4 " +
                    derivative.example);
    derivative.command = command;
  }
  CLI::App *check = app.add_subcommand("check", "parse and type-check files");
  check->add_option("file", options.files, "FILE ...")->required();
  check->add_flag("--json", options.json, "diagnostics as JSON");
  check->footer("Example:\n  circ check f.circ g.circ");
  CLI::App *build = app.add_subcommand("build", "a library with a C header");
  addFile(build, options, "FILE");
  build->add_option("-o,--output", options.output, "OUT: .so, .a, .o, .ll or .s by the ending")
      ->required();
  build
      ->add_option("--derivatives", options.derivatives,
                   "derivatives to build: grad, jvp, vjp, hvp, jacobian, hessian, or none")
      ->delimiter(',')
      ->check(CLI::IsMember({"grad", "jvp", "vjp", "hvp", "jacobian", "hessian", "none"}))
      ->capture_default_str();
  build->add_option("--prefix", options.prefix, "put before every exported name");
  build->add_flag("-g", options.debug, "line tables");
  build->add_option("--sanitize", options.sanitize, "instrument the code: address or thread")
      ->check(CLI::IsMember({"address", "thread"}));
  addCompiling(build, options);
  build->footer("Example:\n  circ build gmm.circ -o libgmm.so");
  CLI::App *emit = app.add_subcommand("emit", "the program after a stage of the compiler");
  addFile(emit, options, "FILE or FILE:CIRCUIT; - is standard input");
  emit->add_option("--stage", options.stage,
                   "tokens, ast, typed-ast, ir, adjoint, lowered, llvm, asm or obj")
      ->required()
      ->check(CLI::IsMember(
          {"tokens", "ast", "typed-ast", "ir", "adjoint", "lowered", "llvm", "asm", "obj"}));
  emit->add_option("-o,--output", options.output, "file to write; standard output without it");
  emit->add_option("--wrt", options.wrt, "parameters to differentiate by")->delimiter(',');
  emit->add_flag("-g", options.debug, "line tables");
  addCompiling(emit, options);
  emit->footer("Example:\n  circ emit f.circ --stage adjoint");
  CLI::App *verify = app.add_subcommand("verify", "check the derivatives of circuits");
  addFile(verify, options, "FILE: all of its circuits, or FILE:CIRCUIT");
  verify->add_option("--points", options.points, "random points for each circuit")
      ->check(CLI::Range(1u, 100000u))
      ->capture_default_str();
  verify->add_option("--seed", options.pointSeed, "which random points")->capture_default_str();
  verify->add_flag("--json", options.json, "print a JSON array of an object for each circuit");
  addCompiling(verify, options);
  verify->footer("Example:\n  circ verify f.circ --points 20\n\nExit status: 0 all derivatives are "
                 "right; 1 one is wrong, or nothing was compared");
  for (const char *later : {"fit", "bench", "view", "fmt", "repl", "lsp", "doc"})
    app.add_subcommand(later, "not supported yet")->allow_extras()->group("Later");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    int status = app.exit(error);
    return status == 0 ? Right : WrongUsage;
  }
  options.codegen.strict = options.strict;
  options.codegen.debugInfo = options.debug;
  options.codegen.sanitizer = options.sanitize == "address"  ? circ::Sanitizer::Address
                              : options.sanitize == "thread" ? circ::Sanitizer::Thread
                                                             : circ::Sanitizer::None;
  struct sigaction action = {};
  action.sa_handler = interrupted;
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);

  int status = WrongUsage;
  std::optional<Kind> program;
  for (const Derivative &derivative : derivatives)
    if (derivative.command->parsed())
      program = derivative.kind;
  if (run->parsed())
    program = Kind::Value;
  else if (grad->parsed())
    program = Kind::Gradient;
  if (program)
    status = onLargeStack([&](const Options &o) { return runCommand(o, *program); }, options);
  else if (check->parsed())
    status = onLargeStack(checkCommand, options);
  else if (verify->parsed())
    status = onLargeStack(verifyCommand, options);
  else if (build->parsed())
    status = onLargeStack(buildCommand, options);
  else if (emit->parsed())
    status = onLargeStack(emitCommand, options);
  else {
    fprintf(stderr, "circ: '%s' is not supported yet\n",
            app.get_subcommands().front()->get_name().c_str());
    return WrongInput;
  }
  if (fflush(stdout) != 0 && status == Right) {
    fprintf(stderr, "circ: cannot write the output\n");
    status = WrongInput;
  }
  // Everything is written: what the compiler holds need not be freed.
  _exit(status);
}
