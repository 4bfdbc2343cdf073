//===- Transforms.h - Passes on the circ dialect --------------------------===//
#pragma once

#include "mlir/Pass/Pass.h"

#include <functional>
#include <memory>

namespace circ {

/// Erases index checks that the ranges of loops, maps and reductions prove,
/// and checks that an earlier one made needless.
std::unique_ptr<mlir::Pass> createRemoveProvenChecksPass();

/// Marks the outermost sequential loops, those of nested functions too, to be
/// checkpointed with snapshots of `budget` bytes in all. A loop that is marked
/// already gets the budget.
std::unique_ptr<mlir::Pass> createCheckpointLoopsPass(int64_t budget);

/// Computes a sum over independent iterations in the loop that carries their
/// adjoints, where both compute the same.
std::unique_ptr<mlir::Pass> createFuseSweepsPass();

/// Keeps the terms of a logsumexp that its gradient would compute again.
std::unique_ptr<mlir::Pass> createKeepTermsPass();

/// Applies a linear map that independent iterations share, and whose results they add up,
/// once to the sums of what it maps.
std::unique_ptr<mlir::Pass> createDeferLinearMapsPass();

/// Pushes at once the numbers that are pushed one after the other, and pops them at once.
std::unique_ptr<mlir::Pass> createMergePushesPass();

/// Lets equal sizes of arrays be one value: those of arrays made of one another
/// and those that a shape check has found equal.
std::unique_ptr<mlir::Pass> createMergeEqualSizesPass();

/// Lets types of arrays state the sizes that are constants.
std::unique_ptr<mlir::Pass> createRefineShapesPass();

/// Reads elements of rows and other parts of arrays that nothing changes where they are.
std::unique_ptr<mlir::Pass> createReadThroughPartsPass();

/// Makes one loop of loops over the same range that go through arrays element by
/// element; elements that one hands to another are numbers then.
std::unique_ptr<mlir::Pass> createFuseElementwisePass();

/// Makes rows that one map makes and another reads in the iterations of the latter.
std::unique_ptr<mlir::Pass> createFuseMapsPass();

/// Makes maps of sums of products of small matrices, to become straight code.
std::unique_ptr<mlir::Pass> createExpandSmallProductsPass();

/// Makes the checks of iterations that could go into lanes without them ahead of
/// their loop.
std::unique_ptr<mlir::Pass> createHoistChecksPass();

/// Computes once what the directions of a Jacobian have in common.
std::unique_ptr<mlir::Pass> createHoistInvariantsPass();

/// Puts the loop over the directions of a Jacobian inside of the loops and branches that
/// they have in common.
std::unique_ptr<mlir::Pass> createSinkDirectionsPass();

/// Takes sums in the loops over directions that `sink-directions` makes over those terms
/// alone whose tangents differ from zero.
std::unique_ptr<mlir::Pass> createSkipZeroTermsPass();

struct VectorTarget;

/// Makes a function of the iterations of outer loops of independent ones, called
/// for blocks of them across cores. Remarks say what was done and what stands in
/// the way; `enter` is called with the name of a function before its remarks.
std::unique_ptr<mlir::Pass>
createParallelizeIterationsPass(const VectorTarget &target,
                                std::function<void(llvm::StringRef)> enter = nullptr);

/// Puts the loops that `fuse-elementwise` has made into SIMD lanes.
std::unique_ptr<mlir::Pass> createVectorizeElementwisePass(const VectorTarget &target);

/// Puts the iterations of outer maps, reductions and independent loops into
/// SIMD lanes. Remarks say what was done and what stands in the way.
std::unique_ptr<mlir::Pass> createVectorizeIterationsPass(const VectorTarget &target);

/// Adds the sums over lanes of four iterations at a time to elements that they share.
std::unique_ptr<mlir::Pass> createShareLaneSumsPass();

/// Rewrites the sums of products that iterations of a loop wait for, so that they wait less.
std::unique_ptr<mlir::Pass> createShortenRecurrencesPass();

/// Lets the condition of a while loop pass all its values, in order, as the reverse
/// rules and the lowering expect: canonicalization drops what nobody uses.
std::unique_ptr<mlir::Pass> createPassWhileValuesPass();

/// Computes equal ops without effects once and erases those that nobody uses.
/// Ops with regions are equal when their regions are.
std::unique_ptr<mlir::Pass> createMergeEqualOpsPass();

/// Puts small circuits, and those called once, in place of their calls.
std::unique_ptr<mlir::Pass> createInlineCallsPass();

/// Passes values by branches, not by tapes, where pushes and pops are known to match.
std::unique_ptr<mlir::Pass> createRemoveTapesPass();

/// Makes straight code of loops over a few elements.
std::unique_ptr<mlir::Pass> createUnrollSmallLoopsPass();

/// The same of loops of a few iterations.
std::unique_ptr<mlir::Pass> createUnrollSmallLoopsPass(int64_t mostIterations);

/// Makes numbers of the elements of small arrays.
std::unique_ptr<mlir::Pass> createSplitSmallArraysPass();

/// Registers the passes above, each by the function in its file.
void registerTransformPasses();
void registerCheckpointLoopsPass();
void registerDeferLinearMapsPass();
void registerExpandSmallProductsPass();
void registerFuseElementwisePass();
void registerFuseMapsPass();
void registerFuseSweepsPass();
void registerHoistChecksPass();
void registerHoistInvariantsPass();
void registerInlineCallsPass();
void registerKeepTermsPass();
void registerParallelizeIterationsPass();
void registerPassWhileValuesPass();
void registerMergeEqualOpsPass();
void registerMergeEqualSizesPass();
void registerMergePushesPass();
void registerReadThroughPartsPass();
void registerRefineShapesPass();
void registerRemoveProvenChecksPass();
void registerRemoveTapesPass();
void registerShareLaneSumsPass();
void registerShortenRecurrencesPass();
void registerSinkDirectionsPass();
void registerSkipZeroTermsPass();
void registerSplitSmallArraysPass();
void registerUnrollSmallLoopsPass();
void registerVectorizeElementwisePass();
void registerVectorizeIterationsPass();

} // namespace circ
