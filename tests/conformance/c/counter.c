// A counter with a constructor in C: linked with the start file of a reactor, without a start
// file, and as a command, which `patch` refuses.
//
// BUILD: reactor -mexec-model=reactor
// BUILD: no_start_file -nostdlib -Wl,--no-entry LIBC
// BUILD: no_start_file_stripped -nostdlib -Wl,--no-entry LIBC -s
// BUILD: freestanding -nostdlib -Wl,--no-entry
// BUILD: freestanding_stripped -nostdlib -Wl,--no-entry -s
// BUILD: command -DCOMMAND
// REFUSED: command R002
// CALLS: inc(1) = 21; inc(21) = 42; sets_up() = 1
#define EXPORT(name) __attribute__((export_name(name)))

// volatile, because clang would otherwise evaluate the constructor at compile time.
static volatile int s;
static volatile int times;

__attribute__((constructor)) static void set_up(void) {
    s += 20;
    times += 1;
}

EXPORT("inc") int inc(int by) { return s += by; }

EXPORT("sets_up") int sets_up(void) { return times; }

#ifdef COMMAND
int main(void) { return 0; }
#endif
