//===- Header.cpp - The C header of a library -----------------------------===//

#include "compiler/codegen/Header.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace circ {

/// Lines of the header are at most this long where they can be.
static constexpr size_t width = 100;

/// Text that cannot end or begin a comment.
static std::string commentText(StringRef text) {
  std::string made;
  for (char c : text) {
    if (!made.empty() && ((made.back() == '*' && c == '/') || (made.back() == '/' && c == '*')))
      made += ' ';
    made += c;
  }
  return made;
}

static const char *typeName(ElementKind kind) {
  switch (kind) {
  case ElementKind::F64:
    return "double";
  case ElementKind::F32:
    return "float";
  case ElementKind::I64:
    return "int64_t";
  case ElementKind::Bool:
    return "uint8_t";
  }
  llvm_unreachable("all kinds are handled");
}

/// The argument's name in the prototype. Macros of C's headers and of compilers
/// would be replaced there, so they get an underscore.
static std::string argumentName(const HeaderArgument &argument) {
  static const StringSet<> macros = {"I",     "NULL",  "NAN",    "INFINITY", "EOF",
                                     "errno", "stdin", "stdout", "stderr",   "linux",
                                     "unix",  "i386",  "assert", "complex",  "imaginary"};
  std::string name = cIdentifier(argument.name);
  return macros.contains(name) ? name + "_" : name;
}

static std::string declaration(const HeaderArgument &argument) {
  if (argument.role == HeaderArgument::Role::Workspace)
    return "void *" + argumentName(argument);
  bool isSize = argument.role == HeaderArgument::Role::Dimension ||
                argument.role == HeaderArgument::Role::Bytes;
  std::string type = isSize ? "int64_t" : typeName(argument.kind);
  if (argument.role == HeaderArgument::Role::Output)
    return type + " *" + argumentName(argument);
  if (argument.role == HeaderArgument::Role::Input && !argument.shape.empty())
    return "const " + type + " *" + argumentName(argument);
  return type + " " + argumentName(argument);
}

/// What is said of an argument behind its name.
static std::string description(const HeaderArgument &argument) {
  std::string text;
  if (argument.role == HeaderArgument::Role::Workspace ||
      argument.role == HeaderArgument::Role::Bytes)
    return argument.doc;
  if (!argument.shape.empty())
    text = "[" + join(argument.shape, ", ") + "]";
  else if (argument.role == HeaderArgument::Role::Dimension)
    text = "a size";
  else if (argument.kind == ElementKind::Bool)
    text = "0 or 1";
  else
    text = argument.kind == ElementKind::I64 ? "an integer" : "a number";
  if (argument.role == HeaderArgument::Role::Output)
    text += ", out";
  if (!argument.doc.empty())
    text += ": " + StringRef(argument.doc).trim().str();
  return text;
}

static void writeComment(raw_ostream &out, const HeaderSpec &spec, const HeaderFunction &function) {
  SmallVector<std::string> lines;
  if (!function.doc.empty()) {
    SmallVector<StringRef> doc;
    StringRef(function.doc).trim('\n').split(doc, '\n');
    for (StringRef line : doc)
      lines.push_back(line.rtrim().str());
  }
  auto isDescribed = [&](const HeaderArgument &argument) {
    return function.like.empty() || argument.role == HeaderArgument::Role::Workspace ||
           argument.role == HeaderArgument::Role::Bytes;
  };
  size_t longest = 0;
  for (const HeaderArgument &argument : function.arguments)
    if (isDescribed(argument))
      longest = std::max(longest, argumentName(argument).size());
  for (const HeaderArgument &argument : function.arguments) {
    if (!isDescribed(argument))
      continue;
    std::string name = argumentName(argument);
    std::string line = "@param " + name + std::string(longest - name.size() + 2, ' ');
    // The description of several lines is one line here.
    lines.push_back(line + join(split(description(argument), '\n'), " "));
  }
  lines.push_back(function.tellsBytes ? "@return a number of bytes, or -1 after an error"
                                      : "@return " + StringRef(spec.library).upper() +
                                            "_OK or another " + spec.library + "_status");
  out << "/**";
  for (const auto &[i, line] : enumerate(lines)) {
    StringRef text = StringRef(line).rtrim();
    out << (i ? " *" : "") << (text.empty() ? "" : " ") << commentText(text) << "\n";
  }
  out << " */\n";
}

