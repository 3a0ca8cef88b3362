//! The calls of a recording, to be compared.

use std::collections::BTreeMap;

use super::Recorded;
use crate::plugin::interface::Interface;
use crate::program::notation;
use crate::program::{Answer, Program};
use crate::record::Recording;
use crate::run::column::World;

impl Recorded {
    /// The calls of a recording, as calls of the exports of `interface`.
    ///
    /// # Errors
    ///
    /// Where a call or an answer does not fit the interface.
    pub(crate) fn of(recording: &Recording, interface: &Interface) -> Result<Self, String> {
        let mut program = Program::default();
        let mut answers: BTreeMap<usize, Vec<Answer>> = BTreeMap::new();
        for (number, step) in recording.steps.iter().enumerate() {
            for event in &step.host_calls {
                let import = interface.imports.iter().position(|import| {
                    let name = format!("{}.{}(", import.module, import.name);
                    event.call.starts_with(&name)
                });
                let Some(import) = import else {
                    return Err(format!(
                        "no implementation imports the function of `{}`",
                        event.call
                    ));
                };
                let result = interface.imports[import].signature.result();
                let answer = match (&event.error, &event.answer) {
                    (Some(_), _) => Answer::Fails,
                    (None, None) => Answer::Returns(None),
                    (None, Some(text)) => notation::answer(text, result)?,
                };
                answers.entry(import).or_default().push(answer);
            }
            if step.call == "_initialize" {
                continue;
            }
            let parsed = notation::parse(&step.call, interface)
                .map_err(|fault| format!("call {number} of the recording: {fault}"))?;
            program.calls.extend(parsed.program.calls);
        }
        program.answers = answers.into_iter().collect();
        let world = World {
            seed: recording.world.seed,
            start_ns: recording.world.start_ns,
            shift_bytes: 0,
        };
        Ok(Recorded { program, world })
    }
}
