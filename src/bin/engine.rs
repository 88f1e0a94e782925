//! The engine's worker.

fn main() {
    #[cfg(target_arch = "wasm32")]
    tributary::platform::engine_worker::run();
}
