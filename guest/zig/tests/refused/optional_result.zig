// EXPECT: `where`: a result of type ?*const i32 cannot be passed between plugin and host: a pointer is never null
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

const number: i32 = 1;

pub fn where() ?*const i32 {
    return &number;
}
