//===- CircOps.td - The ops of the circ dialect other than gates -*-tablegen-*-//
//
// Scalar gates are stated in Gates.td, linear algebra in LinearOps.td.
//
//===----------------------------------------------------------------------===//

#ifndef CIRC_OPS_TD
#define CIRC_OPS_TD

include "compiler/dialect/CircDialect.td"
include "compiler/dialect/Gates.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

class Circ_Op<string mnemonic, list<Trait> traits = []>
    : Op<Circ_Dialect, mnemonic, traits>;

include "compiler/dialect/LinearOps.td"

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

def Circ_DimOp : Circ_Op<"dim", [Pure]> {
  let summary = "the size of one dimension of an array";
  let description = [{
    ```mlir
    %n = circ.dim %a, 0 : tensor<?x3xf64>
    ```
  }];
  let arguments = (ins Circ_Array:$array, I64Attr:$dimension);
  let results = (outs I64:$size);
  let assemblyFormat = "$array `,` $dimension attr-dict `:` type($array)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def Circ_ExtractOp : Circ_Op<"extract", [Pure,
    TypesMatchWith<"result is the array's element", "array", "result",
                   "::llvm::cast<::mlir::RankedTensorType>($_self).getElementType()">]> {
  let summary = "one element of an array";
  let description = [{
    The indices must be in bounds: `circ.check_index` ops before it see to it.
    ```mlir
    %x = circ.extract %a[%i, %j] : tensor<?x?xf64>
    ```
  }];
  let arguments = (ins Circ_Array:$array, Variadic<I64>:$indices);
  let results = (outs Circ_Scalar:$result);
  let assemblyFormat = "$array `[` $indices `]` attr-dict `:` type($array)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Circ_InsertOp : Circ_Op<"insert", [Pure, AllTypesMatch<["array", "result"]>,
    TypesMatchWith<"value is the array's element", "array", "value",
                   "::llvm::cast<::mlir::RankedTensorType>($_self).getElementType()">]> {
  let summary = "an array with one element replaced";
  let description = [{
    In place when the old array is dead. Indices must be in bounds.
    ```mlir
    %b = circ.insert %v into %a[%i] : tensor<?xf64>
    ```
  }];
  let arguments = (ins Circ_Scalar:$value, Circ_Array:$array, Variadic<I64>:$indices);
  let results = (outs Circ_Array:$result);
  let assemblyFormat = "$value `into` $array `[` $indices `]` attr-dict `:` type($array)";
  let hasVerifier = 1;
}

def Circ_AccumulateOp : Circ_Op<"accumulate", [Pure, AllTypesMatch<["array", "result"]>,
    TypesMatchWith<"value is the array's element", "array", "value",
                   "::llvm::cast<::mlir::RankedTensorType>($_self).getElementType()">]> {
  let summary = "an array with a value added to one element";
  let description = [{
    `a[i] += v`. Its own op because it is linear: its derivative needs no old
    value. In place when the old array is dead. Indices must be in bounds.
    ```mlir
    %b = circ.accumulate %v into %a[%i] : tensor<?xf64>
    ```
  }];
  let arguments = (ins Circ_Real:$value, Circ_RealArray:$array, Variadic<I64>:$indices);
  let results = (outs Circ_RealArray:$result);
  let assemblyFormat = "$value `into` $array `[` $indices `]` attr-dict `:` type($array)";
  let hasVerifier = 1;
}

