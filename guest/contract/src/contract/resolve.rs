//! Name resolution and checks: parsed types and signatures become checked ones, or faults.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use polyreactor_layout::Scalar;
use polyreactor_layout::limits::{GoFrame, MAX_CORE_PARAMETERS, MAX_GO_FRAME_BYTES};

use super::names;
use super::parse::{self, Word, Written};
use crate::fault::{Fault, Faults};
use crate::nearest::nearest;
use crate::signature::{Parameter, Signature};
use crate::types::{Pointee, Record, ValueType};

mod lists;

/// Maximum size of a value in memory, in bytes: 2 GiB less 1, so that sizes and addresses fit into
/// a signed 32-bit integer in each language.
pub(super) const MOST_MEMORY_BYTES: u64 = i32::MAX as u64;

/// The records of a contract, by name. A record with a fault is `None`.
pub(super) type Records<'d> = HashMap<&'d str, Option<Arc<Record>>>;

/// Parses and checks a signature.
pub(super) fn signature(
    text: &str,
    records: &Records<'_>,
    faults: &mut Faults,
) -> Option<Signature> {
    let written = parse::signature(text, faults);
    let mut resolver = Resolver { text, records, faults };
    let mut names = HashMap::new();
    let mut parameters = Vec::new();
    let mut whole = true;
    for (name, ty) in &written.parameters {
        resolver.parameter_name(name, &mut names);
        match resolver.value(ty) {
            Some(ty) => parameters.push(Parameter { name: name.text.to_owned(), ty }),
            None => whole = false,
        }
    }
    let result = written.result.as_ref().map(|ty| resolver.value(ty));
    if !whole || result == Some(None) || !faults.is_empty() {
        return None;
    }
    let signature = Signature { parameters, result: result.flatten() };
    fits_in_go(&signature, text, faults).then_some(signature)
}

/// Checks the parsed type of a field.
pub(super) fn field(
    text: &str,
    written: &Written<'_>,
    records: &Records<'_>,
    faults: &mut Faults,
) -> Option<Pointee> {
    Resolver { text, records, faults }.pointee(written, "record")
}

/// The names of all types that a value of the type contains. A pointer does not contain the type
/// that it points to.
pub(super) fn words<'w, 't>(written: &'w Written<'t>) -> Vec<&'w Word<'t>> {
    let inside = written.arguments.iter().flatten().filter(|_| written.word.text != "ptr");
    std::iter::once(&written.word).chain(inside.flat_map(words)).collect()
}

/// Whether the function is within Go's limits.
fn fits_in_go(signature: &Signature, text: &str, faults: &mut Faults) -> bool {
    let GoFrame { bytes, core_parameters } = signature.go_frame();
    let cause = if bytes > MAX_GO_FRAME_BYTES {
        format!(
            "the parameters and the result take {bytes} bytes on Go's stack, where a function has \
             at most {MAX_GO_FRAME_BYTES}"
        )
    } else if core_parameters > MAX_CORE_PARAMETERS {
        format!(
            "the function has {core_parameters} core parameters, and Go passes at most \
             {MAX_CORE_PARAMETERS}"
        )
    } else {
        return true;
    };
    let remedy = "put parameters into a record, and pass a `ptr<…>` to it".to_owned();
    faults.push(|| Fault { place: 0..text.len(), cause, remedy });
    false
}

/// The scalar type of that name.
fn scalar(word: &str) -> Option<Scalar> {
    Scalar::ALL.into_iter().find(|scalar| scalar.name() == word)
}

struct Resolver<'a> {
    text: &'a str,
    records: &'a Records<'a>,
    faults: &'a mut Faults,
}

