//! A contract accepts a signature exactly if it is within the limits of this crate.

use polyreactor_contract::Draft;
use polyreactor_layout::limits::GoFrame;

#[test]
fn a_contract_accepts_the_signatures_that_fit() {
    let types = [("bool", 1), ("f32", 4), ("s64", 8), ("ptr<s32>", 8), ("string", 16)];
    for (many, many_bytes) in types {
        for (few, few_bytes) in types {
            for count in 1..=17 {
                for (result, has_result) in [(" -> f32", true), ("", false)] {
                    let mut frame = GoFrame::EMPTY.with_parameter(few_bytes);
                    let mut parameters = vec![format!("p: {few}")];
                    for at in 0..count {
                        frame = frame.with_parameter(many_bytes);
                        parameters.push(format!("p{at}: {many}"));
                    }
                    let fits = frame.with_result(has_result).fits();
                    let signature = format!("({}){result}", parameters.join(", "));
                    assert_eq!(is_accepted_by_a_contract(&signature), fits, "{signature}");
                }
            }
        }
    }
}

fn is_accepted_by_a_contract(signature: &str) -> bool {
    let mut draft = Draft::default();
    draft.exports.push(("f".to_owned(), signature.to_owned()));
    draft.check().is_ok()
}
