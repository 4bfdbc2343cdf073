# circ_add_room(name SOURCES ... DEPENDS ... [MLIR] [EXCEPTIONS]): one room of
# the compiler as a static library. MLIR rooms share one precompiled header.

find_program(CIRC_CCACHE ccache)
if(CIRC_CCACHE)
  # The sloppiness lets ccache store objects that use a precompiled header.
  set(launcher ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CIRC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

add_library(circ_options INTERFACE)
target_include_directories(circ_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
target_compile_options(circ_options INTERFACE
  -Wall -Wextra -Wno-unused-parameter -ffunction-sections -fdata-sections)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_compile_options(circ_options INTERFACE
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
endif()
if(CIRC_SANITIZE)
  list(JOIN CIRC_SANITIZE "," circ_sanitizers)
  target_compile_options(circ_options INTERFACE -fsanitize=${circ_sanitizers} -fno-omit-frame-pointer
    -fno-sanitize=vptr)
  target_link_options(circ_options INTERFACE -fsanitize=${circ_sanitizers} -fno-sanitize=vptr)
endif()
find_program(CIRC_LLD NAMES ld.lld-19 ld.lld)
if(CIRC_LLD)
  target_link_options(circ_options INTERFACE -fuse-ld=lld)
endif()

function(circ_add_room name)
  cmake_parse_arguments(ROOM "MLIR;EXCEPTIONS" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(${name} PUBLIC circ_options ${ROOM_DEPENDS})
  if(NOT ROOM_EXCEPTIONS)
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
  endif()
  target_link_libraries(${name} PUBLIC circ_llvm_headers)
  if(ROOM_MLIR)
    target_precompile_headers(${name} REUSE_FROM circ_mlir_pch)
  endif()
endfunction()
