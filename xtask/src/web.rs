//! Building and serving the page with Trunk.

use crate::places::{root, web_target};
use crate::run::{Outcome, files_below, make_folder, read, run, say, with_path, write};
use crate::serving;
use crate::setup::{self, Kind, WebBuild};
use crate::split;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// How to compile: see the profiles in Cargo.toml.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    Web,
    Dist,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Profile::Web => "web",
            Profile::Dist => "dist",
        }
    }

    /// Published, the page is compiled for size and the others for speed.
    fn of_page(self) -> &'static str {
        match self {
            Profile::Web => "web",
            Profile::Dist => "dist-page",
        }
    }

    /// The readers' own code is what takes the time there; index.html names this profile as well.
    fn of_readers(self) -> &'static str {
        match self {
            Profile::Web => "web",
            Profile::Dist => "dist-reader",
        }
    }
}

/// Sets up and builds the page; returns the folder with it.
pub fn build(profile: Profile) -> Outcome<PathBuf> {
    let web = setup::web_build()?;
    prepare()?;
    build_with(&web, profile)
}

/// Builds the page with a toolchain that is set up.
pub fn build_with(web: &WebBuild, profile: Profile) -> Outcome<PathBuf> {
    let started = Instant::now();
    // Trunk keeps what it makes under fixed names in the target folder: one build at a time.
    let _turn = turn()?;
    say(format!("Building the page (profile {}) with {}.", profile.name(), web.toolchain.describe()));
    // The three programs in one go; Trunk, which builds them one by one, then finds them ready.
    compile(web, profile)?;
    let dist = root().join("dist");
    let mut trunk = trunk(web, profile, "build");
    trunk.arg("--dist").arg(&dist);
    run(&mut trunk)?;
    split::split(web, profile.of_page(), &dist)?;
    say(format!("The page is in {} ({:.0} s).", dist.display(), started.elapsed().as_secs_f64()));
    Ok(dist)
}

/// Sets up, builds and serves; see [`crate::serving`] for where.
pub fn serve(args: &[&str]) -> Outcome {
    let place = serving::Place::read(args)?;
    // Before the quarter of an hour that a first build takes, and again after it.
    place.must_be_free()?;
    let web = setup::web_build()?;
    prepare()?;
    {
        let _turn = turn()?;
        say("Building the page. The first time takes a quarter of an hour, later ones a minute.");
        compile(&web, Profile::Web)?;
    }
    place.must_be_free()?;
    let mut trunk = trunk(&web, Profile::Web, "serve");
    trunk.args(place.arguments());
    place.announce_when_it_answers();
    run(&mut trunk)
}

/// Everything in the clone that the build needs and that is made by a program.
pub fn prepare() -> Outcome {
    crate::samples::write_all(&root().join("public/samples"))?;
    link_style_sheets(&root())?;
    share_policy(&root())
}

