//===- FunctionGenerator.cpp - Functions, sizes, maps ---------------------===//

#include "compiler/irgen/FunctionGenerator.h"

#include "compiler/irgen/IRGen.h"

using namespace mlir;

namespace circ {

OwningOpRef<ModuleOp> generateIR(const ast::Module &module, const SourceManager &sources,
                                 MLIRContext &context, const FixedSizes &fixed) {
  OpBuilder b(&context);
  StringAttr root = b.getStringAttr(sources.file(module.file).name());
  OwningOpRef<ModuleOp> made = ModuleOp::create(FileLineColLoc::get(root, 1, 1));
  b.setInsertionPointToEnd(made->getBody());
  std::vector<func::FuncOp> functions;
  for (const auto &circuit : module.circuits) {
    SmallVector<Type> inputs, results;
    for (const auto &parameter : circuit->parameters)
      inputs.push_back(irgen::mlirType(&context, parameter.variable->type));
    for (const auto &result : circuit->results)
      results.push_back(irgen::mlirType(&context, result.type));
    const SourceFile &text = sources.file(circuit->nameRange.file);
    LineColumn place = text.lineColumn(circuit->nameRange.begin);
    StringAttr file = b.getStringAttr(text.name());
    auto function = b.create<func::FuncOp>(FileLineColLoc::get(file, place.line, place.column),
                                           circuit->name, b.getFunctionType(inputs, results));
    for (unsigned i = 0; i < inputs.size(); ++i) {
      function.setArgAttr(i, "circ.name", b.getStringAttr(circuit->parameters[i].variable->name));
      if (circuit->parameters[i].isConst)
        function.setArgAttr(i, "circ.const", b.getUnitAttr());
    }
    if (circuit->recursive)
      function->setAttr("circ.recursive", b.getUnitAttr());
    for (const auto &gate : module.gates)
      if (gate->forward == circuit.get()) {
        function->setAttr("circ.gate_backward",
                          FlatSymbolRefAttr::get(&context, gate->backward->name));
        if (gate->tangent)
          function->setAttr("circ.gate_tangent",
                            FlatSymbolRefAttr::get(&context, gate->tangent->name));
      }
    functions.push_back(function);
  }
  bool right = true;
  const llvm::StringMap<int64_t> none;
  for (size_t i = 0; i < functions.size(); ++i) {
    const ast::Circuit &circuit = *module.circuits[i];
    bool isFixed =
        fixed.circuit ? &circuit == fixed.circuit : circuit.nameRange.file == module.file;
    right &= succeeded(
        irgen::FunctionGenerator(circuit, sources, functions[i], isFixed ? fixed.sizes : none)
            .run());
  }
  return right ? std::move(made) : nullptr;
}

namespace irgen {

static Type scalarType(MLIRContext *context, ast::ScalarKind kind) {
  Builder b(context);
  switch (kind) {
  case ast::ScalarKind::F64:
    return b.getF64Type();
  case ast::ScalarKind::F32:
    return b.getF32Type();
  case ast::ScalarKind::I64:
    return b.getI64Type();
  case ast::ScalarKind::Bool:
    return b.getI1Type();
  case ast::ScalarKind::Struct:
    break; // has a type for each leaf
  }
  return {};
}

Type mlirType(MLIRContext *context, const ast::Type &type) {
  Type scalar = scalarType(context, type.scalar);
  if (type.isScalar())
    return scalar;
  SmallVector<int64_t> shape;
  for (const ast::Dimension &dim : type.dims)
    shape.push_back(dim.isConstant() ? dim.constantValue() : ShapedType::kDynamic);
  return RankedTensorType::get(shape, scalar);
}

LogicalResult FunctionGenerator::run() {
  b.setInsertionPointToEnd(function.addEntryBlock());
  parameters();
  StmtRefs list;
  for (const ast::StmtPtr &stmt : circuit.body)
    list.push_back(stmt.get());
  Values results = tail(list, 0);
  b.create<func::ReturnOp>(location(circuit.nameRange), results);
  return success(!failed);
}

Location FunctionGenerator::location(SourceRange range) const {
  LineColumn place = sources.file(range.file).lineColumn(range.begin);
  return FileLineColLoc::get(b.getContext(), sources.file(range.file).name(), place.line,
                             place.column);
}

/// Binds the dimension names and checks what else the types say of shapes.
void FunctionGenerator::parameters() {
  for (size_t i = 0; i < circuit.parameters.size(); ++i)
    env[circuit.parameters[i].variable.get()] = function.getArgument(i);
  for (const ast::StructParameter &parameter : circuit.structParameters)
    for (auto [i, leaf] : llvm::enumerate(parameter.variable->leaves))
      env[leaf.get()] = function.getArgument(parameter.firstLeaf + i);
  for (size_t d = 0; d < circuit.dimensions.size(); ++d) {
    auto [parameter, position] = circuit.dimensionSources[d];
    const ast::Variable &dimension = *circuit.dimensions[d];
    Location loc = location(dimension.range);
    auto fixed = fixedSizes.find(dimension.name);
    env[&dimension] = fixed == fixedSizes.end()
                          ? b.create<ir::DimOp>(loc, function.getArgument(parameter), position)
                          : integer(loc, fixed->second);
  }
  for (size_t i = 0; i < circuit.parameters.size(); ++i) {
    const ast::Variable &parameter = *circuit.parameters[i].variable;
    Location loc = location(parameter.range);
    for (unsigned k = 0; k < parameter.type.rank(); ++k) {
      const ast::Dimension &dim = parameter.type.dims[k];
      bool binds = false;
      for (auto [source, dimension] : llvm::zip_equal(circuit.dimensionSources, circuit.dimensions))
        binds |= source.first == i && source.second == k && !fixedSizes.contains(dimension->name);
      if (binds || dim.isConstant())
        continue;
      if (auto wanted = evaluate(dim, loc))
        requireSize(loc, b.create<ir::DimOp>(loc, function.getArgument(i), k), *wanted,
                    "dimension " + std::to_string(k) + " of '" + parameter.name +
                        "' has size {0}, but " + toString(dim) + " is {1}");
    }
  }
}

Value FunctionGenerator::integer(Location loc, int64_t value) {
  return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
}

Value FunctionGenerator::truth(Location loc, bool value) {
  return b.create<arith::ConstantOp>(loc, b.getBoolAttr(value));
}

Value FunctionGenerator::number(Location loc, ast::ScalarKind kind, double value) {
  Type type = scalarType(b.getContext(), kind);
  return b.create<arith::ConstantOp>(loc, b.getFloatAttr(type, value));
}

Value FunctionGenerator::zero(Location loc, ast::ScalarKind kind) {
  Type type = scalarType(b.getContext(), kind);
  return b.create<arith::ConstantOp>(loc, b.getZeroAttr(type));
}

Value FunctionGenerator::zeroOf(Location loc, const ast::Type &type, const std::string &what) {
  Type wanted = mlirType(b.getContext(), type);
  if (type.isScalar())
    return zero(loc, type.scalar);
  Values sizes;
  for (const ast::Dimension &dim : type.dims) {
    auto size = evaluate(dim, loc);
    if (!size)
      return unsupported(loc, what, wanted);
    sizes.push_back(*size);
  }
  return splat(loc, cast<RankedTensorType>(wanted), zero(loc, type.scalar), sizes);
}

Value FunctionGenerator::unsupported(Location loc, const std::string &what, Type type) {
  emitError(loc) << what << " is not supported yet";
  failed = true;
  if (auto array = dyn_cast<RankedTensorType>(type)) {
    Values dynamic(array.getNumDynamicDims(), integer(loc, 0));
    Value element = b.create<arith::ConstantOp>(loc, b.getZeroAttr(array.getElementType()));
    return b.create<ir::SplatOp>(loc, array, element, dynamic);
  }
  return b.create<arith::ConstantOp>(loc, cast<TypedAttr>(b.getZeroAttr(type)));
}

std::optional<Value> FunctionGenerator::evaluate(const ast::Dimension &dim, Location loc) {
  Value sum;
  for (const auto &[monomial, coefficient] : dim.terms) {
    Value term = coefficient == 1 && !monomial.empty() ? Value() : integer(loc, coefficient);
    for (const ast::DimensionSymbol &symbol : monomial) {
      Value value = symbol.opaque ? Value() : env.lookup(symbol.variable);
      if (!value)
        return std::nullopt;
      term = term ? b.create<arith::MulIOp>(loc, term, value).getResult() : value;
    }
    sum = sum ? b.create<arith::AddIOp>(loc, sum, term).getResult() : term;
  }
  if (!sum)
    sum = integer(loc, 0);
  if (dim.divisor == 1)
    return sum;
  Value divisor = integer(loc, dim.divisor);
  Value rest = b.create<ir::FloorModOp>(loc, sum, divisor);
  Value exact = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, rest, integer(loc, 0));
  b.create<ir::CheckOp>(loc, ir::CheckKind::Shape, exact,
                        "the dimension " + toString(dim) + " is not a whole number", ValueRange{});
  return b.create<ir::FloorDivOp>(loc, sum, divisor).getResult();
}

FunctionGenerator::Values FunctionGenerator::sizes(Location loc, Value array) {
  Values result;
  auto type = cast<RankedTensorType>(array.getType());
  for (int64_t k = 0; k < type.getRank(); ++k)
    result.push_back(type.isDynamicDim(k) ? b.create<ir::DimOp>(loc, array, k).getResult()
                                          : integer(loc, type.getDimSize(k)));
  return result;
}

void FunctionGenerator::requireSize(Location loc, Value found, Value wanted,
                                    const std::string &what) {
  Value same = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, found, wanted);
  b.create<ir::CheckOp>(loc, ir::CheckKind::Shape, same, what, ValueRange{found, wanted});
}

