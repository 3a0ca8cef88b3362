//! A counter that the author's `_initialize` initialises; no constructors.
//!
//! BUILD: debug -ODebug
//! BUILD: safe -OReleaseSafe
//! BUILD: fast -OReleaseFast
//! BUILD: small -OReleaseSmall
//! BUILD: stripped -OReleaseSmall -fstrip
//! CALLS: inc(1) = 21; inc(21) = 42; sets_up() = 1

var s: i32 = 0;
var times: i32 = 0;

export fn _initialize() void {
    s += 20;
    times += 1;
}

export fn inc(by: i32) i32 {
    s += by;
    return s;
}

export fn sets_up() i32 {
    return times;
}
