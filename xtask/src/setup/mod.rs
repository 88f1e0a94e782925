//! Installs what is missing: each thing once, in a temporary folder that is renamed when complete.

mod apt;
mod browser;
mod host;
mod install;
mod sysroot;
mod toolchain;
mod tools;

pub use browser::{Browser, browser};
pub use host::lints;
pub use install::whole as install_whole;
pub use toolchain::{Kind, Toolchain, toolchain};
pub use tools::{Tools, fuzzer, tools};

use crate::run::{Outcome, output, run, say};
use std::path::PathBuf;
use std::process::Command;

/// What building for the browser needs.
pub struct WebBuild {
    pub toolchain: Toolchain,
    pub tools: Tools,
    /// The C compiler and archiver that know wasm32 (`zstd` is C).
    pub c_tools: (String, String),
}

/// Sets up everything: for building, for the checks and for the browser tests.
pub fn everything() -> Outcome<(WebBuild, Browser)> {
    lints()?;
    let web = web_build()?;
    let browser = browser()?;
    say("Everything is in place.");
    Ok((web, browser))
}

/// Sets up what `cargo xtask build` needs.
pub fn web_build() -> Outcome<WebBuild> {
    let toolchain = toolchain()?;
    let tools = tools()?;
    let c_tools = c_tools()?;
    fetch(&toolchain)?;
    Ok(WebBuild { toolchain, tools, c_tools })
}

/// Finds, or installs, a clang whose targets include wasm32, and the `llvm-ar` beside it.
fn c_tools() -> Outcome<(String, String)> {
    if let Some(found) = find_c_tools() {
        return Ok(found);
    }
    apt::install(&["clang-19", "llvm-19"], "the zstd library is written in C and must be compiled for wasm32")
        .or_else(|_| apt::install(&["clang", "llvm"], "the zstd library is written in C"))?;
    find_c_tools().ok_or_else(|| {
        "A clang that can compile for wasm32 is needed, with the matching llvm-ar. Install LLVM, put it on the PATH, or \
         set CC_wasm32_unknown_unknown and AR_wasm32_unknown_unknown."
            .to_owned()
    })
}

fn find_c_tools() -> Option<(String, String)> {
    let from_env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let (Some(cc), Some(ar)) = (from_env("CC_wasm32_unknown_unknown"), from_env("AR_wasm32_unknown_unknown")) {
        return Some((cc, ar));
    }
    // Fixed order, 19 first: a change of compiler would compile the C code again.
    let versions = ["-19", "", "-20", "-21", "-22", "-18", "-17", "-16", "-15", "-14"];
    let brew = ["/opt/homebrew/opt/llvm/bin/", "/usr/local/opt/llvm/bin/"];
    let names = versions.iter().map(|v| (format!("clang{v}"), format!("llvm-ar{v}")));
    let names = names.chain(brew.iter().map(|folder| (format!("{folder}clang"), format!("{folder}llvm-ar"))));
    names.into_iter().find(|(cc, ar)| {
        output(Command::new(cc).arg("--print-targets")).is_some_and(|targets| targets.contains("wasm32"))
            && output(Command::new(ar).arg("--version")).is_some()
    })
}

/// Downloads the crates of Cargo.lock, because Trunk builds offline. Quick when they are there.
fn fetch(toolchain: &Toolchain) -> Outcome {
    let mut command = toolchain.cargo();
    // Not only for wasm32: an offline build also wants what its macros and build scripts need here.
    command.args(["fetch", "--quiet", "--locked"]);
    run(&mut command)
}

/// The folder with the tools that were installed, one folder a tool and version.
fn tools_folder() -> PathBuf {
    crate::places::cache().join("tools")
}
