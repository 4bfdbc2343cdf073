//===- Transforms.cpp - Registration of the passes ------------------------===//

#include "compiler/transforms/Transforms.h"

namespace circ {

void registerTransformPasses() {
  registerCheckpointLoopsPass();
  registerFuseSweepsPass();
  registerKeepTermsPass();
  registerMergeEqualOpsPass();
  registerPassWhileValuesPass();
  registerRemoveProvenChecksPass();
  registerVectorizeIterationsPass();
}

} // namespace circ
