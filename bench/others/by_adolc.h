//===- by_adolc.h - The problems by ADOL-C -------------------------------===//
//
// Operators on its number type write a tape once; a gradient runs the tape
// forwards and backwards for the same parameters, which is how ADBench uses it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "gmm/gmm.h"
#include "lstm/lstm.h"
#include "others/other.h"

namespace bench {

Other gmmByAdolc(const Gmm &p);
Other lstmByAdolc(const Lstm &p);

} // namespace bench
