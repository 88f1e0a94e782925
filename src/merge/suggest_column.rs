//! The columns of a table that could be keys, and what their values are like.

use super::KeyForm;
use super::column::{canon_of, for_each_hash, visit_cells};
use super::fold::last_part;
use super::key::{Cell as KeyCell, Reading};
use super::names;
use super::sketch::Sketch;
use super::suggest_union::{Look, look};
use crate::base::{ColumnType, give_way};
use crate::table::Table;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Columns of a table that are compared.
const MAX_COLUMNS: usize = 64;
/// Columns compared for a union.
const MAX_LOOKS: usize = 500;
/// Rows sampled of a table; counts of what is proposed use all.
const MAX_ROWS: u64 = 500_000;
/// Cells looked at to learn what a column holds.
const FIRST_CELLS: usize = 1_000;
/// Longer text is prose.
const LONG_TEXT: usize = 64;

/// Rows of a table whose texts are searched for words, and words kept of them.
const MAX_MENTIONING: u64 = 1_000;
const MAX_MENTIONED: usize = 2_000;

/// What the values of a column can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Text,
    Integer,
    Temporal,
    /// Years, months, weekdays, yes and no: part of a key, never a key.
    Label,
}

/// A column that could be a key, with samples of its keys by form.
pub(super) struct KeyColumn<'a> {
    table: &'a Table,
    pub idx: usize,
    pub name: &'a str,
    pub column_type: ColumnType,
    pub class: Class,
    /// Smallest and largest, of whole numbers.
    pub range: Option<(i64, i64)>,
    pub looks_dated: bool,
    pub ends_in_digits: bool,
    /// Letters and digits before the trailing digits: `business` of `business_42`.
    pub stem: String,
    /// What all cells begin with, up to the last sign: `faa:` of `faa:JFK`.
    pub head: Option<String>,
    /// Some cells have letters beyond ASCII, or signs between digits.
    pub is_marked: bool,
    /// Most cells are several words.
    pub is_wordy: bool,
    /// Fewest and most letters of a cell.
    letters: (usize, usize),
    table_name: &'a str,
    sketches: RefCell<Sketches>,
    hashes: RefCell<Hashes>,
    /// Hashes that may still be kept, of all columns.
    room: Rc<Cell<usize>>,
}

/// The values of a column in the forms that were asked for so far; `None` where the form does not fit.
type Sketches = Vec<((KeyForm, Reading), Option<Rc<Sketch>>)>;

/// The hashes of the first rows of a column in the forms that were asked for so far.
type Hashes = Vec<((KeyForm, Reading), Rc<Vec<u64>>)>;

/// Hashes of rows that are kept to compare columns with, in all: 128 MB.
pub(super) const MAX_HASHES: usize = 16_000_000;
/// Rows of a column that are hashed to be compared one by one.
const HASHED_ROWS: u64 = 1 << 20;

/// A table with those of its columns that could be keys.
pub(super) struct TableKeys<'a> {
    pub name: &'a str,
    pub table: &'a Table,
    pub columns: Vec<KeyColumn<'a>>,
    /// What the values of each column of the table are like.
    pub looks: Vec<Look>,
    /// Words of its short texts, once they are asked for.
    mentioned: OnceCell<BTreeSet<String>>,
}

impl<'a> TableKeys<'a> {
    /// Gives way after each column.
    pub async fn read(name: &'a str, table: &'a Table, room: &Rc<Cell<usize>>) -> TableKeys<'a> {
        let mut keys = TableKeys { name, table, columns: Vec::new(), looks: Vec::new(), mentioned: OnceCell::new() };
        for idx in 0..table.n_columns() {
            if keys.columns.len() < MAX_COLUMNS {
                keys.columns.extend(KeyColumn::read((name, table), idx, room));
            }
            if idx < MAX_LOOKS {
                keys.looks.push(look(table, idx));
            }
            give_way().await;
        }
        keys
    }

    pub fn key_column(&self, name: &str) -> Option<&KeyColumn<'a>> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// Whether the short texts of a small table have one of these words, other than `id` and the like:
    /// a table in which people are `Sales Support Agent` tells whom `SupportRepId` is an id of.
    pub fn mentions(&self, asked: &[String]) -> bool {
        let known = self.mentioned.get_or_init(|| self.words_of_cells());
        asked.iter().any(|w| w.chars().count() >= 4 && !names::is_generic(w) && known.contains(w))
    }

    fn words_of_cells(&self) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        if self.table.n_rows() > MAX_MENTIONING {
            return known;
        }
        for column in self.columns.iter().filter(|c| c.column_type == ColumnType::Text) {
            for chunk in self.table.chunks(column.idx) {
                // What cannot be read mentions nothing.
                let _ = visit_cells(chunk, |cell| {
                    if let Some(KeyCell::Text(text)) = cell
                        && text.len() <= LONG_TEXT
                        && known.len() < MAX_MENTIONED
                    {
                        known.extend(names::words(text));
                    }
                });
            }
        }
        known
    }

    /// The keys of a column of the table as they are, where it could be a key.
    pub async fn exact_keys(&self, idx: usize) -> Option<Rc<Sketch>> {
        self.columns.iter().find(|c| c.idx == idx)?.sketch(KeyForm::Exact, Reading::AsIs).await
    }
}

