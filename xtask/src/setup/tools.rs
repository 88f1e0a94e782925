//! wasm-bindgen, Trunk, wasm-split and cargo-fuzz, at the versions this project needs.

use super::{install, tools_folder};
use crate::places;
use crate::run::{Outcome, output, read, run, say};
use std::path::{Path, PathBuf};
use std::process::Command;

/// 0.22 needs a newer compiler than Debian's.
const TRUNK: &str = "0.21.14";

/// Must go with `wasm_split_helpers` in Cargo.toml.
const SPLIT: &str = "0.2.4";

pub struct Tools {
    /// The folders of wasm-bindgen and Trunk, to be put in front of the PATH.
    pub path: Vec<PathBuf>,
    /// The program that cuts the page's program in two.
    pub split: PathBuf,
}

/// Finds or installs them.
pub fn tools() -> Outcome<Tools> {
    let bindgen = locked_version("wasm-bindgen")?;
    let bindgen_why = "it writes the JavaScript beside each program, and must be the version in Cargo.lock";
    let bindgen = tool("wasm-bindgen", "wasm-bindgen-cli", &bindgen, false, bindgen_why)?;
    let trunk = tool("trunk", "trunk", TRUNK, true, "it puts the page together")?;
    Ok(Tools { path: vec![bindgen, trunk], split: split()? })
}

/// The fuzzer's command.
const FUZZ: &str = "0.13.2";

/// Finds or installs cargo-fuzz.
pub fn fuzzer() -> Outcome<PathBuf> {
    let why = "it compiles the readers so that a fuzzer sees which code an input reaches, and runs them";
    Ok(tool("cargo-fuzz", "cargo-fuzz", FUZZ, true, why)?.join("cargo-fuzz"))
}

/// The version of a crate in Cargo.lock.
fn locked_version(name: &str) -> Outcome<String> {
    let lock = read(&places::root().join("Cargo.lock"))?;
    let header = format!("name = \"{name}\"");
    let mut lines = lock.lines().skip_while(|line| *line != header).skip(1);
    let version = lines.next().and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_owned).ok_or_else(|| format!("Cargo.lock does not name {name}."))
}

/// wasm-split, which does not tell its version: the folder's name does.
fn split() -> Outcome<PathBuf> {
    let folder = tools_folder().join(format!("wasm-split-{SPLIT}"));
    let program = folder.join("bin/wasm-split-cli");
    if program.with_extension(std::env::consts::EXE_EXTENSION).is_file() {
        return Ok(program);
    }
    let why = "it cuts the page's program in two, so that half of it can arrive later";
    install(&folder, "wasm_split_cli_support", SPLIT, &["--locked", "--features", "build-binary"], why, |_| true)?;
    Ok(program)
}

/// The folder with the program, installed with cargo unless it is there at this very version.
fn tool(program: &str, package: &str, version: &str, locked: bool, why: &str) -> Outcome<PathBuf> {
    let folder = tools_folder().join(format!("{program}-{version}"));
    let bin = folder.join("bin");
    if has_version(&bin.join(program), version) {
        return Ok(bin);
    }
    if let Some(found) = crate::run::which(program).filter(|path| has_version(path, version)) {
        return Ok(found.parent().map(Path::to_path_buf).unwrap_or_default());
    }
    let options = if locked { &["--locked"][..] } else { &[] };
    install(&folder, package, version, options, why, |bin| has_version(&bin.join(program), version))?;
    Ok(bin)
}

/// Installs a package with cargo into a folder of its own; `works` looks at the folder of its programs.
fn install(
    folder: &Path,
    package: &str,
    version: &str,
    options: &[&str],
    why: &str,
    works: impl FnOnce(&Path) -> bool,
) -> Outcome {
    say(format!("Installing {package} {version} with cargo (some minutes, once): {why}."));
    install::whole(folder, |folder| {
        let mut command = Command::new("cargo");
        command.args(["install", "--quiet", package, "--version", version]).args(options).arg("--root").arg(folder);
        // Outside the clone, so that no configuration of the project applies; without the web build's environment.
        command.current_dir(folder).env("CARGO_TARGET_DIR", folder.join("target"));
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC"] {
            command.env_remove(name);
        }
        run(&mut command)?;
        let _ = std::fs::remove_dir_all(folder.join("target"));
        if works(&folder.join("bin")) {
            Ok(())
        } else {
            Err(format!("{package} {version} was installed but does not run."))
        }
    })
}

fn has_version(program: &Path, version: &str) -> bool {
    output(Command::new(program).arg("--version"))
        .is_some_and(|text| text.split_whitespace().nth(1).is_some_and(|found| found == version))
}
