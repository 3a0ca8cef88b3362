//! The trait of `wasm_wave` by which it parses WAVE to [`Val`]s and writes [`Val`]s as WAVE.

use std::borrow::Cow;

use wasm_wave::wasm::{WasmType, WasmTypeKind, WasmValue, WasmValueError};

use super::Val;
use super::ty::Type;

/// The functions that make and unwrap values of the scalar kinds.
macro_rules! plain {
    ($($name:ident: $value:ty, $make:ident, $unwrap:ident;)*) => {
        $(
            fn $make(value: $value) -> Self {
                Val::$name(value)
            }

            fn $unwrap(&self) -> $value {
                match self {
                    Val::$name(value) => *value,
                    other => panic!("{} called on a {}", stringify!($unwrap), other.ty()),
                }
            }
        )*
    };
}

/// NaN payloads are kept. As the trait specifies, the `unwrap_…` functions panic on values of
/// another kind.
impl WasmValue for Val {
    type Type = Type;

    fn kind(&self) -> WasmTypeKind {
        match self {
            Val::String(_) => WasmTypeKind::String,
            Val::List(_) => WasmTypeKind::List,
            Val::Record(_) => WasmTypeKind::Record,
            scalar => scalar.ty().kind(),
        }
    }

    plain! {
        Bool: bool, make_bool, unwrap_bool;
        S8: i8, make_s8, unwrap_s8;
        U8: u8, make_u8, unwrap_u8;
        S16: i16, make_s16, unwrap_s16;
        U16: u16, make_u16, unwrap_u16;
        S32: i32, make_s32, unwrap_s32;
        U32: u32, make_u32, unwrap_u32;
        S64: i64, make_s64, unwrap_s64;
        U64: u64, make_u64, unwrap_u64;
        F32: f32, make_f32, unwrap_f32;
        F64: f64, make_f64, unwrap_f64;
    }

    fn make_string(text: Cow<'_, str>) -> Self {
        Val::String(text.into_owned())
    }

    fn make_list(
        ty: &Type,
        values: impl IntoIterator<Item = Self>,
    ) -> Result<Self, WasmValueError> {
        wasm_wave::wasm::ensure_type_kind(ty, WasmTypeKind::List)?;
        Ok(Val::List(values.into_iter().collect()))
    }

    fn make_record<'a>(
        ty: &Type,
        fields: impl IntoIterator<Item = (&'a str, Self)>,
    ) -> Result<Self, WasmValueError> {
        wasm_wave::wasm::ensure_type_kind(ty, WasmTypeKind::Record)?;
        let mut given: Vec<(&str, Val)> = fields.into_iter().collect();
        let fields = ty.record_fields().map(|(name, _)| {
            let missing = || WasmValueError::MissingField(name.to_string());
            let at = given.iter().position(|(given, _)| *given == name).ok_or_else(missing)?;
            Ok((name.to_string(), given.swap_remove(at).1))
        });
        let fields = fields.collect::<Result<_, _>>()?;
        match given.first() {
            Some((name, _)) => Err(WasmValueError::UnknownField((*name).to_owned())),
            None => Ok(Val::Record(fields)),
        }
    }

    fn unwrap_string(&self) -> Cow<'_, str> {
        match self {
            Val::String(text) => text.as_str().into(),
            other => panic!("unwrap_string called on a {}", other.ty()),
        }
    }

    fn unwrap_list(&self) -> Box<dyn Iterator<Item = Cow<'_, Self>> + '_> {
        match self {
            Val::List(values) => Box::new(values.iter()),
            other => panic!("unwrap_list called on a {}", other.ty()),
        }
    }

    fn unwrap_record(&self) -> Box<dyn Iterator<Item = (Cow<'_, str>, Cow<'_, Self>)> + '_> {
        match self {
            Val::Record(values) => {
                let fields = values.iter();
                Box::new(fields.map(|(name, value)| (name.as_str().into(), Cow::Borrowed(value))))
            }
            other => panic!("unwrap_record called on a {}", other.ty()),
        }
    }
}
