//! Counts what is allocated in the engine's worker, which WebAssembly's memory, as it only grows,
//! does not tell.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static USED_BYTES: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static HEAP: Counting = Counting;

/// Bytes allocated at this moment.
pub fn used_bytes() -> usize {
    USED_BYTES.load(Ordering::Relaxed)
}

#[expect(unsafe_code, reason = "an allocator cannot be written without; every call is passed on as it came")]
// SAFETY: the system's allocator does the work and keeps the contract; counting touches no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that `System` asks for.
        let at = unsafe { System.alloc(layout) };
        if !at.is_null() {
            USED_BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        }
        at
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let at = unsafe { System.alloc_zeroed(layout) };
        if !at.is_null() {
            USED_BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        }
        at
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) };
        USED_BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as above.
        let moved = unsafe { System.realloc(at, layout, new_size) };
        if !moved.is_null() {
            USED_BYTES.fetch_add(new_size, Ordering::Relaxed);
            USED_BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        }
        moved
    }
}
