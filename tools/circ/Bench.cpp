//===- Bench.cpp - circ bench ---------------------------------------------===//

#include "tools/circ/Shared.h"

#include "compiler/codegen/CountOperations.h"
#include "compiler/codegen/ForeignCall.h"
#include "compiler/driver/Invoke.h"
#include "compiler/driver/Library.h"
#include "compiler/driver/Output.h"
#include "compiler/driver/Timing.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <dlfcn.h>

namespace circ::tool {

namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

/// What is known of one program.
struct Row {
  std::string name;
  Timing timing;
  double operations = -1; ///< Not known: negative.
  int64_t memory = -1;

  double gflops() const { return operations / timing.minimum * 1e-9; }
};

std::string duration(double seconds) {
  const char *units[] = {"s", "ms", "us", "ns"};
  int unit = 0;
  while (unit < 3 && seconds < 0.9995) {
    seconds *= 1000;
    ++unit;
  }
  int digits = seconds < 9.995 ? 2 : seconds < 99.95 ? 1 : 0;
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.*f ", digits, seconds) << units[unit];
  return text;
}

std::string size(int64_t bytes) {
  if (bytes < 1000)
    return std::to_string(bytes) + " B";
  std::string text;
  llvm::raw_string_ostream out(text);
  if (bytes < 1000000)
    out << llvm::format("%.1f kB", double(bytes) * 1e-3);
  else
    out << llvm::format("%.1f MB", double(bytes) * 1e-6);
  return text;
}

std::string number(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.2f", value);
  return text;
}

std::string json(double value) { return jsonText(Value::scalar(value)); }

std::string json(const Row &row) {
  Members members{{"minimum", json(row.timing.minimum)},
                  {"median", json(row.timing.median)},
                  {"calls", std::to_string(row.timing.calls)}};
  if (row.operations >= 0) {
    members.push_back({"operations", json(row.operations)});
    members.push_back({"gflops", json(row.gflops())});
  }
  if (row.memory >= 0)
    members.push_back({"memory", std::to_string(row.memory)});
  return jsonObject(members);
}

/// A circuit with its value, and its gradient where it has one, to be timed.
class Bench {
public:
  Bench(const Options &options, const ast::Circuit &circuit,
        std::vector<DerivativeRequest> requests, const std::vector<Value> &arguments)
      : options(options), circuit(circuit), requests(std::move(requests)), arguments(arguments) {}

  int measure(Compilation &compilation);
  int compare();
  int show() const;

private:
  bool countOperations(size_t program, double &count) const;
  static bool goesOn() { return !circ_interrupt_flag; }
  int printTable() const;

