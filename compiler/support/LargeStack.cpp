//===- LargeStack.cpp - Work that recurses deeply -------------------------===//

#include "compiler/support/LargeStack.h"

#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <unistd.h>

namespace circ {

namespace {

struct Job {
  const std::function<void()> *work;
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false, givenUp = false;
  std::string reason;

  /// Nothing may touch the job after its end: it lies on the waiter's stack.
  void end(bool giveUp, const char *why) {
    std::lock_guard<std::mutex> lock(mutex);
    givenUp = giveUp;
    reason = why;
    ended = true;
    changed.notify_one();
  }
};

thread_local Job *currentJob = nullptr;

void *start(void *data) {
  currentJob = static_cast<Job *>(data);
  (*currentJob->work)();
  currentJob->end(false, "");
  return nullptr;
}

} // namespace

bool onLargeStack(const std::function<void()> &work, std::string *reason) {
  Job job;
  job.work = &work;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, size_t(512) << 20);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  bool started = pthread_create(&thread, &attributes, start, &job) == 0;
  pthread_attr_destroy(&attributes);
  if (!started) {
    work();
    return true;
  }
  std::unique_lock<std::mutex> lock(job.mutex);
  job.changed.wait(lock, [&] { return job.ended; });
  if (job.givenUp && reason)
    *reason = job.reason;
  return !job.givenUp;
}

void giveUpWork(const char *reason) {
  if (!currentJob)
    return;
  currentJob->end(true, reason);
  while (true)
    pause();
}

} // namespace circ
