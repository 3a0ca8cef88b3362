//! `[[import]]`: what the host functions answer.

use polyreactor_contract::{nearest_names, quote};

use super::calls::SuiteCall;
use super::expr::Expr;
use super::fault::near_or;
use super::interface::{HostFunction, Interface};
use super::reader::{Reader, Text, Value};
use answer::{ANSWERS, Part};

mod answer;

/// What a host function answers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ImportAnswer {
    /// The index of the function among the imports of the interface.
    pub import: usize,
    /// The answer.
    pub answer: Answer,
}

/// The answer of a host function.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The value of an expression over the parameters. Where it is undefined, the function fails.
    Returns(Expr),
    /// The function fails with this message.
    Fails(String),
    /// The function calls an export of the guest, and returns its result.
    Calls(SuiteCall),
    /// The answer of the first row whose condition holds. Where none holds, the answer is generated
    /// as for a function that the suite leaves out.
    Table(Vec<Row>),
}

/// A row of an answer's table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The condition, over the parameters; `None` if the row always fits.
    pub when: Option<Expr>,
    /// The answer, which is no table.
    pub answer: Answer,
}

const FORM: &str = "write `[[import]]`, and below it `module`, `name` and `returns = \"a + 1\"`";

/// Reads the answers of all host functions.
pub(super) fn read(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<ImportAnswer> {
    let mut imports: Vec<ImportAnswer> = Vec::new();
    for value in reader.list(value, "a list of tables", FORM) {
        let entries = reader.table(value, FORM);
        let (mut module, mut name) = (None, None);
        for (key, value) in &entries {
            let known = ["module", "name", "table"].into_iter().chain(ANSWERS);
            match &**key.get_ref() {
                "module" => module = reader.text(value, "write `module = \"host\"`"),
                "name" => name = reader.text(value, "write `name = \"log\"`"),
                other if known.clone().any(|known| known == other) => {}
                _ => reader.unknown(key, &known.collect::<Vec<_>>()),
            }
        }
        let (Some(module), Some(name)) = (module, name) else {
            let has = |wanted: &str| entries.iter().any(|(key, _)| key.get_ref() == wanted);
            if value.get_ref().is_table() && !(has("module") && has("name")) {
                reader.fault(value.span(), "`module` or `name` is missing", FORM);
            }
            continue;
        };
        let Some(import) = function(reader, &module, &name) else { continue };
        if imports.iter().any(|before| before.import == import) {
            let cause = "this function has an answer already";
            reader.fault(name.place, cause, "make a `table` of the answers");
            continue;
        }
        let interface = reader.interface;
        let mut part = Part { reader, function: &interface.imports[import] };
        if let Some(answer) = part.answer(value, &entries, true) {
            imports.push(ImportAnswer { import, answer });
        }
    }
    imports
}

/// The index of a function among the imports.
fn function(reader: &mut Reader<'_>, module: &Text<'_>, name: &Text<'_>) -> Option<usize> {
    let Interface { imports, .. } = reader.interface;
    let in_module = |import: &&HostFunction| import.module == module.text;
    let (text, near, known, noun) = if imports.iter().any(|import| in_module(&import)) {
        let found = imports.iter().position(|it| in_module(&it) && it.name == name.text);
        if found.is_some() {
            return found;
        }
        let known: Vec<_> = imports.iter().filter(in_module).map(|it| &*it.name).collect();
        (name, nearest_names(name.text, known.iter().copied(), 1), known, "function")
    } else {
        let mut known: Vec<_> = imports.iter().map(|import| &*import.module).collect();
        known.sort_unstable();
        known.dedup();
        (module, nearest_names(module.text, known.iter().copied(), 1), known, "module")
    };
    let cause = format!("the contract imports no {noun} `{}`", quote::excerpt(text.text));
    let remedy = match known.is_empty() {
        true => "leave `[[import]]` out: the contract imports nothing".to_owned(),
        false => near_or(near.first().copied(), &format!("the {noun}s are: "), known.into_iter()),
    };
    reader.fault(text.place.clone(), cause, &remedy);
    None
}
