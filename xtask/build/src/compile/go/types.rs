//! What to write instead where Go's compiler refuses a type, which it names without another.

/// What to write instead, where Go's line has an answer.
pub(super) fn answer(line: &str) -> Option<String> {
    if let Some((_, ty)) = line.split_once(": unsupported parameter type ") {
        return Some(parameter(ty.trim()));
    }
    if let Some((pragma, ty)) = line.split_once(": unsupported result type ") {
        return Some(result(ty.trim(), pragma.ends_with("go:wasmimport")));
    }
    let known = MESSAGES.iter().find(|(message, _)| line.contains(message));
    known.map(|(_, answer)| (*answer).to_owned())
}

/// What Go says that isn't about one type.
const MESSAGES: [(&str, &str); 7] = [
    (
        ": too many return values",
        "return one value; the others go into a struct that the caller passes a pointer to",
    ),
    (
        "wasmexport function argument too large",
        "parameters and result take more than 128 bytes, as Go counts (a string 16, all others up \
         to 8): pass a pointer to a struct",
    ),
    (
        "bad Get: invalid register",
        "an exported function has more than 16 parameters (a string counts as two), which Go's \
         compiler cannot do: pass a pointer to a struct",
    ),
    (
        "cannot use //go:wasmexport on a method",
        "export a function that calls the method: a host has no receiver to pass",
    ),
    ("redeclared", "if two functions are exported by one name, give one of them another"),
    (
        "can only use //go:wasmimport with external func implementations",
        "a function of the host's has no body: take its braces away",
    ),
    (
        "missing function body",
        "for a function of the host's, `//go:wasmimport MODULE NAME` stands right above it",
    ),
];

fn parameter(ty: &str) -> String {
    let instead = match ty {
        "[]byte" | "[]uint8" => {
            "string (text in UTF-8), or a pointer to an array of a fixed length,"
        }
        _ if ty.starts_with("[]") => "a pointer to an array of a fixed length (*[4]int32)",
        _ => return refused(ty),
    };
    format!("write {instead} for {ty}")
}

fn result(ty: &str, imported: bool) -> String {
    match (ty, imported) {
        ("string", true) => "write guest.Text for a host function's string result, and read it \
            with Take (package polyreactor.example/guest)"
            .to_owned(),
        ("string", false) => "write guest.Text for a string result, and make it with \
            guest.Return (package polyreactor.example/guest)"
            .to_owned(),
        ("error", _) => "an error cannot cross: return a bool or a guest.Text that says what \
            went wrong, or panic"
            .to_owned(),
        _ if ty.starts_with(['*', '[']) => {
            format!("{ty} cannot be a result: let the caller pass a pointer to where it goes")
        }
        _ => refused(ty),
    }
}

/// What neither a parameter nor a result can be.
fn refused(ty: &str) -> String {
    match ty {
        "int" | "uint" => {
            format!("write {ty}32 or {ty}64 for {ty}, whose size is the machine's")
        }
        "int8" | "uint8" | "byte" | "int16" | "uint16" => format!(
            "write int32 or uint32 for {ty}, which crosses behind a pointer only, in an array or \
             a struct"
        ),
        "complex64" | "complex128" => format!("pass two floats for {ty}"),
        "error" | "any" | "interface {}" => nothing_like_it(ty),
        _ if ["map[", "chan ", "<-chan ", "chan<- ", "func(", "interface {", "interface{"]
            .iter()
            .any(|start| ty.starts_with(start)) =>
        {
            nothing_like_it(ty)
        }
        _ if ty.starts_with('*') => format!(
            "{ty} cannot cross: behind a pointer there may be bools, numbers of a fixed size \
             (int32, not int), arrays of these, and structs of these that have `_ \
             structs.HostLayout` as a field, as has each struct in them; no pointers, strings or \
             slices"
        ),
        _ if ty.starts_with('[') => format!("pass a pointer to it: *{ty}"),
        _ => format!(
            "{ty} cannot cross by value: if it is a struct, give it `_ structs.HostLayout` as a \
             field and pass a pointer to it, *{ty}"
        ),
    }
}

fn nothing_like_it(ty: &str) -> String {
    format!(
        "{ty} cannot cross: bool, int32, uint32, int64, uint64, float32, float64, string and \
         pointers to these, to arrays and to structs with structs.HostLayout can"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::explained;

    fn help(said: &str) -> Vec<String> {
        explained::by_line(said, answer)
    }

    /// Lines as Go 1.24 to 1.27 print them, and a part of the answer.
    const SAID: [(&str, &str); 22] = [
        ("./main.go:13:6: go:wasmexport: unsupported parameter type int", "write int32 or int64"),
        ("./main.go:15:6: go:wasmexport: unsupported parameter type uint8", "write int32 or uint"),
        ("./main.go:55:6: go:wasmexport: unsupported parameter type byte", "for byte, which cross"),
        ("./main.go:17:6: go:wasmexport: unsupported parameter type []byte", "write string (text"),
        ("./main.go:45:6: go:wasmexport: unsupported parameter type []int32", "fixed length (*[4]"),
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
            "cannot cross: b",
        ),
        ("./main.go:39:6: go:wasmexport: unsupported parameter type any", "any cannot cross: bool"),
        ("./main.go:41:6: go:wasmexport: unsupported parameter type func()", "func() cannot cross"),
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
    fn what_go_refuses_has_a_portable_way() {
        for (said, answer) in SAID {
            let help = help(said);
            assert!(help.len() == 1 && help[0].contains(answer), "{said}\n{help:#?}");
        }
    }

    #[test]
    fn an_answer_is_given_once_and_in_order() {
        let said = "# example.test/plugin\n\
            ./a.go:1:6: go:wasmexport: unsupported parameter type int\n\
            ./a.go:2:6: go:wasmexport: too many return values\n\
            ./a.go:3:6: go:wasmexport: unsupported parameter type int\n";
        let help = help(said);
        assert_eq!(help.len(), 2, "{help:#?}");
        assert!(help[0].starts_with("write int32"));
    }

    #[test]
    fn other_messages_have_no_answer() {
        assert!(help("./main.go:3:2: undefined: x\nno required module provides it\n").is_empty());
    }
}
