//===- StructuredOps.cpp - map and reductions -----------------------------===//

#include "compiler/dialect/CircOps.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;

namespace circ::ir {

/// A body block with one i64 argument for each iteration dimension.
static Block *addBody(OpBuilder &builder, OperationState &state, unsigned dimensions) {
  Region *region = state.addRegion();
  auto *block = new Block;
  region->push_back(block);
  for (unsigned i = 0; i < dimensions; ++i)
    block->addArgument(builder.getI64Type(), state.location);
  return block;
}

//===----------------------------------------------------------------------===//
// map
//===----------------------------------------------------------------------===//

void MapOp::build(OpBuilder &builder, OperationState &state, Type resultType, ValueRange bounds,
                  ValueRange inner) {
  state.addOperands(bounds);
  state.addOperands(inner);
  state.getOrAddProperties<Properties>().operandSegmentSizes = {static_cast<int32_t>(bounds.size()),
                                                                static_cast<int32_t>(inner.size())};
  addBody(builder, state, bounds.size());
  state.addTypes(resultType);
}

LogicalResult MapOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getResult().getType());
  Block &body = *getBodyBlock();
  if (!type || body.getNumArguments() != getBounds().size() || getBounds().empty())
    return emitOpError("needs one block argument for each bound");
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield || !yield.getValue())
    return emitOpError("must yield an element");
  Type yielded = yield.getValue().getType();
  unsigned rank = getBounds().size();
  auto array = dyn_cast<RankedTensorType>(yielded);
  if ((array ? array.getElementType() : yielded) != type.getElementType())
    return emitOpError("yields another type than its result's element");
  if (type.getRank() != rank + (array ? array.getRank() : 0))
    return emitOpError("has a result of the wrong rank");
  if (!array)
    return getInner().empty() ? success() : emitOpError("has inner sizes but yields a scalar");
  if (array.getShape() != type.getShape().drop_front(rank))
    return emitOpError("yields an array of another shape than its result says");
  if (static_cast<int64_t>(getInner().size()) != array.getNumDynamicDims())
    return emitOpError("needs one inner size for each dynamic dimension of what it yields");
  return success();
}

/// `(%i, %j) in (%n, %m) [inner (%d)] { ... } : type`
ParseResult MapOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<OpAsmParser::UnresolvedOperand> bounds, inner;
  Type type, i64 = parser.getBuilder().getI64Type();
  if (parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("in") || parser.parseOperandList(bounds, OpAsmParser::Delimiter::Paren))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("inner")) &&
      parser.parseOperandList(inner, OpAsmParser::Delimiter::Paren))
    return failure();
  for (auto &argument : arguments)
    argument.type = i64;
  Region *body = result.addRegion();
  if (parser.parseRegion(*body, arguments) || parser.parseOptionalAttrDict(result.attributes) ||
      parser.parseColonType(type) || parser.resolveOperands(bounds, i64, result.operands) ||
      parser.resolveOperands(inner, i64, result.operands))
    return failure();
  result.getOrAddProperties<Properties>().operandSegmentSizes = {
      static_cast<int32_t>(bounds.size()), static_cast<int32_t>(inner.size())};
  result.addTypes(type);
  return success();
}

void MapOp::print(OpAsmPrinter &printer) {
  printer << " (" << getIndices() << ") in (" << getBounds() << ") ";
  if (!getInner().empty())
    printer << "inner (" << getInner() << ") ";
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
  printer.printOptionalAttrDict((*this)->getAttrs(), {"operandSegmentSizes"});
  printer << " : " << getResult().getType();
}

//===----------------------------------------------------------------------===//
// reduce, arg_reduce and exp_sum
//===----------------------------------------------------------------------===//

/// `(%i) in (%n) { ... }`
static ParseResult parseIterations(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::Argument argument;
  OpAsmParser::UnresolvedOperand bound;
  Type i64 = parser.getBuilder().getI64Type();
  Region *body = result.addRegion();
  argument.type = i64;
  if (parser.parseLParen() || parser.parseArgument(argument) || parser.parseRParen() ||
      parser.parseKeyword("in") || parser.parseLParen() || parser.parseOperand(bound) ||
      parser.parseRParen() || parser.parseRegion(*body, argument) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parser.resolveOperand(bound, i64, result.operands))
    return failure();
  return success();
}

/// `kind (%i) in (%n) { ... }`
static ParseResult parseReduction(OpAsmParser &parser, OperationState &result) {
  StringRef keyword;
  llvm::SMLoc place = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  std::optional<ReduceKind> kind = symbolizeReduceKind(keyword);
  if (!kind)
    return parser.emitError(place) << "unknown kind of reduction '" << keyword << "'";
  result.addAttribute("kind", ReduceKindAttr::get(parser.getContext(), *kind));
  return parseIterations(parser, result);
}

