/*===- circ.h - Compiling and calling circuits in process ------------------===
 *
 * The C interface of libcirc, valid C99 and C++. A module is a file or text of
 * circuits; a program is a circuit's value or one of its derivatives as machine
 * code in this process. Functions return a `circ_status`; when it is not
 * CIRC_OK, `circ_message` explains it, with the place in the file where it has
 * one. Nothing is printed, and nothing ends the process.
 *
 * Modules and programs may be used from several threads at once: calls run side
 * by side, and programs of one module are compiled one after the other.
 *
 *===-----------------------------------------------------------------------===*/
#ifndef CIRC_C_CIRC_H
#define CIRC_C_CIRC_H

#include "circ-c/status.h"

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CIRC_API __attribute__((visibility("default")))
#else
#define CIRC_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Errors and the library itself ------------------------------------------- */

/** Explains the last status of this thread that was not CIRC_OK, as text of one
 *  or more lines without the last line end; "" when there is none. Valid until
 *  the next call of this thread. */
CIRC_API const char *circ_message(void);
/** What the compiler reported with the last CIRC_PROGRAM of this thread, as a
 *  JSON array of objects: severity, id, file, line, column, message, hint. */
CIRC_API const char *circ_message_json(void);
/** The version, "0.1.0". */
CIRC_API const char *circ_version(void);
/** Asks the calls that run in this process to stop with CIRC_INTERRUPTED (1), or
 *  lets calls run again (0). May be called by a signal handler. */
CIRC_API void circ_interrupt(int stop);

/* Modules ----------------------------------------------------------------- */

typedef struct circ_module circ_module;

/** How programs are compiled. Zeros are the usual choices. */
typedef struct circ_options {
  int quick;            /* 0: optimise fully; 1 to 3: less (-O2, -O1, -O0) */
  int strict;           /* no reassociation, no fused multiply-add */
  const char *cpu;      /* null: this machine's */
  int64_t memory_limit; /* most bytes of a call; 0: no limit */
  int no_cache;         /* neither read nor write the user's cache of compiled code */
  int blas;             /* linear algebra by the system's BLAS and LAPACK where that is faster */
  int threads;          /* 1 or more: calls may use that many threads, with the same bits for each
                           number; 0: what the environment's CIRC_NUM_THREADS says, or else code
                           for one thread alone. Several need GCC's or LLVM's OpenMP library. */
} circ_options;

/** Reads and checks a file of circuits. `options` may be null. On success
 *  `*module` is to be freed by `circ_module_free`. */
CIRC_API int circ_load(const char *path, const circ_options *options, circ_module **module);
/** The same for a text; `name` stands for the file in messages, and imports are
 *  looked up beside it. */
CIRC_API int circ_compile_text(const char *name, const char *text, const circ_options *options,
                               circ_module **module);
/** Programs of a freed module live on. Null is let be. */
CIRC_API void circ_module_free(circ_module *module);
/** Warnings about the text, as `circ_message` writes them; "" without any. */
CIRC_API const char *circ_module_warnings(const circ_module *module);
/** The text of the file. */
CIRC_API const char *circ_module_text(const circ_module *module);

/** The circuits of the file itself, in its order. */
CIRC_API size_t circ_circuit_count(const circ_module *module);
CIRC_API const char *circ_circuit_name(const circ_module *module, size_t circuit);
/** The text of its `///` lines; may be empty. */
CIRC_API const char *circ_circuit_doc(const circ_module *module, size_t circuit);

/* What circuits and programs take and give -------------------------------- */

enum circ_kind { CIRC_F64 = 0, CIRC_F32 = 1, CIRC_I64 = 2, CIRC_BOOL = 3 };

/** What an input or output of a program is. */
enum circ_role {
  CIRC_PARAMETER = 0,  /* of the circuit */
  CIRC_TANGENT_IN = 1, /* the tangent of a parameter */
  CIRC_VECTOR = 2,     /* a vector in the space of a parameter */
  CIRC_SEED = 3,       /* the adjoint of a result */
  CIRC_VALUE = 4,      /* a result of the circuit */
  CIRC_TANGENT = 5,    /* of a result */
  CIRC_DERIVATIVE = 6, /* of a result by one parameter or by two */
  CIRC_ADJOINT = 7,    /* of a parameter */
  CIRC_PRODUCT = 8,    /* of the Hessian and the vector, in the space of a parameter */
  CIRC_MATRIX = 9      /* a part of a sparse matrix */
};

