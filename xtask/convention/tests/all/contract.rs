//! Contracts in modules: where they stand, and what leaves them there.

use polyreactor_contract::Draft;
use polyreactor_convention::{Strip, inspect, strip};

/// Behind the bytes of a module, and still there when its names are gone.
#[test]
fn a_module_holds_all_of_it() {
    let mut draft = Draft::default();
    draft.exports.push(("z".to_owned(), "(p: ptr<point>) -> string".to_owned()));
    draft.imports.push(("host".to_owned(), vec![("a".to_owned(), "() -> bool".to_owned())]));
    let field = |name: &str, ty: &str| (name.to_owned(), ty.to_owned());
    let fields = vec![field("z", "s32"), field("a", "list<f64, 2>")];
    draft.records.push(("point".to_owned(), fields));
    let contract = draft.check().expect("nothing is wrong with it");

    let module = wat::parse_str("(module $m (memory (export \"memory\") 1))").expect("it is valid");
    let with = contract.append_to(&module);
    assert_eq!(with[..module.len()], module);
    assert_eq!(inspect(&with).expect("it is valid").declared(), Some(&contract));
    let stripped = strip(&with, Strip::Names).expect("it is valid");
    assert!(stripped.len() < with.len());
    assert_eq!(inspect(&stripped).expect("it is valid").declared(), Some(&contract));
    assert_eq!(inspect(&module).expect("it is valid").contract, None);
}
