//! [`Canvas`]: lines of limited width, with colour where the terminal has it.

use std::io::{self, Write};

use polyreactor_contract::quote;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A writer of lines that are never wider than the terminal.
pub(crate) struct Canvas<'a> {
    pub(crate) out: &'a mut dyn Write,
    pub(crate) width: usize,
    pub(crate) color: bool,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Bold,
    Dim,
    Good,
    Bad,
    Marked,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Style::Plain => "",
            Style::Bold => "\x1b[1m",
            Style::Dim => "\x1b[2m",
            Style::Good => "\x1b[32m",
            Style::Bad => "\x1b[31m",
            Style::Marked => "\x1b[33m",
        }
    }
}

impl Canvas<'_> {
    /// Writes a line of texts, each at its column. A text that ends behind the column of the next
    /// one shifts it. What is beyond the width is cut.
    pub(crate) fn line(&mut self, texts: &[(usize, Style, &str)]) -> io::Result<()> {
        let mut end = 0;
        for (column, style, text) in texts {
            let start = if end == 0 { *column } else { (end + 1).max(*column) };
            let Some(room @ 1..) = self.width.checked_sub(start) else { break };
            let text = cut(text, room);
            if text.is_empty() {
                continue;
            }
            write!(self.out, "{:1$}", "", start - end)?;
            self.styled(*style, &text)?;
            end = start + text.width();
        }
        writeln!(self.out)
    }

    /// Writes prose from a column on, in as many lines as it takes. The line begins with texts as
    /// [`Canvas::line`] writes them.
    pub(crate) fn prose(
        &mut self,
        before: &[(usize, Style, &str)],
        (column, style, text): (usize, Style, &str),
    ) -> io::Result<()> {
        let end = before.last().map_or(0, |(column, _, text)| column + shown_width(text));
        let mut lines = wrap(text, self.width.saturating_sub(column)).into_iter();
        let mut first = before.to_vec();
        let line = if end == 0 || end < column { lines.next() } else { None };
        first.extend(line.as_ref().map(|line| (column, style, line.as_str())));
        self.line(&first)?;
        lines.try_for_each(|line| self.line(&[(column, style, &line)]))
    }

    fn styled(&mut self, style: Style, text: &str) -> io::Result<()> {
        if self.color && style != Style::Plain {
            write!(self.out, "{}{text}\x1b[0m", style.code())
        } else {
            write!(self.out, "{text}")
        }
    }
}

/// The text on one line, without what a terminal would interpret; with `…` where it was cut.
pub(crate) fn cut(text: &str, room: usize) -> String {
    let text = quote::escape(text);
    if text.width() <= room {
        return text;
    }
    let mut kept = head(&text, room.saturating_sub(1)).to_owned();
    if room > 0 {
        kept.push('…');
    }
    kept
}

/// The width of the text as [`cut`] writes it.
pub(crate) fn shown_width(text: &str) -> usize {
    quote::escape(text).width()
}

/// The longest beginning of the text that is not wider than the room.
pub(crate) fn head(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (index, character) in text.char_indices() {
        used += character.width().unwrap_or_default();
        if used > room {
            return &text[..index];
        }
    }
    text
}

/// The widths of columns that fit into the room: the widest ones are narrowed, to equal widths.
pub(crate) fn fit(natural: &[usize], room: usize) -> Vec<usize> {
    let mut most = natural.iter().copied().max().unwrap_or_default();
    let sum = |most: usize| natural.iter().map(|&width| width.min(most)).sum::<usize>();
    while sum(most) > room && most > 1 {
        most -= 1;
    }
    natural.iter().map(|&width| width.min(most)).collect()
}

/// The words of the text, in lines that fit into the room. A word that is wider is broken.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let (room, text) = (room.max(1), quote::escape(text));
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        if let Some(line) = lines.last_mut()
            && line.width() + 1 + word.width() <= room
        {
            line.push(' ');
            line.push_str(word);
            continue;
        }
        let mut rest = word;
        while rest.width() > room {
            let wide = rest.chars().next().map_or(0, char::len_utf8);
            let (part, after) = rest.split_at(head(rest, room).len().max(wide));
            lines.push(part.to_owned());
            rest = after;
        }
        lines.push(rest.to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_wrapped_by_their_width_on_the_terminal() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("漢字漢字", 5), "漢字…");
        assert_eq!(cut("a\x1b[31m\nb", 20), r"a\u{1b}[31m\nb");
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a 漢字漢字", 4), ["a", "漢字", "漢字"]);
        assert_eq!(fit(&[4, 30, 10], 29), [4, 15, 10]);
        assert_eq!(fit(&[4, 30, 20], 34), [4, 15, 15]);
    }
}
