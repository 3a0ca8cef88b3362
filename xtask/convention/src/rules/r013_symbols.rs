//! R013: exports have their own names, not link-time symbols (`polyreactor-export:NAME`).

use super::{Entry, Rule, Subject};
use crate::Diagnostic;
use crate::quote::quoted;
use crate::rename::{own_name, own_names};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R013, check, page: include_str!("../pages/R013.md") };

fn check(subject: &Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let names: Vec<_> = subject.exports.iter().map(|export| export.name.as_str()).collect();
    let given = own_names(&names);
    let symbols = names.iter().filter_map(|symbol| Some((*symbol, own_name(symbol)?)));
    let (renamed, kept): (Vec<_>, Vec<_>) = symbols.partition(|(_, own)| given.contains(own));
    if let [(first, own), ..] = &renamed[..] {
        let cause = match renamed.len() {
            1 => {
                format!(
                    "the export's name is still its link-time symbol; its own name is `{}`",
                    quoted(own)
                )
            }
            count => format!(
                "the names of {count} exports are still link-time symbols; this one's own name is \
                 `{}`",
                quoted(own)
            ),
        };
        let remedy = "`patch` gives exports their own names, and so does `build-guests`";
        let diagnostic = Diagnostic::error(Rule::R013, cause, remedy);
        diagnostics.push(diagnostic.on(*first).mended_by_patch());
    }
    for (symbol, own) in kept {
        let cause = match own {
            "" => "the export's name is a link-time symbol without an own name in it".to_owned(),
            _ => format!(
                "its own name is `{}`, and another export already has that name",
                quoted(own)
            ),
        };
        let remedy = "give the function another name in the source";
        diagnostics.push(Diagnostic::error(Rule::R013, cause, remedy).on(symbol));
    }
}
