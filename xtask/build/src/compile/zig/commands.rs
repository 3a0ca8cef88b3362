//! The commands that `zig build --verbose` prints; they show how the module was compiled.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A command of a compile step: it compiles for WebAssembly.
///
/// A command that a build.zig runs itself, with `b.addSystemCommand`, is not among them, although
/// it is printed too: the next build, which takes its output from the cache, does not print it.
#[derive(Clone)]
pub(super) struct Command {
    line: String,
}

/// A Zig module in a command.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Module<'c> {
    pub(super) name: &'c str,
    /// Its mode, unless it inherits the mode of the module that imports it.
    pub(super) mode: Option<Mode>,
}

/// A mode of Zig.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Debug,
    ReleaseSafe,
    ReleaseFast,
    ReleaseSmall,
}

/// What a command compiles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Output {
    Executable,
    Library,
    Object,
}

/// What is linked into a module beside its own command.
#[derive(Default)]
pub(super) struct Linked {
    /// The commands that compile static libraries and objects.
    pub(super) commands: Vec<Command>,
    /// The names of libraries and objects that the build has made, but not with a compile step.
    pub(super) unknown: BTreeSet<String>,
}

/// The commands that compile `module`, by its name. If no command has that name, because the module
/// was installed under another one, all commands that compile executables for WASI.
pub(super) fn of(messages: &str, module: &Path) -> Vec<Command> {
    let name = module.file_stem().unwrap_or_default().to_string_lossy();
    let all = || {
        commands(messages).filter(|command| {
            command.output() == Some(Output::Executable) && command.line.contains("wasm32-wasi")
        })
    };
    let own: Vec<_> = all().filter(|command| command.name() == Some(&*name)).collect();
    if own.is_empty() { all().collect() } else { own }
}

/// What is linked into the modules of these commands, directly or as part of a library.
pub(super) fn linked(messages: &str, modules: &[Command]) -> Linked {
    let candidates: Vec<Command> =
        commands(messages).filter(|command| command.output() != Some(Output::Executable)).collect();
    let mut linked = Linked::default();
    let mut pending: Vec<Command> = modules.to_vec();
    let mut seen = BTreeSet::new();
    while let Some(command) = pending.pop() {
        for (file, is_made) in command.objects() {
            if !seen.insert(file.to_owned()) {
                continue;
            }
            let makes = |command: &&Command| command.file_name().is_some_and(|name| name == file);
            let made: Vec<_> = candidates.iter().filter(makes).cloned().collect();
            if made.is_empty() && is_made {
                linked.unknown.insert(file.to_owned());
            }
            linked.commands.extend(made.iter().cloned());
            pending.extend(made);
        }
    }
    linked
}

fn commands(messages: &str) -> impl Iterator<Item = Command> {
    let is_of_a_step = |line: &&str| line.contains(" --listen=-") && line.contains("wasm32");
    let all = messages.lines().filter(is_of_a_step).map(|line| Command { line: line.to_owned() });
    all.filter(|command| command.output().is_some())
}

impl Command {
    pub(super) fn output(&self) -> Option<Output> {
        self.words().find_map(|word| match word {
            "build-exe" => Some(Output::Executable),
            "build-lib" => Some(Output::Library),
            "build-obj" => Some(Output::Object),
            _ => None,
        })
    }

    /// The name of the executable, library or object.
    pub(super) fn name(&self) -> Option<&str> {
        let mut words = self.words();
        words.find(|word| *word == "--name")?;
        words.next()
    }

    /// The Zig modules: from `-OMODE … -MNAME=FILE`, the root module first. A command that compiles
    /// C only has none.
    pub(super) fn modules(&self) -> Vec<Module<'_>> {
        let (mut found, mut mode) = (Vec::new(), None);
        for word in self.words() {
            if let Some(text) = word.strip_prefix("-O") {
                mode = Mode::parse(text);
            } else if let Some(module) = word.strip_prefix("-M") {
                let mode = mode.take();
                if let Some((name, _)) = module.split_once('=') {
                    found.push(Module { name, mode });
                }
            }
        }
        found
    }

    /// The name of the library or object file.
    fn file_name(&self) -> Option<String> {
        let name = self.name()?;
        match self.output()? {
            Output::Executable => None,
            Output::Library => Some(format!("lib{name}.a")),
            Output::Object => Some(format!("{name}.o")),
        }
    }

    /// The names of the libraries and objects that the command links, each with whether the build
    /// has made it: in zig's cache, `o/HASH/NAME`.
    fn objects(&self) -> impl Iterator<Item = (&str, bool)> {
        let files = self.words().filter(|word| !word.starts_with('-'));
        files.filter_map(|word| {
            let mut parts = word.rsplit(['/', '\\']).filter(|part| !part.is_empty());
            let name = parts.next()?;
            let is_hash =
                |part: &str| part.len() == 32 && part.chars().all(|c| c.is_ascii_hexdigit());
            let is_made = parts.next().is_some_and(is_hash) && parts.next() == Some("o");
            let is_object = Path::new(name).extension().is_some_and(|is| is == "a" || is == "o");
            is_object.then_some((name, is_made))
        })
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.line.split_whitespace().map(|word| word.trim_matches('"'))
    }

    /// Whether libc is linked.
    pub(super) fn links_libc(&self) -> bool {
        self.words().any(|word| word == "-lc")
    }

    /// Whether the module is to be a reactor.
    pub(super) fn is_reactor(&self) -> bool {
        self.words().any(|word| word == "-mexec-model=reactor")
    }

    /// Whether Zig's start code may call a `main` of the root module. False if the root file, which
    /// is relative to `folder`, does not contain the word; true if the file cannot be read.
    pub(super) fn may_have_main(&self, folder: &Path) -> bool {
        if !self.is_reactor() {
            return false;
        }
        let Some((_, rest)) = self.line.split_once("-Mroot=") else { return false };
        match file(folder, rest).and_then(|file| std::fs::read_to_string(file).ok()) {
            Some(text) => mentions_main(&text),
            None => true,
        }
    }
}