fn turn() -> Outcome<File> {
    make_folder(&web_target())?;
    let path = web_target().join(".one-page-at-a-time");
    let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    if file.try_lock().is_err() {
        say("Another build of the page is running; waiting for it.");
        file.lock().map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(file)
}

/// Adds what the C code and the build id need.
fn environment(web: &WebBuild, command: &mut Command) {
    let (cc, ar) = &web.c_tools;
    command.env("CC_wasm32_unknown_unknown", cc).env("AR_wasm32_unknown_unknown", ar);
    command.env("TRIBUTARY_BUILD", build_id(&root()));
}

/// The page and the readers are compiled without the query engine, the engine without the screens;
/// the features are those that index.html names.
fn compile(web: &WebBuild, profile: Profile) -> Outcome {
    let name = profile.name();
    let together = [("page", name, &["app", "app_split", "reader"][..]), ("engine", name, &["engine"][..])];
    let apart = [
        ("page", profile.of_page(), &["app", "app_split"][..]),
        ("page", profile.of_readers(), &["reader"][..]),
        ("engine", name, &["engine"][..]),
    ];
    let groups = if profile == Profile::Dist { &apart[..] } else { &together[..] };
    for (features, profile, programs) in groups {
        let mut cargo = web.toolchain.cargo();
        environment(web, &mut cargo);
        cargo.args(["build", "--offline", "--target", "wasm32-unknown-unknown", "--profile", profile]);
        cargo.args(["--no-default-features", "--features", features]);
        for program in *programs {
            cargo.args(["--bin", program]);
        }
        run(&mut cargo)?;
    }
    Ok(())
}

fn trunk(web: &WebBuild, profile: Profile, what: &str) -> Command {
    let mut command = Command::new(web.tools.path.last().map(|bin| bin.join("trunk")).unwrap_or_default());
    web.toolchain.prepare(&mut command);
    // The order matters: our wasm-bindgen and, with Debian, its cargo before those of the machine.
    let folders: Vec<PathBuf> = web.tools.path.iter().chain(&web.toolchain.path).cloned().collect();
    with_path(&mut command, &folders);
    environment(web, &mut command);
    // Its three cargos wait for each other and say so; warnings and errors are shown all the same.
    command.env("CARGO_TERM_QUIET", "true");
    // Trunk reads NO_COLOR as true or false, where others set it to 1.
    command.env_remove("NO_COLOR");
    command.args(["--skip-version-check", "--log", "warn", what, "--cargo-profile", profile.name()]);
    if profile == Profile::Dist {
        command.arg("--release");
    }
    command
}

/// The lint of the code that is compiled for the browser only. Returns what was run, in words.
pub fn lint(web: &WebBuild) -> Outcome<&'static str> {
    let mut cargo = web.toolchain.cargo();
    environment(web, &mut cargo);
    let has_clippy = web.toolchain.kind == Kind::Native && crate::run::which("cargo-clippy").is_some();
    if has_clippy {
        cargo.arg("clippy");
    } else {
        // Debian's packages bring no clippy, and rustup's is for another compiler.
        cargo.arg("check");
    }
    // The profile of the build, so that its build scripts and macros are not compiled again.
    cargo.args(["--offline", "--target", "wasm32-unknown-unknown", "--profile", "web", "--lib", "--bins"]);
    if has_clippy {
        cargo.args(["--", "-D", "warnings"]);
        return run(&mut cargo).map(|()| "clippy");
    }
    // `-D warnings` as a compiler flag would compile every dependency again, so read what cargo says;
    // it repeats the warnings of our own crate also when nothing was compiled.
    cargo.args(["--quiet", "--message-format", "short", "--color", "never"]);
    let output = cargo.output().map_err(|error| format!("cargo check could not be started: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    eprint!("{text}");
    if output.status.success() && !text.contains("warning") {
        Ok("cargo check, because this toolchain has no clippy")
    } else {
        Err("cargo check for the browser found something (see above).".to_owned())
    }
}

/// Names the state of the sources: the three programs of one page must agree on it.
pub fn build_id(root: &Path) -> String {
    let mut hash = Sha256::new();
    let mut files = files_below(&root.join("src"));
    files.extend([root.join("Cargo.toml"), root.join("Cargo.lock")]);
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(std::fs::read(&file).unwrap_or_default());
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

const BEGIN: &str = "<!-- style sheets -->";
const END: &str = "<!-- end of style sheets -->";

/// Keeps the links to `style/**/*.css` in index.html complete and in order.
fn link_style_sheets(root: &Path) -> Outcome {
    let path = root.join("index.html");
    let old = read(&path)?;
    let new = with_style_sheets(&old, &style_sheets(root))?;
    if new != old {
        say("Updating the list of style sheets in index.html.");
        write(&path, new)?;
    }
    Ok(())
}

fn style_sheets(root: &Path) -> Vec<String> {
    // Layers first, because their order is fixed by their first mention; print last.
    let first = ["layers", "fonts", "tokens", "theme", "chart", "base", "layout"];
    let rank = |name: &str| {
        let plain = name.trim_start_matches("style/").trim_end_matches(".css");
        if plain == "print" { first.len() + 1 } else { first.iter().position(|f| *f == plain).unwrap_or(first.len()) }
    };
    let mut names: Vec<String> = files_below(&root.join("style"))
        .iter()
        .filter(|path| path.extension().is_some_and(|ext| ext == "css"))
        .filter_map(|path| Some(path.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/")))
        .collect();
    names.sort_by_key(|name| (rank(name), name.clone()));
    names
}

fn with_style_sheets(html: &str, names: &[String]) -> Outcome<String> {
    let broken = || "index.html lacks the marks around the style sheets.".to_owned();
    let (before, rest) = html.split_once(BEGIN).ok_or_else(broken)?;
    let (_, after) = rest.split_once(END).ok_or_else(broken)?;
    let links: String =
        names.iter().map(|name| format!("    <link data-trunk rel=\"css\" href=\"{name}\">\n")).collect();
    Ok(format!("{before}{BEGIN}\n{links}    {END}{after}"))
}

/// Keeps the content policy of the other pages the same as that of index.html.
fn share_policy(root: &Path) -> Outcome {
    let policy = read(&root.join("index.html"))?;
    let policy = policy_line(&policy).ok_or("index.html has no content policy.")?;
    let path = root.join("public/bench.html");
    let old = read(&path)?;
    let own = policy_line(&old).ok_or("public/bench.html has no line with a content policy.")?;
    if own != policy {
        say("Updating the content policy in public/bench.html.");
        write(&path, old.replace(own, policy))?;
    }
    Ok(())
}

fn policy_line(html: &str) -> Option<&str> {
    html.lines().find(|line| line.contains("http-equiv=\"Content-Security-Policy\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_and_the_docs_have_the_same_content_policy() {
        let root = crate::places::root();
        let text = |name: &str| read(&root.join(name)).unwrap_or_default();
        let index = text("index.html");
        let policy = policy_line(&index).unwrap_or_default();
        assert!(policy.contains("default-src 'self'"), "{policy}");
        assert_eq!(policy_line(&text("public/bench.html")), Some(policy));
        let value = policy.split("content=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        // A header can say one thing more than a page's own policy.
        let header = format!("Content-Security-Policy: {value}; frame-ancestors 'self'");
        assert!(text("docs/hosting.md").contains(&header), "docs/hosting.md names another policy");
    }

    #[test]
    fn style_sheets_are_listed_between_the_marks_and_twice_is_the_same() {
        let html = format!("<head>\n    {BEGIN}\n    {END}\n</head>");
        let names = ["style/layers.css".to_owned(), "style/parts/grid.css".to_owned()];
        let once = with_style_sheets(&html, &names).unwrap_or_default();
        assert!(
            once.contains(
                "href=\"style/layers.css\">\n    <link data-trunk rel=\"css\" href=\"style/parts/grid.css\">"
            )
        );
        assert_eq!(with_style_sheets(&once, &names).unwrap_or_default(), once);
        assert!(with_style_sheets("<head></head>", &names).is_err());
    }

    #[test]
    fn the_build_id_is_twelve_hex_digits_and_stable() {
        let id = build_id(&crate::places::root());
        assert_eq!(id.len(), 12);
        assert!(id.chars().all(|c| c.is_ascii_hexdigit()));
        assert_eq!(id, build_id(&crate::places::root()));
    }
}
