//! Marks in a text where it is not as another one: whole lines, or words where both are one line.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::markup::Text;

/// The text as HTML, with marks where it is not as the other one.
pub(super) fn marked(text: &str, other: &str) -> String {
    if text == other {
        Text(text).to_string()
    } else if text.contains('\n') || other.contains('\n') {
        by_lines(text, other)
    } else {
        by_words(text, other)
    }
}

fn by_lines(text: &str, other: &str) -> String {
    let [new, old] = [text, other]
        .map(|text| text.strip_suffix('\n').unwrap_or(text).split('\n').collect::<Vec<_>>());
    let lines = new.iter().zip(changed(&new, &old)).map(|(line, changed)| match changed {
        true => format!("<mark class=\"line\">{}\n</mark>", Text(line)),
        false => format!("{}\n", Text(line)),
    });
    // The end of the last line is not visible, and may be all that differs.
    let end = match (text.ends_with('\n'), other.ends_with('\n')) {
        (false, true) => "<mark class=\"end-of-text\">no line end</mark>",
        _ => "",
    };
    lines.collect::<String>() + end
}

fn by_words(text: &str, other: &str) -> String {
    let (new, old) = (words(text), words(other));
    let changed = changed(&new, &old);
    // With little in common, marks on almost everything show nothing.
    if changed.iter().filter(|changed| **changed).count() * 3 > new.len() * 2 {
        return Text(text).to_string();
    }
    let words: Vec<_> = new.into_iter().zip(changed).collect();
    let runs = words.chunk_by(|(_, one), (_, next)| one == next).map(|run| {
        let text: String = run.iter().map(|(word, _)| *word).collect();
        let is_changed = run.iter().any(|(_, changed)| *changed);
        if is_changed { format!("<mark>{}</mark>", Text(&text)) } else { Text(&text).to_string() }
    });
    runs.collect()
}

/// For each of the new parts, whether the old ones do not have it.
fn changed(new: &[&str], old: &[&str]) -> Vec<bool> {
    /// Comparing takes time that grows with the square of the number of parts.
    const MOST: usize = 1_000;
    let mut changed = vec![false; new.len()];
    let start = new.iter().zip(old).take_while(|(new, old)| new == old).count();
    let (new, old) = (&new[start..], &old[start..]);
    let pairs = new.iter().rev().zip(old.iter().rev());
    let end = pairs.take_while(|(new, old)| new == old).count();
    let (new, old) = (&new[..new.len() - end], &old[..old.len() - end]);
    if new.len().max(old.len()) > MOST {
        changed[start..start + new.len()].fill(true);
        return changed;
    }
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        if op.tag() != DiffTag::Equal {
            let range = op.new_range();
            changed[start + range.start..start + range.end].fill(true);
        }
    }
    changed
}

/// The words, and each character between them.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end.max(first.len_utf8()));
        words.push(word);
        rest = after;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_where_most_is_equal() {
        let text = marked("{name: \"Zoë\", age: 7}", "{name: \"Zoe\", age: 7}");
        assert_eq!(text, "{name: &quot;<mark>Zoë</mark>&quot;, age: 7}");
        assert_eq!(marked("panic", "trap"), "panic");
        assert_eq!(marked("-1", "-1"), "-1");
    }

    #[test]
    fn lines_are_marked_and_a_missing_line_end_is_shown() {
        assert_eq!(marked("a\nb\n", "a\nc\n"), "a\n<mark class=\"line\">b\n</mark>");
        let end = "<mark class=\"end-of-text\">no line end</mark>";
        assert_eq!(marked("a", "a\n"), format!("a\n{end}"));
        assert_eq!(marked("a\n", "a"), "a\n");
    }

    #[test]
    fn long_texts_without_a_common_line_take_no_long_time() {
        let [new, old] = ["a", "b"].map(|line| format!("{line}\n").repeat(500_000));
        assert_eq!(marked(&new, &old).matches("<mark").count(), 500_000);
    }
}
