//===- LinearTerms.cpp - Sums of products, and when they are there --------===//

#include "compiler/transforms/LinearTerms.h"

#include "compiler/dialect/CircOps.h"
#include "compiler/transforms/CostModel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace circ {

/// Coefficients are there long before.
static constexpr double longBefore = -1e6;

/// Code is made with a builder alone; without one, times are found.
struct LinearTerms::Context {
  const llvm::DenseMap<Value, double> &times;
  const llvm::DenseMap<Value, Value> *replaced = nullptr;
  OpBuilder *b = nullptr;
  std::optional<Location> loc;
  Type type;

  Value now(Value late) const {
    Value value = replaced->lookup(late);
    return value ? value : late;
  }
};

int LinearTerms::add(Coefficient::Kind kind, int left, int right) {
  coefficients.push_back({kind, {}, left, right});
  return int(coefficients.size()) - 1;
}

LinearForm LinearTerms::early(Value value) {
  auto [place, isNew] = numbers.try_emplace(value, int(coefficients.size()));
  if (isNew)
    coefficients.push_back({Coefficient::Number, value, -1, -1});
  LinearTerm term;
  term.coefficient = place->second;
  return {term};
}

LinearForm LinearTerms::late(Value value) {
  LinearTerm term;
  term.late.push_back(value);
  return {term};
}

int LinearTerms::productOf(int left, int right) {
  if (left < 0 || right < 0)
    return std::max(left, right);
  return add(Coefficient::Product, left, right);
}

/// a + b with the same late factors.
LinearTerm LinearTerms::sumOfLike(const LinearTerm &a, const LinearTerm &b) {
  LinearTerm result = a;
  if (a.negative == b.negative) {
    result.coefficient = add(Coefficient::Sum, a.coefficient, b.coefficient);
  } else {
    result.negative = false;
    result.coefficient = a.negative ? add(Coefficient::Difference, b.coefficient, a.coefficient)
                                    : add(Coefficient::Difference, a.coefficient, b.coefficient);
  }
  return result;
}

LinearForm LinearTerms::sum(const LinearForm &a, const LinearForm &b) {
  LinearForm all = a;
  for (const LinearTerm &term : b) {
    // x + c x stays: the rounding of 1 + c would be the same in all iterations.
    auto like = llvm::find_if(all, [&](const LinearTerm &t) {
      return t.late == term.late && (t.coefficient < 0) == (term.coefficient < 0);
    });
    if (like == all.end())
      all.push_back(term);
    else
      *like = sumOfLike(*like, term);
  }
  return all;
}

LinearForm LinearTerms::negated(LinearForm form) {
  for (LinearTerm &term : form)
    term.negative = !term.negative;
  return form;
}

LinearForm LinearTerms::product(const LinearForm &form, const LinearTerm &factor) {
  LinearForm result = form;
  for (LinearTerm &term : result) {
    term.negative ^= factor.negative;
    term.coefficient = productOf(term.coefficient, factor.coefficient);
    llvm::append_range(term.late, factor.late);
    llvm::sort(term.late, [](Value a, Value b) { return a.getImpl() < b.getImpl(); });
  }
  return result;
}

Value LinearTerms::valueOf(int coefficient, Context &context) {
  OpBuilder &b = *context.b;
  if (coefficient < 0)
    return b.create<arith::ConstantOp>(*context.loc, b.getFloatAttr(context.type, 1));
  Coefficient node = coefficients[coefficient];
  if (node.value)
    return node.value;
  Value left = valueOf(node.left, context), value;
  if (node.kind == Coefficient::Negated)
    value = b.create<ir::NegOp>(*context.loc, left);
  else if (node.kind == Coefficient::Product)
    value = b.create<ir::MulOp>(*context.loc, left, valueOf(node.right, context));
  else if (node.kind == Coefficient::Sum)
    value = b.create<ir::AddOp>(*context.loc, left, valueOf(node.right, context));
  else
    value = b.create<ir::SubOp>(*context.loc, left, valueOf(node.right, context));
  coefficients[coefficient].value = value;
  return value;
}

/// The coefficient of a term times late factors; null when there is neither.
Value LinearTerms::factorOf(const LinearTerm &term, ArrayRef<Value> factors, bool negate,
                            double &time, Context &context) {
  time = longBefore;
  int coefficient = term.coefficient;
  if (negate)
    coefficient = add(Coefficient::Negated, coefficient, -1);
  Value value;
  bool isFirst = coefficient < 0;
  if (!isFirst && context.b)
    value = valueOf(coefficient, context);
  for (Value factor : factors) {
    time = std::max(time, context.times.lookup(factor)) + (isFirst ? 0 : RecurrenceCode::latency);
    if (context.b)
      value = isFirst ? context.now(factor)
                      : context.b->create<ir::MulOp>(*context.loc, value, context.now(factor));
    isFirst = false;
  }
  return value;
}

LinearTerms::Part LinearTerms::join(const Part &a, const Part &b, Context &context) {
  Part result;
  result.time = std::max(a.time, b.time) + RecurrenceCode::latency;
  if (context.b)
    result.value = context.b->create<ir::AddOp>(*context.loc, a.value, b.value);
  return result;
}

