//===- RuntimeObject.cpp - The runtime as an object -----------------------===//

#include "compiler/codegen/RuntimeObject.h"

// CIRC_RUNTIME_OBJECT is the path of the object, given by the build.
__asm__(".pushsection .rodata.circ_runtime_object, \"a\"\n"
        ".balign 16\n"
        "circ_runtime_object_begin:\n"
        ".incbin \"" CIRC_RUNTIME_OBJECT "\"\n"
        "circ_runtime_object_end:\n"
        ".popsection\n");

extern "C" __attribute__((visibility("hidden"))) const char circ_runtime_object_begin[];
extern "C" __attribute__((visibility("hidden"))) const char circ_runtime_object_end[];

namespace circ {

llvm::StringRef runtimeObject() {
  return {circ_runtime_object_begin,
          static_cast<size_t>(circ_runtime_object_end - circ_runtime_object_begin)};
}

} // namespace circ
