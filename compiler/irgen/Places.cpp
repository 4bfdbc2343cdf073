//===- Places.cpp - Elements, slices and fields, read and assigned --------===//
//
// A chain of subscripts and fields, `cams[i].center[1..3]`, is followed as a
// whole: only what it leads to is read or written, no row on the way is made.
//
//===----------------------------------------------------------------------===//

#include "compiler/irgen/FunctionGenerator.h"

using namespace mlir;

namespace circ::irgen {

using ast::ExprKind;

FunctionGenerator::Place FunctionGenerator::wholePlace(Location loc, const std::string &name,
                                                       const ast::Type &type, ValueRange values) {
  Place place{type, 0, unsigned(values.size()), {}, name, 0};
  Values all = type.rank() ? sizes(loc, values[0]) : Values();
  for (unsigned k = 0; k < type.rank(); ++k)
    place.axes.push_back({false, true, integer(loc, 0), all[k]});
  return place;
}

void FunctionGenerator::enterField(Location loc, Place &place, const std::string &name) {
  ast::FieldPlace field = findField(*place.type.structure, name);
  bool indexed = place.axes.size() > place.namedAxis;
  if (place.type.rank() == 0)
    place.namedAxis = unsigned(place.axes.size());
  place.name += (indexed && place.type.rank() == 0 ? "[...]." : ".") + name;
  place.firstLeaf += field.firstLeaf;
  place.leafCount = field.leafCount;
  std::vector<ast::Dimension> dims = place.type.dims;
  for (const ast::Dimension &dim : field.field->type.dims) {
    dims.push_back(dim);
    place.axes.push_back({false, true, integer(loc, 0), integer(loc, dim.constantValue())});
  }
  place.type = field.field->type.withDims(std::move(dims));
}

/// Applies subscripts to the axes that are not fixed, and checks them.
void FunctionGenerator::enterSubscripts(Location loc, Place &place,
                                        const std::vector<ast::Subscript> &subscripts) {
  unsigned axis = 0;
  std::vector<ast::Dimension> dims;
  auto size = place.type.dims.begin();
  for (const ast::Subscript &subscript : subscripts) {
    while (place.axes[axis].fixed)
      ++axis;
    Axis &at = place.axes[axis];
    int64_t dimension = int64_t(axis) - place.namedAxis;
    ++axis;
    auto from = [&](Value index) {
      return at.whole ? index : b.create<arith::AddIOp>(loc, at.lower, index).getResult();
    };
    if (!subscript.isSlice) {
      Value index = expr(*subscript.index);
      b.create<ir::CheckIndexOp>(location(subscript.range), index, at.size, dimension, place.name);
      at = {true, false, from(index), Value()};
      ++size;
      continue;
    }
    dims.push_back(*size++);
    if (!subscript.lower && !subscript.upper)
      continue;
    Value lower = subscript.lower ? expr(*subscript.lower) : integer(loc, 0);
    Value upper = subscript.upper ? expr(*subscript.upper) : at.size;
    auto cmp = [&](Value x, Value y) {
      return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sle, x, y).getResult();
    };
    Value inside = b.create<arith::AndIOp>(
        loc, b.create<arith::AndIOp>(loc, cmp(integer(loc, 0), lower), cmp(lower, upper)),
        cmp(upper, at.size));
    b.create<ir::CheckOp>(location(subscript.range), ir::CheckKind::Shape, inside,
                          "the slice {0}..{1} is out of bounds for dimension " +
                              std::to_string(dimension) + " of size {2} of '" + place.name + "'",
                          ValueRange{lower, upper, at.size});
    at = {false, false, from(lower), b.create<arith::SubIOp>(loc, upper, lower)};
  }
  dims.insert(dims.end(), size, place.type.dims.end());
  place.type.dims = std::move(dims);
}

FunctionGenerator::Values FunctionGenerator::access(const ast::Expr &e) {
  Location loc = location(e.range);
  std::vector<const ast::Expr *> steps;
  const ast::Expr *base = &e;
  while (base->kind == ExprKind::Field || base->kind == ExprKind::Index) {
    steps.push_back(base);
    base = base->kind == ExprKind::Field ? ast::as<ast::FieldExpr>(*base).base.get()
                                         : ast::as<ast::IndexExpr>(*base).base.get();
  }
  Values values = exprs(*base);
  std::string name =
      base->kind == ExprKind::Name ? ast::as<ast::NameExpr>(*base).name : "the array";
  Place place = wholePlace(loc, name, base->type(), values);
  for (const ast::Expr *step : llvm::reverse(steps)) {
    if (step->kind == ExprKind::Field)
      enterField(loc, place, ast::as<ast::FieldExpr>(*step).field);
    else
      enterSubscripts(location(step->range), place, ast::as<ast::IndexExpr>(*step).subscripts);
  }
  bool whole = llvm::all_of(place.axes, [](const Axis &axis) { return axis.whole; });
  Values made;
  for (auto [i, leaf] : llvm::enumerate(leavesOf(e.type()))) {
    Value value = values[place.firstLeaf + i];
    Type type = mlirType(b.getContext(), leaf.type);
    if (whole) {
      made.push_back(adapt(loc, value, type));
      continue;
    }
    Values all = sizes(loc, value), trips, fixed;
    for (auto [k, size] : llvm::enumerate(all)) {
      if (k >= place.axes.size())
        trips.push_back(size);
      else if (!place.axes[k].fixed)
        trips.push_back(place.axes[k].size);
    }
    auto element = [&](ValueRange at) {
      Values indices;
      size_t next = 0;
      for (size_t k = 0; k < all.size(); ++k) {
        bool inside = k < place.axes.size();
        if (inside && place.axes[k].fixed)
          indices.push_back(place.axes[k].lower);
        else if (inside && !place.axes[k].whole)
          indices.push_back(b.create<arith::AddIOp>(loc, place.axes[k].lower, at[next++]));
        else
          indices.push_back(at[next++]);
      }
      return extract(loc, value, indices);
    };
    made.push_back(trips.empty() ? element({})
                                 : map(loc, cast<RankedTensorType>(type), trips, element));
  }
  return made;
}

