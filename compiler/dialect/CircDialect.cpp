//===- CircDialect.cpp - The circ dialect ---------------------------------===//

#include "compiler/dialect/CircDialect.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "compiler/dialect/CircDialect.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "compiler/dialect/CircTypes.cpp.inc"

namespace circ::ir {
namespace {

/// Every op of circ may be inlined anywhere.
struct CircInliner : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final { return true; }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final { return true; }
};

} // namespace

void CircDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "compiler/dialect/CircTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/dialect/CircOps.cpp.inc"
      >();
  addInterfaces<CircInliner>();
}

/// Folders make `arith.constant`s.
Operation *CircDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                            Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

} // namespace circ::ir
