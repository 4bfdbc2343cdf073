//===- LoopInBlocks.cpp - One loop as calls for blocks of iterations ------===//

#include "compiler/transforms/LoopInBlocks.h"

#include "compiler/transforms/BlockLength.h"
#include "compiler/transforms/LaneEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ {
namespace {

bool isArray(Value value) { return isa<RankedTensorType>(value.getType()); }

/// The type with another first dimension: dynamic.
RankedTensorType ofSomeRows(Type type) {
  auto array = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(array.getShape());
  shape.front() = ShapedType::kDynamic;
  return RankedTensorType::get(shape, array.getElementType());
}

/// The type of one such value for each block.
RankedTensorType stacked(Type type) {
  SmallVector<int64_t> shape{ShapedType::kDynamic};
  auto array = dyn_cast<RankedTensorType>(type);
  if (array)
    llvm::append_range(shape, array.getShape());
  return RankedTensorType::get(shape, array ? array.getElementType() : type);
}

/// Makes blocks of one loop.
class LoopInBlocks {
public:
  LoopInBlocks(const IterationBlocks &analysis, Operation *loop, StringRef name,
               const VectorTarget &target)
      : analysis(analysis), loop(loop), loc(loop->getLoc()), b(loop), name(name),
        length(emitBlockLength(b, loop, analysis, target)) {}

  /// The maps that add up what blocks have made.
  SmallVector<ir::MapOp> run() {
    openFunction();
    if (auto map = dyn_cast<ir::MapOp>(loop))
      emitMap(map);
    else if (auto counted = dyn_cast<scf::ForOp>(loop))
      emitFor(counted);
    else
      emitReduction();
    function.setFunctionType(
        FunctionType::get(b.getContext(), function.getBody().front().getArgumentTypes(),
                          function.getBody().front().getTerminator()->getOperandTypes()));
    loop->erase();
    return additions;
  }

private:
  //===--------------------------------------------------------------------===//
  // The function
  //===--------------------------------------------------------------------===//

  /// A function of the first iteration, their number, and what the loop reads.
  void openFunction() {
    auto parent = loop->getParentOfType<func::FuncOp>();
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointAfter(parent);
    function = b.create<func::FuncOp>(loc, name, b.getFunctionType({}, {}));
    function.setPrivate();
    Block *entry = function.addEntryBlock();
    first = entry->addArgument(b.getI64Type(), loc);
    count = entry->addArgument(b.getI64Type(), loc);
    for (Value value : analysis.captured())
      pass(value);
  }

  /// Makes a value of the caller one of the function; constants are made anew.
  Value pass(Value value) {
    if (Value known = inside.lookupOrNull(value))
      return known;
    OpBuilder body = OpBuilder::atBlockEnd(&function.getBody().front());
    Attribute constant;
    if (matchPattern(value, m_Constant(&constant))) {
      inside.map(value, body.clone(*value.getDefiningOp())->getResult(0));
    } else {
      passed.push_back(value);
      inside.map(value, function.getBody().front().addArgument(value.getType(), loc));
    }
    return inside.lookup(value);
  }

  OpBuilder bodyBuilder() { return OpBuilder::atBlockEnd(&function.getBody().front()); }

  /// Clones the iterations into a loop of the block; its index is from 0.
  void cloneBody(Block &from, Block &to) {
    OpBuilder body = OpBuilder::atBlockBegin(&to);
    for (auto [original, made] : llvm::zip(from.getArguments(), to.getArguments()))
      inside.map(original, made);
    inside.map(Value(from.getArgument(0)),
               body.create<arith::AddIOp>(loc, first, to.getArgument(0)).getResult());
    for (Operation &op : from)
      body.clone(op, inside);
  }

  /// Ends the function; what each of its results becomes.
  ValueRange call(ValueRange results, ArrayRef<bool> joined, ArrayRef<Type> types,
                  ArrayRef<Value> sizes) {
    bodyBuilder().create<func::ReturnOp>(loc, results);
    auto callee = FlatSymbolRefAttr::get(function.getSymNameAttr());
    return b
        .create<ir::CallBlocksOp>(loc, TypeRange(types), callee, boundOf(loop), length.iterations,
                                  ValueRange(passed), ValueRange(sizes),
                                  b.getDenseBoolArrayAttr(joined))
        .getMade();
  }

