//! The page's program in two: what is seen first, and what arrives behind it (`src/ui/later.rs`).
//!
//! Trunk knows nothing of this: it puts the page together with the program in one. Here the program
//! in two, compiled from `src/bin/app_split.rs`, takes its place.

use crate::places::web_target;
use crate::run::{Outcome, files_below, make_folder, read, run, say, with_path, write};
use crate::setup::WebBuild;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Replaces the program in `dist` by the two that are cut out of `profile`'s `app_split.wasm`.
pub fn split(web: &WebBuild, profile: &str, dist: &Path) -> Outcome {
    let whole = web_target().join("wasm32-unknown-unknown").join(profile).join("app_split.wasm");
    let work = web_target().join("split").join(profile);
    let _ = std::fs::remove_dir_all(&work);
    make_folder(&work)?;
    run(Command::new(&web.tools.split).arg(&whole).arg(&work).args(["--target", "web", "--out-name", "app"]))?;
    let bound = work.join("bound");
    let mut bindgen = Command::new("wasm-bindgen");
    with_path(&mut bindgen, &web.tools.path);
    bindgen.args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-name", "app", "--out-dir"]);
    run(bindgen.arg(&bound).arg(work.join("app.wasm")))?;
    let mut parts = vec![
        Part::new(bound.join("app.js"), ".js"),
        Part::new(bound.join("app_bg.wasm"), "_bg.wasm"),
        Part::new(work.join("__wasm_split.js"), "_split.js"),
    ];
    for chunk in files_below(&work).into_iter().filter(|path| path.parent() == Some(&work)) {
        let name = name_of(&chunk);
        if name.ends_with(".wasm") && name != "app.wasm" {
            let ending = format!("_{name}");
            parts.push(Part::new(chunk, &ending));
        }
    }
    if parts.len() < 4 {
        return Err("The page's program was not cut: nothing marks where (src/bin/app_split.rs).".to_owned());
    }
    publish(&parts, dist)?;
    say(format!("The page's program is in {} parts.", parts.len() - 2));
    Ok(())
}

/// A file of the program, and how its name ends after `app-<hash>`.
struct Part {
    file: PathBuf,
    ending: String,
}

impl Part {
    fn new(file: PathBuf, ending: &str) -> Part {
        Part { file, ending: ending.to_owned() }
    }
}

