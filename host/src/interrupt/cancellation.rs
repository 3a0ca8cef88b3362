//! Ends a call from outside: any thread in, the call's end out.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::interrupt::ticker::Ticker;
use crate::os::waiters::{Enrolled, Waiters};

/// Ends calls from any thread; a clone is the same one.
///
/// It may be given to several instances ([`InstanceConfig::cancellation`]), which it ends
/// together, or be taken from one ([`Instance::cancellation`]). It ends what is running, a loop
/// as well as a sleep or a read, with [`Error::Cancelled`]; where nothing is running, the next
/// call is not begun. It can't be taken back: an instance that was cancelled is dead, and none
/// can be made with it any more.
///
/// ```
/// # use polyreactor_host::{Engine, Error, InstanceConfig, Reactor};
/// # let bytes = wat::parse_str(r#"
/// #     (module (memory (export "memory") 1) (func (export "_initialize"))
/// #       (func (export "spin") (loop (br 0))))"#)?;
/// # let reactor = Reactor::from_bytes(&Engine::new()?, &bytes)?;
/// let mut instance = reactor.instantiate(&InstanceConfig::new().no_timeout())?;
/// let cancellation = instance.cancellation();
/// std::thread::spawn(move || cancellation.cancel());
/// assert!(matches!(instance.call("spin", &[]), Err(Error::Cancelled)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`Error::Cancelled`]: crate::Error::Cancelled
/// [`Instance::cancellation`]: crate::Instance::cancellation
/// [`InstanceConfig::cancellation`]: crate::InstanceConfig::cancellation
#[derive(Clone, Default)]
pub struct Cancellation {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    is_cancelled: AtomicBool,
    waiters: Waiters,
    /// Whose guests it ends, and how many of them each has.
    tickers: Mutex<Vec<(Arc<Ticker>, usize)>>,
}

impl Cancellation {
    /// One that nothing has been given to yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends every call that it was given to, now or as soon as it begins.
    ///
    /// A loop or a wait ends at once, a host function when it returns.
    pub fn cancel(&self) {
        self.inner.is_cancelled.store(true, Ordering::SeqCst);
        self.inner.waiters.wake();
        self.tickers().iter().for_each(|(ticker, _)| ticker.raise());
    }

    /// Whether [`cancel`](Cancellation::cancel) has been called.
    pub fn is_cancelled(&self) -> bool {
        self.inner.is_cancelled.load(Ordering::SeqCst)
    }

    /// Has the engine's guests look when it happens, in what they compute or as soon as they do.
    pub(crate) fn enlist(&self, ticker: &Arc<Ticker>) {
        let mut tickers = self.tickers();
        match tickers.iter_mut().find(|(listed, _)| Arc::ptr_eq(listed, ticker)) {
            Some((_, count)) => *count += 1,
            None => tickers.push((ticker.clone(), 1)),
        }
    }

    /// Takes one of the engine's guests back.
    pub(crate) fn strike(&self, ticker: &Arc<Ticker>) {
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

    /// Has this thread unparked when it happens.
    pub(crate) fn enrol(&self) -> Enrolled<'_> {
        self.inner.waiters.enrol()
    }
}

impl fmt::Debug for Cancellation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancellation").field("is_cancelled", &self.is_cancelled()).finish()
    }
}
