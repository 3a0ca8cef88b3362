//! Function bodies: validates each, and collects the functions it refers to and the proposals it
//! uses.

use std::collections::BTreeSet;

use wasmparser::{FuncToValidate, FuncValidatorAllocations, FunctionBody, ValidatorResources};

use super::proposals::{self, Proposal};
use crate::Malformed;

/// The most values that the validator's operand stack may hold. An instruction of two bytes can
/// push a thousand values (a call or a block with as many results), so without a limit a small
/// module could make the validator allocate all memory.
const MAX_OPERANDS: u32 = 1_000_000;

/// Reads bodies one after the other, and reuses the allocations of the validator.
#[derive(Default)]
pub(super) struct BodyReader {
    allocations: FuncValidatorAllocations,
    /// The functions that the last body calls directly or refers to by `ref.func`, in the order of
    /// the instructions.
    pub(super) callees: Vec<u32>,
    /// The callees that the last body refers to by `ref.func`: any code that receives the
    /// reference may call them.
    pub(super) referenced: Vec<u32>,
    /// Whether the last body calls through a table or a reference.
    pub(super) indirect: bool,
    /// The proposals that any body read so far uses.
    pub(super) proposals: BTreeSet<Proposal>,
}

impl BodyReader {
    /// Validates the body, and in the same pass reads the opcode of each instruction: that is much
    /// faster than decoding all instructions a second time.
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
            if validator.operand_stack_height() > MAX_OPERANDS {
                let what = "a function that puts a million values on the stack".to_owned();
                return Err(Malformed::Unsupported { what });
            }
            // The instruction is valid, so reading its parts again cannot fail.
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
