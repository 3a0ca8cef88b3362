// A static C++ object with a constructor and a destructor: constructed once, and not destroyed
// between two calls.
//
// BUILD: reactor -nostdlib -Wl,--no-entry,--export=_initialize CRT1_REACTOR LIBC
// BUILD: no_start_file -nostdlib -Wl,--no-entry LIBC
// BUILD: no_start_file_stripped -nostdlib -Wl,--no-entry LIBC -s
// CALLS: inc(1) = 21; inc(21) = 42; destroyed() = 0
#define EXPORT(name) extern "C" __attribute__((export_name(name)))

static int destroyed_times;

struct Counter {
    volatile int s = 0;
    Counter() { s += 20; }
    ~Counter() {
        destroyed_times += 1;
        s = -1000;
    }
};

static Counter counter;

EXPORT("inc") int inc(int by) { return counter.s += by; }

EXPORT("destroyed") int destroyed() { return destroyed_times; }