def Circ_SplatOp : Circ_Op<"splat", [Pure,
    TypesMatchWith<"value is the array's element", "result", "value",
                   "::llvm::cast<::mlir::RankedTensorType>($_self).getElementType()">]> {
  let summary = "an array filled with one value";
  let description = [{
    One size for each dynamic (`?`) dimension of the result, in order.
    Sizes must not be negative: `circ.check` ops before it see to it.
    ```mlir
    %z = circ.splat %zero sizes(%n) : tensor<?x3xf64>
    ```
  }];
  let arguments = (ins Circ_Scalar:$value, Variadic<I64>:$sizes);
  let results = (outs Circ_Array:$result);
  let assemblyFormat = "$value `sizes` `(` $sizes `)` attr-dict `:` type($result)";
  let builders = [OpBuilder<(ins "::mlir::RankedTensorType":$type, "::mlir::Value":$value, "::mlir::ValueRange":$sizes), [{
    build($_builder, $_state, ::mlir::Type(type), value, sizes);
  }]>];
  let hasVerifier = 1;
}

def Circ_FromElementsOp : Circ_Op<"from_elements", [Pure]> {
  let summary = "a statically shaped array of the given scalars, row-major";
  let description = [{
    ```mlir
    %a = circ.from_elements %x, %y : tensor<2xf64>
    ```
  }];
  let arguments = (ins Variadic<Circ_Scalar>:$elements);
  let results = (outs Circ_Array:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def Circ_AddArraysOp : Circ_Op<"add_arrays", [Pure, SameOperandsAndResultType]> {
  let summary = "the elementwise sum of two arrays of one shape";
  let description = [{
    The sum of adjoints. In place in an operand that is dead.
  }];
  let arguments = (ins Circ_RealArray:$left, Circ_RealArray:$right);
  let results = (outs Circ_RealArray:$result);
  let assemblyFormat = "$left `,` $right attr-dict `:` type($result)";
}

//===----------------------------------------------------------------------===//
// Independent iterations
//===----------------------------------------------------------------------===//

def Circ_MapOp : Circ_Op<"map", [AttrSizedOperandSegments, RecursiveMemoryEffects,
    SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "an array made of independent iterations";
  let description = [{
    One iteration for each index tuple below `bounds` (one bound and one block
    argument, an `i64` from 0, for each iteration dimension; a negative bound is
    a check before it). The body yields the element, a scalar or an array whose
    dimensions follow the iteration dimensions in the result; then `inner` holds
    the sizes of the yielded array's dynamic dimensions.
    Result dimension `k` of the iteration space may be static only if its bound
    is the equal constant.
    ```mlir
    %y = circ.map (%i) in (%n) {
      %e = circ.extract %x[%i] : tensor<?xf64>
      %s = circ.sin %e : f64
      circ.yield %s : f64
    } : tensor<?xf64>
    ```
  }];
  let arguments = (ins Variadic<I64>:$bounds, Variadic<I64>:$inner);
  let results = (outs Circ_Array:$result);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block *getBodyBlock() { return &getBody().front(); }
    ::mlir::Block::BlockArgListType getIndices() { return getBody().front().getArguments(); }
    /// The value that the body yields.
    ::mlir::Value getYielded() { return getBody().front().getTerminator()->getOperand(0); }
  }];
  let skipDefaultBuilders = 1;
  let builders = [
    /// Makes the op with a body block of i64 arguments and no terminator.
    OpBuilder<(ins "::mlir::Type":$resultType, "::mlir::ValueRange":$bounds,
                   CArg<"::mlir::ValueRange", "{}">:$inner)>
  ];
}

def Circ_ReduceKind : I32EnumAttr<"ReduceKind", "how a reduction combines", [
  I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Prod", 1, "prod">,
  I32EnumAttrCase<"Max", 2, "max">, I32EnumAttrCase<"Min", 3, "min">,
  I32EnumAttrCase<"LogSumExp", 4, "logsumexp">,
  I32EnumAttrCase<"Any", 5, "any">, I32EnumAttrCase<"All", 6, "all">]> {
  let cppNamespace = "::circ::ir";
}

