//===- Fit.cpp - circ fit -------------------------------------------------===//

#include "tools/circ/Shared.h"

#include "compiler/driver/Arguments.h"
#include "compiler/driver/Output.h"
#include "compiler/driver/OutputFiles.h"
#include "compiler/driver/Sparsity.h"
#include "compiler/driver/Specialisation.h"
#include "compiler/fit/Fit.h"
#include "compiler/fit/LeastSquares.h"
#include "compiler/fit/Modules.h"
#include "compiler/fit/Plot.h"
#include "compiler/fit/Unknowns.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <unistd.h>

namespace circ::tool {

static const char *const leastSquaresMethod = "least-squares";

static int complain(const std::string &message) {
  llvm::errs() << "error: " << message << "\n";
  return WrongInput;
}

/// A line on the terminal that tells how far the search is.
class ProgressLine {
public:
  explicit ProgressLine(bool isShown) : isShown(isShown) {}
  ~ProgressLine() {
    if (toldAt > 0)
      llvm::errs() << "\r\x1b[K";
  }

  void operator()(const FitRecord &record) {
    double now = record.seconds();
    if (!isShown || now < toldAt + 0.1)
      return;
    toldAt = now;
    double rate = double(record.steps.size()) / now;
    llvm::errs() << llvm::format("\r\x1b[K%zu evaluation%s, value %.8g, gradient %.1e, %.0f/s",
                                 record.steps.size(), record.steps.size() == 1 ? "" : "s",
                                 record.bestValue, record.bestNorm, rate);
    double left = std::min(record.limits.seconds - now,
                           double(record.limits.evaluations - int64_t(record.steps.size())) / rate);
    llvm::errs() << llvm::formatv(", at most {0:f0} s more", std::max(0.0, std::ceil(left)));
  }

private:
  bool isShown;
  double toldAt = 0;
};

/// The values of the parameters at the best point, by name.
static std::vector<NamedValue> fitted(const ast::Circuit &circuit, const Unknowns &unknowns,
                                      const FitRecord &record, std::vector<Value> arguments) {
  unknowns.scatter(record.best.data(), arguments);
  std::vector<NamedValue> values;
  for (unsigned parameter : unknowns.parameters())
    values.push_back({circuit.parameters[parameter].variable->name, arguments[parameter],
                      circuit.parameters[parameter].ranks});
  return values;
}

/// Writes the files that were asked for, together.
static bool writeOutputs(const Options &options, const ast::Circuit &circuit,
                         const FitRecord &record, const std::vector<NamedValue> &parameters) {
  std::vector<OutputFile> files;
  if (!options.output.empty()) {
    Outcome<OutputFile> file = resultsFile(options.output, parameters);
    if (!file)
      return complain(file.message()), false;
    files.push_back(std::move(*file));
  }
  if (!options.fit.log.empty())
    files.push_back({options.fit.log, record.csv()});
  if (!options.fit.plot.empty())
    files.push_back({options.fit.plot, convergencePlot(record, circuit.name)});
  std::string error;
  return writeFiles(files, error) || (complain(error), false);
}

static void print(const Options &options, const ast::Circuit &circuit, const std::string &what,
                  const FitRecord &record, const std::vector<NamedValue> &parameters) {
  Value value = Value::scalar(record.bestValue);
  if (options.json) {
    llvm::outs() << jsonObject(std::vector<std::pair<std::string, std::string>>{
                        {"circuit", jsonString(circuit.name)},
                        {"value", jsonText(value)},
                        {"parameters", jsonObject(parameters)},
                        {"gradient_norm", jsonText(Value::scalar(record.bestNorm))},
                        {"evaluations", std::to_string(record.steps.size())},
                        {"outside", std::to_string(record.outside)},
                        {"converged", isConverged(record.end) ? "true" : "false"},
                        {"reason", jsonString(describe(record.end))}})
                 << "\n";
    return;
  }
  if (!options.output.empty())
    return;
  std::vector<NamedValue> text{{what, value}};
  text.insert(text.end(), parameters.begin(), parameters.end());
  llvm::outs() << textOutput(text, isTerminal());
}

/// What is wrong about the files that are to be written, before anything runs.
static bool canWriteOutputs(const Options &options, size_t parameters, std::string &error) {
  if (!options.output.empty() &&
      !(canStoreResults(options.output, parameters, error) && canWriteFile(options.output, error)))
    return false;
  for (const std::string &path : {options.fit.log, options.fit.plot})
    if (!path.empty() && !canWriteFile(path, error))
      return false;
  return true;
}

namespace {

/// A fit of one circuit: what is asked for, then the search, then what came out.
class Fit {
public:
  Fit(const Options &options, Compilation &compilation, const ast::Circuit &circuit)
      : options(options), compilation(compilation), circuit(circuit) {}

