//===- Walk.h - Visits all expressions below one --------------------------===//
#pragma once

#include "compiler/ast/Stmt.h"

#include <functional>

namespace circ::ast {

/// Calls `visit` for an expression and every one below it, those in the
/// statements of blocks included.
void walk(const Expr &expr, const std::function<void(const Expr &)> &visit);
/// The same for all expressions of some statements.
void walk(const StmtList &list, const std::function<void(const Expr &)> &visit);

} // namespace circ::ast