/** One input or output. The texts live as long as the module or program. */
typedef struct circ_value_info {
  const char *name;             /* "x"; the field of a struct is "cam.focal" */
  const char *type;             /* "f64[n, 3]" */
  int kind;                     /* a circ_kind */
  int rank;                     /* the number of dimensions */
  const int64_t *sizes;         /* of the dimensions; -1 where only a call tells */
  int role;                     /* a circ_role */
  int is_const;                 /* a parameter that gets no derivative */
  int has_default;              /* a parameter that may be left out */
  int is_named;                 /* a result that the circuit gives a name */
  int stated;                   /* which of the results as stated this is a part of */
  int result;                   /* of derivatives: the position of the result, or -1 */
  int parameter[2];             /* of derivatives: positions of the parameters, or -1 */
  int depth;                    /* the number of structs that the name leads through */
  const unsigned *struct_ranks; /* the rank of each: 1 in an array of structs */
} circ_value_info;

CIRC_API size_t circ_parameter_count(const circ_module *module, size_t circuit);
CIRC_API int circ_parameter(const circ_module *module, size_t circuit, size_t parameter,
                            circ_value_info *info);
CIRC_API size_t circ_result_count(const circ_module *module, size_t circuit);
CIRC_API int circ_result(const circ_module *module, size_t circuit, size_t result,
                         circ_value_info *info);

/* Programs ---------------------------------------------------------------- */

typedef struct circ_program circ_program;

/** The outputs of a sparse matrix are `shape` (i64[2]) and its compressed rows: row i
 *  has `values[k]` (f64) in the columns `columns[k]` (i64, ascending) for k from
 *  `row_pointers[i]` (i64) up to `row_pointers[i + 1]`. Columns are the elements of
 *  the parameters, in the circuit's order one array after the other; rows are those of
 *  the real results, or of a Hessian those of the parameters. An element that is not
 *  stored is zero for all real arguments of these shapes. */
enum circ_derivative {
  CIRC_OF_VALUE = 0, /* no derivative: the value */
  CIRC_GRADIENT = 1,
  CIRC_JVP = 2,
  CIRC_VJP = 3,
  CIRC_HVP = 4,
  CIRC_JACOBIAN = 5,
  CIRC_HESSIAN = 6,
  CIRC_SPARSE_JACOBIAN = 7,
  CIRC_SPARSE_HESSIAN = 8
};
enum circ_mode { CIRC_MODE_USUAL = 0, CIRC_MODE_FORWARD = 1, CIRC_MODE_REVERSE = 2 };

/** Which program of a circuit is meant. */
typedef struct circ_request {
  int derivative;         /* a circ_derivative */
  const char *const *wrt; /* names of parameters to differentiate by; null: all real ones */
  size_t wrt_count;
  const char *of; /* of gradients and Hessians: the result; null: the only one */
  int mode;       /* a circ_mode */
} circ_request;

/** Compiles a program; `request` null means the value. To be freed by
 *  `circ_program_free`. */
CIRC_API int circ_compile(circ_module *module, size_t circuit, const circ_request *request,
                          circ_program **program);
CIRC_API void circ_program_free(circ_program *program);
/** Warnings that compiling it gave, such as of a gradient that is zero
 *  everywhere; "" without any. */
CIRC_API const char *circ_program_warnings(const circ_program *program);

/** The inputs: the circuit's parameters, then tangents, seeds or a vector. */
CIRC_API size_t circ_input_count(const circ_program *program);
CIRC_API int circ_input(const circ_program *program, size_t input, circ_value_info *info);
CIRC_API size_t circ_output_count(const circ_program *program);
CIRC_API int circ_output(const circ_program *program, size_t output, circ_value_info *info);

/* Calls ------------------------------------------------------------------- */

/** A scalar or a contiguous row-major array. Elements are double, float, int64_t
 *  or uint8_t (0 or 1). Inputs are only read. */
typedef struct circ_array {
  void *data;           /* null: the parameter's default; zero for tangents, seeds, vectors */
  const int64_t *shape; /* `rank` sizes; may be null for a scalar */
  int rank;
  int kind; /* a circ_kind */
} circ_array;

typedef struct circ_results circ_results;

/** Calls a program with an array for each input. Exact conversions are made (f32
 *  to f64, integers to f64); what would change a value is CIRC_ARGUMENT, as are
 *  shapes that do not agree. The results are to be freed by
 *  `circ_results_free`. */
CIRC_API int circ_call(const circ_program *program, const circ_array *inputs, size_t count,
                       circ_results **results);
/** Output number `output` of a call; it lives as long as the results. */
CIRC_API circ_array circ_results_get(const circ_results *results, size_t output);
CIRC_API void circ_results_free(circ_results *results);

#ifdef __cplusplus
}
#endif
#endif
