//! `polyreactor inspect`: describes a module, as tables, as JSON, or in the text format (WAT).

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use polyreactor_contract::Contract;
use polyreactor_convention::{
    CheckOptions, Diagnostic, Export, Import, Inspection, MemoryType, Platform, Proposal, Section,
    Severity, Tool, check,
};
use serde::Serialize;

use polyreactor_contract::quote::{self, escape};
use polyreactor_terminal::size;

mod one;

/// Describe a module: language, exports, imports, contract, memory, and whether it is a reactor
///
/// The exit status is 0 if the file is a valid core module, whatever the verdict; 2 if the command
/// line is wrong or `--func` names no function of the module; else 1.
#[derive(clap::Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{DETAILS}\n\n{EXAMPLE}"))]
pub(crate) struct Opts {
    /// The `.wasm` file
    file: PathBuf,

    /// Print JSON; see `--help` for its keys
    #[arg(long, conflicts_with = "wat")]
    json: bool,

    /// Print the module in the WebAssembly text format
    #[arg(long)]
    wat: bool,

    /// With `--wat`: print one function only, named by its export, by its name in the name section
    /// (mangled or demangled), or by its number (index)
    #[arg(
        long,
        requires = "wat",
        conflicts_with = "json",
        value_name = "NAME_OR_NUMBER",
        allow_hyphen_values = true
    )]
    func: Option<String>,
}

const DETAILS: &str = "\
The JSON is one object. `schema` is 1; it is raised when a key changes its meaning or is removed.
New keys may be added without that.
  file, size_bytes
  language     \"rust\", \"go\", \"zig\", \"c\"; null if unknown
  compiler     {name, version} or null
  platform     the target platform if it is not WASI: \"go-for-java-script\", \"emscripten\",
               \"wasm-bindgen\", \"wasix\"; else null
  proposals    [\"exceptions\", …]: proposals beyond WebAssembly 2.0 that the module uses
  exports      [{name, type}], in the module's order; a type reads as `func (i32) -> i32`
  imports      [{module, name, type}]
  contract     the contents of the section `polyreactor.contract`: {schema, exports, imports,
               records}; {error} if the section can't be used, null if there is none
  memories     [{minimum_pages, maximum_pages, memory64, shared, imported}]
  sections     [{name, size_bytes}], in the module's order
  is_reactor   whether the module is a reactor without being patched: no diagnostic is an error;
               a host may still lack functions that the module imports
  diagnostics  [{rule, severity, subject, cause, remedy, mended_by_patch}]; a severity is
               \"error\", \"warning\" or \"note\"";

const EXAMPLE: &str = "\
Example:
  $ polyreactor inspect counter.wasm --json | jq -r '.exports[].name'
  memory
  _initialize
  add
  inc";

/// The JSON of `--json`. Its keys are a stable interface, documented in the help.
#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    file: &'a str,
    size_bytes: usize,
    language: Option<String>,
    compiler: &'a Option<Tool>,
    platform: Option<Platform>,
    proposals: &'a [Proposal],
    exports: &'a [Export],
    imports: &'a [Import],
    contract: Option<Declared<'a>>,
    memories: &'a [MemoryType],
    sections: &'a [Section],
    is_reactor: bool,
    diagnostics: &'a [Diagnostic],
}

