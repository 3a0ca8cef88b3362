//! Random programs from a seed: functions with state, constructors and destructors.
//!
//! Every call terminates: a function calls only functions before it, loops count down from a small
//! number and make no calls, and the functions in the table make no calls.

use std::fmt::{self, Write as _};

use fastrand::Rng;

/// A value type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ty {
    I32,
    I64,
    F32,
    F64,
}

/// A function in the text format. The body refers to locals by number, so that it can be inlined
/// into another function with the same locals.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) params: Vec<Ty>,
    pub(crate) results: Vec<Ty>,
    pub(crate) locals: Vec<Ty>,
    pub(crate) body: String,
}

/// A program: the parts that all forms of a module have in common.
pub(crate) struct Program {
    /// Each function calls only functions before it.
    pub(crate) functions: Vec<Function>,
    /// The name of each export, and the index of its function.
    pub(crate) exports: Vec<(String, usize)>,
    /// The author's own `_initialize`.
    pub(crate) initialize: Option<Function>,
    pub(crate) constructors: Vec<Function>,
    /// Destructors, which may change the state.
    pub(crate) destructors: Vec<Function>,
    pub(crate) globals: Vec<Ty>,
    /// Number of functions at the beginning that make no calls. They are in the table.
    pub(crate) leaves: usize,
}

/// Whether the program has constructors and destructors, with which the linker wraps the exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Around {
    Neither,
    Constructors,
    Destructors,
    Both,
}

impl Program {
    pub(crate) fn random(random: &mut Rng, around: Around) -> Self {
        let globals: Vec<Ty> = (0..random.usize(1..5)).map(|_| Ty::random(random)).collect();
        let leaves = random.usize(1..3);
        let mut functions: Vec<Function> = Vec::new();
        for number in 0..leaves + random.usize(1..6) {
            let (params, results) = (types(random, 4), types(random, 3));
            let name = format!("step{number}");
            let is_leaf = number < leaves;
            let function = Writer::new(random, &globals, &functions, leaves, is_leaf)
                .function(name, params, results);
            functions.push(function);
        }
        let mut exports = Vec::new();
        for number in 0..random.usize(1..6) {
            exports.push((format!("e{number}"), random.usize(..functions.len())));
        }
        let plain = |random: &mut Rng, name: String| {
            Writer::new(random, &globals, &functions, leaves, false).function(name, vec![], vec![])
        };
        let some = |random: &mut Rng, name: &str, has: bool| -> Vec<Function> {
            let count = if has { random.usize(1..4) } else { 0 };
            (0..count).map(|number| plain(random, format!("{name}{number}"))).collect()
        };
        let has_constructors = matches!(around, Around::Constructors | Around::Both);
        let has_destructors = matches!(around, Around::Destructors | Around::Both);
        let constructors = some(random, "construct", has_constructors);
        let destructors = some(random, "destroy", has_destructors);
        let own = random.u8(..4) == 0;
        let initialize = own.then(|| plain(random, "_initialize".to_owned()));
        Program { functions, exports, initialize, constructors, destructors, globals, leaves }
    }
}

/// Writes the body of a function.
struct Writer<'p> {
    random: &'p mut Rng,
    globals: &'p [Ty],
    callable: &'p [Function],
    has_table: bool,
    results: Vec<Ty>,
    locals: Vec<Ty>,
    /// Locals that are loop counters, which no other statement may set.
    counters: Vec<usize>,
    in_loops: usize,
    /// Number of statements and expressions that may still branch out.
    budget: usize,
}

impl<'p> Writer<'p> {
    fn new(
        random: &'p mut Rng,
        globals: &'p [Ty],
        functions: &'p [Function],
        leaves: usize,
        is_leaf: bool,
    ) -> Self {
        let callable = if is_leaf { &functions[..0] } else { functions };
        let budget = random.usize(5..40);
        Writer {
            random,
            globals,
            callable,
            has_table: !is_leaf && functions.len() >= leaves,
            results: Vec::new(),
            locals: Vec::new(),
            counters: Vec::new(),
            in_loops: 0,
            budget,
        }
    }

    fn function(mut self, name: String, params: Vec<Ty>, results: Vec<Ty>) -> Function {
        self.results.clone_from(&results);
        self.locals.clone_from(&params);
        self.locals.extend(types(self.random, 3));
        let mut body = String::new();
        for _ in 0..self.random.usize(..5) {
            self.statement(&mut body);
        }
        for &result in &results {
            self.value(&mut body, result);
        }
        let locals = self.locals[params.len()..].to_vec();
        Function { name, params, results, locals, body }
    }

