//===- Shared.h - What the commands share ---------------------------------===//
#pragma once

#include "compiler/driver/Compilation.h"
#include "compiler/driver/Signature.h"
#include "tools/circ/Options.h"

namespace circ::tool {

/// "f.circ:g" as file and circuit; the circuit is empty when none is named.
std::pair<std::string, std::string> splitFile(const std::string &text);
/// Prints what the compilation found to standard error, or as JSON to standard
/// output.
void report(const Compilation &compilation, bool json);
int fail(llvm::Error error);
bool isTerminal();
/// Flushes standard output; an exit status.
int finishOutput();
/// The parameters to differentiate by; false with a message when the circuit
/// has no gradient.
bool wantedGradient(const Options &options, const ast::Circuit &circuit,
                    std::vector<unsigned> &wrt);

} // namespace circ::tool
