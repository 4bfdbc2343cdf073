//===- fuzz.cpp - Random programs against their derivatives ---------------===//
//
// usage: circ-fuzz [--count N] [--seed S] [--first I] [--checkpoints] [--check FILE]
//
// Program number I of a seed is always the same. Each is compiled and examined in
// a child process, so that a crash or a hang is a finding as any other. Failures
// are shrunk and printed with the command that repeats them. `--check` examines a
// file, which has the circuit `f` that generated programs have.
//
//===----------------------------------------------------------------------===//

#include "Generator.h"
#include "Oracle.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace circ::fuzz;

namespace {

/// What a child tells its parent; it outlives a crash.
struct Report {
  uint64_t next; ///< the program to go on with
  uint64_t comparisons, skipped, illConditioned, unsupported;
  bool failed;
  char check[100];
  char details[4000];
};

Report *report;

/// The seed of program number `index`.
uint64_t seedOf(uint64_t seed, uint64_t index) { return Random(seed * 1'000'003 + index).next(); }

/// One in four programs is smooth.
Node generate(uint64_t seed, uint64_t index, Traits traits) {
  traits.smooth = index % 4 == 3;
  return Generator(seedOf(seed, index), traits).program();
}

void copy(char *to, size_t size, const std::string &from) {
  snprintf(to, size, "%s", from.c_str());
}

/// Examines one program and stores what is wrong; false when something is.
bool examineOne(const std::string &text, uint64_t seed, bool optimized, bool rejectedIsWrong) {
  // A compiler that hangs is wrong too: in its own time, since the machine may be busy.
  itimerval limit{}, none{};
  limit.it_value.tv_sec = 60;
  setitimer(ITIMER_PROF, &limit, nullptr);
  Finding finding = examine(text, seed, optimized);
  setitimer(ITIMER_PROF, &none, nullptr);
  report->comparisons += finding.comparisons;
  report->skipped += finding.skipped;
  report->illConditioned += finding.verdict == Verdict::IllConditioned;
  report->unsupported += finding.verdict == Verdict::Unsupported;
  report->failed = finding.verdict == Verdict::Wrong ||
                   (rejectedIsWrong && finding.verdict == Verdict::Rejected);
  if (report->failed) {
    copy(report->check, sizeof report->check, finding.check);
    copy(report->details, sizeof report->details, finding.details);
  }
  return !report->failed;
}

/// Runs `work` in a child; a crash becomes a failure in the report.
template <typename F> void inChild(F work) {
  report->failed = false;
  fflush(nullptr);
  pid_t child = fork();
  if (child == 0) {
    rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    work();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    report->failed = true;
    copy(report->check, sizeof report->check, WTERMSIG(status) == SIGPROF ? "hang" : "crash");
    copy(report->details, sizeof report->details, strsignal(WTERMSIG(status)));
  }
}

Node shrinkFailure(Node program, uint64_t seed, bool optimized) {
  std::string check = report->check;
  // What a smaller program prints when it crashes is of no interest.
  int standardError = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
  dup2(null, STDERR_FILENO);
  auto stillFails = [&](const Node &candidate) {
    inChild([&] { examineOne(print(candidate), seed, optimized, check == "rejected"); });
    return report->failed && check == report->check;
  };
  Node smallest = shrink(std::move(program), stillFails, 1500);
  stillFails(smallest);
  dup2(standardError, STDERR_FILENO);
  close(standardError);
  close(null);
  return smallest;
}

int checkFile(const std::string &path, uint64_t seed) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  inChild([&] { examineOne(text.str(), seed, true, true); });
  if (report->failed)
    printf("%s: %s: %s\n", path.c_str(), report->check, report->details);
  else
    printf("%s: %llu comparisons\n", path.c_str(), (unsigned long long)report->comparisons);
  return report->failed || report->comparisons == 0;
}

} // namespace

int main(int argc, char **argv) {
  uint64_t count = 300, seed = 1, first = 0, most = 5, optimizedEvery = 5;
  bool printOnly = false, noShrink = false;
  std::vector<std::string> files;
  Traits traits;
  CLI::App app{"random programs against their derivatives", "circ-fuzz"};
  app.add_option("--count", count, "number of programs")->capture_default_str();
  app.add_option("--seed", seed, "which programs")->capture_default_str();
  app.add_option("--first", first, "number of the first program")->capture_default_str();
  app.add_option("--failures", most, "stop after so many failures")->capture_default_str();
  app.add_option("--optimized-every", optimizedEvery,
                 "compile each so manyth program with -O3 too (most of the time goes there)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--check", files, "examine files instead");
  app.add_flag("--checkpoints", traits.checkpoints, "mark loops with @checkpoint");
  app.add_flag("--print", printOnly, "print the programs instead");
  app.add_flag("--no-shrink", noShrink, "tell the first failure's number only");
  CLI11_PARSE(app, argc, argv);

  report = static_cast<Report *>(
      mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  memset(report, 0, sizeof *report);
  int status = 0;
  for (const std::string &file : files)
    status |= checkFile(file, seed);
  if (!files.empty())
    return status;

  uint64_t end = first + count, failures = 0;
  report->next = first;
  while (report->next < end && failures < most) {
    // A child takes a share: what MLIR keeps until a process ends stays small.
    uint64_t share = std::min(end, report->next + 500);
    if (printOnly) {
      printf("// %llu\n%s\n", (unsigned long long)report->next,
             print(generate(seed, report->next, traits)).c_str());
      ++report->next;
      continue;
    }
    inChild([&] {
      while (report->next < share &&
             examineOne(print(generate(seed, report->next, traits)), seedOf(seed, report->next),
                        report->next % optimizedEvery == 0, true))
        ++report->next;
    });
    if (!report->failed)
      continue;
    ++failures;
    uint64_t index = report->next;
    printf("program %llu: %s: %s\n", (unsigned long long)index, report->check, report->details);
    if (!noShrink) {
      Report kept = *report;
      Node smallest = shrinkFailure(generate(seed, index, traits), seedOf(seed, index),
                                    index % optimizedEvery == 0);
      printf("shrunk: %s: %s\n\n%s\nrepeat: circ-fuzz --seed %llu --first %llu --count 1%s\n\n",
             report->check, report->details, print(smallest).c_str(), (unsigned long long)seed,
             (unsigned long long)index, traits.checkpoints ? " --checkpoints" : "");
      *report = kept;
    }
    fflush(stdout);
    report->next = index + 1;
  }
  if (printOnly)
    return 0;
  printf("%llu programs, %llu comparisons, %llu left out for rounding or kinks (%llu programs "
         "entirely), %llu not supported yet, %llu failed\n",
         (unsigned long long)(report->next - first), (unsigned long long)report->comparisons,
         (unsigned long long)report->skipped, (unsigned long long)report->illConditioned,
         (unsigned long long)report->unsupported, (unsigned long long)failures);
  return failures != 0;
}
