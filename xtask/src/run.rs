//! Running other programs.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A result whose error is a sentence for the person at the keyboard.
pub type Outcome<T = ()> = Result<T, String>;

/// Prints one step, set apart from the output of the programs that run.
pub fn say(text: impl AsRef<str>) {
    println!("• {}", text.as_ref());
}

fn name_of(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs a program, its output on the screen. Fails when the program does.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("`{}` could not be started: {error}", name_of(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status}).", name_of(command))) }
}

/// Runs a program and returns what it printed, or `None` when it is missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program quietly, and stops it when it takes longer than `limit`. True when it succeeded in time.
pub fn within(command: &mut Command, limit: Duration) -> bool {
    let Ok(mut child) = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        return false;
    };
    let ended = wait(&mut child, limit);
    if ended.is_none() {
        // Gone already, perhaps; either way there is nothing left to wait for.
        let _ = child.kill();
        let _ = child.wait();
    }
    ended == Some(true)
}

fn wait(child: &mut Child, limit: Duration) -> Option<bool> {
    let started = Instant::now();
    while started.elapsed() < limit {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) => std::thread::sleep(Duration::from_millis(100)),
            Err(_) => return Some(false),
        }
    }
    None
}

/// The full path of a program on the PATH.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| [folder.join(program), folder.join(format!("{program}.exe"))])
        .find(|file| file.is_file())
}

/// Adds folders in front of the PATH of a command.
pub fn with_path(command: &mut Command, folders: &[PathBuf]) {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&old));
    if let Ok(joined) = std::env::join_paths(all) {
        command.env("PATH", joined);
    }
}

/// `std::fs::read_to_string` with the file's name in the error.
pub fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

/// `std::fs::write` that makes the folder first and names the file in the error.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Outcome {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    std::fs::write(path, bytes).map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// `std::fs::create_dir_all` with the folder's name in the error.
pub fn make_folder(path: &Path) -> Outcome {
    std::fs::create_dir_all(path).map_err(|error| format!("{} cannot be made: {error}", path.display()))
}

/// Every file below `folder`, in a stable order. Symbolic links are not followed.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    files
}
