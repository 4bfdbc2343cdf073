//===- main.cpp - Checks, then measures -----------------------------------===//
//
// Every gradient is compared with the hand-written one before anything is
// measured. Google Benchmark repeats short runs; the minimum counts.
//
// With --memory, prints for each gradient the kB it takes instead; with --threads,
// measures gradients on one thread and on two.
//
//===----------------------------------------------------------------------===//

#include "common/memory.h"
#include "common/problem.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <immintrin.h>

namespace bench {

std::vector<Problem> problems() {
  std::vector<Problem> all;
  for (auto some : {gmmProblems(), lstmProblems(), baProblems(), handProblems(), furtherProblems()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

/// The largest difference of two gradients, relative to the largest element.
static double difference(const std::vector<double> &a, const std::vector<double> &b) {
  if (a.size() != b.size())
    return INFINITY;
  double worst = 0, scale = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    scale = std::max(scale, std::fabs(b[i]));
    double d = std::fabs(a[i] - b[i]);
    if (!(d <= worst))
      worst = d;
  }
  return worst / scale;
}

static void useThreads(int threads) {
  setenv("CIRC_NUM_THREADS", std::to_string(threads).c_str(), 1);
}

static bool isRight(const Problem &p) {
  double circ = p.circGradient(), hand = p.handGradient();
  double value = std::fabs(circ - hand) / std::fabs(hand);
  double objective = std::fabs(p.circObjective() - p.handObjective()) / std::fabs(hand);
  double gradient = difference(*p.circResult, *p.handResult);
  if (p.circValues)
    objective = difference(*p.circValues, *p.handValues);
  for (const Other &other : p.others) {
    other.gradient();
    gradient = std::max(gradient, difference(*other.result, *p.handResult));
  }
  if (p.parallelGradient) { // the same bits for any number of threads
    std::vector<double> before;
    for (int threads = 1; threads <= 3; ++threads) {
      useThreads(threads);
      p.parallelGradient();
      gradient = std::max(gradient, difference(*p.circResult, *p.handResult));
      if (threads > 1 && *p.circResult != before)
        gradient = INFINITY;
      before = *p.circResult;
    }
  }
  bool right = value < 1e-10 && objective < 1e-10 && gradient < 1e-10;
  std::fprintf(stderr, "%-28s value %.1e, objective %.1e, gradient %.1e%s\n", p.name.c_str(), value,
               objective, gradient, right ? "" : "  WRONG");
  return right;
}

/// The f64 peak of this core: independent chains of fused multiply-adds.
static void peak(benchmark::State &state) {
  typedef double Lane __attribute__((vector_size(64)));
  Lane a[12];
  for (int i = 0; i < 12; ++i)
    for (int l = 0; l < 8; ++l)
      a[i][l] = 1 + 0.01 * i + 0.001 * l;
  Lane x = a[3] * 0.999, y = a[5] * 1e-9;
  benchmark::DoNotOptimize(x);
  benchmark::DoNotOptimize(y);
  const int64_t rounds = 100000;
  for (auto _ : state) {
    for (int64_t r = 0; r < rounds; ++r)
      for (Lane &v : a)
        v = v * x + y;
    for (Lane &v : a)
      benchmark::DoNotOptimize(v);
  }
  state.counters["flops"] = double(rounds) * 12 * 8 * 2;
}

} // namespace bench

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  static std::vector<bench::Problem> all = bench::problems();
  if (argc > 1 && std::strcmp(argv[1], "--memory") == 0) {
    // What a call before has left would not be seen.
    setenv("CIRC_KEPT_BYTES", "0", /*overwrite=*/1);
    for (const bench::Problem &p : all)
      for (auto [part, call] : {std::pair{"circ", &p.circGradient}, {"hand", &p.handGradient}})
        std::printf("%s/%s %ld\n", p.name.c_str(), part, bench::peakMemory(*call));
    return 0;
  }
  bool right = true;
  for (const bench::Problem &p : all)
    right &= bench::isRight(p);
  if (!right)
    return 1;
  auto minimum = [](const std::vector<double> &v) { return *std::min_element(v.begin(), v.end()); };
  auto add = [&](const std::string &name, const std::function<double()> &function, double flops,
                 int threads = 0) -> benchmark::internal::Benchmark * {
    if (!function)
      return nullptr;
    return benchmark::RegisterBenchmark(name.c_str(),
                                        [=, &function](benchmark::State &state) {
                                          double value = 0;
                                          if (threads)
                                            bench::useThreads(threads);
                                          for (auto _ : state)
                                            benchmark::DoNotOptimize(value = function());
                                          state.counters["flops"] = flops;
                                          state.counters["value"] = value;
                                        })
        ->ComputeStatistics("min", minimum)
        ->Unit(benchmark::kMillisecond);
  };
  if (argc > 1 && std::strcmp(argv[1], "--threads") == 0) {
    for (const bench::Problem &p : all)
      for (int threads = 1; threads <= 2 && p.parallelGradient; ++threads)
        add(p.name + "/" + std::to_string(threads), p.parallelGradient, p.flops, threads)
            ->UseRealTime();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
  }
  benchmark::RegisterBenchmark("peak", bench::peak)
      ->ComputeStatistics("min", minimum)
      ->Unit(benchmark::kMillisecond);
  for (const bench::Problem &p : all) {
    add(p.name + "/circ objective", p.circObjective, 0);
    add(p.name + "/circ gradient", p.circGradient, p.flops);
    add(p.name + "/hand objective", p.handObjective, 0);
    add(p.name + "/hand gradient", p.handGradient, p.flops);
    for (const bench::Other &other : p.others)
      add(p.name + "/" + other.name, other.gradient, p.flops);
  }
  benchmark::RunSpecifiedBenchmarks();
}
