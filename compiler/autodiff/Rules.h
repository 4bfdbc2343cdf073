//===- Rules.h - The reverse rules, one file for each construct -----------===//
#pragma once

#include "compiler/autodiff/Reverser.h"
#include "llvm/ADT/StringMap.h"

namespace circ::autodiff {

using RuleTable = llvm::StringMap<ReverseRule>;

void addArrayRules(RuleTable &rules);  // ReverseArrays.cpp
void addScalarRules(RuleTable &rules); // ReverseScalars.cpp
void addForRule(RuleTable &rules);     // ReverseFor.cpp
void addWhileRule(RuleTable &rules);   // ReverseWhile.cpp
void addIfRule(RuleTable &rules);      // ReverseIf.cpp
void addMapRule(RuleTable &rules);     // ReverseMap.cpp
void addReduceRule(RuleTable &rules);  // ReverseReduce.cpp
void addCallRule(RuleTable &rules);    // ReverseCall.cpp
void addTapeRules(RuleTable &rules);   // ReverseTape.cpp
void addLinearRules(RuleTable &rules); // ReverseLinear.cpp

/// Whether no derivative flows through the op of this full name, in any mode.
bool isInactiveOperation(llvm::StringRef name);

/// Whether the op of this full name comes into being after differentiation.
bool isLaterOperation(llvm::StringRef name);

/// Carries the adjoints of values from outside through the backward loop of
/// independent iterations, to which iterations only add. `emitIteration` gets
/// the indices and reverses one iteration; the builder stands in the body.
mlir::LogicalResult
reverseIndependent(Reverser &r, mlir::Operation *op, llvm::ArrayRef<mlir::Value> bounds,
                   llvm::function_ref<mlir::LogicalResult(mlir::ValueRange)> emitIteration);

} // namespace circ::autodiff
