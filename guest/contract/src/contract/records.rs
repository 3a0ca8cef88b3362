//! The records of a contract: checks them, and lays them out as C does on wasm32. A record is laid
//! out after the records that it contains.

use std::collections::HashMap;
use std::sync::Arc;

use super::draft::{Draft, Fields};
use super::names;
use super::parse::{self, DEEPEST, Written};
use super::resolve::{self, MOST_MEMORY_BYTES, Records};
use crate::fault::{Fault, Faults, Place};
use crate::types::{Field, Layout, Pointee, Record, ValueType};
use polyreactor_layout::Scalar;

/// Checks and lays out all records.
pub(super) fn records<'d>(draft: &'d Draft, faults: &mut Faults<Place>) -> Records<'d> {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for (number, (name, fields)) in draft.records.iter().enumerate() {
        check_names(number, name, fields, faults);
        if is_word(name) {
            continue;
        }
        if numbers.insert(name, number).is_some() {
            let cause = format!("there are two records `{}`", name.escape_debug());
            let remedy = "rename one of them".to_owned();
            faults.push(|| Fault { place: Place::RecordName(number), cause, remedy });
        }
    }
    let written: Vec<Vec<Option<Written<'_>>>> = draft
        .records
        .iter()
        .enumerate()
        .map(|(record, (_, fields))| written(record, fields, faults))
        .collect();
    let holds = holds(&written, &numbers);
    let mut records: Records<'d> = numbers.keys().map(|&name| (name, None)).collect();
    for number in order(draft, &holds, faults) {
        let record = lay_out(draft, number, &written[number], &records, faults);
        let name = draft.records[number].0.as_str();
        if numbers.get(name) == Some(&number) {
            records.insert(name, record.map(Arc::new));
        }
    }
    records
}

fn check_names(record: usize, name: &str, fields: &Fields, faults: &mut Faults<Place>) {
    let wrong = |(cause, remedy), place| Fault { place, cause, remedy };
    if let Err(why) = names::identifier(name) {
        faults.push(|| wrong(why, Place::RecordName(record)));
    }
    if is_word(name) {
        let cause = format!("`{name}` is the name of a type");
        let why = (cause, "give the record another name".to_owned());
        faults.push(|| wrong(why, Place::RecordName(record)));
    }
    if fields.is_empty() {
        let cause = format!("record `{}` has no fields", name.escape_debug());
        let why = (cause, "give it a field, or remove the record".to_owned());
        faults.push(|| wrong(why, Place::RecordName(record)));
    }
    let mut seen = HashMap::new();
    for (number, (field, _)) in fields.iter().enumerate() {
        if let Err(why) = names::identifier(field) {
            faults.push(|| wrong(why, Place::FieldName(record, number)));
        }
        if seen.insert(field, ()).is_some() {
            let cause = format!("there are two fields `{}`", field.escape_debug());
            let why = (cause, "rename one of them".to_owned());
            faults.push(|| wrong(why, Place::FieldName(record, number)));
        }
    }
}

/// Whether a type other than a record has that name.
fn is_word(name: &str) -> bool {
    ValueType::WORDS.iter().any(|(own, _)| *own == name)
        || Scalar::ALL.iter().any(|scalar| scalar.name() == name)
        || matches!(name, "ptr" | "list")
}

fn written<'d>(
    record: usize,
    fields: &'d Fields,
    faults: &mut Faults<Place>,
) -> Vec<Option<Written<'d>>> {
    let read = fields.iter().enumerate().map(|(field, (_, text))| {
        let mut of_text = faults.for_text();
        let written = parse::ty(text, &mut of_text);
        faults.take(of_text, |range| Place::Field(record, field, range));
        written
    });
    read.collect()
}

/// For each record, the records that it contains, each with the field that contains it.
fn holds(
    written: &[Vec<Option<Written<'_>>>],
    numbers: &HashMap<&str, usize>,
) -> Vec<Vec<(usize, usize)>> {
    let held = |fields: &Vec<Option<Written<'_>>>| {
        let fields = fields.iter().enumerate();
        let held = fields.flat_map(|(field, written)| {
            let words = written.iter().flat_map(resolve::words);
            words.filter_map(move |word| Some((*numbers.get(word.text)?, field)))
        });
        held.collect()
    };
    written.iter().map(held).collect()
}

