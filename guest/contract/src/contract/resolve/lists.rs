//! Lists: `list<T>` of any length as a parameter or result, `list<T, N>` of a fixed length in
//! memory.

use super::{MOST_MEMORY_BYTES, Resolver, scalar};
use crate::contract::parse::{DEEPEST, Written};
use crate::types::{Pointee, ValueType};

impl Resolver<'_> {
    /// A list as a parameter or result, `list<T>`: any number of scalars.
    pub(super) fn list_of_any_length(&mut self, written: &Written<'_>) -> Option<ValueType> {
        let whole = &self.text[written.range.clone()];
        let of = match written.arguments.as_deref().unwrap_or_default() {
            [of] => of,
            [_, _] => {
                // Reports the faults inside of the type too.
                let Pointee::List(of, _) = self.list(written, "list")? else { return None };
                let cause = format!("`{whole}` cannot be passed by value");
                let remedy = match *of {
                    Pointee::Scalar(of) => {
                        format!("write `list<{of}>` for any length, or `ptr<{whole}>`")
                    }
                    _ => format!("pass a pointer: `ptr<{whole}>`"),
                };
                self.fault(&written.range, cause, remedy);
                return None;
            }
            _ => {
                let remedy = "write `list<u8>`, with one type in `<>`";
                self.fault(&written.range, "`list` needs the type of its elements", remedy);
                return None;
            }
        };
        if let Some(scalar) = scalar(of.word.text) {
            return self.bare(of).then_some(ValueType::List(scalar));
        }
        let inner = &self.text[of.range.clone()];
        let remedy = match of.word.text {
            "string" => "pass one `string` with a separator between the texts".to_owned(),
            "ptr" => "pass each as a parameter of its own".to_owned(),
            _ => {
                self.pointee(of, "list")?;
                format!("pass a pointer to a fixed number of them: `ptr<list<{inner}, 16>>`")
            }
        };
        let cause =
            format!("the elements of a list of any length are numbers or bools, not `{inner}`");
        self.fault(&written.range, cause, remedy);
        None
    }

    /// A list in memory, `list<T, N>`.
    pub(super) fn list(&mut self, written: &Written<'_>, within: &str) -> Option<Pointee> {
        let [of, length] = written.arguments.as_deref().unwrap_or_default() else {
            let cause = match within {
                "pointer" => "a list behind a pointer needs an element type and a length",
                _ => "a list in memory needs an element type and a length",
            };
            let remedy = match written.arguments.as_deref() {
                Some([of]) if within == "pointer" && scalar(of.word.text).is_some() => {
                    let of = of.word.text;
                    format!("write `list<{of}, 4>`, or for any length `list<{of}>` without `ptr`")
                }
                Some([of]) => {
                    format!("write `list<{}, 4>`, with a type and a length", of.word.text)
                }
                _ => "write `list<u8, 4>`, with a type and a length".to_owned(),
            };
            self.fault(&written.range, cause, remedy);
            return None;
        };
        let element = self.pointee(of, "list");
        let number = length.word.text;
        let is_number = length.arguments.is_none() && number.bytes().all(|b| b.is_ascii_digit());
        if !is_number || number.bytes().all(|b| b == b'0') {
            let cause = match is_number {
                true => "a list cannot have the length 0".to_owned(),
                false => format!("`{}` is no length", &self.text[length.range.clone()]),
            };
            self.fault(&length.range, cause, "write a number of at least 1");
            return None;
        }
        let element = element?;
        let size = u64::from(element.layout().size_bytes);
        let length = number.parse::<u32>().ok().filter(|&length| {
            size.checked_mul(u64::from(length)).is_some_and(|bytes| bytes <= MOST_MEMORY_BYTES)
        });
        let Some(length) = length else {
            let cause = format!(
                "{number} times {size} bytes are too many: a value has to be smaller than 2 GiB"
            );
            self.fault(&written.range, cause, "make the list shorter");
            return None;
        };
        let list = Pointee::List(Box::new(element), length);
        if list.depth() > DEEPEST {
            let cause = format!("lists and records are nested more than {DEEPEST} deep");
            self.fault(&written.range, cause, "make the value flat");
            return None;
        }
        Some(list)
    }
}
