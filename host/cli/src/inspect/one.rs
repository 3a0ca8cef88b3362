//! One function of a module in the text format, found by name or number.

use std::collections::HashMap;
use std::io::{self, Write};

use anyhow::{Result, bail};
use wasmparser::{ExternalKind, KnownCustom, Name, Parser, Payload, TypeRef};

use crate::fail::Usage;
use polyreactor_contract::nearest_names;
use polyreactor_contract::quote::escape;

/// Prints the function that is exported as `wanted`; else the one with that name in the name
/// section, mangled or demangled; else the one with that number (its index in the module).
///
/// # Errors
///
/// [`Usage`] where no function or more than one has that name; another error where the function is
/// imported.
pub(super) fn print(bytes: &[u8], wanted: &str, out: &mut impl Write) -> Result<()> {
    let functions = Functions::read(bytes)?;
    let number = functions.find(wanted)?;
    let Some(local) = number.checked_sub(functions.imports.len() as u32) else {
        let import = escape(&functions.imports[number as usize]);
        bail!("function {number} is imported from {import}: its code is not in this module");
    };
    let mut filter = Filter { out, local, seen: 0, line: Vec::new(), is_inside: false };
    wasmprinter::Config::new().print(bytes, &mut wasmprinter::PrintIoWrite(&mut filter))
}

/// The functions of a module: how many there are, and their names.
#[derive(Default)]
struct Functions {
    /// `MODULE.NAME` of each imported function, in the order of their numbers.
    imports: Vec<String>,
    /// All functions, the imported ones included.
    count: u32,
    exports: Vec<(String, u32)>,
    names: HashMap<u32, String>,
}

impl Functions {
    fn read(bytes: &[u8]) -> Result<Self> {
        let mut functions = Functions::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        if matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                            let from = format!("{}.{}", import.module, import.name);
                            functions.imports.push(from);
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    functions.count = functions.imports.len() as u32 + section.count();
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact) {
                            functions.exports.push((export.name.to_owned(), export.index));
                        }
                    }
                }
                Payload::CustomSection(section) => {
                    // An invalid name section is used as far as it can be parsed.
                    if let KnownCustom::Name(names) = section.as_known() {
                        names.into_iter().map_while(Result::ok).for_each(|name| {
                            functions.take_names(name);
                        });
                    }
                }
                _ => {}
            }
        }
        functions.count = functions.count.max(functions.imports.len() as u32);
        Ok(functions)
    }

    fn take_names(&mut self, name: Name<'_>) {
        if let Name::Function(names) = name {
            let names = names.into_iter().map_while(Result::ok);
            self.names.extend(names.map(|naming| (naming.index, naming.name.to_owned())));
        }
    }

    fn find(&self, wanted: &str) -> Result<u32> {
        if let Some((_, number)) = self.exports.iter().find(|(name, _)| name == wanted) {
            return Ok(*number);
        }
        let is_called = |name: &str| name == wanted || demangled(name) == wanted;
        let called = self.names.iter().filter(|(_, name)| is_called(name));
        let mut called: Vec<u32> = called.map(|(number, _)| *number).collect();
        called.sort_unstable();
        match (&called[..], wanted.parse::<u32>()) {
            ([number], _) => Ok(*number),
            ([], Ok(number)) if number < self.count => Ok(number),
            ([], _) => Err(Usage(self.no_such_function(wanted)).into()),
            (several, _) => {
                let numbers: Vec<_> = several.iter().map(u32::to_string).collect();
                let message = format!(
                    "{} functions are named `{}`: pass the number instead, {}",
                    several.len(),
                    escape(wanted),
                    numbers.join(" or ")
                );
                Err(Usage(message).into())
            }
        }
    }

    /// The message for a function that does not exist, with similar names.
    fn no_such_function(&self, wanted: &str) -> String {
        const SHOWN: usize = 5;
        let missing = format!("there is no function `{}`", escape(wanted));
        if self.count == 0 {
            return format!("{missing}: the module has no functions");
        }
        let exports = self.exports.iter().map(|(name, _)| name.clone());
        let names = self.names.values().map(|name| demangled(name));
        let names: Vec<String> = exports.chain(names).collect();
        let lower = wanted.to_lowercase();
        let contains = |name: &&String| !lower.is_empty() && name.to_lowercase().contains(&lower);
        let mut near: Vec<&String> = names.iter().filter(contains).collect();
        // Short names first: the shorter a name, the larger the part of it that was typed.
        near.sort_by_key(|name| (name.chars().count(), *name));
        for word in nearest_names(wanted, names.iter().map(|name| last(name)), SHOWN) {
            near.extend(names.iter().filter(|name| last(name) == word && !contains(name)));
        }
        near.dedup();
        let near: Vec<_> =
            near.iter().take(SHOWN).map(|name| format!("`{}`", escape(name))).collect();
        match &near[..] {
            [] => format!("{missing}; functions are numbered 0 to {}", self.count - 1),
            near => format!("{missing}; did you mean {}?", near.join(", ")),
        }
    }
}

/// The name as in the source: Rust's symbols without the mangling and its hash.
fn demangled(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

/// The last part of a path of modules: `area` of `shapes::area`.
fn last(name: &str) -> &str {
    name.rsplit([':', '.', '/']).next().unwrap_or(name)
}

/// A writer that passes on only the lines of one function. `wasmprinter` begins each field of a
/// module on a line of its own, indented by two spaces, and indents the lines of its body further;
/// its strings contain no line break.
struct Filter<W> {
    out: W,
    /// The number of the function among the module's own, which follow the imported ones.
    local: u32,
    /// How many own functions have begun so far.
    seen: u32,
    line: Vec<u8>,
    is_inside: bool,
}

impl<W: Write> Filter<W> {
    fn take_line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let is_outer = line.starts_with(b"  ") && line.get(2) != Some(&b' ');
        if is_outer && line.starts_with(b"  (func ") {
            self.is_inside = self.seen == self.local;
            self.seen += 1;
        } else if (is_outer && line != b"  )\n") || !line.starts_with(b"  ") {
            self.is_inside = false;
        }
        if self.is_inside { self.out.write_all(&line) } else { Ok(()) }
    }
}

impl<W: Write> Write for Filter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.take_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
