//! Runs two modules in an interpreter (wasmi), and finds the first difference between them.
//!
//! An interpreter, because two hundred thousand small modules are run for a few calls each:
//! compiling a module takes longer than interpreting these calls.

use anyhow::{Context, Result, bail};
use fastrand::Rng;
use wasmi::{Engine, Instance, Module, Store, Val};

/// A call. Its arguments follow from the seed and the type of the function.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) seed: u64,
}

/// How a call ended: with the bits of its results, or with a trap.
type Outcome = Result<Vec<u64>, String>;

/// An instance in the interpreter.
pub(crate) struct Machine {
    store: Store<()>,
    instance: Instance,
}

impl Machine {
    pub(crate) fn new(bytes: &[u8]) -> Result<Self> {
        let engine = Engine::default();
        let module = Module::new(&engine, bytes).context("wasmi does not accept the module")?;
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]);
        let instance = instance.context("the module cannot be instantiated")?;
        Ok(Machine { store, instance })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.instance.get_func(&self.store, name).is_some()
    }

    /// Makes a call. Fails only for errors other than a trap.
    pub(crate) fn call(&mut self, call: &Call) -> Result<Outcome> {
        let function = self.instance.get_func(&self.store, &call.name);
        let function = function.with_context(|| format!("no exported function `{}`", call.name))?;
        let ty = function.ty(&self.store);
        let mut random = Rng::with_seed(call.seed);
        let arguments: Vec<Val> = ty.params().iter().map(|ty| value(*ty, &mut random)).collect();
        let mut results: Vec<Val> = ty.results().iter().map(|ty| Val::default(*ty)).collect();
        match function.call(&mut self.store, &arguments, &mut results) {
            Ok(()) => Ok(Ok(results.iter().map(bits).collect())),
            Err(error) => match error.as_trap_code() {
                Some(trap) => Ok(Err(trap.to_string())),
                None => Err(error.into()),
            },
        }
    }

    /// The observable state: the exported globals by name, and the memory.
    fn state(&self) -> (Vec<(String, u64)>, &[u8]) {
        let mut globals = Vec::new();
        let mut memory: &[u8] = &[];
        for export in self.instance.exports(&self.store) {
            let name = export.name().to_owned();
            if let Some(global) = export.clone().into_global() {
                globals.push((name, bits(&global.get(&self.store))));
            } else if let Some(exported) = export.into_memory() {
                memory = exported.data(&self.store);
            }
        }
        globals.sort();
        (globals, memory)
    }
}

/// Makes the calls on both instances. Fails at the first call whose outcomes differ, or after which
/// the states differ. Stops after an `_initialize` that trapped in both, and then returns `false`.
pub(crate) fn compare(left: &mut Machine, right: &mut Machine, calls: &[Call]) -> Result<bool> {
    for (number, call) in calls.iter().enumerate() {
        let (one, other) = (left.call(call)?, right.call(call)?);
        if one != other {
            bail!("call {number}, {call:?}: {one:?} and {other:?}");
        }
        let ((globals, memory), (other_globals, other_memory)) = (left.state(), right.state());
        if globals != other_globals {
            bail!("after call {number}, {call:?}: globals {globals:?} and {other_globals:?}");
        }
        if memory != other_memory {
            bail!("after call {number}, {call:?}: the memories differ");
        }
        if one.is_err() && call.name == "_initialize" {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A random number of that type; small ones are frequent.
fn value(ty: wasmi::ValType, random: &mut Rng) -> Val {
    let small = random.i32(-4..20);
    let is_small = random.bool();
    match ty {
        wasmi::ValType::I32 => Val::I32(if is_small { small } else { random.i32(..) }),
        wasmi::ValType::I64 => Val::I64(if is_small { small.into() } else { random.i64(..) }),
        wasmi::ValType::F32 => {
            Val::F32((if is_small { small as f32 } else { random.f32() }).into())
        }
        wasmi::ValType::F64 => {
            Val::F64((if is_small { small.into() } else { random.f64() }).into())
        }
        other => Val::default(other),
    }
}

fn bits(value: &Val) -> u64 {
    match value {
        Val::I32(number) => u64::from(*number as u32),
        Val::I64(number) => *number as u64,
        Val::F32(number) => number.to_bits().into(),
        Val::F64(number) => number.to_bits(),
        _ => 0,
    }
}
