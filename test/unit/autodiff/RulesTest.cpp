#include "compiler/autodiff/Autodiff.h"
#include "compiler/dialect/CircDialect.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OperationSupport.h"

#include <gtest/gtest.h>

namespace circ {
namespace {

/// An op that nobody thought of must not differentiate to a silent zero.
TEST(Rules, EveryOpOfTheDialectHasAForwardRule) {
  mlir::MLIRContext context;
  context.loadDialect<ir::CircDialect>();
  unsigned count = 0;
  for (mlir::RegisteredOperationName name : context.getRegisteredOperations())
    if (name.getDialectNamespace() == "circ") {
      EXPECT_TRUE(hasForwardRule(name.getStringRef())) << name.getStringRef().str();
      ++count;
    }
  EXPECT_GT(count, 50u);
}

TEST(Rules, UnknownOpsHaveNone) { EXPECT_FALSE(hasForwardRule("circ.nonsense")); }

} // namespace
} // namespace circ
