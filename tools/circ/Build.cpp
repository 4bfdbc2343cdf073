#include "tools/circ/Shared.h"
namespace circ::tool {
int buildCommand(const Options &) { return WrongInput; }
} // namespace circ::tool