impl Mode {
    /// Zig 0.17 writes the short names.
    fn parse(text: &str) -> Option<Self> {
        match text {
            "Debug" | "debug" => Some(Mode::Debug),
            "ReleaseSafe" | "safe" => Some(Mode::ReleaseSafe),
            "ReleaseFast" | "fast" => Some(Mode::ReleaseFast),
            "ReleaseSmall" | "small" => Some(Mode::ReleaseSmall),
            _ => None,
        }
    }

    pub(super) fn is_unsafe(self) -> bool {
        matches!(self, Mode::ReleaseFast | Mode::ReleaseSmall)
    }
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
/z/zig build-exe -O ReleaseFast -target wasm32-wasi --name p main.zig -femit-bin=p.wasm
/z/zig build-exe -fno-entry c.c /c/o/0123456789abcdef0123456789abcdef/libfast.a /p/made/elsewhere.o -OReleaseSafe -target wasm32-wasi --dep fast -Mroot=/p/main.zig -OReleaseFast -Mfast=/p/fast.zig -Mdefault=/p/x.zig --cache-dir c --name p -mexec-model=reactor --listen=-
/z/zig build-lib c.c \"/c d/o/0123456789abcdef0123456789abcdef/own.o\" /c/o/0123456789abcdef0123456789abcdee/step.o -OReleaseFast -target wasm32-freestanding -Mroot --name fast -static --listen=-
/z/zig build-obj -OReleaseSmall -target wasm32-wasi -Mroot=/p/step.zig --name step --listen=-
/z/zig build-obj -OReleaseSmall -Mroot=/p/elsewhere.zig --name elsewhere --listen=-
info(verbose): /z/zig build-exe -Osmall -target wasm32-wasi -lc -Mroot=main.zig --name other -mexec-model=reactor --listen=-
";

    fn modules(commands: &[Command]) -> Vec<(&str, Option<Mode>)> {
        let modules = commands.iter().flat_map(Command::modules);
        modules.map(|module| (module.name, module.mode)).collect()
    }

    #[test]
    fn commands_show_how_a_module_was_compiled() {
        let own = of(MESSAGES, "/installed/p.wasm".as_ref());
        let expected = [
            ("root", Some(Mode::ReleaseSafe)),
            ("fast", Some(Mode::ReleaseFast)),
            ("default", None),
        ];
        assert_eq!(modules(&own), expected);
        assert!(!own[0].links_libc());
        let other = of(MESSAGES, "/installed/other.wasm".as_ref());
        assert_eq!(modules(&other), [("root", Some(Mode::ReleaseSmall))]);
        assert!(other[0].links_libc());
        assert_eq!(of(MESSAGES, "/installed/renamed.wasm".as_ref()).len(), 2);
        assert!(of("", "/installed/p.wasm".as_ref()).is_empty());
    }

    /// A command that the build.zig runs itself is printed only when it runs.
    #[test]
    fn a_command_that_is_not_a_compile_step_shows_nothing() {
        let line = MESSAGES.lines().nth(1).expect("the command without `--listen`");
        assert!(of(line, "/installed/p.wasm".as_ref()).is_empty());
    }

    #[test]
    fn libraries_and_objects_are_followed_to_their_commands() {
        let linked = linked(MESSAGES, &of(MESSAGES, "/installed/p.wasm".as_ref()));
        let names: Vec<_> = linked.commands.iter().filter_map(Command::name).collect();
        assert_eq!(names, ["fast", "step"]);
        assert_eq!(modules(&linked.commands), [("root", Some(Mode::ReleaseSmall))]);
        assert_eq!(linked.unknown.into_iter().collect::<Vec<_>>(), ["own.o"]);
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
