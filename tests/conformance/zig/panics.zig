//! A panic with debug information: `patch` must not change the line that its backtrace names.
//!
//! BUILD: debug -ODebug
//! BUILD: safe -OReleaseSafe
//! CALLS: fail(1) = 21; fail(0) = trap

var s: i32 = 0;

fn setUp() callconv(.c) void {
    s += 20;
}

export const constructor: *const fn () callconv(.c) void linksection(".init_array") = &setUp;

export fn fail(by: i32) i32 {
    return deeper(by);
}

noinline fn deeper(by: i32) i32 {
    if (by == 0) @panic("nothing to add"); // HERE
    s += by;
    return s;
}
