//===- StoppedValues.h - The values behind `stop`, held fixed -------------===//
//
// `stop(x)` has the value of x and the derivative zero: differences of a program's
// value know nothing of that. A program that is compiled to hold stopped values notes
// them in one call and takes the same ones, in the order of evaluation, in later
// calls, so that differences between these see what the derivative sees.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <cstddef>
#include <vector>

namespace circ {

/// What compiled code calls for each `stop`: the value, or the noted one.
extern "C" double circ_stopped(double value);

/// The values that one call noted, for calls in this thread.
class StoppedValues {
public:
  /// Runs a call that notes its values.
  template <typename Call> auto note(Call call) {
    values.clear();
    return during(Mode::Note, call);
  }
  /// Runs a call that takes them.
  template <typename Call> auto hold(Call call) {
    next = 0;
    return during(Mode::Hold, call);
  }
  /// Whether the last call that took values took all that were noted and no others.
  bool tookAll() const { return next == values.size(); }

private:
  friend double circ_stopped(double value);
  enum class Mode { Note, Hold };

  template <typename Call> auto during(Mode wanted, Call call) {
    mode = wanted;
    current = this;
    auto result = call();
    current = nullptr;
    return result;
  }

  static thread_local StoppedValues *current;
  Mode mode = Mode::Note;
  std::vector<double> values;
  size_t next = 0;
};

} // namespace circ