void FunctionGenerator::requireShape(Location loc, const ast::Type &a, Value va, const ast::Type &c,
                                     Value vc) {
  Values left, right;
  for (unsigned k = 0; k < a.rank(); ++k) {
    if (a.dims[k] == c.dims[k])
      continue;
    if (left.empty()) {
      left = sizes(loc, va);
      right = sizes(loc, vc);
    }
    requireSize(loc, left[k], right[k],
                "the shapes do not agree: dimension " + std::to_string(k) + " is {0} and {1}");
  }
}

Value FunctionGenerator::adapt(Location loc, Value value, Type wanted) {
  if (value.getType() == wanted)
    return value;
  auto type = cast<RankedTensorType>(wanted);
  Values found = sizes(loc, value);
  for (int64_t k = 0; k < type.getRank(); ++k)
    if (!type.isDynamicDim(k) && cast<RankedTensorType>(value.getType()).isDynamicDim(k))
      requireSize(loc, found[k], integer(loc, type.getDimSize(k)),
                  "dimension " + std::to_string(k) + " has size {0}, expected {1}");
  return map(loc, type, found, [&](ValueRange at) { return extract(loc, value, at); });
}

Value FunctionGenerator::map(Location loc, RankedTensorType type, ValueRange sizes,
                             llvm::function_ref<Value(ValueRange)> body) {
  Values bounds;
  for (int64_t k = 0; k < type.getRank(); ++k)
    bounds.push_back(type.isDynamicDim(k) ? sizes[k] : integer(loc, type.getDimSize(k)));
  auto op = b.create<ir::MapOp>(loc, type, bounds);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(op.getBodyBlock());
  Values at(op.getIndices().begin(), op.getIndices().end());
  b.create<ir::YieldOp>(loc, body(at));
  return op;
}

