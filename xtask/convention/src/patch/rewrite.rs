//! Carries a plan out: the bytes and what is to be done to them in, new bytes and what was
//! done out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use walrus::{FunctionId, IndicesToIds, ModuleConfig};

use super::guard::guarded;
use super::{Change, Plan, Refused, constructors, initialize, leftovers, unwrap};
use crate::producers::POLYREACTOR;

/// Custom sections that speak of places in the module, which are others afterwards. The
/// debug information is rewritten; these are not.
const STALE: &[&str] = &["linking", "sourceMappingURL", "external_debug_info"];
const STALE_PREFIXES: &[&str] = &["reloc.", "metadata.code."];

/// What the passes know a function by: its number before, its id in walrus.
pub(super) type Ids = HashMap<u32, FunctionId>;

pub(super) fn rewrite(
    bytes: &[u8],
    plan: &Plan<'_, '_>,
) -> Result<(Vec<u8>, Vec<Change>), Refused> {
    let has_debug = plan.module.sections.iter().any(|(name, _)| name == ".debug_info");
    if !has_debug {
        return attempt(bytes, plan, false).map_err(|why| Refused::Failed { why });
    }
    match attempt(bytes, plan, true) {
        Ok(done) => Ok(done),
        Err(why) => {
            let (bytes, mut changes) =
                attempt(bytes, plan, false).map_err(|why| Refused::Failed { why })?;
            changes.push(Change::DroppedDebugInformation { why });
            Ok((bytes, changes))
        }
    }
}

fn attempt(
    bytes: &[u8],
    plan: &Plan<'_, '_>,
    with_debug: bool,
) -> Result<(Vec<u8>, Vec<Change>), String> {
    guarded(|| {
        let (mut module, ids) = parse(bytes, plan.module.functions(), with_debug)?;
        let mut changes = drop_stale_sections(&mut module);
        if let Some(wrapped) = &plan.wrapped {
            changes.push(unwrap::unwrap(&mut module, &ids, wrapped));
        }
        changes.extend(constructors::guard(&mut module, &ids, plan));
        changes.extend(initialize::initialize(&mut module, &ids, plan));
        changes.extend(leftovers::remove(&mut module));
        module.producers.add_processed_by(POLYREACTOR, env!("CARGO_PKG_VERSION"));
        Ok((module.emit_wasm(), changes))
    })?
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