/// The contract of the module, or why its section can't be used.
#[derive(Serialize)]
#[serde(untagged)]
enum Declared<'a> {
    Contract(&'a Contract),
    Broken(&'a polyreactor_contract::Broken),
}

pub(crate) fn run(opts: Opts) -> Result<()> {
    let name = opts.file.to_string_lossy();
    let shown = || format!("`{}`", escape(&name));
    let bytes = fs::read(&opts.file).with_context(|| format!("{} can't be read", shown()))?;
    let inspection = polyreactor_convention::inspect(&bytes).with_context(shown)?;
    let mut out = BufWriter::new(io::stdout().lock());
    if let Some(wanted) = &opts.func {
        one::print(&bytes, wanted, &mut out).with_context(shown)?;
        return Ok(out.flush()?);
    }
    let printed = match (opts.wat, opts.json) {
        (true, _) => print_wat(&bytes, &mut out),
        (false, true) => print_json(&name, &inspection, &mut out),
        (false, false) => print_for_people(&name, &inspection, &mut out),
    };
    printed.and_then(|()| Ok(out.flush()?)).with_context(|| format!("{} can't be printed", shown()))
}

fn print_wat(bytes: &[u8], out: &mut impl Write) -> Result<()> {
    wasmprinter::Config::new().print(bytes, &mut wasmprinter::PrintIoWrite(out))
}

fn print_json(file: &str, inspection: &Inspection, out: &mut impl Write) -> Result<()> {
    let diagnostics = check(inspection, &CheckOptions::default());
    let report = Report {
        schema: 1,
        file,
        size_bytes: inspection.size_bytes,
        language: inspection.language.map(|language| language.to_string().to_lowercase()),
        compiler: &inspection.compiler,
        platform: inspection.platform,
        proposals: &inspection.proposals,
        exports: &inspection.exports,
        imports: &inspection.imports,
        contract: inspection.contract.as_ref().map(|contract| match contract {
            Ok(contract) => Declared::Contract(contract),
            Err(broken) => Declared::Broken(broken),
        }),
        memories: &inspection.memories,
        sections: &inspection.sections,
        is_reactor: is_reactor(&diagnostics),
        diagnostics: &diagnostics,
    };
    let json = serde_json::to_string_pretty(&report)?;
    Ok(writeln!(out, "{}", quote::json(&json))?)
}

fn print_for_people(file: &str, inspection: &Inspection, out: &mut impl Write) -> Result<()> {
    let language = inspection.language.map_or("language unknown".to_owned(), |l| l.to_string());
    let compiler = inspection.compiler.as_ref().map(|tool| format!(" ({tool})"));
    let made = escape(&format!("{language}{}", compiler.unwrap_or_default()));
    let (name, bytes) = (escape(file), inspection.size_bytes as u64);
    writeln!(out, "{name}: {made}, {}", size(bytes))?;

    let exports = inspection.exports.iter();
    let exports = exports.map(|export| (quote::name(&export.name), export.ty.to_string()));
    print_table("exports", exports.collect(), out)?;
    let imports = inspection.imports.iter();
    let imports = imports.map(|import| {
        let (module, name) = (quote::name(&import.module), quote::name(&import.name));
        (format!("{module}.{name}"), import.ty.to_string())
    });
    print_table("imports", imports.collect(), out)?;
    print_table("contract", declared(inspection), out)?;
    let memories = inspection.memories.iter();
    let memories = memories.map(|memory| (memory.to_string(), pages(memory)));
    print_table("memory", memories.collect(), out)?;
    let sections = inspection.sections.iter();
    let sections = sections.map(|section| (section.name.clone(), size(section.size_bytes as u64)));
    print_table("sections", sections.collect(), out)?;

    let diagnostics = check(inspection, &CheckOptions::default());
    writeln!(out, "\nverdict")?;
    let errors = || diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let verdict = match (errors().next(), errors().all(|error| error.mended_by_patch)) {
        (None, _) => "a reactor that keeps the convention",
        (Some(_), true) => "not a reactor yet; `cargo polyreactor patch` makes it one",
        (Some(_), false) => "not a reactor",
    };
    writeln!(out, "  {verdict}")?;
    for diagnostic in &diagnostics {
        for line in diagnostic.to_string().lines() {
            writeln!(out, "  {}", escape(line))?;
        }
    }
    Ok(())
}

/// The rows of the contract, as `plugin.toml` would declare it, or why its section can't be used.
fn declared(inspection: &Inspection) -> Vec<(String, String)> {
    let contract = match &inspection.contract {
        None => return Vec::new(),
        Some(Err(broken)) => return vec![("broken".to_owned(), broken.to_string())],
        Some(Ok(contract)) => contract,
    };
    let row = |kind: &str, what: String| (kind.to_owned(), what);
    let exports = contract.exports().iter().map(|export| row("export", export.to_string()));
    let imports = contract.imports().iter();
    let imports =
        imports.map(|import| row("import", format!("{}.{}", import.module, import.function)));
    let records = contract.records().iter().map(|record| {
        let fields = record.fields().iter().map(|field| format!("{}: {}", field.name, field.ty));
        let fields = fields.collect::<Vec<_>>().join(", ");
        row("record", format!("{} {{ {fields} }}, {} B", record.name(), record.layout().size_bytes))
    });
    exports.chain(imports).chain(records).collect()
}

fn is_reactor(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
}

fn print_table(title: &str, rows: Vec<(String, String)>, out: &mut impl Write) -> io::Result<()> {
    /// Longer names do not widen the column; they shift only their own line.
    const WIDEST: usize = 40;
    writeln!(out, "\n{title}")?;
    if rows.is_empty() {
        writeln!(out, "  none")?;
    }
    let rows: Vec<_> = rows.iter().map(|(name, what)| (escape(name), escape(what))).collect();
    let widths = rows.iter().map(|(name, _)| name.chars().count());
    let width = widths.filter(|&width| width <= WIDEST).max().unwrap_or_default();
    for (name, what) in rows {
        writeln!(out, "  {name:width$}  {what}")?;
    }
    Ok(())
}

fn pages(memory: &MemoryType) -> String {
    const PAGE: u64 = 64 << 10;
    let bytes = |pages: u64| size(pages.saturating_mul(PAGE));
    match memory.maximum_pages {
        Some(maximum) => format!("{} to {}", bytes(memory.minimum_pages), bytes(maximum)),
        None => format!("{} and more", bytes(memory.minimum_pages)),
    }
}
