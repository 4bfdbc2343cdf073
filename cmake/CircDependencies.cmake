# What circ is built on: MLIR/LLVM 19, the ANTLR 4 tool and C++ runtime, CLI11.

list(PREPEND CMAKE_PREFIX_PATH /usr/lib/llvm-19)
find_package(MLIR REQUIRED CONFIG)
if(NOT LLVM_VERSION_MAJOR EQUAL 19)
  message(FATAL_ERROR "circ needs LLVM and MLIR 19; found ${LLVM_PACKAGE_VERSION}")
endif()
find_package(Threads REQUIRED)
find_package(CLI11 REQUIRED CONFIG)
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)

# Debian's LLVM is built with RTTI, without exceptions and without assertions.
add_library(circ_llvm_headers INTERFACE)
target_include_directories(circ_llvm_headers SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
separate_arguments(circ_llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_definitions(circ_llvm_headers INTERFACE ${circ_llvm_definitions})

# One interface target carries the libraries. The exported MLIR targets bring in
# libLLVM.so by themselves, so the static link lists the archives; a process
# must never hold two LLVMs.
add_library(circ_llvm INTERFACE)
target_link_libraries(circ_llvm INTERFACE circ_llvm_headers)
if(CIRC_STATIC_LLVM)
  file(GLOB circ_mlir_archives ${LLVM_LIBRARY_DIR}/libMLIR*.a)
  list(FILTER circ_mlir_archives EXCLUDE REGEX "Test|CAPI|Python|libMLIRMlirOptMain|ExecutionEngine|Runner")
  llvm_map_components_to_libnames(circ_llvm_archives
    core support passes orcjit native nativecodegen asmparser asmprinter
    irreader bitreader bitwriter linker target transformutils instcombine
    scalaropts vectorize ipo instrumentation mc object analysis codegen
    selectiondag frontendopenmp tablegen)
  list(TRANSFORM circ_llvm_archives REPLACE "^(LLVM.*)$" "${LLVM_LIBRARY_DIR}/lib\\1.a")
  file(GLOB circ_all_llvm_archives ${LLVM_LIBRARY_DIR}/libLLVM*.a)
  target_link_libraries(circ_llvm INTERFACE
    -Wl,--start-group ${circ_mlir_archives} ${circ_all_llvm_archives} -Wl,--end-group
    z zstd tinfo xml2 ffi edit ${CMAKE_DL_LIBS} Threads::Threads m)
  target_link_options(circ_llvm INTERFACE -Wl,--gc-sections,--as-needed)
else()
  target_link_libraries(circ_llvm INTERFACE
    ${LLVM_LIBRARY_DIR}/libMLIR.so ${LLVM_LIBRARY_DIR}/libLLVM.so Threads::Threads)
  target_link_options(circ_llvm INTERFACE -Wl,-rpath,${LLVM_LIBRARY_DIR})
endif()

# ANTLR: Debian's tool 4.7.2 writes C++ that fits Debian's runtime 4.9.
find_program(ANTLR4_TOOL antlr4 REQUIRED)
find_path(ANTLR4_INCLUDE_DIR antlr4-runtime/antlr4-runtime.h REQUIRED)
find_library(ANTLR4_LIBRARY NAMES libantlr4-runtime.a REQUIRED)
find_library(ANTLR4_SHARED_LIBRARY NAMES antlr4-runtime REQUIRED)
execute_process(COMMAND ${ANTLR4_TOOL} OUTPUT_VARIABLE antlr4_banner ERROR_VARIABLE antlr4_banner)
if(NOT antlr4_banner MATCHES "Version 4\\.7")
  message(FATAL_ERROR "circ needs the ANTLR tool 4.7 (Debian's antlr4); found: ${antlr4_banner}")
endif()
add_library(circ_antlr_runtime INTERFACE)
target_include_directories(circ_antlr_runtime SYSTEM INTERFACE ${ANTLR4_INCLUDE_DIR} ${ANTLR4_INCLUDE_DIR}/antlr4-runtime)
# Debian's archive is not position-independent: it cannot go into a shared library.
set(circ_is_shared $<STREQUAL:$<TARGET_PROPERTY:TYPE>,SHARED_LIBRARY>)
target_link_libraries(circ_antlr_runtime INTERFACE
  $<IF:${circ_is_shared},${ANTLR4_SHARED_LIBRARY},${ANTLR4_LIBRARY}> Threads::Threads)
