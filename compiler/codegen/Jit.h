//===- Jit.h - Running compiled code in this process ----------------------===//
//
// The code is compiled to objects in memory, and the objects are linked in
// place by JITLink. ORC's sessions, symbol pools and threads are not needed for
// one or two objects and cost start-up time. Objects can be kept and loaded again.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/codegen/Objects.h"
#include "compiler/codegen/Translate.h"
#include "runtime/circ_runtime.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace circ {

/// Machine code in this process, valid for the life of this object.
class Jit {
public:
  /// Optimises a program, compiles it for this CPU or the one of the options,
  /// and links it with the runtime and libm of this process.
  static llvm::Expected<std::unique_ptr<Jit>> create(LLVMProgram program,
                                                     const CodegenOptions &options);

  /// The first part of `create`: the objects that `load` takes.
  static llvm::Expected<Objects> compile(LLVMProgram program, const CodegenOptions &options);

  /// The second part of `create`. Objects made by another process must have
  /// been made for features that this CPU has.
  static llvm::Expected<std::unique_ptr<Jit>> load(const Objects &objects);

  Jit(const Jit &) = delete;
  ~Jit();

  /// The packed entry of this name; null where there is none.
  circ_body lookup(llvm::StringRef name) const;

private:
  struct Image;
  explicit Jit(std::unique_ptr<Image> image);
  std::unique_ptr<Image> image;
};

} // namespace circ
