//! A call by the contract: values of types that are known only now in; the result, and what the
//! guest made of the memory that it was lent, out.

use polyreactor_convention::contract::{Pointee, Signature, ValueType};
use wasmtime::{StoreContextMut, ValRaw};

use crate::life::Entry;
use crate::passing::{self, Answer, Guest};
use crate::reactor::Compiled;
use crate::session::{Block, Session};
use crate::state::State;
use crate::{BadValue, Datum, Error};

/// What a call by the contract came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered {
    /// What the export has given back, if its type says that it does; of a pointer, what lay
    /// there.
    pub result: Option<Datum>,
    /// The pointers' values that the guest has changed, by the names of their parameters.
    pub changed: Vec<(String, Datum)>,
}

pub(crate) fn call(
    store: StoreContextMut<'_, State>,
    reactor: &Compiled,
    entry: Entry,
    name: &str,
    data: &[Datum],
) -> Result<Answered, Error> {
    let (number, function) = reactor.exports.find(name)?;
    let Some(declared) = &function.declared else {
        return Err(Error::NotDeclared { export: function.name.clone() });
    };
    if !fit(data, declared) {
        let kinds: Vec<_> = data.iter().map(Datum::kind).collect();
        return Err(Error::NotAsDeclared {
            export: function.name.clone(),
            declared: declared.clone(),
            asked: format!("({})", kinds.join(", ")),
        });
    }
    Session::run(store, reactor, entry, |session| {
        let (mut raw, mut lent) = (Vec::new(), Vec::new());
        for (datum, parameter) in data.iter().zip(declared.parameters()) {
            if let ValueType::Ptr(pointee) = &parameter.ty {
                let block = lend(datum, pointee, session)?;
                raw.push(ValRaw::u32(block.address));
                lent.push((&parameter.name, datum, pointee, block));
            } else {
                lower(datum, session, &mut raw)?;
            }
        }
        let answer = session.call(number, function, raw)?;
        let bad = |cause| Error::BadResult { export: function.name.clone(), cause };
        let result = declared.result().map(|ty| lift(ty, &answer, session.guest()));
        let result = result.transpose().map_err(bad)?;
        let mut changed = Vec::new();
        for (name, before, pointee, block) in lent {
            let after = Datum::read(pointee, session.bytes(block)).map_err(|BadValue(text)| {
                bad(BadValue(format!("{text}, behind its argument `{name}`")))
            })?;
            if after != *before {
                changed.push((name.clone(), after));
            }
        }
        Ok(Answered { result, changed })
    })
}

fn fit(data: &[Datum], declared: &Signature) -> bool {
    let parameters = declared.parameters();
    let pairs = data.iter().zip(parameters);
    data.len() == parameters.len()
        && pairs.into_iter().all(|(datum, parameter)| datum.is_a(&parameter.ty))
}

fn lend(datum: &Datum, pointee: &Pointee, session: &mut Session<'_>) -> Result<Block, Error> {
    let layout = pointee.layout();
    let mut bytes = vec![0; layout.size_bytes as usize];
    datum.write(pointee, &mut bytes);
    session.lend(&bytes, layout.align_bytes)
}

/// What stands among the core parameters itself.
fn lower(datum: &Datum, session: &mut Session<'_>, raw: &mut Vec<ValRaw>) -> Result<(), Error> {
    raw.push(match datum {
        Datum::String(text) => return passing::lower_text(text, session, raw),
        Datum::Bool(value) => ValRaw::i32((*value).into()),
        Datum::S32(value) => ValRaw::i32(*value),
        Datum::U32(value) => ValRaw::u32(*value),
        Datum::S64(value) => ValRaw::i64(*value),
        Datum::U64(value) => ValRaw::u64(*value),
        Datum::F32(bits) => ValRaw::f32(*bits),
        Datum::F64(bits) => ValRaw::f64(*bits),
        // Only behind a pointer (`Datum::is_a`).
        Datum::S8(_) | Datum::U8(_) | Datum::S16(_) | Datum::U16(_) => return Ok(()),
        Datum::List(_) | Datum::Record(_) => return Ok(()),
    });
    Ok(())
}

fn lift(ty: &ValueType, raw: &ValRaw, guest: Guest<'_>) -> Result<Datum, BadValue> {
    Ok(match ty {
        ValueType::Bool => Datum::Bool(passing::bool_of(raw.get_i32())?),
        ValueType::S32 => Datum::S32(raw.get_i32()),
        ValueType::U32 => Datum::U32(raw.get_u32()),
        ValueType::S64 => Datum::S64(raw.get_i64()),
        ValueType::U64 => Datum::U64(raw.get_u64()),
        ValueType::F32 => Datum::F32(raw.get_f32()),
        ValueType::F64 => Datum::F64(raw.get_f64()),
        ValueType::String => Datum::String(String::lift(raw, guest)?),
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
            Datum::read(pointee, passing::piece(address, layout.size_bytes, guest.memory)?)?
        }
    })
}
