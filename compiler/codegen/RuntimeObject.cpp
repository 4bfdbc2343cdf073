//===- RuntimeObject.cpp - The runtime as an object -----------------------===//

#include "compiler/codegen/RuntimeObject.h"

#include "llvm/TargetParser/Host.h"

// CIRC_RUNTIME_OBJECT is the path of the object, given by the build; so is
// CIRC_AARCH64_RUNTIME_OBJECT, where the headers of that machine's libc are installed.
__asm__(".pushsection .rodata.circ_runtime_object, \"a\"\n"
        ".balign 16\n"
        "circ_runtime_object_begin:\n"
        ".incbin \"" CIRC_RUNTIME_OBJECT "\"\n"
        "circ_runtime_object_end:\n"
        ".balign 16\n"
        "circ_aarch64_runtime_object_begin:\n"
#ifdef CIRC_AARCH64_RUNTIME_OBJECT
        ".incbin \"" CIRC_AARCH64_RUNTIME_OBJECT "\"\n"
#endif
        "circ_aarch64_runtime_object_end:\n"
        ".popsection\n");

#define EMBEDDED extern "C" __attribute__((visibility("hidden"))) const char
EMBEDDED circ_runtime_object_begin[];
EMBEDDED circ_runtime_object_end[];
EMBEDDED circ_aarch64_runtime_object_begin[];
EMBEDDED circ_aarch64_runtime_object_end[];

namespace circ {

static llvm::StringRef between(const char *begin, const char *end) {
  return {begin, static_cast<size_t>(end - begin)};
}

llvm::StringRef runtimeObject(const llvm::Triple &triple) {
  if (!triple.isOSLinux())
    return "";
  if (triple.getArch() == llvm::Triple(llvm::sys::getProcessTriple()).getArch())
    return between(circ_runtime_object_begin, circ_runtime_object_end);
  if (triple.getArch() == llvm::Triple::aarch64)
    return between(circ_aarch64_runtime_object_begin, circ_aarch64_runtime_object_end);
  return "";
}

} // namespace circ
