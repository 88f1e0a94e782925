//! Helpers of a reader, as its worker sees them: other readers, to whom the page carries the messages.

use super::parcel::to_buffer;
use super::reader_worker::post;
use crate::protocol::ReaderEvent;
use crate::source::{Helpers, ShareDone, ShareFound, ShareJob};
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use std::cell::RefCell;
use std::collections::BTreeMap;

type Answer = Option<ShareDone>;

thread_local! {
    /// Who waits for which helper. A worker does one job, so there is one list.
    static WAITING: RefCell<BTreeMap<u32, oneshot::Sender<Answer>>> = const { RefCell::new(BTreeMap::new()) };
}

/// What a helper answered, or that it failed.
pub fn deliver(helper: u32, found: Option<ShareFound>, rows: Option<Vec<u8>>) {
    let waiting = WAITING.with_borrow_mut(|waiting| waiting.remove(&helper));
    if let Some(waiting) = waiting {
        // The reader may have given up meanwhile.
        let _ = waiting.send(found.zip(rows).map(|(found, rows)| ShareDone { found, rows }));
    }
}

/// The helpers that the page has for this reader.
pub struct PageHelpers {
    n_helpers: u32,
    answers: RefCell<BTreeMap<usize, oneshot::Receiver<Answer>>>,
}

impl PageHelpers {
    pub fn new(n_helpers: u32) -> PageHelpers {
        PageHelpers { n_helpers, answers: RefCell::default() }
    }
}

impl Helpers for PageHelpers {
    fn n_helpers(&self) -> usize {
        self.n_helpers as usize
    }

    fn get_ready(&self) {
        post(&ReaderEvent::GetReady { n_helpers: self.n_helpers }, Vec::new());
    }

    fn begin(&self, helper: usize, job: ShareJob, text: &[u8]) {
        let (sender, receiver) = oneshot::channel();
        let name = helper as u32;
        WAITING.with_borrow_mut(|waiting| waiting.insert(name, sender));
        self.answers.borrow_mut().insert(helper, receiver);
        post(&ReaderEvent::Share { helper: name, job }, vec![to_buffer(text).into()]);
    }

    fn outcome(&self, helper: usize) -> LocalBoxFuture<'_, Answer> {
        let answer = self.answers.borrow_mut().remove(&helper);
        Box::pin(async move {
            match answer {
                Some(answer) => answer.await.ok().flatten(),
                None => None,
            }
        })
    }
}
