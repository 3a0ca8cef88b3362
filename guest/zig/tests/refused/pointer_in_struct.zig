// EXPECT: cannot cross: behind a pointer go numbers of a fixed size
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

const Node = extern struct { next: ?*Node };

pub fn follow(p: *Node) void {
    p.* = p.next.?.*;
}
