//! [`List`]: the values of a list, scalars packed as Rust's own vectors have them.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::Val;
use super::memory::BadMemory;
use crate::types::{Pointee, Scalar};

/// The values of a list. Bools and numbers take no more memory than in a `Vec` of Rust's:
/// 50 MB of `u8` are 50 MB.
///
/// ```
/// use polyreactor_contract::{List, Val};
///
/// let bytes = List::from(vec![255_u8, 0, 7]);
/// assert_eq!(bytes.as_slice::<u8>(), Some(&[255, 0, 7][..]));
/// assert_eq!(bytes, [255_u8, 0, 7].into_iter().map(Val::from).collect());
/// assert_eq!(bytes.into_iter().next(), Some(Val::U8(255)));
/// ```
///
/// Empty lists are equal, whatever they could hold.
#[derive(Clone)]
pub struct List(Packed);

/// A Rust type for the elements of a list: `bool`, and the numbers from 8 to 64 bits.
pub trait Element: Copy + fmt::Debug + Send + Sync + sealed::Sealed + 'static {
    /// The type in the contract's words.
    const SCALAR: Scalar;

    /// The elements that lie in `bytes`, little-endian; a rest that is no whole element is left
    /// out.
    ///
    /// # Errors
    ///
    /// [`BadMemory::NoBool`] for a bool other than 0 and 1.
    fn load_all(bytes: &[u8]) -> Result<Vec<Self>, BadMemory>;

    /// Writes the elements to the beginning of `bytes`, little-endian.
    ///
    /// # Errors
    ///
    /// [`BadMemory::TooShort`] where they don't fit.
    fn store_all(elements: &[Self], bytes: &mut [u8]) -> Result<(), BadMemory>;

    #[doc(hidden)]
    fn pack(elements: Vec<Self>) -> List;

    #[doc(hidden)]
    fn slice(list: &List) -> Option<&[Self]>;
}

mod sealed {
    pub trait Sealed {}
}

impl List {
    /// The number of elements.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type of the elements, where all are bools or all are numbers of one type.
    pub fn scalar(&self) -> Option<Scalar> {
        self.0.scalar()
    }

    /// The elements, if they are of this type; `Some` for any empty list.
    pub fn as_slice<T: Element>(&self) -> Option<&[T]> {
        if self.is_empty() { Some(&[]) } else { T::slice(self) }
    }

    /// The element at `index`.
    pub fn get(&self, index: usize) -> Option<Cow<'_, Val>> {
        (index < self.len()).then(|| self.0.at(index))
    }

    /// The elements, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Cow<'_, Val>> {
        (0..self.len()).map(|index| self.0.at(index))
    }

    /// Whether each element can lie in memory as a value of that type.
    pub(crate) fn all_lie_as(&self, pointee: &Pointee) -> bool {
        match (self.scalar(), pointee) {
            (Some(scalar), Pointee::Scalar(wanted)) => scalar == *wanted,
            _ => self.iter().all(|value| value.lies_as(pointee)),
        }
    }
}

