//===- BlockCutter.cpp - A long block to parts ----------------------------===//

#include "compiler/lowering/BlockCutter.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/IRMapping.h"
#include <numeric>

using namespace mlir;

namespace circ::lowering {

/// A cache line, and the largest register.
static constexpr int64_t frameAlignment = 64;

/// Whether an op is copied to where its value is used, instead of passed there.
static bool isCopied(Operation *op) {
  return op->hasTrait<OpTrait::ConstantLike>() || isa<LLVM::AddressOfOp>(op);
}

bool isPinned(Operation *op) { return isCopied(op) || isa<LLVM::AllocaOp>(op); }

BlockCutter::BlockCutter(func::FuncOp function, Block &block, unsigned limit,
                         const DenseMap<Operation *, unsigned> &weights)
    : function(function), block(block), limit(limit), weights(weights) {
  Block::iterator afterPinned = block.begin();
  for (Operation &op : llvm::make_early_inc_range(block.without_terminator())) {
    if (isPinned(&op)) {
      op.moveBefore(&block, afterPinned);
      afterPinned = std::next(op.getIterator());
    } else {
      ops.push_back(&op);
    }
  }
}

void BlockCutter::findUses() {
  DenseMap<Operation *, size_t> places;
  places.reserve(ops.size());
  auto visit = [&](Operation *op, size_t user) {
    for (OpOperand &operand : op->getOpOperands())
      if (Operation *definition = operand.get().getDefiningOp())
        if (auto found = places.find(definition); found != places.end())
          uses.push_back({&operand, user, found->second});
  };
  for (auto [i, op] : llvm::enumerate(ops)) {
    if (op->getNumRegions() == 0)
      visit(op, i);
    else
      op->walk([&, user = i](Operation *inner) { visit(inner, user); });
    places[op] = i;
  }
  visit(block.getTerminator(), ops.size());
}

/// Segments of at least `limit` ops. Each ends where the fewest of its values
/// are still to be read, as far as half its length beyond the limit.
void BlockCutter::chooseSegments() {
  SmallVector<size_t> lastUse(ops.size());
  std::iota(lastUse.begin(), lastUse.end(), 0);
  for (const Use &use : uses)
    lastUse[use.definition] = use.user;
  for (size_t begin = 0; begin < ops.size(); begin = segments.back().end) {
    size_t weight = 0, live = 0, best = ops.size(), fewest = SIZE_MAX;
    DenseMap<size_t, size_t> ends;
    for (size_t i = begin; i < ops.size() && weight < limit + limit / 2; ++i) {
      weight += ops[i]->getNumRegions() == 0 ? 1 : weights.lookup(ops[i]);
      live -= ends.lookup(i);
      if (lastUse[i] > i) {
        live += ops[i]->getNumResults();
        ends[lastUse[i]] += ops[i]->getNumResults();
      }
      if (weight >= limit && live < fewest) {
        fewest = live;
        best = i + 1;
      }
    }
    segments.push_back({begin, best});
    segmentOf.resize(best, segments.size() - 1);
  }
  segmentOf.push_back(segments.size());
}

static int64_t bytesOf(Type type) {
  int64_t count = 1;
  if (LLVM::isCompatibleVectorType(type)) {
    count = LLVM::getVectorNumElements(type).getFixedValue();
    type = LLVM::getVectorElementType(type);
  }
  int64_t bits = isa<LLVM::LLVMPointerType>(type) ? 64 : type.getIntOrFloatBitWidth();
  return llvm::PowerOf2Ceil(llvm::divideCeil(count * bits, 8));
}

static unsigned alignmentOf(Value value) {
  return static_cast<unsigned>(std::min(bytesOf(value.getType()), frameAlignment));
}

Value BlockCutter::address(OpBuilder &b, Location loc, size_t slot) {
  return b.create<LLVM::GEPOp>(loc, frame.getType(), b.getI8Type(), frame,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(slot)},
                               /*inbounds=*/true);
}

/// Whether a value may say where memory is: lanes have pointers, too.
static bool mayHoldPointers(Type type) {
  if (LLVM::isCompatibleVectorType(type))
    type = LLVM::getVectorElementType(type);
  return !isa<IntegerType, FloatType>(type);
}

/// Gives each value that is passed a place in the frame, in their order, and stores it there.
void BlockCutter::storeWhereMade() {
  SmallVector<bool> holdsPassed(ops.size());
  for (const Use &use : uses)
    if (isPassed(use)) {
      holdsPassed[use.definition] = true;
      slots[use.operand->get()] = 0;
    }
  for (auto [i, op] : llvm::enumerate(ops)) {
    if (!holdsPassed[i])
      continue;
    for (Value value : op->getResults()) {
      auto slot = slots.find(value);
      if (slot == slots.end())
        continue;
      segments[segmentOf[i]].sharesPointers |= mayHoldPointers(value.getType());
      int64_t bytes = bytesOf(value.getType());
      slot->second = llvm::alignTo(frameBytes, std::min(bytes, frameAlignment));
      frameBytes = slot->second + bytes;
      OpBuilder b(value.getContext());
      b.setInsertionPointAfterValue(value);
      b.create<LLVM::StoreOp>(value.getLoc(), value, address(b, value.getLoc(), slot->second),
                              alignmentOf(value));
    }
  }
}

