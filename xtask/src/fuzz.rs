//! `cargo xtask fuzz`: every way into Tributary on bytes that a fuzzer makes up (`tests/fuzz`).
//!
//! Compiled apart from everything else, with instructions that count coverage, which the stable compiler has as well. No
//! sanitizer: there is no code of ours for it to look at, and memory is bounded by the fuzzer itself.

#[path = "../../tests/fuzz/src/corpus.rs"]
mod corpus;

use crate::places::{cache, root};
use crate::run::{Outcome, files_below, make_folder, run, say, write};
use crate::setup;
use std::path::Path;
use std::process::Command;

/// How long each target runs where nothing is said.
const SECONDS: u64 = 60;

/// One input may take so long; what takes longer hangs.
const MAX_SECONDS_EACH: u64 = 20;

/// What a reader may hold at most, in MB: a worker in the browser has 4 GB of addresses.
const MAX_MB: u64 = 3_000;

/// Runs one target or all, each for some seconds: `fuzz`, `fuzz csv`, `fuzz 30`, `fuzz csv 600`.
///
/// # Errors
/// When an input breaks a target, hangs or fills the memory. The input is kept in `tests/fuzz/artifacts`.
pub fn fuzz(args: &[&str]) -> Outcome {
    let all = targets();
    let (names, seconds) = match args {
        [] => (all, SECONDS),
        [one] if all.iter().any(|name| name == one) => (vec![(*one).to_owned()], SECONDS),
        [seconds] => (all, whole(seconds)?),
        [one, seconds] => (vec![(*one).to_owned()], whole(seconds)?),
        _ => return Err("cargo xtask fuzz [target] [seconds]".to_owned()),
    };
    let fuzzer = setup::fuzzer()?;
    let mut broken = Vec::new();
    for name in &names {
        say(format!("Fuzzing {name} for {seconds} s."));
        if let Err(why) = run_target(&fuzzer, name, seconds) {
            broken.push(format!("{name}: {why}"));
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}\nThe inputs are in tests/fuzz/artifacts. Mend the cause, and keep the input in tests/fuzz/crashes/<target>: the \
         host's tests try it from then on.",
        broken.join("\n")
    ))
}

fn whole(seconds: &str) -> Outcome<u64> {
    let names = targets().join(", ");
    seconds.parse().map_err(|_| format!("`{seconds}` is neither a number of seconds nor one of the targets: {names}."))
}

/// The names of the targets.
fn targets() -> Vec<String> {
    let programs = files_below(&root().join("tests/fuzz/targets"));
    programs.iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect()
}

fn run_target(fuzzer: &Path, name: &str, seconds: u64) -> Outcome {
    // What was found to reach new code is kept from run to run, beside the files that it began with.
    let folder = cache().join("fuzz").join(name);
    let (found, seeds) = (folder.join("found"), folder.join("seeds"));
    make_folder(&found)?;
    let _ = std::fs::remove_dir_all(&seeds);
    make_folder(&seeds)?;
    let files = corpus::seeds(&root().join("tests"), name).map_err(|error| format!("no seeds: {error}"))?;
    let largest = files.iter().map(|seed| seed.bytes.len()).max().unwrap_or(0);
    for seed in &files {
        write(&seeds.join(seed.name.replace('/', "-")), &seed.bytes)?;
    }
    let mut command = Command::new(fuzzer);
    command.current_dir(root()).args(["run", "--sanitizer", "none", "--fuzz-dir", "tests/fuzz", "--target-dir"]);
    command.arg(cache().join("target/fuzz")).arg(name).arg(&found).arg(&seeds).arg("--");
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-timeout={MAX_SECONDS_EACH}"));
    command.arg(format!("-rss_limit_mb={MAX_MB}")).arg(format!("-max_len={}", (largest * 2).max(4_096)));
    run(command.args(["-print_final_stats=1", "-verbosity=0"]))
}
