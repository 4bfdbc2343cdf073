//===- FunctionLowering.h - Lowers one function ---------------------------===//
//
// Writes a new function from the ops of the old one, in program order. Scalars
// map to scalars; an array maps to a pointer and its sizes. Loop-carried
// arrays live in one buffer each, so loops carry scalars only.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "compiler/lowering/BufferPlan.h"
#include "compiler/lowering/Lowering.h"
#include "compiler/lowering/ResultPlaces.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace circ::lowering {

/// An array in memory: row-major, one size (i64) for each dimension.
struct Buffer {
  mlir::Value pointer;
  llvm::SmallVector<mlir::Value> sizes;
};

/// Memory of whoever called, for an array that is returned: null, or exactly
/// so many bytes.
struct Place {
  mlir::Value pointer, bytes;
};

/// Declarations and constants that functions of a module share.
class ModuleState {
public:
  explicit ModuleState(mlir::ModuleOp module) : module(module) {}
  mlir::LLVM::LLVMFuncOp function(llvm::StringRef name, mlir::Type result,
                                  llvm::ArrayRef<mlir::Type> arguments, bool neverReturns = false);
  /// A pointer to a zero-terminated constant string.
  mlir::Value string(mlir::OpBuilder &b, mlir::Location loc, llvm::StringRef text);
  /// The value of the runtime's flag that asks for an interrupt.
  mlir::Value interruptFlag(mlir::OpBuilder &b, mlir::Location loc);
  /// File, line and column of a location, as the runtime takes them.
  llvm::SmallVector<mlir::Value> place(mlir::OpBuilder &b, mlir::Location loc);
  /// What a function of arrays becomes, by that function's name.
  llvm::StringMap<mlir::func::FuncOp> lowered;

private:
  mlir::ModuleOp module;
  llvm::StringMap<mlir::LLVM::GlobalOp> strings;
};

class FunctionLowering {
public:
  FunctionLowering(mlir::func::FuncOp from, mlir::func::FuncOp to, ModuleState &state,
                   const LoweringOptions &options);
  mlir::LogicalResult run();

private:
  // FunctionLowering.cpp: dispatch, values and memory.
  mlir::LogicalResult lower(mlir::Operation *op);
  mlir::LogicalResult lowerBlock(mlir::Block &block);
  mlir::Value scalar(mlir::Value value) { return scalars.lookup(value); }
  const Buffer &buffer(mlir::Value value) { return buffers.find(value)->second; }
  mlir::Value constant(int64_t value);
  mlir::Type elementType(mlir::Value array) const;
  int64_t elementBytes(mlir::Value array) const;
  mlir::Value count(const Buffer &buffer);
  mlir::Value bytes(mlir::Value array, const Buffer &buffer);
  /// Memory for an array that is about to be computed: its place if it has one.
  Buffer allocate(mlir::Value array, llvm::ArrayRef<mlir::Value> sizes);
  Buffer allocate(mlir::RankedTensorType type, llvm::ArrayRef<mlir::Value> sizes,
                  const Place *place = nullptr);
  mlir::Value emptyPointer();
  /// Stores values of up to eight bytes one after the other on the stack of the function.
  mlir::Value storeOnStack(llvm::ArrayRef<mlir::Value> values);
  mlir::Value elementPointer(mlir::Value array, const Buffer &buffer, mlir::ValueRange indices);
  mlir::Value load(mlir::Value array, const Buffer &buffer, mlir::ValueRange indices);
  void store(mlir::Value value, mlir::Value array, const Buffer &buffer, mlir::ValueRange indices);
  void copy(mlir::Value array, const Buffer &to, const Buffer &from);
  /// A copy of an array, in memory for the array `result`.
  Buffer copied(mlir::Value array, const Buffer &from, mlir::Value result = {});
  mlir::Value call(llvm::StringRef name, mlir::Type result, mlir::ValueRange arguments);
  /// A call that gets the current location as its last arguments.
  mlir::Value callAtPlace(llvm::StringRef name, mlir::Type result,
                          llvm::ArrayRef<mlir::Value> arguments);
  /// All sizes of an array type, given those of the dynamic dimensions.
  llvm::SmallVector<mlir::Value> allSizes(mlir::RankedTensorType type, mlir::ValueRange dynamic);
  void emitReleased(llvm::function_ref<void()> body);

