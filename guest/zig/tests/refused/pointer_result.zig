// EXPECT: `host.where`: a result of type *i32 cannot be passed between plugin and host: a host function cannot return a pointer
const polyreactor = @import("polyreactor");

const where = polyreactor.import("host", "where", fn () *i32);

export fn first() i32 {
    return where().*;
}