  const Options &options;
  const ast::Circuit &circuit;
  std::vector<DerivativeRequest> requests;
  const std::vector<Value> &arguments;
  std::vector<std::vector<Value>> results; ///< Of each program.
  std::vector<Row> rows, others;
  std::vector<double> differences;
};

/// The operations of a call, counted by code of its own.
bool Bench::countOperations(size_t program, double &count) const {
  Options counting = options;
  counting.codegen.strict = true; // one call for each math function
  counting.codegen.level = 1;
  counting.codegen.countOperations = true;
  Compilation compilation;
  if (!compilation.parse(splitFile(options.file).first) || !compilation.analyze())
    return false;
  ast::Circuit *again = compilation.ast->find(circuit.name);
  auto programs = compilePrograms(compilation, {{again, requests[program]}}, counting.codegen,
                                  CodeCache(options.noCache ? "" : CodeCache::userFolder()));
  if (!programs)
    return llvm::consumeError(programs.takeError()), false;
  if (!*programs)
    return false;
  auto *counter = static_cast<int64_t *>((*programs)->address(operationCounter));
  std::vector<Value> ignored;
  if (!counter || (*programs)->call(0, arguments, ignored) != CIRC_OK)
    return false;
  count = double(*counter);
  return true;
}

int Bench::measure(Compilation &compilation) {
  std::optional<Programs> programs = compilePrograms(options, compilation, circuit, requests);
  if (!programs)
    return WrongInput;
  for (size_t program = 0; program < requests.size(); ++program) {
    Row row{program == 0 ? "value" : "gradient", {}, -1, -1};
    results.emplace_back();
    if (int status = callProgram(*programs, program, arguments, results.back()))
      return status;
    row.memory = circ_peak_bytes();
    PreparedCall call(programs->entry(program), arguments);
    circ_body body = programs->body(program);
    row.timing =
        timeCalls([&] { return call.run(body) == CIRC_OK && goesOn(); }, options.benchSeconds);
    if (!goesOn())
      return llvm::errs() << "interrupted\n", RuntimeError;
    countOperations(program, row.operations);
    rows.push_back(row);
  }
  return Right;
}

/// Calls the same functions of another library, with arguments as its header
/// would declare them.
int Bench::compare() {
  auto complain = [&](const std::string &message) {
    llvm::errs() << "error: `" << options.compare << "`: " << message << "\n";
    return WrongInput;
  };
  // A name without a folder would be looked for in the system's folders.
  std::string path = options.compare;
  if (path.find('/') == std::string::npos)
    path = "./" + path;
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return complain(dlerror());
  for (size_t program = 0; program < requests.size(); ++program) {
    DerivativeRequest request = requests[program];
    request.silent = false;
    // Libraries give the gradient by every parameter; null pointers: not wanted.
    if (program > 0)
      request.wrt = differentiableParameters(circuit);
    auto function = libraryFunction(circuit, options.prefix, request);
    if (!function)
      return complain("'" + circuit.name +
                      "' has no C function: the size of a result is not made "
                      "of its dimensions and i64 parameters");
    void *symbol = dlsym(library, function->wrapper.symbol.c_str());
    if (!symbol)
      return complain("there is no function '" + function->wrapper.symbol + "'");
    auto call = ForeignCall::create(function->header.arguments);
    if (!call)
      return fail(call.takeError());
    std::vector<void *> places;
    for (auto [parameter, position] : circuit.dimensionSources)
      places.push_back(const_cast<int64_t *>(&arguments[parameter].shape[position]));
    for (const Value &argument : arguments)
      places.push_back(const_cast<char *>(argument.bytes.data()));
    std::vector<Value> found = results[program];
    size_t values = circuit.results.size();
    for (size_t i = 0; i < values; ++i)
      places.push_back(found[i].bytes.data());
    if (program > 0)
      for (unsigned parameter : request.wrt) {
        auto wanted = llvm::find(requests[program].wrt, parameter);
        places.push_back(
            wanted == requests[program].wrt.end()
                ? nullptr
                : found[values + (wanted - requests[program].wrt.begin())].bytes.data());
      }
    for (Value &value : found)
      std::fill(value.bytes.begin(), value.bytes.end(), char(0xff));
    if (int status = call->call(symbol, places.data()))
      return complain("'" + function->wrapper.symbol + "' returned the status " +
                      std::to_string(status));
    double worst = 0;
    for (size_t i = 0; i < found.size(); ++i) {
      double scale = 0, difference = 0;
      for (int64_t k = 0; k < found[i].count(); ++k) {
        double here = results[program][i].asDouble(k), there = found[i].asDouble(k);
        scale = std::max(scale, std::abs(here));
        if (here != there && !(std::isnan(here) && std::isnan(there)))
          difference =
              std::isnan(here - there) ? INFINITY : std::max(difference, std::abs(here - there));
      }
      worst = std::max(worst, difference == 0 ? 0 : difference / scale);
    }
    differences.push_back(worst);
    Row row{rows[program].name, {}, rows[program].operations, -1};
    row.timing = timeCalls([&] { return call->call(symbol, places.data()) == 0 && goesOn(); },
                           options.benchSeconds);
    if (!goesOn())
      return llvm::errs() << "interrupted\n", RuntimeError;
    others.push_back(row);
  }
  return Right;
}

int Bench::printTable() const {
  auto line = [](const std::string &name, const std::string &minimum, const std::string &median,
                 const std::string &gflops, const std::string &memory) {
    std::string text =
        llvm::formatv("{0,-12}{1,12}{2,12}{3,10}{4,12}", name, minimum, median, gflops, memory);
    llvm::outs() << llvm::StringRef(text).rtrim() << "\n";
  };
  auto table = [&](const std::string &title, const std::vector<Row> &table) {
    line(title, "minimum", "median", "GFLOP/s", table[0].memory >= 0 ? "memory" : "");
    for (const Row &row : table)
      line(row.name, duration(row.timing.minimum), duration(row.timing.median),
           row.operations >= 0 ? number(row.gflops()) : "",
           row.memory >= 0 ? size(row.memory) : "");
    if (table.size() > 1)
      line("ratio", number(table[1].timing.minimum / table[0].timing.minimum),
           number(table[1].timing.median / table[0].timing.median), "", "");
  };
  table(circuit.name, rows);
  if (others.empty())
    return finishOutput();
  llvm::outs() << "\n" << options.compare << "\n";
  table("", others);
  for (size_t i = 0; i < others.size(); ++i)
    llvm::outs() << llvm::formatv("{0}: {1:f2} times the time of {2}; results differ by {3:e1}\n",
                                  rows[i].name, others[i].timing.minimum / rows[i].timing.minimum,
                                  circuit.name, differences[i]);
  return finishOutput();
}

int Bench::show() const {
  if (!options.json)
    return printTable();
  Members members{{"circuit", jsonString(circuit.name)}};
  for (const Row &row : rows)
    members.push_back({row.name, json(row)});
  if (rows.size() > 1)
    members.push_back({"ratio", json(rows[1].timing.minimum / rows[0].timing.minimum)});
  if (!others.empty()) {
    Members other;
    for (size_t i = 0; i < others.size(); ++i) {
      other.push_back({others[i].name, json(others[i])});
      other.push_back({others[i].name + "_difference", json(differences[i])});
    }
    members.push_back({"compare", jsonObject(other)});
  }
  llvm::outs() << jsonObject(members) << "\n";
  return finishOutput();
}

} // namespace

int benchCommand(const Options &options) {
  Compilation compilation;
  ast::Circuit *circuit = openCircuit(options, compilation);
  if (!circuit)
    return WrongInput;
  std::vector<DerivativeRequest> requests(1);
  bool gradient = !options.of.empty() || !options.wrt.empty() ||
                  (hasScalarResult(*circuit) && !differentiableParameters(*circuit).empty());
  if (gradient &&
      !wantedProgram(options, *circuit, DerivativeKind::Gradient, requests.emplace_back()))
    return report(compilation, false), WrongInput;
  for (DerivativeRequest &request : requests)
    request.silent = true;
  std::vector<Value> arguments;
  if (!bindValues(options, compilation, *circuit, arguments))
    return WrongInput;
  Bench bench(options, *circuit, std::move(requests), arguments);
  if (int status = bench.measure(compilation))
    return status;
  if (!options.compare.empty())
    if (int status = bench.compare())
      return status;
  if (options.time)
    compilation.stopwatch.print(llvm::errs());
  return bench.show();
}

} // namespace circ::tool