def Circ_ReduceOp : Circ_Op<"reduce", [RecursiveMemoryEffects, SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "a scalar combined from independent iterations";
  let description = [{
    The body, with one `i64` argument from 0 below `bound`, yields what is
    combined. Over nothing: sum 0, prod 1, max -inf, min inf, logsumexp -inf,
    any false, all true (max and min of integers: the smallest and largest
    integer). A NaN makes max, min and logsumexp NaN.
    The order of a floating-point sum or product is not specified.
    ```mlir
    %s = circ.reduce sum (%i) in (%n) {
      %e = circ.extract %x[%i] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    ```
  }];
  let arguments = (ins Circ_ReduceKind:$kind, I64:$bound);
  let results = (outs Circ_Scalar:$result);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block *getBodyBlock() { return &getBody().front(); }
    ::mlir::Value getIndex() { return getBody().front().getArgument(0); }
    ::mlir::Value getYielded() { return getBody().front().getTerminator()->getOperand(0); }
  }];
  let skipDefaultBuilders = 1;
  let builders = [
    OpBuilder<(ins "::mlir::Type":$resultType, "::circ::ir::ReduceKind":$kind, "::mlir::Value":$bound)>
  ];
}

def Circ_ArgReduceOp : Circ_Op<"arg_reduce", [RecursiveMemoryEffects, SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "the first index at which the extreme of a reduction stands";
  let description = [{
    As `circ.reduce` with kind max or min, but gives the index: the first NaN if
    there is one, else the first extreme; -1 over nothing.
  }];
  let arguments = (ins Circ_ReduceKind:$kind, I64:$bound);
  let results = (outs Circ_Index:$result);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block *getBodyBlock() { return &getBody().front(); }
    ::mlir::Value getIndex() { return getBody().front().getArgument(0); }
    ::mlir::Value getYielded() { return getBody().front().getTerminator()->getOperand(0); }
  }];
  let skipDefaultBuilders = 1;
  let builders = [
    OpBuilder<(ins "::mlir::Type":$resultType, "::circ::ir::ReduceKind":$kind, "::mlir::Value":$bound)>
  ];
}

def Circ_ExpSumOp : Circ_Op<"exp_sum", [RecursiveMemoryEffects, SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "the largest m of independent iterations and the sum of exp(x - m)";
  let description = [{
    What `circ.reduce logsumexp` is made of: logsumexp is m + log(sum), and its
    derivative by x is exp(x - m) / sum, which keeps its accuracy however large
    m is. Over nothing m is -inf and the sum 0; a NaN makes both NaN.
    The largest is a shift that whatever is made of both does not depend on: no
    derivative flows through it.
    ```mlir
    %m, %s = circ.exp_sum (%i) in (%n) {
      %e = circ.extract %x[%i] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    ```
  }];
  let arguments = (ins I64:$bound);
  let results = (outs Circ_Real:$largest, Circ_Real:$sum);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block *getBodyBlock() { return &getBody().front(); }
    ::mlir::Value getIndex() { return getBody().front().getArgument(0); }
    ::mlir::Value getYielded() { return getBody().front().getTerminator()->getOperand(0); }
  }];
  let skipDefaultBuilders = 1;
  let builders = [
    OpBuilder<(ins "::mlir::Type":$type, "::mlir::Value":$bound)>
  ];
}

def Circ_YieldOp : Circ_Op<"yield", [Pure, Terminator, ReturnLike,
    ParentOneOf<["MapOp", "ReduceOp", "ArgReduceOp", "ExpSumOp"]>]> {
  let summary = "ends an iteration with its value";
  let arguments = (ins Optional<Circ_Value>:$value);
  let assemblyFormat = "($value^ `:` type($value))? attr-dict";
  let builders = [OpBuilder<(ins), [{}]>];
}

include "compiler/dialect/CircLanes.td"
include "compiler/dialect/CircBlocks.td"

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

def Circ_FloorDivOp : Circ_Op<"floor_div", [SameOperandsAndResultType]> {
  let summary = "floored integer quotient; a run-time error for zero or overflow";
  let arguments = (ins I64:$left, I64:$right);
  let results = (outs I64:$result);
  let assemblyFormat = "$left `,` $right attr-dict";
  let hasFolder = 1;
}

