//! References to a redirected function outside of code: in tables, globals and element segments.

use std::ops::Range;

use wasmparser::{
    BinaryReader, ConstExpr, ElementItems, ElementSectionReader, GlobalSectionReader, Operator,
    TableInit, TableSectionReader,
};

use super::edit::Edit;
use super::splice::{Splices, number};
use crate::Malformed;
use crate::module::RawSection;

/// The splices in a section that turn each reference to the redirected function into one to its
/// replacement. The code section and the export section are handled by `code.rs` and `write.rs`.
pub(super) fn references(
    edit: &Edit<'_, '_>,
    section: &RawSection<'_>,
) -> Result<Splices, Malformed> {
    const TABLE: u8 = 4;
    const GLOBAL: u8 = 6;
    const ELEMENT: u8 = 9;
    let Some((from, to)) = edit.redirected.filter(|(from, _)| edit.module.is_stored(*from)) else {
        return Ok(Splices::new());
    };
    let content = section.content.clone();
    let reader = BinaryReader::new(&edit.module.bytes[content.clone()], content.start);
    let mut places = Vec::new();
    match section.id {
        TABLE => {
            for table in TableSectionReader::new(reader)? {
                if let TableInit::Expr(expression) = table?.init {
                    in_expression(&expression, from, &mut places)?;
                }
            }
        }
        GLOBAL => {
            for global in GlobalSectionReader::new(reader)? {
                in_expression(&global?.init_expr, from, &mut places)?;
            }
        }
        ELEMENT => {
            for element in ElementSectionReader::new(reader)? {
                match element?.items {
                    ElementItems::Functions(functions) => {
                        let end = functions.range().end;
                        let items: Vec<_> =
                            functions.into_iter_with_offsets().collect::<Result<_, _>>()?;
                        let ends = items.iter().skip(1).map(|(start, _)| *start).chain([end]);
                        let found = items.iter().zip(ends).filter(|((_, f), _)| *f == from);
                        places.extend(found.map(|((start, _), end)| *start..end));
                    }
                    ElementItems::Expressions(_, expressions) => {
                        for expression in expressions {
                            in_expression(&expression?, from, &mut places)?;
                        }
                    }
                }
            }
        }
        _ => {}
    }
    let to = edit.number(to);
    Ok(places.into_iter().map(|place| (place.clone(), number(to, place.len()))).collect())
}

fn in_expression(
    expression: &ConstExpr<'_>,
    from: u32,
    places: &mut Vec<Range<usize>>,
) -> Result<(), Malformed> {
    let mut operators = expression.get_operators_reader();
    while !operators.eof() {
        let start = operators.original_position();
        if let Operator::RefFunc { function_index } = operators.read()?
            && function_index == from
        {
            // The index of the function follows the opcode, which is one byte.
            places.push(start + 1..operators.original_position());
        }
    }
    Ok(())
}
