//! Suites: what a parity run calls and compares, as `parity.toml` declares it.
//!
//! The file lies beside plugin.toml, and everything in it is optional. [`Suite::parse`] checks it
//! completely against the plugin's [`Interface`] and reports all faults at once. Calls and
//! expressions in its strings are parsed and typed, so that a run has nothing left to refuse.
//!
//! `settings.rs` reads the keys at the top, and `case.rs`, `property.rs`, `import.rs`, `allow.rs`
//! and `resources.rs` one table each. `calls.rs` is the notation of calls, `expr.rs` that of
//! expressions. `reader.rs` reads TOML, `place.rs` and `fault.rs` locate and show faults.
//!
//! The room uses the contract's types only. It knows no engine and reads no file.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use toml::de::DeTable;

pub use allow::{Allow, End, What};
pub use calls::{Argument, Expected, SuiteCall, calls_text, parse_calls};
pub use case::Case;
pub use expr::{Env, Expr, Scope, Type};
pub use fault::{SuiteFault, SuiteFaults};
pub use import::{Answer, ImportAnswer, Row};
pub use interface::{Export, ExportParameter, HostFunction, Interface};
pub use property::Property;
pub use property::condition::Condition;
pub use property::range::{ParameterRange, Span};
pub use property::same::{Same, SameCall, SameName};
pub use resources::Resources;

mod allow;
mod calls;
mod case;
mod expr;
mod fault;
mod import;
mod interface;
mod place;
mod property;
mod reader;
mod resources;
mod settings;

/// The JSON Schema of `parity.toml`, for editors. [`Suite::parse`] checks more than a schema can
/// express.
pub const SCHEMA: &str = include_str!("../parity.schema.json");

/// A suite, checked against the interface of the plugin.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Suite {
    /// The seed of the generated sequences; `None` for 1.
    pub seed: Option<u64>,
    /// How many sequences are generated for each property; 2000 by default.
    pub sequences: u32,
    /// The maximum number of calls in a generated sequence; 50 by default.
    pub calls: u32,
    /// The time limit of each call; two seconds by default.
    pub timeout: Duration,
    /// The limit of an instance's memory; `None` for that of the host.
    pub memory_bytes: Option<u64>,
    /// Whether the messages of panics and traps are compared as well; false by default.
    pub messages: bool,
    /// How NaNs are compared.
    pub nan: Nans,
    /// The languages whose implementations are compared; `None` for all that are built.
    pub languages: Option<Vec<String>>,
    /// The names of plugins whose exports are tests of this one.
    pub tests: Vec<String>,
    /// The environment variables of each instance.
    pub env: BTreeMap<String, String>,
    /// A folder beside the file, of which each instance gets a copy as `/data`; relative.
    pub directory: Option<String>,
    /// The written cases, in order.
    pub cases: Vec<Case>,
    /// The properties, in order: sequences are generated for each. There is always one.
    pub properties: Vec<Property>,
    /// What host functions answer. The others answer generated values of their result's type.
    pub imports: Vec<ImportAnswer>,
    /// The differences that are allowed.
    pub allowances: Vec<Allow>,
    /// Limits of the resources.
    pub resources: Option<Resources>,
}

/// How NaNs are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nans {
    /// All NaNs are equal: Wasm leaves their bits open.
    #[default]
    One,
    /// NaNs are equal if their bits are.
    Bits,
}

impl Suite {
    /// Parses a suite. `file` is only named in faults.
    ///
    /// ```
    /// # use std::path::Path;
    /// # use polyreactor_parity::suite::{Export, Interface, Suite};
    /// use polyreactor_contract::{CoreType::I32, FuncType};
    ///
    /// let inc = Export {
    ///     name: "inc".to_owned(),
    ///     signature: None,
    ///     ty: FuncType::new([I32], [I32]),
    /// };
    /// let interface = Interface { exports: vec![inc], imports: Vec::new() };
    /// let text = "seed = 7\n\n[[case]]\ncalls = ['icn(1) = 2']\n";
    /// let faults = Suite::parse(text, Path::new("parity.toml"), &interface).unwrap_err();
    /// assert_eq!((faults.faults[0].line, faults.faults[0].column), (4, 11));
    /// assert!(faults.to_string().contains("did you mean `inc`?"), "{faults}");
    /// ```
    ///
    /// # Errors
    ///
    /// All faults, up to 100; only those of the syntax, if the text is no TOML.
    pub fn parse(text: &str, file: &Path, interface: &Interface) -> Result<Suite, SuiteFaults> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let faults = errors.iter().take(100).map(|error| fault::of_toml(error, text));
            return Err(SuiteFaults::new(file, text, faults.collect()));
        }
        let mut reader = reader::Reader::new(text, interface);
        let suite = settings::read(&mut reader, table.get_ref());
        match reader.into_faults() {
            none if none.is_empty() => Ok(suite),
            faults => Err(SuiteFaults::new(file, text, faults)),
        }
    }

    /// The suite of a plugin without a `parity.toml`: one property, of any sequence of calls.
    pub fn default_for(interface: &Interface) -> Suite {
        Suite {
            seed: None,
            sequences: 2000,
            calls: 50,
            timeout: Duration::from_secs(2),
            memory_bytes: None,
            messages: false,
            nan: Nans::One,
            languages: None,
            tests: Vec::new(),
            env: BTreeMap::new(),
            directory: None,
            cases: Vec::new(),
            properties: vec![Property::any_sequence(interface)],
            imports: Vec::new(),
            allowances: Vec::new(),
            resources: None,
        }
    }
}
