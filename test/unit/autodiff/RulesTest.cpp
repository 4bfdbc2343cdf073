//===- RulesTest.cpp - Every op has a derivative rule, or says it has none ===//

#include "compiler/autodiff/Autodiff.h"
#include "compiler/dialect/CircDialect.h"
#include "compiler/dialect/CircOps.h"
#include "compiler/driver/Compilation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>
#include <set>

using namespace mlir;

namespace {

struct Rules : testing::Test {
  Rules() {
    context.loadDialect<circ::ir::CircDialect, arith::ArithDialect, func::FuncDialect,
                        scf::SCFDialect>();
  }
  MLIRContext context;
};

TEST_F(Rules, EveryOpOfTheDialectHasRules) {
  unsigned seen = 0;
  for (RegisteredOperationName name : context.getRegisteredOperations()) {
    if (name.getDialectNamespace() != "circ")
      continue;
    ++seen;
    // Stands for a derivative program, which replaces it before; left over, it is an error.
    if (name.getStringRef() == "circ.derivative") {
      EXPECT_FALSE(circ::hasReverseRule(name.getStringRef()));
      continue;
    }
    EXPECT_TRUE(circ::hasForwardRule(name.getStringRef())) << name.getStringRef().str();
    EXPECT_TRUE(circ::hasReverseRule(name.getStringRef())) << name.getStringRef().str();
  }
  EXPECT_GT(seen, 60u);
}

TEST_F(Rules, UnknownOpsHaveNone) {
  EXPECT_FALSE(circ::hasForwardRule("circ.nonsense"));
  EXPECT_FALSE(circ::hasReverseRule("circ.nonsense"));
}

/// Uses every construct that generates ops of other dialects.
constexpr const char *constructs = R"(
circuit f(x: f64[n], k: i64[m], flag: bool, y: f32, z) {
  var s = z
  var i = 0
  for a in 0..n by 2 { s += x[a] * f64(y) }
  for a in n - 1..-1 by -1 {
    if x[a] > 1 || flag && !(s < 2) { continue }
    if s != 3 { break }
    s *= x[a]
  }
  while i < m { i += abs(k[i]) + sign(i) + min(i, 2) + max(3, i) + clamp(i, 0, 1) }
  let t = if flag { x } else { 2 * x }
  let v = select(flag, 1.0, z)
  let w = f64(f32(s) * y)
  let p = k[0] == 3 && any(x[j] > 0 for j)
  assert isfinite(s) && !isnan(s)
  return g(t, div(i, 2) % 3 - int(v)) + w + argmax(x) + sum(k) + prod(k) + max(k) + s^i + select(p, 1, 0)
}
circuit g(x: f64[n], k: i64) -> f64 {
  if k <= 0 { return max(x[i] * k for i) }
  return g(x, k - 1) + min(x) + prod(x) + logsumexp(x) + mean(cumsum(x))
}
)";

TEST_F(Rules, EveryGeneratedOpHasRules) {
  llvm::SmallString<128> path;
  int file;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("constructs", "circ", file, path));
  llvm::raw_fd_ostream(file, /*shouldClose=*/true) << constructs;
  circ::Compilation compilation;
  bool right =
      compilation.parse(path.str().str()) && compilation.analyze() && compilation.generate();
  llvm::sys::fs::remove(path);
  ASSERT_TRUE(right);
  std::set<std::string> names;
  compilation.module->walk([&](Operation *op) {
    if (!isa<ModuleOp, func::FuncOp>(op))
      names.insert(op->getName().getStringRef().str());
  });
  EXPECT_GT(names.size(), 35u);
  for (const std::string &name : names) {
    EXPECT_TRUE(circ::hasReverseRule(name)) << name;
    EXPECT_TRUE(circ::hasForwardRule(name)) << name;
  }
}

/// The messages of differentiating @f of a module in text.
std::string errorOf(MLIRContext &context, const std::string &text) {
  auto module = parseSourceString<ModuleOp>(text, ParserConfig(&context), "input.mlir");
  EXPECT_TRUE(module);
  std::string messages;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    llvm::raw_string_ostream(messages)
        << diagnostic.getLocation() << ": " << diagnostic.str() << "\n";
    return success();
  });
  auto function = module->lookupSymbol<func::FuncOp>("f");
  EXPECT_TRUE(failed(circ::buildGradient({function, 0, {0}, "f.grad"})));
  return messages;
}

TEST_F(Rules, AnOpWithoutRuleIsALocatedError) {
  for (const char *op : {"arith.addf %x, %x", "arith.negf %x", "arith.maximumf %x, %x"}) {
    std::string name = llvm::StringRef(op).split(' ').first.str();
    ASSERT_FALSE(circ::hasReverseRule(name)) << name;
    std::string messages =
        errorOf(context, "func.func @f(%x: f64) -> f64 {\n  %y = " + std::string(op) +
                             " : f64\n  return %y : f64\n}\n");
    EXPECT_NE(messages.find("input.mlir\":2:8"), std::string::npos) << messages;
    EXPECT_NE(messages.find("'" + name + "' has no derivative rule"), std::string::npos)
        << messages;
  }
}

TEST_F(Rules, AnOpWithoutRuleInsideAnotherIsALocatedError) {
  std::string messages = errorOf(context, R"(func.func @f(%x: tensor<?xf64>, %n: i64) -> f64 {
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %y = arith.mulf %e, %e : f64
    circ.yield %y : f64
  } : f64
  return %s : f64
})");
  EXPECT_NE(messages.find("input.mlir\":4:10"), std::string::npos) << messages;
  EXPECT_NE(messages.find("'arith.mulf' has no derivative rule"), std::string::npos) << messages;
}

} // namespace
