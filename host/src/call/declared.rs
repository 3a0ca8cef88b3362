//! A call by the contract, with values whose types are known only at run time.

use polyreactor_contract::{Pointee, Returned, Signature, Val, ValueType};
use wasmtime::{StoreContextMut, ValRaw};

use crate::abi::call_scope::{Block, Session};
use crate::abi::lists;
use crate::abi::values::{self as passing, Answer, Guest};
use crate::instance::life_cycle::Entry;
use crate::instance::state::State;
use crate::load::reactor::Compiled;
use crate::{BadValue, Error};

pub(crate) fn call(
    store: StoreContextMut<'_, State>,
    reactor: &Compiled,
    entry: Entry,
    name: &str,
    values: &[Val],
) -> Result<Returned, Error> {
    let (number, function) = reactor.exports.find(name)?;
    let Some(declared) = &function.declared else {
        return Err(Error::NotDeclared { export: function.name.clone() });
    };
    if !fit(values, declared) {
        let kinds: Vec<_> = values.iter().map(kind).collect();
        return Err(Error::NotAsDeclared {
            export: function.name.clone(),
            declared: declared.clone(),
            asked: format!("({})", kinds.join(", ")),
        });
    }
    Session::run(store, reactor, entry, |session| {
        let (mut raw, mut lent) = (Vec::new(), Vec::new());
        for (value, parameter) in values.iter().zip(declared.parameters()) {
            if let ValueType::Ptr(pointee) = &parameter.ty {
                let block = lend(value, pointee, session)?;
                raw.push(ValRaw::u32(block.address));
                lent.push((&parameter.name, value, pointee, block));
            } else {
                lower(value, &parameter.ty, session, &mut raw)?;
            }
        }
        let answer = session.call(number, function, raw)?;
        let bad = |cause| Error::BadResult { export: function.name.clone(), cause };
        let result = declared.result().map(|ty| lift(ty, &answer, session.guest()));
        let result = result.transpose().map_err(bad)?;
        let mut changed = Vec::new();
        for (name, before, pointee, block) in lent {
            let after = Val::load(pointee, session.bytes(block))
                .map_err(|cause| bad(BadValue(format!("{cause}, behind its argument `{name}`"))))?;
            if after != *before {
                changed.push((name.clone(), after));
            }
        }
        Ok(Returned { results: result.into_iter().collect(), changed })
    })
}

fn fit(values: &[Val], declared: &Signature) -> bool {
    let parameters = declared.parameters();
    let pairs = values.iter().zip(parameters);
    values.len() == parameters.len()
        && pairs.into_iter().all(|(value, parameter)| value.is_a(&parameter.ty))
}

/// How a value is called in a message.
fn kind(value: &Val) -> String {
    match value {
        Val::List(values) => format!("{} of {}", value.ty(), values.len()),
        other => other.ty().to_string(),
    }
}

fn lend(value: &Val, pointee: &Pointee, session: &mut Session<'_>) -> Result<Block, Error> {
    let layout = pointee.layout();
    let mut bytes = vec![0; layout.size_bytes as usize];
    let stored = value.store(pointee, &mut bytes);
    stored.map_err(|cause| Error::Host { cause: cause.to_string() })?;
    session.lend(&bytes, layout.align_bytes)
}

/// What stands among the core parameters itself.
fn lower(
    value: &Val,
    ty: &ValueType,
    session: &mut Session<'_>,
    raw: &mut Vec<ValRaw>,
) -> Result<(), Error> {
    if let (Val::List(values), ValueType::List(scalar)) = (value, ty) {
        // Of scalars (`Val::is_a`).
        return lists::lower(values.bytes().unwrap_or_default(), *scalar, session, raw);
    }
    raw.push(match value {
        Val::String(text) => return passing::lower_text(text, session, raw),
        Val::Bool(value) => ValRaw::i32((*value).into()),
        Val::S32(value) => ValRaw::i32(*value),
        Val::U32(value) => ValRaw::u32(*value),
        Val::S64(value) => ValRaw::i64(*value),
        Val::U64(value) => ValRaw::u64(*value),
        Val::F32(value) => ValRaw::f32(value.to_bits()),
        Val::F64(value) => ValRaw::f64(value.to_bits()),
        // No parameter by itself (`Val::is_a`).
        other => return Err(Error::Host { cause: format!("{} can't be passed", other.ty()) }),
    });
    Ok(())
}

fn lift(ty: &ValueType, raw: &ValRaw, guest: Guest<'_>) -> Result<Val, BadValue> {
    Ok(match ty {
        ValueType::Bool => Val::Bool(passing::bool_of(raw.get_i32())?),
        ValueType::S32 => Val::S32(raw.get_i32()),
        ValueType::U32 => Val::U32(raw.get_u32()),
        ValueType::S64 => Val::S64(raw.get_i64()),
        ValueType::U64 => Val::U64(raw.get_u64()),
        ValueType::F32 => Val::F32(f32::from_bits(raw.get_f32())),
        ValueType::F64 => Val::F64(f64::from_bits(raw.get_f64())),
        ValueType::String => Val::String(String::lift(raw, guest)?),
        ValueType::List(scalar) => Val::List(lists::lift_result(raw, *scalar, guest)?),
        ValueType::Ptr(pointee) => {
            /// What a guest can have the host read, and take many times as much memory for.
            const MOST_BYTES: u32 = 1 << 20;
            let layout = pointee.layout();
            if layout.size_bytes > MOST_BYTES {
                let size = layout.size_bytes;
                return Err(BadValue(format!("a {pointee} of {size} bytes, over {MOST_BYTES}")));
            }
            let address = raw.get_u32();
            passing::check_pointer(address, layout.align_bytes)?;
            Val::load(pointee, passing::piece(address, layout.size_bytes, guest.memory)?)?
        }
    })
}
