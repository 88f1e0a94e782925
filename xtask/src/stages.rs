//! `cargo xtask test`: every check in order, going on after a failure, with the counts at the end.

use crate::dist::Sizes;
use crate::places::{host_target, root};
use crate::run::{Outcome, run, say};
use crate::setup::{self, Browser, WebBuild};
use crate::web;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What ran so far.
#[derive(Default)]
struct Tally {
    n_passed: u32,
    n_failed: u32,
    failures: Vec<String>,
}

impl Tally {
    /// Runs one stage that counts as one check.
    fn stage(&mut self, name: &str, run: impl FnOnce() -> Outcome) -> bool {
        self.counted(name, || run().map(|()| (1, 0)))
    }

    /// Runs one stage that brings its own counts. An error counts as one failure.
    fn counted(&mut self, name: &str, run: impl FnOnce() -> Outcome<(u32, u32)>) -> bool {
        println!("\n== {name} ==");
        let started = Instant::now();
        let (n_passed, n_failed, why) = match run() {
            Ok((n_passed, n_failed)) => (n_passed, n_failed, format!("{n_failed} failed")),
            Err(why) => (0, 1, why),
        };
        self.n_passed += n_passed;
        self.n_failed += n_failed;
        let elapsed = started.elapsed().as_secs_f64();
        if n_failed > 0 {
            println!("{name}: failed after {elapsed:.0} s. {why}");
            self.failures.push(format!("{name}: {why}"));
        } else {
            println!("{name}: passed ({n_passed}, {elapsed:.0} s)");
        }
        n_failed == 0
    }

    fn end(self) -> Outcome {
        println!();
        for failure in &self.failures {
            println!("failed: {failure}");
        }
        println!("{} passed, {} failed", self.n_passed, self.n_failed);
        if self.n_failed == 0 { Ok(()) } else { Err("Some checks failed.".to_owned()) }
    }
}

/// Every check. `--no-browser` and `--no-web` leave the slow ones out, and the last lines say so.
pub fn test(args: &[&str]) -> Outcome {
    let mut tally = Tally::default();
    let with_web = !args.contains(&"--no-web");
    let with_browser = with_web && !args.contains(&"--no-browser");
    let mut web_build = None;
    let mut browser = None;
    tally.stage("setup", || {
        if with_web {
            web_build = Some(setup::web_build()?);
        }
        if with_browser {
            browser = Some(setup::browser()?);
        }
        web::prepare()
    });
    tally.stage("setup (host)", setup::lints);
    tally.stage("format", format);
    tally
        .stage("lint (host)", || run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])));
    tally.counted("tests (host)", host_tests);
    if let Some(web_build) = &web_build {
        with_page(&mut tally, web_build, browser.as_ref());
    }
    if !with_browser {
        println!(
            "\nLeft out on request: {}.",
            if with_web { "the browser tests" } else { "the page and the browser tests" }
        );
    }
    tally.end()
}

fn with_page(tally: &mut Tally, web_build: &WebBuild, browser: Option<&Browser>) {
    tally.stage("lint (browser)", || web::lint(web_build).map(|what| say(format!("Checked with {what}."))));
    let built = tally.stage("build", || web::build_with(web_build, web::Profile::Web).map(|_| ()));
    if !built {
        return;
    }
    tally.stage("size", || Sizes::measure(&root().join("dist"))?.report(false));
    if let Some(browser) = browser {
        tally.counted("tests (browser)", || browser_tests(browser));
    }
}

/// The quick checks.
pub fn check() -> Outcome {
    let mut tally = Tally::default();
    tally.stage("setup (host)", setup::lints);
    tally.stage("format", format);
    tally.stage("types (host)", || run(cargo().args(["check", "--workspace", "--all-targets"])));
    tally.counted("tidy", || test_counts(cargo().args(["test", "--test", "suite", "--", "tidy"])));
    tally.end()
}

fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root()).env("CARGO_TARGET_DIR", host_target());
    command
}

fn format() -> Outcome {
    run(cargo().args(["fmt", "--all", "--check"]))
}

fn host_tests() -> Outcome<(u32, u32)> {
    test_counts(cargo().args(["test", "--workspace", "--no-fail-fast"]))
}

fn browser_tests(browser: &Browser) -> Outcome<(u32, u32)> {
    let mut node = Command::new("node");
    node.current_dir(root()).arg("tests/browser/run.mjs").env("CHROMIUM", &browser.chromium);
    test_counts(&mut node)
}

/// Shows a program's output and adds up its lines of the form `test result: ok. 3 passed; 0 failed`.
/// A program that fails without having counted a failure is one failure.
fn test_counts(command: &mut Command) -> Outcome<(u32, u32)> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| format!("The tests could not be started: {error}"))?;
    let (mut n_passed, mut n_failed) = (0, 0);
    for line in BufReader::new(child.stdout.take().ok_or("no output")?).lines().map_while(Result::ok) {
        println!("{line}");
        if let Some((passed, failed)) = counts(&line) {
            n_passed += passed;
            n_failed += failed;
        }
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    if !status.success() && n_failed == 0 {
        n_failed = 1;
    }
    if n_passed + n_failed == 0 {
        return Err("No test ran.".to_owned());
    }
    Ok((n_passed, n_failed))
}

fn counts(line: &str) -> Option<(u32, u32)> {
    let rest = line.strip_prefix("test result: ")?;
    let number_before = |word: &str| {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let at = words.iter().position(|w| w.trim_end_matches([';', ',', '.']) == word)?;
        words.get(at.checked_sub(1)?)?.parse().ok()
    };
    Some((number_before("passed")?, number_before("failed")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_from_the_lines_of_cargo_test() {
        let line = "test result: FAILED. 41 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(counts(line), Some((41, 2)));
        assert_eq!(counts("running 3 tests"), None);
    }
}
