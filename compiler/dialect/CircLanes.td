//===- CircLanes.td - Ops on iterations in SIMD lanes ------*- tablegen -*-===//
//
// Made by `vectorize-iterations`, which puts independent iterations into lanes:
// what differs between iterations becomes a vector, what does not stays scalar.
//
//===----------------------------------------------------------------------===//

#ifndef CIRC_LANES_TD
#define CIRC_LANES_TD

include "compiler/dialect/CircDialect.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Circ_LanesOp : Op<Circ_Dialect, "lanes", [Pure]> {
  let summary = "consecutive indices, one a lane";
  let description = [{
    `base`, `base + 1`, ... Accesses by such an index are contiguous.
    ```mlir
    %i = circ.lanes %base : vector<8xi64>
    ```
  }];
  let arguments = (ins I64:$base);
  let results = (outs Circ_IndexLanes:$result);
  let assemblyFormat = "$base attr-dict `:` type($result)";
}

def Circ_BroadcastOp : Op<Circ_Dialect, "broadcast", [Pure]> {
  let summary = "one value in all lanes";
  let arguments = (ins Circ_Scalar:$value);
  let results = (outs Circ_Lanes:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
}

def Circ_GatherOp : Op<Circ_Dialect, "gather", [Pure, AttrSizedOperandSegments]> {
  let summary = "one element of a shared array a lane";
  let description = [{
    An index is an `i64` for all lanes or one a lane; all are in bounds. With
    consecutive indices (`circ.lanes`) in the last dimension it is a plain load.
    With a mask, lanes where it is false read nothing and have no value to rely
    on; an index for all lanes is in bounds even so.
    ```mlir
    %x = circ.gather %a[%i, %j] : tensor<?x?xf64>, vector<8xi64>, i64 -> vector<8xf64>
    ```
  }];
  let arguments = (ins Circ_Array:$array, Optional<Circ_MaskLanes>:$mask, Variadic<Circ_Index>:$indices);
  let results = (outs Circ_Lanes:$result);
  let assemblyFormat = [{
    $array `[` $indices `]` (`mask` $mask^ `:` type($mask))? attr-dict `:` type($array) `,` type($indices) `->` type($result)
  }];
}

def Circ_ScatterOp : Op<Circ_Dialect, "scatter", [Pure, AttrSizedOperandSegments, AllTypesMatch<["array", "result"]>]> {
  let summary = "an array with one element a lane replaced";
  let description = [{
    As `circ.insert`, for lanes that have different indices. With a mask, lanes
    where it is false write nothing.
    ```mlir
    %b = circ.scatter %x into %a[%i] : vector<8xf64>, tensor<?xf64>, vector<8xi64>
    ```
  }];
  let arguments = (ins Circ_Lanes:$value, Circ_Array:$array, Optional<Circ_MaskLanes>:$mask,
                       Variadic<Circ_Index>:$indices);
  let results = (outs Circ_Array:$result);
  let assemblyFormat = [{
    $value `into` $array `[` $indices `]` (`mask` $mask^ `:` type($mask))? attr-dict `:` type($value) `,` type($array) `,` type($indices)
  }];
}

def Circ_ScatterRowsOp : Op<Circ_Dialect, "scatter_rows", [Pure, AttrSizedOperandSegments, AllTypesMatch<["array", "result"]>]> {
  let summary = "an array with a row a lane replaced";
  let description = [{
    The lanes are consecutive iterations, of which the first makes the row at
    the indices, the others those that follow it in memory. `elements` are all
    elements of a row, each in lanes. With a mask, lanes where it is false write
    nothing.
    ```mlir
    %b = circ.scatter_rows %x, %y into %a[%i] : vector<8xf64>, vector<8xf64>, tensor<?x2xf64>
    ```
  }];
  let arguments = (ins Circ_Array:$array, Variadic<Circ_Lanes>:$elements,
                       Optional<Circ_MaskLanes>:$mask, Variadic<I64>:$indices);
  let results = (outs Circ_Array:$result);
  let assemblyFormat = [{
    $elements `into` $array `[` $indices `]` (`mask` $mask^ `:` type($mask))? attr-dict `:` type($elements) `,` type($array)
  }];
}

def Circ_AccumulateLanesOp : Op<Circ_Dialect, "accumulate_lanes",
    [Pure, AttrSizedOperandSegments, AllTypesMatch<["array", "result"]>]> {
  let summary = "a shared array with the value of each lane added to an element";
  let description = [{
    As `circ.accumulate`. Where all lanes have one index, their sum is added
    (in a fixed tree); lanes that share an index by chance are right, too. With a
    mask, lanes where it is false touch nothing; their value is zero.
    ```mlir
    %b = circ.accumulate_lanes %x into %a[%j] : vector<8xf64>, tensor<?xf64>, i64
    ```
  }];
  let arguments = (ins Circ_RealLanes:$value, Circ_RealArray:$array, Optional<Circ_MaskLanes>:$mask,
                       Variadic<Circ_Index>:$indices);
  let results = (outs Circ_RealArray:$result);
  let assemblyFormat = [{
    $value `into` $array `[` $indices `]` (`mask` $mask^ `:` type($mask))? attr-dict `:` type($value) `,` type($array) `,` type($indices)
  }];
}

def Circ_CombineLanesOp : Op<Circ_Dialect, "combine_lanes", [Pure]> {
  let summary = "the lanes combined as a reduction of this kind does, in a fixed tree";
  let description = [{
    `sum`, `prod`, `max`, `min`, `any`, `all`.
    ```mlir
    %s = circ.combine_lanes sum %x : vector<8xf64> -> f64
    ```
  }];
  let arguments = (ins Circ_ReduceKind:$kind, Circ_Lanes:$value);
  let results = (outs Circ_Scalar:$result);
  let assemblyFormat = "$kind $value attr-dict `:` type($value) `->` type($result)";
}

def Circ_EmptyOp : Op<Circ_Dialect, "empty", []> {
  let summary = "an array whose elements are still to be written";
  let description = [{
    It says that it takes memory, so that two of them do not become one, which
    would be copied before it is written.
  }];
  let arguments = (ins Variadic<I64>:$sizes);
  let results = (outs Res<Circ_Array, "", [MemAlloc]>:$result);
  let assemblyFormat = "`sizes` `(` $sizes `)` attr-dict `:` type($result)";
}

#endif
