//===- Invoke.cpp - Calls compiled circuits in this process ---------------===//

#include "compiler/driver/Invoke.h"

#include <cstring>

namespace circ {

int invoke(circ_body body, const EntrySpec &entry, const std::vector<Value> &arguments,
           std::vector<Value> &results) {
  std::vector<void *> slots;
  for (const Value &argument : arguments) {
    slots.push_back(const_cast<char *>(argument.bytes.data()));
    for (const int64_t &size : argument.shape)
      slots.push_back(const_cast<int64_t *>(&size));
  }
  // For each result room for a scalar or for a pointer and its sizes.
  std::vector<std::vector<int64_t>> places;
  for (const ValueSpec &result : entry.results)
    places.emplace_back(1 + result.rank);
  for (auto &place : places)
    slots.push_back(place.data());

  circ_context *context = nullptr;
  int status = circ_enter(&context, body, slots.data());
  if (status == CIRC_OK) {
    results.clear();
    for (size_t i = 0; i < entry.results.size(); ++i) {
      const ValueSpec &spec = entry.results[i];
      Value value =
          Value::zeros(spec.kind, std::vector<int64_t>(places[i].begin() + 1, places[i].end()));
      const void *from = places[i].data();
      if (spec.rank != 0)
        memcpy(&from, places[i].data(), sizeof from);
      if (!value.bytes.empty())
        memcpy(value.bytes.data(), from, value.bytes.size());
      results.push_back(std::move(value));
    }
  }
  circ_leave(context);
  return status;
}

} // namespace circ
