//! Contracts in modules: the section is appended, read back, and survives `strip`.

use polyreactor_contract::Draft;
use polyreactor_convention::{Strip, inspect, strip};

/// The section follows the bytes of the module, and is still there after `strip`.
#[test]
fn a_module_carries_its_whole_contract() {
    let mut draft = Draft::default();
    draft.exports.push(("z".to_owned(), "(p: ptr<point>) -> string".to_owned()));
    draft.imports.push(("host".to_owned(), vec![("a".to_owned(), "() -> bool".to_owned())]));
    let field = |name: &str, ty: &str| (name.to_owned(), ty.to_owned());
    let fields = vec![field("z", "s32"), field("a", "list<f64, 2>")];
    draft.records.push(("point".to_owned(), fields));
    let contract = draft.check().expect("the contract is valid");

    let module =
        wat::parse_str("(module $m (memory (export \"memory\") 1))").expect("the module is valid");
    let with = contract.append_to(&module);
    assert_eq!(with[..module.len()], module);
    assert_eq!(inspect(&with).expect("the module is valid").declared(), Some(&contract));
    let stripped = strip(&with, Strip::Names).expect("the module is valid");
    assert!(stripped.len() < with.len());
    assert_eq!(inspect(&stripped).expect("the module is valid").declared(), Some(&contract));
    assert_eq!(inspect(&module).expect("the module is valid").contract, None);
}