  /// What a reduction of this kind makes of one number for each block.
  Value combined(ir::ReduceKind kind, Value parts) {
    Type type = cast<RankedTensorType>(parts.getType()).getElementType();
    auto reduce = b.create<ir::ReduceOp>(loc, type, kind, length.blocks);
    OpBuilder body = OpBuilder::atBlockEnd(reduce.getBodyBlock());
    Value part = body.create<ir::ExtractOp>(loc, type, parts, ValueRange{reduce.getIndex()});
    body.create<ir::YieldOp>(loc, part);
    return reduce;
  }

  //===--------------------------------------------------------------------===//
  // Kinds of loops
  //===--------------------------------------------------------------------===//

  void emitMap(ir::MapOp map) {
    SmallVector<Value> bounds{count}, inner, sizes;
    auto type = cast<RankedTensorType>(map.getType());
    for (auto [k, extent] : llvm::enumerate(map.getBounds().drop_front())) {
      bounds.push_back(pass(extent));
      if (type.isDynamicDim(static_cast<unsigned>(k) + 1))
        sizes.push_back(extent);
    }
    for (Value extent : map.getInner())
      inner.push_back(pass(extent));
    llvm::append_range(sizes, map.getInner());
    auto part = bodyBuilder().create<ir::MapOp>(loc, ofSomeRows(type), bounds, inner);
    cloneBody(*map.getBodyBlock(), *part.getBodyBlock());
    map.getResult().replaceAllUsesWith(call({part.getResult()}, {true}, {type}, sizes).front());
  }

  /// circ.reduce and circ.exp_sum.
  void emitReduction() {
    Operation *part;
    {
      OpBuilder body = bodyBuilder();
      if (auto reduce = dyn_cast<ir::ReduceOp>(loop))
        part = body.create<ir::ReduceOp>(loc, reduce.getType(), reduce.getKind(), count);
      else
        part = body.create<ir::ExpSumOp>(loc, loop->getResult(0).getType(), count);
    }
    cloneBody(loop->getRegion(0).front(), part->getRegion(0).front());
    SmallVector<Type> types;
    for (Type type : part->getResultTypes())
      types.push_back(stacked(type));
    SmallVector<bool> joined(types.size(), false);
    ValueRange parts = call(part->getResults(), joined, types, {});
    if (auto reduce = dyn_cast<ir::ReduceOp>(loop)) {
      reduce.getResult().replaceAllUsesWith(combined(reduce.getKind(), parts.front()));
      return;
    }
    // The sums are relative to the largest of their blocks.
    auto whole = cast<ir::ExpSumOp>(loop);
    Type type = whole.getSum().getType();
    Value largest = combined(ir::ReduceKind::Max, parts[0]);
    auto sum = b.create<ir::ReduceOp>(loc, type, ir::ReduceKind::Sum, length.blocks);
    OpBuilder body = OpBuilder::atBlockEnd(sum.getBodyBlock());
    auto at = [&](Value array) -> Value {
      return body.create<ir::ExtractOp>(loc, type, array, ValueRange{sum.getIndex()});
    };
    Value own = at(parts[0]), term = at(parts[1]);
    Value factor = body.create<ir::ExpOp>(loc, body.create<ir::SubOp>(loc, own, largest));
    Value isLargest = body.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, own, largest);
    Value scaled = body.create<arith::SelectOp>(loc, isLargest, term,
                                                body.create<ir::MulOp>(loc, term, factor));
    body.create<ir::YieldOp>(loc, scaled);
    whole.getLargest().replaceAllUsesWith(largest);
    whole.getSum().replaceAllUsesWith(sum);
  }

  Value zero(OpBuilder &builder, Type type) {
    return builder.create<arith::ConstantOp>(loc, builder.getFloatAttr(type, 0.0));
  }

  /// What a block begins with in the place of what the loop begins with.
  Value startOf(Value init, IterationBlocks::Role role) {
    OpBuilder body = bodyBuilder();
    if (!isArray(init))
      return zero(body, init.getType());
    auto type = cast<RankedTensorType>(init.getType());
    auto splat = init.getDefiningOp<ir::SplatOp>();
    SmallVector<Value> extents = allSizes(b, loc, init), bounds, dynamic;
    for (Value extent : extents)
      bounds.push_back(pass(extent));
    bool rows = role == IterationBlocks::Role::Row;
    if (rows) {
      bounds.front() = count;
      type = ofSomeRows(type);
    }
    body = bodyBuilder();
    for (auto [k, extent] : llvm::enumerate(bounds))
      if (type.isDynamicDim(static_cast<unsigned>(k)))
        dynamic.push_back(extent);
    if (!rows)
      return body.create<ir::SplatOp>(loc, type, zero(body, type.getElementType()), dynamic);
    if (splat) {
      Value value = pass(splat.getValue());
      return bodyBuilder().create<ir::SplatOp>(loc, type, value, dynamic);
    }
    Value whole = pass(init);
    auto copy = bodyBuilder().create<ir::MapOp>(loc, type, bounds);
    body = OpBuilder::atBlockEnd(copy.getBodyBlock());
    SmallVector<Value> indices(copy.getIndices());
    indices.front() = body.create<arith::AddIOp>(loc, first, indices.front());
    Value element = body.create<ir::ExtractOp>(loc, type.getElementType(), whole, indices);
    body.create<ir::YieldOp>(loc, element);
    return copy;
  }

