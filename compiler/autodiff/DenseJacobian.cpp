//===- DenseJacobian.cpp - Dense Jacobians --------------------------------===//

#include "compiler/autodiff/DenseJacobian.h"

#include "compiler/autodiff/Autodiff.h"
#include "compiler/autodiff/Forwarder.h"
#include "compiler/autodiff/Silence.h"
#include "compiler/autodiff/TangentCallees.h"
#include "compiler/autodiff/UserGates.h"

using namespace mlir;

namespace circ {
namespace {

using namespace circ::autodiff;

/// Writes one Jacobian function.
class JacobianBuilder {
public:
  explicit JacobianBuilder(const JacobianRequest &request)
      : request(request), primal(request.function), loc(primal.getLoc()),
        module(primal->getParentOfType<ModuleOp>()), b(primal.getContext()), callees(module) {}

  FailureOr<func::FuncOp> build();

private:
  using Blocks = SmallVector<Value>;

  /// Columns up to which their number alone decides, whatever the number of rows.
  static constexpr int64_t fewColumns = 32;

  void declare();
  /// Zeros for every block, those of one result after the other.
  Blocks zeroBlocks();
  FailureOr<Blocks> byColumns();
  FailureOr<Blocks> byRows();
  FailureOr<Blocks> byFewerDirections();
  /// The number of elements of some values; absent when it is not known here.
  std::optional<int64_t> staticCount(ValueRange of);
  Value count(ValueRange of);
  Value &block(Blocks &blocks, unsigned result, unsigned argument) {
    return blocks[result * request.withRespectTo.size() + argument];
  }

  const JacobianRequest &request;
  func::FuncOp primal;
  Location loc;
  ModuleOp module;
  OpBuilder b;
  TangentCallees callees;
  func::FuncOp jacobian;
  /// Without prints: what a direction computes again was printed already.
  func::FuncOp silent;
  /// The primal as it is copied before the directions, and its copies.
  OwningOpRef<func::FuncOp> source;
  IRMapping copies;
  SmallVector<Value> wanted, arguments, values;
};

void JacobianBuilder::declare() {
  FunctionType type = primal.getFunctionType();
  SmallVector<Type> results(type.getResults());
  for (unsigned result : request.results)
    for (unsigned argument : request.withRespectTo)
      results.push_back(blockType(type.getResult(result), type.getInput(argument)));
  b.setInsertionPointToEnd(module.getBody());
  jacobian =
      b.create<func::FuncOp>(loc, request.name, b.getFunctionType(type.getInputs(), results));
  jacobian.setPrivate();
  for (unsigned i = 0; i < type.getNumInputs(); ++i)
    if (DictionaryAttr attributes = primal.getArgAttrDict(i))
      jacobian.setArgAttrs(i, attributes);
  b.setInsertionPointToEnd(jacobian.addEntryBlock());
  for (unsigned argument : request.withRespectTo)
    arguments.push_back(jacobian.getArgument(argument));
}

JacobianBuilder::Blocks JacobianBuilder::zeroBlocks() {
  Blocks blocks;
  for (Value value : wanted)
    for (Value argument : arguments) {
      SmallVector<Value> sizes = sizesOf(b, loc, value);
      llvm::append_range(sizes, sizesOf(b, loc, argument));
      blocks.push_back(zeroOf(b, loc, blockType(value.getType(), argument.getType()), sizes));
    }
  return blocks;
}

/// The primal values that do not depend on the direction are those computed
/// before the loop: the loop holds the tangents alone, but for sequential code.
FailureOr<JacobianBuilder::Blocks> JacobianBuilder::byColumns() {
  Blocks blocks = zeroBlocks();
  Block &body = source->getBody().front();
  llvm::BitVector useful(primal.getNumResults());
  for (unsigned result : request.results)
    useful.set(result);
  for (auto [column, argument] : llvm::enumerate(request.withRespectTo)) {
    llvm::BitVector active(primal.getNumArguments());
    active.set(argument);
    Activity activity(*source, active, useful);
    Blocks starts;
    for (unsigned row = 0; row < request.results.size(); ++row)
      starts.push_back(block(blocks, row, column));
    auto filled = loopOver(
        b, loc, sizesOf(b, loc, arguments[column]), starts,
        [&](ValueRange indices, ValueRange carried) -> FailureOr<Blocks> {
          // Each direction fills a column of its own.
          if (!indices.empty())
            for (const char *name : {"circ.independent", "circ.directions"})
              b.getInsertionBlock()->getParentOp()->setAttr(name, b.getUnitAttr());
          Forwarder f(b, activity, callees);
          f.copies = copies;
          f.hoisted = &body;
          f.setTangent(body.getArgument(argument), unitOf(b, loc, arguments[column], indices));
          if (failed(f.forwardBlock(body)))
            return failure();
          Blocks next;
          for (auto [row, result] : llvm::enumerate(request.results)) {
            Value tangent = f.tangent(body.getTerminator()->getOperand(result));
            next.push_back(tangent ? storePart(b, loc, carried[row], tangent, {}, indices)
                                   : carried[row]);
          }
          return next;
        });
    if (failed(filled))
      return failure();
    for (unsigned row = 0; row < request.results.size(); ++row)
      block(blocks, row, column) = (*filled)[row];
  }
  return blocks;
}

FailureOr<JacobianBuilder::Blocks> JacobianBuilder::byRows() {
  Blocks blocks = zeroBlocks();
  std::string name = (silent.getName() + ".pullback").str();
  for (unsigned argument : request.withRespectTo)
    name += "." + std::to_string(argument);
  auto pullback = module.lookupSymbol<func::FuncOp>(name);
  if (!pullback) {
    FailureOr<func::FuncOp> made = buildVjp({silent, request.withRespectTo, name});
    if (failed(made))
      return failure();
    pullback = *made;
  }
  for (auto [row, result] : llvm::enumerate(request.results)) {
    Blocks starts;
    for (unsigned column = 0; column < arguments.size(); ++column)
      starts.push_back(block(blocks, row, column));
    auto filled = loopOver(
        b, loc, sizesOf(b, loc, values[result]), starts,
        [&](ValueRange indices, ValueRange carried) -> FailureOr<Blocks> {
          SmallVector<Value> operands(jacobian.getArguments());
          for (unsigned other : realResults(primal))
            operands.push_back(other == result ? unitOf(b, loc, values[other], indices)
                                               : zeroOf(b, loc, values[other].getType(),
                                                        sizesOf(b, loc, values[other])));
          auto call = b.create<func::CallOp>(loc, pullback, operands);
          Blocks next;
          for (unsigned column = 0; column < arguments.size(); ++column)
            next.push_back(storePart(b, loc, carried[column],
                                     call.getResult(primal.getNumResults() + column), indices, {}));
          return next;
        });
    if (failed(filled))
      return failure();
    for (unsigned column = 0; column < arguments.size(); ++column)
      block(blocks, row, column) = (*filled)[column];
  }
  return blocks;
}

std::optional<int64_t> JacobianBuilder::staticCount(ValueRange of) {
  int64_t total = 0;
  for (Value value : of) {
    auto array = dyn_cast<RankedTensorType>(value.getType());
    if (array && !array.hasStaticShape())
      return std::nullopt;
    total += array ? array.getNumElements() : 1;
  }
  return total;
}

Value JacobianBuilder::count(ValueRange of) {
  Value total = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
  for (Value value : of) {
    Value product = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(1));
    for (Value size : sizesOf(b, loc, value))
      product = b.create<arith::MulIOp>(loc, product, size);
    total = b.create<arith::AddIOp>(loc, total, product);
  }
  return total;
}

FailureOr<JacobianBuilder::Blocks> JacobianBuilder::byFewerDirections() {
  std::optional<int64_t> columns = staticCount(arguments), rows = staticCount(wanted);
  // Some columns take little more time than one: they go into lanes together.
  if (request.mode == JacobianMode::Forward || columns == 1 ||
      (columns && (rows ? *columns <= *rows : *columns <= fewColumns)))
    return byColumns();
  if (request.mode == JacobianMode::Reverse || rows == 1 || (columns && rows))
    return byRows();
  // The sizes of this call decide.
  Value forward =
      b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sle, count(arguments), count(wanted));
  ArrayRef<Type> types = ArrayRef(jacobian.getResultTypes()).drop_front(primal.getNumResults());
  auto choice = b.create<scf::IfOp>(loc, types, forward, /*withElse=*/true);
  for (Block *side : {choice.thenBlock(), choice.elseBlock()}) {
    OpBuilder::InsertionGuard guard(b);
    side->clear();
    b.setInsertionPointToEnd(side);
    FailureOr<Blocks> filled = side == choice.thenBlock() ? byColumns() : byRows();
    if (failed(filled))
      return failure();
    b.setInsertionPointToEnd(side);
    b.create<scf::YieldOp>(loc, *filled);
  }
  return Blocks(choice.getResults());
}

