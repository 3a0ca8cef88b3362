//! Conditions of the calls of an export: `div: b != 0`.

use polyreactor_contract::{Fault, Outcome, Val};

use super::super::expr::{Env, Expr, Type};
use super::super::fault::at;
use super::super::interface::Interface;
use super::super::reader::{Reader, Value};
use super::not_called;

/// A condition of the calls of one export.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The index of the export in the interface.
    pub export: usize,
    /// The condition.
    pub expr: Expr,
}

impl Condition {
    /// Whether the condition holds for a call; `None` if it is undefined. `outcome` is `None` for a
    /// condition of the arguments alone.
    pub fn holds(
        &self,
        interface: &Interface,
        arguments: &[Val],
        outcome: Option<&Outcome>,
    ) -> Option<bool> {
        let mut env = Env::default();
        if let Some(Outcome { results, changed }) = outcome {
            // The first value of a name is used: the result before a parameter that is called
            // `result`, and what a pointer points to after the call before its argument.
            if let [result] = &results[..] {
                env = env.with("result", result);
            }
            env = changed.iter().fold(env, |env, (name, value)| env.with(name, value));
        }
        let export = interface.exports.get(self.export)?;
        self.expr.holds(&export.add_to(env, arguments))
    }
}

/// Reads `EXPORT: CONDITION`s.
pub(super) fn conditions(
    reader: &mut Reader<'_>,
    value: &Value<'_>,
    exports: &[usize],
    has_result: bool,
) -> Vec<Condition> {
    let form = match has_result {
        true => "write `holds = [\"inc: result > a\"]`",
        false => "write `when = [\"div: b != 0\"]`",
    };
    let texts = reader.texts(value, form);
    let parsed = texts.iter().filter_map(|text| {
        let condition = condition(text.text, reader.interface, exports, has_result);
        reader.keep(text, condition)
    });
    parsed.collect()
}

fn condition(
    text: &str,
    interface: &Interface,
    exports: &[usize],
    has_result: bool,
) -> Result<Condition, Fault> {
    let begin = text.len() - text.trim_start().len();
    // An export's name may contain a colon, so the longest name that fits is meant.
    let names = interface.exports.iter().map(|export| export.name.as_str());
    let fits = names.filter(|name| {
        let rest = text[begin..].strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
    });
    let name = match fits.max_by_key(|name| name.len()) {
        Some(name) => name,
        None => match text[begin..].split_once(':') {
            Some((name, _)) => name.trim_end(),
            None => {
                let remedy = "write `EXPORT: CONDITION`, as in `div: b != 0`";
                return Err(at(begin..text.len(), "the export is missing", remedy));
            }
        },
    };
    let place = begin..begin + name.len();
    let export = interface.export(name, &place)?;
    if !exports.contains(&export) {
        return Err(not_called(name, place));
    }
    let colon = place.end + text[place.end..].find(':').map_or(0, |colon| colon + 1);
    let found = &interface.exports[export];
    let mut scope = found.scope();
    if has_result && let Some(ty) = found.result() {
        // Before the parameters, because a parameter may be called `result` too.
        scope = scope.with_first("result", ty);
    }
    let expr = Expr::parse(&text[colon..], &scope, Some(&Type::BOOL));
    let expr = expr.map_err(|fault| fault.map(|place| place.start + colon..place.end + colon))?;
    Ok(Condition { export, expr })
}

#[cfg(test)]
mod tests {
    use super::super::super::calls::tests::interface;
    use super::*;

    #[test]
    fn a_condition_sees_the_result_and_what_pointers_point_to_afterwards() {
        let interface = interface();
        let of = |text: &str| condition(text, &interface, &[1, 4, 8], true).unwrap();
        let point = |x| Val::record([("x", Val::from(x)), ("y", Val::from(0.5_f32))]);
        let mut outcome = Outcome { results: vec![Val::from(true)], changed: Vec::new() };
        let arguments = [point(1), Val::from(2.0)];
        let doubled = of("scale: result and p.x == 2");
        assert_eq!(doubled.holds(&interface, &arguments, Some(&outcome)), Some(false));
        outcome.changed.push(("p".to_owned(), point(2)));
        assert_eq!(doubled.holds(&interface, &arguments, Some(&outcome)), Some(true));

        let arguments = [Val::from(7), Val::from(0)];
        assert_eq!(of("div: a / b > 0").holds(&interface, &arguments, None), None);
        let core = [Val::from(7), Val::from(1_i64)];
        assert_eq!(of("core: a > 6 and b == 1").holds(&interface, &core, None), Some(true));
    }

    #[track_caller]
    fn refused(text: &str) -> String {
        let fault = condition(text, &interface(), &[0, 1, 4, 6, 7], true).unwrap_err();
        format!("{}: {fault}", &text[fault.place.clone()])
    }

    #[test]
    fn a_condition_names_an_export_and_uses_its_parameters_and_result() {
        for text in ["div: result * b <= a", " inc :result > by", "scale: p.x == 1 and result"] {
            condition(text, &interface(), &[0, 1, 4], true).unwrap();
        }
        assert_eq!(condition("a=b;it's: x > 0", &interface(), &[7], false).unwrap().export, 7);
        assert!(refused("dib: b").starts_with("dib: there is no export `dib` (did you mean"));
        assert!(refused("div: b").starts_with("b: `b` is of type s32, not bool"));
        assert!(refused("div: c > 0").starts_with("c: there is no `c` here"));
        assert!(refused("reset: result").starts_with("result: `result` is no value"));
        assert!(refused("b > 0").starts_with("b > 0: the export is missing"));
        assert!(refused("sum: true").starts_with("sum: this property does not call `sum`"));
    }
}
