// Output that libc buffers: the destructors that flush it do real work.
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
