//===- Objects.cpp - From a module to objects -----------------------------===//

#include "compiler/codegen/Objects.h"

#include "compiler/codegen/Emit.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace circ {

static Error append(Module &module, TargetMachine &machine, Objects &objects) {
  SmallVector<char, 0> object;
  if (Error error = emitObject(module, machine, object))
    return error;
  objects.emplace_back(object.data(), object.size());
  return Error::success();
}

Expected<Objects> compileObjects(Module &module, TargetMachine &machine,
                                 const CodegenOptions &options, bool forJit) {
  Objects objects;
  std::unique_ptr<Module> longCode = optimizeApart(module, machine, options);
  if (Error error = append(module, machine, objects))
    return std::move(error);
  if (!longCode)
    return objects;
  CodegenOptions lower = options;
  lower.level = options.longCode == LongCode::Least ? 0 : std::min(options.level, 1u);
  auto lowerMachine = makeTargetMachine(lower, forJit);
  if (!lowerMachine)
    return lowerMachine.takeError();
  if (Error error = append(*longCode, **lowerMachine, objects))
    return std::move(error);
  return objects;
}

} // namespace circ
