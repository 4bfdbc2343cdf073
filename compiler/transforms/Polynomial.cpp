//===- Polynomial.cpp - Polynomials in sizes and indices ------------------===//

#include "compiler/transforms/Polynomial.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

namespace circ {

static constexpr int64_t largestCoefficient = int64_t(1) << 24;
static constexpr size_t mostTerms = 64, highestDegree = 4;

Polynomial Polynomial::constant(int64_t value) {
  Polynomial p;
  if (value != 0)
    p.terms[{}] = value;
  return p;
}

Polynomial Polynomial::variable(unsigned number) {
  Polynomial p;
  p.terms[{number}] = 1;
  return p;
}

bool Polynomial::add(Monomial monomial, int64_t numerator) {
  int64_t &sum = terms[monomial];
  sum += numerator;
  if (sum > largestCoefficient || sum < -largestCoefficient || monomial.size() > highestDegree ||
      terms.size() > mostTerms)
    return false;
  if (sum == 0)
    terms.erase(monomial);
  return true;
}

/// Without a common factor of numerators and denominator.
Polynomial Polynomial::reduced() const {
  int64_t factor = denominator;
  for (const auto &[monomial, numerator] : terms)
    factor = std::gcd(factor, numerator);
  Polynomial result = *this;
  result.denominator /= factor;
  for (auto &[monomial, numerator] : result.terms)
    numerator /= factor;
  return result;
}

Polynomial::Result Polynomial::plus(const Polynomial &other, int64_t factor) const {
  if (factor > largestCoefficient || factor < -largestCoefficient)
    return std::nullopt;
  Polynomial sum;
  sum.denominator = denominator * other.denominator;
  if (sum.denominator > largestCoefficient)
    return std::nullopt;
  for (const auto &[monomial, numerator] : terms)
    if (!sum.add(monomial, numerator * other.denominator))
      return std::nullopt;
  for (const auto &[monomial, numerator] : other.terms) {
    int64_t part;
    if (__builtin_mul_overflow(numerator * denominator, factor, &part) || !sum.add(monomial, part))
      return std::nullopt;
  }
  return sum.reduced();
}

Polynomial::Result Polynomial::times(const Polynomial &other) const {
  Polynomial product;
  product.denominator = denominator * other.denominator;
  if (product.denominator > largestCoefficient)
    return std::nullopt;
  for (const auto &[left, a] : terms)
    for (const auto &[right, b] : other.terms) {
      Monomial monomial(left);
      monomial.insert(monomial.end(), right.begin(), right.end());
      llvm::sort(monomial);
      if (!product.add(std::move(monomial), a * b))
        return std::nullopt;
    }
  return product.reduced();
}

/// Whether the numerator is a multiple for all values: they count modulo the divisor.
bool Polynomial::isMultipleOf(int64_t divisor) const {
  std::vector<unsigned> all = variables();
  int64_t cases = 1;
  for (size_t i = 0; i < all.size(); ++i)
    cases *= divisor;
  for (int64_t which = 0; which < cases; ++which) {
    int64_t sum = 0;
    for (const auto &[monomial, numerator] : terms) {
      int64_t product = llvm::mod(numerator, divisor);
      for (unsigned variable : monomial) {
        int64_t value = which;
        for (size_t i = 0; all[i] != variable; ++i)
          value /= divisor;
        product = product * (value % divisor) % divisor;
      }
      sum += product;
    }
    if (sum % divisor != 0)
      return false;
  }
  return true;
}

Polynomial::Result Polynomial::dividedBy(int64_t divisor) const {
  if (divisor < 1 || divisor * denominator > 8 || variables().size() > 3 ||
      !isMultipleOf(divisor * denominator))
    return std::nullopt;
  Polynomial quotient = *this;
  quotient.denominator *= divisor;
  return quotient;
}

Polynomial::Result
Polynomial::substituted(llvm::function_ref<const Polynomial *(unsigned)> replacement) const {
  Polynomial sum;
  for (const auto &[monomial, numerator] : terms) {
    Polynomial product = constant(numerator);
    for (unsigned variable : monomial) {
      const Polynomial *other = replacement(variable);
      Result next = product.times(other ? *other : Polynomial::variable(variable));
      if (!next)
        return std::nullopt;
      product = std::move(*next);
    }
    Result next = sum.plus(product);
    if (!next)
      return std::nullopt;
    sum = std::move(*next);
  }
  sum.denominator *= denominator;
  return sum;
}

int64_t Polynomial::at(llvm::function_ref<int64_t(unsigned)> valueOf) const {
  // Degrees and coefficients are small enough for these.
  __int128 sum = 0;
  for (const auto &[monomial, numerator] : terms) {
    __int128 product = numerator;
    for (unsigned variable : monomial)
      product *= valueOf(variable);
    sum += product;
  }
  return static_cast<int64_t>(sum / denominator);
}

bool Polynomial::hasNegative() const {
  return llvm::any_of(terms, [](const auto &term) { return term.second < 0; });
}

bool Polynomial::hasSquareOf(unsigned variable) const {
  auto found = terms.find({variable, variable});
  return found != terms.end() && found->second > 0;
}

std::vector<unsigned> Polynomial::variables() const {
  std::vector<unsigned> all;
  for (const auto &[monomial, numerator] : terms)
    for (unsigned variable : monomial)
      if (!llvm::is_contained(all, variable))
        all.push_back(variable);
  return all;
}

unsigned Polynomial::degree() const {
  size_t most = 0;
  for (const auto &[monomial, numerator] : terms)
    most = std::max(most, monomial.size());
  return static_cast<unsigned>(most);
}

unsigned Polynomial::bits(llvm::function_ref<unsigned(unsigned)> bitsOf) const {
  int64_t sum = 0;
  unsigned most = 0;
  for (const auto &[monomial, numerator] : terms) {
    sum += std::abs(numerator);
    unsigned product = 0;
    for (unsigned variable : monomial)
      product += bitsOf(variable);
    most = std::max(most, product);
  }
  sum = (sum + denominator - 1) / denominator;
  return most + llvm::Log2_64_Ceil(static_cast<uint64_t>(std::max<int64_t>(1, sum)));
}

std::optional<std::pair<unsigned, int64_t>> Polynomial::asShiftedVariable() const {
  if (denominator != 1 || degree() != 1)
    return std::nullopt;
  std::optional<unsigned> variable;
  int64_t shift = 0;
  for (const auto &[monomial, numerator] : terms) {
    if (monomial.empty()) {
      shift = numerator;
    } else {
      if (variable || numerator != 1)
        return std::nullopt;
      variable = monomial.front();
    }
  }
  return std::pair(*variable, shift);
}

} // namespace circ
