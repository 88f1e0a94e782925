//! Counts what a test allocates, so that it can say of hostile input that memory stays bounded.
//!
//! Counted for each thread, as tests run side by side; readers start no threads.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

#[derive(Clone, Copy, Default)]
struct Count {
    /// May fall below zero: what one thread made another may drop.
    used: isize,
    peak: isize,
}

thread_local! {
    static COUNT: Cell<Count> = const { Cell::new(Count { used: 0, peak: 0 }) };
}

#[global_allocator]
static HEAP: Counting = Counting;

fn add(bytes: isize) {
    // Not there any more while the thread ends.
    let _ = COUNT.try_with(|count| {
        let used = count.get().used + bytes;
        count.set(Count { used, peak: count.get().peak.max(used) });
    });
}

/// What `work` gives, and the most bytes that it held at once.
pub fn peak_bytes<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = COUNT.get().used;
    COUNT.set(Count { used: before, peak: before });
    let done = work();
    (done, (COUNT.get().peak - before).max(0) as usize)
}

#[expect(unsafe_code, reason = "an allocator cannot be written without; every call is passed on as it came")]
// SAFETY: the system's allocator does the work and keeps the contract; counting touches no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that `System` asks for.
        let at = unsafe { System.alloc(layout) };
        if !at.is_null() {
            add(layout.size() as isize);
        }
        at
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let at = unsafe { System.alloc_zeroed(layout) };
        if !at.is_null() {
            add(layout.size() as isize);
        }
        at
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        add(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) };
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as above.
        let moved = unsafe { System.realloc(at, layout, new_size) };
        if !moved.is_null() {
            // Both are there while the bytes are copied.
            add(new_size as isize);
            add(-(layout.size() as isize));
        }
        moved
    }
}
