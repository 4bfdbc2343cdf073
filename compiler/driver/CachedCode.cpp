//===- CachedCode.cpp - Programs of a circuit in the cache ----------------===//

#include "compiler/driver/CachedCode.h"

#include "compiler/driver/Programs.h"

#include <cstring>
#include <elf.h>
#include <link.h>
#include <map>

namespace circ {

//===----------------------------------------------------------------------===//
// Numbers and texts as bytes
//===----------------------------------------------------------------------===//

namespace {

class Writer {
public:
  void number(uint64_t value) { bytes.append(reinterpret_cast<const char *>(&value), 8); }
  void text(llvm::StringRef value) {
    number(value.size());
    bytes.append(value.data(), value.size());
  }
  std::string bytes;
};

/// Reads what a Writer wrote; `right` is false after bytes of another form.
class Reader {
public:
  explicit Reader(llvm::StringRef bytes) : rest(bytes) {}
  uint64_t number() {
    uint64_t value = 0;
    if (rest.size() < 8)
      return right = false, 0;
    memcpy(&value, rest.data(), 8);
    rest = rest.drop_front(8);
    return value;
  }
  llvm::StringRef text() {
    uint64_t size = number();
    if (size > rest.size())
      return right = false, "";
    llvm::StringRef value = rest.take_front(size);
    rest = rest.drop_front(size);
    return value;
  }
  /// A number of things of at least 8 bytes each.
  uint64_t count() {
    uint64_t value = number();
    if (value > rest.size() / 8)
      return right = false, 0;
    return value;
  }
  bool right = true;
  llvm::StringRef rest;
};

} // namespace

//===----------------------------------------------------------------------===//
// The key
//===----------------------------------------------------------------------===//

/// The build id that the linker gave the executable or library with this code.
static std::string buildId() {
  struct Search {
    uintptr_t code;
    std::string id;
  } search{reinterpret_cast<uintptr_t>(&buildId), ""};
  dl_iterate_phdr(
      [](dl_phdr_info *info, size_t, void *data) {
        auto &search = *static_cast<Search *>(data);
        auto holdsCode = [&](const ElfW(Phdr) & header) {
          return header.p_type == PT_LOAD &&
                 search.code - (info->dlpi_addr + header.p_vaddr) < header.p_memsz;
        };
        llvm::ArrayRef<ElfW(Phdr)> headers(info->dlpi_phdr, info->dlpi_phnum);
        if (!llvm::any_of(headers, holdsCode))
          return 0;
        for (const ElfW(Phdr) & header : headers) {
          if (header.p_type != PT_NOTE)
            continue;
          const char *at = reinterpret_cast<const char *>(info->dlpi_addr + header.p_vaddr);
          const char *end = at + header.p_memsz;
          while (at + sizeof(ElfW(Nhdr)) <= end) {
            const auto *note = reinterpret_cast<const ElfW(Nhdr) *>(at);
            const char *name = at + sizeof *note;
            const char *id = name + llvm::alignTo(note->n_namesz, 4);
            if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && !memcmp(name, "GNU", 4))
              search.id.assign(id, note->n_descsz);
            at = id + llvm::alignTo(note->n_descsz, 4);
          }
        }
        return 1;
      },
      &search);
  return search.id;
}

// The bindings name all members: a new one does not compile until it has found
// its place here.

static void write(Writer &writer, const CodegenOptions &options) {
  const auto &[level, strict, debugInfo, sanitizer, blas, cpu, target, memoryLimit, counts, remarks,
               holdStopped, longCode, longCodeLength, partLength, parallel] = options;
  writer.number(level);
  writer.number(strict);
  writer.number(debugInfo);
  writer.number(uint64_t(sanitizer));
  writer.number(blas);
  writer.text(cpu);
  writer.text(cpu == "native" ? hostCpu() : "");
  writer.text(target);
  writer.number(uint64_t(memoryLimit));
  writer.number(counts);
  writer.number(remarks); // what is reported is kept with the code
  writer.number(holdStopped);
  writer.number(uint64_t(longCode));
  writer.number(longCodeLength);
  writer.number(partLength);
  writer.number(parallel);
}

