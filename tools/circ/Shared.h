//===- Shared.h - What the commands share ---------------------------------===//
#pragma once

#include "compiler/driver/Compilation.h"
#include "compiler/driver/Derivatives.h"
#include "compiler/driver/Programs.h"
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
/// Fills in which program is wanted; false with a message when the circuit has
/// no derivative of this kind.
bool wantedProgram(const Options &options, const ast::Circuit &circuit, DerivativeKind kind,
                   DerivativeRequest &request);

/// Compiles a program of a circuit and calls it. An exit status, with messages
/// on standard error.
int execute(const Options &options, Compilation &compilation, const ast::Circuit &circuit,
            const DerivativeRequest &request, const std::vector<Value> &arguments,
            std::vector<Value> &results);
/// Reads, checks and chooses the circuit; null after messages.
ast::Circuit *openCircuit(const Options &options, Compilation &compilation);
/// Binds the arguments to the parameters; false after messages.
bool bindValues(const Options &options, Compilation &compilation, const ast::Circuit &circuit,
                std::vector<Value> &arguments);

/// Compiles programs of a circuit together; nothing after messages.
std::optional<Programs> compilePrograms(const Options &options, Compilation &compilation,
                                        const ast::Circuit &circuit,
                                        llvm::ArrayRef<DerivativeRequest> requests);
/// Calls one of them, by its place among the requests; an exit status.
int callProgram(const Programs &programs, size_t program, const std::vector<Value> &arguments,
                std::vector<Value> &results);
/// Computes, stores or prints a Jacobian or Hessian in compressed rows.
int sparseMatrix(const Options &options, Compilation &compilation, const ast::Circuit &circuit,
                 const DerivativeRequest &request, const std::vector<Value> &arguments);
/// Stores or prints what a program gave; an exit status.
int showOutputs(const Options &options, const ast::Circuit &circuit,
                const DerivativeRequest &request, const DerivativeSignature &signature,
                const std::vector<Value> &values);

} // namespace circ::tool
