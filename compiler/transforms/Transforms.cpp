//===- Transforms.cpp - Registration of the passes ------------------------===//

#include "compiler/transforms/Transforms.h"

#include "compiler/transforms/Rows.h"

namespace circ {

void registerTransformPasses() {
  registerCheckpointLoopsPass();
  registerDeferLinearMapsPass();
  registerExpandSmallProductsPass();
  registerFuseElementwisePass();
  registerFuseMapsPass();
  registerFuseSweepsPass();
  registerHoistChecksPass();
  registerHoistInvariantsPass();
  registerInlineCallsPass();
  registerInlineMapsPass();
  registerKeepTermsPass();
  registerMergeEqualOpsPass();
  registerMergeEqualSizesPass();
  registerMergePushesPass();
  registerParallelizeIterationsPass();
  registerPassWhileValuesPass();
  registerReadThroughPartsPass();
  registerRefineShapesPass();
  registerRemoveProvenChecksPass();
  registerRemoveTapesPass();
  registerShareLaneSumsPass();
  registerShortenRecurrencesPass();
  registerSinkDirectionsPass();
  registerSkipZeroTermsPass();
  registerSplitSmallArraysPass();
  registerUnrollShortRowsPass();
  registerUnrollSmallLoopsPass();
  registerVectorizeElementwisePass();
  registerVectorizeIterationsPass();
}

} // namespace circ
