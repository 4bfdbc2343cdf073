//===- Library.cpp - The C functions of a file's circuits -----------------===//

#include "compiler/driver/Library.h"

#include "compiler/codegen/WorkspaceWrapper.h"
#include "compiler/driver/Interface.h"
#include "compiler/driver/Sparsity.h"

#include <algorithm>

namespace circ {

static bool addSizes(const ast::Circuit &circuit, const ast::Type &type,
                     std::vector<std::vector<DimensionFormula>> &sizes) {
  sizes.emplace_back();
  for (const ast::Dimension &dim : type.dims) {
    auto made = dimensionFormula(circuit, dim);
    if (!made)
      return false;
    sizes.back().push_back(std::move(*made));
  }
  return true;
}

static HeaderArgument argument(HeaderArgument::Role role, const ast::Type &type,
                               const std::string &name) {
  HeaderArgument made;
  made.role = role;
  made.kind = elementKind(type.scalar);
  made.name = name;
  for (const ast::Dimension &dim : type.dims)
    made.shape.push_back(toString(dim));
  return made;
}

void describeFixedSizes(const ast::Circuit &circuit, const llvm::StringMap<int64_t> &fixedSizes,
                        HeaderFunction &header) {
  for (const auto &dimension : circuit.dimensions)
    if (auto fixed = fixedSizes.find(dimension->name); fixed != fixedSizes.end())
      header.doc += (header.doc.empty() ? "" : "\n") + dimension->name + " is " +
                    std::to_string(fixed->second) + ": this library has no code for other sizes.";
}

std::optional<LibraryFunction> libraryFunction(const ast::Circuit &circuit,
                                               const std::string &prefix,
                                               const DerivativeRequest &request) {
  DerivativeSignature signature = derivativeSignature(circuit, request);
  LibraryFunction made;
  WrapperSpec &wrapper = made.wrapper;
  std::string suffix = derivativeSuffix(request);
  std::replace(suffix.begin(), suffix.end(), '.', '_');
  wrapper.symbol = cIdentifier(prefix + circuit.name) + suffix;
  wrapper.entry = signature.entry;
  wrapper.dimensionCount = circuit.dimensions.size();
  made.header.name = wrapper.symbol;
  made.header.doc = circuit.doc;
  for (const auto &dimension : circuit.dimensions) {
    wrapper.dimensionNames.push_back(dimension->name);
    HeaderArgument size;
    size.role = HeaderArgument::Role::Dimension;
    size.kind = ElementKind::I64;
    size.name = dimension->name;
    made.header.arguments.push_back(std::move(size));
  }
  auto input = [&](const ast::Type &type, const std::string &name, const std::string &doc) {
    wrapper.parameterNames.push_back(name);
    made.header.arguments.push_back(argument(HeaderArgument::Role::Input, type, name));
    made.header.arguments.back().doc = doc;
    return addSizes(circuit, type, wrapper.parameterSizes);
  };
  for (const ast::Parameter &parameter : circuit.parameters)
    if (!input(parameter.variable->type, parameter.variable->name, ""))
      return std::nullopt;
  for (const DerivativeInput &extra : signature.inputs)
    if (DerivativeTexts texts = inputTexts(circuit, extra);
        !input(inputType(circuit, extra), texts.name, texts.description))
      return std::nullopt;
  for (const DerivativeOutput &output : signature.outputs) {
    DerivativeTexts texts = outputTexts(circuit, request, output);
    ast::Type type = outputType(circuit, output);
    if (!addSizes(circuit, type, wrapper.resultSizes))
      return std::nullopt;
    wrapper.resultNames.push_back(texts.name);
    made.header.arguments.push_back(argument(HeaderArgument::Role::Output, type, texts.name));
    made.header.arguments.back().doc = texts.description;
  }
  return made;
}

/// A name that no argument of a function has.
static std::string freeName(const HeaderFunction &function, std::string name) {
  auto isTaken = [&](const HeaderArgument &argument) { return argument.name == name; };
  while (std::any_of(function.arguments.begin(), function.arguments.end(), isTaken))
    name += "_";
  return name;
}

WorkspaceFunctions workspaceFunctions(const LibraryFunction &function) {
  WorkspaceFunctions made{function, {}};
  const std::string name = function.wrapper.symbol;
  HeaderFunction &header = made.into.header, &size = made.size;
  made.into.wrapper.inWorkspace = true;
  header.name = made.into.wrapper.symbol = name + "_into";
  header.like = size.like = name;
  header.doc = "`" + name + "` in memory that is given: it allocates nothing.";
  HeaderArgument memory, bytes;
  memory.role = HeaderArgument::Role::Workspace;
  memory.name = freeName(header, "workspace");
  memory.doc = "memory for what the call holds while it runs, for one call at a time";
  bytes.role = HeaderArgument::Role::Bytes;
  bytes.name = freeName(header, "workspace_bytes");
  bytes.doc = "its size, as `" + name + "_workspace` tells it; too few bytes are an error";
  header.arguments.insert(header.arguments.end(), {memory, bytes});

  size.name = name + "_workspace";
  size.tellsBytes = true;
  size.doc = "How large a workspace `" + header.name +
             "` needs for these sizes and integers, whatever the data are.";
  unsigned next = 0;
  for (const HeaderArgument &argument : function.header.arguments) {
    bool isDimension = argument.role == HeaderArgument::Role::Dimension;
    if (argument.role == HeaderArgument::Role::Output)
      break;
    if (isDimension || isWorkspaceArgument(function.wrapper.entry.parameters[next]))
      size.arguments.push_back(argument);
    next += !isDimension;
  }
  return made;
}

//===----------------------------------------------------------------------===//
// Sparse matrices
//===----------------------------------------------------------------------===//

/// "the elements of x, y.z in this order".
static std::string elementsOf(const std::vector<std::string> &names) {
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "" : ", ") + name;
  return "the elements of " + list + (names.size() > 1 ? " in this order" : "");
}

