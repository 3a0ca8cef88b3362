//! Host functions under comparison: every call is recorded, and answered as the program says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use polyreactor_contract::{List, Pointee, Scalar, Val, ValueType};
use polyreactor_host::{Caller, Linker};

use crate::compare::observe::HostCall;
use crate::plugin::interface::Interface;
use crate::program::Answer;
use crate::run::column::lock;
use crate::run::script::Script;

/// The answers that are left, and the calls that were made.
pub(crate) struct HostState {
    answers: HashMap<usize, std::vec::IntoIter<Answer>>,
    log: Vec<HostCall>,
}

/// The most calls of host functions that are recorded for one call: a guest in a loop would
/// otherwise use up the memory of the machine. Later calls are counted by the time limit only.
const MOST_CALLS: usize = 10_000;

impl HostState {
    pub(crate) fn new(answers: &[(usize, Vec<Answer>)]) -> Self {
        let answers =
            answers.iter().map(|(import, answers)| (*import, answers.clone().into_iter()));
        HostState { answers: answers.collect(), log: Vec::new() }
    }

    pub(crate) fn take_log(&mut self) -> Vec<HostCall> {
        std::mem::take(&mut self.log)
    }
}

/// Why a host function failed on purpose.
#[derive(Debug)]
struct Injected(String);

impl std::fmt::Display for Injected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Injected {}

/// Defines all host functions that the plugin imports.
pub(crate) fn define(
    linker: &mut Linker,
    interface: &Interface,
    scripts: &HashMap<usize, Arc<dyn Script>>,
) -> Result<()> {
    for (number, import) in interface.imports.iter().enumerate() {
        let name = format!("{}.{}", import.module, import.name);
        let script = scripts.get(&number).cloned();
        let result = import.signature.result().cloned();
        let function = move |caller: &mut Caller<'_>, arguments: &[Val]| {
            let Some(state) = caller.state::<Arc<Mutex<HostState>>>().cloned() else {
                return Err(Injected("the instance has no host state".to_owned()));
            };
            let answer = {
                let mut state = lock(&state);
                if state.log.len() < MOST_CALLS {
                    let arguments = arguments.to_vec();
                    state.log.push(HostCall { name: name.clone(), arguments });
                }
                state.answers.get_mut(&number).and_then(Iterator::next)
            };
            if let Some(script) = &script {
                return script.answer(caller, arguments).map_err(Injected);
            }
            match answer {
                Some(Answer::Returns(value)) => Ok(value),
                Some(Answer::Fails) => Err(Injected("a fault of the parity run".to_owned())),
                None => Ok(result.as_ref().and_then(simplest)),
            }
        };
        linker.func_dynamic(&import.module, &import.name, &import.signature, function)?;
    }
    Ok(())
}

/// The simplest value of a type: 0, false, an empty string or list.
pub(crate) fn simplest(ty: &ValueType) -> Option<Val> {
    Some(match ty {
        ValueType::Bool => Val::Bool(false),
        ValueType::S32 => Val::S32(0),
        ValueType::U32 => Val::U32(0),
        ValueType::S64 => Val::S64(0),
        ValueType::U64 => Val::U64(0),
        ValueType::F32 => Val::F32(0.0),
        ValueType::F64 => Val::F64(0.0),
        ValueType::String => Val::String(String::new()),
        ValueType::List(_) => Val::List(std::iter::empty::<Val>().collect::<List>()),
        ValueType::Ptr(pointee) => simplest_pointee(pointee),
    })
}

fn simplest_pointee(pointee: &Pointee) -> Val {
    match pointee {
        Pointee::Scalar(scalar) => match scalar {
            Scalar::Bool => Val::Bool(false),
            Scalar::S8 => Val::S8(0),
            Scalar::U8 => Val::U8(0),
            Scalar::S16 => Val::S16(0),
            Scalar::U16 => Val::U16(0),
            Scalar::S32 => Val::S32(0),
            Scalar::U32 => Val::U32(0),
            Scalar::S64 => Val::S64(0),
            Scalar::U64 => Val::U64(0),
            Scalar::F32 => Val::F32(0.0),
            Scalar::F64 => Val::F64(0.0),
        },
        Pointee::List(of, length) => {
            Val::List((0..*length).map(|_| simplest_pointee(of)).collect())
        }
        Pointee::Record(record) => Val::record(
            record.fields().iter().map(|field| (field.name.clone(), simplest_pointee(&field.ty))),
        ),
    }
}
