//! The attribute macros of `polyreactor-guest`: thin entry points, one file a macro.

use proc_macro::TokenStream;

mod export;
mod init;
mod signature;

/// Makes a function an export of the plugin, under its own name.
///
/// Parameters are of `bool`, `i32`, `u32`, `i64`, `u64`, `f32`, `f64`; the result is one of
/// these or nothing. The function itself stays as it is and can be called from Rust.
///
/// ```
/// #[polyreactor_guest::export]
/// fn add(a: i32, b: i32) -> i32 {
///     a.wrapping_add(b)
/// }
/// ```
///
/// # Errors
///
/// A compile error, at the author's line, for what cannot cross to a host: `async`,
/// `unsafe`, generic and variadic functions, methods, parameters that are patterns, types
/// beyond those above. CONVENTION, "Types at the plain level", says where the set is from.
#[proc_macro_attribute]
pub fn export(arguments: TokenStream, item: TokenStream) -> TokenStream {
    export::expand(arguments.into(), item.into()).into()
}

/// Marks the function that sets the plugin up: it runs once, inside `_initialize`, before
/// the host can call any export.
///
/// It takes nothing and answers nothing. It is a static constructor (an `.init_array`
/// entry), never a function called `_initialize`, which later compilers bring themselves
/// (CONVENTION, "Toolchain drift"). Where a plugin has several, their order is the linker's.
///
/// ```
/// #[polyreactor_guest::init]
/// fn set_up() {
///     eprintln!("ready");
/// }
/// ```
///
/// # Errors
///
/// A compile error, at the author's line, for a function with parameters or a result, and
/// for one that is `async`, `unsafe` or generic.
#[proc_macro_attribute]
pub fn init(arguments: TokenStream, item: TokenStream) -> TokenStream {
    init::expand(arguments.into(), item.into()).into()
}
