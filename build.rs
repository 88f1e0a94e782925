//! What the linker is to do for the programs of the browser.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        // The engine plans nested queries by recursion: its stack is larger than the usual megabyte.
        println!("cargo::rustc-link-arg-bins=-zstack-size=8388608");
        // Notes what refers to what, which is how `cargo xtask` cuts the page's program in two.
        println!("cargo::rustc-link-arg-bin=app_split=--emit-relocs");
    }
}
