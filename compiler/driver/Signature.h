//===- Signature.h - What a circuit takes and gives, as data --------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/codegen/Entry.h"
#include "compiler/driver/Values.h"

namespace circ {

ElementKind elementKind(ast::ScalarKind kind);
/// The parameters as `bindArguments` wants them.
std::vector<ParameterSpec> parameterSpecs(const ast::Circuit &circuit);
ValueSpec valueSpec(const ast::Type &type);
/// Real parameters that are not `const`.
std::vector<unsigned> differentiableParameters(const ast::Circuit &circuit);
/// The names of the results: as stated, else the circuit's name (text output)
/// or "value"; several unnamed ones are numbered.
std::vector<std::string> resultNames(const ast::Circuit &circuit, const std::string &only);
/// The values of a circuit's results (the first of `values`) as JSON: the bare
/// value, an object by name, or an array where several have no names. With
/// `onlyReal` there is a value for each real result alone, a tangent, say; the
/// others are left out of objects and null in arrays.
std::string jsonResults(const ast::Circuit &circuit, const std::vector<Value> &values,
                        bool onlyReal = false);
/// Whether a circuit has exactly one result and that is a real number, so that
/// it has a gradient.
bool hasScalarResult(const ast::Circuit &circuit);
/// The value of a dimension, absent when it is not a whole number or not known.
std::optional<int64_t> evaluate(const ast::Dimension &dim,
                                const std::map<const ast::Variable *, int64_t> &known);
/// The shape of a result in terms of the values of the parameters; absent when
/// only the body says it.
std::optional<std::vector<int64_t>> resultShape(const ast::Circuit &circuit,
                                                const std::vector<Value> &values, unsigned result);
/// Checks that the shapes of bound values agree with each other and with the
/// integer arguments; false with a message for each that does not.
bool checkShapes(const ast::Circuit &circuit, const std::vector<Value> &values,
                 std::vector<std::string> &errors);

} // namespace circ
