//===- LinearOps.td - Linear algebra and order ------------*- tablegen -*-===//
//
// Their derivatives are matrix rules (Giles, "An extended collection of matrix
// derivative results for forward and reverse mode AD", 2008; Murray,
// "Differentiation of the Cholesky decomposition", 2016), made of these ops, so
// that they differentiate again.
//
//===----------------------------------------------------------------------===//

#ifndef CIRC_LINEAR_OPS_TD
#define CIRC_LINEAR_OPS_TD

def Circ_MatmulOp : Circ_Op<"matmul", [Pure]> {
  let summary = "the product of two matrices, either of them transposed";
  let description = [{
    The sizes that the sum runs over agree: a `circ.check` before it sees to it.
    The order of the sum is not specified, except in strict code.
    ```mlir
    %c = circ.matmul %a transposed, %b : tensor<?x3xf64>, tensor<?x?xf64> -> tensor<3x?xf64>
    ```
  }];
  let arguments = (ins Circ_RealArray:$left, Circ_RealArray:$right,
                       UnitAttr:$left_transposed, UnitAttr:$right_transposed);
  let results = (outs Circ_RealArray:$result);
  let assemblyFormat = [{
    $left (`transposed` $left_transposed^)? `,` $right (`transposed` $right_transposed^)?
    attr-dict `:` type($left) `,` type($right) `->` type($result)
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$type, "::mlir::Value":$left, "bool":$leftTransposed,
                                 "::mlir::Value":$right, "bool":$rightTransposed), [{
    build($_builder, $_state, type, left, right,
          leftTransposed ? $_builder.getUnitAttr() : ::mlir::UnitAttr(),
          rightTransposed ? $_builder.getUnitAttr() : ::mlir::UnitAttr());
  }]>];
  let hasVerifier = 1;
}

def Circ_LuOp : Circ_Op<"lu", [Pure, AllTypesMatch<["matrix", "packed"]>]> {
  let summary = "the triangular factors of a square matrix with rows exchanged";
  let description = [{
    `packed` holds the unit lower factor below the diagonal and the upper one in
    the rest; row `i` was exchanged with row `pivots[i]`. A singular matrix has a
    zero on the diagonal of `packed`.
    The factors carry no derivative: ops that use them also take the matrix, and
    the derivative flows through it. So an adjoint uses the same factors again.
    ```mlir
    %f, %p = circ.lu %a : tensor<?x?xf64>, tensor<?xi64>
    ```
  }];
  let arguments = (ins Circ_RealArray:$matrix);
  let results = (outs Circ_RealArray:$packed, Circ_Array:$pivots);
  let assemblyFormat = "$matrix attr-dict `:` type($matrix) `,` type($pivots)";
  let builders = [OpBuilder<(ins "::mlir::Value":$matrix)>];
  let hasVerifier = 1;
}

def Circ_LuSolveOp : Circ_Op<"lu_solve", [AllTypesMatch<["matrix", "packed"]>,
                                          AllTypesMatch<["right", "result"]>]> {
  let summary = "the solution of a linear system whose matrix has been factored";
  let description = [{
    The x with a x = b, or a^T x = b, for a vector or the columns of a matrix b.
    A run-time error for a singular matrix.
    ```mlir
    %x = circ.lu_solve %a factors(%f, %p), %b : tensor<?x?xf64>, tensor<?xi64>, tensor<?xf64>
    ```
  }];
  let arguments = (ins Circ_RealArray:$matrix, Circ_RealArray:$packed, Circ_Array:$pivots,
                       Circ_RealArray:$right, UnitAttr:$transposed);
  let results = (outs Circ_RealArray:$result);
  let assemblyFormat = [{
    $matrix (`transposed` $transposed^)? `factors` `(` $packed `,` $pivots `)` `,` $right
    attr-dict `:` type($matrix) `,` type($pivots) `,` type($right)
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$matrix, "::mlir::Value":$packed, "::mlir::Value":$pivots,
                                 "::mlir::Value":$right, "bool":$transposed), [{
    build($_builder, $_state, right.getType(), matrix, packed, pivots, right,
          transposed ? $_builder.getUnitAttr() : ::mlir::UnitAttr());
  }]>];
  let hasVerifier = 1;
}

