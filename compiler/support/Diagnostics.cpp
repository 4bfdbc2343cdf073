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
  case Severity::Remark:
    return "remark";
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

Diagnostic &DiagnosticEngine::store(Diagnostic made) {
  // No file has this number: messages about no place are known by themselves.
  FileId file = made.range ? made.range->file : ~FileId(0);
  auto [it, isNew] =
      known.insert({{file, made.range ? made.range->begin : 0, made.message}, reported.size()});
  if (!isNew)
    return reported[it->second];
  errors += made.severity == Severity::Error;
  return reported.emplace_back(std::move(made));
}

Diagnostic &DiagnosticEngine::report(DiagnosticId id, SourceRange range,
                                     std::initializer_list<std::string> arguments) {
  return store(make(id, range, arguments));
}

Diagnostic &DiagnosticEngine::report(DiagnosticId id,
                                     std::initializer_list<std::string> arguments) {
  return store(make(id, std::nullopt, arguments));
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// How many diagnostics are printed; `--json` gives them all.
static constexpr size_t mostShown = 500;
/// The longest piece of a source line that is shown around the caret.
static constexpr size_t longestLine = 160;
/// How much of it stands before the caret.
static constexpr size_t shownBefore = 60;

static bool continuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Prints the source line of a range, or the part of a long one around it, and
/// below it a caret and the rest of the range.
static void printSource(llvm::raw_ostream &out, const SourceFile &file, SourceRange range,
                        bool color) {
  LineColumn begin = file.lineColumn(range.begin);
  std::string_view line = file.line(begin.line);
  size_t start = std::min<size_t>(range.begin - file.lineStart(begin.line), line.size());
  size_t end = std::min(start + std::max(range.end, range.begin + 1) - range.begin, line.size());
  size_t from = 0, to = line.size();
  if (line.size() > longestLine) {
    from = start > shownBefore ? start - shownBefore : 0;
    to = std::min(line.size(), from + longestLine);
    while (from > 0 && continuesCharacter(line[from]))
      --from;
    while (to < line.size() && continuesCharacter(line[to]))
      ++to;
  }
  std::string shown(line.substr(from, to - from));
  for (char &c : shown) // a source must not steer the terminal
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F)
      c = '?';
  const char *cut = from > 0 ? "..." : "";
  out << "  " << cut << llvm::json::fixUTF8(shown) << (to < line.size() ? "..." : "") << "\n  ";
  out.indent(from > 0 ? 3 : 0);
  for (size_t i = from; i < start; ++i)
    if (line[i] == '\t' || !continuesCharacter(line[i]))
      out << (line[i] == '\t' ? '\t' : ' ');
  if (color)
    out.changeColor(llvm::raw_ostream::GREEN, /*Bold=*/true);
  out << '^';
  for (size_t i = start + 1; i < std::min(end, to); ++i)
    if (!continuesCharacter(line[i]))
      out << '~';
  if (color)
    out.resetColor();
  out << '\n';
}

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
  if (d.range)
    printSource(out, sources.file(d.range->file), *d.range, color);
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
  std::vector<const Diagnostic *> all = sorted(reported);
  size_t shown = std::min(all.size(), mostShown);
  for (size_t i = 0; i < shown; ++i)
    printOne(out, sources, *all[i], color);
  if (shown < all.size())
    out << "note: " << all.size() - shown << " more messages are not shown\n";
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

std::string counted(size_t count, const char *thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

/// How many insertions, deletions, replacements and exchanges of neighbours
/// make one word of the other (the optimal string alignment distance).
static unsigned editDistance(const std::string &a, const std::string &b) {
  std::vector<std::vector<unsigned>> rows(a.size() + 1, std::vector<unsigned>(b.size() + 1));
  for (unsigned i = 0; i <= a.size(); ++i)
    for (unsigned j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        rows[i][j] = i + j;
        continue;
      }
      bool same = a[i - 1] == b[j - 1];
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + !same});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  return rows[a.size()][b.size()];
}

std::optional<std::string> closestName(const std::string &name,
                                       const std::vector<std::string> &candidates) {
  // A third of the letters may differ, at least one.
  unsigned limit = std::max<unsigned>(1, static_cast<unsigned>(name.size()) / 3);
  std::optional<std::string> best;
  unsigned bestDistance = limit + 1;
  for (const std::string &candidate : candidates) {
    size_t longer = std::max(name.size(), candidate.size());
    if (candidate == name || longer > 100 ||
        longer - std::min(name.size(), candidate.size()) > limit)
      continue;
    unsigned distance = editDistance(name, candidate);
    if (distance < bestDistance && distance < candidate.size()) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

} // namespace circ
