//! Functions whose parameter types are given as a list. The number of parameters of a Zig function
//! is fixed in its source, so there is one case for each number.

const std = @import("std");

/// A struct whose function `made` has parameters of the types `P` (at most
/// `limits.max_core_parameters`) and returns `Body.call` of them, passed as a tuple.
pub fn Function(
    comptime P: []const type,
    comptime R: type,
    comptime convention: std.builtin.CallingConvention,
    comptime Body: type,
) type {
    const cc = convention;
    const call = Body.call;
    return switch (P.len) {
        0 => struct {
            pub fn made() callconv(cc) R {
                return call(.{});
            }
        },
        1 => struct {
            pub fn made(a: P[0]) callconv(cc) R {
                return call(.{a});
            }
        },
        2 => struct {
            pub fn made(a: P[0], b: P[1]) callconv(cc) R {
                return call(.{ a, b });
            }
        },
        3 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2]) callconv(cc) R {
                return call(.{ a, b, c });
            }
        },
        4 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3]) callconv(cc) R {
                return call(.{ a, b, c, d });
            }
        },
        5 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4]) callconv(cc) R {
                return call(.{ a, b, c, d, e });
            }
        },
        6 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f });
            }
        },
        7 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5], g: P[6]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f, g });
            }
        },
        8 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5], g: P[6], h: P[7]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f, g, h });
            }
        },
        9 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5], g: P[6], h: P[7], i: P[8]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f, g, h, i });
            }
        },
        10 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5], g: P[6], h: P[7], i: P[8], j: P[9]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f, g, h, i, j });
            }
        },
        11 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5], g: P[6], h: P[7], i: P[8], j: P[9], k: P[10]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f, g, h, i, j, k });
            }
        },
        12 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5], g: P[6], h: P[7], i: P[8], j: P[9], k: P[10], l: P[11]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f, g, h, i, j, k, l });
            }
        },
        13 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5], g: P[6], h: P[7], i: P[8], j: P[9], k: P[10], l: P[11], m: P[12]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f, g, h, i, j, k, l, m });
            }
        },
        14 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5], g: P[6], h: P[7], i: P[8], j: P[9], k: P[10], l: P[11], m: P[12], n: P[13]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f, g, h, i, j, k, l, m, n });
            }
        },
        15 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5], g: P[6], h: P[7], i: P[8], j: P[9], k: P[10], l: P[11], m: P[12], n: P[13], o: P[14]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f, g, h, i, j, k, l, m, n, o });
            }
        },
        16 => struct {
            pub fn made(a: P[0], b: P[1], c: P[2], d: P[3], e: P[4], f: P[5], g: P[6], h: P[7], i: P[8], j: P[9], k: P[10], l: P[11], m: P[12], n: P[13], o: P[14], p: P[15]) callconv(cc) R {
                return call(.{ a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p });
            }
        },
        else => unreachable,
    };
}