FailureOr<func::FuncOp> JacobianBuilder::build() {
  declare();
  silent = silentCopy(primal);
  source = differentiableCopy(primal);
  Block &body = source->getBody().front();
  {
    Activity nothing(*source, llvm::BitVector(primal.getNumArguments()),
                     llvm::BitVector(primal.getNumResults()));
    Forwarder f(b, nothing, callees);
    f.copies.map(body.getArguments(), jacobian.getArguments());
    for (Operation &op : body.without_terminator())
      f.copy(&op);
    values = f.primals(body.getTerminator()->getOperands());
    copies = f.copies;
  }
  // The directions forward what does not print.
  silence(&body, module);
  for (unsigned result : request.results)
    wanted.push_back(values[result]);
  FailureOr<Blocks> blocks = byFewerDirections();
  if (failed(blocks))
    return failure();
  b.setInsertionPointToEnd(&jacobian.getBody().front());
  SmallVector<Value> all(values);
  llvm::append_range(all, *blocks);
  b.create<func::ReturnOp>(loc, all);
  return jacobian;
}

} // namespace

FailureOr<func::FuncOp> buildJacobian(const JacobianRequest &request) {
  return JacobianBuilder(request).build();
}

FailureOr<Gradient> buildForwardGradient(const GradientRequest &request) {
  func::FuncOp primal = request.function;
  if (!isa<FloatType>(primal.getResultTypes()[request.result]))
    return primal.emitError("the differentiated result must be a real scalar");
  FailureOr<func::FuncOp> made = buildJacobian(
      {primal, {request.result}, request.withRespectTo, request.name, JacobianMode::Forward});
  if (failed(made))
    return failure();
  return Gradient{*made, {}};
}

} // namespace circ
