//! The commands that `zig build --verbose` prints; they show how the module was compiled.

use std::path::{Path, PathBuf};

/// A command that compiles an executable for WASI.
pub(super) struct Command {
    line: String,
}

/// The commands that compile `module`, by its name. If no command has that name, because the module
/// was installed under another one, all commands for WASI.
pub(super) fn of(messages: &str, module: &Path) -> Vec<Command> {
    let is_for_wasi = |line: &&str| line.contains(" build-exe ") && line.contains("wasm32-wasi");
    let lines: Vec<&str> = messages.lines().filter(is_for_wasi).collect();
    let name = module.file_stem().unwrap_or_default().to_string_lossy();
    let named = |line: &&&str| value(line, "--name").is_some_and(|value| value == name);
    let own: Vec<_> = lines.iter().filter(named).collect();
    let chosen = if own.is_empty() { lines.iter().collect() } else { own };
    chosen.into_iter().map(|line| Command { line: (*line).to_owned() }).collect()
}

impl Command {
    /// The Zig modules without safety checks, each with its mode: from `-OMODE … -MNAME=FILE`.
    pub(super) fn unsafe_modules(&self) -> Vec<(String, String)> {
        let (mut found, mut mode) = (Vec::new(), None);
        for word in self.line.split_whitespace().map(|word| word.trim_matches('"')) {
            if let Some(other) = word.strip_prefix("-O") {
                mode = Some(other);
            } else if let Some((name, _)) =
                word.strip_prefix("-M").and_then(|module| module.split_once('='))
            {
                // Zig 0.17 writes the short names.
                let mode = match mode.take() {
                    Some("ReleaseFast" | "fast") => "ReleaseFast",
                    Some("ReleaseSmall" | "small") => "ReleaseSmall",
                    _ => continue,
                };
                found.push((name.to_owned(), mode.to_owned()));
            }
        }
        found
    }

    /// Whether libc is linked.
    pub(super) fn links_libc(&self) -> bool {
        self.line.split_whitespace().any(|word| word == "-lc")
    }

    /// Whether Zig's start code may call a `main` of the root module. False if the root file, which
    /// is relative to `folder`, does not contain the word; true if the file cannot be read.
    pub(super) fn may_have_main(&self, folder: &Path) -> bool {
        if !self.line.contains("-mexec-model=reactor") {
            return false;
        }
        let Some((_, rest)) = self.line.split_once("-Mroot=") else { return false };
        match file(folder, rest).and_then(|file| std::fs::read_to_string(file).ok()) {
            Some(text) => mentions_main(&text),
            None => true,
        }
    }
}

/// The word after an option.
fn value<'l>(line: &'l str, option: &str) -> Option<&'l str> {
    let mut words = line.split_whitespace();
    words.find(|word| *word == option)?;
    words.next().map(|word| word.trim_matches('"'))
}

/// The existing `.zig` file whose path `rest` begins with. Zig 0.14 does not quote spaces; later
/// versions quote the word, and escape some characters with backslashes.
fn file(folder: &Path, rest: &str) -> Option<PathBuf> {
    let ends = rest.match_indices(".zig").map(|(at, _)| at + ".zig".len());
    let texts = ends.map(|end| rest[..end].replace('\\', ""));
    let as_written = rest.match_indices(".zig").map(|(at, _)| rest[..at + ".zig".len()].to_owned());
    let mut files = as_written.chain(texts).map(|text| folder.join(text));
    files.find(|file| file.is_file())
}

/// Whether a source may define `main`: the word occurs outside of comment lines, or
/// `usingnamespace`, which may bring it in.
fn mentions_main(text: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.flat_map(|line| line.split(|c: char| !is_part(c)))
        .any(|word| matches!(word, "main" | "usingnamespace"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGES: &str = "\
/z/zig build-exe -ODebug -Mroot=/p/tool.zig --cache-dir c --name p --listen=-
/z/zig build-exe -fno-entry c.c -OReleaseSafe -target wasm32-wasi --dep fast -Mroot=/p/main.zig -OReleaseFast -Mfast=/p/fast.zig -Mdefault=/p/x.zig --cache-dir c --name p -mexec-model=reactor --listen=-
info(verbose): /z/zig build-exe -Osmall -target wasm32-wasi -lc -Mroot=main.zig --name other -mexec-model=reactor --listen=-
";

    fn names(commands: &[Command]) -> Vec<String> {
        let modules = commands.iter().flat_map(Command::unsafe_modules);
        modules.map(|(name, mode)| format!("{name} {mode}")).collect()
    }

    #[test]
    fn commands_show_how_a_module_was_compiled() {
        let own = of(MESSAGES, "/installed/p.wasm".as_ref());
        assert_eq!(names(&own), ["fast ReleaseFast"]);
        assert!(!own[0].links_libc());
        let other = of(MESSAGES, "/installed/other.wasm".as_ref());
        assert_eq!(names(&other), ["root ReleaseSmall"]);
        assert!(other[0].links_libc());
        assert_eq!(of(MESSAGES, "/installed/renamed.wasm".as_ref()).len(), 2);
        assert!(of("", "/installed/p.wasm".as_ref()).is_empty());
    }

    #[test]
    fn a_root_that_cannot_be_read_may_have_a_main() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a root.zig");
        let lines = [
            format!("/z/zig build-exe -Mroot={} --name p -mexec-model=reactor", path.display()),
            format!("/z/zig build-exe \"-Mroot={}\" --name p -mexec-model=reactor", path.display()),
        ];
        for line in lines.map(|line| Command { line }) {
            assert!(line.may_have_main(folder.path()));
            std::fs::write(&path, "//! No main.\nexport fn domain() void {}\n")?;
            assert!(!line.may_have_main(folder.path()));
            std::fs::write(&path, "pub const main = @import(\"other.zig\").main;\n")?;
            assert!(line.may_have_main(folder.path()));
            std::fs::remove_file(&path)?;
        }
        let command = Command { line: "/z/zig build-exe -Mroot=x.zig --name p".to_owned() };
        assert!(!command.may_have_main(folder.path()));
        Ok(())
    }
}