  /// What additions and multiplications allow: products may be fused with sums.
  mlir::arith::FastMathFlags contraction() const {
    return options.strict ? mlir::arith::FastMathFlags::none : mlir::arith::FastMathFlags::contract;
  }

  // LowerArrays.cpp
  void lowerUpdate(mlir::Operation *op);
  void lowerAddArrays(ir::AddArraysOp op);
  void lowerSplat(ir::SplatOp op);
  void lowerFromElements(ir::FromElementsOp op);
  void lowerArraySelect(mlir::arith::SelectOp op);

  // LowerLanes.cpp
  mlir::LogicalResult lowerLanesOp(mlir::Operation *op);
  mlir::Value broadcast(mlir::Value value, unsigned lanes);
  mlir::Value laneConstants(mlir::Type element, llvm::ArrayRef<int64_t> values);
  mlir::Value intrinsic(llvm::StringRef name, mlir::Type result, mlir::ValueRange operands);
  void lowerGather(ir::GatherOp op);
  void lowerScatter(ir::ScatterOp op);
  void lowerScatterRows(ir::ScatterRowsOp op);
  void lowerAccumulateLanes(ir::AccumulateLanesOp op);
  void lowerCombineLanes(ir::CombineLanesOp op);
  mlir::Value callInLanes(llvm::StringRef name, mlir::Type type, mlir::ValueRange operands);
  /// How the lanes of an access lie in memory: `pointer` is that of the first
  /// lane if they are contiguous, else one a lane.
  struct LanePlaces {
    mlir::Value pointer;
    enum Kind { Same, Contiguous, Apart } kind;
  };
  LanePlaces lanePlaces(mlir::Value array, const Buffer &memory, mlir::ValueRange indices,
                        unsigned lanes);
  /// The mask, or one that is true in all lanes.
  mlir::Value maskOf(mlir::Value mask, unsigned lanes);
  /// Loads and stores of the lanes where a mask (null: always) is true, at places
  /// that are not all one.
  mlir::Value maskedLoad(mlir::Type type, mlir::Value pointer, LanePlaces::Kind kind,
                         mlir::Value mask);
  void maskedStore(mlir::Value value, mlir::Value pointer, LanePlaces::Kind kind, mlir::Value mask);

