# cmake --install: the command line with its manual page and completions, the
# documentation and the examples.
include(GNUInstallDirs)
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
