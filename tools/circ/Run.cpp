//===- Run.cpp - circ run and the derivatives of a circuit ----------------===//

#include "tools/circ/Shared.h"

#include "compiler/driver/Arguments.h"
#include "compiler/driver/Output.h"
#include "compiler/driver/OutputFiles.h"
#include "llvm/Support/raw_ostream.h"

namespace circ::tool {

/// The types of the results, for messages.
static std::string resultTypes(const ast::Circuit &circuit) {
  std::string found;
  for (const ast::Result &result : circuit.results)
    found += (found.empty() ? "" : ", ") + (result.field.empty() ? "" : result.field + ": ") +
             toString(result.type);
  return circuit.results.size() > 1 ? "(" + found + ")" : found;
}

/// The result of `--of`, or the only one, which must be a real scalar.
static bool chooseResult(const Options &options, const ast::Circuit &circuit, const char *what,
                         unsigned &of) {
  if (options.of.empty()) {
    of = 0;
    if (hasScalarResult(circuit))
      return true;
    llvm::errs() << "error: a " << what << " needs one real scalar result; '" << circuit.name
                 << "' returns " << resultTypes(circuit)
                 << "\n  hint: `--of RESULT` chooses one; `vjp` and `jacobian` take any result\n";
    return false;
  }
  std::vector<std::string> names = resultNames(circuit, "value");
  of = std::find(names.begin(), names.end(), options.of) - names.begin();
  if (of == names.size()) {
    llvm::errs() << "error: '" << circuit.name << "' has no result '" << options.of << "'";
    for (size_t i = 0; i < names.size(); ++i)
      llvm::errs() << (i ? ", " : "; it has ") << names[i];
    llvm::errs() << "\n";
    return false;
  }
  const ast::Type &type = circuit.results[of].type;
  if (type.isScalar() && type.isReal())
    return true;
  llvm::errs() << "error: a " << what << " needs a real scalar result; '" << options.of << "' is "
               << toString(type) << "\n  hint: `vjp` and `jacobian` take any result\n";
  return false;
}

bool wantedProgram(const Options &options, const ast::Circuit &circuit, DerivativeKind kind,
                   DerivativeRequest &request) {
  request.kind = kind;
  request.mode = options.mode == "forward"   ? DifferentiationMode::Forward
                 : options.mode == "reverse" ? DifferentiationMode::Reverse
                                             : DifferentiationMode::Usual;
  switch (kind) {
  case DerivativeKind::Value:
    return true;
  case DerivativeKind::Gradient:
    if (!chooseResult(options, circuit, "gradient", request.of))
      return false;
    break;
  case DerivativeKind::Hvp:
  case DerivativeKind::Hessian:
  case DerivativeKind::HessianPattern:
    if (!chooseResult(options, circuit, "Hessian", request.of))
      return false;
    break;
  case DerivativeKind::Jvp:
  case DerivativeKind::Vjp:
  case DerivativeKind::Jacobian:
  case DerivativeKind::Pattern:
    if (!realResults(circuit).empty())
      break;
    llvm::errs() << "error: '" << circuit.name << "' returns " << resultTypes(circuit)
                 << ", which has no derivative\n";
    return false;
  }
  if (!chooseWrt(options, circuit, request.wrt))
    return false;
  // Tangents come in the order of the parameters.
  if (kind == DerivativeKind::Hvp || options.sparse)
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
  bool bound = bindArguments(specs, assignments, file, values, errors);
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
  Compilation compilation;
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
