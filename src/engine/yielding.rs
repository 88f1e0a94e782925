//! Slices: long work gives way between batches, so that a cancel or a newer revision is seen.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Gives way once. The engine polls without a waker, so nothing needs to be woken.
pub fn give_way() -> impl Future<Output = ()> {
    GiveWay { done: false }
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