  // LowerStructured.cpp
  mlir::LogicalResult lowerMap(ir::MapOp op);
  mlir::LogicalResult lowerReduce(ir::ReduceOp op);
  mlir::LogicalResult lowerArgReduce(ir::ArgReduceOp op);
  mlir::LogicalResult lowerExpSum(ir::ExpSumOp op);
  /// A loop over the iterations of a body that carries values: `next` makes them
  /// from the index, what the body yields, and what is carried.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  emitFold(mlir::Value bound, mlir::Block &body, llvm::ArrayRef<mlir::Value> starts,
           llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value index, mlir::Value yielded,
                                                             mlir::ValueRange carried)>
               next);
  mlir::FailureOr<std::pair<mlir::Value, mlir::Value>> emitExpSum(mlir::Value bound,
                                                                  mlir::Block &body);
  void storeYielded(ir::MapOp op, const Buffer &result, mlir::ValueRange indices);

  mlir::Value lowerStop(mlir::Value value);

  // LowerLinear.cpp
  void lowerLinear(mlir::Operation *op);
  void lowerMatmul(ir::MatmulOp op);
  void matmulInOrder(ir::MatmulOp op, const Buffer &result, mlir::Value depth);
  mlir::Value columnsOf(const Buffer &right);
  mlir::Value callLinear(llvm::StringRef name, llvm::StringRef fortran, mlir::Value array,
                         mlir::Type result, llvm::ArrayRef<mlir::Value> arguments);
  std::string runtimeName(llvm::StringRef name, mlir::Value array) const;

  // LowerControlFlow.cpp
  mlir::LogicalResult lowerFor(mlir::scf::ForOp op);
  mlir::LogicalResult lowerWhile(mlir::scf::WhileOp op);
  mlir::LogicalResult lowerIf(mlir::scf::IfOp op);
  void lowerCall(mlir::func::CallOp op);
  /// Appends what a value is passed or yielded as: an array is a pointer and its dynamic sizes.
  void appendPassed(mlir::Value value, llvm::SmallVectorImpl<mlir::Value> &arguments);
  void lowerReturn(mlir::func::ReturnOp op);
  void enterSlots(llvm::MutableArrayRef<mlir::OpOperand> inits,
                  llvm::ArrayRef<mlir::ValueRange> slots);
  llvm::SmallVector<mlir::Value> leaveSlots(mlir::ValueRange yielded, mlir::ValueRange slots);

  // LowerBlocks.cpp
  struct BlockResult {
    Buffer memory;
    mlir::Value partBytes;
  };
  BlockResult allocateParts(mlir::Value made, mlir::Value firstSize, mlir::ValueRange &dynamic);
  void lowerCallBlocks(ir::CallBlocksOp op);
  mlir::LLVM::LLVMFuncOp emitBlockEntry(ir::CallBlocksOp op, mlir::func::FuncOp callee,
                                        llvm::ArrayRef<mlir::Value> frame, unsigned passedEnd);

  // LowerGates.cpp
  void lowerGate(mlir::Operation *op);
  mlir::Value negativeExponent(mlir::Value exponent);
  mlir::Value smallPower(ir::PowiOp op);
  mlir::Value primitiveGate(mlir::Operation *op, llvm::StringRef symbol);
  mlir::Value primitive(llvm::StringRef symbol, mlir::Type type, mlir::ValueRange operands);
  void lowerFloorDivision(mlir::Operation *op);
  void lowerToInt(ir::ToIntOp op);

  // LowerChecks.cpp
  void lowerCheck(ir::CheckOp op);
  void lowerCheckIndex(ir::CheckIndexOp op);
  void lowerPrint(ir::PrintOp op);
  void printElements(mlir::Value array, const Buffer &buffer,
                     llvm::SmallVector<mlir::Value> &indices);
  void printScalar(mlir::Value value);
  /// Emits `if (!condition) fail`: status and message as circ_fail has them.
  void require(mlir::Value condition, int64_t status, llvm::StringRef message,
               mlir::ValueRange values = {});

  // LowerTape.cpp
  void lowerPush(ir::PushOp op);
  void lowerPop(ir::PopOp op);
  void lowerScheduleNew(ir::ScheduleNewOp op);
  void lowerScheduleNext(ir::ScheduleNextOp op);

  mlir::func::FuncOp from, to;
  ModuleState &state;
  const LoweringOptions &options;
  BufferPlan plan;
  ResultPlaces resultPlaces;
  mlir::OpBuilder b;
  mlir::Location loc;
  mlir::Value context;
  llvm::DenseMap<mlir::Value, mlir::Value> scalars;
  llvm::DenseMap<mlir::Value, Buffer> buffers;
  /// One for each array among the results, by the result's number.
  llvm::DenseMap<unsigned, Place> places;
  /// Counts what takes arena memory, to know which loops must release it.
  unsigned arenaUses = 0;
};

/// The bytes of an element in memory: of a number, or of one a lane.
int64_t bytesOf(mlir::Type element);

/// Whether memory of arrays of this type is on the stack of a function: small
/// arrays of known size.
bool livesOnStack(mlir::RankedTensorType type);

/// Makes the counted loops of a lowered function ask for interrupts
/// (LowerPolls.cpp).
void insertPolls(mlir::func::FuncOp function, ModuleState &state);

/// One step of a reduction of any kind but logsumexp.
mlir::Value combine(mlir::OpBuilder &b, mlir::Location loc, ir::ReduceKind kind, mlir::Value state,
                    mlir::Value value, bool strict);

/// The pointer type, i64, ... of a builder's context.
inline mlir::Type pointerType(mlir::OpBuilder &b) {
  return mlir::LLVM::LLVMPointerType::get(b.getContext());
}

} // namespace circ::lowering
