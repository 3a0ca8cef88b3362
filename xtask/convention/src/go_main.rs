//! Finds a Go module whose `main` does something: a Go reactor never runs `main` (B015).

use wasmparser::Operator;

use crate::Malformed;
use crate::module::Module;

/// Whether `main.main` of a module that Go compiled does more than return. Go links `main.main`
/// into a reactor but never runs it (CONVENTION, B015).
///
/// The evidence is the function's code. The function is found by its name in the name section:
/// without that name, the result is `None`.
///
/// # Errors
///
/// [`Malformed`] if `bytes` are not a valid core module.
pub fn go_main_does_something(bytes: &[u8]) -> Result<Option<bool>, Malformed> {
    let module = Module::read(bytes)?;
    let body = module.named("main.main").and_then(|function| module.operators(function));
    let Some(mut body) = body else { return Ok(None) };
    while !body.eof() {
        let operator = body.read()?;
        // The frame that Go emits around an empty function: the resume point (`br_table`) and the
        // adjustment of the stack pointer.
        let belongs_to_frame = matches!(
            operator,
            Operator::LocalGet { .. }
                | Operator::LocalSet { .. }
                | Operator::LocalTee { .. }
                | Operator::GlobalGet { .. }
                | Operator::GlobalSet { .. }
                | Operator::I32Const { .. }
                | Operator::I32Add
                | Operator::I32Sub
                | Operator::Block { .. }
                | Operator::BrTable { .. }
                | Operator::Return
                | Operator::Unreachable
                | Operator::Nop
                | Operator::End
        );
        if !belongs_to_frame {
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result_for(work: &str) -> Option<bool> {
        // As Go 1.24 to 1.27 compile `func main() {}`.
        let text = format!(
            "(module (global (mut i32) i32.const 0) (memory 1)
              (func $main.main (param i32) (result i32) (local i32)
                global.get 0 local.set 1
                block block local.get 0 br_table 0 1 end
                  {work}
                  local.get 1 i32.const 8 i32.add local.tee 1 global.set 0
                  i32.const 0 return
                end unreachable))"
        );
        let module = wat::parse_str(text).expect("the text is valid");
        go_main_does_something(&module).expect("the module is valid")
    }

    #[test]
    fn the_code_of_main_shows_whether_it_does_something() {
        assert_eq!(result_for(""), Some(false));
        for work in
            ["i32.const 0 i64.const 20 i64.store32", "loop br 0 end", "i32.const 0 call 0 drop"]
        {
            assert_eq!(result_for(work), Some(true), "{work}");
        }
        let nameless = wat::parse_str("(module (func (call 0)))").expect("the text is valid");
        assert_eq!(go_main_does_something(&nameless).expect("the module is valid"), None);
    }
}