static void write(Writer &writer, const DerivativeRequest &request) {
  const auto &[kind, wrt, of, mode, silent] = request;
  writer.number(uint64_t(kind));
  writer.number(wrt.size());
  for (unsigned parameter : wrt)
    writer.number(parameter);
  writer.number(of);
  writer.number(uint64_t(mode));
  writer.number(silent);
}

static void write(Writer &writer, const FixedSizes &fixed) {
  std::map<llvm::StringRef, int64_t> sorted;
  for (const auto &entry : fixed.sizes)
    sorted.emplace(entry.getKey(), entry.getValue());
  writer.text(fixed.circuit ? fixed.circuit->name : "");
  writer.number(sorted.size());
  for (const auto &[name, size] : sorted) {
    writer.text(name);
    writer.number(uint64_t(size));
  }
}

std::optional<std::string> programsKey(const SourceManager &sources,
                                       llvm::ArrayRef<WantedProgram> programs,
                                       const FixedSizes &fixed, const CodegenOptions &options) {
  std::string build = buildId();
  if (build.empty())
    return std::nullopt;
  Writer writer;
  writer.text(build);
  write(writer, options);
  write(writer, fixed);
  writer.number(programs.size());
  for (const WantedProgram &program : programs) {
    writer.text(program.circuit->name);
    write(writer, program.request);
  }
  for (FileId file = 0; file < sources.size(); ++file) {
    // Run-time errors name the file.
    writer.text(sources.file(file).name());
    writer.text(sources.file(file).text());
  }
  return std::move(writer.bytes);
}

//===----------------------------------------------------------------------===//
// The contents
//===----------------------------------------------------------------------===//

static void write(Writer &writer, llvm::ArrayRef<Diagnostic> diagnostics) {
  writer.number(diagnostics.size());
  for (const Diagnostic &diagnostic : diagnostics) {
    const auto &[id, severity, range, message, hint, notes] = diagnostic;
    writer.number(uint64_t(id));
    writer.number(uint64_t(severity));
    writer.number(range.has_value());
    if (range) {
      writer.number(range->file);
      writer.number(range->begin);
      writer.number(range->end);
    }
    writer.text(message);
    writer.text(hint);
    write(writer, notes);
  }
}

static std::vector<Diagnostic> readDiagnostics(Reader &reader, const SourceManager &sources) {
  std::vector<Diagnostic> made(reader.count());
  for (Diagnostic &diagnostic : made) {
    diagnostic.id = DiagnosticId(reader.number());
    diagnostic.severity = Severity(reader.number());
    if (reader.number()) {
      SourceRange range{FileId(reader.number()), uint32_t(reader.number()),
                        uint32_t(reader.number())};
      reader.right &= range.file < sources.size();
      diagnostic.range = range;
    }
    diagnostic.message = reader.text().str();
    diagnostic.hint = reader.text().str();
    diagnostic.notes = readDiagnostics(reader, sources);
  }
  return made;
}

std::string CachedCode::toBytes() const {
  Writer writer;
  write(writer, diagnostics);
  writer.number(objects.size());
  for (const std::string &object : objects)
    writer.text(object);
  return std::move(writer.bytes);
}

std::optional<CachedCode> CachedCode::fromBytes(llvm::StringRef bytes,
                                                const SourceManager &sources) {
  Reader reader(bytes);
  CachedCode made;
  made.diagnostics = readDiagnostics(reader, sources);
  made.objects.resize(reader.count());
  for (std::string &object : made.objects)
    object = reader.text().str();
  if (!reader.right || !reader.rest.empty())
    return std::nullopt;
  return made;
}

} // namespace circ
