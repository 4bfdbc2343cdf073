//===- CircBlocks.td - Blocks of iterations on several cores -*- tablegen -*-===//
//
// Made by `parallelize-iterations`, which makes a function of the iterations of
// a loop that are independent.
//
//===----------------------------------------------------------------------===//

#ifndef CIRC_BLOCKS_TD
#define CIRC_BLOCKS_TD

include "compiler/dialect/CircDialect.td"
include "mlir/IR/SymbolInterfaces.td"

def Circ_CallBlocksOp : Op<Circ_Dialect, "call_blocks",
    [AttrSizedOperandSegments, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "one call for each block of a loop's iterations, at once or in any order";
  let description = [{
    The iterations from 0 below `bound` are cut into blocks of `size` (at least
    1), of which the last may be shorter. The callee gets the first iteration of
    its block, how many there are, and the operands. Where `joined` is true for a
    result, each call gives an array with a row for each of its iterations, and
    the result has all rows. Where it is not, what call b gives is at index b of
    the result. `sizes` are those of the results' dynamic dimensions but the
    first, which is dynamic always. If several calls fail, the first block is the
    one whose error is reported.
    ```mlir
    %sums = circ.call_blocks @f.block %n by %size (%x) sizes() joined [false] : (tensor<?xf64>) -> tensor<?xf64>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, I64:$bound, I64:$size,
                       Variadic<AnyType>:$values, Variadic<I64>:$sizes,
                       DenseBoolArrayAttr:$joined);
  let results = (outs Variadic<Circ_Array>:$made);
  let assemblyFormat = [{
    $callee $bound `by` $size `(` $values `)` `sizes` `(` $sizes `)` `joined` $joined attr-dict `:` functional-type($values, $made)
  }];
  let hasVerifier = 1;
}

#endif
