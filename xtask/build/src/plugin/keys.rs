//! The keys of a description: converts a parsed TOML table into a `Description` and the list of its
//! faults.

use std::ops::Range;
use std::sync::Arc;

use polyreactor_contract::{Draft, Place, nearest};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::declared::Declared;
use super::problem::{Problem, Source};
use super::settings::{self, Settings, Table};
use super::{Description, kind_of};

/// The top-level keys, without the languages' tables.
const KEYS: [&str; 4] = ["name", "exports", "imports", "records"];

/// A key and its value, with their places in the source.
type Entry<'t, 's> = (&'t Spanned<DeString<'s>>, &'t Spanned<DeValue<'s>>);

/// The places of names and of their strings, in the order of the source.
type Spans = Vec<(Range<usize>, Range<usize>)>;

/// Reads a description. Where a key is faulty, the description lacks its value.
pub(super) fn read(
    table: &DeTable<'_>,
    tables: &[Table],
    source: &Arc<Source>,
) -> (Description, Vec<Problem>) {
    let mut keys = Keys { source, tables, problems: Vec::new(), draft: Draft::default() };
    let description = keys.read(table);
    (description, keys.problems)
}

struct Keys<'a> {
    source: &'a Arc<Source>,
    tables: &'a [Table],
    problems: Vec<Problem>,
    draft: Draft,
}

/// The places of the parts of a contract, by their indices in the draft.
#[derive(Default)]
struct Places {
    exports: Spans,
    modules: Vec<(Range<usize>, Spans)>,
    records: Vec<(Range<usize>, Spans)>,
}

