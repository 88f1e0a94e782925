//! Which Rust compiles for the browser.
//!
//! Where rustup can download, its target is used. Where it cannot (many CI boxes), Debian's security
//! suite has a recent rustc with the library's source, from which std is built once.

use super::{apt, host, sysroot};
use crate::places;
use crate::run::{Outcome, make_folder, output, say, which, with_path, within};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The target of all three programs.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// Longer than a slow line needs for the 20 MB of std.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(90);
const DEBIAN_PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

/// Where the compiler comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The cargo and rustc on the PATH have std for wasm32.
    Native,
    /// Debian's packages, with a std that was built here.
    Debian,
}

/// A cargo that can build for wasm32.
pub struct Toolchain {
    pub kind: Kind,
    /// Folders to put in front of the PATH, so that Trunk finds the same cargo.
    pub path: Vec<PathBuf>,
    sysroot: Option<PathBuf>,
}

impl Toolchain {
    fn native() -> Toolchain {
        Toolchain { kind: Kind::Native, path: Vec::new(), sysroot: None }
    }

    /// A `cargo` command with the environment of a web build. Never with flags that differ between
    /// callers: each change of flags compiles everything again.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(self.cargo_path());
        self.prepare(&mut command);
        command
    }

    fn cargo_path(&self) -> PathBuf {
        match self.kind {
            Kind::Native => PathBuf::from("cargo"),
            Kind::Debian => PathBuf::from("/usr/bin/cargo"),
        }
    }

    pub fn rustc(&self) -> &'static str {
        match self.kind {
            Kind::Native => "rustc",
            Kind::Debian => "/usr/bin/rustc",
        }
    }

    /// Gives any command, Trunk for instance, the environment of a web build.
    pub fn prepare(&self, command: &mut Command) {
        with_path(command, &self.path);
        command.current_dir(places::root());
        command.env("CARGO_TARGET_DIR", places::web_target());
        command.env("RUSTFLAGS", self.rustflags());
        command.env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("RUSTC");
        if self.kind == Kind::Debian {
            command.env("RUSTC", "/usr/bin/rustc");
            // `cargo xtask` was itself started through rustup, which would choose for us.
            command.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
        }
    }

    fn rustflags(&self) -> String {
        // Erased view types: a page of half the size, compiled in half the time.
        let flags = "--cfg getrandom_backend=\"wasm_js\" --cfg erase_components -C target-feature=+simd128";
        match &self.sysroot {
            Some(sysroot) => format!("--sysroot {} {flags}", sysroot.display()),
            None => flags.to_owned(),
        }
    }

    /// One line for the log.
    pub fn describe(&self) -> String {
        let version = output(Command::new(self.rustc()).arg("--version")).unwrap_or_default();
        match self.kind {
            Kind::Native => version,
            Kind::Debian => format!("{version} (Debian packages, std built here)"),
        }
    }
}

/// Finds or installs a toolchain with std for wasm32, new enough for this project.
pub fn toolchain() -> Outcome<Toolchain> {
    let found = with_std()?;
    let remedy = match found.kind {
        Kind::Native => "With rustup: `rustup update stable`.".to_owned(),
        Kind::Debian => {
            format!("`apt-get update && apt-get install {}` brings a newer one.", DEBIAN_PACKAGES.join(" "))
        }
    };
    host::recent_rust(found.rustc(), &remedy)?;
    Ok(found)
}

fn with_std() -> Outcome<Toolchain> {
    match std::env::var("TRIBUTARY_TOOLCHAIN").unwrap_or_default().as_str() {
        "" => {}
        "debian" => return debian(),
        "native" | "rustup" => return if has_std() || rustup_add() { Ok(Toolchain::native()) } else { Err(no_std()) },
        other => return Err(format!("TRIBUTARY_TOOLCHAIN is `{other}`; it can be `native` or `debian`.")),
    }
    if has_std() {
        return Ok(Toolchain::native());
    }
    if sysroot::is_whole(&places::cache().join("sysroot-web")) {
        return debian();
    }
    if rustup_add() {
        return Ok(Toolchain::native());
    }
    if which("apt-get").is_some() { debian() } else { Err(no_std()) }
}

fn no_std() -> String {
    format!("The standard library for {TARGET} is missing. With rustup: `rustup target add {TARGET}`.")
}

fn has_std() -> bool {
    let libdir = output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    libdir.is_some_and(|folder| sysroot::has_rlib(Path::new(&folder), "std"))
}

fn rustup_add() -> bool {
    if which("rustup").is_none() {
        return false;
    }
    say(format!("Adding the target {TARGET} with rustup: the page is compiled for it."));
    let added = within(Command::new("rustup").args(["target", "add", TARGET]), DOWNLOAD_LIMIT) && has_std();
    if !added {
        say("rustup could not download it; Debian's packages will do instead.");
    }
    added
}

fn debian() -> Outcome<Toolchain> {
    let mut installed = Command::new("dpkg-query");
    installed.args(["--show", "--showformat=${db:Status-Status} "]).args(DEBIAN_PACKAGES);
    let states = output(&mut installed).unwrap_or_default();
    let has_all = states.split_whitespace().filter(|state| *state == "installed").count() == DEBIAN_PACKAGES.len();
    if !has_all {
        apt::install(&DEBIAN_PACKAGES, "a Rust that can build the standard library for wasm32")?;
    }
    let sysroot = places::cache().join("sysroot-web");
    sysroot::make(&sysroot)?;
    // Trunk calls `cargo` by name: give it a folder in which that is Debian's.
    let shims = places::cache().join("tools/debian-cargo");
    make_folder(&shims)?;
    #[cfg(unix)]
    for name in ["cargo", "rustc"] {
        let link = shims.join(name);
        if !link.exists() {
            let _ = std::fs::remove_file(&link);
            std::os::unix::fs::symlink(Path::new("/usr/bin").join(name), &link)
                .map_err(|error| format!("{} cannot be made: {error}", link.display()))?;
        }
    }
    Ok(Toolchain { kind: Kind::Debian, path: vec![shims], sysroot: Some(sysroot) })
}
