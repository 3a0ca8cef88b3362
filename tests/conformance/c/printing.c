// Output that libc buffers: here the destructors in the wrappers have an effect, they flush it.
//
// BUILD: no_start_file -nostdlib -Wl,--no-entry LIBC
// CALLS: inc(1) = 21; inc(21) = 42
int puts(const char *);

static int s = 20;

__attribute__((export_name("inc"))) int inc(int by) {
    s += by;
    puts("in inc");
    return s;
}
