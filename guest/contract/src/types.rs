//! The types of a contract, checked: the text of each, and its layout in memory.

use std::fmt;
use std::sync::Arc;

use polyreactor_layout::Scalar;

/// What a parameter or a result is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueType {
    /// True or false: an i32, 1 or 0.
    Bool,
    /// A signed integer of 32 bits.
    S32,
    /// An unsigned integer of 32 bits.
    U32,
    /// A signed integer of 64 bits.
    S64,
    /// An unsigned integer of 64 bits.
    U64,
    /// A float of 32 bits.
    F32,
    /// A float of 64 bits.
    F64,
    /// UTF-8: two i32 (pointer, length in bytes) as a parameter; as a result one i64, the
    /// pointer in its high and the length in its low half.
    String,
    /// Any number of these, one after the other: two i32 (pointer, number of elements) as a
    /// parameter; as a result one i64, the pointer in its high and the number in its low half.
    List(Scalar),
    /// The address of a value in the guest's memory: an i32.
    Ptr(Pointee),
}

/// What lies behind a pointer, or in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pointee {
    /// A number or a bool.
    Scalar(Scalar),
    /// So many of the same, one after the other.
    List(Box<Pointee>, u32),
    /// A record of the contract.
    Record(Arc<Record>),
}

/// A struct that lies in memory as C lays it out on wasm32.
///
/// Two are equal where they are written alike and lie alike. A record inside is compared by its
/// name, place and size; who compares contracts compares all their records.
#[derive(Clone)]
pub struct Record {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) layout: Layout,
    /// How many lists and records are one inside the other, itself included. Kept, as counting
    /// anew goes down every field, and doubles with each record that holds another one twice.
    pub(crate) depth: usize,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub ty: Pointee,
    /// Where it begins, from the record's first byte.
    pub offset_bytes: u32,
}

/// How much memory a value takes, and where it may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Layout {
    /// Its size, padding included; less than 2³¹.
    pub size_bytes: u32,
    /// What its address is a multiple of: 1, 2, 4 or 8.
    pub align_bytes: u32,
}

impl ValueType {
    /// The types that are one word, by those words.
    pub(crate) const WORDS: [(&str, ValueType); 8] = [
        ("bool", ValueType::Bool),
        ("s32", ValueType::S32),
        ("u32", ValueType::U32),
        ("s64", ValueType::S64),
        ("u64", ValueType::U64),
        ("f32", ValueType::F32),
        ("f64", ValueType::F64),
        ("string", ValueType::String),
    ];
}

impl Pointee {
    /// How it lies in memory.
    pub fn layout(&self) -> Layout {
        match self {
            Pointee::Scalar(scalar) => {
                // As large as it is aligned, and 8 bytes at most.
                let size_bytes = scalar.size_bytes() as u32;
                Layout { size_bytes, align_bytes: size_bytes }
            }
            Pointee::List(of, length) => {
                let of = of.layout();
                // A list that would be too large is never made.
                Layout { size_bytes: of.size_bytes.saturating_mul(*length), ..of }
            }
            Pointee::Record(record) => record.layout,
        }
    }

    /// How many lists and records are one inside the other.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Pointee::Scalar(_) => 0,
            Pointee::List(of, _) => 1 + of.depth(),
            Pointee::Record(record) => record.depth,
        }
    }
}

impl Record {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its fields, in the order in which they lie in memory.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// How it lies in memory, padding at its end included.
    pub fn layout(&self) -> Layout {
        self.layout
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        let written = |fields: &[Field]| -> Vec<_> {
            fields.iter().map(|it| (it.name.clone(), it.ty.to_string(), it.offset_bytes)).collect()
        };
        (&self.name, self.layout) == (&other.name, other.layout)
            && written(&self.fields) == written(&other.fields)
    }
}

impl Eq for Record {}

/// The records inside by their names: written out, they could be without end.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} {{ ", self.name)?;
        for field in &self.fields {
            write!(f, "{}: {} at {}, ", field.name, field.ty, field.offset_bytes)?;
        }
        write!(f, "}} of {} bytes", self.layout.size_bytes)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueType::List(of) => write!(f, "list<{of}>"),
            ValueType::Ptr(pointee) => write!(f, "ptr<{pointee}>"),
            other => {
                let word = ValueType::WORDS.iter().find(|(_, ty)| ty == other);
                f.write_str(word.map_or("", |(word, _)| word))
            }
        }
    }
}

impl fmt::Display for Pointee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pointee::Scalar(scalar) => scalar.fmt(f),
            Pointee::List(of, length) => write!(f, "list<{of}, {length}>"),
            Pointee::Record(record) => f.write_str(&record.name),
        }
    }
}
