//===- ForwardRules.h - The forward rules, one file for each construct ----===//
#pragma once

#include "compiler/autodiff/Forwarder.h"
#include "llvm/ADT/StringMap.h"

namespace circ::autodiff {

using ForwardTable = llvm::StringMap<ForwardRule>;

void addForwardArrayRules(ForwardTable &rules);  // ForwardArrays.cpp
void addForwardScalarRules(ForwardTable &rules); // ForwardScalars.cpp
void addForwardForRule(ForwardTable &rules);     // ForwardFor.cpp
void addForwardWhileRule(ForwardTable &rules);   // ForwardWhile.cpp
void addForwardIfRule(ForwardTable &rules);      // ForwardIf.cpp
void addForwardMapRule(ForwardTable &rules);     // ForwardMap.cpp
void addForwardReduceRules(ForwardTable &rules); // ForwardReduce.cpp
void addForwardCallRule(ForwardTable &rules);    // ForwardCall.cpp
void addForwardTapeRules(ForwardTable &rules);   // ForwardTape.cpp
void addForwardLinearRules(ForwardTable &rules); // ForwardLinear.cpp

/// Forwards a call of a gate that states its own derivative (ForwardUserGate.cpp).
mlir::LogicalResult forwardUserGate(Forwarder &f, mlir::func::CallOp call, mlir::func::FuncOp gate);

/// Forwards the body of independent iterations at the builder's place, a block
/// of a second loop beside the copy of the first, and gives the tangent of what
/// it yields. Effects stay with the first loop.
mlir::FailureOr<mlir::Value> forwardIteration(Forwarder &f, mlir::Block &body,
                                              mlir::ValueRange indices);

} // namespace circ::autodiff
