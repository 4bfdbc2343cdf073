//===- TapeAccess.cpp - Pushes and pops without a call --------------------===//
//
//   circ_push_bytes(tape, data, 16)      if (tape->end - tape->top >= 16) {
//                                   =>     copy 16 bytes to tape->top; tape->top += 16;
//                                        } else { circ_push_bytes(tape, copy of data, 16); }
//
// The array that holds the data is then used by copies alone, and becomes registers.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/TapeAccess.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace circ {
namespace {

/// More bytes than these are better copied by a call.
constexpr uint64_t mostBytes = 256;
/// Calls in a module that are replaced: in straight code that is longer, nothing is gained.
constexpr size_t mostCalls = 200;

/// The first members of `struct circ_tape`, of the last chunk.
enum Member { Top, Begin, End };

class Access {
public:
  Access(CallInst *call, bool isPush)
      : call(call), isPush(isPush), b(call), tape(call->getArgOperand(0)) {}

  /// `bytes` from or to the memory at `data`.
  void replaceCopy(uint64_t bytes) {
    Value *data = call->getArgOperand(1);
    Function *function = call->getFunction();
    IRBuilder<> entry(&*function->getEntryBlock().getFirstInsertionPt());
    AllocaInst *copy = entry.CreateAlloca(ArrayType::get(b.getInt64Ty(), bytes / 8));
    split(bytes);
    Align align(8);
    if (isPush)
      b.CreateMemCpy(place, align, data, align, bytes);
    else
      b.CreateMemCpy(data, align, place, align, bytes);
    call->setArgOperand(1, copy);
    if (isPush) {
      b.SetInsertPoint(call);
      b.CreateMemCpy(copy, align, data, align, bytes);
    } else {
      b.SetInsertPoint(call->getNextNode());
      b.CreateMemCpy(data, align, copy, align, bytes);
    }
  }

  /// One number.
  void replaceNumber() {
    split(8);
    if (isPush) {
      b.CreateAlignedStore(call->getArgOperand(1), place, Align(8));
      return;
    }
    Value *fast = b.CreateAlignedLoad(call->getType(), place, Align(8));
    b.SetInsertPoint(&after->front());
    PHINode *phi = b.CreatePHI(call->getType(), 2);
    call->replaceAllUsesWith(phi);
    phi->addIncoming(fast, usual);
    phi->addIncoming(call, call->getParent());
  }

private:
  Value *member(Member which) { return b.CreateConstInBoundsGEP1_64(b.getPtrTy(), tape, which); }

  /// Makes the usual case ahead of the call, up to the new top, and goes on there.
  void split(uint64_t bytes) {
    Value *top = b.CreateLoad(b.getPtrTy(), member(Top));
    Value *limit = b.CreateLoad(b.getPtrTy(), member(isPush ? End : Begin));
    Value *room = isPush ? b.CreateSub(address(limit), address(top))
                         : b.CreateSub(address(top), address(limit));
    Value *fits = b.CreateICmpUGE(room, b.getInt64(bytes));
    MDNode *likely = MDBuilder(b.getContext()).createBranchWeights(1 << 20, 1);
    Instruction *then, *otherwise;
    SplitBlockAndInsertIfThenElse(fits, call, &then, &otherwise, likely);
    after = call->getParent();
    call->moveBefore(otherwise);
    usual = then->getParent();
    b.SetInsertPoint(then);
    b.SetCurrentDebugLocation(call->getDebugLoc());
    Value *next = b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), top, isPush ? bytes : -bytes);
    b.CreateStore(next, member(Top));
    place = isPush ? top : next;
  }

  Value *address(Value *pointer) { return b.CreatePtrToInt(pointer, b.getInt64Ty()); }

  CallInst *call;
  bool isPush;
  IRBuilder<> b;
  Value *tape;
  Value *place = nullptr;
  BasicBlock *usual = nullptr, *after = nullptr;
};

} // namespace

void inlineTapeAccess(Module &module) {
  SmallVector<std::pair<CallInst *, bool>> copies, numbers;
  for (bool isPush : {true, false}) {
    for (StringRef name : {"bytes", "f64", "i64"}) {
      Function *function = module.getFunction((isPush ? "circ_push_" : "circ_pop_") + name.str());
      if (!function)
        continue;
      for (User *user : function->users()) {
        auto *call = dyn_cast<CallInst>(user);
        if (!call || call->getCalledFunction() != function)
          continue;
        if (name != "bytes") {
          numbers.push_back({call, isPush});
          continue;
        }
        auto *bytes = dyn_cast<ConstantInt>(call->getArgOperand(2));
        if (bytes && bytes->getZExtValue() <= mostBytes && bytes->getZExtValue() % 8 == 0 &&
            !bytes->isZero())
          copies.push_back({call, isPush});
      }
    }
  }
  if (copies.size() + numbers.size() > mostCalls)
    return;
  for (auto [call, isPush] : copies)
    Access(call, isPush).replaceCopy(cast<ConstantInt>(call->getArgOperand(2))->getZExtValue());
  for (auto [call, isPush] : numbers)
    Access(call, isPush).replaceNumber();
}

} // namespace circ
