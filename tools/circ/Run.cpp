//===- Run.cpp - circ run and the derivatives of a circuit ----------------===//

#include "tools/circ/Shared.h"

#include "compiler/driver/Arguments.h"
#include "compiler/driver/Output.h"
#include "compiler/driver/OutputFiles.h"
#include "compiler/driver/Request.h"
#include "llvm/Support/raw_ostream.h"

namespace circ::tool {

bool wantedProgram(const Options &options, const ast::Circuit &circuit, DerivativeKind kind,
                   DerivativeRequest &request) {
  auto made = makeRequest(circuit, kind, options.wrt, options.of,
                          options.mode == "forward"   ? DifferentiationMode::Forward
                          : options.mode == "reverse" ? DifferentiationMode::Reverse
                                                      : DifferentiationMode::Usual);
  if (!made) {
    llvm::errs() << "error: " << made.message() << "\n";
    return false;
  }
  request = std::move(*made);
  if (options.sparse)
    llvm::sort(request.wrt);
  return true;
}

/// Appends a value for each input of a derivative program beside the parameters:
/// of the shape of its parameter or result, zero where none is given.
static bool bindDirections(const Options &options, const ast::Circuit &circuit,
                           const DerivativeSignature &signature, std::vector<Value> &arguments) {
  using Role = DerivativeInput::Role;
  std::vector<ParameterSpec> specs;
  const char *option = "--tangent";
  BoundTo of = BoundTo::Tangents;
  std::vector<std::string> names = resultNames(circuit, "value");
  for (const DerivativeInput &input : signature.inputs) {
    const ast::Type &type = inputType(circuit, input);
    ParameterSpec spec;
    spec.kind = elementKind(type.scalar);
    spec.rank = type.rank();
    spec.typeText = toString(type);
    std::optional<std::vector<int64_t>> shape;
    if (input.role == Role::Seed) {
      option = "--seed";
      of = BoundTo::Seeds;
      spec.name = names[input.position];
      shape = resultShape(circuit, arguments, input.position);
    } else {
      option = input.role == Role::Vector ? "--vector" : option;
      spec.name = circuit.parameters[input.position].variable->name;
      shape = arguments[input.position].shape;
    }
    // Where only the body says what a size is, the program itself checks it.
    spec.staticSizes = shape ? *shape : valueSpec(type).staticSizes;
    spec.hasDefault = shape.has_value();
    if (shape)
      spec.defaultValue = Value::zeros(spec.kind, *shape);
    specs.push_back(std::move(spec));
  }
  std::vector<std::string> assignments, errors;
  std::optional<std::string> file;
  for (const std::string &word : options.directions)
    if (!word.empty() && word.front() == '@')
      file = word.substr(1);
    else
      assignments.push_back(word);
  std::vector<Value> values;
  bool bound = bindArguments(specs, assignments, file, values, errors, of);
  for (const std::string &message : errors)
    llvm::errs() << "error: " << option << ": " << message << "\n";
  arguments.insert(arguments.end(), values.begin(), values.end());
  return bound;
}

int runCommand(const Options &options, DerivativeKind kind) {
  std::string error;
  size_t atLeast = kind == DerivativeKind::Value || kind == DerivativeKind::Hvp ? 1 : 2;
  if (!options.output.empty() &&
      !(canStoreResults(options.output, atLeast, error) && canWriteFile(options.output, error))) {
    llvm::errs() << "error: " << error << "\n";
    return WrongInput;
  }
  // Never freed: the process ends soon, and a million ops take a while.
  static Compilation compilation;
  ast::Circuit *circuit = openCircuit(options, compilation);
  if (!circuit)
    return WrongInput;
  DerivativeRequest request;
  if (!wantedProgram(options, *circuit, kind, request))
    return report(compilation, false), WrongInput;
  DerivativeSignature signature = derivativeSignature(*circuit, request);
  std::vector<Value> arguments, results;
  if (!bindValues(options, compilation, *circuit, arguments))
    return WrongInput;
  if (!signature.inputs.empty() && !bindDirections(options, *circuit, signature, arguments))
    return report(compilation, false), WrongInput;
  if (options.sparse)
    return sparseMatrix(options, compilation, *circuit, request, arguments);
  if (int status = execute(options, compilation, *circuit, request, arguments, results))
    return status;
  return showOutputs(options, *circuit, request, signature, results);
}

} // namespace circ::tool
