//===- Diagnostics.cpp - Reporting and printing of diagnostics ------------===//

#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <numeric>

namespace circ {
namespace {

struct RegistryEntry {
  const char *name;
  Severity severity;
  const char *format;
};

const RegistryEntry registry[] = {
#define DIAGNOSTIC(Name, Level, Format) {#Name, Severity::Level, Format},
#include "compiler/support/Diagnostics.def"
};

/// Replaces {0}, {1}, ... by the arguments.
std::string format(const char *text, std::initializer_list<std::string> arguments) {
  std::string result;
  for (const char *p = text; *p; ++p) {
    unsigned index = static_cast<unsigned>(p[0] == '{' ? p[1] - '0' : 10);
    if (index < arguments.size() && p[2] == '}') {
      result += arguments.begin()[index];
      p += 2;
    } else {
      result += *p;
    }
  }
  return result;
}

Diagnostic make(DiagnosticId id, std::optional<SourceRange> range,
                std::initializer_list<std::string> arguments) {
  const RegistryEntry &entry = registry[static_cast<size_t>(id)];
  return {id, entry.severity, range, format(entry.format, arguments), {}, {}};
}

const char *spelling(Severity severity) {
  switch (severity) {
  case Severity::Error:
    return "error";
  case Severity::Warning:
    return "warning";
  case Severity::Note:
    return "note";
  }
  return "";
}

} // namespace

const char *diagnosticName(DiagnosticId id) { return registry[static_cast<size_t>(id)].name; }

Diagnostic &Diagnostic::note(DiagnosticId noteId, SourceRange place,
                             std::initializer_list<std::string> arguments) {
  notes.push_back(make(noteId, place, arguments));
  return *this;
}

Diagnostic &Diagnostic::withHint(std::string text) {
  hint = std::move(text);
  return *this;
}

static Diagnostic &store(std::vector<Diagnostic> &reported, unsigned &errors, Diagnostic made) {
  for (Diagnostic &old : reported)
    if (old.message == made.message && old.range.has_value() == made.range.has_value() &&
        (!old.range ||
         (old.range->file == made.range->file && old.range->begin == made.range->begin)))
      return old;
  errors += made.severity == Severity::Error;
  return reported.emplace_back(std::move(made));
}

Diagnostic &DiagnosticEngine::report(DiagnosticId id, SourceRange range,
                                     std::initializer_list<std::string> arguments) {
  return store(reported, errors, make(id, range, arguments));
}

Diagnostic &DiagnosticEngine::report(DiagnosticId id,
                                     std::initializer_list<std::string> arguments) {
  return store(reported, errors, make(id, std::nullopt, arguments));
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// The longest piece of a source line that is shown around the caret.
static constexpr size_t longestLine = 160;

static void printOne(llvm::raw_ostream &out, const SourceManager &sources, const Diagnostic &d,
                     bool color) {
  using Colors = llvm::raw_ostream;
  if (d.range) {
    const SourceFile &file = sources.file(d.range->file);
    LineColumn begin = file.lineColumn(d.range->begin);
    out << file.name() << ':' << begin.line << ':' << begin.column << ": ";
  }
  if (color)
    out.changeColor(d.severity == Severity::Error     ? Colors::RED
                    : d.severity == Severity::Warning ? Colors::MAGENTA
                                                      : Colors::CYAN,
                    /*Bold=*/true);
  out << spelling(d.severity) << ": ";
  if (color)
    out.resetColor();
  out << d.message << '\n';
  if (d.range) {
    const SourceFile &file = sources.file(d.range->file);
    LineColumn begin = file.lineColumn(d.range->begin);
    std::string_view line = file.line(begin.line);
    size_t start = d.range->begin - file.lineStart(begin.line);
    size_t length = d.range->end > d.range->begin ? d.range->end - d.range->begin : 1;
    if (line.size() <= longestLine && start <= line.size()) {
      out << "  " << std::string(line) << "\n  ";
      for (size_t i = 0; i < start; ++i)
        if (line[i] == '\t')
          out << '\t';
        else if ((static_cast<unsigned char>(line[i]) & 0xC0) != 0x80)
          out << ' ';
      if (color)
        out.changeColor(Colors::GREEN, true);
      out << '^';
      for (size_t i = start + 1; i < start + length && i < line.size(); ++i)
        if ((static_cast<unsigned char>(line[i]) & 0xC0) != 0x80)
          out << '~';
      if (color)
        out.resetColor();
      out << '\n';
    }
  }
  if (!d.hint.empty())
    out << "  hint: " << d.hint << '\n';
  for (const Diagnostic &note : d.notes)
    printOne(out, sources, note, color);
}

/// The diagnostics by place; those without a place first.
static std::vector<const Diagnostic *> sorted(const std::vector<Diagnostic> &reported) {
  std::vector<const Diagnostic *> order;
  for (const Diagnostic &d : reported)
    order.push_back(&d);
  std::sort(order.begin(), order.end(), [](const Diagnostic *a, const Diagnostic *b) {
    if (!a->range || !b->range)
      return !a->range && b->range;
    return std::pair(a->range->file, a->range->begin) < std::pair(b->range->file, b->range->begin);
  });
  return order;
}

void DiagnosticEngine::print(llvm::raw_ostream &out, bool color) const {
  for (const Diagnostic *d : sorted(reported))
    printOne(out, sources, *d, color);
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static llvm::json::Object toObject(const SourceManager &sources, const Diagnostic &d) {
  llvm::json::Object object{{"severity", spelling(d.severity)},
                            {"id", diagnosticName(d.id)},
                            {"message", llvm::json::fixUTF8(d.message)}};
  if (d.range) {
    const SourceFile &file = sources.file(d.range->file);
    LineColumn begin = file.lineColumn(d.range->begin), end = file.lineColumn(d.range->end);
    object["file"] = llvm::json::fixUTF8(file.name());
    object["line"] = begin.line;
    object["column"] = begin.column;
    object["endLine"] = end.line;
    object["endColumn"] = end.column;
  }
  if (!d.hint.empty())
    object["hint"] = llvm::json::fixUTF8(d.hint);
  llvm::json::Array notes;
  for (const Diagnostic &note : d.notes)
    notes.push_back(toObject(sources, note));
  if (!notes.empty())
    object["notes"] = std::move(notes);
  return object;
}

llvm::json::Value DiagnosticEngine::toJson() const {
  llvm::json::Array all;
  for (const Diagnostic *d : sorted(reported))
    all.push_back(toObject(sources, *d));
  return all;
}

//===----------------------------------------------------------------------===//
// Spelling mistakes
//===----------------------------------------------------------------------===//

std::optional<std::string> closestName(const std::string &name,
                                       const std::vector<std::string> &candidates) {
  // A third of the letters may differ, at least one.
  unsigned limit = std::max<unsigned>(1, static_cast<unsigned>(name.size()) / 3);
  std::optional<std::string> best;
  unsigned bestDistance = limit + 1;
  for (const std::string &candidate : candidates) {
    if (candidate == name)
      continue;
    unsigned distance = llvm::StringRef(name).edit_distance(candidate, true, bestDistance);
    if (distance < bestDistance && distance < candidate.size()) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

} // namespace circ
