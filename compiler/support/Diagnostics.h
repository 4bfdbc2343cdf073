//===- Diagnostics.h - Reporting and printing of diagnostics --------------===//
//
// The front end reports into a `DiagnosticEngine`; the driver prints what it
// holds, as text with carets or as JSON. A diagnostic is a value: severity, a
// range, the message, an optional hint (the likely fix) and notes that show
// other places.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/support/Source.h"

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace llvm {
class raw_ostream;
namespace json {
class Value;
} // namespace json
} // namespace llvm

namespace circ {

enum class Severity { Error, Warning, Note, Remark };

/// The name of every diagnostic in the registry.
enum class DiagnosticId {
#define DIAGNOSTIC(Name, Severity, Format) Name,
#include "compiler/support/Diagnostics.def"
};

/// The name of a diagnostic in the registry, e.g. "UnknownName".
const char *diagnosticName(DiagnosticId id);

/// One reported message. `range` is absent for messages about no place in a
/// file (a file that cannot be read).
struct Diagnostic {
  DiagnosticId id;
  Severity severity;
  std::optional<SourceRange> range;
  std::string message;
  std::string hint;
  std::vector<Diagnostic> notes;

  /// Attaches a note that shows another place.
  Diagnostic &note(DiagnosticId id, SourceRange range,
                   std::initializer_list<std::string> arguments = {});
  /// States the likely fix, printed as "hint: ...".
  Diagnostic &withHint(std::string text);
};

/// Collects the diagnostics of a compilation in the order reported.
class DiagnosticEngine {
public:
  explicit DiagnosticEngine(const SourceManager &sources) : sources(sources) {}

  /// Reports a registered diagnostic; the reference is valid until the next
  /// report. A second report of the same message at the same place is dropped.
  Diagnostic &report(DiagnosticId id, SourceRange range,
                     std::initializer_list<std::string> arguments = {});
  /// Reports a registered diagnostic that belongs to no place in a file.
  Diagnostic &report(DiagnosticId id, std::initializer_list<std::string> arguments = {});

  /// Reports again what an earlier compilation of the same files reported.
  void repeat(Diagnostic diagnostic) { store(std::move(diagnostic)); }
  /// Forgets what was reported.
  void clear() {
    reported.clear();
    known.clear();
    errors = 0;
  }

  bool hasErrors() const { return errors != 0; }
  unsigned errorCount() const { return errors; }
  const std::vector<Diagnostic> &diagnostics() const { return reported; }

  /// Prints all diagnostics, sorted by place, with source lines and carets:
  /// `file:line:col: error: message`.
  void print(llvm::raw_ostream &out, bool color = false) const;
  /// The same as an array of JSON objects: severity, id, file, line, column,
  /// endLine, endColumn, message, hint, notes.
  llvm::json::Value toJson() const;

private:
  Diagnostic &store(Diagnostic made);

  const SourceManager &sources;
  std::vector<Diagnostic> reported;
  /// Where in `reported` a message at a place stands.
  std::map<std::tuple<FileId, uint32_t, std::string>, size_t> known;
  unsigned errors = 0;
};

/// A number of things in words: "1 argument", "2 arguments".
std::string counted(size_t count, const char *thing);

/// The candidate closest to `name` by edit distance if it is close enough to
/// be a likely spelling mistake, else nothing.
std::optional<std::string> closestName(const std::string &name,
                                       const std::vector<std::string> &candidates);

} // namespace circ