def Circ_FloorModOp : Circ_Op<"floor_mod", [SameOperandsAndResultType]> {
  let summary = "remainder with the sign of the divisor; a run-time error for zero or overflow";
  let arguments = (ins I64:$left, I64:$right);
  let results = (outs I64:$result);
  let assemblyFormat = "$left `,` $right attr-dict";
  let hasFolder = 1;
}

def Circ_ToIntOp : Circ_Op<"to_int"> {
  let summary = "truncation to i64; a run-time error for NaN or out of range";
  let arguments = (ins Circ_Real:$value);
  let results = (outs I64:$result);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

//===----------------------------------------------------------------------===//
// Checks and effects
//===----------------------------------------------------------------------===//

def Circ_CheckIndexOp : Circ_Op<"check_index"> {
  let summary = "a run-time error unless 0 <= index < size";
  let description = [{
    Message: `index 7 is out of bounds for dimension 0 of size 5 of 'means'`,
    at the op's location.
  }];
  let arguments = (ins I64:$index, I64:$size, I64Attr:$dimension, StrAttr:$name);
  let assemblyFormat = "$index `,` $size `dimension` $dimension `of` $name attr-dict";
}

def Circ_CheckKind : I32EnumAttr<"CheckKind", "which run-time error a check raises", [
  I32EnumAttrCase<"Assert", 0, "assert">, I32EnumAttrCase<"Shape", 1, "shape">,
  I32EnumAttrCase<"Domain", 2, "domain">]> {
  let cppNamespace = "::circ::ir";
}

def Circ_CheckOp : Circ_Op<"check"> {
  let summary = "a run-time error unless a condition holds";
  let description = [{
    `{0}`, `{1}`, ... in the message are replaced by the values (i64, real or i1).
    ```mlir
    circ.check shape %same, "'a' has {0} rows but 'b' has {1}" (%n, %m : i64, i64)
    ```
  }];
  let arguments = (ins Circ_CheckKind:$kind, I1:$condition, StrAttr:$message,
                       Variadic<Circ_Scalar>:$values);
  let assemblyFormat = "$kind $condition `,` $message (`(` $values^ `:` type($values) `)`)? attr-dict";
}

def Circ_PrintOp : Circ_Op<"print"> {
  let summary = "prints values to standard error, one line";
  let arguments = (ins Variadic<Circ_Value>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

//===----------------------------------------------------------------------===//
// Derivatives
//===----------------------------------------------------------------------===//

def Circ_StopOp : Circ_Op<"stop", [Pure, SameOperandsAndResultType]> {
  let summary = "the value of a real, through which no derivative flows";
  let arguments = (ins Circ_Real:$value);
  let results = (outs Circ_Real:$result);
  let assemblyFormat = "$value attr-dict `:` type($result)";
}

def Circ_DerivativeKind : I32EnumAttr<"DerivativeKind", "a derivative of a function", [
  I32EnumAttrCase<"Grad", 0, "grad">, I32EnumAttrCase<"ValueAndGrad", 1, "value_and_grad">,
  I32EnumAttrCase<"Jvp", 2, "jvp">, I32EnumAttrCase<"Vjp", 3, "vjp">,
  I32EnumAttrCase<"Jacobian", 4, "jacobian">, I32EnumAttrCase<"Hessian", 5, "hessian">,
  I32EnumAttrCase<"Hvp", 6, "hvp">]> {
  let cppNamespace = "::circ::ir";
}

def Circ_DerivativeOp : Circ_Op<"derivative"> {
  let summary = "a call of a derivative of a function";
  let description = [{
    The operands are the primal arguments of `callee`, then the directions:
    tangents of the arguments in `wrt` (jvp, hvp) or adjoints of the real
    results (vjp). `result` is the real scalar that grad, value_and_grad,
    hessian and hvp differentiate. Results:
      grad            a gradient for each of `wrt`
      value_and_grad  the value of `result`, then the gradients
      jvp             the tangent of each real result
      vjp             the adjoint of each of `wrt`
      jacobian        for each real result and each of `wrt` an array of the
                      result's shape followed by the argument's
      hessian         for each pair of `wrt` an array of the two shapes
      hvp             the product of the Hessian with the direction, for each of `wrt`
    `expand-derivatives` replaces the op by calls of derivative programs.
    ```mlir
    %g = circ.derivative grad @loss of 0 wrt [0] (%w, %x) : (tensor<?xf64>, f64) -> tensor<?xf64>
    ```
  }];
  let arguments = (ins Circ_DerivativeKind:$kind, FlatSymbolRefAttr:$callee, I64Attr:$result,
                       DenseI64ArrayAttr:$wrt, Variadic<Circ_Value>:$inputs);
  let results = (outs Variadic<Circ_Value>:$derivatives);
  let assemblyFormat = "$kind $callee `of` $result `wrt` $wrt `(` $inputs `)` attr-dict `:` functional-type($inputs, $derivatives)";
}

//===----------------------------------------------------------------------===//
// The tape
//===----------------------------------------------------------------------===//

def Circ_TapeNewOp : Circ_Op<"tape_new"> {
  let summary = "an empty tape, freed when the circuit's call ends";
  let results = (outs Circ_TapeType:$tape);
  let assemblyFormat = "attr-dict";
}

def Circ_TapeFreeOp : Circ_Op<"tape_free"> {
  let summary = "gives back a tape that is not used any more";
  let description = [{
    For a tape made inside a loop, at the end of the iteration.
  }];
  let arguments = (ins Circ_TapeType:$tape);
  let assemblyFormat = "$tape attr-dict";
}

def Circ_PushOp : Circ_Op<"push"> {
  let summary = "puts a value on a tape (an array by its contents and shape)";
  let arguments = (ins Circ_TapeType:$tape, Circ_Value:$value);
  let assemblyFormat = "$value `onto` $tape attr-dict `:` type($value)";
}

def Circ_PopOp : Circ_Op<"pop"> {
  let summary = "takes the last value off a tape";
  let arguments = (ins Circ_TapeType:$tape);
  let results = (outs Circ_Value:$value);
  let assemblyFormat = "$tape attr-dict `:` type($value)";
}

//===----------------------------------------------------------------------===//
// Checkpoints
//===----------------------------------------------------------------------===//

def Circ_LimitMemoryOp : Circ_Op<"limit_memory"> {
  let summary = "a run-time error when the call holds more bytes than this from here on";
  let arguments = (ins I64Attr:$bytes);
  let assemblyFormat = "$bytes attr-dict";
}

def Circ_ScheduleNewOp : Circ_Op<"schedule_new"> {
  let summary = "a schedule for a loop of `steps` iterations";
  let description = [{
    `state` is the size of one snapshot in bytes and `budget` the bytes that
    snapshots may take together; with 0 the number of snapshots is four times
    the cube root of `steps`.
  }];
  let arguments = (ins I64:$steps, I64:$state, I64Attr:$budget);
  let results = (outs Circ_ScheduleType:$schedule);
  let assemblyFormat = "$steps `state` $state `budget` $budget attr-dict";
}

def Circ_ScheduleNextOp : Circ_Op<"schedule_next"> {
  let summary = "what a checkpointed loop does next";
  let description = [{
    Actions: 0 all is done; 1 run the iterations from `from` up to `to`; 2 keep
    a snapshot of the state; 3 go back to the last snapshot; 4 drop the last
    snapshot; 5 reverse the iteration `from`, before which the state stands.
  }];
  let arguments = (ins Circ_ScheduleType:$schedule);
  let results = (outs I64:$action, I64:$from, I64:$to);
  let assemblyFormat = "$schedule attr-dict";
}

#endif
