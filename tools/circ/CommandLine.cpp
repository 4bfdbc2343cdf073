//===- CommandLine.cpp - What can be said to circ -------------------------===//

#include "tools/circ/CommandLine.h"

namespace circ::tool {

namespace {

/// `-o ""` is a slip of a script, not a wish for no file.
std::string notEmpty(const std::string &text) {
  return text.empty() ? "the name of the file is empty" : "";
}

void addFile(CLI::App *command, Options &options, const char *what) {
  command->add_option("file", options.file, what)->required();
}

void addValues(CLI::App *command, Options &options) {
  addFile(command, options, "FILE or FILE:CIRCUIT; - is standard input");
  command->add_option("arguments", options.assignments,
                      "NAME=VALUE: a number, [1, 2, 3], @x.npy, @x.npz:key, @x.json or @x.csv");
  command->add_option("--args", options.argsFile, "file with all arguments by name (.json, .npz)");
  command->add_option("-o,--output", options.output, "store the results (.npz, .json, .npy, .csv)")
      ->check(notEmpty);
  command->add_flag("--json", options.json, "print one JSON object");
}

void addCompiling(CLI::App *command, Options &options) {
  command->add_option("-O", options.codegen.level, "optimisation level, 0 to 3, for all code")
      ->check(CLI::Range(0, 3))
      ->each([&](const std::string &) { options.codegen.longCode = LongCode::Full; })
      ->capture_default_str();
  command->add_flag("--strict", options.strict,
                    "no reassociation, no fused multiply-add, scalar libm");
  command->add_flag("--blas", options.codegen.blas,
                    "linear algebra by the system's BLAS and LAPACK where that is faster");
  command
      ->add_option("--cpu", options.codegen.cpu,
                   "CPU to make code for: native, generic, x86-64-v3, ...")
      ->capture_default_str();
  command->add_option("--threads", options.threads, "number of threads; the same bits for each")
      ->check(CLI::Range(1u, 4096u));
  command
      ->add_option("--memory", options.codegen.memoryLimit,
                   "most memory of a call, e.g. 64MB: loops are checkpointed to fit")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/true));
  command->add_flag("--time", options.time, "print how long each stage took");
  command->add_flag("--no-cache", options.noCache,
                    "compile anew, and keep no code for the next run");
  command->add_flag("--remarks", options.codegen.remarks,
                    "tell which loops run in SIMD lanes and across cores, and why others do not");
}

} // namespace

