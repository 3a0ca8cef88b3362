//! Remedies for types that Go's compiler refuses in exports and imports: its messages suggest no
//! alternative.

/// The remedy for a line of Go's messages; `None` for all other lines.
pub(super) fn remedy(line: &str) -> Option<String> {
    if let Some((_, ty)) = line.split_once(": unsupported parameter type ") {
        return Some(parameter(ty.trim()));
    }
    if let Some((pragma, ty)) = line.split_once(": unsupported result type ") {
        return Some(result(ty.trim(), pragma.ends_with("go:wasmimport")));
    }
    let known = MESSAGES.iter().find(|(message, _)| line.contains(message));
    known.map(|(_, remedy)| (*remedy).to_owned())
}

/// Parts of Go's messages that are not about one type, each with the remedy.
const MESSAGES: [(&str, &str); 7] = [
    (
        ": too many return values",
        "return one value; write the others to a struct, to which the caller passes a pointer",
    ),
    (
        "wasmexport function argument too large",
        "the parameters and the result take more than 128 bytes (a string takes 16, other types up \
         to 8): pass a pointer to a struct",
    ),
    (
        "bad Get: invalid register",
        "an exported function has more than 16 parameters (a string counts as two), which Go's \
         compiler does not support: pass a pointer to a struct",
    ),
    (
        "cannot use //go:wasmexport on a method",
        "export a function that calls the method: a host cannot pass a receiver",
    ),
    ("redeclared", "if two functions are exported under one name, rename one of the exports"),
    (
        "can only use //go:wasmimport with external func implementations",
        "a host function has no body: remove its braces",
    ),
    (
        "missing function body",
        "to import a host function, put `//go:wasmimport MODULE NAME` on the line above it",
    ),
];

fn parameter(ty: &str) -> String {
    match ty.strip_prefix("[]") {
        Some(element) if is_list_element(element) => format!(
            "write guest.List[{element}] for {ty}, and read it with Slice (package {PACKAGE}); or \
             string for text in UTF-8"
        ),
        Some(_) => format!(
            "write guest.List of a number of a fixed size or of bools for {ty} (package {PACKAGE}), \
             or a pointer to an array of a fixed length"
        ),
        None => refused(ty),
    }
}

/// The package of types that Go itself cannot pass.
const PACKAGE: &str = "polyreactor.example/guest";

/// Whether `guest.List` can hold elements of the type.
fn is_list_element(ty: &str) -> bool {
    let sized = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"];
    ["bool", "byte", "float32", "float64"].contains(&ty) || sized.contains(&ty)
}

fn result(ty: &str, imported: bool) -> String {
    match (ty, imported) {
        ("string", true) => format!(
            "write guest.Text for a host function's string result, and read it with Take (package \
             {PACKAGE})"
        ),
        ("string", false) => format!(
            "write guest.Text for a string result, and make it with guest.Return (package {PACKAGE})"
        ),
        ("error", _) => {
            "an error cannot be passed to a host: return a bool or a guest.Text with the \
            message, or panic"
                .to_owned()
        }
        _ if ty.strip_prefix("[]").is_some_and(is_list_element) => {
            let element = &ty["[]".len()..];
            let how = if imported { "read it with Take" } else { "make it with guest.ReturnList" };
            format!("write guest.ListResult[{element}] for {ty}, and {how} (package {PACKAGE})")
        }
        _ if ty.starts_with(['*', '[']) => {
            format!("{ty} cannot be a result: have the caller pass a pointer to write it to")
        }
        _ => refused(ty),
    }
}

/// The remedy for a type that can be neither a parameter nor a result.
fn refused(ty: &str) -> String {
    match ty {
        "int" | "uint" => {
            format!("write {ty}32 or {ty}64 for {ty}, whose size depends on the platform")
        }
        "int8" | "uint8" | "byte" | "int16" | "uint16" => format!(
            "write int32 or uint32 for {ty}, which can be passed only in a guest.List, or behind a \
             pointer in an array or a struct"
        ),
        "complex64" | "complex128" => format!("pass two floats for {ty}"),
        "error" | "any" | "interface {}" => unsupported(ty),
        _ if ["map[", "chan ", "<-chan ", "chan<- ", "func(", "interface {", "interface{"]
            .iter()
            .any(|start| ty.starts_with(start)) =>
        {
            unsupported(ty)
        }
        _ if ty.starts_with('*') => format!(
            "{ty} cannot be passed: a pointer may point to a bool, a number of a fixed size \
             (int32, not int), an array of these, or a struct of these in which it and each inner \
             struct has the field `_ structs.HostLayout`; no pointers, strings or slices"
        ),
        _ if ty.starts_with('[') => format!("pass a pointer to it: *{ty}"),
        _ => format!(
            "{ty} cannot be passed by value: if it is a struct, add the field \
             `_ structs.HostLayout` and pass a pointer to it, *{ty}"
        ),
    }
}

