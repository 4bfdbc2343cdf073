//===- Npz.cpp - NumPy's archive of named arrays --------------------------===//

#include "compiler/driver/Npz.h"

#include "compiler/driver/Npy.h"
#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <zip.h>

namespace circ {
namespace {

/// An archive open for reading.
class Archive {
public:
  Archive() = default;
  Archive(const Archive &) = delete;
  Archive &operator=(const Archive &) = delete;
  ~Archive() {
    if (zip)
      zip_discard(zip);
  }

  /// Opens the file and lists its arrays; returns false with `error` set.
  bool open(const std::string &path);
  const std::vector<std::string> &keys() const { return names; }
  Outcome<Value> read(const std::string &key);
  std::string error;

private:
  zip_t *zip = nullptr;
  std::string path;
  std::vector<std::string> names; // without ".npy"
  std::vector<zip_uint64_t> positions;
};

bool Archive::open(const std::string &file) {
  path = file;
  int code = 0;
  zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (!zip) {
    zip_error_t reason;
    zip_error_init_with_code(&reason, code);
    bool foreign = code == ZIP_ER_NOZIP || code == ZIP_ER_INCONS;
    error = "`" + path + "`: " + (foreign ? "this is no .npz file: " : "cannot be read: ") +
            zip_error_strerror(&reason);
    zip_error_fini(&reason);
    return false;
  }
  zip_int64_t entries = zip_get_num_entries(zip, 0);
  for (zip_int64_t i = 0; i < entries; ++i) {
    auto position = static_cast<zip_uint64_t>(i);
    const char *name = zip_get_name(zip, position, 0);
    llvm::StringRef key = name ? name : "";
    if (!key.consume_back(".npy"))
      continue; // NumPy writes nothing else
    names.push_back(key.str());
    positions.push_back(position);
  }
  return true;
}

Outcome<Value> Archive::read(const std::string &key) {
  auto found = std::find(names.begin(), names.end(), key);
  if (found == names.end()) {
    std::string message = "`" + path + "`: no array `" + key + "`; ";
    if (std::optional<std::string> close = closestName(key, names))
      return Failure{message + "did you mean `" + *close + "`?"};
    message += names.empty() ? "the archive holds none" : "it holds ";
    for (size_t k = 0; k < names.size(); ++k)
      message += (k ? ", `" : "`") + names[k] + "`";
    return Failure{message};
  }
  std::string where = path + ":" + key;
  zip_file_t *file = zip_fopen_index(zip, positions[static_cast<size_t>(found - names.begin())], 0);
  if (!file)
    return Failure{"`" + where + "`: cannot be read: " + zip_strerror(zip)};
  auto close = llvm::make_scope_exit([&] { zip_fclose(file); });
  // The size that the archive states is not to be trusted: grow with what comes.
  std::string bytes;
  while (true) {
    size_t old = bytes.size(), chunk = std::max<size_t>(size_t(1) << 20, old / 2);
    bytes.resize(old + chunk);
    zip_int64_t got = zip_fread(file, bytes.data() + old, chunk);
    if (got < 0)
      return Failure{"`" + where + "`: the archive is damaged: " + zip_file_strerror(file)};
    bytes.resize(old + static_cast<size_t>(got));
    if (got == 0)
      break;
  }
  return parseNpy(bytes, where);
}

} // namespace

Outcome<Value> readNpz(const std::string &path, const std::optional<std::string> &key) {
  Archive archive;
  if (!archive.open(path))
    return Failure{archive.error};
  if (key)
    return archive.read(*key);
  if (archive.keys().size() == 1)
    return archive.read(archive.keys()[0]);
  std::string names;
  for (const std::string &name : archive.keys())
    names += (names.empty() ? "`" : ", `") + name + "`";
  if (names.empty())
    return Failure{"`" + path + "`: the archive holds no array"};
  return Failure{"`" + path + "`: the archive holds several arrays (" + names +
                 "); name one, as in @" + path + ":" + archive.keys()[0]};
}

Outcome<std::vector<NamedValue>> readNpzAll(const std::string &path) {
  Archive archive;
  if (!archive.open(path))
    return Failure{archive.error};
  std::vector<NamedValue> values;
  for (const std::string &key : archive.keys()) {
    Outcome<Value> value = archive.read(key);
    if (!value)
      return Failure{value.message()};
    values.push_back({key, std::move(*value)});
  }
  return values;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// Adds an array; returns false with the reason in the archive's error.
static bool addEntry(zip_t *zip, const std::string &name, const std::string &bytes) {
  zip_source_t *source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
  if (!source)
    return false;
  zip_int64_t index = zip_file_add(zip, (name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  auto position = static_cast<zip_uint64_t>(index);
  // NumPy's own choices: stored, dated 1980-01-01.
  return zip_set_file_compression(zip, position, ZIP_CM_STORE, 0) == 0 &&
         zip_file_set_dostime(zip, position, 0, (1 << 5) | 1, 0) == 0;
}

Outcome<std::string> npzBytes(llvm::ArrayRef<NamedValue> values) {
  zip_error_t reason;
  zip_error_init(&reason);
  auto clear = llvm::make_scope_exit([&] { zip_error_fini(&reason); });
  auto failure = [](const char *message) {
    return Failure{std::string("the archive cannot be made: ") + message};
  };
  // libzip reports an archive without entries as one to delete: write its end record.
  if (values.empty())
    return std::string("PK\5\6", 4) + std::string(18, '\0');

  zip_source_t *target = zip_source_buffer_create(nullptr, 0, 0, &reason);
  if (!target)
    return failure(zip_error_strerror(&reason));
  auto release = llvm::make_scope_exit([&] { zip_source_free(target); });
  zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &reason);
  if (!zip)
    return failure(zip_error_strerror(&reason));
  zip_source_keep(target); // closing the archive releases it once

  // libzip reads the entries when it closes the archive.
  std::vector<std::string> entries;
  for (const NamedValue &named : values)
    entries.push_back(npyBytes(named.value));
  bool good = true;
  for (size_t k = 0; good && k < values.size(); ++k)
    good = addEntry(zip, values[k].name, entries[k]);
  if (!good || zip_close(zip) != 0) {
    Failure failed = failure(zip_strerror(zip));
    zip_discard(zip);
    return failed;
  }

  zip_stat_t stat;
  if (zip_source_stat(target, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE) ||
      zip_source_open(target) != 0)
    return failure(zip_error_strerror(zip_source_error(target)));
  std::string bytes(stat.size, '\0');
  zip_int64_t got = zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  if (got != static_cast<zip_int64_t>(bytes.size()))
    return failure("it cannot be read back");
  return bytes;
}

} // namespace circ
