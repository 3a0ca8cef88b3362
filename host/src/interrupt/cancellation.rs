//! [`Cancellation`]: ends calls from any thread.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::interrupt::ticker::Ticker;
use crate::os::waiters::{Registered, Waiters};

/// Ends calls from any thread. A clone is the same cancellation.
///
/// A cancellation is taken from an instance ([`Instance::cancellation`]), or made first and given
/// to several instances ([`InstanceConfig::cancellation`]), which are then cancelled together.
///
/// [`cancel`](Cancellation::cancel) ends a running call with [`CallError::Cancelled`], in a loop as
/// well as in a sleep or a read of standard input, and the instance is poisoned. If no call is
/// running, the next call ends in this way before any code of the guest has run.
///
/// A cancellation can't be reset: its instances can't be called any more, and making an instance
/// with it fails with [`InstantiateError::InitFailed`].
///
/// ```
/// # use polyreactor_host::{CallError, Engine, EngineConfig, InstanceConfig, Reactor};
/// # let bytes = wat::parse_str(r#"
/// #     (module (memory (export "memory") 1) (func (export "_initialize"))
/// #       (func (export "spin") (loop (br 0))))"#)?;
/// # let reactor = Reactor::from_bytes(&Engine::new(&EngineConfig::new())?, &bytes)?;
/// let mut instance = reactor.instantiate(&InstanceConfig::new().no_timeout())?;
/// let cancellation = instance.cancellation();
/// std::thread::spawn(move || cancellation.cancel());
/// assert!(matches!(instance.call::<()>("spin", ()), Err(CallError::Cancelled { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`CallError::Cancelled`]: crate::CallError::Cancelled
/// [`Instance::cancellation`]: crate::Instance::cancellation
/// [`InstantiateError::InitFailed`]: crate::InstantiateError::InitFailed
/// [`InstanceConfig::cancellation`]: crate::InstanceConfig::cancellation
#[derive(Clone, Default)]
pub struct Cancellation {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    is_cancelled: AtomicBool,
    /// The threads whose calls wait, to be unparked by a cancellation.
    waiters: Waiters,
    /// The tickers of the engines that have instances with this cancellation, each with the number
    /// of these instances.
    tickers: Mutex<Vec<(Arc<Ticker>, usize)>>,
}

impl Cancellation {
    /// A cancellation that no instance has yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the running call of every instance with this cancellation, and makes every later call
    /// fail.
    ///
    /// Does not wait for the calls to end. Guest code and waits are ended at once. A host function
    /// is not interrupted, nor is a writer or function of an [`Output`](crate::Output), nor a file
    /// operation that blocks: the call ends when these return. A host function can check
    /// [`Caller::is_cancelled`](crate::Caller::is_cancelled).
    pub fn cancel(&self) {
        self.inner.is_cancelled.store(true, Ordering::SeqCst);
        self.inner.waiters.wake();
        self.tickers().iter().for_each(|(ticker, _)| ticker.raise());
    }

    /// Whether [`cancel`](Cancellation::cancel) has been called.
    pub fn is_cancelled(&self) -> bool {
        self.inner.is_cancelled.load(Ordering::SeqCst)
    }

    /// Adds an instance of the ticker's engine: a cancellation raises the epoch of that engine, so
    /// that its guests check for it.
    pub(crate) fn add_instance(&self, ticker: &Arc<Ticker>) {
        let mut tickers = self.tickers();
        match tickers.iter_mut().find(|(listed, _)| Arc::ptr_eq(listed, ticker)) {
            Some((_, count)) => *count += 1,
            None => tickers.push((ticker.clone(), 1)),
        }
    }

    /// Removes an instance that [`add_instance`](Cancellation::add_instance) has added.
    pub(crate) fn remove_instance(&self, ticker: &Arc<Ticker>) {
        let mut tickers = self.tickers();
        if let Some(place) = tickers.iter().position(|(listed, _)| Arc::ptr_eq(listed, ticker)) {
            tickers[place].1 -= 1;
            if tickers[place].1 == 0 {
                tickers.swap_remove(place);
            }
        }
    }

    fn tickers(&self) -> MutexGuard<'_, Vec<(Arc<Ticker>, usize)>> {
        self.inner.tickers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unparks this thread at a cancellation, until the result is dropped.
    pub(crate) fn register(&self) -> Registered<'_> {
        self.inner.waiters.register()
    }
}

impl fmt::Debug for Cancellation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancellation").field("is_cancelled", &self.is_cancelled()).finish()
    }
}
