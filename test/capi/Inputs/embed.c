/* Compiles and calls circuits in process; prints what comes out. */
#include "circ-c/circ.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] =
    "struct Camera { focal: f64, center: f64[2] }\n"
    "/// Adds, then multiplies.\n"
    "circuit f(x, y, z = 3.0) = (x + y) * z\n"
    "circuit shot(cam: Camera, p: f64[n, 2], k: i64) -> (sum: f64, all: f64[n]) {\n"
    "  assert k < n, \"k is too large\"\n"
    "  let all = [cam.focal * (p[i, 0] - cam.center[0]) for i in 0..n]\n"
    "  return sum(all[i]^2 for i in 0..n) + p[k, 1], all\n"
    "}\n"
    "circuit picked(a: f64[n], t: i64[1]) {\n"
    "  let m = t[0]\n"
    "  return [2.0 * a[i] for i in 0..m]\n"
    "}\n";

static size_t find(const circ_module *module, const char *name) {
  for (size_t i = 0; i < circ_circuit_count(module); ++i)
    if (strcmp(circ_circuit_name(module, i), name) == 0)
      return i;
  abort();
}

static void print(const circ_program *program, const circ_results *results) {
  for (size_t i = 0; i < circ_output_count(program); ++i) {
    circ_value_info info;
    circ_output(program, i, &info);
    circ_array array = circ_results_get(results, i);
    int64_t count = 1;
    for (int k = 0; k < array.rank; ++k)
      count *= array.shape[k];
    printf("%s: %s =", info.name, info.type);
    for (int64_t k = 0; k < count; ++k)
      if (array.kind == CIRC_I64)
        printf(" %lld", (long long)((const int64_t *)array.data)[k]);
      else
        printf(" %g", ((const double *)array.data)[k]);
    printf("\n");
  }
}

/* Compiles a program and calls it; prints its outputs or the message. */
static int run(circ_module *module, const char *name, int derivative, const char *of,
               const circ_array *inputs, size_t count) {
  circ_request request = {derivative, NULL, 0, of, CIRC_MODE_USUAL};
  circ_program *program = NULL;
  circ_results *results = NULL;
  int status = circ_compile(module, find(module, name), &request, &program);
  if (status == CIRC_OK)
    status = circ_call(program, inputs, count, &results);
  if (status == CIRC_OK)
    print(program, results);
  else
    printf("status %d: %s\n", status, circ_message());
  circ_results_free(results);
  circ_program_free(program);
  return status;
}

/* A sum on one thread and on two: the same bits. */
static void sum_on_threads(void) {
  static double x[200000];
  const int64_t shape[] = {200000};
  for (int i = 0; i < 200000; ++i)
    x[i] = 1.0 / (1 + i);
  double sums[2] = {0, 1};
  for (int threads = 1; threads <= 2; ++threads) {
    circ_options options = {0, 0, NULL, 0, 1, 0, threads};
    circ_module *module;
    circ_program *program;
    circ_results *results;
    circ_array input = {x, shape, 1, CIRC_F64};
    if (circ_compile_text("sum.circ", "circuit f(x: f64[n]) = sum(sin(x[i]) * exp(x[i]) for i)",
                          &options, &module) ||
        circ_compile(module, 0, NULL, &program) || circ_call(program, &input, 1, &results)) {
      printf("%s\n", circ_message());
      return;
    }
    sums[threads - 1] = *(double *)circ_results_get(results, 0).data;
    circ_results_free(results);
    circ_program_free(program);
    circ_module_free(module);
  }
  printf("two threads: %s\n", sums[0] == sums[1] && sums[0] > 12 ? "the same bits" : "other bits");
}

