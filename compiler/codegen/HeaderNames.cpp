//===- HeaderNames.cpp - Names in C ---------------------------------------===//

#include "compiler/codegen/Blas.h"
#include "compiler/codegen/Header.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace circ {

//===----------------------------------------------------------------------===//
// Making names
//===----------------------------------------------------------------------===//

/// The letter's name; its capital begins with a capital ("Omega").
static std::string greekName(UTF32 letter) {
  static const char *const names[] = {
      "alpha", "beta",   "gamma",   "delta", "epsilon", "zeta",    "eta",  "theta", "iota",
      "kappa", "lambda", "mu",      "nu",    "xi",      "omicron", "pi",   "rho",   "sigma",
      "sigma", "tau",    "upsilon", "phi",   "chi",     "psi",     "omega"};
  if (letter >= 0x3b1 && letter <= 0x3c9)
    return names[letter - 0x3b1];
  if (letter >= 0x391 && letter <= 0x3a9) {
    std::string name = names[letter - 0x391];
    name[0] = toUpper(name[0]);
    return name;
  }
  switch (letter) {
  case 0x3d1:
    return "theta";
  case 0x3d5:
    return "phi";
  case 0x3f5:
    return "epsilon";
  default:
    return "";
  }
}

/// A letter of Latin-1 without its accent.
static std::string latinName(UTF32 letter) {
  // From U+00C0 on; `.` is no letter.
  static const char plain[] = "AAAAAAACEEEEIIIIDNOOOOO.OUUUUYTsaaaaaaaceeeeiiiidnooooo.ouuuuyty";
  switch (letter) {
  case 0xc6:
    return "AE";
  case 0xe6:
    return "ae";
  case 0xdf:
    return "ss";
  case 0xde:
    return "Th";
  case 0xfe:
    return "th";
  default:
    bool known = letter >= 0xc0 && letter <= 0xff && plain[letter - 0xc0] != '.';
    return known ? std::string(1, plain[letter - 0xc0]) : "";
  }
}

std::string cIdentifier(StringRef name) {
  SmallVector<UTF32> letters;
  const auto *source = reinterpret_cast<const UTF8 *>(name.begin());
  const auto *end = reinterpret_cast<const UTF8 *>(name.end());
  letters.resize(name.size());
  UTF32 *target = letters.begin();
  ConvertUTF8toUTF32(&source, end, &target, letters.end(), lenientConversion);
  letters.truncate(target - letters.begin());
  std::string made;
  for (UTF32 letter : letters) {
    if (letter < 0x80)
      made += isAlnum(static_cast<char>(letter)) ? static_cast<char>(letter) : '_';
    else if (letter >= 0x2080 && letter <= 0x2089)
      made += static_cast<char>('0' + (letter - 0x2080));
    else if (std::string greek = greekName(letter); !greek.empty())
      made += greek;
    else if (std::string latin = latinName(letter); !latin.empty())
      made += latin;
    else
      made += "u" + utohexstr(letter);
  }
  if (made.empty() || isDigit(made[0]))
    made.insert(made.begin(), '_');
  return made;
}

std::string libraryPrefix(StringRef path) {
  StringRef stem = sys::path::stem(path);
  if (stem.size() > 3)
    stem.consume_front("lib");
  return cIdentifier(stem);
}

std::string lastErrorSymbol(StringRef library) { return (library + "_last_error").str(); }

//===----------------------------------------------------------------------===//
// Clashes
//===----------------------------------------------------------------------===//

static void addWords(StringSet<> &words, StringRef list, StringRef suffixes = " ") {
  SmallVector<StringRef> split;
  SplitString(list, split);
  for (StringRef word : split)
    for (char suffix : suffixes)
      words.insert(suffix == ' ' ? word.str() : (word + Twine(suffix)).str());
}

/// The keywords of C up to C23 and of C++ up to C++20.
static bool isKeyword(StringRef name) {
  static const StringSet<> keywords = [] {
    StringSet<> words;
    addWords(words,
             "auto break case char const continue default do double else enum extern float for "
             "goto if inline int long register restrict return short signed sizeof static struct "
             "switch typedef union unsigned void volatile while alignas alignof bool constexpr "
             "false nullptr static_assert thread_local true typeof typeof_unqual asm");
    addWords(words,
             "and and_eq bitand bitor catch char8_t char16_t char32_t class compl concept "
             "consteval constinit const_cast co_await co_return co_yield decltype delete "
             "dynamic_cast explicit export friend mutable namespace new noexcept not not_eq "
             "operator or or_eq private protected public reinterpret_cast requires static_cast "
             "template this throw try typeid typename using virtual wchar_t xor xor_eq");
    return words;
  }();
  return keywords.contains(name);
}

