//! Lowering and lifting: how the types of exported and imported functions become core Wasm types,
//! and back.
//!
//! The set of types is the portable one, which Rust, Go and Zig all have (CONVENTION, "Types at
//! the plain level"). The expansions of `#[export]` and `#[import]` use these traits; authors do
//! not need to name them. Each value from the host is checked before it becomes a Rust value; an
//! invalid one is a panic that names the function.
//!
//! The traits exist on 64-bit machines too, with wider addresses, so that the checks can be
//! tested natively and under Miri.
//!
//! One file a kind of type: `number.rs`, `text.rs`, `list.rs` (`slice.rs`: what the last two
//! share) and `place.rs` for pointers. `refuse.rs` has the panics, `setup.rs` the constructors
//! that a plugin needs. They use `crate::memory`; only the macros and `crate::pointer` use them.

mod list;
mod number;
mod place;
pub(crate) mod refuse;
mod setup;
mod slice;
mod text;

pub use setup::{Nothing, PRINTED, Printed, Setup, prepare_output};

/// The core type of an address.
#[cfg(target_arch = "wasm32")]
pub type Address = i32;
/// Natively, for tests: an integer with room for a 64-bit address.
#[cfg(not(target_arch = "wasm32"))]
pub type Address = i64;

/// The core type of a string or a list as a result: the address in its high half, the length (of a
/// string in bytes, of a list in elements) in its low half.
#[cfg(target_arch = "wasm32")]
pub type Packed = i64;
/// Natively, for tests: an integer with room for a 64-bit address in its high half and a length in
/// its low half.
#[cfg(not(target_arch = "wasm32"))]
pub type Packed = i128;

/// A type that a parameter of an exported function may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of an exported function",
    label = "not a type that Rust, Go and Zig can all pass",
    note = "use one of: bool, i32, u32, i64, u64, f32, f64, &str, String, &[T] and Vec<T> where T \
            is a number or a bool, and &T, &mut T, GuestPtr<T> where T is a number, a bool, an \
            array, or a struct that derives HostLayout"
)]
pub trait Param {
    /// The first core parameter: `i32`, `i64`, `f32` or `f64`.
    type Low;
    /// The second core parameter: the length of a string or a list; `()` for other types.
    type High;
    /// The checked argument, which the shim holds while the function runs.
    type Held;
    /// The argument that the author's function gets. It is valid during the call only, whatever
    /// lifetime the author wrote.
    type Lent<'call>;
    /// The type of [`SETUP`](Self::SETUP): [`Setup`] or [`Nothing`].
    type Setup;
    /// The constructor that the plugin needs for parameters of this type.
    const SETUP: Self::Setup;
    /// A type whose size is that of the parameter on Go's stack; see
    /// [`GoFrame`](crate::layout::limits::GoFrame). It is no `usize` constant, because with one
    /// the compiler would report an unsupported type twice.
    type InGo;

    /// Checks the core values that the host passed to `export`.
    ///
    /// # Panics
    ///
    /// If they are no value of the type. The message names the export.
    fn hold(low: Self::Low, high: Self::High, export: &'static str) -> Self::Held;

    /// The argument for the author's function.
    fn lend(held: &mut Self::Held) -> Self::Lent<'_>;
}

/// A type that the result of an exported function may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of an exported function",
    label = "not a type that Rust, Go and Zig can all return",
    note = "use one of: (), bool, i32, u32, i64, u64, f32, f64, String, &'static str, Vec<T> and \
            &'static [T] where T is a number or a bool, GuestPtr<T>"
)]
pub trait Output {
    /// The core result: `()`, `i32`, `i64`, `f32` or `f64`.
    type Core;

    /// Lowers the result of the author's function for the host.
    fn lower(self) -> Self::Core;
}

/// A type that a parameter of a host function may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a host function",
    label = "not a type that Rust, Go and Zig can all pass",
    note = "use one of: bool, i32, u32, i64, u64, f32, f64, &str, &[T] where T is a number or a \
            bool, and &T, &mut T, GuestPtr<T> where T is a number, a bool, an array, or a struct \
            that derives HostLayout"
)]
pub trait Argument {
    /// The first core parameter: `i32`, `i64`, `f32` or `f64`.
    type Low: Copy;
    /// The second core parameter: the length of a string or a list; `()` for other types.
    type High;
    /// A type whose size is that of the parameter on Go's stack; see
    /// [`GoFrame`](crate::layout::limits::GoFrame). It is no `usize` constant, because with one
    /// the compiler would report an unsupported type twice.
    type InGo;

    /// Lowers the argument for the host.
    fn lower(self) -> (Self::Low, Self::High);

    /// Checks the bytes behind a `&mut` argument after the host function `import` has returned,
    /// because the host may have written to them. Does nothing for other types.
    ///
    /// # Safety
    ///
    /// `low` is from [`lower`](Self::lower), and the value that was lowered is still borrowed.
    ///
    /// # Panics
    ///
    /// If the host wrote bytes that are no value of the type. The message names the function.
    unsafe fn check(low: Self::Low, import: &'static str) {
        let _ = (low, import);
    }
}

/// A type that the result of a host function may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a host function",
    label = "not a type that Rust, Go and Zig can all return",
    note = "use one of: (), bool, i32, u32, i64, u64, f32, f64, String, Vec<T> where T is a number or \
            a bool, GuestPtr<T>"
)]
pub trait Answer: Sized {
    /// The core result: `()`, `i32`, `i64`, `f32` or `f64`.
    type Core;
    /// The type of [`SETUP`](Self::SETUP): [`Setup`] or [`Nothing`].
    type Setup;
    /// The constructor that the plugin needs for results of this type.
    const SETUP: Self::Setup;

    /// Lifts the result of the host function `import`.
    ///
    /// # Panics
    ///
    /// If the core value is no value of the type. The message names the function.
    fn lift(core: Self::Core, import: &'static str) -> Self;
}

/// Flushes standard output, so that a line without a newline at its end reaches the host too.
/// Shims call this after each exported function. Without the feature `stdout` it does nothing.
#[inline(always)]
pub fn flush() {
    #[cfg(feature = "stdout")]
    flush_stdout();
}

#[cfg(feature = "stdout")]
#[inline(never)]
fn flush_stdout() {
    use std::io::Write;
    // Errors are ignored: a host may provide no standard output. `forget` saves the code that
    // would free the error.
    std::mem::forget(std::io::stdout().lock().flush());
}

/// Refuses attributes on associated functions. An attribute macro sees the function only, not
/// whether an `impl` block or a trait encloses it. The expansion of this macro is a `use` item, for
/// which there rustc reports an error at the function that contains the name of this macro: hence
/// the name, which is the remedy. On a free function the macro does nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! the_attribute_goes_on_a_free_function {
    () => {
        #[allow(unused_imports)]
        use {};
    };
}
