//! The room that Go has for a function's arguments and its result, which is the least of the
//! three languages: types in; whether they fit, before the plugin is built, out.

/// What Go has on its stack for the arguments and the result of an exported function.
pub const MOST_BYTES: usize = 128;

/// As many registers Go has for what crosses to an exported function.
pub const MOST_CORE_PARAMETERS: usize = 16;

const REGISTER: usize = 8;

/// What a function takes. Counted as a contract is, by `Signature` in `polyreactor-contract`.
#[derive(Clone, Copy)]
pub struct Room {
    /// On Go's stack.
    pub bytes: usize,
    /// As they cross: a string is two.
    pub core_parameters: usize,
}

impl Room {
    /// What a function without arguments takes.
    pub const NONE: Room = Room { bytes: 0, core_parameters: 0 };

    /// With one argument more, of so many bytes: 1 for a bool, 4 or 8 for a number, 8 for a
    /// pointer, as Go's addresses are 64 bits wide, 16 for a string.
    pub const fn and(self, bytes: usize) -> Room {
        let (align, core_parameters) = if bytes > REGISTER { (REGISTER, 2) } else { (bytes, 1) };
        Room {
            bytes: self.bytes.next_multiple_of(align) + bytes,
            core_parameters: self.core_parameters + core_parameters,
        }
    }

    /// With a result, or without: it has a register for itself.
    pub const fn answering(self, answers: bool) -> Room {
        let result = if answers { REGISTER } else { 0 };
        Room { bytes: self.bytes.next_multiple_of(REGISTER) + result, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polyreactor_contract::Draft;

    /// What a contract refuses, is refused here.
    #[test]
    fn the_count_is_the_contracts() {
        let types = [("bool", 1), ("f32", 4), ("s64", 8), ("ptr<s32>", 8), ("string", 16)];
        for (many, many_bytes) in types {
            for (few, few_bytes) in types {
                for count in 1..=17 {
                    let mut room = Room::NONE.and(few_bytes);
                    let mut parameters = vec![format!("p: {few}")];
                    for at in 0..count {
                        room = room.and(many_bytes);
                        parameters.push(format!("p{at}: {many}"));
                    }
                    let room = room.answering(true);
                    let signature = format!("({}) -> f32", parameters.join(", "));
                    let fits =
                        room.bytes <= MOST_BYTES && room.core_parameters <= MOST_CORE_PARAMETERS;
                    assert_eq!(is_taken_by_a_contract(&signature), fits, "{signature}");
                }
            }
        }
    }

    fn is_taken_by_a_contract(signature: &str) -> bool {
        let mut draft = Draft::default();
        draft.exports.push(("f".to_owned(), signature.to_owned()));
        draft.check().is_ok()
    }
}
