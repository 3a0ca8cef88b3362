//! Carries a plan out: the bytes and what is to be done to them in, new bytes and what was
//! done out.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use walrus::{FunctionId, IndicesToIds, ModuleConfig};

use super::guard::guarded;
use super::{Change, Plan, Refused, constructors, debug, initialize, leftovers, unwrap};
use crate::Malformed;
use crate::producers::POLYREACTOR;

/// Custom sections that speak of places in the module, which are others afterwards. The
/// debug information is rewritten; these are not.
const STALE: &[&str] = &["linking", "sourceMappingURL", "external_debug_info"];
const STALE_PREFIXES: &[&str] = &["reloc.", "metadata.code."];

/// Why a valid module could not be rewritten.
enum Failure {
    /// It has what walrus does not read: a young proposal.
    Unknown(String),
    /// Something panicked.
    Fault(String),
}

/// What the passes know a function by: its number before, its id in walrus.
pub(super) type Ids = HashMap<u32, FunctionId>;

pub(super) fn rewrite(
    bytes: &[u8],
    plan: &Plan<'_, '_>,
) -> Result<(Vec<u8>, Vec<Change>), Refused> {
    let is_info = |(name, _): &(&str, &[u8])| *name == ".debug_info";
    let mut dropped = None;
    if plan.module.debug_sections.iter().any(is_info) {
        let rewritten = match debug::fault(plan.module) {
            Some(why) => Err(why),
            None => attempt(bytes, plan, true).map_err(|failure| failure.to_string()),
        };
        match rewritten {
            Ok(done) => return Ok(done),
            Err(why) => dropped = Some(Change::DroppedDebugInformation { why }),
        }
    }
    let (bytes, mut changes) = attempt(bytes, plan, false)?;
    changes.extend(dropped);
    Ok((bytes, changes))
}

fn attempt(
    bytes: &[u8],
    plan: &Plan<'_, '_>,
    with_debug: bool,
) -> Result<(Vec<u8>, Vec<Change>), Failure> {
    guarded(|| {
        let functions = plan.module.functions();
        let (mut module, ids) = parse(bytes, functions, with_debug).map_err(Failure::Unknown)?;
        let mut changes = drop_stale_sections(&mut module);
        if let Some(wrapped) = &plan.wrapped {
            changes.push(unwrap::unwrap(&mut module, &ids, wrapped));
        }
        changes.extend(constructors::guard(&mut module, &ids, plan));
        changes.extend(initialize::initialize(&mut module, &ids, plan));
        changes.extend(leftovers::remove(&mut module));
        module.producers.add_processed_by(POLYREACTOR, env!("CARGO_PKG_VERSION"));
        Ok((module.emit_wasm(), changes))
    })
    .map_err(Failure::Fault)?
}

fn parse(bytes: &[u8], functions: u32, with_debug: bool) -> Result<(walrus::Module, Ids), String> {
    let ids = Arc::new(Mutex::new(Ids::new()));
    let mut config = ModuleConfig::new();
    config.generate_dwarf(with_debug);
    config.on_parse({
        let ids = ids.clone();
        move |_, indices: &IndicesToIds| {
            let mut ids = ids.lock().expect("nobody panics while holding it");
            for function in 0..functions {
                ids.insert(function, indices.get_func(function)?);
            }
            Ok(())
        }
    });
    let module = config.parse(bytes).map_err(|error| format!("{error:#}"))?;
    let ids = std::mem::take(&mut *ids.lock().expect("nobody panics while holding it"));
    Ok((module, ids))
}

fn drop_stale_sections(module: &mut walrus::Module) -> Vec<Change> {
    let stale = |name: &str| {
        STALE.contains(&name) || STALE_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    };
    let sections: Vec<_> = module
        .customs
        .iter()
        .filter(|(_, section)| stale(section.name()))
        .map(|(id, section)| (id, section.name().to_owned()))
        .collect();
    sections
        .into_iter()
        .map(|(id, name)| {
            module.customs.delete(id);
            Change::DroppedSection { name }
        })
        .collect()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Failure::Unknown(why) | Failure::Fault(why)) = self;
        f.write_str(why)
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unknown(why) => {
                let what = format!("something that cannot be rewritten ({why})");
                Refused::Malformed(Malformed::Unsupported { what })
            }
            Failure::Fault(why) => Refused::Failed { why },
        }
    }
}
