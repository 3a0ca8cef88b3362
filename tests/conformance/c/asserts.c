// A failed assertion and an abort, which print to stderr: the error of the trap quotes these lines.
//
// BUILD: reactor -mexec-model=reactor
// CALLS: crash(0) = 0
// QUOTES: crash(1) = "Assertion failed: which == 0"
// QUOTES: crash(2) = "fatal words"
#undef NDEBUG // zig cc defines it from -O2 on
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((export_name("crash"))) int crash(int which) {
    if (which == 2) {
        fputs("fatal words\n", stderr);
        abort();
    }
    assert(which == 0);
    return 0;
}