  int run();

private:
  bool chooseProgram();
  std::optional<Unknowns> chooseUnknowns();
  int optimizeValue(FitRecord &record, const std::vector<double> &start);
  int fitResiduals(FitRecord &record, const std::vector<double> &start);
  /// Keeps the message of the first run-time error.
  bool failed();
  int finish(const FitRecord &record);

  const Options &options;
  Compilation &compilation;
  const ast::Circuit &circuit;
  std::string method;
  bool hasResiduals = false; ///< Else one real scalar result.
  DerivativeRequest request;
  std::vector<Value> arguments;
  std::optional<Unknowns> unknowns;
  std::string failure;
};

bool Fit::failed() {
  if (failure.empty())
    failure = circ_last_error();
  return false;
}

bool Fit::chooseProgram() {
  method = options.fit.method;
  hasResiduals = method == leastSquaresMethod ||
                 (method.empty() && options.of.empty() && !hasScalarResult(circuit));
  if (method.empty())
    method = hasResiduals ? leastSquaresMethod : "lbfgs";
  if (hasResiduals && (options.fit.maximize || !options.of.empty()))
    return complain(std::string("a sum of squares has no ") +
                    (options.fit.maximize ? "largest value: leave out --maximize"
                                          : "single result: leave out --of")),
           false;
  Options asked = options;
  asked.wrt = options.fit.over;
  asked.sparse = hasResiduals; // parameters in order
  if (!wantedProgram(asked, circuit,
                     hasResiduals ? DerivativeKind::Jacobian : DerivativeKind::Gradient, request))
    return report(compilation, false), false;
  request.silent = true;
  return true;
}

std::optional<Unknowns> Fit::chooseUnknowns() {
  std::vector<std::string> names;
  for (const ast::Parameter &parameter : circuit.parameters)
    names.push_back(parameter.variable->name);
  Unknowns made(std::move(names), request.wrt, arguments);
  std::string error;
  if (made.size() == 0)
    return complain("there is nothing to optimise: the parameters have no elements"), std::nullopt;
  for (const std::string &bounds : options.fit.bounds)
    if (!made.bound(bounds, error))
      return complain(error), std::nullopt;
  if (!made.startsWithin(made.start(arguments), error))
    return complain(error), std::nullopt;
  return made;
}

int Fit::optimizeValue(FitRecord &record, const std::vector<double> &start) {
  bool byHand = method == "gradient";
  Outcome<circ_minimize_function *> minimize = nullptr;
  if (!byHand && !(minimize = loadNlopt()))
    return complain(minimize.message());
  std::optional<Programs> programs = compilePrograms(options, compilation, circuit, request);
  if (!programs)
    return WrongInput;
  std::vector<Value> outputs;
  Evaluation evaluate = [&](const double *point, double &value, double *gradient) {
    unknowns->scatter(point, arguments);
    if (programs->call(0, arguments, outputs) != CIRC_OK)
      return failed();
    value = outputs[request.of].asDouble();
    std::vector<double> found =
        unknowns->gather(llvm::ArrayRef(outputs).drop_front(circuit.results.size()));
    std::copy(found.begin(), found.end(), gradient);
    return true;
  };
  if (byHand)
    followGradient(options.fit.step, start, unknowns->lower, unknowns->upper, evaluate, record);
  else
    optimize(*minimize, method, start, unknowns->lower, unknowns->upper, evaluate, record);
  return Right;
}

int Fit::fitResiduals(FitRecord &record, const std::vector<double> &start) {
  Outcome<circ_solve_least_squares_function *> solve = loadCeres();
  if (!solve)
    return complain(solve.message());
  std::vector<DerivativeRequest> requests = sparsePrograms(request);
  size_t primal = requests.size();
  requests.emplace_back().silent = true;
  std::optional<Programs> programs = compilePrograms(options, compilation, circuit, requests);
  if (!programs)
    return WrongInput;
  std::vector<Value> outputs;
  SparseMatrix matrix;
  if (int status = callProgram(*programs, primal, arguments, outputs))
    return status;
  if (sparsePattern(*programs, 0, circuit, request, arguments, outputs, matrix) != CIRC_OK)
    return llvm::errs() << circ_last_error() << "\n", RuntimeError;
  std::vector<unsigned> real = realResults(circuit);
  ResidualEvaluation evaluate = [&](const double *point, double *residuals, double *jacobian) {
    unknowns->scatter(point, arguments);
    if (programs->call(primal, arguments, outputs) != CIRC_OK)
      return failed();
    std::vector<double> found;
    for (unsigned result : real)
      for (int64_t i = 0; i < outputs[result].count(); ++i)
        found.push_back(outputs[result].asDouble(i));
    if (found.size() != matrix.rowPointers.size() - 1)
      return false; // the size of a result hangs on the unknowns
    std::copy(found.begin(), found.end(), residuals);
    if (sparseValues(*programs, 0, circuit, request, arguments, outputs, matrix) != CIRC_OK)
      return failed();
    std::copy(matrix.values.begin(), matrix.values.end(), jacobian);
    return true;
  };
  leastSquares(*solve, start, unknowns->lower, unknowns->upper,
               {matrix.rowPointers, matrix.columns}, evaluate, record);
  return Right;
}

int Fit::finish(const FitRecord &record) {
  if (record.best.empty()) {
    if (!failure.empty())
      return llvm::errs() << failure << "\n", RuntimeError;
    return complain("at the starting point the value or a derivative of '" + circuit.name +
                    "' is not finite\n  hint: start elsewhere, and let --bounds keep the search in "
                    "the domain");
  }
  std::vector<NamedValue> parameters = fitted(circuit, *unknowns, record, arguments);
  if (!writeOutputs(options, circuit, record, parameters))
    return WrongInput;
  print(options, circuit,
        hasResiduals ? "sum of squares" : resultNames(circuit, circuit.name)[request.of], record,
        parameters);
  int status = finishOutput();
  llvm::errs() << method << ": " << (isConverged(record.end) ? "converged" : "stopped") << " after "
               << counted(record.steps.size(), "evaluation") << ": " << describe(record.end)
               << "\n";
  if (record.outside)
    llvm::errs() << "note: " << counted(size_t(record.outside), "point")
                 << " had no finite value or derivative\n";
  return record.end == FitEnd::Interrupted ? RuntimeError : status;
}

int Fit::run() {
  std::string error;
  if (!chooseProgram())
    return WrongInput;
  if (!canWriteOutputs(options, request.wrt.size(), error))
    return complain(error);
  if (!bindValues(options, compilation, circuit, arguments) || !(unknowns = chooseUnknowns()))
    return WrongInput;
  specialise(compilation, circuit, arguments);
  FitRecord record(options.fit.limits, options.fit.maximize, unknowns->lower, unknowns->upper);
  std::vector<double> start = unknowns->start(arguments);
  {
    ProgressLine progress(isatty(STDERR_FILENO));
    record.progress = std::ref(progress);
    if (int status = hasResiduals ? fitResiduals(record, start) : optimizeValue(record, start))
      return status;
  }
  compilation.stopwatch.lap("fit");
  if (options.time)
    compilation.stopwatch.print(llvm::errs());
  return finish(record);
}

} // namespace

int fitCommand(const Options &options) {
  Compilation compilation;
  ast::Circuit *circuit = openCircuit(options, compilation);
  return circuit ? Fit(options, compilation, *circuit).run() : WrongInput;
}

} // namespace circ::tool