CommandLine::CommandLine(Options &options) {
  app.set_version_flag("--version", std::string("circ ") + CIRC_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 right; 1 the program or its arguments are wrong;\n2 unknown command or "
      "option; 3 a run-time error.\n\nExample:\n  circ grad f.circ x=-2 y=5 z=-4");

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
  programs = {{run, DerivativeKind::Value}, {grad, DerivativeKind::Gradient}};
  // The commands that take a direction, or give matrices.
  struct Derivative {
    const char *name, *what, *direction, *directionHelp, *example;
    DerivativeKind kind;
  };
  using Kind = DerivativeKind;
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
  for (const Derivative &derivative : derivatives) {
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
      command->add_flag("--sparse", options.sparse, "compressed rows: only what may not be zero");
    command->footer(std::string("Example:\n  circ ") + derivative.name + " f.circ x=-2 y=5 z=-4 " +
                    derivative.example);
    programs.push_back({command, derivative.kind});
  }
  check = app.add_subcommand("check", "parse and type-check files");
  check->add_option("file", options.files, "FILE ...")->required();
  check->add_flag("--json", options.json, "diagnostics as JSON");
  check->footer("Example:\n  circ check f.circ");
  build = app.add_subcommand("build", "a library with a C header");
  addFile(build, options, "FILE");
  build->add_option("-o,--output", options.output, "OUT: .so, .a, .o, .ll or .s by the ending")
      ->required()
      ->check(notEmpty);
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
  build->add_flag("--json", options.json, "diagnostics as JSON");
  build
      ->add_option("--target", options.codegen.target,
                   "machine to make code for, e.g. aarch64-linux-gnu; not for .so")
      ->check(notEmpty);
  addCompiling(build, options);
  build->add_option("--fix", options.fixed, "d=64,k=50: dimensions that are always these sizes")
      ->delimiter(',');
  build->add_flag("--parallel", options.codegen.parallel,
                  "code that may run on several threads; needs OpenMP's library");
  build->footer("Example:\n  circ build f.circ -o libf.so");
  emit = app.add_subcommand("emit", "the program after a stage of the compiler");
  addFile(emit, options, "FILE or FILE:CIRCUIT; - is standard input");
  emit->add_option("--stage", options.stage,
                   "tokens, ast, typed-ast, ir, adjoint, lowered, llvm, asm or obj")
      ->required()
      ->check(CLI::IsMember(
          {"tokens", "ast", "typed-ast", "ir", "adjoint", "lowered", "llvm", "asm", "obj"}));
  emit->add_option("-o,--output", options.output, "file to write; standard output without it")
      ->check(notEmpty);
  emit->add_flag("--json", options.json, "diagnostics as JSON");
  emit->add_option("--wrt", options.wrt, "parameters to differentiate by")->delimiter(',');
  emit->add_flag("-g", options.debug, "line tables");
  addCompiling(emit, options);
  emit->footer("Example:\n  circ emit f.circ --stage adjoint");
  verify = app.add_subcommand("verify", "check the derivatives of circuits");
  addFile(verify, options, "FILE: all of its circuits, or FILE:CIRCUIT");
  verify->add_option("--points", options.points, "random points for each circuit")
      ->check(CLI::Range(1u, 100000u))
      ->capture_default_str();
  verify->add_option("--seed", options.pointSeed, "which random points")->capture_default_str();
  verify->add_flag("--json", options.json, "print a JSON array of an object for each circuit");
  addCompiling(verify, options);
  verify->footer("Exit status: 0 all derivatives are right; 1 one is wrong, or nothing was "
                 "compared.\n\nExample:\n  circ verify f.circ --points 20");
  addFit(options);
  addBench(options);
  completion = app.add_subcommand("completion", "completion of words for a shell");
  completion->add_option("shell", options.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer("Example:\n  circ completion bash");
  manual = app.add_subcommand("manual", "the manual page, for man")->group("");
  for (const char *later : {"view", "fmt", "repl", "lsp", "doc"})
    app.add_subcommand(later, "not supported yet")->allow_extras()->group("Not supported yet");
  // Where an option may be given several times, each takes one word: those that
  // follow are arguments.
  for (CLI::App *command : app.get_subcommands({}))
    for (CLI::Option *option : command->get_options())
      if (!option->get_positional() && option->get_items_expected_max() > 1)
        option->allow_extra_args(false);
}

void CommandLine::addFit(Options &options) {
  fit = app.add_subcommand("fit", "the parameters at which a circuit is best");
  addValues(fit, options);
  FitOptions &wanted = options.fit;
  fit->add_option("--over", wanted.over, "parameters to optimise (every real one that is no const)")
      ->delimiter(',');
  fit->add_flag("--maximize,--maximise", wanted.maximize, "look for the largest value");
  fit->add_option("--of", options.of, "the result to optimise");
  fit->add_option("--method", wanted.method,
                  "lbfgs, slsqp, mma, gradient (steps along it), or least-squares of residuals")
      ->check(CLI::IsMember({"lbfgs", "slsqp", "mma", "gradient", "least-squares"}));
  fit->add_option("--bounds", wanted.bounds,
                  "NAME=LOWER:UPPER: numbers or arrays; either may be left out");
  fit->add_option("--step", wanted.step, "the step of --method gradient, times the gradient")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  fit->add_option("--gradient-tolerance", wanted.limits.gradientTolerance,
                  "converged when the gradient is this small")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  fit->add_option("--value-tolerance", wanted.limits.valueTolerance,
                  "converged when the value changes relatively by less")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  fit->add_option("--max-evaluations", wanted.limits.evaluations, "stop after so many evaluations")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  fit->add_option("--time-limit", wanted.limits.seconds, "stop after so many seconds")
      ->check(CLI::PositiveNumber);
  fit->add_option("--log", wanted.log, "table of all evaluations (.csv)")->check(notEmpty);
  fit->add_option("--plot", wanted.plot, "picture of the course (.svg)")->check(notEmpty);
  addCompiling(fit, options);
  fit->footer("The arguments are the starting point. Ctrl-C ends the search and keeps the best "
              "point.\n\nExample:\n  circ fit f.circ x=-2 y=5 z=-4 --maximize --bounds x=-3:3 "
              "--bounds y=-3:6 --bounds z=-5:5");
}

void CommandLine::addBench(Options &options) {
  bench = app.add_subcommand("bench", "how long value and gradient take");
  addValues(bench, options);
  bench->remove_option(bench->get_option("--output"));
  bench->add_option("--wrt", options.wrt, "parameters to differentiate by")->delimiter(',');
  bench->add_option("--of", options.of, "the result to differentiate");
  bench->add_option("--seconds", options.benchSeconds, "how long to time each program")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  bench->add_option("--compare", options.compare, "a library with the same functions to time too")
      ->check(notEmpty);
  bench->add_option("--prefix", options.prefix, "of the names in that library");
  addCompiling(bench, options);
  bench->footer("Example:\n  circ bench f.circ x=-2 y=5 z=-4 --seconds 0.1");
}

} // namespace circ::tool