/// Takes the sum, what is there first before what comes later, in one chain or several.
LinearTerms::Part LinearTerms::take(const LinearForm &form, Context &context) {
  auto timeOfFactor = [&](Value factor) { return context.times.lookup(factor); };
  LinearForm terms = form;
  for (LinearTerm &term : terms)
    llvm::stable_sort(term.late,
                      [&](Value a, Value b) { return timeOfFactor(a) < timeOfFactor(b); });
  auto lastOf = [&](const LinearTerm &term) {
    return term.late.empty() ? longBefore : timeOfFactor(term.late.back());
  };
  llvm::stable_sort(terms, [&](const LinearTerm &a, const LinearTerm &b) {
    return std::make_pair(lastOf(a), a.late.size()) < std::make_pair(lastOf(b), b.late.size());
  });
  SmallVector<Part> parts;
  for (const LinearTerm &term : terms) {
    ArrayRef<Value> factors = term.late;
    bool isBare = term.coefficient < 0 && factors.size() == 1;
    // The last factor, and the time of all others.
    Value last = factors.empty() ? Value() : factors.back();
    double before = longBefore, lastTime = lastOf(term);
    Context timesOnly{context.times, nullptr, nullptr, std::nullopt, Type()};
    if (!factors.empty())
      factorOf(term, factors.drop_back(), false, before, timesOnly);
    double alone =
        isBare || factors.empty() ? lastTime : std::max(before, lastTime) + RecurrenceCode::latency;
    // The chain that the term joins, or a new one.
    Part *best = nullptr;
    double bestTime = 0;
    for (Part &part : parts) {
      double joined = isBare
                          ? std::max(part.time, lastTime) + RecurrenceCode::latency
                          : std::max({part.time, before, lastTime}) + RecurrenceCode::latencyFused;
      if (!best || joined < bestTime) {
        best = &part;
        bestTime = joined;
      }
    }
    if (!best || bestTime > alone + RecurrenceCode::latency + RecurrenceCode::latencyFused / 2) {
      Part part;
      part.time = alone;
      part.isProduct = !isBare && !factors.empty();
      if (context.b) {
        double ignored;
        bool negate = term.negative && !isBare;
        part.value = factorOf(term, factors, negate, ignored, context);
        if (term.negative && isBare)
          part.value = context.b->create<ir::NegOp>(*context.loc, part.value);
      }
      parts.push_back(part);
      continue;
    }
    if (context.b) {
      OpBuilder &b = *context.b;
      if (isBare) {
        Value value = context.now(last);
        best->value = term.negative ? Value(b.create<ir::SubOp>(*context.loc, best->value, value))
                                    : b.create<ir::AddOp>(*context.loc, best->value, value);
      } else {
        // The addition takes in its first product: this one.
        bool negate = term.negative && best->isProduct;
        double ignored;
        Value factor = factorOf(term, factors.drop_back(), negate, ignored, context);
        Value product = b.create<ir::MulOp>(*context.loc, factor, context.now(last));
        best->value = term.negative && !negate
                          ? Value(b.create<ir::SubOp>(*context.loc, best->value, product))
                          : b.create<ir::AddOp>(*context.loc, product, best->value);
      }
    }
    best->time = bestTime;
    best->isProduct = false;
  }
  llvm::stable_sort(parts, [](const Part &a, const Part &b) { return a.time < b.time; });
  Part all = parts.front();
  for (const Part &part : ArrayRef(parts).drop_front())
    all = join(part, all, context);
  return all;
}

double LinearTerms::timeOf(const LinearForm &form, const llvm::DenseMap<Value, double> &times) {
  Context context{times, nullptr, nullptr, std::nullopt, Type()};
  return take(form, context).time;
}

Value LinearTerms::emit(const LinearForm &form, Value value,
                        const llvm::DenseMap<Value, double> &times,
                        const llvm::DenseMap<Value, Value> &replaced) {
  OpBuilder b(value.getContext());
  b.setInsertionPointAfterValue(value);
  Context context{times, &replaced, &b, value.getLoc(), value.getType()};
  return take(form, context).value;
}

bool measuresRounding(Block &block) {
  // Longer sums are taken as numbers of their own.
  constexpr size_t mostTerms = 32, mostFactors = 6;
  LinearTerms terms;
  llvm::DenseMap<Value, LinearForm> forms;
  auto formOf = [&](Value value) {
    auto found = forms.find(value);
    return found == forms.end() ? LinearTerms::late(value) : found->second;
  };
  for (Operation &op : block.without_terminator()) {
    LinearForm form;
    if (isa<ir::AddOp, ir::SubOp>(op)) {
      LinearForm left = formOf(op.getOperand(0)), right = formOf(op.getOperand(1));
      if (isa<ir::SubOp>(op))
        right = LinearTerms::negated(right);
      for (const LinearTerm &a : left)
        for (const LinearTerm &b : right)
          if (a.negative != b.negative && a.coefficient < 0 && b.coefficient < 0 &&
              a.late == b.late)
            return true;
      form = terms.sum(left, right);
    } else if (isa<ir::NegOp>(op)) {
      form = LinearTerms::negated(formOf(op.getOperand(0)));
    } else if (isa<ir::MulOp>(op)) {
      LinearForm left = formOf(op.getOperand(0)), right = formOf(op.getOperand(1));
      if (left.size() == 1)
        std::swap(left, right);
      if (right.size() != 1)
        continue;
      form = terms.product(left, right.front());
    } else {
      continue;
    }
    if (form.size() <= mostTerms && form.front().late.size() <= mostFactors)
      forms[op.getResult(0)] = std::move(form);
  }
  return false;
}

} // namespace circ
