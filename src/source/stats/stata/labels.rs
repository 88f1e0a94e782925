//! Tables of value labels, which stand behind the rows.

use super::super::bytes::{Cursor, before_nul};
use super::super::labels::Labels;
use super::super::letters::Letters;
use super::{Kind, Layout, cells, plain};
use std::collections::BTreeMap;
use std::rc::Rc;

pub(super) type Sets = BTreeMap<String, Rc<Labels>>;

/// The tables of formats up to 115. One that is damaged ends the list.
pub(super) fn plain_sets(bytes: &[u8], at: usize, layout: &Layout, letters: &mut Letters) -> Sets {
    let mut cursor = Cursor::new(bytes, at, layout.order);
    let mut sets = Sets::new();
    let name_size = plain::sizes(layout.release).name;
    while cursor.n_left() > 0 {
        let found = if layout.release < 108 {
            first_kind(&mut cursor, layout, letters, &mut sets)
        } else {
            one(&mut cursor, name_size, layout, letters, &mut sets)
        };
        if found.is_none() {
            break;
        }
    }
    sets
}

/// A table as they were before format 108: numbers of two bytes, texts of eight.
fn first_kind(cursor: &mut Cursor, layout: &Layout, letters: &mut Letters, sets: &mut Sets) -> Option<()> {
    let n = usize::from(cursor.u16()?);
    let name = letters.name_text(cursor.take(9)?);
    cursor.take(1)?;
    let values = cursor.take_items(n, 2)?;
    let texts = cursor.take_items(n, 8)?;
    let mut labels = Labels::default();
    for (value, text) in values.chunks_exact(2).zip(texts.chunks_exact(8)) {
        labels.add_number(f64::from(layout.order.i16(value, 0)?), letters.name_text(text));
    }
    sets.insert(name, Rc::new(labels));
    Some(())
}

/// One table: its length, name, numbers and texts.
pub(super) fn one(
    cursor: &mut Cursor,
    name_size: usize,
    layout: &Layout,
    letters: &mut Letters,
    sets: &mut Sets,
) -> Option<()> {
    let length = cursor.u32()? as usize;
    let name = letters.name_text(cursor.take(name_size)?);
    cursor.take(3)?;
    let mut table = Cursor::new(cursor.take(length)?, 0, layout.order);
    let n = table.u32()? as usize;
    let n_text = table.u32()? as usize;
    let places = table.take_items(n, 4)?;
    let values = table.take_items(n, 4)?;
    let text = table.take(n_text.min(table.n_left()))?;
    let mut labels = Labels::default();
    // Labels lie side by side. On top of each other, a small table would stand for a huge one.
    let mut room = text.len() + n;
    for (place, value) in places.chunks_exact(4).zip(values.chunks_exact(4)) {
        let place = layout.order.u32(place, 0)? as usize;
        let label = before_nul(text.get(place..).unwrap_or(&[]));
        room = room.checked_sub(label.len())?;
        let label = letters.name_text(label);
        match cells::number(Kind::Long, value, layout.order, layout.release) {
            cells::Value::Number(value) => labels.add_number(value, label),
            cells::Value::Missing(n) => {
                if let Some(tag) = cells::tag(n) {
                    labels.add_tag(tag, label);
                }
            }
        }
    }
    sets.insert(name, Rc::new(labels));
    Some(())
}