static void printIterations(OpAsmPrinter &printer, Operation *op, Value index, Value bound) {
  printer << " (" << index << ") in (" << bound << ") ";
  printer.printRegion(op->getRegion(0), /*printEntryBlockArgs=*/false);
  printer.printOptionalAttrDict(op->getAttrs(), {"kind"});
}

static void printReduction(OpAsmPrinter &printer, Operation *op, ReduceKind kind, Value index,
                           Value bound) {
  printer << ' ' << stringifyReduceKind(kind);
  printIterations(printer, op, index, bound);
}

static LogicalResult verifyBody(Operation *op) {
  Block &body = op->getRegion(0).front();
  if (body.getNumArguments() != 1 || !body.getArgument(0).getType().isInteger(64))
    return op->emitOpError("needs one i64 block argument");
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield || !yield.getValue() || isa<RankedTensorType>(yield.getValue().getType()))
    return op->emitOpError("must yield a scalar");
  return success();
}

void ReduceOp::build(OpBuilder &builder, OperationState &state, Type resultType, ReduceKind kind,
                     Value bound) {
  state.addOperands(bound);
  state.addAttribute("kind", ReduceKindAttr::get(builder.getContext(), kind));
  addBody(builder, state, 1);
  state.addTypes(resultType);
}

LogicalResult ReduceOp::verify() {
  if (failed(verifyBody(*this)))
    return failure();
  Type type = getResult().getType();
  if (getYielded().getType() != type)
    return emitOpError("yields another type than its result's");
  bool logical = getKind() == ReduceKind::Any || getKind() == ReduceKind::All;
  if (logical != getElementTypeOrSelf(type).isInteger(1))
    return emitOpError("any and all combine i1, the others numbers");
  if (getKind() == ReduceKind::LogSumExp && !isa<FloatType>(getElementTypeOrSelf(type)))
    return emitOpError("logsumexp combines reals");
  return success();
}

ParseResult ReduceOp::parse(OpAsmParser &parser, OperationState &result) {
  Type type;
  if (parseReduction(parser, result) || parser.parseColonType(type))
    return failure();
  result.addTypes(type);
  return success();
}

void ReduceOp::print(OpAsmPrinter &printer) {
  printReduction(printer, *this, getKind(), getIndex(), getBound());
  printer << " : " << getResult().getType();
}

void ArgReduceOp::build(OpBuilder &builder, OperationState &state, Type resultType, ReduceKind kind,
                        Value bound) {
  ReduceOp::build(builder, state, resultType, kind, bound);
}

LogicalResult ArgReduceOp::verify() {
  if (getKind() != ReduceKind::Max && getKind() != ReduceKind::Min)
    return emitOpError("finds a max or a min");
  if (failed(verifyBody(*this)))
    return failure();
  // An index, or one a lane.
  auto lanes = [](Type type) {
    auto vector = dyn_cast<VectorType>(type);
    return vector ? vector.getNumElements() : 0;
  };
  if (lanes(getYielded().getType()) != lanes(getResult().getType()))
    return emitOpError("yields other lanes than its result has");
  return success();
}

ParseResult ArgReduceOp::parse(OpAsmParser &parser, OperationState &result) {
  Type type = parser.getBuilder().getI64Type();
  if (parseReduction(parser, result) ||
      (succeeded(parser.parseOptionalColon()) && parser.parseType(type)))
    return failure();
  result.addTypes(type);
  return success();
}

void ArgReduceOp::print(OpAsmPrinter &printer) {
  printReduction(printer, *this, getKind(), getIndex(), getBound());
  if (isa<VectorType>(getResult().getType()))
    printer << " : " << getResult().getType();
}

void ExpSumOp::build(OpBuilder &builder, OperationState &state, Type type, Value bound) {
  state.addOperands(bound);
  addBody(builder, state, 1);
  state.addTypes({type, type});
}

LogicalResult ExpSumOp::verify() {
  if (failed(verifyBody(*this)))
    return failure();
  if (getYielded().getType() != getSum().getType() || getSum().getType() != getLargest().getType())
    return emitOpError("yields another type than its results'");
  return success();
}

ParseResult ExpSumOp::parse(OpAsmParser &parser, OperationState &result) {
  Type type;
  if (parseIterations(parser, result) || parser.parseColonType(type))
    return failure();
  result.addTypes({type, type});
  return success();
}

void ExpSumOp::print(OpAsmPrinter &printer) {
  printIterations(printer, *this, getIndex(), getBound());
  printer << " : " << getSum().getType();
}

} // namespace circ::ir
