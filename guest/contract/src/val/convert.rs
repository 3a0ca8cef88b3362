//! Conversion of Rust values to [`Val`]s, and the core types of [`Val`]s.

use polyreactor_layout::ListElement;

use super::Val;
use super::list::List;
use crate::core_type::CoreType;

impl Val {
    /// The core type of this value as an argument without a contract; `None` for a value that is no
    /// number of 32 or 64 bits.
    ///
    /// ```
    /// use polyreactor_contract::{CoreType, Val};
    ///
    /// assert_eq!(Val::from(1_u32).core_type(), Some(CoreType::I32));
    /// assert_eq!(Val::from("one").core_type(), None);
    /// ```
    #[inline]
    pub fn core_type(&self) -> Option<CoreType> {
        match self {
            Val::S32(_) | Val::U32(_) => Some(CoreType::I32),
            Val::S64(_) | Val::U64(_) => Some(CoreType::I64),
            Val::F32(_) => Some(CoreType::F32),
            Val::F64(_) => Some(CoreType::F64),
            _ => None,
        }
    }
}

macro_rules! scalars {
    ($($name:ident: $scalar:ty),*) => {$(
        impl From<$scalar> for Val {
            #[inline]
            fn from(value: $scalar) -> Self {
                Val::$name(value)
            }
        }
    )*};
}

scalars! {
    Bool: bool, S8: i8, U8: u8, S16: i16, U16: u16, S32: i32, U32: u32, S64: i64, U64: u64,
    F32: f32, F64: f64
}

impl From<String> for Val {
    fn from(text: String) -> Self {
        Val::String(text)
    }
}

impl From<&str> for Val {
    fn from(text: &str) -> Self {
        Val::String(text.to_owned())
    }
}

impl From<List> for Val {
    fn from(list: List) -> Self {
        Val::List(list)
    }
}

impl<T: ListElement> From<Vec<T>> for Val {
    fn from(elements: Vec<T>) -> Self {
        Val::List(List::from(elements))
    }
}

impl<T: ListElement> From<&[T]> for Val {
    fn from(elements: &[T]) -> Self {
        Val::List(List::from(elements.to_vec()))
    }
}

impl From<Vec<Val>> for Val {
    fn from(values: Vec<Val>) -> Self {
        Val::List(values.into_iter().collect())
    }
}
