# cmake --install: the command line with its manual page and completions, libcirc
# with its header, what CMake and pkg-config need to find them, the Python module,
# the documentation and the examples. cpack makes a Debian package of all.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS circ RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# Found from the executable: ../lib/circ.
install(TARGETS circ-nlopt circ-ceres LIBRARY DESTINATION lib/circ)
install(FILES ${PROJECT_BINARY_DIR}/pages/circ.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_BINARY_DIR}/pages/circ DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${PROJECT_BINARY_DIR}/pages/_circ DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${PROJECT_BINARY_DIR}/pages/circ.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY examples/ DESTINATION ${CMAKE_INSTALL_DATADIR}/circ/examples)
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# libcirc: the target circ::circ.
install(TARGETS circ_shared EXPORT circTargets COMPONENT library
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT library)
install(DIRECTORY circ-c DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# find_package(circ) and pkg-config.
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/circ)
install(EXPORT circTargets NAMESPACE circ:: DESTINATION ${package_folder})
configure_package_config_file(cmake/circConfig.cmake.in ${PROJECT_BINARY_DIR}/circConfig.cmake
  INSTALL_DESTINATION ${package_folder} PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/circConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/circConfig.cmake ${PROJECT_BINARY_DIR}/circConfigVersion.cmake
  cmake/CircAddLibrary.cmake DESTINATION ${package_folder})
configure_file(cmake/circ.pc.in circ.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/circ.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The Python module, where it is built.
if(TARGET circ_python)
  set(package_folder lib/python3/dist-packages/circ)
  install(TARGETS circ_python LIBRARY DESTINATION ${package_folder} COMPONENT python)
  install(DIRECTORY python/circ/ DESTINATION ${package_folder} COMPONENT python FILES_MATCHING PATTERN "*.py")
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME circ)
set(CPACK_PACKAGE_VENDOR circ)
set(CPACK_PACKAGE_CONTACT "The circ developers <circ@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_MONOLITHIC_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# A linker for `circ build`; NumPy for the Python module.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "lld | binutils, python3-numpy")
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)
include(CPack)
