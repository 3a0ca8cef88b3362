// EXPECT: `host.where`: a result of type *i32 cannot cross: a host function returns no pointer
const polyreactor = @import("polyreactor");

const where = polyreactor.import("host", "where", fn () *i32);

export fn first() i32 {
    return where().*;
}
