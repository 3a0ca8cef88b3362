//! Text in HTML.

use std::fmt::{self, Display, Formatter, Write};

use polyreactor_contract::quote;

/// A text that is escaped for HTML as it is written, in an element or in a quoted attribute.
///
/// Characters that are not printable are written as the terminal shows them; line ends are kept.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (index, line) in self.0.split('\n').enumerate() {
            if index > 0 {
                out.write_char('\n')?;
            }
            for character in quote::escape(line).chars() {
                match character {
                    '&' => out.write_str("&amp;")?,
                    '<' => out.write_str("&lt;")?,
                    '>' => out.write_str("&gt;")?,
                    '"' => out.write_str("&quot;")?,
                    '\'' => out.write_str("&#39;")?,
                    _ => out.write_char(character)?,
                }
            }
        }
        Ok(())
    }
}

/// A [`Text`] for people: what stands in backticks is written as code.
pub(super) struct Prose<'a>(pub(super) &'a str);

impl Display for Prose<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let parts: Vec<&str> = self.0.split('`').collect();
        for (index, part) in parts.iter().enumerate() {
            // A backtick without a second one is a backtick.
            let is_last = index + 1 == parts.len();
            match (index % 2, is_last) {
                (0, _) => write!(out, "{}", Text(part))?,
                (_, false) => write!(out, "<code>{}</code>", Text(part))?,
                (_, true) => write!(out, "`{}", Text(part))?,
            }
        }
        Ok(())
    }
}

/// Replaces each `{{name}}` of the template. The values are not searched: one that looks like a
/// name stays as it is.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut parts = template.split("{{");
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, after) = part.split_once("}}").unwrap_or((part, ""));
        let value = values.iter().find(|(of, _)| *of == name).map(|(_, value)| *value);
        debug_assert!(value.is_some(), "the template has {name}, which has no value");
        filled.push_str(value.unwrap_or_default());
        filled.push_str(after);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_not_leave_its_element() {
        let text = Text("<b title='x'>\"&\"</b>\n\u{1b}[0m").to_string();
        let escaped = "&lt;b title=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/b&gt;\n\\u{1b}[0m";
        assert_eq!(text, escaped);
    }

    #[test]
    fn backticks_are_code() {
        let shown = ["a `b<` c", "it`s", "`a``b`"].map(|text| Prose(text).to_string());
        let code = "<code>a</code><code>b</code>";
        assert_eq!(shown, ["a <code>b&lt;</code> c", "it`s", code]);
    }

    #[test]
    fn values_are_not_filled_again() {
        assert_eq!(fill("{{a}}-{{b}}.", &[("a", "{{b}}"), ("b", "2")]), "{{b}}-2.");
    }
}
