//===- Request.h - Which derivative program is wanted ---------------------===//
//
// Names of parameters and results, as people write them, become the request for
// a program; what a circuit has no derivative for is told in words.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Derivatives.h"
#include "llvm/ADT/ArrayRef.h"

namespace circ {

/// The parameters of these names, a struct standing for all of its real fields;
/// of no names every differentiable parameter. Ordered as named.
Outcome<std::vector<unsigned>> chooseWrt(const ast::Circuit &circuit,
                                         llvm::ArrayRef<std::string> names);

/// The request for a program of a circuit. `of` names the result whose gradient
/// or Hessian is wanted; empty, it is the only one.
Outcome<DerivativeRequest> makeRequest(const ast::Circuit &circuit, DerivativeKind kind,
                                       llvm::ArrayRef<std::string> wrt, const std::string &of,
                                       DifferentiationMode mode);

} // namespace circ
