//! What must hold of any bytes that come from outside: one target for each way in.
//!
//! `cargo fuzz` runs each target on inputs that it makes up (`targets/`, started with `cargo xtask fuzz`), and the host's
//! tests run the same on the seeds with bytes changed (`tests/suite/mutated.rs`). A target panics when something
//! does not hold; everything else, a `Problem` too, is well.
//!
//! Decision: `docs/decisions/0019-robustness.md`.

mod corpus;
mod reading;
mod sent;

pub use corpus::seeds;
pub use reading::{hold, read_as};

use tributary::source::Format;

/// A way in.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
}

macro_rules! targets {
    ($($name:literal => $run:expr,)*) => {
        pub const TARGETS: &[Target] = &[$(Target { name: $name, run: $run },)*];
    };
}

targets! {
    // Recognised by the bytes alone, as when a file is dropped.
    "any" => |bytes| hold("x", bytes, &Default::default()),
    "chosen" => reading::as_chosen,
    "csv" => |bytes| read_as(Format::Csv, bytes),
    "json" => |bytes| read_as(Format::Json, bytes),
    "ndjson" => |bytes| read_as(Format::Ndjson, bytes),
    "instruments" => |bytes| hold("x.txt", bytes, &Default::default()),
    "archive" => |bytes| hold("x", bytes, &Default::default()),
    "xlsx" => |bytes| read_as(Format::Xlsx, bytes),
    "xlsb" => |bytes| read_as(Format::Xlsb, bytes),
    "xls" => |bytes| read_as(Format::Xls, bytes),
    "ods" => |bytes| read_as(Format::Ods, bytes),
    "parquet" => |bytes| read_as(Format::Parquet, bytes),
    "arrow" => |bytes| read_as(Format::Arrow, bytes),
    "sqlite" => |bytes| read_as(Format::Sqlite, bytes),
    "stata" => |bytes| read_as(Format::Stata, bytes),
    "spss" => |bytes| read_as(Format::Spss, bytes),
    "sas" => |bytes| read_as(Format::Sas, bytes),
    "xpt" => |bytes| read_as(Format::Xpt, bytes),
    "link" => sent::link,
    "report" => sent::report,
    "project" => sent::project,
    "workspace" => sent::workspace,
    "address" => sent::address,
    "pages" => sent::pages,
}

/// Runs the target of that name.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.unwrap_or_else(|| panic!("no target {name}")).run)(bytes);
}
