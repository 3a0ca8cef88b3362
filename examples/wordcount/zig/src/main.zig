//! A plugin that counts words: text in, a record out, and a total that is kept from call to call.

const std = @import("std");
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

/// The counts of one text, and the total of words of all texts since the last reset.
const Counts = extern struct {
    words: u32 = 0,
    lines: u32 = 0,
    /// In characters.
    longest: u32 = 0,
    total: u64 = 0,
};

/// Lasts from call to call, because a reactor is initialised once.
var total: u64 = 0;

/// Fills in a record in memory that the host has allocated. Words are separated by spaces, tabs and
/// line ends; the last line counts with or without a line end.
pub fn count(text: []const u8, result: *Counts) void {
    var found: Counts = .{};
    var words = std.mem.tokenizeAny(u8, text, " \t\r\n");
    while (words.next()) |word| {
        found.words += 1;
        // `exportAll` has checked that the text is UTF-8.
        const characters = std.unicode.utf8CountCodepoints(word) catch unreachable;
        found.longest = @max(found.longest, @as(u32, @intCast(characters)));
    }
    for (text) |byte| found.lines += @intFromBool(byte == '\n');
    if (text.len != 0 and text[text.len - 1] != '\n') found.lines += 1;
    total += found.words;
    found.total = total;
    result.* = found;
}

/// Sets the total to 0.
pub fn reset() void {
    total = 0;
}

test count {
    reset();
    var seen: Counts = undefined;
    count("one two\n\tthrée\r\n", &seen);
    try std.testing.expectEqual(Counts{ .words = 3, .lines = 2, .longest = 5, .total = 3 }, seen);
    count("four", &seen);
    try std.testing.expectEqual(Counts{ .words = 1, .lines = 1, .longest = 4, .total = 4 }, seen);
}
