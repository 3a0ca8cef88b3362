//! A constructor and the author's `_initialize`: the linker wraps `_initialize` as well.
//!
//! BUILD: debug -ODebug
//! BUILD: safe -OReleaseSafe
//! BUILD: fast -OReleaseFast
//! BUILD: small -OReleaseSmall
//! BUILD: stripped -OReleaseSmall -fstrip
//! CALLS: inc(1) = 121; inc(1) = 122; sets_up() = 1

var s: i32 = 0;
var times: i32 = 0;

fn setUp() callconv(.c) void {
    s += 20;
    times += 1;
}

export const constructor: *const fn () callconv(.c) void linksection(".init_array") = &setUp;

export fn _initialize() void {
    s += 100;
}

export fn inc(by: i32) i32 {
    s += by;
    return s;
}

export fn sets_up() i32 {
    return times;
}