impl Keys<'_> {
    fn read(&mut self, table: &DeTable<'_>) -> Description {
        let mut description = Description::default();
        let mut places = Places::default();
        let mut has_contract = false;
        for (key, value) in in_order(table) {
            let name: &str = key.get_ref();
            has_contract |= matches!(name, "exports" | "imports" | "records");
            match name {
                "name" => description.name = self.name(value),
                "exports" => {
                    let form = "write `[exports]`, and below it `NAME = \"(a: s32) -> s32\"`";
                    if let Some(table) = self.table(key, value, form) {
                        (self.draft.exports, places.exports) = self.texts(table, SIGNATURE);
                    }
                }
                "imports" => {
                    let form = "write `[imports.MODULE]`, and below it `NAME = \"(a: s32)\"`";
                    let (read, spans) = self.tables(key, value, form, SIGNATURE);
                    (self.draft.imports, places.modules) = (read, spans);
                }
                "records" => {
                    let form = "write `[records.NAME]`, and below it `FIELD = \"s32\"`";
                    let (read, spans) = self.tables(key, value, form, TYPE);
                    (self.draft.records, places.records) = (read, spans);
                }
                "wit" | "world" => self.problems.push(Problem::at(
                    key.span(),
                    "WIT worlds cannot be a plugin's contract yet",
                    "remove the key, and declare the functions in [exports] and [imports]",
                )),
                _ => match self.tables.iter().find(|table| table.name == name) {
                    Some(table) => {
                        let settings = self.settings(key, value, table);
                        description.settings.extend(settings.map(|of| (table.name, of)));
                    }
                    None => {
                        let tables = self.tables.iter().map(|table| table.name);
                        let known: Vec<_> = KEYS.into_iter().chain(tables).collect();
                        self.problems.push(unknown(key, &known));
                    }
                },
            }
        }
        if has_contract {
            description.contract = self.contract(&places).map(Arc::new);
        }
        description
    }

    fn name(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = self.text(value, "write `name = \"NAME\"`")?;
        if let Some(fault) = Description::fault_of_name(text) {
            let (cause, remedy) = fault.split_once("; ").unwrap_or((&fault, ""));
            self.problems.push(Problem::at(value.span(), cause, remedy));
        }
        Some(text.to_owned())
    }

    fn settings(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
        known: &Table,
    ) -> Option<Settings> {
        let first = known.keys.first().map_or("", |key| key.form);
        let form = format!("write `[{}]`, and below it `{first}`", known.name);
        let table = self.table(key, value, &form)?;
        Some(settings::read(table, known.keys, &mut self.problems))
    }

    fn contract(&mut self, places: &Places) -> Option<Declared> {
        // The draft lacks what was faulty already, so it is no contract even if it is consistent.
        let is_whole = self.problems.is_empty();
        match self.draft.check() {
            Ok(contract) => {
                let spans = |spans: &Spans| spans.iter().map(|(_, text)| text.clone()).collect();
                let exports = spans(&places.exports);
                let imports = places.modules.iter().flat_map(|(_, of)| spans(of)).collect();
                let source = self.source.clone();
                is_whole.then_some(Declared { contract, source, exports, imports })
            }
            Err(faults) => {
                for fault in faults {
                    let span = self.span_of(&fault.place, places);
                    self.problems.push(Problem::at(span, fault.cause, fault.remedy));
                }
                None
            }
        }
    }

    fn span_of(&self, place: &Place, places: &Places) -> Range<usize> {
        let (whole, text, range) = match place {
            Place::ExportName(at) => return places.exports[*at].0.clone(),
            Place::ModuleName(at) => return places.modules[*at].0.clone(),
            Place::ImportName(module, at) => return places.modules[*module].1[*at].0.clone(),
            Place::RecordName(at) => return places.records[*at].0.clone(),
            Place::FieldName(record, at) => return places.records[*record].1[*at].0.clone(),
            Place::Export(at, range) => (&places.exports[*at].1, &self.draft.exports[*at].1, range),
            Place::Import(module, at, range) => {
                (&places.modules[*module].1[*at].1, &self.draft.imports[*module].1[*at].1, range)
            }
            Place::Field(record, at, range) => {
                (&places.records[*record].1[*at].1, &self.draft.records[*record].1[*at].1, range)
            }
        };
        // A string with escapes differs from its source text, so a place in the string cannot be
        // mapped to the source: the whole string is marked.
        match self.source.text[whole.clone()].find(text.as_str()) {
            Some(quotes) if !text.is_empty() => {
                let start = whole.start + quotes;
                start + range.start..start + range.end
            }
            _ => whole.clone(),
        }
    }

    /// Reads a table of tables of strings.
    #[expect(clippy::type_complexity, reason = "the draft's own form")]
    fn tables(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
        form: &str,
        form_of_text: &str,
    ) -> (Vec<(String, Vec<(String, String)>)>, Vec<(Range<usize>, Spans)>) {
        let (mut read, mut places) = (Vec::new(), Vec::new());
        let Some(table) = self.table(key, value, form) else { return (read, places) };
        for (name, value) in in_order(table) {
            // A value that is no table is reported by `table`. A valid entry stands for it, so that
            // its name is still checked, and known to types that use it.
            let (texts, spans) = match self.table(name, value, form) {
                Some(table) => self.texts(table, form_of_text),
                None => (vec![("x".to_owned(), blank(form_of_text))], vec![(0..0, 0..0)]),
            };
            read.push((name.get_ref().to_string(), texts));
            places.push((name.span(), spans));
        }
        (read, places)
    }

    fn texts(&mut self, table: &DeTable<'_>, form: &str) -> (Vec<(String, String)>, Spans) {
        let (mut read, mut spans) = (Vec::new(), Vec::new());
        for (name, value) in in_order(table) {
            let text = self.text(value, form).map_or_else(|| blank(form), str::to_owned);
            read.push((name.get_ref().to_string(), text));
            spans.push((name.span(), value.span()));
        }
        (read, spans)
    }

    fn table<'t, 's>(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: &'t Spanned<DeValue<'s>>,
        form: &str,
    ) -> Option<&'t DeTable<'s>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            let (name, kind) = (key.get_ref().escape_debug(), kind_of(value.get_ref()));
            let cause = format!("`{name}` is {kind}, and should be a table");
            self.problems.push(Problem::at(value.span(), cause, form));
        }
        table
    }

    fn text<'t>(&mut self, value: &'t Spanned<DeValue<'_>>, form: &str) -> Option<&'t str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.problems.push(wrong_kind(value, "a string", form));
        }
        text
    }
}

pub(super) fn wrong_kind(value: &Spanned<DeValue<'_>>, right: &str, form: &str) -> Problem {
    let cause = format!("this is {}, and should be {right}", kind_of(value.get_ref()));
    Problem::at(value.span(), cause, form)
}

pub(super) fn unknown(key: &Spanned<DeString<'_>>, known: &[&'static str]) -> Problem {
    let name: &str = key.get_ref();
    let remedy = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the keys are: {}", known.join(", ")),
    };
    let cause = format!("there is no key `{}`", name.escape_debug());
    Problem::at(key.span(), cause, remedy)
}

const SIGNATURE: &str = "write a signature, as in `\"(name: string, by: s32) -> bool\"`";

const TYPE: &str = "write a type, as in `\"s32\"`";

/// A valid type or signature in place of a value that is no string, so that the fault is reported
/// only once.
fn blank(form: &str) -> String {
    if form == TYPE { "u8".to_owned() } else { "()".to_owned() }
}

/// The entries of a table in the order of the source; the table itself iterates by name.
pub(super) fn in_order<'t, 's>(table: &'t DeTable<'s>) -> Vec<Entry<'t, 's>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}
