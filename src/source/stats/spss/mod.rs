//! SPSS system files, .sav and .zsav.
//!
//! After "System File Format" in the PSPP developers' guide (GNU PSPP; the format has no published
//! description of its own). A dictionary of records stands first (`dictionary`), then the cases as
//! eight-byte slots, plain, run through a byte code, or that packed with zlib (`cases`).

mod cases;
mod dictionary;
mod extensions;

use super::bytes::{Order, unpadded};
use super::clock::Count;
use super::column::{Builder, Gap, Shown};
use super::labels::{self, Labels};
use super::letters::{self, Letters};
use super::sheet::{CUT_ROW, Sheet, hex};
use crate::base::{Notices, Problem};
use crate::source::spec::{Format, ReadProgress, ReadTable, ReaderSpec};
use dictionary::{Dictionary, LabelList, Missing, Variable};
use encoding_rs::{Encoding, WINDOWS_1252};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Bytes of a slot, the unit of a case.
const SLOT: usize = 8;

/// Recognises a system file by its first bytes.
///
/// # Errors
/// `spss_portable` for its older relative.
pub(super) fn is(bytes: &[u8]) -> Result<bool, Problem> {
    if bytes.starts_with(b"ASCII SPSS PORT FILE") {
        return Err(Problem::input("spss_portable", "This is a portable file of SPSS (.por).")
            .because("This old format cannot be read here.")
            .hint("Open it in SPSS or PSPP and save it as .sav or CSV."));
    }
    Ok(bytes.starts_with(b"$FL2") || bytes.starts_with(b"$FL3"))
}

/// Reads a whole file.
///
/// # Errors
/// `bad_spss`, `unpacked_too_large`, `table_too_large`, `no_columns`.
pub(super) fn read(
    bytes: &[u8],
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadTable, Problem> {
    let dictionary = dictionary::read(bytes)?;
    let mut notices = Notices::default();
    let mut sheet = Sheet::new(Letters::new(spec, encoding(&dictionary, &mut notices))?);
    sheet.n_claimed = dictionary.n_cases;
    sheet.notices = notices;
    let columns = columns(&dictionary, &mut sheet);
    let case_size = dictionary.n_slots.checked_mul(SLOT).filter(|n| *n > 0).ok_or_else(bad)?;
    let mut source = cases::Cases::new(bytes, &dictionary)?;
    let mut case = Vec::with_capacity(case_size.min(bytes.len()));
    let mut text = Vec::new();
    loop {
        let starts_at = source.at();
        match source.next(&mut case, case_size) {
            cases::Next::Case => {}
            cases::Next::End => break,
            cases::Next::Cut => {
                sheet.put_aside(starts_at, CUT_ROW, || hex(&case));
                break;
            }
        }
        for (column, (variable, missing)) in columns.iter().enumerate() {
            push(&mut sheet, column, variable, missing, &case, &mut text, dictionary.order)?;
        }
        sheet.end_row(source.at(), bytes.len(), progress)?;
        if dictionary.n_cases == Some(sheet.n_seen()) {
            break;
        }
    }
    if let Some(name) = weight(&dictionary, &columns, &mut sheet.letters) {
        let text = format!("The file says that rows count by the weights in '{name}'; here every row counts once");
        sheet.notices.add("weights_not_used", text, 1);
    }
    sheet.finish(Format::Spss, spec, bytes.len())
}

/// The encoding by its name in the file, else by the number of its code page.
fn encoding(dictionary: &Dictionary, notices: &mut Notices) -> &'static Encoding {
    if let Some(name) = dictionary.encoding {
        let name = unpadded(name);
        let page = || std::str::from_utf8(name).ok()?.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok();
        if let Some(found) = Encoding::for_label(name).or_else(|| letters::of_code_page(page()?)) {
            return found;
        }
        letters::report_unknown(&String::from_utf8_lossy(name), notices);
        return WINDOWS_1252;
    }
    match dictionary.code_page {
        None => WINDOWS_1252,
        Some(page) => letters::of_code_page(page).unwrap_or_else(|| {
            letters::report_unknown(&page.to_string(), notices);
            WINDOWS_1252
        }),
    }
}

/// Missing values as they are compared with cells.
#[derive(Default)]
struct Gaps {
    numbers: Vec<f64>,
    range: Option<(f64, f64)>,
    texts: Vec<String>,
}

