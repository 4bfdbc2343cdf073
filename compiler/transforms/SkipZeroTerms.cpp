//===- SkipZeroTerms.cpp - Sums over what differs from zero ---------------===//
//
// A direction of a Jacobian seldom moves all: many tangents are zero, which is known
// when the program runs. A sum in each iteration of a map, whose terms are zero where
// tangents from before the map are, is taken over the others alone:
//
//   circ.map (%i) in (%n) {
//     for %k in directions { circ.reduce sum (%b) in (22) { %t[%b, %k] * f(%i, %b) } }
//   }
//
// becomes
//
//   for %k in directions { %places[%k, ...], %counts[%k] = the %b with %t[%b, %k] != 0 }
//   circ.map (%i) in (%n) {
//     for %k in directions {
//       for %j in 0..%counts[%k] iter_args(%sum) { %b = %places[%k, %j] ... }
//     }
//   }
//
// Sums over the same terms become one loop.
// A tangent that is zero contributes zero, also where what it is multiplied by is
// infinite or no number; what is no number itself is not zero.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/ColumnEmitter.h"
#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

#include <map>

using namespace mlir;

namespace circ {
namespace {

/// An array with columns and which of its indices counts the terms of a sum.
using Factor = std::pair<Value, unsigned>;

/// Finds the arrays whose elements are zero where a term is.
class ZeroFactors {
public:
  ZeroFactors(ir::MapOp map, scf::ForOp directions, ir::ReduceOp sum)
      : map(map), directions(directions), sum(sum) {}

  /// Whether the value is zero when the elements of `factors` are.
  bool find(Value value) {
    if (matchPattern(value, m_AnyZeroFloat()))
      return true;
    Operation *op = value.getDefiningOp();
    if (!op)
      return false;
    if (auto extract = dyn_cast<ir::ExtractOp>(op))
      return findElement(extract);
    if (isa<ir::MulOp, ir::ScaledOp>(op))
      return findAny({op->getOperand(0), op->getOperand(1)});
    if (isa<ir::DivOp, ir::DividedOp, ir::NegOp>(op))
      return find(op->getOperand(0));
    if (isa<ir::AddOp, ir::SubOp>(op))
      return find(op->getOperand(0)) && find(op->getOperand(1));
    if (auto inner = dyn_cast<ir::ReduceOp>(op))
      return inner.getKind() == ir::ReduceKind::Sum && find(inner.getYielded());
    return false;
  }

  SmallVector<Factor> factors;

private:
  bool findAny(ArrayRef<Value> values) {
    SmallVector<Factor> before = factors;
    for (Value value : values) {
      if (find(value))
        return true;
      factors = before;
    }
    return false;
  }

  bool findElement(ir::ExtractOp extract) {
    Value array = extract.getArray();
    auto type = cast<RankedTensorType>(array.getType());
    ValueRange indices = extract.getIndices();
    if (map->isAncestor(array.getParentBlock()->getParentOp()) || !type.hasStaticShape() ||
        !isa<FloatType>(type.getElementType()) || indices.back() != directions.getInductionVar() ||
        llvm::count(indices, sum.getIndex()) != 1)
      return false;
    unsigned position = llvm::find(indices, sum.getIndex()) - indices.begin();
    Factor factor{array, position};
    if (!llvm::is_contained(factors, factor))
      factors.push_back(factor);
    return true;
  }

  ir::MapOp map;
  scf::ForOp directions;
  ir::ReduceOp sum;
};

/// Rewrites the sums in the iterations of a map.
class ZeroSkipper {
public:
  explicit ZeroSkipper(ir::MapOp map) : map(map), b(map), loc(map.getLoc()) {}

  void run() {
    map.walk([&](scf::ForOp loop) {
      if (loop->hasAttr("circ.columns"))
        loop.walk([&](ir::ReduceOp sum) { visit(loop, sum); });
    });
    for (Group &group : groups)
      replace(group);
  }

private:
  /// The terms that differ from zero: of each direction how many, and which.
  struct List {
    Value counts, places;
  };

  /// Sums over the same terms.
  struct Group {
    scf::ForOp directions;
    List list;
    SmallVector<ir::ReduceOp> sums;
  };

