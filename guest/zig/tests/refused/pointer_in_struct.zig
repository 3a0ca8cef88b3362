// EXPECT: cannot be passed between plugin and host: a pointer points to a number of a fixed size
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

const Node = extern struct { next: ?*Node };

pub fn follow(p: *Node) void {
    p.* = p.next.?.*;
}