/// Copies the parts under names with a hash, in place of the program that is there.
fn publish(parts: &[Part], dist: &Path) -> Outcome {
    let mut contents = Vec::new();
    let mut hash = Sha256::new();
    for part in parts {
        let bytes = std::fs::read(&part.file).map_err(|error| format!("{}: {error}", part.file.display()))?;
        let bytes = if part.ending.ends_with(".wasm") { without_names(&bytes)? } else { bytes };
        hash.update(&bytes);
        contents.push(bytes);
    }
    let stem: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let stem = format!("app-{stem}");
    for (part, bytes) in parts.iter().zip(contents) {
        let path = dist.join(format!("{stem}{}", part.ending));
        if !part.ending.ends_with(".js") {
            write(&path, bytes)?;
            continue;
        }
        let mut text = String::from_utf8(bytes).map_err(|_| format!("{} is not text.", part.file.display()))?;
        for other in parts {
            // Only where a file is loaded: the program knows the other part by the name it had.
            for before in ["from \"./", "from './", "URL(\"./", "URL('./", "URL(\"", "URL('"] {
                let old = format!("{before}{}", name_of(&other.file));
                text = text.replace(&old, &format!("{before}{stem}{}", other.ending));
            }
        }
        write(&path, text)?;
    }
    let index = dist.join("index.html");
    let html = read(&index)?;
    let old = app_stem(&html).ok_or("index.html does not name the page's program.")?.to_owned();
    write(&index, html.replace(&old, &stem))?;
    for ending in [".js", "_bg.wasm"] {
        let path = dist.join(format!("{old}{ending}"));
        std::fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// `app-1a2b3c` in `data-app="./app-1a2b3c.js"`.
fn app_stem(html: &str) -> Option<&str> {
    let address = html.split_once("data-app=\"")?.1.split('"').next()?;
    address.rsplit('/').next()?.strip_suffix(".js")
}

/// A module without its custom sections, which hold names and notes for tools.
fn without_names(module: &[u8]) -> Outcome<Vec<u8>> {
    const HEADER: usize = 8;
    let broken = || "The page's program cannot be read.".to_owned();
    let mut kept = module.get(..HEADER).ok_or_else(broken)?.to_vec();
    let mut at = HEADER;
    while at < module.len() {
        let (size, n_size) = leb128(module.get(at + 1..).ok_or_else(broken)?).ok_or_else(broken)?;
        let end = at + 1 + n_size + size;
        let section = module.get(at..end).ok_or_else(broken)?;
        if section[0] != 0 {
            kept.extend_from_slice(section);
        }
        at = end;
    }
    Ok(kept)
}

/// An unsigned number of at most 32 bits, and how many bytes it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0usize;
    for (i, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((value, i + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_out_of_a_module_and_the_rest_stays() {
        let header = *b"\0asm\x01\0\0\0";
        let types = [1, 4, 1, 0x60, 0, 0];
        let names = [0, 6, 4, b'n', b'a', b'm', b'e', 0];
        let long = [vec![0, 0x85, 0x01], vec![7; 133]].concat();
        let module = [&header[..], &names, &types, &long].concat();
        assert_eq!(without_names(&module), Ok([&header[..], &types].concat()));
        assert!(without_names(&module[..module.len() - 1]).is_err());
        assert!(without_names(b"\0asm").is_err());
    }

    #[test]
    fn the_parts_take_the_place_of_the_program() {
        let folder = std::env::temp_dir().join(format!("tributary-split-{}", std::process::id()));
        let (work, dist) = (folder.join("work"), folder.join("dist"));
        let wasm = "\0asm\u{1}\0\0\0";
        let files = [
            (
                "app.js",
                "import * as s from './__wasm_split.js';\n({'./__wasm_split.js': s});\nnew URL('app_bg.wasm', import.meta.url);",
            ),
            ("app_bg.wasm", wasm),
            ("__wasm_split.js", "import { initSync } from \"./app.js\";\nnew URL(\"./1_desk.wasm\", import.meta.url)"),
            ("1_desk.wasm", wasm),
        ];
        for (name, text) in files {
            assert_eq!(write(&work.join(name), text), Ok(()));
        }
        let html = "<link href=\"./app-0f.js\"><script data-app=\"./app-0f.js\" data-wasm=\"./app-0f_bg.wasm\">";
        for (name, text) in [("index.html", html), ("app-0f.js", ""), ("app-0f_bg.wasm", "")] {
            assert_eq!(write(&dist.join(name), text), Ok(()));
        }
        let endings = [".js", "_bg.wasm", "_split.js", "_1_desk.wasm"];
        let parts: Vec<Part> =
            files.iter().zip(endings).map(|((name, _), ending)| Part::new(work.join(name), ending)).collect();
        assert_eq!(publish(&parts, &dist), Ok(()));
        let html = read(&dist.join("index.html")).unwrap_or_default();
        let stem = app_stem(&html).unwrap_or_default().to_owned();
        let script = read(&dist.join(format!("{stem}.js"))).unwrap_or_default();
        let loader = read(&dist.join(format!("{stem}_split.js"))).unwrap_or_default();
        let names: Vec<String> = files_below(&dist).iter().map(|path| name_of(path)).collect();
        let _ = std::fs::remove_dir_all(&folder);
        assert_eq!(html.matches(&stem).count(), 3, "{html}");
        assert!(script.contains("{'./__wasm_split.js': s}"), "{script}");
        assert!(script.contains(&format!("'./{stem}_split.js'")) && script.contains(&format!("'{stem}_bg.wasm'")));
        assert!(loader.contains(&format!("\"./{stem}.js\"")) && loader.contains(&format!("\"./{stem}_1_desk.wasm\"")));
        assert_eq!(names.len(), 5, "{names:?}");
        assert!(!names.contains(&"app-0f.js".to_owned()));
    }
}
