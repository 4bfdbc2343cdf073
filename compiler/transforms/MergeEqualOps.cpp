//===- MergeEqualOps.cpp - Common subexpressions --------------------------===//
//
// MLIR's own pass does not look into regions when it hashes an op, so that all
// maps of one size collide and a circuit of n comprehensions takes n² region
// comparisons. Here the hash of an op covers its regions: a value from outside
// counts by its identity, one defined inside by its number.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/Transforms.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/ScopedHashTable.h"

using namespace mlir;

namespace circ {
namespace {

/// Hashes an op with its regions.
class Hasher {
public:
  llvm::hash_code hash(Operation *op) {
    llvm::hash_code code = llvm::hash_combine(op->getName(), op->getRawDictionaryAttrs(),
                                              op->hashProperties(), op->getNumResults());
    for (Type type : op->getResultTypes())
      code = llvm::hash_combine(code, type);
    SmallVector<size_t> operands;
    for (Value operand : op->getOperands())
      operands.push_back(hash(operand));
    if (op->hasTrait<OpTrait::IsCommutative>())
      llvm::sort(operands);
    code = llvm::hash_combine(code, llvm::hash_combine_range(operands.begin(), operands.end()));
    for (Region &region : op->getRegions())
      for (Block &block : region) {
        for (BlockArgument argument : block.getArguments()) {
          code = llvm::hash_combine(code, argument.getType());
          number(argument);
        }
        for (Operation &inner : block) {
          code = llvm::hash_combine(code, hash(&inner));
          for (Value result : inner.getResults())
            number(result);
        }
      }
    return code;
  }

private:
  void number(Value value) { numbers.try_emplace(value, numbers.size()); }

  size_t hash(Value value) {
    auto found = numbers.find(value);
    return found == numbers.end() ? size_t(hash_value(value)) : size_t(found->second);
  }

  DenseMap<Value, size_t> numbers;
};

/// An op with its hash, which is that at the time of its visit.
struct HashedOp {
  Operation *op;
  unsigned hash;
};

struct HashedOpInfo {
  static HashedOp getEmptyKey() { return {DenseMapInfo<Operation *>::getEmptyKey(), 0}; }
  static HashedOp getTombstoneKey() { return {DenseMapInfo<Operation *>::getTombstoneKey(), 0}; }
  static unsigned getHashValue(const HashedOp &key) { return key.hash; }
  static bool isEqual(const HashedOp &left, const HashedOp &right) {
    if (left.op == right.op)
      return true;
    for (const HashedOp &key : {getEmptyKey(), getTombstoneKey()})
      if (left.op == key.op || right.op == key.op)
        return false;
    return left.hash == right.hash && OperationEquivalence::isEquivalentTo(
                                          left.op, right.op, OperationEquivalence::IgnoreLocations);
  }
};

struct MergeEqualOps : PassWrapper<MergeEqualOps, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MergeEqualOps)

  StringRef getArgument() const final { return "merge-equal-ops"; }
  StringRef getDescription() const final { return "ops without effects computed once"; }
  void runOnOperation() final {
    Table known;
    for (Block &block : getOperation().getBody())
      run(block, known);
  }

private:
  using Table = llvm::ScopedHashTable<HashedOp, Operation *, HashedOpInfo>;

  /// Inner blocks see what is known before them, and end with what they add.
  static void run(Block &block, Table &known) {
    Table::ScopeTy scope(known);
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (isOpTriviallyDead(&op)) {
        op.erase();
        continue;
      }
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          run(inner, known);
      if (op.hasTrait<OpTrait::IsTerminator>() || !isMemoryEffectFree(&op))
        continue;
      HashedOp key{&op, unsigned(Hasher().hash(&op))};
      if (Operation *earlier = known.lookup(key)) {
        op.replaceAllUsesWith(earlier);
        op.erase();
      } else {
        known.insert(key, &op);
      }
    }
  }
};

} // namespace

std::unique_ptr<Pass> createMergeEqualOpsPass() { return std::make_unique<MergeEqualOps>(); }

void registerMergeEqualOpsPass() { PassRegistration<MergeEqualOps>(); }

} // namespace circ
