//! `generate!`: the bindings of a WIT world, made for a reactor.

/// The bindings of a WIT world, as [`wit_bindgen::generate!`] makes them: it takes the same.
///
/// It differs in two things. The macro that exports the plugin is called `export_world!`,
/// because `export` is what marks a plain export ([`macro@crate::export`]). And static
/// constructors run once: what wit-bindgen makes runs them at the first export, and from
/// Rust 1.100 on they have run then, inside `_initialize`, so there the option
/// `disable_run_ctors_once_workaround` is true. Before, it is not: what the linker finds in
/// wit-bindgen keeps it from running the constructors itself, and they would never run. There,
/// `build-guests` adds an `_initialize` that runs them, and has them run once.
///
/// Options of your own come last and win.
///
/// ```
/// polyreactor_guest::generate!({
///     inline: "
///         package docs:greeter;
///         world greeter {
///             export greet: func(name: string) -> string;
///         }
///     ",
/// });
///
/// struct Plugin;
///
/// impl Guest for Plugin {
///     fn greet(name: String) -> String {
///         format!("hello {name}")
///     }
/// }
///
/// export_world!(Plugin);
/// # fn main() {}
/// ```
///
/// # Errors
///
/// A compile error where the world cannot be read, as wit-bindgen has it.
#[macro_export]
macro_rules! generate {
    ({ $($options:tt)* }) => {
        $crate::__generate!({ $($options)* });
    };
    () => {
        $crate::__generate!({});
    };
    ($world:literal) => {
        $crate::__generate!({ world: $world });
    };
    ($world:literal in $path:literal) => {
        $crate::__generate!({ world: $world, path: $path });
    };
    (in $path:literal) => {
        $crate::__generate!({ path: $path });
    };
}

#[cfg(constructors_run_in_initialize)]
#[doc(hidden)]
#[macro_export]
macro_rules! __generate {
    ({ $($options:tt)* }) => {
        $crate::wit_bindgen::generate!({
            runtime_path: "polyreactor_guest::wit_bindgen::rt",
            export_macro_name: "export_world",
            disable_run_ctors_once_workaround: true,
            $($options)*
        });
    };
}

#[cfg(not(constructors_run_in_initialize))]
#[doc(hidden)]
#[macro_export]
macro_rules! __generate {
    ({ $($options:tt)* }) => {
        $crate::wit_bindgen::generate!({
            runtime_path: "polyreactor_guest::wit_bindgen::rt",
            export_macro_name: "export_world",
            $($options)*
        });
    };
}
