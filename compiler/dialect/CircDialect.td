//===- CircDialect.td - The circ dialect and its types -----*- tablegen -*-===//

#ifndef CIRC_DIALECT_TD
#define CIRC_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"

def Circ_Dialect : Dialect {
  let name = "circ";
  let cppNamespace = "::circ::ir";
  let summary = "Differentiable circuits over scalars and dense array values";
  let description = [{
    Values are scalars (`f64`, `f32`, `i64`, `i1`) and dense arrays of them,
    which are builtin tensors. Arrays are values: an update makes a new one.
    Comprehensions and reductions are region ops whose iterations are
    independent. Sequential loops and branches are `scf` ops, integer
    arithmetic, comparisons and constants are `arith` ops, circuits are
    `func` functions.
  }];
  let useDefaultTypePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def Circ_TapeType : TypeDef<Circ_Dialect, "Tape"> {
  let mnemonic = "tape";
  let summary = "a last-in first-out store of values kept for a backward pass";
  let description = [{
    A reference to a stack that `circ.push` and `circ.pop` change. What the
    forward sweep of a loop keeps is pushed, and popped in the opposite order
    by the backward sweep.
  }];
}

def Circ_ScheduleType : TypeDef<Circ_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "the order in which a checkpointed loop is run again and reversed";
  let description = [{
    Binomial checkpointing: A. Griewank and A. Walther, "Algorithm 799: revolve",
    ACM Transactions on Mathematical Software 26(1), 2000.
  }];
}

// A scalar stands for one iteration, or for several in SIMD lanes: a vector
// (`vectorize-iterations` makes them). An array of vectors is an array a lane,
// with the lanes of an element side by side.
def Circ_RealLanes : VectorOfRankAndType<[1], [F64, F32]>;
def Circ_IndexLanes : VectorOfRankAndType<[1], [I64]>;
def Circ_MaskLanes : VectorOfRankAndType<[1], [I1]>;
def Circ_Lanes : AnyTypeOf<[Circ_RealLanes, Circ_IndexLanes, Circ_MaskLanes], "lanes of a circ scalar">;

def Circ_Real : AnyTypeOf<[F64, F32, Circ_RealLanes], "f64 or f32">;
def Circ_Scalar : AnyTypeOf<[F64, F32, I64, I1, Circ_Lanes], "a circ scalar">;
def Circ_Array : TensorOf<[F64, F32, I64, I1, Circ_RealLanes, Circ_IndexLanes]>;
def Circ_RealArray : TensorOf<[F64, F32, Circ_RealLanes]>;
def Circ_Index : AnyTypeOf<[I64, Circ_IndexLanes], "an index or one a lane">;
def Circ_Value : AnyTypeOf<[Circ_Scalar, Circ_Array], "a circ scalar or array">;

#endif
