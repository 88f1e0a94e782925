//! The page as it is published: optimised, one hashed style sheet, pre-compressed.

use crate::places::cache;
use crate::run::{Outcome, files_below, read, run, say, which, write};
use crate::{setup, web};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The page's own code, compressed, must stay below this: it is what a visitor waits for.
pub const PAGE_BUDGET_BYTES: u64 = 700_000;
/// What arrives behind it, before the first file is dropped.
const DESK_BUDGET_BYTES: u64 = 400_000;
/// How much larger a build for daily work may be: no optimisation across crates, no dead code removed by it.
const DAILY_FACTOR: u64 = 3;
/// The readers are fetched when a file arrives.
const READER_BUDGET_BYTES: u64 = 3_000_000;
/// The engine is fetched when there is something to combine.
const ENGINE_BUDGET_BYTES: u64 = 9_000_000;
/// wasm-opt takes minutes for a large module; the engine is left to the compiler unless asked for.
const WASM_OPT_LIMIT_BYTES: u64 = 24_000_000;

/// Builds the published page into dist/. `quick` packs a build for daily work, to try the packing itself.
pub fn dist(quick: bool) -> Outcome {
    let web_build = setup::web_build()?;
    web::prepare()?;
    let dist = web::build_with(&web_build, if quick { web::Profile::Web } else { web::Profile::Dist })?;
    optimise(&dist)?;
    bundle_styles(&dist)?;
    compress(&dist)?;
    let sizes = Sizes::measure(&dist)?;
    say(format!("Ready to publish: {}. Any static host will do; see docs/hosting.md.", dist.display()));
    sizes.report(!quick)
}

/// Runs wasm-opt over the workers' programs where it is at hand. The same behaviour, a little faster; so its absence
/// is no error. The page's program is left as it is: its file would be smaller, and larger once compressed.
fn optimise(dist: &Path) -> Outcome {
    let Some(wasm_opt) = wasm_opt()? else { return Ok(()) };
    for file in files_below(dist).into_iter().filter(|path| has_extension(path, &["wasm"])) {
        let size = size_of(&file);
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("app-") {
            continue;
        }
        if size > WASM_OPT_LIMIT_BYTES && std::env::var_os("TRIBUTARY_WASM_OPT_ALL").is_none() {
            say(format!(
                "wasm-opt is left out for {name} ({}): set TRIBUTARY_WASM_OPT_ALL=1 to wait for it.",
                kb(size)
            ));
            continue;
        }
        let smaller = file.with_extension("opt");
        let mut command = wasm_opt.command();
        command.arg("-O2").args(FEATURES).arg(&file).arg("-o").arg(&smaller);
        if run(&mut command).is_ok() && size_of(&smaller) > 0 {
            std::fs::rename(&smaller, &file).map_err(|error| format!("{name}: {error}"))?;
            say(format!("wasm-opt: {name} {} → {}", kb(size), kb(size_of(&file))));
        } else {
            let _ = std::fs::remove_file(&smaller);
            say(format!("wasm-opt could not handle {name}; it stays as the compiler made it."));
        }
    }
    Ok(())
}

/// What the compiler uses beyond the first version of WebAssembly.
const FEATURES: [&str; 6] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-reference-types",
];

enum WasmOpt {
    Program(PathBuf),
    Script(PathBuf),
}

impl WasmOpt {
    fn command(&self) -> Command {
        match self {
            WasmOpt::Program(path) => Command::new(path),
            WasmOpt::Script(path) => {
                let mut command = Command::new("node");
                command.arg("--max-old-space-size=8192").arg(path);
                command
            }
        }
    }
}

fn wasm_opt() -> Outcome<Option<WasmOpt>> {
    const BINARYEN: &str = "132.0.0";
    if std::env::var("TRIBUTARY_WASM_OPT").is_ok_and(|value| value == "0") {
        return Ok(None);
    }
    let recent = |path: &PathBuf| {
        let version = crate::run::output(Command::new(path).arg("--version")).unwrap_or_default();
        let number = version.split_whitespace().nth(2).and_then(|word| word.parse::<u32>().ok());
        number.is_some_and(|number| number >= 118)
    };
    if let Some(found) = which("wasm-opt").filter(recent) {
        return Ok(Some(WasmOpt::Program(found)));
    }
    let folder = cache().join("tools").join(format!("binaryen-{BINARYEN}"));
    let script = folder.join("node_modules/binaryen/bin/wasm-opt");
    if script.is_file() {
        return Ok(Some(WasmOpt::Script(script)));
    }
    if which("npm").is_none() {
        say("wasm-opt is not here and neither is npm: the programs stay as the compiler made them.");
        return Ok(None);
    }
    say(format!("Installing binaryen {BINARYEN} with npm: its wasm-opt makes the published programs smaller."));
    setup::install_whole(&folder, |temporary| {
        write(&temporary.join("package.json"), "{\"private\": true}\n")?;
        let mut npm = Command::new("npm");
        npm.current_dir(temporary).args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
        run(npm.arg(format!("binaryen@{BINARYEN}")))
    })?;
    Ok(script.is_file().then_some(WasmOpt::Script(script)))
}

