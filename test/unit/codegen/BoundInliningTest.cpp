#include "compiler/codegen/BoundInlining.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "gtest/gtest.h"

using namespace llvm;

namespace circ {
namespace {

struct Chain {
  LLVMContext context;
  Module module{"chain", context};

  /// A function of so many additions that calls others first.
  Function *add(StringRef name, unsigned additions, ArrayRef<Function *> callees) {
    Type *number = Type::getDoubleTy(context);
    Function *function = Function::Create(FunctionType::get(number, {number}, false),
                                          Function::ExternalLinkage, name, module);
    IRBuilder<> b(BasicBlock::Create(context, "", function));
    Value *value = function->getArg(0);
    for (Function *callee : callees)
      value = b.CreateCall(callee, value);
    for (unsigned i = 0; i < additions; ++i)
      value = b.CreateFAdd(value, function->getArg(0));
    b.CreateRet(value);
    return function;
  }

  Function *addMath(unsigned additions) {
    Function *function = add("circ.scalar.sin", additions, {});
    function->addFnAttr(Attribute::AlwaysInline);
    return function;
  }

  static bool staysApart(Function *function) {
    return function->hasFnAttribute(Attribute::NoInline);
  }
};

TEST(BoundInlining, ShortChainsMayMerge) {
  Chain chain;
  Function *inner = chain.add("inner", 300, {});
  Function *middle = chain.add("middle", 300, {inner});
  chain.add("outer", 300, {middle});
  boundInlining(chain.module);
  EXPECT_FALSE(Chain::staysApart(inner));
  EXPECT_FALSE(Chain::staysApart(middle));
}

TEST(BoundInlining, LongChainsAreCut) {
  Chain chain;
  SmallVector<Function *> functions;
  for (unsigned i = 0; i < 200; ++i)
    functions.push_back(chain.add(
        "g", 30, functions.empty() ? ArrayRef<Function *>() : ArrayRef(functions.back())));
  boundInlining(chain.module);
  unsigned run = 0; // functions that may become one
  for (Function *function : functions) {
    run = Chain::staysApart(function) ? 0 : run + 1;
    EXPECT_LE(run, 32u);
  }
  EXPECT_LE(llvm::count_if(functions, Chain::staysApart), 8);
}

TEST(BoundInlining, ManyCalleesOfOneCallerCount) {
  Chain chain;
  SmallVector<Function *> callees;
  for (unsigned i = 0; i < 6; ++i)
    callees.push_back(chain.add("g", 300, {}));
  chain.add("caller", 10, callees);
  boundInlining(chain.module);
  EXPECT_EQ(llvm::count_if(callees, Chain::staysApart), 3);
}

TEST(BoundInlining, SmallCalleesAreLeftToLLVM) {
  Chain chain;
  Function *small = chain.add("small", 50, {});
  chain.add("caller", 20000, {small});
  boundInlining(chain.module);
  EXPECT_FALSE(Chain::staysApart(small));
}

/// Calls of `callee` in a function that may not become code.
unsigned callsThatStay(Function *function, Function *callee) {
  unsigned count = 0;
  for (User *user : callee->users())
    if (auto *call = dyn_cast<CallBase>(user); call && call->getFunction() == function)
      count += call->getAttributes().hasFnAttr(Attribute::NoInline);
  return count;
}

TEST(BoundInlining, MathFunctionsBecomeCodeInShortFunctions) {
  Chain chain;
  Function *math = chain.addMath(50);
  Function *caller = chain.add("caller", 10, SmallVector<Function *>(5, math));
  boundInlining(chain.module);
  EXPECT_EQ(callsThatStay(caller, math), 0u);
}

TEST(BoundInlining, MathFunctionsOfLongFunctionsAreCalled) {
  Chain chain;
  Function *math = chain.addMath(98);
  Function *caller = chain.add("caller", 59, SmallVector<Function *>(40, math));
  boundInlining(chain.module);
  // 100 instructions of its own, and nine times 100 with the return: the tenth is beyond 1,000.
  EXPECT_EQ(callsThatStay(caller, math), 30u);
}

TEST(BoundInlining, MathFunctionsOfPartsAreCalled) {
  Chain chain;
  Function *math = chain.addMath(50);
  Function *part = chain.add("part", 10, {math});
  part->addFnAttr(Attribute::NoInline);
  boundInlining(chain.module);
  EXPECT_EQ(callsThatStay(part, math), 1u);
}

TEST(BoundInlining, MathFunctionsInLoopsBecomeCode) {
  Chain chain;
  Function *math = chain.addMath(50);
  Function *caller = chain.add("caller", 2000, {});
  // The block before the function's end, again and again.
  BasicBlock *before = &caller->getEntryBlock();
  BasicBlock *after = before->splitBasicBlock(before->getTerminator());
  BasicBlock *loop = BasicBlock::Create(chain.context, "loop", caller, after);
  before->getTerminator()->setSuccessor(0, loop);
  IRBuilder<> b(loop);
  Value *value = b.CreateCall(math, caller->getArg(0));
  b.CreateCondBr(b.CreateFCmpOLT(value, caller->getArg(0)), loop, after);
  boundInlining(chain.module);
  EXPECT_EQ(callsThatStay(caller, math), 0u);
}

TEST(BoundInlining, CyclesEnd) {
  Chain chain;
  Function *first = chain.add("first", 2000, {});
  Function *second = chain.add("second", 2000, {first});
  IRBuilder<> b(&first->getEntryBlock().front());
  b.CreateCall(second, first->getArg(0));
  chain.add("caller", 2000, {second});
  boundInlining(chain.module);
  EXPECT_TRUE(Chain::staysApart(first) || Chain::staysApart(second));
}

} // namespace
} // namespace circ
