//! Building std for wasm32 from the source that Debian ships.

use super::install;
use super::toolchain::TARGET;
use crate::places;
use crate::run::{Outcome, make_folder, output, run, say, write};
use std::path::Path;
use std::process::Command;

/// True when the folder holds the compiled library `name`.
pub fn has_rlib(folder: &Path, name: &str) -> bool {
    let wanted = format!("lib{name}-");
    std::fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with(&wanted) && name.ends_with(".rlib")
    })
}

/// True when the sysroot exists and Debian's rustc can compile with it; false also after rustc was updated.
pub fn is_whole(sysroot: &Path) -> bool {
    if !has_rlib(&sysroot.join("lib/rustlib").join(TARGET).join("lib"), "std") {
        return false;
    }
    let stamp = sysroot.join("made-by");
    let Some(version) = output(Command::new("/usr/bin/rustc").arg("-vV")) else { return false };
    if std::fs::read_to_string(&stamp).is_ok_and(|made_by| made_by == version) {
        return true;
    }
    // No stamp of this compiler: believe it only if it compiles.
    let works = compiles(sysroot);
    if works {
        let _ = std::fs::write(&stamp, version);
    }
    works
}

fn compiles(sysroot: &Path) -> bool {
    let folder = places::cache().join("tmp").join(format!("try-{}", std::process::id()));
    let source = folder.join("try.rs");
    let compiled = write(&source, "fn main() { println!(\"{}\", std::env::args().count()); }").is_ok()
        && Command::new("/usr/bin/rustc")
            .arg("--sysroot")
            .arg(sysroot)
            .args(["--target", TARGET, "-o"])
            .arg(folder.join("try.wasm"))
            .arg(&source)
            .stderr(std::process::Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
    let _ = std::fs::remove_dir_all(&folder);
    compiled
}

/// Makes the sysroot unless it is whole.
pub fn make(sysroot: &Path) -> Outcome {
    if is_whole(sysroot) {
        return Ok(());
    }
    say("Building the standard library for wasm32 from Debian's source: about half a minute, once.");
    install::whole(sysroot, |folder| {
        let build = places::cache().join("tmp").join(format!("std-{}", std::process::id()));
        let made = build_std(&build).and_then(|()| collect(&build, folder));
        let _ = std::fs::remove_dir_all(&build);
        made
    })?;
    // What was compiled against the older library would fail to link with this one.
    let stale = places::web_target().join(TARGET);
    if stale.exists() {
        std::fs::remove_dir_all(&stale).map_err(|error| format!("{} is in use: {error}", stale.display()))?;
    }
    if is_whole(sysroot) { Ok(()) } else { Err("The library was built, but does not compile a program.".to_owned()) }
}

/// Builds from an empty crate: with dependencies, their rlibs would clash with those of std.
fn build_std(folder: &Path) -> Outcome {
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[lib]\n[workspace]\n";
    write(&folder.join("Cargo.toml"), manifest)?;
    write(&folder.join("src/lib.rs"), "#![no_std]\n")?;
    let mut command = Command::new("/usr/bin/cargo");
    command
        .current_dir(folder)
        .args(["build", "--quiet", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort"])
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        // Without bitcode, fat LTO fails with "Can't find section .llvmbc".
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTUP_TOOLCHAIN");
    run(&mut command)
}

/// Copies the libraries into the shape of a sysroot; the rest are links to the system's.
fn collect(build: &Path, sysroot: &Path) -> Outcome {
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    make_folder(&libraries)?;
    let made = build.join("target").join(TARGET).join("release/deps");
    for entry in std::fs::read_dir(&made).map_err(|error| format!("{}: {error}", made.display()))?.flatten() {
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if text.ends_with(".rlib") && !text.starts_with("libempty") {
            std::fs::copy(entry.path(), libraries.join(&name)).map_err(|error| format!("{text}: {error}"))?;
        }
    }
    #[cfg(unix)]
    for entry in std::fs::read_dir("/usr/lib/rustlib").into_iter().flatten().flatten() {
        if entry.file_name() != TARGET {
            let link = sysroot.join("lib/rustlib").join(entry.file_name());
            std::os::unix::fs::symlink(entry.path(), &link).map_err(|error| format!("{}: {error}", link.display()))?;
        }
    }
    Ok(())
}
