//! The contract as a custom section of a module: JSON with the texts of `plugin.toml`. The fields
//! of a record are a list, because their order determines the layout.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use wasm_encoder::{CustomSection, Section};

use super::draft::{Draft, Fields};
use super::{Contract, Function};
use crate::fault::{Fault, Place};
use crate::types::Record;

/// The name of the custom section that contains a module's contract.
pub const SECTION: &str = "polyreactor.contract";

/// The version of the section's schema. It is raised when a key changes its meaning or is removed.
const SCHEMA: u32 = 1;

/// Maximum size of the section's contents, in bytes (1 MiB). People write a few kilobytes.
const MOST_BYTES: usize = 1 << 20;

/// Why a section contains no contract that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Broken {
    /// The schema is newer than this version of Polyreactor can read.
    TooNew {
        /// The version of the section's schema.
        schema: u32,
    },
    /// The contents are no JSON, or not that of a contract.
    Malformed {
        /// The message of the JSON parser.
        why: String,
    },
    /// The contents are larger than 1 MiB.
    TooLarge {
        /// The size of the contents, in bytes.
        size_bytes: usize,
    },
    /// The module has more than one section of the name [`SECTION`].
    Twice,
    /// The contents declare something invalid.
    Faulty {
        /// The first fault, with its place.
        first: String,
        /// The number of faults; at most 100 are counted.
        count: usize,
    },
}

impl Contract {
    /// Returns the contents of the section [`SECTION`], as JSON.
    pub fn to_section(&self) -> Vec<u8> {
        // Cannot fail: maps with strings as keys are written to memory.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the contents of a section [`SECTION`].
    ///
    /// # Errors
    ///
    /// [`Broken`] if the contents are no valid contract. They may be arbitrary bytes of an
    /// untrusted module.
    pub fn from_section(contents: &[u8]) -> Result<Contract, Broken> {
        if contents.len() > MOST_BYTES {
            return Err(Broken::TooLarge { size_bytes: contents.len() });
        }
        let malformed = |error: serde_json::Error| Broken::Malformed { why: error.to_string() };
        let Versioned { schema } = serde_json::from_slice(contents).map_err(malformed)?;
        check_schema(schema)?;
        serde_json::from_slice::<Written>(contents).map_err(malformed)?.check()
    }

    /// Returns the module with the contract as a custom section after its last section. The bytes
    /// of `module` are not validated and not changed: pass a module that has no contract yet, since
    /// two make [`Broken::Twice`].
    pub fn append_to(&self, module: &[u8]) -> Vec<u8> {
        let mut bytes = module.to_vec();
        let section = CustomSection { name: SECTION.into(), data: self.to_section().into() };
        section.append_to(&mut bytes);
        bytes
    }

    /// Returns the texts of which this contract can be made again.
    pub fn to_draft(&self) -> Draft {
        let pair = |function: &Function| (function.name.clone(), function.signature.to_string());
        let mut imports: Vec<(String, Vec<_>)> = Vec::new();
        for import in &self.imports {
            match imports.iter_mut().find(|(module, _)| *module == import.module) {
                Some((_, functions)) => functions.push(pair(&import.function)),
                None => imports.push((import.module.clone(), vec![pair(&import.function)])),
            }
        }
        let fields = |record: &Record| -> Fields {
            record.fields.iter().map(|field| (field.name.clone(), field.ty.to_string())).collect()
        };
        let records = self.records.iter().map(|record| (record.name.clone(), fields(record)));
        Draft {
            exports: self.exports.iter().map(pair).collect(),
            imports,
            records: records.collect(),
        }
    }
}

impl Written {
    fn check(self) -> Result<Contract, Broken> {
        let draft = Draft {
            exports: self.exports.0,
            imports: self.imports.0.into_iter().map(|(name, Pairs(of))| (name, of)).collect(),
            records: self.records.0.into_iter().map(|(name, of)| (name, pairs(of))).collect(),
        };
        draft.check().map_err(|faults| Broken::Faulty {
            first: faults.first().map_or_else(String::new, |fault| with_place(&draft, fault)),
            count: faults.len(),
        })
    }
}

/// Refuses schema versions that do not exist or that this version of Polyreactor does not know.
fn check_schema(schema: u32) -> Result<(), Broken> {
    match schema {
        0 => Err(Broken::Malformed {
            why: "its schema has version 0, and versions begin at 1".to_owned(),
        }),
        1..=SCHEMA => Ok(()),
        _ => Err(Broken::TooNew { schema }),
    }
}

fn with_place(draft: &Draft, fault: &Fault<Place>) -> String {
    format!("{}: {fault}", draft.name_of(&fault.place))
}

/// The part of the JSON that is read first, because the rest depends on it.
#[derive(Deserialize)]
struct Versioned {
    schema: u32,
}

/// The JSON of version 1. Unknown keys are ignored.
#[derive(Deserialize)]
struct Written {
    schema: u32,
    #[serde(default)]
    exports: Pairs<String>,
    #[serde(default)]
    imports: Pairs<Pairs<String>>,
    #[serde(default)]
    records: Pairs<Vec<WrittenField>>,
}

#[derive(Serialize, Deserialize)]
struct WrittenField {
    name: String,
    #[serde(rename = "type")]
    ty: String,
}

fn pairs(fields: Vec<WrittenField>) -> Fields {
    fields.into_iter().map(|field| (field.name, field.ty)).collect()
}

/// A JSON object as a list of pairs, which keeps the order and duplicate keys.
struct Pairs<T>(Vec<(String, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Pairs(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Ordered<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Ordered<T> {
            type Value = Pairs<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Ordered(std::marker::PhantomData))
    }
}

impl<T: Serialize> Serialize for Pairs<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The JSON of the section, which `inspect --json` prints too.
impl Serialize for Contract {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let draft = self.to_draft();
        let imports = draft.imports.into_iter().map(|(name, of)| (name, Pairs(of))).collect();
        let field = |(name, ty)| WrittenField { name, ty };
        let fields = |fields: Fields| fields.into_iter().map(field).collect::<Vec<_>>();
        let records = draft.records.into_iter().map(|(name, of)| (name, fields(of))).collect();
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("schema", &SCHEMA)?;
        map.serialize_entry("exports", &Pairs(draft.exports))?;
        map.serialize_entry("imports", &Pairs(imports))?;
        map.serialize_entry("records", &Pairs(records))?;
        map.end()
    }
}

/// Reads the JSON of the section.
impl<'de> Deserialize<'de> for Contract {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        check_schema(written.schema).map_err(D::Error::custom)?;
        written.check().map_err(D::Error::custom)
    }
}

/// An object with the single key `error`, which a contract's JSON does not have.
impl Serialize for Broken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("error", &self.to_string())?;
        map.end()
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::TooNew { schema } => write!(
                f,
                "its schema has version {schema}, and this version of Polyreactor reads version \
                 {SCHEMA}"
            ),
            Broken::Malformed { why } => write!(f, "it cannot be read: {}", why.escape_debug()),
            Broken::TooLarge { size_bytes } => {
                write!(f, "it has {size_bytes} bytes, and a contract has at most {MOST_BYTES}")
            }
            Broken::Twice => f.write_str("the module has several sections of this name"),
            Broken::Faulty { first, count: 1 } => f.write_str(first),
            Broken::Faulty { first, count } => write!(f, "{first}; and {} more", count - 1),
        }
    }
}

impl std::error::Error for Broken {}
