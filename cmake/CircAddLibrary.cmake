# circ_add_library(gmm gmm.circ [STATIC] [DERIVATIVES grad hvp ...] [OPTIONS --cpu ...]
#                  [DEPENDS imported.circ ...])
#
# A library target `gmm` of the circuits of a file, made by `circ build`: link with
# it and include `libgmm.h`. It is a shared library, or a static one.
function(circ_add_library name file)
  cmake_parse_arguments(PARSE_ARGV 2 CIRC "STATIC" "" "DERIVATIVES;OPTIONS;DEPENDS")
  if(CIRC_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "circ_add_library does not know: ${CIRC_UNPARSED_ARGUMENTS}")
  endif()
  get_filename_component(source ${file} ABSOLUTE)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/circ/${name})
  file(MAKE_DIRECTORY ${folder})
  set(kind SHARED)
  set(library ${folder}/lib${name}.so)
  if(CIRC_STATIC)
    set(kind STATIC)
    set(library ${folder}/lib${name}.a)
  endif()
  set(derivatives "")
  if(CIRC_DERIVATIVES)
    list(JOIN CIRC_DERIVATIVES "," list)
    set(derivatives --derivatives ${list})
  endif()
  add_custom_command(
    OUTPUT ${library} ${folder}/lib${name}.h
    COMMAND ${circ_COMPILER} build ${source} -o ${library} ${derivatives} ${CIRC_OPTIONS}
    DEPENDS ${source} ${CIRC_DEPENDS} ${circ_COMPILER}
    COMMENT "Building circuits of ${file}" VERBATIM)
  add_custom_target(${name}_circuits DEPENDS ${library} ${folder}/lib${name}.h)
  add_library(${name} ${kind} IMPORTED GLOBAL)
  add_dependencies(${name} ${name}_circuits)
  set_target_properties(${name} PROPERTIES
    IMPORTED_LOCATION ${library} IMPORTED_SONAME lib${name}.so
    INTERFACE_INCLUDE_DIRECTORIES ${folder})
  if(CIRC_STATIC)
    set_target_properties(${name} PROPERTIES INTERFACE_LINK_LIBRARIES m)
  endif()
endfunction()
