#include "compiler/codegen/LongCode.h"

#include "compiler/codegen/MoveFunctions.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "gtest/gtest.h"

using namespace llvm;

namespace circ {
namespace {

using Names = std::vector<std::string>;

struct Program {
  LLVMContext context;
  Module module{"program", context};
  Type *number = Type::getDoubleTy(context);
  IRBuilder<> b{context};

  /// A local function of so many additions that calls others first, each once, in a
  /// loop that runs for ever if `inLoop`.
  Function *add(StringRef name, unsigned additions, ArrayRef<Function *> callees,
                bool inLoop = false) {
    Function *function = Function::Create(FunctionType::get(number, {number}, false),
                                          Function::InternalLinkage, name, module);
    BasicBlock *block = BasicBlock::Create(context, "", function);
    b.SetInsertPoint(block);
    if (inLoop) {
      BasicBlock *body = BasicBlock::Create(context, "body", function);
      b.CreateBr(body);
      b.SetInsertPoint(body);
    }
    Value *value = function->getArg(0);
    for (Function *callee : callees)
      value = b.CreateCall(callee, value);
    for (unsigned i = 0; i < additions; ++i)
      value = b.CreateFAdd(value, function->getArg(0));
    if (inLoop)
      b.CreateBr(b.GetInsertBlock());
    else
      b.CreateRet(value);
    return function;
  }

  /// The names that are taken out, in order.
  Names taken(const CodegenOptions &options) {
    Names names;
    made = takeLongCode(module, options);
    EXPECT_FALSE(verifyModule(module, &errs()));
    if (!made)
      return names;
    EXPECT_FALSE(verifyModule(*made, &errs()));
    for (Function &function : *made)
      if (!function.isDeclaration())
        names.push_back(function.getName().split('.').first.str());
    return names;
  }

