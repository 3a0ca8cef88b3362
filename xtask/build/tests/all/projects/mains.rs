//! A `main` in a reactor (B015): noted where it never runs; exits where it runs and fails.

use super::project::{BUILD_ZIG, GO_MOD, Project, go_program, says};

#[test]
fn gos_main_that_does_something_is_noted() {
    for (main, is_noted) in [
        ("func main() {}", false),
        ("func main() {\n\t// Nothing to do.\n\treturn\n}", false),
        ("func main() { n = 20 }", true),
        ("func main() { select {} }", true),
        ("func main() {\n\tfor {\n\t}\n}", true),
        ("func main() { println(\"started\") }", true),
    ] {
        let program = go_program("get", main);
        let project = Project::of_plugin("", &[("go/go.mod", GO_MOD), ("go/main.go", &program)]);
        let notes = project.notes();
        assert_eq!(notes.len(), usize::from(is_noted), "{main}: {notes:?}");
        for note in notes {
            says(&note, &["note[B015]", "Go never runs `main` in a reactor", "`func init()`"]);
        }
    }
}

#[test]
fn gos_main_without_function_names_is_noted_as_unknown() {
    let program = go_program("get", "func main() {}");
    let files = [("go/go.mod", GO_MOD), ("go/main.go", &*program)];
    let project = Project::of_plugin("[go]\nldflags = \"-s\"\n", &files);
    says(&project.notes().join("\n"), &["note[B015]", "have no names", "--strip"]);
}

fn zig(more: &str, main: &str) -> Project {
    let build_zig = BUILD_ZIG.replace("    .optimize", &format!("{more} .optimize"));
    let source =
        format!("var n: i32 = 0;\n\nexport fn get() i32 {{\n    return n;\n}}\n\n{main}\n");
    Project::of_plugin("", &[("zig/build.zig", &build_zig), ("zig/main.zig", &source)])
}

/// The changed start code exits, which the host reports as a failed init (B015).
#[test]
fn zigs_main_that_fails_exits() {
    for (main, exits) in [
        ("", false),
        ("pub fn main() void {\n    n = 20;\n}", false),
        ("pub fn main() u8 {\n    n = 20;\n    return 3;\n}", true),
        ("pub fn main() !void {\n    n = 20;\n    if (n > 3) return error.No;\n}", true),
        (
            "const other = struct {\n    fn fails() u8 {\n        return 3;\n    }\n};\n\npub const \
          main = other.fails;",
            true,
        ),
    ] {
        let project = zig("", main);
        let notes = project.notes();
        assert!(notes.is_empty(), "{main}: {notes:?}");
        let found = project.imports("zig/p").contains(&"proc_exit".to_owned());
        assert_eq!(found, exits, "{main}");
    }
}

#[test]
fn zigs_main_beside_libc_is_noted() {
    let project = zig(".link_libc = true,", "pub fn main() void {\n    n = 20;\n}");
    says(&project.notes().join("\n"), &["note[B015]", "never runs", ".init_array"]);
    assert!(zig(".link_libc = true,", "").notes().is_empty());
}
