//! How the types of an exported function cross to the host: an author's type in, a core
//! Wasm type out, and back.
//!
//! The set is the portable one, that Go's `go:wasmexport` and Zig's `export fn` can say as
//! well (CONVENTION, "Types at the plain level"). Macro expansions name these traits; an
//! author has no need to.

/// A type that an exported function may take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of an exported function",
    label = "not a type that Rust, Go and Zig can all pass",
    note = "use one of: bool, i32, u32, i64, u64, f32, f64"
)]
pub trait Param: Sized {
    /// What crosses: `i32`, `i64`, `f32` or `f64`.
    type Core;

    /// The author's value of what the host passed to `export`.
    ///
    /// # Panics
    ///
    /// Where the host passed what is no value of the type (a bool other than 0 and 1): the
    /// message names the export.
    fn from_core(core: Self::Core, export: &str) -> Self;
}

/// A type that an exported function may answer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of an exported function",
    label = "not a type that Rust, Go and Zig can all return",
    note = "use one of: (), bool, i32, u32, i64, u64, f32, f64"
)]
pub trait Output {
    /// What crosses: nothing, `i32`, `i64`, `f32` or `f64`.
    type Core;

    /// What the host gets for the author's value.
    fn into_core(self) -> Self::Core;
}

macro_rules! numbers {
    ($($number:ty as $core:ty),*) => {$(
        impl Param for $number {
            type Core = $core;
            #[inline(always)]
            fn from_core(core: $core, _: &str) -> Self {
                core as $number
            }
        }

        impl Output for $number {
            type Core = $core;
            #[inline(always)]
            fn into_core(self) -> $core {
                self as $core
            }
        }
    )*};
}

numbers!(i32 as i32, u32 as i32, i64 as i64, u64 as i64, f32 as f32, f64 as f64);

impl Param for bool {
    type Core = i32;

    fn from_core(core: i32, export: &str) -> Self {
        match core {
            0 => false,
            1 => true,
            other => panic!("the host passed {other} for a bool to `{export}`: 0 or 1 expected"),
        }
    }
}

impl Output for bool {
    type Core = i32;

    fn into_core(self) -> i32 {
        self.into()
    }
}

impl Output for () {
    type Core = ();

    fn into_core(self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsigned_numbers_keep_their_bits() {
        assert_eq!(u32::from_core(-1, "f"), u32::MAX);
        assert_eq!(u64::MAX.into_core(), -1);
    }

    #[test]
    #[should_panic = "the host passed 2 for a bool to `f`"]
    fn a_bool_is_checked() {
        bool::from_core(2, "f");
    }
}
