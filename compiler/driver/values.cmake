set(circ_values_sources
  Values.cpp ValueSyntax.cpp Npy.cpp Npz.cpp Csv.cpp JsonValues.cpp Arguments.cpp Output.cpp
  OutputFiles.cpp)
