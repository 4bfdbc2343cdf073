//===- vector_math.cpp - Math functions against vector libraries ----------===//
//
// The compiler's own functions, those of libm one by one, and those of libmvec and
// SLEEF (1 ulp) on whole registers, on the same numbers in the first cache. Needs
// AVX-512. Errors are against long double, in units in the last place.
//
//===----------------------------------------------------------------------===//

#include "libvector_math.h"

#include <benchmark/benchmark.h>
#include <sleef.h>

#include <cmath>
#include <functional>
#include <immintrin.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

extern "C" {
#define LIBMVEC(name)                                                                              \
  __m512d _ZGVeN8v_##name(__m512d);                                                                \
  __m512 _ZGVeN16v_##name##f(__m512);
LIBMVEC(exp)
LIBMVEC(expm1)
LIBMVEC(log)
LIBMVEC(log1p)
LIBMVEC(tanh)
LIBMVEC(sin)
LIBMVEC(cos)
}

namespace {

constexpr size_t count = 1024;
constexpr size_t pointsOfErrors = 1 << 20;

template <typename T> using OnArray = std::function<void(const T *, T *, size_t)>;

template <typename F> void onRegisters(F f, const double *x, double *y, size_t n) {
  for (size_t i = 0; i < n; i += 8)
    _mm512_storeu_pd(y + i, f(_mm512_loadu_pd(x + i)));
}

template <typename F> void onRegisters(F f, const float *x, float *y, size_t n) {
  for (size_t i = 0; i < n; i += 16)
    _mm512_storeu_ps(y + i, f(_mm512_loadu_ps(x + i)));
}

template <typename T> std::vector<T> numbers(size_t n, double low, double high) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> between(low, high);
  std::vector<T> made(n);
  for (T &number : made)
    number = T(between(random));
  return made;
}

template <typename T>
double worstError(const OnArray<T> &f, const std::function<long double(long double)> &exact,
                  double low, double high) {
  std::vector<T> x = numbers<T>(pointsOfErrors, low, high), y(x.size());
  f(x.data(), y.data(), x.size());
  double worst = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    long double want = exact(x[i]);
    T near = T(want);
    long double unit =
        std::nextafter(std::fabs(near), std::numeric_limits<T>::infinity()) - std::fabs(near);
    worst = std::max(worst, double(std::fabs(y[i] - want) / unit));
  }
  return worst;
}

template <typename T>
void add(const std::string &function, const std::string &who, double low, double high,
         const std::function<long double(long double)> &exact, OnArray<T> f) {
  std::string name = function + (sizeof(T) == 8 ? " f64/" : " f32/") + who;
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State &state) {
    std::vector<T> x = numbers<T>(count, low, high), y(count);
    for (auto _ : state) {
      f(x.data(), y.data(), count);
      benchmark::DoNotOptimize(y.data());
      benchmark::ClobberMemory();
    }
    state.counters["ulp"] = worstError<T>(f, exact, low, high);
    state.counters["elements"] = count;
  });
}

template <typename T, typename F> OnArray<T> oneByOne(F f) {
  return [f](const T *x, T *y, size_t n) {
    for (size_t i = 0; i < n; ++i)
      y[i] = f(x[i]);
  };
}

#define COMPARE(name, low, high)                                                                   \
  {                                                                                                \
    auto exact = [](long double x) { return std::name(x); };                                       \
    auto wide = [](auto f) {                                                                       \
      return [f](const auto *x, auto *y, size_t n) { onRegisters(f, x, y, n); };                   \
    };                                                                                             \
    auto own = [](auto f) {                                                                        \
      return [f](const auto *x, auto *y, size_t n) { f(int64_t(n), x, y); };                       \
    };                                                                                             \
    add<double>(#name, "circ", low, high, exact, own(name##_f64));                                 \
    add<double>(#name, "libm", low, high, exact,                                                   \
                oneByOne<double>([](double x) { return ::name(x); }));                             \
    add<double>(#name, "libmvec", low, high, exact, wide(_ZGVeN8v_##name));                        \
    add<double>(#name, "SLEEF", low, high, exact, wide(Sleef_##name##d8_u10avx512f));              \
    add<float>(#name, "circ", low, high, exact, own(name##_f32));                                  \
    add<float>(#name, "libm", low, high, exact,                                                    \
               oneByOne<float>([](float x) { return ::name##f(x); }));                             \
    add<float>(#name, "libmvec", low, high, exact, wide(_ZGVeN16v_##name##f));                     \
    add<float>(#name, "SLEEF", low, high, exact, wide(Sleef_##name##f16_u10avx512f));              \
  }

} // namespace

int main(int argc, char **argv) {
  COMPARE(exp, -20, 20)
  COMPARE(expm1, -5, 5)
  COMPARE(log, 1e-3, 1e3)
  COMPARE(log1p, -0.99, 100)
  COMPARE(tanh, -5, 5)
  COMPARE(sin, -100, 100)
  COMPARE(cos, -100, 100)
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