  std::unique_ptr<Module> made;
};

CodegenOptions with(LongCode effort) {
  CodegenOptions options;
  options.longCode = effort;
  options.longCodeLength = 100;
  options.partLength = 50;
  return options;
}

TEST(LongCode, WhatRunsSeldomIsTaken) {
  Program p;
  Function *leaf = p.add("leaf", 60, {});
  Function *middle = p.add("middle", 60, {leaf, leaf});
  p.add("root", 1, {middle, leaf})->setLinkage(Function::ExternalLinkage);
  EXPECT_EQ(p.taken(with(LongCode::Least)), (Names{"leaf", "middle", "root"}));
}

TEST(LongCode, LittleCodeStays) {
  Program p;
  p.add("root", 60, {})->setLinkage(Function::ExternalLinkage);
  EXPECT_EQ(p.taken(with(LongCode::Least)), Names{});
}

TEST(LongCode, WhatLoopsRunStays) {
  Program p;
  Function *inner = p.add("inner", 200, {});
  Function *body = p.add("body", 200, {inner});
  Function *loop = p.add("loop", 200, {body}, /*inLoop=*/true);
  p.add("root", 200, {loop})->setLinkage(Function::ExternalLinkage);
  EXPECT_EQ(p.taken(with(LongCode::Least)), Names{"root"});
}

TEST(LongCode, WhatRunsOftenByManyCallsStays) {
  for (unsigned doublings : {9, 10}) {
    Program p;
    Function *leaf = p.add("leaf", 200, {});
    Function *caller = leaf;
    for (unsigned i = 0; i < doublings; ++i)
      caller = p.add("twice", 20, {caller, caller});
    caller->setLinkage(Function::ExternalLinkage);
    Names names = p.taken(with(LongCode::Least));
    EXPECT_EQ(names.front() == "leaf", doublings == 9) << "512 and 1024 runs";
  }
}

TEST(LongCode, ShortLoopsCount) {
  for (unsigned trips : {100, 2000}) {
    Program p;
    Function *body = p.add("body", 200, {});
    Function *loop = p.add("loop", 1, {});
    // for (i = 0; i < trips; ++i) body(x)
    BasicBlock &entry = loop->front();
    entry.back().eraseFromParent();
    BasicBlock *inside = BasicBlock::Create(p.context, "inside", loop);
    BasicBlock *after = BasicBlock::Create(p.context, "after", loop);
    p.b.SetInsertPoint(&entry);
    p.b.CreateBr(inside);
    p.b.SetInsertPoint(inside);
    PHINode *index = p.b.CreatePHI(p.b.getInt64Ty(), 2);
    p.b.CreateCall(body, loop->getArg(0));
    Value *next = p.b.CreateAdd(index, p.b.getInt64(1), "", /*NUW=*/true, /*NSW=*/true);
    p.b.CreateCondBr(p.b.CreateICmpSLT(next, p.b.getInt64(trips)), inside, after);
    index->addIncoming(p.b.getInt64(0), &entry);
    index->addIncoming(next, inside);
    p.b.SetInsertPoint(after);
    p.b.CreateRet(loop->getArg(0));
    p.add("root", 200, {loop})->setLinkage(Function::ExternalLinkage);
    EXPECT_EQ(p.taken(with(LongCode::Least)),
              trips == 100 ? (Names{"body", "loop", "root"}) : Names{"root"});
  }
}

TEST(LongCode, RecursionAndWhatItCallsStay) {
  Program p;
  Function *leaf = p.add("leaf", 200, {});
  Function *cycle = p.add("cycle", 200, {leaf});
  p.b.SetInsertPoint(&cycle->front().front());
  p.b.CreateCall(cycle, cycle->getArg(0));
  p.add("root", 200, {cycle})->setLinkage(Function::ExternalLinkage);
  EXPECT_EQ(p.taken(with(LongCode::Least)), Names{"root"});
}

TEST(LongCode, WhatIsCalledByAddressStays) {
  Program p;
  Function *block = p.add("block", 200, {});
  Function *root = p.add("root", 200, {});
  root->setLinkage(Function::ExternalLinkage);
  p.b.SetInsertPoint(&root->front().front());
  p.b.CreateStore(block, p.b.CreateAlloca(p.b.getPtrTy()));
  EXPECT_EQ(p.taken(with(LongCode::Least)), Names{"root"});
}

TEST(LongCode, PartsAreStraightLinesWithoutMemoryOfTheirOwn) {
  Program p;
  Function *part = p.add("part", 200, {});
  Function *merged = p.add("merged", 200, {}); // it may be inlined
  Function *shorter = p.add("shorter", 10, {});
  Function *stack = p.add("stack", 200, {});
  Function *looping = p.add("looping", 200, {}, /*inLoop=*/true);
  p.b.SetInsertPoint(&stack->front().front());
  p.b.CreateAlloca(p.number);
  for (Function *function : {part, shorter, stack, looping})
    function->addFnAttr(Attribute::NoInline);
  p.add("root", 200, {part, merged, shorter, stack, looping})
      ->setLinkage(Function::ExternalLinkage);
  EXPECT_EQ(p.taken(with(LongCode::Less)), Names{"part"});
}

TEST(LongCode, PartsInlineNothing) {
  Program p;
  Function *math = p.add("math", 20, {});
  math->addFnAttr(Attribute::AlwaysInline);
  Function *inlines = p.add("inlines", 200, {math});
  Function *calls = p.add("calls", 200, {math});
  cast<CallInst>(calls->front().front()).addFnAttr(Attribute::NoInline);
  for (Function *function : {inlines, calls})
    function->addFnAttr(Attribute::NoInline);
  p.add("root", 200, {inlines, calls})->setLinkage(Function::ExternalLinkage);
  EXPECT_EQ(p.taken(with(LongCode::Less)), Names{"calls"});
}

TEST(LongCode, FullEffortTakesNothing) {
  Program p;
  p.add("root", 200, {})->setLinkage(Function::ExternalLinkage);
  EXPECT_EQ(p.taken(with(LongCode::Full)), Names{});
}

TEST(MoveFunctions, SharesWhatBothModulesUse) {
  Program p;
  Function *callee = p.add("callee", 1, {});
  Function *moved = p.add("moved", 1, {callee});
  auto *text = new GlobalVariable(p.module, p.number, /*isConstant=*/true,
                                  GlobalValue::PrivateLinkage, ConstantFP::get(p.number, 2), "two");
  p.b.SetInsertPoint(&moved->front().front());
  p.b.CreateLoad(p.number, text);
  p.add("root", 1, {moved})->setLinkage(Function::ExternalLinkage);
  auto made = moveFunctions(p.module, {moved});
  ASSERT_FALSE(verifyModule(p.module, &errs()));
  ASSERT_FALSE(verifyModule(*made, &errs()));
  EXPECT_TRUE(moved->isDeclaration());
  for (Function *function : {moved, callee}) {
    EXPECT_EQ(function->getLinkage(), GlobalValue::ExternalLinkage);
    EXPECT_EQ(function->getVisibility(), GlobalValue::HiddenVisibility);
    // The other module knows it by the same name, which no other library has.
    Function *other = made->getFunction(function->getName());
    ASSERT_TRUE(other);
    EXPECT_EQ(other->isDeclaration(), !function->isDeclaration());
    EXPECT_TRUE(function->getName().contains('.'));
  }
  GlobalVariable *copy = made->getGlobalVariable("two", /*AllowInternal=*/true);
  ASSERT_TRUE(copy);
  EXPECT_TRUE(copy->hasInitializer());
  EXPECT_TRUE(copy->hasLocalLinkage());
}

TEST(MoveFunctions, NamesDifferWithWhatIsExported) {
  std::string names[2];
  for (unsigned i : {0, 1}) {
    Program p;
    Function *moved = p.add("moved", 1, {});
    p.add(i == 0 ? "f" : "g", 1, {moved})->setLinkage(Function::ExternalLinkage);
    moveFunctions(p.module, {moved});
    names[i] = moved->getName().str();
  }
  EXPECT_NE(names[0], names[1]);
}

} // namespace
} // namespace circ
