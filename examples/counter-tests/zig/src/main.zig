//! Tests of the counter, in Zig: a plugin that imports another one. `polyreactor parity
//! examples/counter` runs each export on a new instance of the counter, in each of its languages.

/// The exports of the counter, whichever language it is written in.
const counter = struct {
    extern "counter" fn inc(by: i32) i32;
    extern "counter" fn add(a: i32, b: i32) i32;
};

export fn increments_add_up() bool {
    const before = counter.inc(0);
    _ = counter.inc(3);
    return counter.inc(4) == before + 7;
}

export fn add_leaves_the_state_alone() bool {
    const before = counter.inc(0);
    return counter.add(1, 2) == 3 and counter.inc(0) == before;
}