/// The functions of libm in C99, C23 and POSIX.
static bool isMathFunction(StringRef name) {
  static const StringSet<> functions = [] {
    StringSet<> words;
    addWords(words,
             "acos acosh acospi asin asinh asinpi atan atan2 atan2pi atanh atanpi cbrt ceil "
             "compoundn copysign cos cosh cospi drem erf erfc exp exp10 exp10m1 exp2 exp2m1 expm1 "
             "fabs fdim finite floor fma fmax fmaximum fmin fminimum fmod frexp gamma hypot ilogb "
             "isinf isnan j0 j1 jn ldexp lgamma lgamma_r llogb llrint llround log log10 log10p1 "
             "log1p log2 log2p1 logb logp1 lrint lround modf nan nearbyint nextafter nextdown "
             "nexttoward nextup pow pow10 pown powr remainder remquo rint rootn round roundeven "
             "rsqrt scalb scalbln scalbn significand sin sincos sinh sinpi sqrt tan tanh tanpi "
             "tgamma trunc y0 y1 yn",
             " fl");
    addWords(words,
             "cabs cacos cacosh carg casin casinh catan catanh ccos ccosh cexp cimag clog clog10 "
             "conj cpow cproj creal csin csinh csqrt ctan ctanh",
             " fl");
    return words;
  }();
  return functions.contains(name);
}

/// Functions of libc whose definition in another library would be called in
/// their place, and names that programs and compilers rely on.
static bool isLibraryFunction(StringRef name) {
  static const StringSet<> functions = [] {
    StringSet<> words;
    addWords(words,
             "abort abs accept access alarm asctime atexit atof atoi atol atoll bcmp bcopy bind "
             "brk bsearch bzero calloc chdir chmod chown clearerr clock close connect creat crypt "
             "ctime daemon difftime div dprintf dup dup2 environ errno execl execv execve exit "
             "fclose fcntl feof ferror fflush ffs fgetc fgets fileno fopen fork fprintf fputc "
             "fputs fread free freopen fscanf fseek fstat fsync ftell ftime fwrite getc getchar "
             "getcwd getenv getopt getpid gets gettimeofday glob gmtime index ioctl isalnum "
             "isalpha isatty iscntrl isdigit isgraph islower isprint ispunct isspace isupper "
             "isxdigit kill labs ldiv link listen llabs lldiv localtime longjmp lseek main malloc "
             "memccpy memchr memcmp memcpy memmove memset mkdir mktime mmap mprotect munmap nice "
             "open opendir optarg optind pause perror pipe poll printf putc putchar putenv puts "
             "qsort raise rand random read readdir readlink realloc recv remove rename rewind "
             "rindex rmdir sbrk scanf select send setbuf setenv setjmp setvbuf shutdown sigaction "
             "signal sleep snprintf socket sprintf srand srandom sscanf stat stderr stdin stdout "
             "strcat strchr strcmp strcpy strdup strerror strlen strncmp strncpy strrchr strstr "
             "strtod strtof strtok strtol strtoll strtoul sync syscall sysconf system time times "
             "tmpfile tmpnam tolower toupper truncate tzname ungetc unlink usleep utime vfprintf "
             "vprintf vsnprintf vsprintf wait waitpid write");
    return words;
  }();
  return functions.contains(name);
}

/// What a library must not call a function; empty if the name is good.
static std::string badFunctionName(StringRef name) {
  if (isKeyword(name))
    return "is a keyword of C or C++";
  if (isMathFunction(name))
    return "is a function of libm";
  if (isLibraryFunction(name))
    return "belongs to the C library";
  if (name.starts_with("circ_"))
    return "begins with 'circ_', as the names of the runtime do";
  if (name.starts_with("__") || (name.size() > 1 && name[0] == '_' && isUpper(name[1])))
    return "is reserved for C compilers";
  return "";
}

std::optional<std::string> headerClash(const HeaderSpec &spec) {
  StringSet<> symbols;
  symbols.insert(lastErrorSymbol(spec.library));
  for (const HeaderFunction &function : spec.functions) {
    std::string quoted = "'" + function.name + "'";
    std::string why = badFunctionName(function.name);
    if (why.empty() && spec.blas && isBlasFunction(function.name))
      why = "is a function of BLAS or LAPACK, which --blas calls";
    if (!why.empty())
      return "the function " + quoted + " " + why +
             ": choose a prefix with --prefix, or another name";
    if (!symbols.insert(function.name).second)
      return "two functions of the library are called " + quoted +
             ": choose a prefix with --prefix, or another name";
  }
  for (const HeaderFunction &function : spec.functions) {
    StringSet<> names;
    for (const HeaderArgument &argument : function.arguments) {
      std::string name = cIdentifier(argument.name);
      if (isKeyword(name))
        return "the argument '" + name + "' of '" + function.name +
               "' is a keyword of C or C++: choose another name";
      if (!names.insert(name).second)
        return "two arguments of '" + function.name + "' are called '" + name +
               "': choose another name";
    }
  }
  return std::nullopt;
}

} // namespace circ