static void writePrototype(raw_ostream &out, const HeaderFunction &function) {
  std::string line = (function.tellsBytes ? "int64_t " : "int ") + function.name + "(";
  std::string indent(line.size(), ' ');
  for (const auto &[i, argument] : enumerate(function.arguments)) {
    bool isLast = i + 1 == function.arguments.size();
    std::string piece = declaration(argument) + (isLast ? ");" : ",");
    if (i && line.size() + 1 + piece.size() > width) {
      out << line << "\n";
      line = indent + piece;
    } else {
      line += (i ? " " : "") + piece;
    }
  }
  out << line << (function.arguments.empty() ? "void);" : "") << "\n\n";
}

static void writeStatuses(raw_ostream &out, const HeaderSpec &spec) {
  // The values are those of circ_status in the runtime.
  static const char *const statuses[][2] = {
      {"OK", "all went well"},
      {"INDEX", "an index out of bounds"},
      {"SHAPE", "sizes that do not agree"},
      {"ASSERT", "a failed assert"},
      {"DOMAIN", "integer division by zero, NaN to integer, ..."},
      {"RECURSION", "recursion too deep"},
      {"MEMORY", "no memory, or an absurd size"},
      {"INTERRUPTED", "the call was interrupted"},
      {"CPU", "made for a CPU with features that this one lacks"}};
  std::string prefix = StringRef(spec.library).upper() + "_";
  out << "/** What the functions return. */\nenum " << spec.library << "_status {\n";
  for (const auto &[i, status] : enumerate(statuses)) {
    bool isLast = i + 1 == std::size(statuses);
    std::string line = "  " + prefix + status[0] + " = " + std::to_string(i) + (isLast ? "" : ",");
    out << llvm::left_justify(line, prefix.size() + 19) << "/**< " << status[1] << " */\n";
  }
  out << "};\n\n";
}

void writeHeader(raw_ostream &out, const HeaderSpec &spec) {
  std::string guard = StringRef(cIdentifier(spec.fileName)).upper();
  std::string origin = "made by circ " + spec.version;
  if (!spec.source.empty())
    origin += " from " + spec.source;
  if (!spec.cpu.empty())
    origin += " for the CPU " + spec.cpu;
  out << "/* " << commentText(spec.fileName) << ", " << commentText(origin) << ". */\n"
      << "#ifndef " << guard << "\n#define " << guard << "\n\n#include <stdint.h>\n\n"
      << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
      << "/* Arrays are contiguous and row-major. Outputs must not overlap inputs or each other; a "
         "null\n"
      << " * output pointer means that the output is not wanted. Where a call fails, outputs may "
         "hold\n"
      << " * anything. Calls are thread-safe. */\n\n";
  if (spec.blas)
    out << "/* Needs BLAS and LAPACK (libblas.so.3 and liblapack.so.3) beside libc and libm; a "
           "static\n"
        << " * library is to be linked with -llapack -lblas -lm. */\n\n";
  if (spec.parallel)
    out << "/* May run on several threads: as many as the environment's CIRC_NUM_THREADS says, or\n"
           " * else OMP_NUM_THREADS, or all cores; the results have the same bits. Needs OpenMP's\n"
           " * library (libgomp.so.1 or libomp.so.5); a static library is to be linked with "
           "-lgomp. */\n\n";
  writeStatuses(out, spec);
  for (const HeaderFunction &function : spec.functions) {
    writeComment(out, spec, function);
    writePrototype(out, function);
  }
  out << "/** Explains the last status of this thread that was not "
      << StringRef(spec.library).upper() << "_OK; \"\" if there is none. */\nconst char *"
      << lastErrorSymbol(spec.library) << "(void);\n\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}

} // namespace circ
