//! The rules of the house that a compiler does not check: who may use whom, and what must not be written where.

mod paths;

use paths::{crate_paths, declared_names, without_comments, without_tests};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The journey, in order.
const STAGES: &[&str] = &["source", "recipe", "merge", "insight", "chart", "report"];

/// What a module may use: whole modules, and modules of which only the specs.
struct Layer {
    name: &'static str,
    uses: &'static [&'static str],
    specs_of: &'static [&'static str],
}

const fn layer(name: &'static str, uses: &'static [&'static str], specs_of: &'static [&'static str]) -> Layer {
    Layer { name, uses, specs_of }
}

/// The map of docs/architecture.md as data. A module that is not named here may not exist.
const LAYERS: &[Layer] = &[
    layer("base", &[], &[]),
    layer("table", &["base"], &[]),
    layer("source", &["base", "table"], &[]),
    layer("recipe", &["base", "table"], &[]),
    layer("merge", &["base", "table", "recipe"], &[]),
    layer("insight", &["base", "table"], &[]),
    // A control chart is drawn from what `insight` computes.
    layer("chart", &["base", "table", "insight"], &["recipe"]),
    // A report states filters and key numbers in the words of a recipe.
    layer("report", &["base", "table", "insight", "chart"], &["source", "recipe", "merge"]),
    layer("share", &["base", "table", "insight", "chart", "report", "workspace"], &[]),
    // The saved format mirrors what is known of columns; rows never.
    layer("workspace", &["base", "table"], STAGES),
    layer("store", &["base"], &[]),
    layer("protocol", &["base", "table", "workspace", "share"], STAGES),
    layer(
        "engine",
        &["base", "table", "source", "recipe", "merge", "insight", "chart", "report", "share", "workspace", "protocol"],
        &[],
    ),
    // The workers' side of the platform hosts the engine and the readers.
    layer("platform", &["base", "table", "source", "share", "store", "protocol", "workspace", "engine"], STAGES),
    // The page draws charts itself, so that a hover or a zoom does not ask the engine; it reads addresses,
    // and it writes and opens what is shared. It never reaches the engine but through the protocol.
    layer("ui", &["base", "table", "source", "chart", "report", "share", "workspace", "protocol", "platform"], STAGES),
];

/// Files that hold specs besides `spec.rs`: plain data that others may name.
const SPEC_FILES: &[&str] = &["spec.rs", "data.rs", "frozen.rs"];

/// Modules that may know the browser.
const WEB: &[&str] = &["platform", "ui", "bin"];

const LINES_LIMIT: usize = 800;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && entry.file_name() != "node_modules" && entry.file_name() != "target" {
                folders.push(entry.path());
            } else if kind.is_file() && entry.path().extension().is_some_and(|ext| ext == extension) {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files
}

/// The path below the root, with forward slashes.
fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// The module of a source file: `src/chart/ticks.rs` → `chart`; files directly in `src` have none.
fn module_of(path: &Path) -> Option<String> {
    let short = short(path);
    let (module, _) = short.strip_prefix("src/")?.split_once('/')?;
    Some(module.to_owned())
}

fn is_test_file(path: &Path) -> bool {
    let short = short(path);
    short.ends_with("/tests.rs") || short.contains("/tests/")
}

/// The code of a source file that ends up in the program, without comments.
fn program_text(path: &Path) -> String {
    if is_test_file(path) {
        return String::new();
    }
    without_comments(without_tests(&std::fs::read_to_string(path).unwrap()))
}

fn names_of_specs() -> BTreeMap<String, BTreeSet<String>> {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in files_below(&root().join("src"), "rs") {
        let Some(module) = module_of(&path) else { continue };
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        if SPEC_FILES.contains(&file.as_str()) {
            names.entry(module).or_default().extend(declared_names(&program_text(&path)));
        }
    }
    names
}

/// Says what is wrong with `module` naming `path` (segments after `crate::`), or nothing.
fn breach(module: &str, path: &[String], specs: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    let target = path.first()?.as_str();
    let known = |name: &str| LAYERS.iter().find(|layer| layer.name == name);
    // Not a module: a macro or an item of lib.rs.
    known(target).filter(|_| target != module)?;
    let Some(layer) = known(module) else { return Some(format!("{module} is not in the map of layers")) };
    if layer.uses.contains(&target) {
        return None;
    }
    if !layer.specs_of.contains(&target) {
        return Some(format!("{module} must not use {target}"));
    }
    match path.get(1).map(String::as_str) {
        Some("self") | None => None,
        Some(name) if SPEC_FILES.iter().any(|file| file.trim_end_matches(".rs") == name) => None,
        Some(name) if specs.get(target).is_some_and(|names| names.contains(name)) => None,
        Some(name) => Some(format!("{module} may use only the specs of {target}, and {name} is not one")),
    }
}

/// Every breach in a text that stands in `module`.
fn breaches(module: &str, text: &str, specs: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    crate_paths(text).iter().filter_map(|path| breach(module, path, specs)).collect()
}

fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn modules_use_only_what_the_map_allows() {
    let specs = names_of_specs();
    let mut found = Vec::new();
    for path in files_below(&root().join("src"), "rs") {
        let Some(module) = module_of(&path).filter(|module| module != "bin") else { continue };
        let file = short(&path);
        found.extend(breaches(&module, &program_text(&path), &specs).into_iter().map(|b| format!("{file}: {b}")));
        if !LAYERS.iter().any(|layer| layer.name == module) {
            found.push(format!("{file}: {module} is not in the map of layers"));
        }
    }
    found.sort();
    found.dedup();
    none("Dependencies against the map in docs/architecture.md", &found);
}

#[test]
fn the_check_of_dependencies_finds_what_it_should() {
    let specs = BTreeMap::from([("chart".to_owned(), BTreeSet::from(["ChartSpec".to_owned()]))]);
    let text = "use crate::{base::Problem, ui::{self, shell}};\nfn f() { crate::store::open(); }";
    assert_eq!(
        breaches("merge", text, &specs),
        ["merge must not use ui", "merge must not use ui", "merge must not use store"]
    );
    assert!(breaches("workspace", "use crate::chart::ChartSpec;", &specs).is_empty());
    assert_eq!(breaches("workspace", "use crate::chart::{ChartSpec, draw};", &specs).len(), 1);
    assert!(breaches("merge", "use crate::merge::key; use crate::recipe::Op;", &specs).is_empty());
    assert_eq!(breaches("recipe", "use crate::merge::MergeSpec;", &specs), ["recipe must not use merge"]);
}

#[test]
fn only_the_web_modules_know_the_browser() {
    let words = ["web_sys", "js_sys", "wasm_bindgen", "leptos", "gloo_", "indexed_db_futures", "plotters_canvas"];
    let mut found = Vec::new();
    for path in files_below(&root().join("src"), "rs") {
        if module_of(&path).is_none_or(|module| WEB.contains(&module.as_str())) {
            continue;
        }
        let text = program_text(&path);
        found.extend(words.iter().filter(|word| text.contains(**word)).map(|word| format!("{}: {word}", short(&path))));
    }
    none("The browser outside platform and ui", &found);
}

#[test]
fn the_pure_modules_read_no_clock_and_no_file() {
    let words =
        ["std::fs", "std::net", "std::thread", "std::env", "Instant::now", "SystemTime", "Utc::now", "Local::now"];
    let mut found = Vec::new();
    for path in files_below(&root().join("src"), "rs") {
        if module_of(&path).is_none_or(|module| WEB.contains(&module.as_str())) {
            continue;
        }
        let text = program_text(&path);
        found.extend(words.iter().filter(|word| text.contains(**word)).map(|word| format!("{}: {word}", short(&path))));
    }
    none("A clock, a thread or I/O in a pure module", &found);
}

#[test]
fn files_are_short_enough_to_read() {
    let folders =
        [("src", "rs"), ("tests", "rs"), ("xtask", "rs"), ("style", "css"), ("tests/browser", "mjs"), ("public", "js")];
    let files = folders.iter().flat_map(|(folder, extension)| files_below(&root().join(folder), extension));
    let long: Vec<String> = files
        .map(|path| (std::fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(n_lines, _)| *n_lines > LINES_LIMIT)
        .map(|(n_lines, path)| format!("{}: {n_lines} lines", short(&path)))
        .collect();
    none(&format!("Files of more than {LINES_LIMIT} lines"), &long);
}

#[test]
fn no_text_becomes_markup() {
    let words = ["inner_html", "set_inner_html", "insert_adjacent_html", "outer_html", "document.write"];
    let mut found = Vec::new();
    for path in files_below(&root().join("src"), "rs") {
        let text = program_text(&path);
        found.extend(words.iter().filter(|word| text.contains(**word)).map(|word| format!("{}: {word}", short(&path))));
    }
    none("Markup from text, which a hostile file could use", &found);
}

/// A value that names a colour by itself instead of a role.
fn colour_literal(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let is_hex = |word: &str| {
        word.strip_prefix('#')
            .is_some_and(|hex| [3, 4, 6, 8].contains(&hex.len()) && hex.chars().all(|c| c.is_ascii_hexdigit()))
    };
    let functions = ["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch("];
    let names = ["white", "black", "red", "green", "blue", "gray", "grey", "orange", "yellow", "purple"];
    // Mixing roles is fine: `color-mix(in oklch, var(--accent) 20%, transparent)`.
    let words = value.split(|c: char| c.is_whitespace() || ",()/;!".contains(c));
    functions.iter().any(|function| value.contains(function))
        || words.into_iter().any(|word| is_hex(word) || names.contains(&word))
}

#[test]
fn colours_and_type_sizes_come_from_tokens() {
    let mut found = Vec::new();
    for path in files_below(&root().join("style"), "css") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if ["tokens.css", "theme.css", "chart.css"].contains(&name.as_str()) {
            continue;
        }
        let text = without_comments(&std::fs::read_to_string(&path).unwrap());
        for declaration in text.split(['{', '}', ';']) {
            let Some((property, value)) = declaration.rsplit_once(':') else { continue };
            let property = property.trim();
            let is_selector = property.contains(['.', '&', '[', '@', '>']) || property.contains(' ');
            if !is_selector && colour_literal(value) {
                found.push(format!("{}: {}", short(&path), declaration.trim()));
            }
            if property == "font-size"
                && value.trim().starts_with(|c: char| c.is_ascii_digit())
                && !value.contains("em")
            {
                found.push(format!("{}: {}", short(&path), declaration.trim()));
            }
        }
    }
    none("Colours or type sizes outside tokens, theme and chart", &found);
    assert!(colour_literal("1px solid #ccc") && colour_literal("oklch(50% 0.1 200)") && colour_literal("white"));
    assert!(!colour_literal("color-mix(in oklch, var(--accent) 20%, transparent)") && !colour_literal("url(#mask)"));
}

#[test]
fn every_style_sheet_is_linked() {
    let html = std::fs::read_to_string(root().join("index.html")).unwrap();
    let missing: Vec<String> = files_below(&root().join("style"), "css")
        .iter()
        .map(|path| short(path))
        .filter(|name| !html.contains(&format!("href=\"{name}\"")))
        .collect();
    none("Style sheets that index.html does not link (`cargo xtask build` adds them)", &missing);
    let linked = html.split("href=\"style/").skip(1).filter_map(|rest| rest.split('"').next());
    let gone: Vec<String> =
        linked.filter(|name| !root().join("style").join(name).is_file()).map(str::to_owned).collect();
    none("Links to style sheets that do not exist", &gone);
}

/// Files that git tracks; all files of the usual folders where there is no git.
fn tracked() -> Vec<PathBuf> {
    let listed = std::process::Command::new("git").arg("ls-files").current_dir(root()).output();
    match listed {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).lines().map(|line| root().join(line)).collect()
        }
        _ => ["rs", "toml", "md", "html", "js", "mjs", "json", "css"]
            .iter()
            .flat_map(|extension| files_below(&root(), extension))
            .collect(),
    }
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    // In parts, so that this file does not find itself.
    let folders = [["/ro", "ot/"], ["/ho", "me/"], ["/Us", "ers/"], ["/wo", "rk/"], ["C:\\", "Users"]]
        .map(|parts| parts.concat());
    let mut found = Vec::new();
    for path in tracked() {
        // What is not text names nothing.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for (line, n) in text.lines().zip(1..) {
            let named = folders.iter().find(|folder| {
                line.match_indices(folder.as_str()).any(|(at, _)| {
                    // `https://host/home/` and `a/work/b` are not folders of a machine.
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-/".contains(c))
                })
            });
            if let Some(folder) = named {
                found.push(format!("{}:{n}: {folder}", short(&path)));
            }
        }
    }
    none("Folders of one machine", &found);
}

#[test]
fn locked_packages_name_no_registry_host() {
    let lock = std::fs::read_to_string(root().join("tests/browser/package-lock.json")).unwrap();
    assert!(!lock.contains("\"resolved\""), "package-lock.json names a registry: remove the `resolved` lines");
    assert!(lock.contains("\"integrity\""), "package-lock.json must keep the checksums");
}
