//! Packages of Debian and Ubuntu. Nothing here asks a question that a script could not answer.

use crate::run::{Outcome, output, run, say, which};
use std::io::IsTerminal;
use std::path::Path;
use std::process::{Command, Stdio};

/// Installs packages with apt-get, and says which and why.
pub fn install(packages: &[&str], why: &str) -> Outcome {
    let list = packages.join(" ");
    if which("apt-get").is_none() {
        return Err(format!(
            "{list} needed: {why}. There is no apt-get here; install the equivalent and run this again."
        ));
    }
    let rights = rights().map_err(|lack| by_hand(&list, why, &lack))?;
    say(format!("Installing {list} with apt-get: {why}."));
    // A fresh image has no package lists at all, and says that there is no such package.
    if !has_lists(Path::new("/var/lib/apt/lists")) {
        apt(rights, &["update"], &[]).map_err(|lack| by_hand(&list, why, &lack))?;
    }
    let words = ["install", "--yes", "--no-install-recommends"];
    if apt(rights, &words, packages).is_ok() {
        return Ok(());
    }
    say("That did not work; perhaps the package lists are old.");
    apt(rights, &["update"], &[])
        .and_then(|()| apt(rights, &words, packages))
        .map_err(|lack| by_hand(&list, why, &lack))
}

fn by_hand(list: &str, why: &str, lack: &str) -> String {
    format!(
        "{list} needed: {why}. {lack}\nAs root, `apt-get update && apt-get install {list}` does it; then run this again."
    )
}

/// How to become root.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rights {
    Root,
    Sudo,
    /// sudo without a word: nobody is there to type a password.
    SilentSudo,
}

fn rights() -> Outcome<Rights> {
    if output(Command::new("id").arg("-u")).is_some_and(|id| id == "0") {
        return Ok(Rights::Root);
    }
    if which("sudo").is_none() {
        return Err("Installing packages takes root's rights, and there is no sudo here.".to_owned());
    }
    Ok(if std::io::stdin().is_terminal() { Rights::Sudo } else { Rights::SilentSudo })
}

fn has_lists(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
}

fn apt(rights: Rights, words: &[&str], packages: &[&str]) -> Outcome {
    run(command(rights, words, packages).stdin(Stdio::null()))
}

fn command(rights: Rights, words: &[&str], packages: &[&str]) -> Command {
    // Neither debconf nor needrestart may stop to ask; another apt is waited for.
    let settings = ["DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_SUSPEND=1"];
    let options = ["-q", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold"];
    let mut command = match rights {
        Rights::Root => Command::new("env"),
        Rights::Sudo | Rights::SilentSudo => Command::new("sudo"),
    };
    if rights == Rights::SilentSudo {
        command.arg("--non-interactive");
    }
    if rights != Rights::Root {
        // sudo drops the variables that it does not know.
        command.arg("env");
    }
    command.args(settings).arg("apt-get").args(options).args(words).args(packages);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(rights: Rights) -> String {
        let command = command(rights, &["install", "--yes"], &["nodejs"]);
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn apt_is_never_given_a_chance_to_ask() {
        for rights in [Rights::Root, Rights::Sudo, Rights::SilentSudo] {
            let line = line(rights);
            assert!(line.contains("env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -q"), "{line}");
            assert!(line.ends_with("install --yes nodejs"), "{line}");
        }
        assert!(line(Rights::Root).starts_with("env "));
        assert!(line(Rights::SilentSudo).starts_with("sudo --non-interactive env "));
    }

    #[test]
    fn what_is_missing_is_said_with_the_way_round() {
        let words = by_hand("nodejs npm", "the browser tests are driven from Node", "There is no sudo here.");
        assert!(words.contains("There is no sudo here.") && words.contains("apt-get install nodejs npm"), "{words}");
    }

    #[test]
    fn a_fresh_image_has_no_package_lists() {
        let folder = std::env::temp_dir().join(format!("tributary-lists-{}", std::process::id()));
        assert!(!has_lists(&folder));
        let lists = folder.join("deb.debian.org_debian_dists_trixie_main_binary-amd64_Packages");
        assert_eq!(crate::run::write(&folder.join("lock"), ""), Ok(()));
        assert!(!has_lists(&folder));
        assert_eq!(crate::run::write(&lists, ""), Ok(()));
        assert!(has_lists(&folder));
        let _ = std::fs::remove_dir_all(&folder);
    }
}
