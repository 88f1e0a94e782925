//! Slices: long work gives way now and then, so that a cancel or a newer revision is seen. Whoever
//! drives the work polls it; no waker is needed, and none is woken for nothing.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Gives way once.
pub fn give_way() -> impl Future<Output = ()> {
    GiveWay { done: false }
}

/// Does sliced work in one go, for who has nothing else to do meanwhile. The work must wait for
/// nothing but its own slices, or this never returns.
pub fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
    }
}

struct GiveWay {
    done: bool,
}

impl Future for GiveWay {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.done {
            return Poll::Ready(());
        }
        self.done = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sliced_work_comes_to_its_end() {
        let work = async {
            let mut sum = 0;
            for i in 0..10 {
                sum += i;
                give_way().await;
            }
            sum
        };
        assert_eq!(at_once(work), 45);
    }
}