/// The remedy for a type that has no counterpart at this level.
fn unsupported(ty: &str) -> String {
    format!(
        "{ty} cannot be passed: use bool, int32, uint32, int64, uint64, float32, float64, string, \
         guest.List, or a pointer to a number, a bool, an array or a struct with \
         structs.HostLayout"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::explained;

    fn help(messages: &str) -> Vec<String> {
        explained::by_line(messages, remedy)
    }

    /// Lines as Go 1.24 to 1.27 print them, each with a part of the remedy.
    const LINES: [(&str, &str); 27] = [
        ("./main.go:13:6: go:wasmexport: unsupported parameter type int", "write int32 or int64"),
        ("./main.go:15:6: go:wasmexport: unsupported parameter type uint8", "write int32 or uint"),
        ("./main.go:55:6: go:wasmexport: unsupported parameter type byte", "for byte, which can b"),
        ("./main.go:17:6: go:wasmexport: unsupported parameter type []byte", "guest.List[byte]"),
        ("./main.go:45:6: go:wasmexport: unsupported parameter type []int32", "List[int32] for []"),
        (
            "./main.go:45:6: go:wasmexport: unsupported parameter type []int",
            "of a fixed size or of",
        ),
        ("./main.go:45:6: go:wasmexport: unsupported parameter type [][]byte", "fixed size or of"),
        ("./main.go:45:6: go:wasmexport: unsupported result type []byte", "with guest.ReturnList"),
        ("./main.go:60:6: go:wasmimport: unsupported result type []float64", "read it with Take"),
        ("./main.go:45:6: go:wasmexport: unsupported result type []int", "a pointer to write it"),
        (
            "./main.go:19:6: go:wasmexport: unsupported parameter type s1",
            "pass a pointer to it, *s1",
        ),
        ("./main.go:21:6: go:wasmexport: unsupported parameter type *s1", "`_ structs.HostLayout`"),
        ("./main.go:55:6: go:wasmexport: unsupported parameter type *[3]int", "(int32, not int)"),
        ("./main.go:51:6: go:wasmexport: unsupported parameter type *string", "no pointers, str"),
        ("./main.go:29:6: go:wasmexport: unsupported result type string", "make it with guest.Ret"),
        ("./main.go:60:6: go:wasmimport: unsupported result type string", "read it with Take"),
        (
            "./main.go:33:6: go:wasmexport: unsupported result type error",
            "return a bool or a guest",
        ),
        ("./main.go:49:6: go:wasmexport: unsupported result type int", "write int32 or int64"),
        (
            "./main.go:37:6: go:wasmexport: unsupported parameter type map[string]int",
            "cannot be passed: use b",
        ),
        ("./main.go:39:6: go:wasmexport: unsupported parameter type any", "any cannot be passed: "),
        (
            "./main.go:41:6: go:wasmexport: unsupported parameter type func()",
            "func() cannot be pas",
        ),
        ("./main.go:47:6: go:wasmexport: unsupported parameter type [4]int32", "to it: *[4]int32"),
        ("./main.go:57:6: go:wasmexport: unsupported parameter type complex64", "two floats"),
        ("./main.go:31:6: go:wasmexport: too many return values", "return one value"),
        ("./main.go:59:6: wasmexport function argument too large", "more than 128 bytes"),
        (
            "./main.go:4:6: internal compiler error: panic: bad Get: invalid register",
            "than 16 para",
        ),
        ("./main.go:4:6: cannot use //go:wasmexport on a method", "a function that calls the meth"),
    ];

    #[test]
    fn every_type_that_go_refuses_has_a_remedy() {
        for (line, part) in LINES {
            let help = help(line);
            assert!(help.len() == 1 && help[0].contains(part), "{line}\n{help:#?}");
        }
    }

    #[test]
    fn a_remedy_is_given_once_and_in_order() {
        let messages = "# example.test/plugin\n\
            ./a.go:1:6: go:wasmexport: unsupported parameter type int\n\
            ./a.go:2:6: go:wasmexport: too many return values\n\
            ./a.go:3:6: go:wasmexport: unsupported parameter type int\n";
        let help = help(messages);
        assert_eq!(help.len(), 2, "{help:#?}");
        assert!(help[0].starts_with("write int32"));
    }

    #[test]
    fn other_messages_have_no_remedy() {
        assert!(help("./main.go:3:2: undefined: x\nno required module provides it\n").is_empty());
    }
}
