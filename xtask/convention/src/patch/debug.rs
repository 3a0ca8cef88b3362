//! Whether debug information can be rewritten in bounded time and memory: sections in, what
//! is wrong with them out.
//!
//! The rewriting goes down the tree of entries by recursion, and copies what an entry refers
//! to each time that one does. A small file may ask for a stack or for time without end.

use gimli::{Dwarf, EndianSlice, LittleEndian, Unit};

use crate::module::Module;

type Bytes<'a> = EndianSlice<'a, LittleEndian>;

/// Compilers nest entries about twenty deep.
const DEEPEST: isize = 500;

/// How often all of it may be gone through, at most, where things refer to one another.
const MOST_READINGS: usize = 64;

/// Why the debug information should rather be left out. Faults that end the reading of it are
/// none: the rewriting will find them too, and be stopped by them.
pub(super) fn fault(module: &Module<'_>) -> Option<String> {
    let section = |name: &str| {
        let found = module.debug_sections.iter().find(|(other, _)| *other == name);
        found.map_or(&[][..], |(_, data)| data)
    };
    let load = |id: gimli::SectionId| Ok(EndianSlice::new(section(id.name()), LittleEndian));
    let dwarf = Dwarf::load(load).unwrap_or_else(|never: std::convert::Infallible| match never {});
    let size: usize = module.debug_sections.iter().map(|(_, data)| data.len()).sum();
    let mut left = size * MOST_READINGS;
    let mut headers = dwarf.units();
    while let Ok(Some(header)) = headers.next() {
        let Ok(unit) = dwarf.unit(header) else { break };
        if let Err(why) = look_at(&dwarf, &unit, &mut left) {
            return Some(why.to_owned());
        }
    }
    None
}

fn look_at<'a>(
    dwarf: &Dwarf<Bytes<'a>>,
    unit: &Unit<Bytes<'a>>,
    left: &mut usize,
) -> Result<(), &'static str> {
    let spend = |left: &mut usize, bytes: usize| {
        *left = left.checked_sub(bytes).ok_or("its parts refer to one another too often")?;
        Ok(())
    };
    // Each unit reads its tables, which others may share, from the beginning.
    let mut code = 1;
    while unit.abbreviations.get(code).is_some() {
        code += 1;
    }
    spend(left, code as usize)?;
    if let Some(program) = &unit.line_program {
        spend(left, program.header().raw_program_buf().len())?;
    }
    let Ok(mut entries) = unit.entries_raw(None) else { return Ok(()) };
    while !entries.is_empty() {
        if entries.next_depth() > DEEPEST {
            return Err("its entries are nested too deep");
        }
        let Ok(abbreviation) = entries.read_abbreviation() else { return Ok(()) };
        for specification in abbreviation.map_or(&[][..], |it| it.attributes()) {
            let Ok(attribute) = entries.read_attribute(*specification) else { return Ok(()) };
            let value = attribute.value();
            if let Ok(string) = dwarf.attr_string(unit, value) {
                spend(left, string.len())?;
            }
            if let Ok(Some(mut ranges)) = dwarf.attr_ranges(unit, value) {
                while let Ok(Some(_)) = ranges.next() {
                    spend(left, RANGE_BYTES)?;
                }
            }
            if let Ok(Some(mut locations)) = dwarf.attr_locations(unit, value) {
                while let Ok(Some(_)) = locations.next() {
                    spend(left, RANGE_BYTES)?;
                }
            }
        }
    }
    Ok(())
}

/// Two addresses, of four bytes each.
const RANGE_BYTES: usize = 8;
