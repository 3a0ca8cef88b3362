//! The meaning of a type's words: checked types and signatures, and every fault in them.

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

/// What may be no larger than this, so that addresses fit in an i32 of any language.
pub(super) const MOST_MEMORY_BYTES: u64 = i32::MAX as u64;

/// The records of a contract, by name; a record with a fault is there, but has no value.
pub(super) type Records<'d> = HashMap<&'d str, Option<Arc<Record>>>;

/// Reads and checks a signature.
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
    room(&signature, text, faults).then_some(signature)
}

/// Reads and checks the type of a field.
pub(super) fn field(
    text: &str,
    written: &Written<'_>,
    records: &Records<'_>,
    faults: &mut Faults,
) -> Option<Pointee> {
    Resolver { text, records, faults }.pointee(written, "record")
}

/// The words for what lies inside of a type, records or not. What is pointed at lies elsewhere,
/// and a pointer in a record is refused as one.
pub(super) fn words<'w, 't>(written: &'w Written<'t>) -> Vec<&'w Word<'t>> {
    let inside = written.arguments.iter().flatten().filter(|_| written.word.text != "ptr");
    std::iter::once(&written.word).chain(inside.flat_map(words)).collect()
}

/// Whether Go has the room for the arguments.
fn room(signature: &Signature, text: &str, faults: &mut Faults) -> bool {
    let GoFrame { bytes, core_parameters } = signature.go_frame();
    let cause = if bytes > MAX_GO_FRAME_BYTES {
        format!(
            "arguments and result take {bytes} bytes on Go's stack, which has {MAX_GO_FRAME_BYTES}"
        )
    } else if core_parameters > MAX_CORE_PARAMETERS {
        format!(
            "it has {core_parameters} core parameters, and Go passes {MAX_CORE_PARAMETERS} at most"
        )
    } else {
        return true;
    };
    let remedy = "put them into a record, and take a `ptr<…>` to it".to_owned();
    faults.push(|| Fault { place: 0..text.len(), cause, remedy });
    false
}

/// The scalar of that name.
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
            self.fault(&name.range, cause, "call one of them something else");
        }
    }

    /// A type that crosses by itself.
    fn value(&mut self, written: &Written<'_>) -> Option<ValueType> {
        let word = written.word.text;
        if let Some((_, ty)) = ValueType::WORDS.iter().find(|(own, _)| *own == word) {
            return self.bare(written).then(|| ty.clone());
        }
        if word == "ptr" {
            let [to] = written.arguments.as_deref().unwrap_or_default() else {
                let remedy = "write `ptr<u8>`, with one type in `<>`";
                self.fault(&written.range, "a pointer points at a type", remedy);
                return None;
            };
            return Some(ValueType::Ptr(self.pointee(to, "pointer")?));
        }
        let whole = &self.text[written.range.clone()];
        if scalar(word).is_some() {
            let wide = format!("{}32", &word[..1]);
            let cause = format!("`{word}` is too small to cross by itself");
            self.fault(
                &written.range,
                cause,
                format!("use `{wide}`, or point at it: `ptr<{word}>`"),
            );
            return None;
        }
        if word == "list" {
            return self.any_number(written);
        }
        if self.records.contains_key(word) {
            // What is wrong inside is told at once.
            self.pointee(written, "pointer")?;
            let cause = format!("`{whole}` does not cross by itself");
            self.fault(&written.range, cause, format!("point at it: `ptr<{whole}>`"));
            return None;
        }
        let known = ValueType::WORDS.iter().map(|(own, _)| *own).chain(["list", "ptr"]);
        let told = "the types are bool, s32, u32, s64, u64, f32, f64, string, list<T> and ptr<…>";
        self.unknown(&written.word, known, told);
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
                        "a pointer points at no pointer: Go has them in another size".to_owned()
                    }
                    _ => format!("a {within} holds no pointers: Go has them in another size"),
                };
                let remedy = "pass it as a parameter of its own, or keep an index (`u32`) there";
                self.fault(&written.range, cause, remedy);
            }
            "string" => {
                let cause = match within {
                    "pointer" => {
                        "a pointer points at no string: that is a pointer itself".to_owned()
                    }
                    _ => format!("a {within} holds no strings: a string is a pointer itself"),
                };
                let remedy = "pass it as a parameter of its own, or keep its bytes: `list<u8, 16>`";
                self.fault(&written.range, cause, remedy);
            }
            _ => {
                let known = Scalar::ALL.iter().map(|scalar| scalar.name()).chain(["list"]);
                let told = "in memory there are bool, s8, u8, s16, u16, s32, u32, s64, u64, f32, \
                            f64, list<T, N> and the records of [records]";
                self.unknown(&written.word, known, told);
            }
        }
        None
    }

    /// Whether nothing stands behind the word.
    fn bare(&mut self, written: &Written<'_>) -> bool {
        if written.arguments.is_some() {
            let cause = format!("`{}` takes nothing in `<>`", written.word.text);
            self.fault(&written.range, cause, format!("write `{}`", written.word.text));
        }
        written.arguments.is_none()
    }

    fn unknown(
        &mut self,
        word: &Word<'_>,
        known: impl IntoIterator<Item = &'static str>,
        told: &'static str,
    ) {
        let records = self.records;
        self.faults.push(|| {
            let mut known: Vec<&str> = known.into_iter().map(|own| -> &str { own }).collect();
            // People write a dozen; looking through a stranger's million takes minutes.
            known.extend(records.keys().filter(|_| records.len() <= 1000));
            // Of two that are as near, always the same one.
            known.sort_unstable();
            Fault {
                place: word.range.clone(),
                cause: format!("there is no type `{}`", word.text.escape_debug()),
                remedy: match nearest(word.text, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => told.to_owned(),
                },
            }
        });
    }

    fn fault(&mut self, range: &Range<usize>, cause: impl Into<String>, remedy: impl Into<String>) {
        let range = range.clone();
        self.faults.push(|| Fault::new(range, cause, remedy));
    }
}