def Circ_LuLogDetOp : Circ_Op<"lu_logdet", [Pure, AllTypesMatch<["matrix", "packed"]>]> {
  let summary = "log |det a| of a square matrix that has been factored; -inf if it is singular";
  let description = [{
    ```mlir
    %d = circ.lu_logdet %a factors(%f, %p) : tensor<?x?xf64>, tensor<?xi64> -> f64
    ```
  }];
  let arguments = (ins Circ_RealArray:$matrix, Circ_RealArray:$packed, Circ_Array:$pivots);
  let results = (outs Circ_Real:$result);
  let assemblyFormat = [{
    $matrix `factors` `(` $packed `,` $pivots `)` attr-dict
    `:` type($matrix) `,` type($pivots) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Circ_CholeskyOp : Circ_Op<"cholesky", [AllTypesMatch<["matrix", "result"]>]> {
  let summary = "the lower triangular l with a = l l^T";
  let description = [{
    Reads the lower triangle of a; l has zeros above its diagonal. A run-time
    error if a is not positive definite. The derivative is that of a symmetric
    matrix: the gradient is symmetric, and of a tangent the symmetric part
    counts.
    ```mlir
    %l = circ.cholesky %a : tensor<?x?xf64>
    ```
  }];
  let arguments = (ins Circ_RealArray:$matrix);
  let results = (outs Circ_RealArray:$result);
  let assemblyFormat = "$matrix attr-dict `:` type($matrix)";
  let hasVerifier = 1;
}

def Circ_CholeskyAdjointOp : Circ_Op<"cholesky_adjoint",
                                     [Pure, AllTypesMatch<["factor", "seed", "result"]>]> {
  let summary = "the adjoint of a from that of l, where a = l l^T";
  let description = [{
    The symmetric part of l^-T p l^-1, where p is the lower triangle of l^T g with
    half its diagonal and g the lower triangle of `seed`; reads the lower triangle
    of l. It is an op of its own because going back through the blocks of the
    factorisation takes a sixth of the work of this formula.
    ```mlir
    %d = circ.cholesky_adjoint %l, %g : tensor<?x?xf64>
    ```
  }];
  let arguments = (ins Circ_RealArray:$factor, Circ_RealArray:$seed);
  let results = (outs Circ_RealArray:$result);
  let assemblyFormat = "$factor `,` $seed attr-dict `:` type($factor)";
  let hasVerifier = 1;
}

def Circ_TriangularSolveOp : Circ_Op<"triangular_solve", [Pure, AllTypesMatch<["right", "result"]>]> {
  let summary = "the solution of a lower triangular system";
  let description = [{
    The x with l x = b, or l^T x = b, for a vector or the columns of a matrix b.
    Reads the lower triangle of l; zeros on its diagonal give infinities.
    ```mlir
    %x = circ.triangular_solve %l transposed, %b : tensor<?x?xf64>, tensor<?xf64>
    ```
  }];
  let arguments = (ins Circ_RealArray:$matrix, Circ_RealArray:$right, UnitAttr:$transposed);
  let results = (outs Circ_RealArray:$result);
  let assemblyFormat = [{
    $matrix (`transposed` $transposed^)? `,` $right attr-dict `:` type($matrix) `,` type($right)
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$matrix, "::mlir::Value":$right, "bool":$transposed), [{
    build($_builder, $_state, right.getType(), matrix, right,
          transposed ? $_builder.getUnitAttr() : ::mlir::UnitAttr());
  }]>];
  let hasVerifier = 1;
}

def Circ_SortOrderOp : Circ_Op<"sort_order", [Pure]> {
  let summary = "the permutation that sorts a vector in ascending order";
  let description = [{
    Stable: equal elements, zeros of both signs among them, stay in their order.
    NaNs come last. The sorted vector is a map over the permutation, through
    which the derivative flows.
    ```mlir
    %order = circ.sort_order %a : tensor<?xf64> -> tensor<?xi64>
    ```
  }];
  let arguments = (ins Circ_Array:$array);
  let results = (outs Circ_Array:$order);
  let assemblyFormat = "$array attr-dict `:` type($array) `->` type($order)";
  let builders = [OpBuilder<(ins "::mlir::Value":$array)>];
  let hasVerifier = 1;
}

#endif