fn columns<'d, 'a>(dictionary: &'d Dictionary<'a>, sheet: &mut Sheet) -> Vec<(&'d Variable<'a>, Gaps)> {
    let letters = &mut sheet.letters;
    // Lists are decoded once, for numbers and for texts, however many variables share them.
    let mut lists: BTreeMap<(usize, bool), Rc<Labels>> = BTreeMap::new();
    let mut out = Vec::new();
    for variable in &dictionary.variables {
        let name = letters.name_text(variable.long_name.unwrap_or(variable.name));
        let format = variable.format_words();
        let builder = if variable.width > 0 {
            let width = crate::base::wording::plural(variable.width as u64, "byte", "bytes");
            Builder::text(name, format!("stored as text of {width}"))
        } else {
            Builder::numbers(name, shown(variable.format), format!("stored as a number, shown as {format}"))
        };
        let is_text = variable.width > 0;
        let set = if variable.labels.is_empty() {
            variable.list.and_then(|list| {
                let found = dictionary.lists.get(list)?;
                let decoded = lists.entry((list, is_text));
                Some(decoded.or_insert_with(|| Rc::new(decode(found, is_text, dictionary.order, letters))).clone())
            })
        } else {
            Some(Rc::new(decode(&variable.labels, is_text, dictionary.order, letters)))
        };
        let builder = builder.with_label(variable.label.and_then(|l| letters.label(l))).with_labels(set);
        sheet.columns.push(builder);
        let mut gaps = Gaps::default();
        match &variable.missing {
            Missing::Numbers { single, range } => {
                gaps.numbers.clone_from(single);
                gaps.range = *range;
            }
            Missing::Texts(texts) => gaps.texts = texts.iter().map(|t| letters.unpadded(t).into_owned()).collect(),
        }
        out.push((variable, gaps));
    }
    out
}

fn decode(list: &LabelList, is_text: bool, order: Order, letters: &mut Letters) -> Labels {
    let mut out = Labels::default();
    for (value, label) in list {
        let label = letters.name_text(label);
        if is_text {
            out.add_text(letters.unpadded(value).into_owned(), label);
        } else if let Some(value) = order.f64(value, 0) {
            out.add_number(value, label);
        }
    }
    out
}

fn push(
    sheet: &mut Sheet,
    column: usize,
    variable: &Variable,
    gaps: &Gaps,
    case: &[u8],
    text: &mut Vec<u8>,
    order: Order,
) -> Result<(), Problem> {
    if variable.width == 0 {
        let Some(builder) = sheet.columns.get_mut(column) else { return Ok(()) };
        let value = order.f64(case, variable.slot * SLOT).unwrap_or(f64::NAN);
        let is_gap =
            gaps.numbers.contains(&value) || gaps.range.is_some_and(|(low, high)| low <= value && value <= high);
        if value == -f64::MAX || value.is_nan() {
            builder.push_missing(None);
        } else if is_gap {
            builder.push_missing(Some(Gap::Number(labels::key(value))));
        } else {
            builder.push_number(value);
        }
        return Ok(());
    }
    text.clear();
    for (slot, used) in variable.segments() {
        let start = slot.saturating_mul(SLOT);
        text.extend_from_slice(case.get(start..start.saturating_add(used)).unwrap_or(&[]));
    }
    if !gaps.texts.is_empty() {
        let found = sheet.letters.unpadded(text);
        if !found.is_empty() && gaps.texts.iter().any(|gap| *gap == found) {
            let gap = Gap::Text(found.into_owned());
            if let Some(builder) = sheet.columns.get_mut(column) {
                builder.push_missing(Some(gap));
            }
            return Ok(());
        }
    }
    sheet.push_text(column, unpadded(text))
}

/// What a print format makes of a number, by its code.
fn shown(format: u8) -> Shown {
    match format {
        // DATE, ADATE, JDATE, MOYR, QYR, WKYR, EDATE, SDATE
        20 | 23 | 24 | 28 | 29 | 30 | 38 | 39 => Shown::Date(Count::SpssSeconds),
        // DATETIME, YMDHMS
        22 | 41 => Shown::DateTime(Count::SpssSeconds),
        // TIME
        21 => Shown::Time,
        // DTIME, MTIME
        25 | 40 => Shown::Duration,
        _ => Shown::Number,
    }
}

fn weight(dictionary: &Dictionary, columns: &[(&Variable, Gaps)], letters: &mut Letters) -> Option<String> {
    let slot = dictionary.weight?.checked_sub(1)?;
    let (variable, _) = columns.iter().find(|(v, _)| v.slot == slot)?;
    Some(letters.name_text(variable.long_name.unwrap_or(variable.name)))
}

fn bad() -> Problem {
    Problem::input("bad_spss", "This SPSS file is damaged or incomplete.")
        .because("What it says of its variables does not fit what is in it.")
        .hint("Download or copy it again, or save it anew in SPSS.")
}
