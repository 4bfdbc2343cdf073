//===- Invoke.cpp - Calls compiled circuits in this process ---------------===//

#include "compiler/driver/Invoke.h"

#include <cstring>

namespace circ {

PreparedCall::PreparedCall(const EntrySpec &entry, const std::vector<Value> &arguments)
    : entry(entry) {
  for (const Value &argument : arguments) {
    slots.push_back(const_cast<char *>(argument.bytes.data()));
    for (const int64_t &size : argument.shape)
      slots.push_back(const_cast<int64_t *>(&size));
  }
  for (const ValueSpec &result : entry.results)
    places.emplace_back(1 + result.rank);
  for (auto &place : places)
    slots.push_back(place.data());
}

std::vector<Value> PreparedCall::taken() const {
  std::vector<Value> results;
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
  return results;
}

int PreparedCall::run(circ_body body) const {
  circ_context *context = nullptr;
  int status = circ_enter(&context, body, const_cast<void **>(slots.data()));
  circ_leave(context);
  return status;
}

int PreparedCall::run(circ_body body, std::vector<Value> &results) const {
  circ_context *context = nullptr;
  int status = circ_enter(&context, body, const_cast<void **>(slots.data()));
  if (status == CIRC_OK)
    results = taken(); // before their memory goes with the call
  circ_leave(context);
  return status;
}

int invoke(circ_body body, const EntrySpec &entry, const std::vector<Value> &arguments,
           std::vector<Value> &results) {
  return PreparedCall(entry, arguments).run(body, results);
}

} // namespace circ
