//! B012 of a Rust module: its bytes in; whether it prints and flushes nothing, so that what no
//! newline ends is lost, out.

use crate::Malformed;
use crate::module::Module;

/// Whether a module that Rust compiled prints to standard output, and has no code that flushes
/// it. Std keeps what no newline ends until it is flushed or the program exits, and a reactor
/// never exits.
///
/// The evidence is the names of std's functions: a module without names is not told of.
///
/// # Errors
///
/// [`Malformed`], where it is no valid core module.
pub fn prints_without_flushing(bytes: &[u8]) -> Result<bool, Malformed> {
    let module = Module::read(bytes)?;
    let names: Vec<String> =
        module.names.values().map(|name| format!("{:#}", rustc_demangle::demangle(name))).collect();
    let prints = names.iter().any(|name| name == "std::io::stdio::_print" || is_of_stdout(name));
    let flushes = names.iter().any(|name| is_of_stdout(name) && name.ends_with("::flush"));
    Ok(prints && !flushes)
}

/// `<std::io::stdio::StdoutLock as std::io::Write>::write_all`, and its like.
fn is_of_stdout(name: &str) -> bool {
    let of = name.strip_prefix('<').and_then(|rest| rest.split_once(" as std::io::Write>::"));
    let whose = of.map(|(whose, _)| whose.trim_start_matches('&'));
    matches!(whose, Some("std::io::stdio::Stdout" | "std::io::stdio::StdoutLock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with functions of these names, as rustc 1.95 mangles them.
    fn found(names: &[&str]) -> bool {
        let functions: String = names.iter().map(|name| format!("(func ${name})")).collect();
        let module = wat::parse_str(format!("(module {functions})")).expect("it is written right");
        prints_without_flushing(&module).expect("it is valid")
    }

    const PRINT: &str = "_RNvNtNtCset5xJoy1xWQ_3std2io5stdio6__print";
    const PRINT_OF_OLD: &str = "_ZN3std2io5stdio6_print17h0123456789abcdefE";
    const WRITE: &str =
        "_RNvXsh_NtNtCset5xJoy1xWQ_3std2io5stdioNtB5_10StdoutLockNtB7_5Write9write_all";
    const FLUSH: &str = "_RNvXse_NtNtCset5xJoy1xWQ_3std2io5stdioRNtB5_6StdoutNtB7_5Write5flush";
    const FLUSH_OF_STDERR: &str =
        "_RNvXsn_NtNtCset5xJoy1xWQ_3std2io5stdioNtB5_6StderrNtB7_5Write5flush";

    #[test]
    fn names_of_std_tell() {
        for prints in [PRINT, PRINT_OF_OLD, WRITE] {
            assert!(found(&[prints]) && found(&[prints, FLUSH_OF_STDERR]), "{prints}");
            assert!(!found(&[prints, FLUSH]), "{prints}");
        }
        assert!(!found(&[]) && !found(&[FLUSH]) && !found(&[FLUSH_OF_STDERR]));
    }
}