  void visit(scf::ForOp directions, ir::ReduceOp sum) {
    auto terms = getConstantIntValue(sum.getBound());
    if (auto outer = sum->getParentOfType<ir::ReduceOp>(); outer && directions->isAncestor(outer))
      return;
    if (sum.getKind() != ir::ReduceKind::Sum || !isa<FloatType>(sum.getType()) || !terms ||
        *terms < DirectionColumns::fewestTerms)
      return;
    ZeroFactors zero(map, directions, sum);
    if (!zero.find(sum.getYielded()) || zero.factors.empty())
      return;
    int64_t count = *getConstantIntValue(directions.getUpperBound());
    List list = listOf(zero.factors, count, *terms);
    for (Group &group : groups)
      if (group.list.places == list.places && canJoin(group.sums.front(), sum)) {
        group.sums.push_back(sum);
        return;
      }
    groups.push_back({directions, list, {sum}});
  }

  /// Whether all that a sum needs is there where another one stands before it.
  static bool canJoin(ir::ReduceOp first, ir::ReduceOp sum) {
    if (first->getBlock() != sum->getBlock())
      return false;
    DominanceInfo dominance;
    llvm::SetVector<Value> needed;
    getUsedValuesDefinedAbove(sum.getBody(), needed);
    return llvm::all_of(needed, [&](Value v) { return dominance.properlyDominates(v, first); });
  }

  void replace(Group &group) {
    ir::ReduceOp first = group.sums.front();
    OpBuilder in(first);
    Value direction = group.directions.getInductionVar();
    Value trips = in.create<ir::ExtractOp>(loc, in.getI64Type(), group.list.counts, direction);
    SmallVector<Value> zeros;
    for (ir::ReduceOp sum : group.sums)
      zeros.push_back(in.create<arith::ConstantOp>(loc, in.getZeroAttr(sum.getType())));
    Value zero = in.create<arith::ConstantOp>(loc, in.getI64IntegerAttr(0));
    Value one = in.create<arith::ConstantOp>(loc, in.getI64IntegerAttr(1));
    auto loop = in.create<scf::ForOp>(loc, zero, trips, one, zeros);
    if (!loop.getBody()->empty())
      loop.getBody()->getTerminator()->erase();
    in.setInsertionPointToEnd(loop.getBody());
    Value place = in.create<ir::ExtractOp>(loc, in.getI64Type(), group.list.places,
                                           ValueRange{direction, loop.getInductionVar()});
    SmallVector<Value> ends;
    for (auto [sum, before] : llvm::zip_equal(group.sums, loop.getRegionIterArgs())) {
      IRMapping copies;
      copies.map(sum.getIndex(), place);
      for (Operation &op : sum.getBodyBlock()->without_terminator())
        in.clone(op, copies);
      ends.push_back(in.create<ir::AddOp>(loc, before, copies.lookupOrDefault(sum.getYielded())));
    }
    in.create<scf::YieldOp>(loc, ends);
    for (auto [sum, result] : llvm::zip_equal(group.sums, loop.getResults())) {
      sum.getResult().replaceAllUsesWith(result);
      sum.erase();
    }
  }

  Value number(int64_t value) {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  }

  /// Whether any element differs from zero, of those with the two indices.
  Value anyDiffers(Factor factor, Value term, Value direction, SmallVector<Value> indices) {
    auto type = cast<RankedTensorType>(factor.first.getType());
    unsigned next = indices.size();
    if (next + 1 == type.getRank()) {
      indices.push_back(direction);
      Value zero = b.create<arith::ConstantOp>(loc, b.getZeroAttr(type.getElementType()));
      Value element = b.create<ir::ExtractOp>(loc, type.getElementType(), factor.first, indices);
      return b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::UNE, element, zero);
    }
    if (next == factor.second) {
      indices.push_back(term);
      return anyDiffers(factor, term, direction, indices);
    }
    auto any = b.create<ir::ReduceOp>(loc, b.getI1Type(), ir::ReduceKind::Any,
                                      number(type.getDimSize(next)));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(any.getBodyBlock());
    indices.push_back(any.getIndex());
    b.create<ir::YieldOp>(loc, anyDiffers(factor, term, direction, indices));
    return any;
  }