int main(void) {
  circ_module *module = NULL;
  if (circ_compile_text("text.circ", text, NULL, &module) != CIRC_OK) {
    printf("%s\n", circ_message());
    return 1;
  }
  printf("doc: %s\n", circ_circuit_doc(module, find(module, "f")));
  double x = -2, y = 5, z = -4, focal = 2, center[3] = {1, 0, 0}, p[6] = {1, 1, 2, 1, 3, 1};
  double seed[3] = {1, 1, 1};
  float single = 1.5f;
  const circ_array missing = {NULL, NULL, 0, CIRC_F64};
  int64_t two = 2, nine = 9, sizes[2] = {3, 2}, three = 3, k = 1;
  circ_array f[] = {{&x, NULL, 0, CIRC_F64}, {&y, NULL, 0, CIRC_F64},   {&z, NULL, 0, CIRC_F64},
                    {&x, NULL, 0, CIRC_F64}, {NULL, NULL, 0, CIRC_F64}, {NULL, NULL, 0, CIRC_F64}};
  run(module, "f", CIRC_OF_VALUE, NULL, f, 3);
  run(module, "f", CIRC_GRADIENT, NULL, f, 3);
  run(module, "f", CIRC_JVP, NULL, f, 6);
  /* The default; exact conversions. */
  circ_array g[] = {
      {&single, NULL, 0, CIRC_F32}, {&k, NULL, 0, CIRC_I64}, {NULL, NULL, 0, CIRC_F64}};
  run(module, "f", CIRC_OF_VALUE, NULL, g, 3);
  circ_array shot[] = {{&focal, NULL, 0, CIRC_F64}, {center, &two, 1, CIRC_F64},
                       {p, sizes, 2, CIRC_F64},     {&k, NULL, 0, CIRC_I64},
                       {&x, NULL, 0, CIRC_F64},     {seed, &three, 1, CIRC_F64}};
  run(module, "shot", CIRC_OF_VALUE, NULL, shot, 4);
  run(module, "shot", CIRC_GRADIENT, "sum", shot, 4);
  run(module, "shot", CIRC_VJP, NULL, shot, 6);
  run(module, "shot", CIRC_SPARSE_JACOBIAN, NULL, shot, 4);
  run(module, "f", CIRC_SPARSE_HESSIAN, NULL, f, 3);

  /* What is wrong is told, and nothing ends. */
  run(module, "shot", CIRC_GRADIENT, NULL, shot, 4);
  run(module, "shot", CIRC_OF_VALUE, NULL, shot, 3);
  shot[3].data = &nine;
  run(module, "shot", CIRC_OF_VALUE, NULL, shot, 4);
  shot[1].shape = &three;
  run(module, "shot", CIRC_OF_VALUE, NULL, shot, 4);
  shot[1].shape = &two;
  shot[3].data = &x;
  shot[3].kind = CIRC_F64;
  run(module, "shot", CIRC_OF_VALUE, NULL, shot, 4);
  shot[3].data = &k;
  shot[3].kind = CIRC_I64;
  shot[5].shape = &two;
  run(module, "shot", CIRC_VJP, NULL, shot, 6);
  /* A size that only the values tell: the seed cannot be checked. */
  circ_array picked[] = {
      {p, &three, 1, CIRC_F64}, {&two, &k, 1, CIRC_I64}, {seed, &three, 1, CIRC_F64}};
  run(module, "picked", CIRC_OF_VALUE, NULL, picked, 2);
  run(module, "picked", CIRC_VJP, NULL, picked, 3);
  picked[2] = missing;
  run(module, "picked", CIRC_VJP, NULL, picked, 3);
  circ_program *orphan = NULL;
  circ_compile(module, find(module, "f"), NULL, &orphan);
  circ_module_free(module);

  /* A program outlives its module. */
  circ_results *results = NULL;
  if (circ_call(orphan, f, 3, &results) == CIRC_OK)
    print(orphan, results);
  circ_results_free(results);
  circ_program_free(orphan);

  if (circ_compile_text("bad.circ", "circuit f(x) = x + q\ncircuit g(x) = x + r\n", NULL, &module))
    printf("%s\n%s\n", circ_message(), circ_message_json());
  if (circ_load("/nonexistent/f.circ", NULL, &module))
    printf("%s\n", circ_message());
  circ_options options = {3, 1, "no-such-cpu", 0, 1, 0, 0};
  if (circ_compile_text("f.circ", "circuit f(x) = x", &options, &module) == CIRC_OK)
    run(module, "f", CIRC_OF_VALUE, NULL, f, 1);
  circ_module_free(module);
  options = (circ_options){0, 0, NULL, 0, 1, 0, -1};
  if (circ_compile_text("f.circ", "circuit f(x) = x", &options, &module))
    printf("%s\n", circ_message());
  sum_on_threads();
  circ_module_free(NULL);
  circ_program_free(NULL);
  circ_results_free(NULL);
  return 0;
}