    fn statement(&mut self, out: &mut String) {
        self.budget = self.budget.saturating_sub(1);
        match self.random.u8(..if self.budget == 0 { 4 } else { 10 }) {
            0 | 1 | 4 => {
                let global = self.random.usize(..self.globals.len());
                write(out, format_args!("(global.set $g{global} "));
                self.value(out, self.globals[global]);
                out.push(')');
            }
            2 => {
                out.push_str("(i64.store (i32.and (i32.const 0xff8) ");
                self.value(out, Ty::I32);
                out.push(')');
                self.value(out, Ty::I64);
                out.push(')');
            }
            3 | 5 => {
                let Some(local) = self.settable() else { return };
                write(out, format_args!("(local.set {local} "));
                self.value(out, self.locals[local]);
                out.push(')');
            }
            6 => {
                out.push_str("(if ");
                self.value(out, Ty::I32);
                out.push_str("(then ");
                self.statement(out);
                match self.random.u8(..8) {
                    0 => out.push_str("(unreachable)"),
                    1 | 2 => {
                        out.push_str("(return ");
                        for result in self.results.clone() {
                            self.value(out, result);
                        }
                        out.push(')');
                    }
                    _ => self.statement(out),
                }
                out.push_str(") (else ");
                self.statement(out);
                out.push_str("))");
            }
            7 if self.in_loops < 2 => {
                let counter = self.locals.len();
                self.locals.push(Ty::I32);
                self.counters.push(counter);
                let times = self.random.u8(1..5);
                write(out, format_args!("(local.set {counter} (i32.const {times})) (loop "));
                self.in_loops += 1;
                self.statement(out);
                self.in_loops -= 1;
                write(
                    out,
                    format_args!(
                        "(br_if 0 (local.tee {counter} \
                         (i32.sub (local.get {counter}) (i32.const 1)))))"
                    ),
                );
            }
            _ => {
                let Some(callee) = self.callee(|_| true) else { return };
                let results = self.callable[callee].results.len();
                self.call(out, callee);
                for _ in 0..results {
                    out.push_str("(drop)");
                }
            }
        }
    }

    fn value(&mut self, out: &mut String, ty: Ty) {
        self.budget = self.budget.saturating_sub(1);
        match self.random.u8(..if self.budget == 0 { 3 } else { 10 }) {
            0 => self.constant(out, ty),
            1 => match self.pick(&self.locals.clone(), ty) {
                Some(local) => write(out, format_args!("(local.get {local})")),
                None => self.constant(out, ty),
            },
            2 | 3 => match self.pick(self.globals, ty) {
                Some(global) => write(out, format_args!("(global.get $g{global})")),
                None => self.constant(out, ty),
            },
            4 | 5 => match self.callee(|function| function.results == [ty]) {
                Some(callee) => self.call(out, callee),
                None => self.operation(out, ty),
            },
            6 if ty == Ty::I32 && self.has_table && self.in_loops == 0 => {
                out.push_str("(call_indirect (result i32) (i32.and (i32.const 3) ");
                self.value(out, Ty::I32);
                out.push_str("))");
            }
            _ => self.operation(out, ty),
        }
    }

    fn operation(&mut self, out: &mut String, ty: Ty) {
        let (operator, operands): (&str, &[Ty]) = match (ty, self.random.u8(..6)) {
            (Ty::I32, 0) => ("i32.add", &[ty, ty]),
            (Ty::I32, 1) => ("i32.xor", &[ty, ty]),
            (Ty::I32, 2) => ("i32.div_s", &[ty, ty]),
            (Ty::I32, 3) => ("i64.eqz", &[Ty::I64]),
            (Ty::I32, 4) => ("i32.trunc_sat_f64_s", &[Ty::F64]),
            (Ty::I32, _) => ("f32.lt", &[Ty::F32, Ty::F32]),
            (Ty::I64, 0 | 1) => ("i64.add", &[ty, ty]),
            (Ty::I64, 2) => ("i64.rotl", &[ty, ty]),
            (Ty::I64, 3) => {
                out.push_str("(i64.load (i32.and (i32.const 0xff8) ");
                self.value(out, Ty::I32);
                out.push_str("))");
                return;
            }
            (Ty::I64, _) => ("i64.extend_i32_s", &[Ty::I32]),
            (Ty::F32, 0..3) => ("f32.mul", &[ty, ty]),
            (Ty::F32, _) => ("f32.convert_i32_s", &[Ty::I32]),
            (Ty::F64, 0..3) => ("f64.add", &[ty, ty]),
            (Ty::F64, _) => ("f64.promote_f32", &[Ty::F32]),
        };
        write(out, format_args!("({operator} "));
        for &operand in operands {
            self.value(out, operand);
        }
        out.push(')');
    }

    fn call(&mut self, out: &mut String, callee: usize) {
        write(out, format_args!("(call ${} ", self.callable[callee].name));
        for &param in &self.callable[callee].params {
            self.value(out, param);
        }
        out.push(')');
    }

    fn constant(&mut self, out: &mut String, ty: Ty) {
        let number = self.random.i32(-100..100);
        write(out, format_args!("({ty}.const {number})"));
    }

    /// A random function that may be called here. None inside a loop, where the number of calls
    /// would multiply.
    fn callee(&mut self, fits: impl Fn(&Function) -> bool) -> Option<usize> {
        let all = if self.in_loops == 0 { self.callable } else { &[] };
        let fitting: Vec<usize> = (0..all.len()).filter(|&number| fits(&all[number])).collect();
        self.random.choice(fitting)
    }

    fn pick(&mut self, all: &[Ty], ty: Ty) -> Option<usize> {
        let fitting: Vec<usize> = (0..all.len()).filter(|&number| all[number] == ty).collect();
        self.random.choice(fitting)
    }

    fn settable(&mut self) -> Option<usize> {
        let all: Vec<_> =
            (0..self.locals.len()).filter(|local| !self.counters.contains(local)).collect();
        self.random.choice(all)
    }
}

fn types(random: &mut Rng, fewer_than: usize) -> Vec<Ty> {
    (0..random.usize(..fewer_than)).map(|_| Ty::random(random)).collect()
}

fn write(out: &mut String, text: fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a String takes any text");
}

impl Ty {
    fn random(random: &mut Rng) -> Self {
        match random.u8(..6) {
            0..3 => Ty::I32,
            3 => Ty::I64,
            4 => Ty::F32,
            _ => Ty::F64,
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Ty::I32 => "i32",
            Ty::I64 => "i64",
            Ty::F32 => "f32",
            Ty::F64 => "f64",
        })
    }
}
