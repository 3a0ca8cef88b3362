//! [`Draft`]: the texts of a contract, and their check.

use std::collections::HashSet;

use super::{Contract, Function, Import, names, records, resolve};
use crate::fault::{Fault, Faults, Place};

/// The names of fields and the texts of their types, in their order in memory.
pub type Fields = Vec<(String, String)>;

/// The texts of a contract, not checked yet. All lists are in the order of the source.
///
/// ```
/// use polyreactor_contract::Draft;
///
/// let mut draft = Draft::default();
/// draft.exports.push(("scale".into(), "(p: ptr<point>, by: f64)".into()));
/// draft.records.push(("point".into(), vec![("x".into(), "s32".into()), ("y".into(), "f64".into())]));
/// let contract = draft.check().unwrap();
///
/// let scale = contract.export("scale").unwrap();
/// assert_eq!(scale.lowered().to_string(), "(i32, f64) -> ()");
/// assert_eq!(contract.record("point").unwrap().fields()[1].offset_bytes, 8);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Draft {
    /// The exports: name and signature of each.
    pub exports: Vec<(String, String)>,
    /// The imports: the name of each module, with name and signature of each of its functions.
    pub imports: Vec<(String, Vec<(String, String)>)>,
    /// The records: name and fields of each.
    pub records: Vec<(String, Fields)>,
}

impl Draft {
    /// Checks the texts: names, types, signatures, and Go's limits.
    ///
    /// # Errors
    ///
    /// Every [`Fault`], up to 100, in the order exports, imports, records.
    pub fn check(&self) -> Result<Contract, Vec<Fault<Place>>> {
        let mut of_records = Faults::default();
        let records = records::records(self, &mut of_records);
        let mut faults = Faults::default();
        let exports = self.check_exports(&records, &mut faults);
        let imports = self.check_imports(&records, &mut faults);
        faults.take(of_records, |place| place);
        let in_order = self.records.iter().map(|(name, _)| records.get(name.as_str()).cloned()?);
        let records = in_order.collect::<Option<Vec<_>>>();
        let contract =
            || Some(Contract { exports: exports?, imports: imports?, records: records? });
        faults.or(contract())
    }

    /// The path of keys to a place of this draft: `exports.greet`.
    ///
    /// # Panics
    ///
    /// If the place is of another draft and its indexes are out of range here.
    pub fn name_of(&self, place: &Place) -> String {
        let parts = match *place {
            Place::ExportName(export) | Place::Export(export, _) => {
                vec!["exports", &self.exports[export].0]
            }
            Place::ModuleName(module) => vec!["imports", &self.imports[module].0],
            Place::ImportName(module, import) | Place::Import(module, import, _) => {
                let (module, functions) = &self.imports[module];
                vec!["imports", module, &functions[import].0]
            }
            Place::RecordName(record) => vec!["records", &self.records[record].0],
            Place::FieldName(record, field) | Place::Field(record, field, _) => {
                let (record, fields) = &self.records[record];
                vec!["records", record, &fields[field].0]
            }
        };
        parts.join(".").escape_debug().to_string()
    }

    fn check_exports(
        &self,
        records: &resolve::Records<'_>,
        faults: &mut Faults<Place>,
    ) -> Option<Vec<Function>> {
        let mut seen = HashSet::new();
        let mut functions = Vec::new();
        for (number, (name, text)) in self.exports.iter().enumerate() {
            if let Err((cause, remedy)) = names::export(name) {
                faults.push(|| Fault { place: Place::ExportName(number), cause, remedy });
            }
            if !seen.insert(name) {
                faults.push(|| twice("exports", name, Place::ExportName(number)));
            }
            let mut of_text = faults.for_text();
            let signature = resolve::signature(text, records, &mut of_text);
            faults.take(of_text, |range| Place::Export(number, range));
            functions.push(signature.map(|signature| Function { name: name.clone(), signature }));
        }
        functions.into_iter().collect()
    }

    fn check_imports(
        &self,
        records: &resolve::Records<'_>,
        faults: &mut Faults<Place>,
    ) -> Option<Vec<Import>> {
        let mut seen = HashSet::new();
        let mut modules = HashSet::new();
        let mut imports = Vec::new();
        for (at, (module, functions)) in self.imports.iter().enumerate() {
            if let Err((cause, remedy)) = names::module(module) {
                faults.push(|| Fault { place: Place::ModuleName(at), cause, remedy });
            }
            if !modules.insert(module) {
                faults.push(|| twice("modules of imports", module, Place::ModuleName(at)));
            }
            for (number, (name, text)) in functions.iter().enumerate() {
                if let Err((cause, remedy)) = names::function(name) {
                    faults.push(|| Fault { place: Place::ImportName(at, number), cause, remedy });
                }
                if !seen.insert((module, name)) {
                    faults.push(|| twice("imports", name, Place::ImportName(at, number)));
                }
                let mut of_text = faults.for_text();
                let signature = resolve::signature(text, records, &mut of_text);
                faults.take(of_text, |range| Place::Import(at, number, range));
                let function = |signature| Function { name: name.clone(), signature };
                imports.push(signature.map(|signature| Import {
                    module: module.clone(),
                    function: function(signature),
                }));
            }
        }
        imports.into_iter().collect()
    }
}

fn twice(what: &str, name: &str, place: Place) -> Fault<Place> {
    let cause = format!("there are two {what} `{}`", name.escape_debug());
    Fault { place, cause, remedy: "remove one of them".to_owned() }
}
