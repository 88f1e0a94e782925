//! The project's own commands: `cargo xtask serve`, `cargo xtask test` and the steps they are made of.

mod dist;
mod fuzz;
mod places;
mod run;
mod samples;
mod serving;
mod setup;
mod split;
mod stages;
mod web;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  setup           install what the commands below need, and say what and why
  serve           set up, build, and serve the page at http://127.0.0.1:8080/; a change rebuilds it
                  (--port N, --address A: serve it elsewhere)
  build [--dist]  build the page into dist/ (--dist: small and fast, takes long; same as `dist`)
  dist [--quick]  the page as it is published: optimised, hashed, pre-compressed
                  (--quick: packed the same way, but not optimised)
  test            every check, the browser tests included; ends with the counts
                  (--no-browser, --no-web: leave those out)
  check           the quick checks only: formatting, types on the host, the tidy rules
  samples         write the sample data into public/samples
  fuzz [target] [seconds]
                  run the readers on bytes that a fuzzer makes up, each for a minute (tests/fuzz)

Environment:
  TRIBUTARY_CACHE      where tools and compiled dependencies are kept (default ~/.cache/tributary)
  TRIBUTARY_TOOLCHAIN  `native` (the cargo on the PATH) or `debian` (packages rustc-web, cargo-web)
  CARGO_TARGET_DIR     where to compile, instead of the cache
  CHROMIUM             the browser for the tests";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["setup"] => setup::everything().map(|_| ()),
        ["serve", rest @ ..] => web::serve(rest),
        ["build"] => web::build(web::Profile::Web).map(|_| ()),
        ["dist"] | ["build", "--dist"] => dist::dist(false),
        ["dist", "--quick"] => dist::dist(true),
        ["test", rest @ ..] => stages::test(rest),
        ["check"] => stages::check(),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["samples"] => samples::write_all(&places::root().join("public/samples")),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(format!("Unknown command `{}`.\n\n{HELP}", args.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\n{why}");
            ExitCode::FAILURE
        }
    }
}
