/*===- circ_cpu.c - Whether this CPU can run the code ----------------------===
 *
 * C99. It asks the CPU itself: the compilers' __builtin_cpu_supports needs a
 * library of theirs.
 *
 *===-----------------------------------------------------------------------===*/

#include "circ_runtime.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

enum { EAX, EBX, ECX, EDX };
enum { ANY_STATE = 0, AVX_STATE = 0x6, AVX512_STATE = 0xe6 };

/* The bit of a CPUID leaf that tells of a feature, and the bits of XCR0 that
 * say that its registers survive a task switch. */
typedef struct feature {
  const char *name;
  unsigned leaf, subleaf, reg, bit, state;
} feature;

static const feature known[] = {
    {"sse3", 1, 0, ECX, 0, ANY_STATE},
    {"ssse3", 1, 0, ECX, 9, ANY_STATE},
    {"fma", 1, 0, ECX, 12, AVX_STATE},
    {"cx16", 1, 0, ECX, 13, ANY_STATE},
    {"sse4.1", 1, 0, ECX, 19, ANY_STATE},
    {"sse4.2", 1, 0, ECX, 20, ANY_STATE},
    {"movbe", 1, 0, ECX, 22, ANY_STATE},
    {"popcnt", 1, 0, ECX, 23, ANY_STATE},
    {"avx", 1, 0, ECX, 28, AVX_STATE},
    {"f16c", 1, 0, ECX, 29, AVX_STATE},
    {"bmi", 7, 0, EBX, 3, ANY_STATE},
    {"avx2", 7, 0, EBX, 5, AVX_STATE},
    {"bmi2", 7, 0, EBX, 8, ANY_STATE},
    {"avx512f", 7, 0, EBX, 16, AVX512_STATE},
    {"avx512dq", 7, 0, EBX, 17, AVX512_STATE},
    {"adx", 7, 0, EBX, 19, ANY_STATE},
    {"avx512ifma", 7, 0, EBX, 21, AVX512_STATE},
    {"avx512cd", 7, 0, EBX, 28, AVX512_STATE},
    {"avx512bw", 7, 0, EBX, 30, AVX512_STATE},
    {"avx512vl", 7, 0, EBX, 31, AVX512_STATE},
    {"avx512vbmi", 7, 0, ECX, 1, AVX512_STATE},
    {"avx512vbmi2", 7, 0, ECX, 6, AVX512_STATE},
    {"gfni", 7, 0, ECX, 8, ANY_STATE},
    {"vaes", 7, 0, ECX, 9, AVX_STATE},
    {"vpclmulqdq", 7, 0, ECX, 10, AVX_STATE},
    {"avx512vnni", 7, 0, ECX, 11, AVX512_STATE},
    {"avx512bitalg", 7, 0, ECX, 12, AVX512_STATE},
    {"avx512vpopcntdq", 7, 0, ECX, 14, AVX512_STATE},
    {"avx512fp16", 7, 0, EDX, 23, AVX512_STATE},
    {"avxvnni", 7, 1, EAX, 4, AVX_STATE},
    {"avx512bf16", 7, 1, EAX, 5, AVX512_STATE},
    {"lzcnt", 0x80000001, 0, ECX, 5, ANY_STATE},
    {"xop", 0x80000001, 0, ECX, 11, AVX_STATE},
    {"fma4", 0x80000001, 0, ECX, 16, AVX_STATE},
    {"tbm", 0x80000001, 0, ECX, 21, ANY_STATE},
};

/* The states that the operating system saves; 0 if it does not say. */
static unsigned saved_states(void) {
  unsigned a, b, c, d, low, high;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 27)))
    return 0;
  __asm__ volatile(".byte 0x0f, 0x01, 0xd0" /* xgetbv */ : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static int has(const feature *f, unsigned states) {
  unsigned r[4];
  return __get_cpuid_count(f->leaf, f->subleaf, &r[EAX], &r[EBX], &r[ECX], &r[EDX]) &&
         (r[f->reg] >> f->bit & 1) && (states & f->state) == f->state;
}

int circ_cpu_supports(const char *features) {
  unsigned states = saved_states();
  while (*features) {
    size_t length = strcspn(features, ","), i = 0, count = sizeof known / sizeof *known;
    while (i < count &&
           (strlen(known[i].name) != length || memcmp(known[i].name, features, length) != 0))
      ++i;
    if (i == count || !has(&known[i], states))
      return 0;
    features += length + (features[length] == ',');
  }
  return 1;
}

#else
int circ_cpu_supports(const char *features) { return *features == 0; }
#endif
