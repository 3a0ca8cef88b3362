//! The answer of one host function: reads the keys that declare it.

use polyreactor_contract::{Fault, quote};

use super::super::calls::{Argument, SuiteCall, parse_calls};
use super::super::expr::{Expr, Scope, Type};
use super::super::fault::{at, near_or};
use super::super::interface::HostFunction;
use super::super::reader::{Entry, Reader, Text, Value};
use super::{Answer, Row};

/// The keys that declare an answer, without `table`.
pub(super) const ANSWERS: [&str; 5] = ["returns", "echo", "fails", "traps", "calls"];

/// Reads the answers of one function.
pub(super) struct Part<'r, 'a> {
    pub(super) reader: &'r mut Reader<'a>,
    pub(super) function: &'a HostFunction,
}

impl Part<'_, '_> {
    /// The answer that the entries declare: there has to be exactly one.
    pub(super) fn answer(
        &mut self,
        value: &Value<'_>,
        entries: &[Entry<'_, '_>],
        has_table: bool,
    ) -> Option<Answer> {
        let is_answer = |name: &str| ANSWERS.contains(&name) || (has_table && name == "table");
        let mut answers = entries.iter().filter(|(key, _)| is_answer(key.get_ref()));
        let Some((key, answer)) = answers.next() else {
            let cause = "there is no answer";
            self.reader.fault(value.span(), cause, "write `returns`, `echo`, `fails` or `calls`");
            return None;
        };
        if let Some((second, _)) = answers.next() {
            let cause = format!("there is an answer already, `{}`", key.get_ref());
            self.reader.fault(second.span(), cause, "leave one of them out");
            return None;
        }
        match &**key.get_ref() {
            "returns" => {
                let text = self.reader.text(answer, "write `returns = \"a + 1\"`")?;
                self.expr(&text, Self::result).map(Answer::Returns)
            }
            "echo" => self.echo(answer),
            "fails" => {
                let form = "write `fails = \"no such key\"`";
                self.reader.owned(answer, form).map(Answer::Fails)
            }
            "traps" => {
                let form = "write `traps = true`, or leave it out";
                if !self.reader.bool(answer, form)? {
                    self.reader.fault(answer.span(), "`false` is no answer", form);
                    return None;
                }
                Some(Answer::Fails("the suite lets this function fail".to_owned()))
            }
            "calls" => self.calls(answer).map(Answer::Calls),
            _ => self.table(answer),
        }
    }

    /// The parameter that is returned.
    fn echo(&mut self, value: &Value<'_>) -> Option<Answer> {
        let text = self.reader.text(value, "write `echo = \"a\"`")?;
        let signature = &self.function.signature;
        let mut parameters = signature.parameters().iter();
        let Some(parameter) = parameters.find(|parameter| parameter.name == text.text) else {
            let names = signature.parameters().iter().map(|parameter| parameter.name.as_str());
            let remedy = near_or(None, "the parameters are: ", names);
            let cause = format!("there is no parameter `{}`", quote::excerpt(text.text));
            self.reader.fault(text.place, cause, &remedy);
            return None;
        };
        if signature.result() != Some(&parameter.ty) {
            let (name, ty) = (quote::excerpt(&self.function.name), &parameter.ty);
            let cause = match signature.result() {
                Some(result) => format!("this is of type {ty}, but `{name}` returns {result}"),
                None => format!("`{name}` returns nothing"),
            };
            self.reader.fault(text.place, cause, "write `returns`, `fails` or `calls`");
            return None;
        }
        // A parameter may be called as a word of the notation, which the `%` makes a name.
        let expr = Expr::parse(&format!("%{}", parameter.name), &self.scope(), None);
        self.reader.keep(&text, expr).map(Answer::Returns)
    }

    fn table(&mut self, value: &Value<'_>) -> Option<Answer> {
        const FORM: &str = "write `table = [{ when = \"a == 1\", returns = \"2\" }]`";
        let mut rows = Vec::new();
        let values = self.reader.list(value, "a list of tables", FORM);
        for value in values {
            let entries = self.reader.table(value, FORM);
            let mut when = Some(None);
            for (key, value) in &entries {
                match &**key.get_ref() {
                    "when" => {
                        let text = self.reader.text(value, FORM);
                        when =
                            text.and_then(|text| self.expr(&text, |_| Some(Type::BOOL))).map(Some);
                    }
                    other if ANSWERS.contains(&other) => {}
                    _ => {
                        let known: Vec<_> = ["when"].into_iter().chain(ANSWERS).collect();
                        self.reader.unknown(key, &known);
                    }
                }
            }
            if let (Some(when), Some(answer)) = (when, self.answer(value, &entries, false)) {
                rows.push(Row { when, answer });
            }
        }
        Some(Answer::Table(rows))
    }

    /// The type of the function's result.
    fn result(&self) -> Option<Type> {
        self.function.signature.result().map(Type::from)
    }

    /// The names of the parameters.
    fn scope(&self) -> Scope {
        let parameters = self.function.signature.parameters().iter();
        parameters.fold(Scope::default(), |scope, it| scope.with(&*it.name, &it.ty))
    }

    /// An expression over the parameters.
    fn expr(&mut self, text: &Text<'_>, wanted: fn(&Self) -> Option<Type>) -> Option<Expr> {
        let Some(wanted) = wanted(self) else {
            let cause = format!("`{}` returns nothing", quote::excerpt(&self.function.name));
            let remedy = "leave it out, or write `fails` or `calls`";
            self.reader.fault(text.place.clone(), cause, remedy);
            return None;
        };
        let expr = Expr::parse(text.text, &self.scope(), Some(&wanted));
        self.reader.keep(text, expr)
    }

    /// A call of an export, whose result is the function's.
    fn calls(&mut self, value: &Value<'_>) -> Option<SuiteCall> {
        const FORM: &str = "write `calls = \"inc(1)\"`";
        let text = self.reader.text(value, FORM)?;
        let calls = parse_calls(text.text, self.reader.interface);
        let mut calls = self.reader.keep_all(&text, calls)?;
        let whole = 0..text.text.len();
        let fault =
            |cause: &str| -> Result<SuiteCall, Fault> { Err(at(whole.clone(), cause, FORM)) };
        let checked = match (calls.pop(), calls.is_empty()) {
            (Some(call), true) => {
                let is_val = |argument: &Argument| matches!(argument, Argument::Val(_));
                let export = &self.reader.interface.exports[call.export];
                if call.expected.is_some() || call.times != 1 {
                    fault("only the call can stand here, without what it returns")
                } else if !call.arguments.iter().all(is_val) {
                    fault("there is no call before this one")
                } else if self.result().is_some_and(|wanted| Some(wanted) != export.result()) {
                    fault("the export returns another type than this function")
                } else {
                    Ok(call)
                }
            }
            _ => fault("this is not one call"),
        };
        self.reader.keep(&text, checked)
    }
}
