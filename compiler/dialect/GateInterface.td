//===- GateInterface.td - What differentiation asks of a gate -*- tablegen -*-//

#ifndef CIRC_GATE_INTERFACE_TD
#define CIRC_GATE_INTERFACE_TD

include "mlir/IR/OpBase.td"

def GateOpInterface : OpInterface<"GateOpInterface"> {
  let cppNamespace = "::circ::ir";
  let description = [{
    A scalar function with known partial derivatives, stated in Gates.td.
  }];
  let methods = [
    InterfaceMethod<[{
      Emits g times the partial derivative with respect to an operand, linear
      in g, made of differentiable ops: with g the adjoint of the result it is
      a contribution to the operand's adjoint, with g the tangent of the operand
      a contribution to the result's tangent. Null when the partial derivative
      is zero everywhere. A zero g gives zero where the partial derivative can
      be infinite. Primal values are asked for only when the formula has them.
    }], "::mlir::Value", "buildOperandAdjoint",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "unsigned":$operand,
           "::mlir::Value":$g, "::circ::ir::GatePrimals":$primals)>
  ];
}

#endif
