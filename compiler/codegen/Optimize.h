//===- Optimize.h - The target and the LLVM pipeline ----------------------===//
#pragma once

#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace circ {

enum class Sanitizer { None, Address, Thread };

/// What is spent on long code that runs seldom, beside the level (LongCode.h).
enum class LongCode {
  Full,  ///< As much as on all code.
  Less,  ///< For programs that are called often: no less speed is known of.
  Least, ///< For a program that is called once: half the speed, a tenth of the compile time.
};

/// Choices of code generation.
struct CodegenOptions {
  unsigned level = 3;     ///< 0 to 3, as of -O.
  bool strict = false;    ///< No contraction to fused multiply-add.
  bool debugInfo = false; ///< Line tables and frame pointers.
  Sanitizer sanitizer = Sanitizer::None;
  bool blas = false; ///< Large products and factorisations by BLAS and LAPACK, not if strict.
  /// "native", "generic", or a name that LLVM knows ("x86-64-v3", "znver4", ...).
  std::string cpu = "native";
  /// The machine to make code for, as in "aarch64-linux-gnu"; empty: this one. Others
  /// than this machine's kind are there after `registerOtherTargets`.
  std::string target;
  /// The bytes that a call may hold beyond inputs and outputs; 0: no limit.
  int64_t memoryLimit = 0;
  /// Whether code in this process counts its operations (CountOperations.h).
  bool countOperations = false;
  /// Whether the compiler tells what it did and did not do to loops (`--remarks`).
  bool remarks = false;
  /// Whether `stop` asks for the values of another call (StoppedValues.h); in this process.
  bool holdStopped = false;
  /// Full where the code is to have line tables or a sanitizer, whatever is here.
  LongCode longCode = LongCode::Less;
  /// Code that runs seldom is long if it has more instructions than these, which take some 50 ms
  /// to compile with all effort.
  unsigned longCodeLength = 4000;
  /// Functions longer than twice this many lowered ops are cut into parts.
  unsigned partLength = 300;
  /// Whether code runs blocks of independent iterations on several threads; not if strict.
  bool parallel = false;
};

/// The machine to make code for; an error for a CPU or a kind of machine that LLVM does
/// not know, or where addresses do not have 64 bits.
/// Code is position-independent; for libraries each function has its section.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
makeTargetMachine(const CodegenOptions &options, bool forJit);

/// Makes the other machines known that code can be made for: 64-bit ARM.
void registerOtherTargets();

/// The name and the features of this CPU, which native code is made for.
std::string hostCpu();

/// Gives the module its target and runs LLVM's pipeline of this level over it,
/// with the instrumentation of the sanitizer. Functions that have a
/// `target-cpu` already keep it.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, const CodegenOptions &options);

/// The same for what is left of the module when the long code is taken out that is compiled with
/// less effort. Gives the module of that code; null where there is none.
std::unique_ptr<llvm::Module> optimizeApart(llvm::Module &module, llvm::TargetMachine &machine,
                                            const CodegenOptions &options);

/// The bits of the widest vector register that code for this machine uses.
unsigned vectorRegisterBits(const llvm::TargetMachine &machine);

/// The features beyond the architecture's baseline that generated code may use,
/// as `circ_cpu_supports` takes them ("avx2,fma"); "" where there are none.
std::string requiredCpuFeatures(const llvm::TargetMachine &machine);

} // namespace circ
