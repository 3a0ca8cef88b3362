//! Rule B012 for Rust modules: finds a guest that prints to standard output and never flushes it.

use crate::Malformed;
use crate::module::Module;

/// Whether a module that rustc compiled prints to standard output but has no code that flushes it.
///
/// Rust's std buffers an unfinished line until a newline, a flush or the exit of the program. A
/// reactor never exits, so a last line without a newline is lost (CONVENTION, B012).
///
/// The evidence is the names of std's functions in the name section: without names, the result is
/// `false`.
///
/// # Errors
///
/// [`Malformed`] if `bytes` are not a valid core module.
pub fn prints_without_flushing(bytes: &[u8]) -> Result<bool, Malformed> {
    let module = Module::read(bytes)?;
    let names: Vec<String> =
        module.names.values().map(|name| format!("{:#}", rustc_demangle::demangle(name))).collect();
    let prints =
        names.iter().any(|name| name == "std::io::stdio::_print" || is_stdout_method(name));
    let flushes = names.iter().any(|name| is_stdout_method(name) && name.ends_with("::flush"));
    Ok(prints && !flushes)
}

/// Whether a demangled name is a method of `Write` for `Stdout` or `StdoutLock`, such as
/// `<std::io::stdio::StdoutLock as std::io::Write>::write_all`.
fn is_stdout_method(name: &str) -> bool {
    let parts = name.strip_prefix('<').and_then(|rest| rest.split_once(" as std::io::Write>::"));
    let self_type = parts.map(|(self_type, _)| self_type.trim_start_matches('&'));
    matches!(self_type, Some("std::io::stdio::Stdout" | "std::io::stdio::StdoutLock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The result for a module with functions of these names, mangled as by rustc 1.95.
    fn result_for(names: &[&str]) -> bool {
        let functions: String = names.iter().map(|name| format!("(func ${name})")).collect();
        let module = wat::parse_str(format!("(module {functions})")).expect("the text is valid");
        prints_without_flushing(&module).expect("the module is valid")
    }

    const PRINT: &str = "_RNvNtNtCset5xJoy1xWQ_3std2io5stdio6__print";
    const PRINT_LEGACY_MANGLING: &str = "_ZN3std2io5stdio6_print17h0123456789abcdefE";
    const WRITE: &str =
        "_RNvXsh_NtNtCset5xJoy1xWQ_3std2io5stdioNtB5_10StdoutLockNtB7_5Write9write_all";
    const FLUSH: &str = "_RNvXse_NtNtCset5xJoy1xWQ_3std2io5stdioRNtB5_6StdoutNtB7_5Write5flush";
    const FLUSH_OF_STDERR: &str =
        "_RNvXsn_NtNtCset5xJoy1xWQ_3std2io5stdioNtB5_6StderrNtB7_5Write5flush";

    #[test]
    fn names_of_std_functions_show_printing_and_flushing() {
        for prints in [PRINT, PRINT_LEGACY_MANGLING, WRITE] {
            assert!(result_for(&[prints]) && result_for(&[prints, FLUSH_OF_STDERR]), "{prints}");
            assert!(!result_for(&[prints, FLUSH]), "{prints}");
        }
        assert!(!result_for(&[]) && !result_for(&[FLUSH]) && !result_for(&[FLUSH_OF_STDERR]));
    }
}
