//! A function's body: bytes in; validated, and what it names, out.

use std::collections::BTreeSet;

use wasmparser::{FuncToValidate, FuncValidatorAllocations, FunctionBody, ValidatorResources};

use super::proposals::{self, Proposal};
use crate::Malformed;

/// The most values that may lie on the stack at once. Code that is never reached may push a
/// thousand of them with every block, so that a small module could ask for all memory.
const MOST_OPERANDS: u32 = 1_000_000;

/// Reads bodies one after the other, with one set of allocations.
#[derive(Default)]
pub(super) struct BodyReader {
    allocations: FuncValidatorAllocations,
    /// The functions that the body names.
    pub(super) callees: Vec<u32>,
    /// Those of them that are named by `ref.func`: whoever takes a reference may call it, and
    /// so may whoever gets it.
    pub(super) referenced: Vec<u32>,
    /// Whether the body calls through a table or a reference.
    pub(super) indirect: bool,
    /// The proposals that this body and those before it make use of.
    pub(super) proposals: BTreeSet<Proposal>,
}

impl BodyReader {
    /// Validates the body, and looks at the first byte of each instruction on the way: that
    /// is much faster than to decode all of them once more.
    pub(super) fn read(
        &mut self,
        function: FuncToValidate<ValidatorResources>,
        body: &FunctionBody<'_>,
    ) -> Result<(), Malformed> {
        self.callees.clear();
        self.referenced.clear();
        self.indirect = false;
        let mut validator = function.into_validator(std::mem::take(&mut self.allocations));
        let mut reader = body.get_binary_reader();
        validator.read_locals(&mut reader)?;
        reader.set_features(*validator.features());
        while !reader.eof() {
            let offset = reader.original_position();
            let mut ahead = reader.clone();
            reader.visit_operator(&mut validator.visitor(offset))??;
            if validator.operand_stack_height() > MOST_OPERANDS {
                let what = "a function that puts a million values on the stack".to_owned();
                return Err(Malformed::Unsupported { what });
            }
            // It was valid, so that it can be read again.
            let first = ahead.read_u8()?;
            if let Some(proposal) = proposals::of_instruction(first, ahead.clone()) {
                self.proposals.insert(proposal);
            }
            match first {
                CALL | RETURN_CALL => self.callees.push(ahead.read_var_u32()?),
                REF_FUNC => {
                    let function = ahead.read_var_u32()?;
                    self.callees.push(function);
                    self.referenced.push(function);
                }
                CALL_INDIRECT..=RETURN_CALL_REF => self.indirect = true,
                _ => {}
            }
        }
        reader.finish_expression(&validator.visitor(reader.original_position()))?;
        self.allocations = validator.into_allocations();
        Ok(())
    }
}

const CALL: u8 = 0x10;
const CALL_INDIRECT: u8 = 0x11;
const RETURN_CALL: u8 = 0x12;
const RETURN_CALL_REF: u8 = 0x15;
const REF_FUNC: u8 = 0xd2;
