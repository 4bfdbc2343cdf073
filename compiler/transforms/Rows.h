//===- Rows.h - Arrays of several dimensions, row by row ------------------===//
#pragma once

#include "compiler/transforms/CostModel.h"
#include "mlir/Pass/Pass.h"

namespace circ {

/// When elements of an array are computed where they are read.
struct InlinedMaps {
  /// Ops of an element: additions, products and reads.
  static constexpr int64_t mostOps = 8;
};

/// Rows that stay in registers where several loops go through them.
struct ShortRows {
  /// Registers of lanes that a row fills at most. All of them are read, also where a row is
  /// shorter.
  static constexpr int64_t registers = 2;
  /// Ops of the loop around them, which stands twice.
  static constexpr int64_t mostOps = 100;
};

/// Computes elements of arrays of several dimensions where each is read once.
std::unique_ptr<mlir::Pass> createInlineMapsPass();

/// Keeps rows of a few elements in registers where several loops go through them.
std::unique_ptr<mlir::Pass> createUnrollShortRowsPass(const VectorTarget &target);

void registerInlineMapsPass();
void registerUnrollShortRowsPass();

} // namespace circ
