//! The contract as a custom section of a module: JSON with the texts of `plugin.toml`. The fields
//! of a record are a list, as their order is the layout.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use wasm_encoder::{CustomSection, Section};

use super::draft::{Draft, Fields};
use super::{Contract, Function};
use crate::fault::{Fault, Place};
use crate::types::Record;

/// The name of the custom section.
pub const SECTION: &str = "polyreactor.contract";

/// The version of the form; raised when a key changes its meaning or goes.
const SCHEMA: u32 = 1;

/// What a contract may weigh. People write a few kilobytes.
const MOST_BYTES: usize = 1 << 20;

/// Why a section holds no contract that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Broken {
    /// It is of a later form than this version knows.
    TooNew {
        /// Its version of the form.
        schema: u32,
    },
    /// It is not written as a contract is.
    Malformed {
        /// What the reader of JSON said.
        why: String,
    },
    /// It is larger than any contract.
    TooLarge {
        /// Its size.
        size_bytes: usize,
    },
    /// There are several of them.
    Twice,
    /// What it declares cannot be.
    Faulty {
        /// The first fault, and where it stands.
        first: String,
        /// How many there are.
        count: usize,
    },
}

impl Contract {
    /// The contents of the section [`SECTION`].
    pub fn to_section(&self) -> Vec<u8> {
        // Maps with text for keys, into memory: nothing of it can fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the contents of a section [`SECTION`].
    ///
    /// # Errors
    ///
    /// [`Broken`], whatever the bytes are.
    pub fn from_section(contents: &[u8]) -> Result<Contract, Broken> {
        if contents.len() > MOST_BYTES {
            return Err(Broken::TooLarge { size_bytes: contents.len() });
        }
        let malformed = |error: serde_json::Error| Broken::Malformed { why: error.to_string() };
        let Versioned { schema } = serde_json::from_slice(contents).map_err(malformed)?;
        known(schema)?;
        serde_json::from_slice::<Written>(contents).map_err(malformed)?.check()
    }

    /// The module with the contract behind its last section; the bytes before it stay as they
    /// are. A module is not looked at: give one that has no contract yet.
    pub fn append_to(&self, module: &[u8]) -> Vec<u8> {
        let mut bytes = module.to_vec();
        let section = CustomSection { name: SECTION.into(), data: self.to_section().into() };
        section.append_to(&mut bytes);
        bytes
    }

    /// The contract as it would be written.
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
            first: faults.first().map_or_else(String::new, |fault| told(&draft, fault)),
            count: faults.len(),
        })
    }
}

/// Whether there is a form of that number, and it is known here.
fn known(schema: u32) -> Result<(), Broken> {
    match schema {
        0 => Err(Broken::Malformed { why: "it is of form 0, and the first form is 1".to_owned() }),
        1..=SCHEMA => Ok(()),
        _ => Err(Broken::TooNew { schema }),
    }
}

fn told(draft: &Draft, fault: &Fault<Place>) -> String {
    format!("{}: {fault}", draft.name_of(&fault.place))
}

/// What is read first, as all else may be otherwise in a later form.
#[derive(Deserialize)]
struct Versioned {
    schema: u32,
}

/// The form; keys that it does not know are passed over.
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

/// An object in the order in which it is written, with what is there twice.
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

/// The form of the section, in `inspect --json` too.
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

/// Of the form of the section.
impl<'de> Deserialize<'de> for Contract {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        known(written.schema).map_err(D::Error::custom)?;
        written.check().map_err(D::Error::custom)
    }
}

/// As an object with the one key `error`, beside which a contract has none.
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
                "it is of form {schema}, and this version of Polyreactor knows form {SCHEMA}"
            ),
            Broken::Malformed { why } => write!(f, "it cannot be read: {}", why.escape_debug()),
            Broken::TooLarge { size_bytes } => {
                write!(f, "it has {size_bytes} bytes, and a contract has {MOST_BYTES} at most")
            }
            Broken::Twice => f.write_str("there are several of them"),
            Broken::Faulty { first, count: 1 } => f.write_str(first),
            Broken::Faulty { first, count } => write!(f, "{first}; and {} more", count - 1),
        }
    }
}

impl std::error::Error for Broken {}