void FunctionGenerator::assign(const ast::AssignStmt &stmt) {
  Location loc = location(stmt.range);
  Values values = exprs(*stmt.value), old;
  std::vector<const ast::Variable *> variables = storage(*stmt.variable);
  for (const ast::Variable *variable : variables)
    old.push_back(env.lookup(variable));
  Place place = wholePlace(loc, stmt.name, stmt.variable->type, old);
  for (const ast::Accessor &accessor : stmt.accessors) {
    if (accessor.isField)
      enterField(loc, place, accessor.field);
    else
      enterSubscripts(location(accessor.range), place, accessor.subscripts);
  }
  bool subscripted =
      llvm::any_of(stmt.accessors, [](const ast::Accessor &a) { return !a.isField; });
  // A struct that is scaled takes one number for all of its leaves.
  bool shared = values.size() < place.leafCount;
  std::vector<ast::Leaf> targets = leavesOf(place.type), sources = leavesOf(stmt.value->type());
  for (unsigned i = 0; i < place.leafCount; ++i) {
    Value leaf = old[place.firstLeaf + i], value = values[shared ? 0 : i];
    const ast::Type &source = sources[shared ? 0 : i].type;
    Value &slot = env[variables[place.firstLeaf + i]];
    if (subscripted) {
      slot = assignLeaf(stmt, place, leaf, value);
      continue;
    }
    if (!source.isScalar())
      requireShape(loc, targets[i].type, leaf, source, value);
    if (stmt.op)
      value = elementwise(loc, targets[i].type.scalar, {leaf, value},
                          [&](ArrayRef<Value> v) { return arithmetic(loc, *stmt.op, v[0], v[1]); });
    slot = adapt(loc, value, leaf.getType());
  }
}

/// Assigns to the elements of one leaf that the place selects.
Value FunctionGenerator::assignLeaf(const ast::AssignStmt &stmt, const Place &place, Value leaf,
                                    Value value) {
  Location loc = location(stmt.range);
  Values all = sizes(loc, leaf);
  llvm::SmallVector<Axis> axes = place.axes;
  for (size_t k = axes.size(); k < all.size(); ++k)
    axes.push_back({false, true, integer(loc, 0), all[k]});
  bool array = isa<RankedTensorType>(value.getType());
  if (array) {
    Values found = sizes(loc, value);
    size_t next = 0;
    for (const Axis &axis : axes)
      if (!axis.fixed) {
        requireSize(loc, found[next], axis.size,
                    "the shapes do not agree: dimension " + std::to_string(next) +
                        " of the value is {0}, the place has {1}");
        ++next;
      }
  }
  Type element = cast<RankedTensorType>(leaf.getType()).getElementType();
  auto update = [&](Value into, ValueRange at, Value x) -> Value {
    bool real = isa<FloatType>(element);
    if (stmt.op == ast::BinaryOp::Subtract && real)
      x = arithmetic(loc, ast::BinaryOp::Subtract,
                     b.create<arith::ConstantOp>(loc, cast<TypedAttr>(b.getZeroAttr(element))), x);
    if ((stmt.op == ast::BinaryOp::Add || stmt.op == ast::BinaryOp::Subtract) && real)
      return b.create<ir::AccumulateOp>(loc, x, into, at);
    if (stmt.op)
      x = arithmetic(loc, *stmt.op, extract(loc, into, at), x);
    return b.create<ir::InsertOp>(loc, x, into, at);
  };
  // One loop for each sliced dimension.
  std::function<Value(size_t, Value, Values, Values)> nest = [&](size_t k, Value into, Values at,
                                                                 Values from) -> Value {
    if (k == axes.size())
      return update(into, at, array ? extract(loc, value, from) : value);
    if (axes[k].fixed) {
      at.push_back(axes[k].lower);
      return nest(k + 1, into, at, from);
    }
    auto op =
        b.create<scf::ForOp>(loc, integer(loc, 0), axes[k].size, integer(loc, 1), ValueRange{into});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.getBody());
    Value i = op.getInductionVar();
    at.push_back(b.create<arith::AddIOp>(loc, axes[k].lower, i));
    from.push_back(i);
    b.create<scf::YieldOp>(loc, nest(k + 1, op.getRegionIterArg(0), at, from));
    return op.getResult(0);
  };
  return nest(0, leaf, {}, {});
}

} // namespace circ::irgen