  void emitFor(scf::ForOp counted) {
    SmallVector<Value> starts, sizes;
    SmallVector<Type> types;
    SmallVector<bool> joined;
    for (auto [init, role] : llvm::zip_equal(counted.getInitArgs(), analysis.roles())) {
      starts.push_back(startOf(init, role));
      joined.push_back(role == IterationBlocks::Role::Row);
      types.push_back(joined.back() ? init.getType() : Type(stacked(init.getType())));
      if (auto array = dyn_cast<RankedTensorType>(init.getType()))
        for (auto [k, extent] : llvm::enumerate(allSizes(b, loc, init)))
          if (array.isDynamicDim(static_cast<unsigned>(k)) && (k > 0 || !joined.back()))
            sizes.push_back(extent);
    }
    OpBuilder body = bodyBuilder();
    auto index = [&](int64_t value) -> Value {
      return body.create<arith::ConstantOp>(loc, body.getI64IntegerAttr(value));
    };
    auto part = body.create<scf::ForOp>(loc, index(0), count, index(1), starts);
    part->setDiscardableAttrs(counted->getDiscardableAttrDictionary());
    if (!part.getBody()->empty())
      part.getBody()->getTerminator()->erase();
    cloneBody(*counted.getBody(), *part.getBody());
    countRowsFromFirst(part.getInductionVar());
    ValueRange made = call(part.getResults(), joined, types, sizes);
    for (auto [k, parts] : llvm::enumerate(made)) {
      Value init = counted.getInitArgs()[k], result = parts;
      if (!joined[k])
        result = isArray(init)
                     ? addedUp(init, parts)
                     : b.create<ir::AddOp>(loc, init, combined(ir::ReduceKind::Sum, parts));
      counted.getResult(static_cast<unsigned>(k)).replaceAllUsesWith(result);
    }
  }

  /// Arrays of which a block has some rows have them from index 0.
  void countRowsFromFirst(Value local) {
    for (Value original : analysis.rows()) {
      Value copy = inside.lookupOrDefault(original);
      copy.setType(ofSomeRows(copy.getType()));
      for (OpOperand &use : copy.getUses()) {
        if (auto extract = dyn_cast<ir::ExtractOp>(use.getOwner()))
          extract.getIndicesMutable()[0].set(local);
        else if (isa<ir::InsertOp, ir::AccumulateOp>(use.getOwner()))
          use.getOwner()->setOperand(2, local); // value, array, indices...
      }
    }
  }

  /// An array with all blocks' sums added.
  Value addedUp(Value init, Value parts) {
    auto type = cast<RankedTensorType>(init.getType());
    auto map = b.create<ir::MapOp>(loc, type, allSizes(b, loc, init));
    OpBuilder body = OpBuilder::atBlockEnd(map.getBodyBlock());
    Type element = type.getElementType();
    auto sum = body.create<ir::ReduceOp>(loc, element, ir::ReduceKind::Sum, length.blocks);
    OpBuilder term = OpBuilder::atBlockEnd(sum.getBodyBlock());
    SmallVector<Value> indices{sum.getIndex()};
    llvm::append_range(indices, map.getIndices());
    term.create<ir::YieldOp>(loc, term.create<ir::ExtractOp>(loc, element, parts, indices));
    Value before = body.create<ir::ExtractOp>(loc, element, init, map.getIndices());
    body.create<ir::YieldOp>(loc, body.create<ir::AddOp>(loc, before, sum));
    additions.push_back(map);
    return map;
  }

  const IterationBlocks &analysis;
  Operation *loop;
  Location loc;
  OpBuilder b;
  StringRef name;
  BlockLength length;
  func::FuncOp function;
  Value first, count;
  IRMapping inside;
  SmallVector<Value> passed;
  SmallVector<ir::MapOp> additions;
};

} // namespace

SmallVector<ir::MapOp> putInBlocks(Operation *loop, const IterationBlocks &analysis, StringRef name,
                                   const VectorTarget &target) {
  return LoopInBlocks(analysis, loop, name, target).run();
}

} // namespace circ