/// The program of a request as a driver calls it.
static SparseProgram sparseProgram(const ast::Circuit &circuit, const DerivativeRequest &request,
                                   const WrapperSpec &wrapper) {
  using Input = SparseProgram::Input;
  SparseProgram made;
  made.entry = wrapper.entry;
  made.parameterSizes = wrapper.parameterSizes;
  bool isPattern =
      request.kind == DerivativeKind::Pattern || request.kind == DerivativeKind::HessianPattern;
  for (unsigned i = 0; i < made.entry.parameters.size(); ++i) {
    bool isDirection = i >= circuit.parameters.size();
    bool isSet = isPattern && circuit.parameters[i].variable->type.isReal();
    bool wanted = std::find(request.wrt.begin(), request.wrt.end(), i) != request.wrt.end();
    made.inputs.push_back(isDirection || (isSet && wanted) ? Input::Active
                          : isSet                          ? Input::Filled
                                                           : Input::Given);
  }
  if (request.kind == DerivativeKind::Jvp || request.kind == DerivativeKind::Vjp)
    made.firstOutput = circuit.results.size();
  return made;
}

std::vector<SparseLibraryFunction> sparseLibraryFunctions(const ast::Circuit &circuit,
                                                          const std::string &prefix,
                                                          const DerivativeRequest &request) {
  bool isHessian = request.kind == DerivativeKind::Hessian;
  std::vector<std::string> columnNames, rowNames;
  for (unsigned parameter : request.wrt)
    columnNames.push_back(circuit.parameters[parameter].variable->name);
  for (unsigned result : realResults(circuit))
    rowNames.push_back(resultNames(circuit, "value")[result]);
  if (isHessian)
    rowNames = columnNames;
  std::string matrix = isHessian ? "_hessian" : "_jacobian";
  std::string what = isHessian ? "Hessian" : "Jacobian";

  LibraryFunction value = *libraryFunction(circuit, prefix, {});
  SparseLibraryFunction pattern, values;
  std::vector<DerivativeRequest> requests = sparsePrograms(request);
  for (const DerivativeRequest &program : requests)
    (&program == &requests.front() ? pattern : values)
        .wrapper.programs.push_back(
            sparseProgram(circuit, program, libraryFunction(circuit, prefix, program)->wrapper));
  for (SparseLibraryFunction *function : {&pattern, &values}) {
    SparseWrapperSpec &wrapper = function->wrapper;
    bool isPattern = function == &pattern;
    wrapper.symbol = value.wrapper.symbol + matrix + (isPattern ? "_pattern" : "_values");
    wrapper.dimensionCount = value.wrapper.dimensionCount;
    wrapper.dimensionNames = value.wrapper.dimensionNames;
    wrapper.parameters = value.wrapper.entry.parameters;
    for (const ast::Parameter &parameter : circuit.parameters)
      wrapper.taken.push_back(!isPattern || !parameter.variable->type.isReal());
    HeaderFunction &header = function->header;
    header.name = wrapper.symbol;
    unsigned next = 0;
    auto take = [&](bool wanted) {
      if (wanted)
        header.arguments.push_back(value.header.arguments[next]);
      ++next;
    };
    for (unsigned i = 0; i < wrapper.dimensionCount; ++i)
      take(true);
    for (bool taken : wrapper.taken)
      take(taken);
    HeaderArgument rowPointers, columns, elements;
    rowPointers.role = columns.role =
        isPattern ? HeaderArgument::Role::Output : HeaderArgument::Role::Input;
    rowPointers.kind = columns.kind = ElementKind::I64;
    rowPointers.name = freeName(value.header, "row_pointers");
    rowPointers.shape = {"rows + 1"};
    rowPointers.doc = "rows are " + elementsOf(rowNames);
    columns.name = freeName(value.header, "columns");
    columns.shape = {rowPointers.name + "[rows]"};
    columns.doc = "columns are " + elementsOf(columnNames);
    header.arguments.push_back(rowPointers);
    header.arguments.push_back(columns);
    if (isPattern) {
      header.doc =
          "Where the " + what + " of " + circuit.name +
          " may have elements that are not zero, in compressed rows, whatever the reals are.\n"
          "A first call with null `" +
          columns.name + "` tells how many there are.";
      continue;
    }
    wrapper.value = value.wrapper.symbol;
    wrapper.resultCount = circuit.results.size();
    for (unsigned i = 0; i < wrapper.resultCount; ++i)
      take(true);
    elements.role = HeaderArgument::Role::Output;
    elements.name = freeName(value.header, "values");
    elements.shape = columns.shape;
    elements.doc = "the elements where the pattern says";
    header.arguments.push_back(elements);
    header.doc = "The elements of the " + what + " of " + circuit.name + " for the pattern of `" +
                 pattern.header.name + "`.";
  }
  return {pattern, values};
}

} // namespace circ
