//===- MoveFunctions.cpp - Functions to a module of their own -------------===//
//
// Bodies are spliced, not copied: there may be a million instructions. What stays
// behind is a declaration, so calls in the first module need no change.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/MoveFunctions.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/xxhash.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;

namespace circ {
namespace {

/// Tells libraries apart that one program links: what they export differs.
std::string nameSuffix(const Module &module) {
  std::string exported;
  for (const Function &function : module)
    if (!function.isDeclaration() && !function.hasLocalLinkage())
      exported += (function.getName() + "\n").str();
  return "." + utohexstr(xxh3_64bits(exported), /*LowerCase=*/true);
}

/// Declares in the new module what moved bodies use, when it is met.
class UsedGlobals : public ValueMaterializer {
public:
  UsedGlobals(Module &to, StringRef suffix) : to(to), suffix(suffix) {}

  /// Makes a local function or variable one that other objects can use. Another object's variable
  /// is found by the dynamic linker's table, as objects may lie far from one another.
  void share(GlobalValue &global) {
    if (!global.hasLocalLinkage())
      return;
    global.setName(global.getName() + suffix);
    global.setLinkage(GlobalValue::ExternalLinkage);
    if (isa<Function>(global))
      global.setVisibility(GlobalValue::HiddenVisibility);
    else
      global.setDSOLocal(false);
  }

  Function *declare(const Function &function) {
    Function *made = Function::Create(function.getFunctionType(), GlobalValue::ExternalLinkage,
                                      function.getAddressSpace(), function.getName(), &to);
    made->copyAttributesFrom(&function);
    return made;
  }

  Value *materialize(Value *value) override {
    if (auto *function = dyn_cast<Function>(value)) {
      share(*function);
      return declare(*function);
    }
    auto *variable = dyn_cast<GlobalVariable>(value);
    if (!variable)
      return nullptr;
    // Local constants have no identity.
    bool isCopied = variable->isConstant() && variable->hasLocalLinkage() &&
                    isa<ConstantData>(variable->getInitializer());
    if (!isCopied)
      share(*variable);
    auto *made =
        new GlobalVariable(to, variable->getValueType(), variable->isConstant(),
                           isCopied ? variable->getLinkage() : GlobalValue::ExternalLinkage,
                           isCopied ? variable->getInitializer() : nullptr, variable->getName(),
                           nullptr, variable->getThreadLocalMode(), variable->getAddressSpace());
    made->copyAttributesFrom(variable);
    return made;
  }

private:
  Module &to;
  StringRef suffix;
};

} // namespace

std::unique_ptr<Module> moveFunctions(Module &module, ArrayRef<Function *> functions) {
  auto made = std::make_unique<Module>(module.getName(), module.getContext());
  made->setDataLayout(module.getDataLayout());
  made->setTargetTriple(module.getTargetTriple());
  made->setPICLevel(module.getPICLevel());
  std::string suffix = nameSuffix(module);
  UsedGlobals globals(*made, suffix);
  ValueToValueMapTy map;
  for (Function *function : functions) {
    globals.share(*function);
    Function *moved = globals.declare(*function);
    map[function] = moved;
    for (auto [from, to] : zip(function->args(), moved->args()))
      map[&from] = &to;
  }
  for (Function *function : functions) {
    auto *moved = cast<Function>(map[function]);
    moved->splice(moved->end(), function);
    RemapFunction(*moved, map, RF_NoModuleLevelChanges | RF_IgnoreMissingLocals, nullptr, &globals);
  }
  return made;
}

} // namespace circ
