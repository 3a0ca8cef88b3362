//! How the types of exported and imported functions cross to the host: an author's type in,
//! core Wasm types out, and back.
//!
//! The set is the portable one, that Rust, Go and Zig can all say (CONVENTION, "Types at the
//! plain level"). Macro expansions name these traits; an author has no need to. What the host
//! passes is checked before it becomes a value, and refused by a panic that names the function.
//!
//! On a 64-bit machine the traits are there as well, with wider addresses, so that the checks
//! can be tested, and run by Miri.

mod list;
mod number;
mod place;
pub(crate) mod refuse;
mod setup;
mod slice;
mod text;

pub use setup::{Nothing, PRINTED, Printed, Setup, prepare_output};

/// An address, as it crosses.
#[cfg(target_arch = "wasm32")]
pub type Address = i32;
/// An address, as it would cross.
#[cfg(not(target_arch = "wasm32"))]
pub type Address = i64;

/// A string or a list that is a result, as it crosses: its address in the high half, its length in
/// the low half.
#[cfg(target_arch = "wasm32")]
pub type Packed = i64;
/// A string or a list that is a result, as it would cross: its address in the high half, its length
/// in the low half.
#[cfg(not(target_arch = "wasm32"))]
pub type Packed = i128;

/// A type that an exported function may take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of an exported function",
    label = "not a type that Rust, Go and Zig can all pass",
    note = "use one of: bool, i32, u32, i64, u64, f32, f64, &str, String, &[T] and Vec<T> where T \
            is a number or a bool, and &T, &mut T, GuestPtr<T> where T is a number, a bool, an \
            array, or a struct that derives HostLayout"
)]
pub trait Param {
    /// What crosses first: `i32`, `i64`, `f32` or `f64`.
    type Low;
    /// What crosses after it: the length of a string or a list, or nothing.
    type High;
    /// What was checked, and is held while the function runs.
    type Held;
    /// What the function is given. It ends with the call, whatever lifetime the author wrote.
    type Lent<'call>;
    /// What the plugin needs at its start: [`Setup`] or [`Nothing`].
    type Setup;
    /// That.
    const SETUP: Self::Setup;
    /// A type of the size that the parameter has on Go's stack; see
    /// [`GoFrame`](crate::layout::limits::GoFrame). With a number here, the compiler would report
    /// a type that cannot cross twice.
    type InGo;

    /// Checks what the host passed to `export`.
    ///
    /// # Panics
    ///
    /// Where it is no value of the type: the message names the export.
    fn hold(low: Self::Low, high: Self::High, export: &'static str) -> Self::Held;

    /// What the function is given of it.
    fn lend(held: &mut Self::Held) -> Self::Lent<'_>;
}

/// A type that an exported function may answer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of an exported function",
    label = "not a type that Rust, Go and Zig can all return",
    note = "use one of: (), bool, i32, u32, i64, u64, f32, f64, String, &'static str, Vec<T> and \
            &'static [T] where T is a number or a bool, GuestPtr<T>"
)]
pub trait Output {
    /// What crosses: nothing, `i32`, `i64`, `f32` or `f64`.
    type Core;

    /// What the host gets for the author's value.
    fn lower(self) -> Self::Core;
}

/// A type that a host function may take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a host function",
    label = "not a type that Rust, Go and Zig can all pass",
    note = "use one of: bool, i32, u32, i64, u64, f32, f64, &str, &[T] where T is a number or a \
            bool, and &T, &mut T, GuestPtr<T> where T is a number, a bool, an array, or a struct \
            that derives HostLayout"
)]
pub trait Argument {
    /// What crosses first: `i32`, `i64`, `f32` or `f64`.
    type Low: Copy;
    /// What crosses after it: the length of a string or a list, or nothing.
    type High;
    /// A type of the size that the parameter has on Go's stack; see
    /// [`GoFrame`](crate::layout::limits::GoFrame). With a number here, the compiler would report
    /// a type that cannot cross twice.
    type InGo;

    /// What the host gets for the author's value.
    fn lower(self) -> (Self::Low, Self::High);

    /// Checks what the host function `import` made of it.
    ///
    /// # Safety
    ///
    /// `low` is of [`lower`](Self::lower), and what it was made of is still borrowed.
    ///
    /// # Panics
    ///
    /// Where the host wrote what is no value of the type: the message names the function.
    unsafe fn check(low: Self::Low, import: &'static str) {
        let _ = (low, import);
    }
}

/// A type that a host function may answer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a host function",
    label = "not a type that Rust, Go and Zig can all return",
    note = "use one of: (), bool, i32, u32, i64, u64, f32, f64, String, Vec<T> where T is a number or \
            a bool, GuestPtr<T>"
)]
pub trait Answer: Sized {
    /// What crosses: nothing, `i32`, `i64`, `f32` or `f64`.
    type Core;
    /// What the plugin needs at its start: [`Setup`] or [`Nothing`].
    type Setup;
    /// That.
    const SETUP: Self::Setup;

    /// The author's value of what the host function `import` answered.
    ///
    /// # Panics
    ///
    /// Where it is no value of the type: the message names the function.
    fn lift(core: Self::Core, import: &'static str) -> Self;
}

/// Called after each export: what the plugin printed, reaches the host now, though no newline
/// ends it.
#[inline(always)]
pub fn flush() {
    #[cfg(feature = "stdout")]
    flush_stdout();
}

#[cfg(feature = "stdout")]
#[inline(never)]
fn flush_stdout() {
    use std::io::Write;
    // There is nobody to tell: a host that gives no standard output is within its rights. The
    // code that would free the error is not worth its size.
    std::mem::forget(std::io::stdout().lock().flush());
}

/// In an impl block or a trait, where no `use` can stand, rustc says so at the function, and names
/// this macro; so its name says what to do. Elsewhere it does nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! the_attribute_goes_on_a_free_function {
    () => {
        #[allow(unused_imports)]
        use {};
    };
}
