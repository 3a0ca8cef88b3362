//! Computes prices by a rate, and remembers the last price. A new rate forgets the price.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use polyreactor_guest::export;

static RATE: AtomicU32 = AtomicU32::new(10);
static LAST: Mutex<Option<(u32, u64)>> = Mutex::new(None);

/// Sets the rate, which is 10 at first.
#[export]
pub fn set_rate(rate: u32) {
    RATE.store(rate, Relaxed);
    *LAST.lock().unwrap() = None;
}

/// The price of `amount` pieces.
#[export]
pub fn price(amount: u32) -> u64 {
    let mut last = LAST.lock().unwrap();
    if let Some((of, price)) = *last
        && of == amount
    {
        return price;
    }
    let price = u64::from(amount) * u64::from(RATE.load(Relaxed));
    *last = Some((amount, price));
    price
}
