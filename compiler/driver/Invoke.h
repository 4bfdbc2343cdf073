//===- Invoke.h - Calls compiled circuits in this process -----------------===//
#pragma once

#include "compiler/codegen/Entry.h"
#include "compiler/driver/Values.h"
#include "runtime/circ_runtime.h"

namespace circ {

/// The slots of a call: for many calls with the same arguments, which must live as
/// long.
class PreparedCall {
public:
  PreparedCall(const EntrySpec &entry, const std::vector<Value> &arguments);

  /// Calls an entry and forgets its results: a `circ_status`.
  int run(circ_body body) const;
  /// Calls an entry: 0 and the results, or a circ_status; then `circ_last_error()`
  /// says what happened.
  int run(circ_body body, std::vector<Value> &results) const;

private:
  std::vector<Value> taken() const;

  const EntrySpec &entry;
  /// For each result room for a scalar or for a pointer and its sizes.
  std::vector<std::vector<int64_t>> places;
  std::vector<void *> slots;
};

/// Calls an entry once.
int invoke(circ_body body, const EntrySpec &entry, const std::vector<Value> &arguments,
           std::vector<Value> &results);

} // namespace circ
