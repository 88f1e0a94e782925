//! The page, in one program.

fn main() {
    #[cfg(target_arch = "wasm32")]
    tributary::ui::run(tributary::ui::later::Desk::WHOLE);
}
