//! A reader's worker.

fn main() {
    #[cfg(target_arch = "wasm32")]
    tributary::platform::reader_worker::run();
}