/// The order in which records are laid out: each after those that it contains. Records that contain
/// themselves are faults, and come last.
fn order(draft: &Draft, holds: &[Vec<(usize, usize)>], faults: &mut Faults<Place>) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; holds.len()];
    let mut circular = vec![false; holds.len()];
    let mut order = Vec::new();
    for start in 0..holds.len() {
        if faults.are_enough() {
            return Vec::new();
        }
        if states[start] != State::New {
            continue;
        }
        // The path of a depth-first search: each record, with the index of the contained record
        // that comes next. Not recursive, because an untrusted contract may nest any number of
        // records.
        let mut way = vec![(start, 0)];
        states[start] = State::Open;
        while let Some((record, next)) = way.last_mut() {
            let record = *record;
            let Some(&(held, field)) = holds[record].get(*next) else {
                states[record] = State::Done;
                order.push(record);
                way.pop();
                continue;
            };
            *next += 1;
            match states[held] {
                State::Done => {}
                State::New => {
                    states[held] = State::Open;
                    way.push((held, 0));
                }
                State::Open => {
                    let from = way.iter().position(|(open, _)| *open == held).unwrap_or_default();
                    let mut circle: Vec<_> = way[from..].iter().map(|(open, _)| *open).collect();
                    circle.iter().for_each(|&member| circular[member] = true);
                    circle.push(held);
                    faults.push(|| contains_itself(draft, record, field, &circle));
                }
            }
        }
    }
    order.sort_by_key(|&record| circular[record]);
    order
}

fn contains_itself(draft: &Draft, record: usize, field: usize, circle: &[usize]) -> Fault<Place> {
    let (name, fields) = &draft.records[record];
    let names: Vec<_> = circle.iter().take(9).map(|&number| &*draft.records[number].0).collect();
    let way = match names.len() {
        2 => String::new(),
        9 => format!(", through {} → …", names[..8].join(" → ")),
        _ => format!(", through {}", names.join(" → ")),
    };
    Fault {
        place: Place::Field(record, field, 0..fields[field].1.len()),
        cause: format!("record `{name}` contains itself{way}: its size would be infinite"),
        remedy: "store an index (`u32`) of the other record instead".to_owned(),
    }
}

fn lay_out(
    draft: &Draft,
    record: usize,
    written: &[Option<Written<'_>>],
    records: &Records<'_>,
    faults: &mut Faults<Place>,
) -> Option<Record> {
    let (name, texts) = &draft.records[record];
    let types: Vec<Option<Pointee>> = (0..)
        .zip(texts.iter().zip(written))
        .map(|(number, ((_, text), written))| {
            let mut of_text = faults.for_text();
            let ty = resolve::field(text, written.as_ref()?, records, &mut of_text);
            faults.take(of_text, |range| Place::Field(record, number, range));
            ty
        })
        .collect();
    let types = types.into_iter().collect::<Option<Vec<_>>>()?;
    let (mut end, mut align_bytes) = (0_u64, 1);
    let mut fields = Vec::new();
    for ((name, _), ty) in texts.iter().zip(types) {
        let layout = ty.layout();
        let offset = end.next_multiple_of(layout.align_bytes.into());
        end = offset + u64::from(layout.size_bytes);
        align_bytes = align_bytes.max(layout.align_bytes);
        // If the offset does not fit, the record is refused below.
        let offset_bytes = u32::try_from(offset).unwrap_or(u32::MAX);
        fields.push(Field { name: name.clone(), ty, offset_bytes });
    }
    let size = end.next_multiple_of(align_bytes.into());
    let mut refuse = |cause: String, remedy: &str| {
        let (place, remedy) = (Place::RecordName(record), remedy.to_owned());
        faults.push(|| Fault { place, cause, remedy });
    };
    if size > MOST_MEMORY_BYTES {
        let cause =
            format!("record `{name}` has {size} bytes: a value has to be smaller than 2 GiB");
        refuse(cause, "make its lists shorter");
        return None;
    }
    let layout = Layout { size_bytes: u32::try_from(size).ok()?, align_bytes };
    let depth = 1 + fields.iter().map(|field| field.ty.depth()).max().unwrap_or_default();
    let record = Record { name: name.clone(), fields, layout, depth };
    if depth > DEEPEST {
        let cause = format!("in record `{name}`, types are nested more than {DEEPEST} deep");
        refuse(cause, "make it flat");
        return None;
    }
    Some(record)
}
