//===- Transforms.cpp - Registration of the passes ------------------------===//

#include "compiler/transforms/Transforms.h"

namespace circ {

void registerTransformPasses() {
  registerCheckpointLoopsPass();
  registerFuseSweepsPass();
  registerInlineCallsPass();
  registerKeepTermsPass();
  registerMergeEqualOpsPass();
  registerPassWhileValuesPass();
  registerRemoveProvenChecksPass();
  registerRemoveTapesPass();
  registerSplitSmallArraysPass();
  registerUnrollSmallLoopsPass();
  registerVectorizeIterationsPass();
}

} // namespace circ
