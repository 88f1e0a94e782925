//! What the checks on this machine need besides cargo: a compiler that is new enough, rustfmt, clippy, Python.

use super::apt;
use crate::places;
use crate::run::{Outcome, output, read, run, say, which};
use std::process::Command;

/// The oldest Python that numpy and pandas of tests/browser/python/requirements.txt run on.
const PYTHON: &str = "3.11";

/// Fails, in words, when a compiler is older than Cargo.toml asks for: cargo would say so only after
/// everything else has been installed, and once for each crate.
pub fn recent_rust(rustc: &str, remedy: &str) -> Outcome {
    let manifest = read(&places::root().join("Cargo.toml"))?;
    let needed = rust_version(&manifest).ok_or("Cargo.toml does not say which Rust it needs.")?;
    let said = output(Command::new(rustc).arg("--version"))
        .ok_or_else(|| format!("`{rustc} --version` does not answer; Rust {needed} or newer is needed. {remedy}"))?;
    if is_recent(&said, needed) {
        Ok(())
    } else {
        Err(format!("{said} is here; Tributary needs {needed} or newer. {remedy}"))
    }
}

fn rust_version(manifest: &str) -> Option<&str> {
    manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"'))
}

/// Whether `rustc 1.94.0 (…)` is at least `1.94`. What cannot be read is left to cargo.
fn is_recent(said: &str, needed: &str) -> bool {
    let number = |text: &str| {
        let mut parts = text.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
        Some((parts.next()?, parts.next()?))
    };
    match (said.split_whitespace().nth(1).and_then(number), number(needed)) {
        (Some(found), Some(needed)) => found >= needed,
        _ => true,
    }
}

/// Finds or installs rustfmt and clippy, which small installations of Rust leave out.
pub fn lints() -> Outcome {
    recent_rust("rustc", "With rustup: `rustup update stable`.")?;
    let is_missing = |name: &str| output(Command::new("cargo").arg(name).arg("--version")).is_none();
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .iter()
        .filter(|(name, _)| is_missing(name))
        .map(|(_, c)| *c)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" and ");
    if which("rustup").is_none() {
        return Err(format!("{list} needed: the tests check format and lints. Install what belongs to this cargo."));
    }
    say(format!("Adding {list} with rustup: the tests check format and lints."));
    run(Command::new("rustup").args(["component", "add"]).args(&missing))
}

/// Finds or installs a Python that can make environments: the browser tests read the app's files with its libraries.
pub fn python() -> Outcome {
    // Debian's python3 comes without ensurepip, and then `venv` makes an environment without pip.
    let works = || output(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_some();
    if !works() {
        apt::install(&["python3", "python3-venv"], "what the page writes is read back with Python's data libraries")?;
    }
    if !works() {
        return Err("A python3 with venv and pip is needed for the browser tests.".to_owned());
    }
    let check = format!("import sys; sys.exit(sys.version_info < ({}))", PYTHON.replace('.', ", "));
    if output(Command::new("python3").args(["-c", &check])).is_some() {
        return Ok(());
    }
    let found = output(Command::new("python3").arg("--version")).unwrap_or_default();
    Err(format!("{found} is here; the browser tests need Python {PYTHON} or newer as `python3` on the PATH."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_compiler_is_told_from_a_new_one() {
        for said in ["rustc 1.94.0 (abc 2026-03-05)", "rustc 1.100.1", "rustc 2.0.0", "rustc 1.95.0-nightly (x)"] {
            assert!(is_recent(said, "1.94"), "{said}");
        }
        for said in ["rustc 1.93.1 (abc 2026-01-02)", "rustc 1.85.0", "rustc 0.99.0"] {
            assert!(!is_recent(said, "1.94"), "{said}");
        }
        assert!(is_recent("something else", "1.94"));
    }

    #[test]
    fn the_version_needed_is_that_of_the_manifest() {
        let manifest = read(&places::root().join("Cargo.toml")).unwrap_or_default();
        let needed = rust_version(&manifest).unwrap_or_default();
        assert!(needed.starts_with("1."), "{needed}");
        assert_eq!(recent_rust("rustc", ""), Ok(()));
        let why = recent_rust("no-such-rustc", "Do this.").unwrap_err();
        assert!(why.contains(needed) && why.ends_with("Do this."), "{why}");
    }
}