/// Loads what is passed before its first use in a segment, for all uses there.
void BlockCutter::loadWhereUsed() {
  DenseMap<std::pair<Value, size_t>, Value> loaded;
  for (const Use &use : uses) {
    if (!isPassed(use))
      continue;
    Value value = use.operand->get();
    Value &load = loaded[{value, segmentOf[use.user]}];
    if (!load) {
      OpBuilder b(use.user == ops.size() ? block.getTerminator() : ops[use.user]);
      load = b.create<LLVM::LoadOp>(value.getLoc(), value.getType(),
                                    address(b, value.getLoc(), slots.lookup(value)),
                                    alignmentOf(value));
    }
    use.operand->set(load);
  }
}

/// Passes on what crosses the segments' ends. The frame is the stack memory of
/// the function, also when the block is the body of a loop.
void BlockCutter::useFrame() {
  OpBuilder b = OpBuilder::atBlockBegin(&function.getBody().front());
  Location loc = function.getLoc();
  auto size = b.create<LLVM::ConstantOp>(loc, b.getI64Type(), b.getI64IntegerAttr(0));
  frame = b.create<LLVM::AllocaOp>(loc, LLVM::LLVMPointerType::get(b.getContext()), b.getI8Type(),
                                   size, frameAlignment);
  storeWhereMade();
  loadWhereUsed();
  size.setValueAttr(b.getI64IntegerAttr(frameBytes));
  if (frame.use_empty()) {
    frame.getDefiningOp()->erase();
    size.erase();
  }
}

/// Moves what lies between two marks to a function and calls it there.
void BlockCutter::outline(Segment &segment, Operation *from, Operation *to, unsigned number) {
  OpBuilder b(function);
  Location loc = ops[segment.begin]->getLoc();
  auto part = b.create<func::FuncOp>(loc, (function.getName() + ".part." + Twine(number)).str(),
                                     b.getFunctionType({}, {}));
  part.setPrivate();
  SmallVector<StringRef> attributes{"noinline"};
  // LLVM looks for lanes in straight-line code for a third of its compile time, and what
  // it finds there saves nothing. This is the one attribute that keeps it from looking.
  auto within = llvm::ArrayRef(ops).slice(segment.begin, segment.end - segment.begin);
  if (llvm::all_of(within, [](Operation *op) { return op->getNumRegions() == 0; }))
    attributes.push_back("noimplicitfloat");
  part->setAttr("passthrough", b.getStrArrayAttr(attributes));
  Block *body = b.createBlock(&part.getBody());
  body->getOperations().splice(body->end(), block.getOperations(), std::next(from->getIterator()),
                               to->getIterator());
  b.create<func::ReturnOp>(loc);

  // Stack memory that nothing else uses moves along, unless a pointer into it could leave.
  bool takesBuffers = &block == &function.getBody().front() && !segment.sharesPointers;
  auto isOwn = [&](Operation *op) {
    return takesBuffers && isa<LLVM::AllocaOp>(op) &&
           llvm::all_of(op->getUsers(), [&](Operation *user) { return part->isAncestor(user); });
  };
  SmallVector<Value> arguments;
  IRMapping inside;
  OpBuilder atStart = OpBuilder::atBlockBegin(body);
  SmallVector<Operation *> copied;
  auto capture = [&](Value value) {
    Operation *definition = value.getDefiningOp();
    if (!definition || !(isCopied(definition) || isOwn(definition))) {
      arguments.push_back(value);
      inside.map(value, body->addArgument(value.getType(), value.getLoc()));
      return;
    }
    for (Value operand : definition->getOperands())
      if (!inside.contains(operand))
        atStart.clone(*operand.getDefiningOp(), inside);
    atStart.clone(*definition, inside);
    copied.push_back(definition);
  };
  SmallVector<Operation *> moved;
  body->walk([&](Operation *op) { moved.push_back(op); });
  for (Operation *op : moved)
    for (OpOperand &operand : op->getOpOperands()) {
      Region *region = operand.get().getParentRegion();
      if (region == &part.getBody() || part.getBody().isAncestor(region))
        continue;
      if (!inside.contains(operand.get()))
        capture(operand.get());
      operand.set(inside.lookup(operand.get()));
    }
  part.setFunctionType(b.getFunctionType(ValueRange(arguments).getTypes(), {}));
  OpBuilder(to).create<func::CallOp>(loc, part, arguments);
  for (Operation *op : copied)
    if (op->use_empty())
      op->erase();
}

unsigned BlockCutter::run(unsigned first) {
  findUses();
  chooseSegments();
  SmallVector<Operation *> marks;
  for (size_t i = 0; i <= segments.size(); ++i) {
    OpBuilder b(i < segments.size() ? ops[segments[i].begin] : block.getTerminator());
    marks.push_back(b.create<LLVM::ZeroOp>(function.getLoc(), b.getI1Type()));
  }
  useFrame();
  for (auto [i, segment] : llvm::enumerate(segments))
    outline(segment, marks[i], marks[i + 1], first + i);
  for (Operation *mark : marks)
    mark->erase();
  return segments.size();
}

} // namespace circ::lowering
