//===- Transforms.cpp - Registration of the passes ------------------------===//

#include "compiler/transforms/Transforms.h"

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
  registerSinkDirectionsPass();
  registerSkipZeroTermsPass();
  registerSplitSmallArraysPass();
  registerUnrollSmallLoopsPass();
  registerVectorizeElementwisePass();
  registerVectorizeIterationsPass();
}

} // namespace circ
