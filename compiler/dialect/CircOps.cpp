//===- CircOps.cpp - Verifiers and folds of array ops ---------------------===//

#include "compiler/dialect/CircOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;

#include "compiler/dialect/CircEnums.cpp.inc"
#include "compiler/dialect/GateInterface.cpp.inc"
#define GET_OP_CLASSES
#include "compiler/dialect/CircOps.cpp.inc"

namespace circ::ir {

static RankedTensorType arrayType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// One i64 index for each dimension.
static LogicalResult verifyIndices(Operation *op, Value array, ValueRange indices) {
  auto type = dyn_cast<RankedTensorType>(array.getType());
  if (!type)
    return op->emitOpError("needs an array of known rank");
  if (static_cast<int64_t>(indices.size()) != type.getRank())
    return op->emitOpError() << "has " << indices.size() << " indices for an array of rank "
                             << type.getRank();
  return success();
}

LogicalResult ExtractOp::verify() { return verifyIndices(*this, getArray(), getIndices()); }
LogicalResult InsertOp::verify() { return verifyIndices(*this, getArray(), getIndices()); }
LogicalResult AccumulateOp::verify() { return verifyIndices(*this, getArray(), getIndices()); }

LogicalResult DimOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getArray().getType());
  if (!type || getDimension() >= static_cast<uint64_t>(type.getRank()))
    return emitOpError("asks for a dimension that the array does not have");
  return success();
}

Value statedSize(Value array, unsigned dimension) {
  if (auto insert = array.getDefiningOp<InsertOp>())
    return statedSize(insert.getArray(), dimension);
  if (auto accumulate = array.getDefiningOp<AccumulateOp>())
    return statedSize(accumulate.getArray(), dimension);
  auto type = arrayType(array);
  auto dynamicBefore = [&](unsigned from) {
    unsigned count = 0;
    for (unsigned i = from; i < dimension; ++i)
      count += type.isDynamicDim(i);
    return count;
  };
  if (auto splat = array.getDefiningOp<SplatOp>())
    return splat.getSizes()[dynamicBefore(0)];
  if (auto map = array.getDefiningOp<MapOp>()) {
    unsigned rank = map.getBounds().size();
    return dimension < rank ? map.getBounds()[dimension] : map.getInner()[dynamicBefore(rank)];
  }
  return nullptr;
}

OpFoldResult DimOp::fold(FoldAdaptor) {
  auto type = arrayType(getArray());
  unsigned dimension = getDimension();
  if (!type.isDynamicDim(dimension))
    return IntegerAttr::get(getType(), type.getDimSize(dimension));
  if (Value size = statedSize(getArray(), dimension))
    return size;
  return {};
}

OpFoldResult ExtractOp::fold(FoldAdaptor adaptor) {
  if (auto splat = getArray().getDefiningOp<SplatOp>())
    return splat.getValue();
  if (auto made = getArray().getDefiningOp<FromElementsOp>()) {
    int64_t place = 0;
    for (auto [attribute, size] :
         llvm::zip_equal(adaptor.getIndices(), arrayType(made).getShape())) {
      auto index = dyn_cast_or_null<IntegerAttr>(attribute);
      if (!index || index.getInt() < 0 || index.getInt() >= size)
        return {};
      place = place * size + index.getInt();
    }
    return made.getElements()[place];
  }
  // The element just written.
  if (auto insert = getArray().getDefiningOp<InsertOp>())
    if (insert.getIndices() == getIndices())
      return insert.getValue();
  return {};
}

LogicalResult SplatOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getResult().getType());
  if (!type || type.getElementType() != getValue().getType())
    return emitOpError("must give an array of its value's type");
  if (static_cast<int64_t>(getSizes().size()) != type.getNumDynamicDims())
    return emitOpError("needs one size for each dynamic dimension");
  return success();
}

LogicalResult FromElementsOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getResult().getType());
  if (!type || !type.hasStaticShape() ||
      type.getNumElements() != static_cast<int64_t>(getElements().size()))
    return emitOpError("must give a static array with as many elements as it has operands");
  for (Value element : getElements())
    if (element.getType() != type.getElementType())
      return emitOpError("has an element of another type than the array's");
  return success();
}

ParseResult FromElementsOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::UnresolvedOperand> elements;
  RankedTensorType type;
  if (parser.parseOperandList(elements) || parser.parseOptionalAttrDict(result.attributes) ||
      parser.parseColonType(type) ||
      parser.resolveOperands(elements, type.getElementType(), result.operands))
    return failure();
  result.addTypes(type);
  return success();
}

void FromElementsOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getElements();
  printer.printOptionalAttrDict((*this)->getAttrs());
  printer << " : " << getResult().getType();
}

/// Floored quotient and remainder of constants, unless it is an error.
static std::optional<std::pair<int64_t, int64_t>> floorDivide(Attribute left, Attribute right) {
  auto a = dyn_cast_or_null<IntegerAttr>(left), b = dyn_cast_or_null<IntegerAttr>(right);
  if (!a || !b || b.getInt() == 0 || (a.getInt() == INT64_MIN && b.getInt() == -1))
    return std::nullopt;
  int64_t quotient = a.getInt() / b.getInt(), remainder = a.getInt() % b.getInt();
  if (remainder != 0 && (remainder < 0) != (b.getInt() < 0)) {
    quotient -= 1;
    remainder += b.getInt();
  }
  return std::pair{quotient, remainder};
}

OpFoldResult FloorDivOp::fold(FoldAdaptor adaptor) {
  if (matchPattern(getRight(), m_One()))
    return getLeft();
  if (auto both = floorDivide(adaptor.getLeft(), adaptor.getRight()))
    return IntegerAttr::get(getType(), both->first);
  return {};
}

OpFoldResult FloorModOp::fold(FoldAdaptor adaptor) {
  if (auto both = floorDivide(adaptor.getLeft(), adaptor.getRight()))
    return IntegerAttr::get(getType(), both->second);
  return {};
}

} // namespace circ::ir
