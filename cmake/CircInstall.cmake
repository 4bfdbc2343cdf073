# Install rules: the command line, the pass tool, documentation.
include(GNUInstallDirs)
