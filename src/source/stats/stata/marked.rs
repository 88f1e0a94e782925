//! Formats 117 to 119: parts between marks such as `<header>`.
//!
//! The parts come in a fixed order and are read one after the other. The map of their places at
//! the start is passed over: it says nothing that the marks do not, and could be false.

use super::super::bytes::{Cursor, Order};
use super::super::letters::Letters;
use super::super::sheet::MAX_COLUMNS;
use super::cells::LongTexts;
use super::labels::{Sets, one};
use super::{Kind, Layout, Variable, bad};
use crate::base::Problem;

pub(super) const MARK: &[u8] = b"<stata_dta>";

/// Sizes that have grown from format to format.
struct Sizes {
    name: usize,
    format: usize,
    label: usize,
    sort: usize,
}

fn sizes(release: u8) -> Sizes {
    match release {
        117 => Sizes { name: 33, format: 49, label: 81, sort: 2 },
        118 => Sizes { name: 129, format: 57, label: 321, sort: 2 },
        _ => Sizes { name: 129, format: 57, label: 321, sort: 4 },
    }
}

pub(super) fn layout(bytes: &[u8]) -> Result<Layout<'_>, Problem> {
    let mut cursor = Cursor::new(bytes, 0, Order::Little);
    let release = release(&mut cursor).ok_or_else(bad)?;
    if !(117..=119).contains(&release) {
        return Err(Problem::input("new_stata", "This file was saved by a newer Stata than is known here.")
            .because(format!("It has format {release}; 117 to 119 and older ones can be read."))
            .hint("Save it in Stata with saveold, or export it as CSV."));
    }
    parts(cursor, release).ok_or_else(bad)
}

fn release(cursor: &mut Cursor) -> Option<u8> {
    cursor.expect(b"<stata_dta><header><release>")?;
    let digits = std::str::from_utf8(cursor.take(3)?).ok()?;
    cursor.expect(b"</release>")?;
    digits.parse().ok()
}

fn parts(mut cursor: Cursor<'_>, release: u8) -> Option<Layout<'_>> {
    let sizes = sizes(release);
    cursor.expect(b"<byteorder>")?;
    cursor.order = match cursor.take(3)? {
        b"MSF" => Order::Big,
        b"LSF" => Order::Little,
        _ => return None,
    };
    cursor.expect(b"</byteorder><K>")?;
    let n = if release == 119 { cursor.u32()? as usize } else { usize::from(cursor.u16()?) };
    cursor.expect(b"</K><N>")?;
    let n_rows = if release == 117 { u64::from(cursor.u32()?) } else { cursor.u64()? };
    cursor.expect(b"</N><label>")?;
    let n_label = if release == 117 { usize::from(cursor.u8()?) } else { usize::from(cursor.u16()?) };
    cursor.take(n_label)?;
    cursor.expect(b"</label><timestamp>")?;
    let n_time = usize::from(cursor.u8()?);
    cursor.take(n_time)?;
    cursor.expect(b"</timestamp></header><map>")?;
    cursor.take(14 * 8)?;
    if n > MAX_COLUMNS {
        return None;
    }
    cursor.expect(b"</map><variable_types>")?;
    let kinds = cursor.take_items(n, 2)?;
    cursor.expect(b"</variable_types><varnames>")?;
    let names = cursor.take_items(n, sizes.name)?;
    cursor.expect(b"</varnames><sortlist>")?;
    cursor.take_items(n + 1, sizes.sort)?;
    cursor.expect(b"</sortlist><formats>")?;
    let formats = cursor.take_items(n, sizes.format)?;
    cursor.expect(b"</formats><value_label_names>")?;
    let label_sets = cursor.take_items(n, sizes.name)?;
    cursor.expect(b"</value_label_names><variable_labels>")?;
    let labels = cursor.take_items(n, sizes.label)?;
    cursor.expect(b"</variable_labels><characteristics>")?;
    while cursor.expect(b"<ch>").is_some() {
        let length = cursor.u32()? as usize;
        cursor.take(length)?;
        cursor.expect(b"</ch>")?;
    }
    cursor.expect(b"</characteristics><data>")?;
    let variables = kinds
        .chunks_exact(2)
        .zip(names.chunks_exact(sizes.name))
        .zip(formats.chunks_exact(sizes.format).zip(label_sets.chunks_exact(sizes.name)))
        .zip(labels.chunks_exact(sizes.label))
        .map(|(((kind, name), (format, label_set)), label)| {
            Some(Variable { kind: kind_of(cursor.order.u16(kind, 0)?)?, name, format, label_set, label })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Layout { release, order: cursor.order, n_rows, variables, rows_at: cursor.at() })
}

fn kind_of(code: u16) -> Option<Kind> {
    Some(match code {
        1..=2045 => Kind::Text(usize::from(code)),
        32_768 => Kind::LongText,
        65_526 => Kind::Double,
        65_527 => Kind::Float,
        65_528 => Kind::Long,
        65_529 => Kind::Int,
        65_530 => Kind::Byte,
        _ => return None,
    })
}

/// The long texts and the value labels behind the rows, as far as they are whole.
pub(super) fn behind_rows<'a>(
    bytes: &'a [u8],
    at: usize,
    layout: &Layout,
    letters: &mut Letters,
) -> (LongTexts<'a>, Sets) {
    let (mut texts, mut sets) = (LongTexts::default(), Sets::new());
    let mut cursor = Cursor::new(bytes, at, layout.order);
    // What was found up to a damage is used; texts that were not are counted as lost.
    let _ = read_behind(&mut cursor, layout, letters, &mut texts, &mut sets);
    (texts, sets)
}

fn read_behind<'a>(
    cursor: &mut Cursor<'a>,
    layout: &Layout,
    letters: &mut Letters,
    texts: &mut LongTexts<'a>,
    sets: &mut Sets,
) -> Option<()> {
    cursor.expect(b"</data><strls>")?;
    while cursor.expect(b"GSO").is_some() {
        let variable = u64::from(cursor.u32()?);
        let observation = if layout.release == 117 { u64::from(cursor.u32()?) } else { cursor.u64()? };
        let kind = cursor.u8()?;
        let length = cursor.u32()? as usize;
        let content = cursor.take(length)?;
        // Text of kind 130 ends with a zero, bytes of kind 129 do not.
        let content = if kind == 130 { content.strip_suffix(&[0]).unwrap_or(content) } else { content };
        texts.texts.insert((variable, observation), content);
    }
    cursor.expect(b"</strls><value_labels>")?;
    while cursor.expect(b"<lbl>").is_some() {
        one(cursor, sizes(layout.release).name, layout, letters, sets)?;
        cursor.expect(b"</lbl>")?;
    }
    Some(())
}
