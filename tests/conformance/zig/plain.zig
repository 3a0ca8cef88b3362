//! A counter with neither `_initialize` nor constructors.
//!
//! BUILD: debug -ODebug
//! BUILD: small -OReleaseSmall
//! BUILD: stripped -OReleaseSmall -fstrip
//! CALLS: inc(1) = 21; inc(21) = 42

var s: i32 = 20;

export fn inc(by: i32) i32 {
    s += by;
    return s;
}
