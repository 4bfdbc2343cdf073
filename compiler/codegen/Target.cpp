//===- Target.cpp - The machine that code is made for ---------------------===//

#include "compiler/codegen/Optimize.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace llvm;

namespace circ {

static void initializeTarget() {
  static bool once = [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)once;
}

static std::string hostFeatures() {
  SubtargetFeatures features;
  for (const auto &feature : sys::getHostCPUFeatures())
    features.AddFeature(feature.first(), feature.second);
  return features.getString();
}

std::string hostCpu() { return sys::getHostCPUName().str() + " " + hostFeatures(); }

/// The known CPU whose name is nearest to `name`; "" if none is near.
static StringRef similarCpu(const MCSubtargetInfo &info, StringRef name) {
  StringRef best;
  unsigned distance = 1 + name.size() / 3;
  for (const SubtargetSubTypeKV &known : info.getAllProcessorDescriptions()) {
    unsigned d = name.edit_distance_insensitive(known.Key, true, distance);
    if (d < distance) {
      distance = d;
      best = known.Key;
    }
  }
  return best;
}

/// An error unless code for this CPU can be made.
static Error checkCpu(const Target &target, const Triple &triple, StringRef cpu) {
  std::unique_ptr<MCSubtargetInfo> any(target.createMCSubtargetInfo(triple.str(), "", ""));
  if (!any->isCPUStringValid(cpu)) {
    std::string message = ("unknown CPU '" + cpu + "'").str();
    StringRef similar = similarCpu(*any, cpu);
    if (!similar.empty())
      message += ("; did you mean '" + similar + "'?").str();
    return createStringError(message);
  }
  // LLVM stops the process when it meets a 32-bit CPU here.
  if (triple.getArch() == Triple::x86_64) {
    std::unique_ptr<MCSubtargetInfo> info(target.createMCSubtargetInfo(triple.str(), cpu, ""));
    if (!info->checkFeatures("+64bit"))
      return createStringError("the CPU '" + cpu + "' has no 64-bit mode");
  }
  return Error::success();
}

Expected<std::unique_ptr<TargetMachine>> makeTargetMachine(const CodegenOptions &options,
                                                           bool forJit) {
  initializeTarget();
  Triple triple(options.target.empty() ? sys::getProcessTriple()
                                       : Triple::normalize(options.target));
  auto impossible = [&] {
    return createStringError("no code can be made for '" +
                             (options.target.empty() ? triple.str() : options.target) +
                             "': known machines are x86_64-linux-gnu and aarch64-linux-gnu");
  };
  std::string message;
  const Target *target = TargetRegistry::lookupTarget(triple.str(), message);
  if (!target || !triple.isArch64Bit() || !triple.isLittleEndian() || !triple.isOSLinux())
    return impossible();

  std::string cpu = options.cpu, features;
  if (cpu == "native") {
    cpu = sys::getHostCPUName().str();
    features = hostFeatures();
  } else if (cpu == "generic") {
    cpu = triple.getArch() == Triple::x86_64 ? "x86-64" : "generic";
  } else if (Error error = checkCpu(*target, triple, cpu)) {
    return std::move(error);
  }

  TargetOptions targetOptions;
  targetOptions.AllowFPOpFusion = options.strict ? FPOpFusion::Strict : FPOpFusion::Standard;
  targetOptions.FunctionSections = targetOptions.DataSections = !forJit;
  targetOptions.MCOptions.AsmVerbose = true;
  static const CodeGenOptLevel levels[] = {CodeGenOptLevel::None, CodeGenOptLevel::Less,
                                           CodeGenOptLevel::Default, CodeGenOptLevel::Aggressive};
  std::unique_ptr<TargetMachine> machine(
      target->createTargetMachine(triple.str(), cpu, features, targetOptions, Reloc::PIC_,
                                  CodeModel::Small, levels[std::min(options.level, 3u)], forJit));
  if (!machine)
    return impossible();
  if (machine->getPointerSize(0) != 8)
    return impossible();
  return machine;
}

unsigned vectorRegisterBits(const TargetMachine &machine) {
  if (machine.getTargetTriple().getArch() != Triple::x86_64)
    return 128;
  const MCSubtargetInfo &info = *machine.getMCSubtargetInfo();
  return info.checkFeatures("+avx512f,+avx512dq") ? 512 : info.checkFeatures("+avx") ? 256 : 128;
}

std::string requiredCpuFeatures(const TargetMachine &machine) {
  if (machine.getTargetTriple().getArch() != Triple::x86_64)
    return "";
  // What the code generator chooses by itself; circ_cpu.c knows the same names.
  static const char *const candidates[] = {"sse3",       "ssse3",        "sse4.1",
                                           "sse4.2",     "popcnt",       "cx16",
                                           "movbe",      "lzcnt",        "bmi",
                                           "bmi2",       "avx",          "avx2",
                                           "fma",        "f16c",         "avx512f",
                                           "avx512cd",   "avx512bw",     "avx512dq",
                                           "avx512vl",   "avx512ifma",   "avx512vbmi",
                                           "avx512vnni", "avx512bf16",   "avx512vbmi2",
                                           "avx512fp16", "avx512bitalg", "avx512vpopcntdq",
                                           "avxvnni",    "gfni",         "vaes",
                                           "vpclmulqdq", "adx",          "xop",
                                           "fma4",       "tbm"};
  SmallVector<StringRef> required;
  for (StringRef feature : candidates)
    if (machine.getMCSubtargetInfo()->checkFeatures(("+" + feature).str()))
      required.push_back(feature);
  return join(required, ",");
}

} // namespace circ
