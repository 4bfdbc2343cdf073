//===- Transforms.cpp - Registration of the passes ------------------------===//

#include "compiler/transforms/Transforms.h"

namespace circ {

void registerTransformPasses() {
  registerCheckpointLoopsPass();
  registerPassWhileValuesPass();
  registerRemoveProvenChecksPass();
}

} // namespace circ
