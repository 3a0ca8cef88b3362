//! A constructor and no `_initialize`.
//!
//! BUILD: debug -ODebug
//! BUILD: safe -OReleaseSafe
//! BUILD: stripped -OReleaseSmall -fstrip
//! CALLS: inc(1) = 21; inc(21) = 42; sets_up() = 1

var s: i32 = 0;
var times: i32 = 0;

fn setUp() callconv(.c) void {
    s += 20;
    times += 1;
}

export const constructor: *const fn () callconv(.c) void linksection(".init_array") = &setUp;

export fn inc(by: i32) i32 {
    s += by;
    return s;
}

export fn sets_up() i32 {
    return times;
}