/// Joins the style sheets into one file in the order of their links: one request instead of thirty.
fn bundle_styles(dist: &Path) -> Outcome {
    let index = dist.join("index.html");
    let html = read(&index)?;
    let (bundled, sheets) = take_style_links(&html);
    if sheets.len() < 2 {
        return Ok(());
    }
    let mut css = String::new();
    for sheet in &sheets {
        css.push_str(&read(&dist.join(sheet))?);
        css.push('\n');
    }
    let hash: String = Sha256::digest(&css).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("style-{hash}.css");
    write(&dist.join(&name), css)?;
    write(&index, bundled.replacen("</head>", &format!("<link rel=\"stylesheet\" href=\"./{name}\">\n  </head>"), 1))?;
    for sheet in sheets {
        std::fs::remove_file(dist.join(&sheet)).map_err(|error| format!("{sheet}: {error}"))?;
    }
    Ok(())
}

/// Takes the links to style sheets out of a page; returns the rest and their files, in order.
fn take_style_links(html: &str) -> (String, Vec<String>) {
    let mut rest = html;
    let mut kept = String::new();
    let mut sheets = Vec::new();
    while let Some(start) = rest.find("<link") {
        let Some(length) = rest[start..].find('>') else { break };
        let tag = &rest[start..=start + length];
        let sheet = tag.contains("stylesheet").then(|| attribute(tag, "href")).flatten();
        kept.push_str(&rest[..start]);
        match sheet {
            Some(href) => sheets.push(href.trim_start_matches("./").to_owned()),
            None => kept.push_str(tag),
        }
        rest = &rest[start + length + 1..];
    }
    kept.push_str(rest);
    (kept, sheets)
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!("{name}=\""))?.1.split('"').next()
}

/// Writes `.br` and `.gz` beside every file that shrinks by it, for servers that hand those out.
fn compress(dist: &Path) -> Outcome {
    let kinds = ["html", "js", "css", "wasm", "svg", "json", "csv", "txt", "md", "webmanifest"];
    let mut n_files = 0;
    for file in files_below(dist).into_iter().filter(|path| has_extension(path, &kinds)) {
        let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        if bytes.len() < 1024 {
            continue;
        }
        write(&with_suffix(&file, "br"), brotli_of(&bytes, brotli_quality(bytes.len()))?)?;
        write(&with_suffix(&file, "gz"), gzip_of(&bytes)?)?;
        n_files += 1;
    }
    say(format!("Compressed {n_files} files (.br and .gz beside each)."));
    Ok(())
}

/// The best quality takes a second a megabyte; large files get the one below, which is five times as fast.
fn brotli_quality(size_bytes: usize) -> i32 {
    if size_bytes > 8_000_000 { 9 } else { 11 }
}

fn brotli_of(bytes: &[u8], quality: i32) -> Outcome<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, ..Default::default() };
    let mut out = Vec::new();
    let mut input = bytes;
    brotli::BrotliCompress(&mut input, &mut out, &params).map_err(|error| format!("brotli: {error}"))?;
    Ok(out)
}

fn gzip_of(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(|error| format!("gzip: {error}"))
}

/// Compressed sizes of what a visitor fetches, and when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sizes {
    /// index.html, boot.js, the app's JavaScript and program, the style sheets.
    pub page_bytes: u64,
    /// The part of the page's program that arrives behind the start page.
    pub desk_bytes: u64,
    pub reader_bytes: u64,
    pub engine_bytes: u64,
}