  /// 1 for each term and direction where something differs from zero, else 0.
  Value differing(ArrayRef<Factor> factors, int64_t terms) {
    int64_t columns = columnsOf(factors.front().first);
    for (Factor factor : factors)
      columns = std::min(columns, columnsOf(factor.first));
    auto map = b.create<ir::MapOp>(loc, RankedTensorType::get({terms, columns}, b.getI64Type()),
                                   ValueRange{number(terms), number(columns)});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(map.getBodyBlock());
    Value any;
    for (Factor factor : factors) {
      Value differs = anyDiffers(factor, map.getIndices()[0], map.getIndices()[1], {});
      any = any ? b.create<arith::OrIOp>(loc, any, differs) : differs;
    }
    Value one = number(1), zero = number(0);
    b.create<ir::YieldOp>(loc, b.create<arith::SelectOp>(loc, any, one, zero));
    return map;
  }

  List listOf(ArrayRef<Factor> factors, int64_t count, int64_t terms) {
    Key key{{}, count, terms};
    for (Factor factor : factors)
      std::get<0>(key).push_back({factor.first.getAsOpaquePointer(), factor.second});
    llvm::sort(std::get<0>(key));
    auto [known, isNew] = lists.try_emplace(key);
    if (!isNew)
      return known->second;
    Value differs = differing(factors, terms);
    Value zero = number(0), one = number(1);
    Type integer = b.getI64Type();
    Value counts =
        b.create<ir::EmptyOp>(loc, RankedTensorType::get({count}, integer), ValueRange());
    Value places =
        b.create<ir::EmptyOp>(loc, RankedTensorType::get({count, terms}, integer), ValueRange());
    auto directions =
        b.create<scf::ForOp>(loc, zero, number(count), one, ValueRange{counts, places});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(directions.getBody());
    Value direction = directions.getInductionVar();
    auto inner = b.create<scf::ForOp>(loc, zero, number(terms), one,
                                      ValueRange{directions.getRegionIterArgs()[1], zero});
    {
      // What is written behind the last of them is overwritten or not read.
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(inner.getBody());
      Value found = inner.getRegionIterArgs()[1], term = inner.getInductionVar();
      Value all = b.create<ir::InsertOp>(loc, places.getType(), term, inner.getRegionIterArgs()[0],
                                         ValueRange{direction, found});
      Value is = b.create<ir::ExtractOp>(loc, integer, differs, ValueRange{term, direction});
      b.create<scf::YieldOp>(loc, ValueRange{all, b.create<arith::AddIOp>(loc, found, is)});
    }
    Value all = b.create<ir::InsertOp>(loc, counts.getType(), inner.getResult(1),
                                       directions.getRegionIterArgs()[0], direction);
    b.create<scf::YieldOp>(loc, ValueRange{all, inner.getResult(0)});
    return known->second = {directions.getResult(0), directions.getResult(1)};
  }

  using Key = std::tuple<std::vector<std::pair<void *, unsigned>>, int64_t, int64_t>;

  ir::MapOp map;
  OpBuilder b;
  Location loc;
  std::map<Key, List> lists;
  SmallVector<Group> groups;
};

struct SkipZeroTerms : PassWrapper<SkipZeroTerms, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SkipZeroTerms)
  StringRef getArgument() const final { return "skip-zero-terms"; }
  StringRef getDescription() const final {
    return "sum over what differs from zero in the directions of a Jacobian";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }
  void runOnOperation() final {
    SmallVector<ir::MapOp> maps;
    getOperation().walk<WalkOrder::PreOrder>([&](ir::MapOp map) {
      maps.push_back(map);
      return WalkResult::skip();
    });
    for (ir::MapOp map : maps)
      if (VaryingValues::isLong(map))
        ZeroSkipper(map).run();
  }
};

} // namespace

std::unique_ptr<Pass> createSkipZeroTermsPass() { return std::make_unique<SkipZeroTerms>(); }

void registerSkipZeroTermsPass() { PassRegistration<SkipZeroTerms>(); }

} // namespace circ