impl Resolver<'_> {
    fn parameter_name<'t>(&mut self, name: &Word<'t>, names: &mut HashMap<&'t str, ()>) {
        if let Err((cause, remedy)) = names::identifier(name.text) {
            self.fault(&name.range, cause, remedy);
        }
        if names.insert(name.text, ()).is_some() {
            let cause = format!("there are two parameters `{}`", name.text);
            self.fault(&name.range, cause, "rename one of them");
        }
    }

    /// The type of a parameter or a result.
    fn value(&mut self, written: &Written<'_>) -> Option<ValueType> {
        let word = written.word.text;
        if let Some((_, ty)) = ValueType::WORDS.iter().find(|(own, _)| *own == word) {
            return self.bare(written).then(|| ty.clone());
        }
        if word == "ptr" {
            let [to] = written.arguments.as_deref().unwrap_or_default() else {
                let remedy = "write `ptr<u8>`, with one type in `<>`";
                self.fault(&written.range, "`ptr` needs the type that it points to", remedy);
                return None;
            };
            return Some(ValueType::Ptr(self.pointee(to, "pointer")?));
        }
        let whole = &self.text[written.range.clone()];
        if scalar(word).is_some() {
            let wide = format!("{}32", &word[..1]);
            let cause = format!("`{word}` cannot be passed by value: it has less than 32 bits");
            self.fault(
                &written.range,
                cause,
                format!("use `{wide}`, or pass a pointer: `ptr<{word}>`"),
            );
            return None;
        }
        if word == "list" {
            return self.list_of_any_length(written);
        }
        if self.records.contains_key(word) {
            // Reports the faults inside of the type too.
            self.pointee(written, "pointer")?;
            let cause = format!("`{whole}` cannot be passed by value");
            self.fault(&written.range, cause, format!("pass a pointer: `ptr<{whole}>`"));
            return None;
        }
        let known = ValueType::WORDS.iter().map(|(own, _)| *own).chain(["list", "ptr"]);
        let types = "the types are bool, s32, u32, s64, u64, f32, f64, string, list<T> and ptr<…>";
        self.unknown(&written.word, known, types);
        None
    }

    /// A type in memory: behind a pointer, or in a record.
    fn pointee(&mut self, written: &Written<'_>, within: &str) -> Option<Pointee> {
        let word = written.word.text;
        if let Some(scalar) = scalar(word) {
            return self.bare(written).then_some(Pointee::Scalar(scalar));
        }
        if let Some(record) = self.records.get(word) {
            let record = record.clone();
            let record = self.bare(written).then_some(record)??;
            return Some(Pointee::Record(record));
        }
        match word {
            "list" => return self.list(written, within),
            "ptr" => {
                let cause = match within {
                    "pointer" => {
                        "a pointer cannot point to a pointer, which has another size in Go"
                            .to_owned()
                    }
                    _ => {
                        format!("a {within} cannot contain pointers, which have another size in Go")
                    }
                };
                let remedy = "pass it as a parameter of its own, or store an index (`u32`)";
                self.fault(&written.range, cause, remedy);
            }
            "string" => {
                let cause = match within {
                    "pointer" => {
                        "a pointer cannot point to a string, which is a pointer itself".to_owned()
                    }
                    _ => {
                        format!("a {within} cannot contain strings, which are pointers themselves")
                    }
                };
                let remedy =
                    "pass it as a parameter of its own, or store its bytes: `list<u8, 16>`";
                self.fault(&written.range, cause, remedy);
            }
            _ => {
                let known = Scalar::ALL.iter().map(|scalar| scalar.name()).chain(["list"]);
                let types = "the types in memory are bool, s8, u8, s16, u16, s32, u32, s64, u64, \
                             f32, f64, list<T, N> and the records of [records]";
                self.unknown(&written.word, known, types);
            }
        }
        None
    }

    /// Whether the type is a name without `<…>`; adds a fault if it is not.
    fn bare(&mut self, written: &Written<'_>) -> bool {
        if written.arguments.is_some() {
            let cause = format!("`{}` has no arguments in `<>`", written.word.text);
            self.fault(&written.range, cause, format!("write `{}`", written.word.text));
        }
        written.arguments.is_none()
    }

    fn unknown(
        &mut self,
        word: &Word<'_>,
        known: impl IntoIterator<Item = &'static str>,
        types: &'static str,
    ) {
        let records = self.records;
        self.faults.push(|| {
            let mut known: Vec<&str> = known.into_iter().map(|own| -> &str { own }).collect();
            // People write a dozen records; comparing with a million of an untrusted module would
            // take minutes.
            known.extend(records.keys().filter(|_| records.len() <= 1000));
            // Sorted, so that of two equally near names the same one is always suggested.
            known.sort_unstable();
            Fault {
                place: word.range.clone(),
                cause: format!("there is no type `{}`", word.text.escape_debug()),
                remedy: match nearest(word.text, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => types.to_owned(),
                },
            }
        });
    }

    fn fault(&mut self, range: &Range<usize>, cause: impl Into<String>, remedy: impl Into<String>) {
        let range = range.clone();
        self.faults.push(|| Fault::new(range, cause, remedy));
    }
}
