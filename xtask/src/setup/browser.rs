//! Node, Chromium and the packages of the browser tests.

use super::{apt, host, install};
use crate::places;
use crate::run::{Outcome, output, read, run, say, which};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Node that the test driver supports.
const NODE: u32 = 18;

/// What the browser tests run with.
pub struct Browser {
    pub chromium: PathBuf,
}

/// Finds or installs Node, Chromium, Python and the test packages.
pub fn browser() -> Outcome<Browser> {
    node()?;
    packages()?;
    host::python()?;
    if let Some(named) = named_chromium() {
        return if runs(&named) {
            Ok(Browser { chromium: named })
        } else {
            Err(format!("CHROMIUM names {}, which is no Chromium or Chrome that runs.", named.display()))
        };
    }
    let chromium = match find_chromium() {
        Some(found) => found,
        None => install_chromium()?,
    };
    Ok(Browser { chromium })
}

fn node_version() -> Option<u32> {
    let version = output(Command::new("node").arg("--version"))?;
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

fn node() -> Outcome {
    if node_version().is_none() {
        apt::install(&["nodejs"], "the browser tests are driven from Node")?;
    }
    // Apart: some packages of Node bring npm along and conflict with the one of the distribution.
    if which("npm").is_none() {
        apt::install(&["npm"], "it installs the packages of the browser tests")?;
    }
    match node_version() {
        Some(found) if found >= NODE => Ok(()),
        Some(found) => Err(format!(
            "Node {found} is here; the browser tests need {NODE} or newer. Put one from https://nodejs.org on the PATH."
        )),
        None => Err("Node is needed for the browser tests and could not be installed.".to_owned()),
    }
}

/// Puts `node_modules` of the locked versions into the cache and links it into the clone.
fn packages() -> Outcome {
    let folder = places::root().join("tests/browser");
    let lock = read(&folder.join("package-lock.json"))?;
    let key: String = Sha256::digest(&lock).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let target = places::cache().join("node").join(key);
    if !target.join("node_modules").is_dir() {
        say("Installing playwright-core and axe-core with npm: they drive and check the page in the browser tests.");
        install::whole(&target, |temporary| {
            for name in ["package.json", "package-lock.json"] {
                std::fs::copy(folder.join(name), temporary.join(name)).map_err(|error| format!("{name}: {error}"))?;
            }
            let mut npm = Command::new("npm");
            npm.current_dir(temporary).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
            run(&mut npm)
        })?;
    }
    link(&target.join("node_modules"), &folder.join("node_modules"))
}

fn link(target: &Path, link: &Path) -> Outcome {
    if std::fs::read_link(link).is_ok_and(|old| old == target) {
        return Ok(());
    }
    if link.is_symlink() {
        std::fs::remove_file(link).map_err(|error| format!("{}: {error}", link.display()))?;
    }
    if link.exists() {
        // A folder that someone made with npm themselves: theirs to keep.
        return Ok(());
    }
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(target, link);
    #[cfg(windows)]
    let made = std::os::windows::fs::symlink_dir(target, link);
    made.map_err(|error| format!("{} cannot be made: {error}", link.display()))
}

fn named_chromium() -> Option<PathBuf> {
    std::env::var_os("CHROMIUM").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Ubuntu's `chromium-browser` is there without a browser behind it, so each is asked for its version.
fn runs(path: &Path) -> bool {
    if cfg!(windows) {
        // Chrome on Windows opens a window instead.
        return path.is_file();
    }
    output(Command::new(path).arg("--version")).is_some_and(|text| text.contains("Chrom"))
}

fn find_chromium() -> Option<PathBuf> {
    let names = ["chromium", "google-chrome-stable", "google-chrome", "chrome", "chromium-browser"];
    let apps = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    ];
    let on_path = names.iter().filter_map(|name| which(name));
    let installed = apps.iter().map(PathBuf::from).filter(|path| path.is_file());
    on_path.chain(installed).chain(downloaded_chromium()).find(|path| runs(path))
}

fn install_chromium() -> Outcome<PathBuf> {
    let is_debian = crate::run::read(Path::new("/etc/os-release")).is_ok_and(|text| text.contains("ID=debian"));
    if is_debian {
        apt::install(&["chromium", "chromium-driver"], "the browser tests run in it")?;
    } else {
        // Ubuntu has Chromium as a snap only, which does not run in a container.
        say("Downloading Chromium with playwright-core: the browser tests run in it.");
        let script = places::root().join("tests/browser/node_modules/playwright-core/cli.js");
        let mut command = Command::new("node");
        command.arg(script).args(["install", "chromium"]).env("PLAYWRIGHT_BROWSERS_PATH", downloads());
        // It calls apt-get itself for the libraries of the browser.
        command.env("DEBIAN_FRONTEND", "noninteractive");
        if which("apt-get").is_some() {
            command.arg("--with-deps");
        }
        run(&mut command)?;
    }
    find_chromium().ok_or_else(|| "Chromium or Chrome is needed for the browser tests; set CHROMIUM to it.".to_owned())
}

fn downloads() -> PathBuf {
    places::cache().join("browsers")
}

fn downloaded_chromium() -> Option<PathBuf> {
    let names = ["chrome", "headless_shell", "Chromium"];
    let is_browser = |path: &PathBuf| path.file_name().is_some_and(|name| names.iter().any(|wanted| name == *wanted));
    // Playwright puts this mark beside what it has unpacked to the end.
    let is_whole = |path: &PathBuf| path.ancestors().any(|folder| folder.join("INSTALLATION_COMPLETE").is_file());
    crate::run::files_below(&downloads()).into_iter().find(|path| is_browser(path) && is_whole(path))
}
