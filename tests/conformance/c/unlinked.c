// A relocatable object and a dynamic library, which are only parts of a module.
//
// BUILD: object -c
// BUILD: library -shared -fPIC -nostdlib -Wl,--no-entry
// REFUSED: object relocatable object
// REFUSED: library dynamic library
// CALLS: f() = 1
static int state;

__attribute__((export_name("f"))) int f(void) { return state += 1; }