impl Sizes {
    /// Measures the files that belong to each part, with brotli.
    pub fn measure(dist: &Path) -> Outcome<Sizes> {
        let mut sizes = Sizes::default();
        for entry in std::fs::read_dir(dist).map_err(|error| format!("{}: {error}", dist.display()))?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let part = match name.as_str() {
                "index.html" | "boot.js" => &mut sizes.page_bytes,
                name if name.starts_with("app-") && name.ends_with(".wasm") && !name.ends_with("_bg.wasm") => {
                    &mut sizes.desk_bytes
                }
                name if name.starts_with("app-") => &mut sizes.page_bytes,
                name if name.ends_with(".css") => &mut sizes.page_bytes,
                "worker-reader.js" | "reader.js" | "reader_bg.wasm" => &mut sizes.reader_bytes,
                "worker-engine.js" | "engine.js" | "engine_bg.wasm" => &mut sizes.engine_bytes,
                _ => continue,
            };
            if name.ends_with(".br") || name.ends_with(".gz") {
                continue;
            }
            let packed = entry.path().with_file_name(format!("{name}.br"));
            if packed.is_file() {
                // What a visitor of the published page in fact waits for.
                *part += size_of(&packed);
                continue;
            }
            let bytes = std::fs::read(entry.path()).map_err(|error| format!("{name}: {error}"))?;
            // 9 is what matters at this size, and fast enough for every test run.
            *part += brotli_of(&bytes, 9)?.len() as u64;
        }
        Ok(sizes)
    }

    /// Prints the sizes; fails when a part is over its budget. The budgets are for the published page: a
    /// build for daily work is held to a multiple for the page only, as an early warning.
    pub fn report(&self, is_published: bool) -> Outcome {
        let parts = [
            ("page", self.page_bytes, PAGE_BUDGET_BYTES),
            ("desk", self.desk_bytes, DESK_BUDGET_BYTES),
            ("reader", self.reader_bytes, READER_BUDGET_BYTES),
            ("engine", self.engine_bytes, ENGINE_BUDGET_BYTES),
        ];
        let mut over = Vec::new();
        for (name, size, budget) in parts {
            let limit = match (is_published, name) {
                (true, _) => budget,
                (false, "page" | "desk") => budget * DAILY_FACTOR,
                (false, _) => u64::MAX,
            };
            let bound = if limit == u64::MAX { String::new() } else { format!(" of {:>9}", kb(limit)) };
            println!("  {name:<7} {:>9}{bound} (brotli)", kb(size));
            if size > limit {
                over.push(name);
            }
        }
        if !is_published {
            println!("  Not optimised. `cargo xtask dist` checks the budget itself: page {}.", kb(PAGE_BUDGET_BYTES));
        }
        if over.is_empty() { Ok(()) } else { Err(format!("Over the size budget: {}.", over.join(", "))) }
    }
}

fn kb(size_bytes: u64) -> String {
    format!("{} kB", size_bytes.div_ceil(1000))
}

fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |data| data.len())
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    path.extension().is_some_and(|ext| wanted.iter().any(|w| ext == *w))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_links_are_taken_out_in_order_and_others_stay() {
        let html = "<head><link rel=\"icon\" href=\"i.svg\"><link rel=\"stylesheet\" href=\"./a-1.css\"/>\
                    <link rel=\"stylesheet\" href=\"./b-2.css\"/></head>";
        let (rest, sheets) = take_style_links(html);
        assert_eq!(rest, "<head><link rel=\"icon\" href=\"i.svg\"></head>");
        assert_eq!(sheets, ["a-1.css", "b-2.css"]);
    }

    #[test]
    fn both_compressions_give_the_bytes_back() {
        let bytes = b"sample,plate\n".repeat(500);
        let mut unzipped = Vec::new();
        let gzip = gzip_of(&bytes).unwrap_or_default();
        std::io::copy(&mut flate2::read::GzDecoder::new(gzip.as_slice()), &mut unzipped).ok();
        assert_eq!(unzipped, bytes);
        let packed = brotli_of(&bytes, 11).unwrap_or_default();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut unpacked).ok();
        assert_eq!(unpacked, bytes);
        assert!(packed.len() < 100);
    }

    #[test]
    fn a_page_is_packed_with_one_style_sheet_and_compressed_files() {
        let folder = std::env::temp_dir().join(format!("tributary-dist-{}", std::process::id()));
        let page = "<head><link rel=\"stylesheet\" href=\"./layers-1.css\"/><link rel=\"stylesheet\" href=\"./x-2.css\"/>\n</head>";
        let css = |what: &str| format!("@layer {what};\n").repeat(200);
        for (name, text) in [("index.html", page.to_owned()), ("layers-1.css", css("a")), ("x-2.css", css("b"))] {
            assert_eq!(write(&folder.join(name), text), Ok(()));
        }
        assert_eq!(bundle_styles(&folder), Ok(()));
        assert_eq!(compress(&folder), Ok(()));
        let names: Vec<String> = files_below(&folder)
            .iter()
            .map(|path| path.strip_prefix(&folder).unwrap_or(path).to_string_lossy().into_owned())
            .collect();
        let html = read(&folder.join("index.html")).unwrap_or_default();
        let css = files_below(&folder).into_iter().find(|path| has_extension(path, &["css"])).unwrap_or_default();
        let css = read(&css).unwrap_or_default();
        let _ = std::fs::remove_dir_all(&folder);
        assert_eq!(names.len(), 4, "{names:?}");
        assert!(names.iter().any(|name| name.starts_with("style-") && name.ends_with(".css.br")), "{names:?}");
        assert_eq!(html.matches("stylesheet").count(), 1);
        assert!(css.starts_with("@layer a;") && css.trim_end().ends_with("@layer b;"));
    }
}
