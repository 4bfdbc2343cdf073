// A library needs one source file; the others are archived.
