//===- Invoke.h - Calls compiled circuits in this process -----------------===//
#pragma once

#include "compiler/codegen/Entry.h"
#include "compiler/driver/Values.h"
#include "runtime/circ_runtime.h"

namespace circ {

/// Calls an entry: 0 and the results, or a circ_status; then
/// `circ_last_error()` says what happened.
int invoke(circ_body body, const EntrySpec &entry, const std::vector<Value> &arguments,
           std::vector<Value> &results);

} // namespace circ
