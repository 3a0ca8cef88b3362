//! The types of a checked contract, with their texts and their layouts in memory.

use std::fmt;
use std::sync::Arc;

use polyreactor_layout::Scalar;

/// The type of a parameter or a result (CONVENTION, "Types at the plain level").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueType {
    /// A bool: an i32, 0 or 1.
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
    /// A string in UTF-8: as a parameter two i32, the address and the length in bytes; as a result
    /// one i64, the address in its high and the length in its low half.
    String,
    /// A list of any number of scalars: as a parameter two i32, the address and the number of
    /// elements; as a result one i64, the address in its high and the number in its low half.
    List(Scalar),
    /// A pointer: an i32, the address of a value in the guest's memory.
    Ptr(Pointee),
}

/// The type of a value in memory: behind a pointer, in a record, or in a list of a fixed length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pointee {
    /// A number or a bool.
    Scalar(Scalar),
    /// A list of a fixed length: the type of its elements, and their number. In memory the elements
    /// are adjacent.
    List(Box<Pointee>, u32),
    /// A record of the contract.
    Record(Arc<Record>),
}

/// A struct of a contract, laid out in memory as C does on wasm32.
///
/// Two records are equal if their names, layouts and fields are. A field that is a record is
/// compared by its type's name, its offset and, through the layout, its size: to compare two
/// contracts, compare all their records.
#[derive(Clone)]
pub struct Record {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) layout: Layout,
    /// The nesting depth of lists and records, this record included. Stored, because computing it
    /// visits every field, and the cost doubles with each record that contains another one twice.
    pub(crate) depth: usize,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name of the field.
    pub name: String,
    /// The type of the field.
    pub ty: Pointee,
    /// The offset of the field from the beginning of the record, in bytes.
    pub offset_bytes: u32,
}

/// Size and alignment of a value in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Layout {
    /// The size in bytes, padding included; less than 2³¹.
    pub size_bytes: u32,
    /// The alignment in bytes: 1, 2, 4 or 8. The address is a multiple of it.
    pub align_bytes: u32,
}

impl ValueType {
    /// The types whose text is one word, by that word.
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
    /// The size and alignment of a value of this type.
    pub fn layout(&self) -> Layout {
        match self {
            Pointee::Scalar(scalar) => {
                // The size is the alignment too, and at most 8 bytes.
                let size_bytes = scalar.size_bytes() as u32;
                Layout { size_bytes, align_bytes: size_bytes }
            }
            Pointee::List(of, length) => {
                let of = of.layout();
                // A checked contract has no list that is too large.
                Layout { size_bytes: of.size_bytes.saturating_mul(*length), ..of }
            }
            Pointee::Record(record) => record.layout,
        }
    }

    /// The nesting depth of lists and records.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Pointee::Scalar(_) => 0,
            Pointee::List(of, _) => 1 + of.depth(),
            Pointee::Record(record) => record.depth,
        }
    }
}

impl Record {
    /// The name of the record.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The fields, in their order in memory.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The size and alignment of the record, padding at its end included.
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

/// Records inside are written as their names, because the text of all their fields could be
/// exponentially long.
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
