// A calculator with derivatives: compiles the circuit that it is given, and prints
// its value and gradient. `calculator 'circuit f(x, y) = x * exp(y)' 3 0.5`
#include <circ-c/circ.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static int fail() {
  std::fprintf(stderr, "%s\n", circ_message());
  return 1;
}

int main(int count, char **words) {
  if (count < 2) {
    std::fprintf(stderr, "usage: calculator CIRCUIT NUMBER ...\n");
    return 2;
  }
  circ_module *module;
  if (circ_compile_text("calculator", words[1], nullptr, &module))
    return fail();
  circ_request gradient = {CIRC_GRADIENT, nullptr, 0, nullptr, CIRC_MODE_USUAL};
  circ_program *program;
  if (circ_compile(module, 0, &gradient, &program))
    return fail();
  std::vector<double> numbers;
  for (int i = 2; i < count; ++i)
    numbers.push_back(std::strtod(words[i], nullptr));
  std::vector<circ_array> arguments;
  for (double &number : numbers)
    arguments.push_back({&number, nullptr, 0, CIRC_F64});
  circ_results *results;
  if (circ_call(program, arguments.data(), arguments.size(), &results))
    return fail();
  for (size_t i = 0; i < circ_output_count(program); ++i) {
    circ_value_info info;
    circ_output(program, i, &info);
    std::printf("%s = %g\n", info.name, *static_cast<double *>(circ_results_get(results, i).data));
  }
  circ_results_free(results);
  circ_program_free(program);
  circ_module_free(module);
}
