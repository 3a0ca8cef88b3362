//! [`List`]: the values of a list. Scalars are packed, as in a Rust vector.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use polyreactor_layout::{ListElement, Scalar, list_bytes, read_list};

use super::Val;
use super::memory::BadMemory;
use crate::types::Pointee;

/// The values of a list. Bools and numbers take as much memory as in a Rust `Vec`: 50 MB of `u8`
/// take 50 MB.
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
/// All empty lists are equal, whatever the type of their elements.
#[derive(Clone)]
pub struct List(Packed);

impl List {
    /// The number of elements.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The scalar type of the elements; `None` if they are not all of the same scalar type. An
    /// empty list may have one too.
    pub fn scalar(&self) -> Option<Scalar> {
        self.0.scalar()
    }

    /// The elements as a slice, without copying; `None` if they have another type than `T`. For an
    /// empty list it is `Some` with each `T`.
    pub fn as_slice<T: ListElement>(&self) -> Option<&[T]> {
        if self.is_empty() {
            Some(&[])
        } else {
            self.0.elements().downcast_ref::<Vec<T>>().map(Vec::as_slice)
        }
    }

    /// The element at `index`, from 0; `None` if the list is shorter.
    pub fn get(&self, index: usize) -> Option<Cow<'_, Val>> {
        (index < self.len()).then(|| self.0.at(index))
    }

    /// The elements, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Cow<'_, Val>> {
        (0..self.len()).map(|index| self.0.at(index))
    }

    /// Whether all elements have this scalar type; true for an empty list.
    pub fn is_of(&self, scalar: Scalar) -> bool {
        self.is_empty() || self.scalar() == Some(scalar)
    }

    /// The bytes of the scalars in a guest's memory, without copying; `None` if the elements are
    /// not all of the same scalar type.
    ///
    /// ```
    /// use polyreactor_contract::{List, Scalar};
    ///
    /// let list = List::from(vec![1_u16, 256]);
    /// assert_eq!(list.bytes(), Some(&[1, 0, 0, 1][..]));
    /// assert_eq!(List::load(Scalar::U16, &[1, 0, 0, 1]), Ok(list));
    /// ```
    pub fn bytes(&self) -> Option<&[u8]> {
        if self.is_empty() { Some(&[]) } else { self.0.bytes() }
    }

    /// Reads scalars from all of `bytes`. Bytes at the end that are no whole scalar are ignored.
    ///
    /// # Errors
    ///
    /// [`BadMemory::NoBool`] if a bool is neither 0 nor 1.
    pub fn load(scalar: Scalar, bytes: &[u8]) -> Result<List, BadMemory> {
        let rest = bytes.len() % scalar.size_bytes();
        let bytes = &bytes[..bytes.len() - rest];
        Packed::load(scalar, bytes).map(List).ok_or_else(|| {
            let found = bytes.iter().copied().find(|byte| *byte > 1).unwrap_or_default();
            BadMemory::NoBool { found }
        })
    }

    /// Whether each element is a value of the type `pointee`.
    pub(crate) fn all_lie_as(&self, pointee: &Pointee) -> bool {
        match (self.scalar(), pointee) {
            (Some(scalar), Pointee::Scalar(wanted)) => scalar == *wanted,
            _ => self.iter().all(|value| value.lies_as(pointee)),
        }
    }
}

macro_rules! packed {
    ($($name:ident: $element:ty),*) => {
        /// The elements. `Vals` is for elements that are not all of the same scalar type.
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

            /// The vector within.
            fn elements(&self) -> &dyn Any {
                match self {
                    $(Packed::$name(elements) => elements,)*
                    Packed::Vals(values) => values,
                }
            }

            fn bytes(&self) -> Option<&[u8]> {
                match self {
                    $(Packed::$name(elements) => Some(list_bytes(elements)),)*
                    Packed::Vals(_) => None,
                }
            }

            fn load(scalar: Scalar, bytes: &[u8]) -> Option<Packed> {
                Some(match scalar {
                    $(Scalar::$name => Packed::$name(read_list(bytes)?),)*
                })
            }

            fn of_scalars<T: ListElement>(elements: Vec<T>) -> Packed {
                let mut elements = Some(elements);
                let elements: &mut dyn Any = &mut elements;
                match T::SCALAR {
                    $(Scalar::$name => {
                        // The downcast succeeds, because `T::SCALAR` determines `T`.
                        let elements = elements.downcast_mut::<Option<Vec<$element>>>();
                        Packed::$name(elements.and_then(Option::take).unwrap_or_default())
                    })*
                }
            }

            /// Packs values that are all the same scalar.
            fn of_values(values: Vec<Val>) -> Packed {
                match values.first() {
                    $(Some(Val::$name(_)) => {
                        let elements = values.iter().map(|value| match value {
                            Val::$name(element) => Some(*element),
                            _ => None,
                        });
                        match elements.collect() {
                            Some(elements) => Packed::$name(elements),
                            None => Packed::Vals(values),
                        }
                    })*
                    _ => Packed::Vals(values),
                }
            }
        }
    };
}

packed! {
    Bool: bool, S8: i8, U8: u8, S16: i16, U16: u16, S32: i32, U32: u32, S64: i64, U64: u64,
    F32: f32, F64: f64
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            _ if self.is_empty() && other.is_empty() => true,
            (Packed::Vals(a), Packed::Vals(b)) => a == b,
            // Compares bits, of floats too.
            (a, b) => a.scalar().is_some() && a.scalar() == b.scalar() && a.bytes() == b.bytes(),
        }
    }
}

impl Eq for List {}

impl Hash for List {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            _ if self.is_empty() => 0_usize.hash(state),
            Packed::Vals(values) => values.hash(state),
            packed => packed.bytes().hash(state),
        }
    }
}

impl<T: ListElement> From<Vec<T>> for List {
    fn from(elements: Vec<T>) -> Self {
        List(Packed::of_scalars(elements))
    }
}

impl FromIterator<Val> for List {
    fn from_iter<I: IntoIterator<Item = Val>>(values: I) -> Self {
        List(Packed::of_values(values.into_iter().collect()))
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
