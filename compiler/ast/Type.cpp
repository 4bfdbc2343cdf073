//===- Type.cpp - Arithmetic of symbolic dimensions -----------------------===//

#include "compiler/ast/Module.h"

#include <algorithm>
#include <numeric>

namespace circ::ast {

const char *spelling(ScalarKind kind) {
  switch (kind) {
  case ScalarKind::F64:
    return "f64";
  case ScalarKind::F32:
    return "f32";
  case ScalarKind::I64:
    return "i64";
  case ScalarKind::Bool:
    return "bool";
  case ScalarKind::Struct:
    return "struct";
  }
  return "";
}

const char *spelling(BinaryOp op) {
  static const char *const names[] = {
      "+", "-", "*", "/", "%", "^", "@", "==", "!=", "<", "<=", ">", ">=", "&&", "||"};
  return names[static_cast<int>(op)];
}

/// Drops zero terms and the common factor of the terms and the divisor.
static Dimension normalized(Dimension d) {
  int64_t common = d.divisor;
  for (auto it = d.terms.begin(); it != d.terms.end();) {
    if (it->second == 0) {
      it = d.terms.erase(it);
    } else {
      common = std::gcd(common, it->second);
      ++it;
    }
  }
  if (d.terms.empty())
    d.divisor = 1;
  else if (common > 1) {
    d.divisor /= common;
    for (auto &[symbols, coefficient] : d.terms)
      coefficient /= common;
  }
  return d;
}

Dimension Dimension::constant(int64_t value) {
  Dimension d;
  if (value != 0)
    d.terms[{}] = value;
  return d;
}

Dimension Dimension::symbol(DimensionSymbol symbol) {
  Dimension d;
  d.terms[{symbol}] = 1;
  return d;
}

bool Dimension::isConstant() const {
  return divisor == 1 && (terms.empty() || (terms.size() == 1 && terms.begin()->first.empty()));
}

int64_t Dimension::constantValue() const { return terms.empty() ? 0 : terms.begin()->second; }

static Dimension combined(const Dimension &a, const Dimension &b, int64_t sign) {
  Dimension result;
  result.divisor = a.divisor * b.divisor;
  for (const auto &[symbols, coefficient] : a.terms)
    result.terms[symbols] += coefficient * b.divisor;
  for (const auto &[symbols, coefficient] : b.terms)
    result.terms[symbols] += sign * coefficient * a.divisor;
  return normalized(std::move(result));
}

Dimension operator+(const Dimension &a, const Dimension &b) { return combined(a, b, 1); }
Dimension operator-(const Dimension &a, const Dimension &b) { return combined(a, b, -1); }

Dimension operator*(const Dimension &a, const Dimension &b) {
  Dimension result;
  result.divisor = a.divisor * b.divisor;
  for (const auto &[left, x] : a.terms)
    for (const auto &[right, y] : b.terms) {
      Dimension::Monomial product = left;
      product.insert(product.end(), right.begin(), right.end());
      std::sort(product.begin(), product.end());
      result.terms[product] += x * y;
    }
  return normalized(std::move(result));
}

Dimension substitute(const Dimension &d, const std::map<const Variable *, Dimension> &by) {
  Dimension result = Dimension::constant(0);
  for (const auto &[symbols, coefficient] : d.terms) {
    Dimension term = Dimension::constant(coefficient);
    for (const DimensionSymbol &symbol : symbols) {
      auto found = symbol.opaque ? by.end() : by.find(symbol.variable);
      term = term * (found == by.end() ? Dimension::symbol(symbol) : found->second);
    }
    result = result + term;
  }
  result.divisor *= d.divisor;
  return normalized(std::move(result));
}

std::string toString(const Dimension &dimension) {
  if (dimension.terms.empty())
    return "0";
  std::string text;
  // Constants last, as people write.
  for (auto it = dimension.terms.rbegin(); it != dimension.terms.rend(); ++it) {
    int64_t coefficient = it->second;
    if (!text.empty())
      text += coefficient < 0 ? " - " : " + ";
    else if (coefficient < 0)
      text += "-";
    uint64_t magnitude = coefficient < 0 ? 0 - static_cast<uint64_t>(coefficient)
                                         : static_cast<uint64_t>(coefficient);
    bool first = true;
    if (magnitude != 1 || it->first.empty()) {
      text += std::to_string(magnitude);
      first = false;
    }
    for (const DimensionSymbol &symbol : it->first) {
      if (!first)
        text += " * ";
      first = false;
      text += symbol.opaque || !symbol.variable ? "?" : symbol.variable->name;
    }
  }
  if (dimension.divisor != 1)
    text = (dimension.terms.size() > 1 ? "(" + text + ")" : text) + " / " +
           std::to_string(dimension.divisor);
  return text;
}

std::string toString(const Type &type) {
  std::string text = type.structure ? type.structure->name : spelling(type.scalar);
  if (type.dims.empty())
    return text;
  text += "[";
  for (size_t i = 0; i < type.dims.size(); ++i)
    text += (i ? ", " : "") + toString(type.dims[i]);
  return text + "]";
}

} // namespace circ::ast