impl<'a> KeyColumn<'a> {
    fn read((table_name, table): (&'a str, &'a Table), idx: usize, room: &Rc<Cell<usize>>) -> Option<KeyColumn<'a>> {
        let info = table.columns().get(idx)?;
        let mut column = KeyColumn {
            table,
            idx,
            name: &info.name,
            column_type: info.column_type,
            class: Class::Text,
            range: None,
            looks_dated: false,
            ends_in_digits: false,
            stem: String::new(),
            head: None,
            is_marked: false,
            is_wordy: false,
            letters: (usize::MAX, 0),
            table_name,
            sketches: RefCell::default(),
            hashes: RefCell::default(),
            room: room.clone(),
        };
        match info.column_type {
            ColumnType::Integer | ColumnType::Number | ColumnType::Decimal => column.learn_numbers()?,
            ColumnType::Date | ColumnType::DateTime => column.class = Class::Temporal,
            ColumnType::Text => column.learn_texts()?,
            ColumnType::Boolean | ColumnType::Time | ColumnType::Duration => return None,
        }
        Some(column)
    }

    /// `None` when the numbers are measured, not given out.
    fn learn_numbers(&mut self) -> Option<()> {
        let mut range: Option<(i64, i64)> = None;
        let mut is_whole = true;
        for chunk in self.table.chunks(self.idx) {
            let done = visit_cells(chunk, |cell| {
                let value = match cell {
                    Some(KeyCell::Int(value)) => value,
                    Some(KeyCell::Float(value)) if value.fract() == 0.0 && value.abs() < 9e15 => value as i64,
                    None => return,
                    Some(KeyCell::Float(value)) if value.is_nan() => return,
                    _ => {
                        is_whole = false;
                        return;
                    }
                };
                range = Some(range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))));
            });
            if done.is_err() || !is_whole {
                return None;
            }
        }
        let (low, high) = range?;
        self.class = if low >= 1800 && high <= 2100 { Class::Label } else { Class::Integer };
        self.range = range;
        self.looks_dated = low >= 18_000_101 && high <= 22_001_231;
        Some(())
    }

    /// `None` when the texts are prose or not there.
    fn learn_texts(&mut self) -> Option<()> {
        let (mut n, mut length, mut n_dated, mut n_numbered) = (0usize, 0usize, 0usize, 0usize);
        let mut labels: BTreeSet<String> = BTreeSet::new();
        let (mut n_headed, mut n_wordy) = (0usize, 0usize);
        for chunk in self.table.chunks(self.idx) {
            let head = chunk.slice(0, chunk.len().min(FIRST_CELLS));
            visit_cells(&head, |cell| {
                let Some(KeyCell::Text(text)) = cell else { return };
                n += 1;
                length += text.len();
                let trimmed = text.trim();
                let head = trimmed.get(..trimmed.len() - last_part(trimmed).len()).unwrap_or("");
                if n == 1 && !head.is_empty() && !head.contains(' ') {
                    self.head = Some(head.to_owned());
                }
                n_headed += usize::from(self.head.as_deref() == Some(head));
                n_wordy += usize::from(trimmed.contains(' '));
                self.is_marked |= is_marked(trimmed);
                let n_letters = trimmed.chars().filter(|c| c.is_alphabetic()).count();
                self.letters = (self.letters.0.min(n_letters), self.letters.1.max(n_letters));
                n_dated += usize::from(n <= 100 && super::day::parse_day(trimmed, false).is_some());
                if trimmed.ends_with(|c: char| c.is_ascii_digit()) {
                    n_numbered += 1;
                    if self.stem.is_empty() {
                        self.stem = trimmed
                            .trim_end_matches(|c: char| c.is_ascii_digit())
                            .chars()
                            .filter(|c| c.is_alphanumeric())
                            .take(40)
                            .collect();
                    }
                }
                if labels.len() <= 12 {
                    labels.insert(trimmed.to_lowercase());
                }
            })
            .ok()?;
            if n >= FIRST_CELLS {
                break;
            }
        }
        if n == 0 || length / n > LONG_TEXT {
            return None;
        }
        self.looks_dated = n_dated * 10 >= n.min(100) * 9;
        self.head = self.head.take().filter(|_| n_headed * 20 >= n * 19);
        self.is_wordy = n_wordy * 2 >= n;
        self.ends_in_digits = n_numbered * 10 >= n * 8;
        if labels.len() <= 12 && labels.iter().all(|label| is_label(label)) {
            self.class = Class::Label;
        }
        Some(())
    }

    /// Whether cells of both may be the same but for what a form leaves out: texts with as many letters.
    pub fn has_letters_of(&self, other: &KeyColumn<'_>) -> bool {
        let both_texts = self.column_type == ColumnType::Text && other.column_type == ColumnType::Text;
        !both_texts || (self.letters.0 <= other.letters.1 + 2 && other.letters.0 <= self.letters.1 + 2)
    }

    /// Whether it is worth the time to look for each of a few keys in all rows of another column.
    pub fn is_worth_a_search(&self, other: &KeyColumn<'_>) -> bool {
        match (self.class, other.class) {
            (Class::Label, _) | (_, Class::Label) => false,
            // Numbers are in any range of numbers.
            (Class::Integer, Class::Integer) => {
                names::affinity((self.table_name, self.name), (other.table_name, other.name)) > 0.0
            }
            _ => self.has_letters_of(other),
        }
    }

    /// Gives way between batches where it is not known yet.
    pub async fn sketch(&self, form: KeyForm, reading: Reading) -> Option<Rc<Sketch>> {
        let known = self.sketches.borrow().iter().find(|(k, _)| *k == (form, reading)).map(|(_, s)| s.clone());
        if let Some(sketch) = known {
            return sketch;
        }
        let made = self.make_sketch(form, reading).await.map(Rc::new);
        self.sketches.borrow_mut().push(((form, reading), made.clone()));
        made
    }

    /// The keys of the first rows as short hashes, 0 where there is none.
    pub async fn hashes(&self, form: KeyForm, reading: Reading) -> Option<Rc<Vec<u64>>> {
        let known = self.hashes.borrow().iter().find(|(k, _)| *k == (form, reading)).map(|(_, h)| h.clone());
        if known.is_some() {
            return known;
        }
        let canon = canon_of(self.table, self.idx, form, reading).ok()?;
        let n_rows = usize::try_from(self.table.n_rows().min(HASHED_ROWS)).ok()?;
        let mut hashes = Vec::with_capacity(n_rows);
        for_each_hash(self.table, self.idx, &canon, HASHED_ROWS, |h| hashes.push((h >> 64) as u64)).await.ok()?;
        let hashes = Rc::new(hashes);
        if let Some(left) = self.room.get().checked_sub(n_rows) {
            self.room.set(left);
            self.hashes.borrow_mut().push(((form, reading), hashes.clone()));
        }
        Some(hashes)
    }

    async fn make_sketch(&self, form: KeyForm, reading: Reading) -> Option<Sketch> {
        let canon = canon_of(self.table, self.idx, form, reading).ok()?;
        let mut sketch = Sketch::default();
        let max_rows = if form == KeyForm::Exact { MAX_ROWS } else { MAX_ROWS / 4 };
        for_each_hash(self.table, self.idx, &canon, max_rows, |hash| sketch.add(hash)).await.ok()?;
        (sketch.n_keyed > 0).then_some(sketch)
    }

    /// How full the range of whole numbers is: 1 for 1, 2, 3, …; such numbers meet by chance.
    pub async fn density(&self) -> f64 {
        let Some((low, high)) = self.range else { return 0.0 };
        let n_possible = high.abs_diff(low) as f64 + 1.0;
        self.sketch(KeyForm::Exact, Reading::AsIs).await.map_or(0.0, |s| s.n_distinct() / n_possible).min(1.0)
    }
}

/// Whether text has letters beyond ASCII, or a sign between two digits.
fn is_marked(text: &str) -> bool {
    let mut was_digit = false;
    let mut has_sign = false;
    text.chars().any(|c| {
        let is_split = c.is_ascii_digit() && has_sign;
        has_sign = (was_digit || has_sign) && !c.is_alphanumeric();
        was_digit = c.is_ascii_digit();
        is_split || (!c.is_ascii() && c.is_alphabetic())
    })
}

/// Values that say which kind and not which one.
fn is_label(text: &str) -> bool {
    const LABELS: [&str; 46] = [
        "yes",
        "no",
        "y",
        "n",
        "true",
        "false",
        "t",
        "f",
        "m",
        "male",
        "female",
        "pass",
        "fail",
        "passed",
        "failed",
        "ok",
        "good",
        "bad",
        "high",
        "medium",
        "low",
        "on",
        "off",
        "open",
        "closed",
        "na",
        "n/a",
        "none",
        "unknown",
        "other",
        "0",
        "1",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    LABELS.contains(&text) || (text.len() >= 3 && MONTHS.iter().any(|m| m.starts_with(text)))
}
