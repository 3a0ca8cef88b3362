// EXPECT: a result of type *const i32 cannot cross: a pointer is a parameter only
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

const number: i32 = 1;

pub fn where() *const i32 {
    return &number;
}
