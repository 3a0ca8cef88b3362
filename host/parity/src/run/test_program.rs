//! [`TestProgram`]: a plugin whose exports are tests of another plugin, written in any language.
//!
//! The program imports the exports of the plugin under test, from a module with that plugin's name.
//! Each of its exports without parameters is a test, which passes if it returns nothing or true.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use polyreactor_contract::{Val, ValueType};
use polyreactor_host::{Caller, Engine, Instance, InstanceConfig, Linked, Linker, Output};

use crate::compare::observe::{End, Failure};
use crate::parity::Unusable;
use crate::plugin::implementation::{Artifact, Implementation};
use crate::plugin::interface::Interface;
use crate::run::streams::Stream;

/// A test program in one language.
pub(crate) struct TestProgram {
    /// The name of the program, with its language: `counter_tests in zig`.
    pub(crate) name: String,
    /// The names of the tests.
    pub(crate) tests: Vec<String>,
    linked: Linked,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tested {
    /// `passed`, `returned false`, or the kind of a failure.
    pub(crate) outcome: String,
    pub(crate) message: String,
    pub(crate) output: String,
}

/// The instance under test, as the state of the program's instance.
type Subject = Arc<Mutex<Instance>>;

/// The word for a test that has passed.
pub(crate) const PASSED: &str = "passed";

impl TestProgram {
    /// Compiles and links a program that tests the plugin `plugin`.
    ///
    /// # Errors
    ///
    /// Where the program can't be loaded, where it imports what the plugin does not export, and
    /// where it has no test.
    pub(crate) fn new(
        name: &str,
        artifact: &Artifact,
        engine: &Engine,
        interface: &Interface,
        plugin: &str,
    ) -> Result<Self> {
        let program = Implementation::compile(artifact, engine)?;
        let own = Interface::of(std::slice::from_ref(&program))?;
        let name = format!("{name} in {}", artifact.label);
        let mut linker = Linker::new(engine);
        for import in &own.imports {
            let known = interface.export(&import.name).filter(|_| import.module == plugin);
            let Some(export) = known.map(|number| &interface.exports[number]) else {
                bail!(Unusable(format!(
                    "the test program `{name}` imports `{}.{}`, and only exports of `{plugin}` can \
                     be imported, from a module of that name",
                    import.module, import.name
                )));
            };
            let mut parameters = export.signature.parameters().iter();
            if parameters.any(|parameter| matches!(parameter.ty, ValueType::Ptr(_))) {
                bail!(Unusable(format!(
                    "the test program `{name}` imports `{}`, whose parameter is a pointer: what a \
                     call changes behind it does not reach the program",
                    import.name
                )));
            }
            let called = export.name.clone();
            linker.func_dynamic(
                &import.module,
                &import.name,
                &export.signature,
                move |caller: &mut Caller<'_>, arguments: &[Val]| {
                    let Some(subject) = caller.state::<Subject>().cloned() else {
                        return Err("the test program has no instance to test".into());
                    };
                    let mut subject = subject.lock().unwrap_or_else(PoisonError::into_inner);
                    match subject.call_dynamic(&called, arguments) {
                        Ok(outcome) => Ok(outcome.results.into_iter().next()),
                        Err(error) => Err(Box::<dyn std::error::Error + Send + Sync>::from(error)),
                    }
                },
            )?;
        }
        let is_test = |result: Option<&ValueType>| matches!(result, None | Some(ValueType::Bool));
        let tests = own.exports.iter().filter(|export| {
            export.signature.parameters().is_empty() && is_test(export.signature.result())
        });
        let tests: Vec<String> = tests.map(|export| export.name.clone()).collect();
        if tests.is_empty() {
            bail!(Unusable(format!(
                "the test program `{name}` has no test: a test is an export without parameters that \
                 returns nothing or a bool, which `plugin.toml` declares"
            )));
        }
        let linked = linker.link(&program.reactor);
        let linked = linked.with_context(|| format!("`{name}` can't be linked"))?;
        Ok(TestProgram { name, tests, linked })
    }

    /// Runs a test on an instance of the plugin, in a new instance of the program, which `config`
    /// configures.
    pub(crate) fn run(&self, test: &str, subject: Instance, config: InstanceConfig) -> Tested {
        let output = Stream::default();
        let subject: Subject = Arc::new(Mutex::new(subject));
        let config = config
            .stdout(Output::writer(output.clone()))
            .stderr(Output::writer(output.clone()))
            .state(subject);
        let ended = match self.linked.instantiate(&config) {
            Ok(mut program) => End::of(program.call_dynamic(test, &[]), true),
            Err(error) => {
                let message = error.to_string();
                return Tested { outcome: "no instance".into(), message, output: String::new() };
            }
        };
        let (outcome, message) = match &ended {
            End::Returned(outcome) if outcome.results == [Val::Bool(false)] => {
                ("returned false".to_owned(), String::new())
            }
            End::Returned(_) => (PASSED.to_owned(), String::new()),
            End::Failed(failure) => {
                let Failure { kind, message, .. } = &**failure;
                (kind.to_string(), message.clone())
            }
        };
        let output = output.take().map(|written| written.text()).unwrap_or_default();
        Tested { outcome, message, output }
    }
}