macro_rules! packed {
    ($($name:ident: $element:ty),*) => {
        /// Values that are all the same scalar are never `Vals`.
        #[derive(Clone)]
        enum Packed {
            $($name(Vec<$element>),)*
            Vals(Vec<Val>),
        }

        impl Packed {
            fn len(&self) -> usize {
                match self {
                    $(Packed::$name(elements) => elements.len(),)*
                    Packed::Vals(values) => values.len(),
                }
            }

            fn scalar(&self) -> Option<Scalar> {
                match self {
                    $(Packed::$name(_) => Some(Scalar::$name),)*
                    Packed::Vals(_) => None,
                }
            }

            fn at(&self, index: usize) -> Cow<'_, Val> {
                match self {
                    $(Packed::$name(elements) => Cow::Owned(Val::$name(elements[index])),)*
                    Packed::Vals(values) => Cow::Borrowed(&values[index]),
                }
            }

            /// Packs values that are all the same scalar.
            fn new(values: Vec<Val>) -> Packed {
                $(
                    if let Some(Val::$name(_)) = values.first() {
                        let elements = values.iter().map(|value| match value {
                            Val::$name(element) => Some(*element),
                            _ => None,
                        });
                        return match elements.collect() {
                            Some(elements) => Packed::$name(elements),
                            None => Packed::Vals(values),
                        };
                    }
                )*
                Packed::Vals(values)
            }
        }

        impl PartialEq for List {
            fn eq(&self, other: &Self) -> bool {
                match (&self.0, &other.0) {
                    $((Packed::$name(a), Packed::$name(b)) => same!($name a b),)*
                    (Packed::Vals(a), Packed::Vals(b)) => a == b,
                    _ => self.is_empty() && other.is_empty(),
                }
            }
        }

        impl Hash for List {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.len().hash(state);
                if let Packed::U8(bytes) = &self.0 {
                    return state.write(bytes);
                }
                self.iter().for_each(|value| value.hash(state));
            }
        }

        $(
            impl sealed::Sealed for $element {}

            impl Element for $element {
                const SCALAR: Scalar = Scalar::$name;

                fn load_all(bytes: &[u8]) -> Result<Vec<Self>, BadMemory> {
                    load!($name $element, bytes)
                }

                fn store_all(elements: &[Self], bytes: &mut [u8]) -> Result<(), BadMemory> {
                    let wanted = size_of_val(elements);
                    let bytes = bytes.get_mut(..wanted).ok_or(BadMemory::TooShort { wanted })?;
                    store!($name elements, bytes);
                    Ok(())
                }

                fn pack(elements: Vec<Self>) -> List {
                    List(Packed::$name(elements))
                }

                fn slice(list: &List) -> Option<&[Self]> {
                    match &list.0 {
                        Packed::$name(elements) => Some(elements),
                        _ => None,
                    }
                }
            }
        )*
    };
}

/// Floats by their bits.
macro_rules! same {
    (F32 $a:ident $b:ident) => {
        $a.len() == $b.len() && $a.iter().zip($b).all(|(a, b)| a.to_bits() == b.to_bits())
    };
    (F64 $a:ident $b:ident) => {
        $a.len() == $b.len() && $a.iter().zip($b).all(|(a, b)| a.to_bits() == b.to_bits())
    };
    ($other:ident $a:ident $b:ident) => {
        $a == $b
    };
}

/// Bytes are copied as they are; the other numbers too, on a little-endian machine, after the
/// optimiser has seen it.
macro_rules! load {
    (U8 $element:ty, $bytes:expr) => {
        Ok($bytes.to_vec())
    };
    (Bool $element:ty, $bytes:expr) => {
        match $bytes.iter().find(|byte| **byte > 1) {
            Some(&found) => Err(BadMemory::NoBool { found }),
            None => Ok($bytes.iter().map(|byte| *byte == 1).collect()),
        }
    };
    ($other:ident $element:ty, $bytes:expr) => {
        Ok($bytes.as_chunks().0.iter().map(|bytes| <$element>::from_le_bytes(*bytes)).collect())
    };
}

macro_rules! store {
    (U8 $elements:ident, $bytes:ident) => {
        $bytes.copy_from_slice($elements)
    };
    (Bool $elements:ident, $bytes:ident) => {
        $bytes.iter_mut().zip($elements).for_each(|(byte, element)| *byte = (*element).into())
    };
    ($other:ident $elements:ident, $bytes:ident) => {
        $bytes
            .as_chunks_mut()
            .0
            .iter_mut()
            .zip($elements)
            .for_each(|(bytes, element)| *bytes = element.to_le_bytes())
    };
}

packed! {
    Bool: bool, S8: i8, U8: u8, S16: i16, U16: u16, S32: i32, U32: u32, S64: i64, U64: u64,
    F32: f32, F64: f64
}

impl Eq for List {}

impl<T: Element> From<Vec<T>> for List {
    fn from(elements: Vec<T>) -> Self {
        T::pack(elements)
    }
}

impl FromIterator<Val> for List {
    fn from_iter<I: IntoIterator<Item = Val>>(values: I) -> Self {
        List(Packed::new(values.into_iter().collect()))
    }
}

impl IntoIterator for List {
    type Item = Val;
    type IntoIter = std::vec::IntoIter<Val>;

    fn into_iter(self) -> Self::IntoIter {
        match self.0 {
            Packed::Vals(values) => values.into_iter(),
            packed => {
                let values = (0..packed.len()).map(|index| packed.at(index).into_owned());
                values.collect::<Vec<_>>().into_iter()
            }
        }
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
