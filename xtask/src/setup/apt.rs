//! Packages of Debian and Ubuntu.

use crate::run::{Outcome, output, run, say, which};
use std::process::Command;

/// Installs packages with apt-get, and says which and why.
pub fn install(packages: &[&str], why: &str) -> Outcome {
    let list = packages.join(" ");
    if which("apt-get").is_none() {
        return Err(format!(
            "{list} needed: {why}. There is no apt-get here; install the equivalent and run this again."
        ));
    }
    say(format!("Installing {list} with apt-get: {why}."));
    if apt(&["install", "--yes", "--no-install-recommends"], packages).is_ok() {
        return Ok(());
    }
    // The package lists may be old or absent.
    apt(&["update"], &[])?;
    apt(&["install", "--yes", "--no-install-recommends"], packages)
        .map_err(|error| format!("{list} could not be installed: {error}"))
}

fn apt(words: &[&str], packages: &[&str]) -> Outcome {
    let is_root = output(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    let mut command = if is_root { Command::new("apt-get") } else { Command::new("sudo") };
    if !is_root {
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("-q").args(words).args(packages);
    run(&mut command)
}