Value FunctionGenerator::elementwise(Location loc, ast::ScalarKind kind, ArrayRef<Value> operands,
                                     llvm::function_ref<Value(ArrayRef<Value>)> scalar) {
  Value lead;
  SmallVector<int64_t> shape;
  for (Value operand : operands) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type)
      continue;
    if (!lead) {
      lead = operand;
      shape.assign(type.getShape().begin(), type.getShape().end());
    }
    for (int64_t k = 0; k < type.getRank(); ++k)
      if (!type.isDynamicDim(k))
        shape[k] = type.getDimSize(k);
  }
  if (!lead)
    return scalar(operands);
  auto type = RankedTensorType::get(shape, scalarType(b.getContext(), kind));
  return map(loc, type, sizes(loc, lead), [&](ValueRange at) {
    Values elements;
    for (Value operand : operands)
      elements.push_back(isa<RankedTensorType>(operand.getType()) ? extract(loc, operand, at)
                                                                  : operand);
    return scalar(elements);
  });
}

Value FunctionGenerator::extract(Location loc, Value array, ValueRange indices) {
  return b.create<ir::ExtractOp>(loc, array, indices);
}

Value FunctionGenerator::splat(Location loc, RankedTensorType type, Value value, ValueRange all) {
  Values dynamic;
  for (int64_t k = 0; k < type.getRank(); ++k)
    if (type.isDynamicDim(k)) {
      Value enough =
          b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, all[k], integer(loc, 0));
      b.create<ir::CheckOp>(loc, ir::CheckKind::Shape, enough, "the size {0} is negative",
                            ValueRange{all[k]});
      dynamic.push_back(all[k]);
    }
  return b.create<ir::SplatOp>(loc, type, value, dynamic);
}

} // namespace irgen
} // namespace circ
