//! The table as the search sees it: columns with roles, levels and sampled numbers.

use super::super::absent::{Absence, absences};
use super::super::delays::Delay;
use super::super::spec::FindingsOptions;
use super::super::typed::{Cells, Distinct, Levels, numbers, raw_text};
use super::super::words;
use super::attributes::demote_attributes;
use super::restated::{merge_restated_levels, merge_restated_numbers, missing_together};
use super::roles::{Facts, MAX_CROWD, MAX_LEVELS, Roles, outcome_levels, roles_of};
use crate::base::{ColumnType, give_way, wording};
use crate::table::Table;
use arrow::array::Array;

/// Rows beyond which tests look at every k-th row.
const MAX_ROWS: usize = 200_000;
/// Columns beyond these are profiled but not searched.
pub(super) const MAX_COLUMNS: usize = 200;
/// Sampled numbers and codes of levels that are kept, for all columns together.
const MAX_NUMBERS: usize = 16_000_000;
const MAX_CODES: usize = 48_000_000;

/// What is left of the memory that the search allows itself.
struct Room {
    numbers: usize,
    codes: usize,
}

pub(super) struct Column {
    pub idx: usize,
    pub name: String,
    pub unit: Option<String>,
    pub column_type: ColumnType,
    pub n_missing: u64,
    pub n_distinct: u64,
    pub roles: Roles,
    /// Of categories.
    pub levels: Option<Levels>,
    /// Positions of the levels that count as an event, for outcomes.
    pub event: Option<Vec<u16>>,
    /// Of measures: the sampled rows.
    pub values: Vec<f64>,
    /// Columns that say the same and are left out.
    pub restated_by: Vec<String>,
    /// How it is computed, where it is no column of the table.
    pub formula: Option<String>,
    /// A merge brought it: its values may repeat with the rows of the other input.
    pub is_given: bool,
}

/// Columns that are missing in the same rows.
pub(super) struct Gap {
    pub columns: Vec<usize>,
    /// Others, missing in nearly the same rows.
    pub nearly: Vec<usize>,
    pub mask: Vec<bool>,
    /// The rows that are not counted, by their place in [`Frame::absences`]: those that found no partner
    /// in the input that gives the columns.
    pub absence: Option<usize>,
}

impl Gap {
    pub fn n_missing(&self) -> usize {
        self.mask.iter().filter(|m| **m).count()
    }
}

impl Column {
    /// One of its values in a sentence.
    pub fn say_level(&self, code: u16) -> String {
        words::say_level(self.column_type, self.levels.as_ref().map_or("", |l| l.label(code)))
    }
}

/// The column that gives the order in time.
pub(super) struct Order {
    pub column: usize,
    /// Of every row; NaN where it is missing.
    pub values: Vec<f64>,
    /// Sampled rows (positions in the sample) in order, runs of equal values kept together.
    pub sorted: Vec<u32>,
}

pub(super) struct Frame<'a> {
    pub table: &'a Table,
    pub sql_name: String,
    pub n_rows: usize,
    /// Tests look at rows 0, stride, 2 · stride, …
    pub stride: usize,
    pub columns: Vec<Column>,
    pub order: Option<Order>,
    pub missing: Vec<Gap>,
    pub absences: Vec<Absence>,
    /// Columns that are facts of a category's values.
    pub attributes: Vec<String>,
}

/// What is looked at: a quantity, or whether something happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Measure(usize),
    /// A status column has one of its event levels.
    Event(usize),
    /// An entry of [`Frame::missing`].
    Missing(usize),
}

/// The rows that a finding singles out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    Everywhere,
    Level {
        column: usize,
        code: u16,
    },
    /// Several groups of one column.
    Levels {
        column: usize,
        codes: Vec<u16>,
    },
    /// Values of the order column from and to, both included.
    Window {
        from: f64,
        to: f64,
    },
    /// A group, from and to, both included.
    LevelWindow {
        column: usize,
        code: u16,
        from: f64,
        to: f64,
    },
    Rows(Vec<u64>),
}

impl<'a> Frame<'a> {
    /// Gives way after each column.
    pub(super) async fn new(table_name: &str, table: &'a Table, options: &FindingsOptions) -> Frame<'a> {
        let n_rows = table.n_rows() as usize;
        let stride = stride_of(n_rows, MAX_ROWS);
        let mut room = Room { numbers: MAX_NUMBERS, codes: MAX_CODES };
        let mut columns: Vec<Column> = Vec::new();
        for idx in 0..table.n_columns().min(MAX_COLUMNS) {
            columns.extend(column_of(table, idx, stride, options, &mut room));
            give_way().await;
        }
        let order = pick_order(table, &columns, stride, options);
        if let Some(column) = order.as_ref().and_then(|o| columns.get_mut(o.column)) {
            column.roles.is_measure = false;
            column.values = Vec::new();
        }
        let absences = absences(table);
        let missing = missing_together(table, &columns, &absences).await;
        columns.extend(delays_of(table, stride, &mut room));
        merge_restated_numbers(&mut columns, options).await;
        merge_restated_levels(&mut columns, options).await;
        let attributes = demote_attributes(&mut columns, stride, options).await;
        let sql_name = words::table_ident(table_name);
        Frame { table, sql_name, n_rows, stride, columns, order, missing, absences, attributes }
    }

    pub(super) fn n_sample(&self) -> usize {
        self.n_rows.div_ceil(self.stride)
    }

    pub(super) fn column(&self, idx: usize) -> Option<&Column> {
        self.columns.get(idx)
    }

    /// "" or ", on every 7th row" for the method.
    pub(super) fn sampling_note(&self) -> String {
        if self.stride == 1 {
            String::new()
        } else {
            format!(", on one row in {}", wording::format_count(self.stride as u64))
        }
    }

    /// The outcome in the sampled rows: a number, or 1 and 0; NaN where it is not known.
    pub(super) fn sampled(&self, outcome: &Outcome) -> Vec<f64> {
        let bit = |b: bool| f64::from(u8::from(b));
        match outcome {
            Outcome::Measure(c) => self.column(*c).map(|c| c.values.clone()).unwrap_or_default(),
            Outcome::Event(_) | Outcome::Missing(_) => (0..self.n_rows)
                .step_by(self.stride)
                .map(|row| self.happened(outcome, row).map_or(f64::NAN, bit))
                .collect(),
        }
    }

    /// Whether an event or missing value is in a row; `None` where it is not known.
    pub(super) fn happened(&self, outcome: &Outcome, row: usize) -> Option<bool> {
        match outcome {
            Outcome::Measure(_) => None,
            Outcome::Event(c) => {
                let column = self.columns.get(*c)?;
                let code = *column.levels.as_ref()?.codes.get(row)?;
                (code != Levels::MISSING).then(|| column.event.as_ref().is_some_and(|e| e.contains(&code)))
            }
            Outcome::Missing(m) => {
                let gap = self.missing.get(*m)?;
                let is_absent = self.absence_of(gap).is_some_and(|a| a.is_in(row));
                gap.mask.get(row).copied().filter(|_| !is_absent)
            }
        }
    }

    /// The rows that could not have the columns of a gap.
    pub(super) fn absence_of(&self, gap: &Gap) -> Option<&Absence> {
        self.absences.get(gap.absence?)
    }

    /// Rows that could have the columns of a gap.
    pub(super) fn n_rows_for(&self, gap: &Gap) -> usize {
        self.n_rows - self.absence_of(gap).map_or(0, |a| a.n_rows as usize)
    }

    /// Names of the measured columns.
    pub(super) fn names(&self, outcome: &Outcome) -> Vec<String> {
        let name = |c: &usize| self.column(*c).map(|c| c.name.clone());
        match outcome {
            Outcome::Measure(c) | Outcome::Event(c) => name(c).into_iter().collect(),
            Outcome::Missing(m) => {
                self.missing.get(*m).map_or(Vec::new(), |gap| gap.columns.iter().filter_map(name).collect())
            }
        }
    }

    /// "qc is fail", "yield is missing".
    pub(super) fn event_words(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Measure(_) => String::new(),
            Outcome::Event(c) => {
                let Some(column) = self.column(*c) else { return String::new() };
                let labels: Vec<String> = column.event.iter().flatten().map(|code| column.say_level(*code)).collect();
                format!("{} is {}", column.name, labels.join(" or "))
            }
            Outcome::Missing(_) => {
                let names = self.names(outcome);
                format!("{} {} missing", words::say_columns(&names), if names.len() == 1 { "is" } else { "are" })
            }
        }
    }

    /// Whether a row is in the place.
    pub(super) fn is_in(&self, place: &Place, row: usize) -> bool {
        match place {
            Place::Everywhere => false,
            Place::Level { column, code } => {
                self.column(*column).and_then(|c| c.levels.as_ref()).and_then(|l| l.codes.get(row)) == Some(code)
            }
            Place::Levels { column, codes } => {
                let code = self.column(*column).and_then(|c| c.levels.as_ref()).and_then(|l| l.codes.get(row));
                code.is_some_and(|c| codes.contains(c))
            }
            Place::Window { from, to } => {
                self.order.as_ref().and_then(|o| o.values.get(row)).is_some_and(|x| x >= from && x <= to)
            }
            Place::LevelWindow { column, code, from, to } => {
                self.is_in(&Place::Level { column: *column, code: *code }, row)
                    && self.is_in(&Place::Window { from: *from, to: *to }, row)
            }
            Place::Rows(rows) => rows.binary_search(&(row as u64)).is_ok(),
        }
    }

    /// The place as words that can follow "these rows are also those": "where lot is L-113".
    pub(super) fn place_words(&self, place: &Place) -> String {
        match place {
            Place::Everywhere | Place::Rows(_) => "in question".to_owned(),
            Place::Level { column, code } => {
                self.column(*column).map_or(String::new(), |c| format!("where {} is {}", c.name, c.say_level(*code)))
            }
            Place::Levels { column, codes } => self.column(*column).map_or(String::new(), |c| {
                let names: Vec<String> = codes.iter().map(|code| c.say_level(*code)).collect();
                match names.as_slice() {
                    [first, .., last] if names.len() > 4 => format!("where {} is {first}, …, {last}", c.name),
                    few => format!("where {} is {}", c.name, few.join(" or ")),
                }
            }),
            Place::Window { from, to } if self.say_order(*from) == self.say_order(*to) => {
                match self.order.as_ref().and_then(|o| self.column(o.column)) {
                    Some(c) if c.column_type.is_temporal() => format!("on {}", self.say_order(*from)),
                    Some(c) => format!("where {} is {}", c.name, self.say_order(*from)),
                    None => String::new(),
                }
            }
            Place::LevelWindow { column, code, from, to } => {
                let level = self.place_words(&Place::Level { column: *column, code: *code });
                format!("{level} {}", self.place_words(&Place::Window { from: *from, to: *to }))
            }
            Place::Window { from, to } => format!("between {} and {}", self.say_order(*from), self.say_order(*to)),
        }
    }

    /// A value of the order column in words.
    pub(super) fn say_order(&self, x: f64) -> String {
        let Some(order) = &self.order else { return String::new() };
        match self.column(order.column).map(|c| c.column_type) {
            Some(ColumnType::Date) => wording::format_days(x as i32),
            Some(ColumnType::DateTime) => {
                const DAY: f64 = 86_400e6;
                if self.order_span() >= 21.0 * DAY || x % DAY == 0.0 {
                    wording::format_days((x / DAY).floor() as i32)
                } else {
                    wording::format_micros(x as i64)
                }
            }
            _ if x.fract() == 0.0 && x.abs() < 1e15 => format!("{x:.0}"),
            _ => wording::format_significant(x, 4),
        }
    }

    pub(super) fn order_span(&self) -> f64 {
        let ends = self.order.as_ref().and_then(|o| {
            let at = |i: &u32| o.values.get(*i as usize * self.stride).copied();
            Some((o.sorted.first().and_then(at)?, o.sorted.last().and_then(at)?))
        });
        ends.map_or(0.0, |(a, b)| b - a)
    }

    /// The query for the rows of a place, or for all rows.
    pub(super) fn sql(&self, condition: &str) -> String {
        if condition.is_empty() {
            format!("SELECT * FROM {}", self.sql_name)
        } else {
            format!("SELECT * FROM {} WHERE {condition}", self.sql_name)
        }
    }

    pub(super) fn place_sql(&self, place: &Place, window: Option<&(String, String)>) -> String {
        self.sql(&self.condition(place, window).unwrap_or_default())
    }

    fn condition(&self, place: &Place, window: Option<&(String, String)>) -> Option<String> {
        match place {
            Place::LevelWindow { column, code, from, to } => {
                let level = self.condition(&Place::Level { column: *column, code: *code }, None)?;
                let time = self.condition(&Place::Window { from: *from, to: *to }, window)?;
                Some(format!("{level} AND {time}"))
            }
            Place::Levels { column, codes } => self.column(*column).map(|c| {
                let of = |code: &u16| words::literal(c.column_type, c.levels.as_ref().map_or("", |l| l.label(*code)));
                let all: Vec<String> = codes.iter().map(of).collect();
                format!("{} IN ({})", words::quote_ident(&c.name), all.join(", "))
            }),
            Place::Level { column, code } => self.column(*column).map(|c| {
                let raw = c.levels.as_ref().map_or("", |l| l.label(*code));
                format!("{} = {}", words::quote_ident(&c.name), words::literal(c.column_type, raw))
            }),
            Place::Window { .. } => {
                self.order.as_ref().and_then(|o| self.column(o.column)).zip(window).map(|(c, (a, b))| {
                    let name = words::quote_ident(&c.name);
                    let of = |raw| words::literal(c.column_type, raw);
                    format!("{name} >= {} AND {name} <= {}", of(a), of(b))
                })
            }
            _ => None,
        }
    }

    /// Rows in which none of the columns is missing, of all rows.
    pub(super) fn n_known(&self, columns: &[usize]) -> u64 {
        let mut known = vec![true; self.n_rows];
        for column in columns.iter().filter_map(|c| self.column(*c)) {
            let mut row = 0;
            for chunk in self.table.chunks(column.idx) {
                let nulls = chunk.logical_nulls();
                for at in 0..chunk.len() {
                    if let Some(known) = known.get_mut(row) {
                        *known &= nulls.as_ref().is_none_or(|n| n.is_valid(at));
                    }
                    row += 1;
                }
            }
        }
        known.iter().filter(|k| **k).count() as u64
    }

    /// Raw text of the order column where it has this value.
    pub(super) fn raw_order(&self, x: f64) -> Option<String> {
        let order = self.order.as_ref()?;
        let row = order.values.iter().position(|v| *v == x)?;
        raw_text(self.table, self.column(order.column)?.idx, row as u64)
    }
}

/// The least prime that brings the rows below the limit: plates of 96 and weeks of 7 days would
/// fall in step with other numbers.
pub(super) fn stride_of(n_rows: usize, max: usize) -> usize {
    let least = n_rows.div_ceil(max.max(1)).max(1);
    if least == 1 {
        return 1;
    }
    let is_prime =
        |n: usize| n != 2 && n != 3 && n != 7 && (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
    (least..).find(|n| is_prime(*n)).unwrap_or(least)
}

fn column_of(table: &Table, idx: usize, stride: usize, options: &FindingsOptions, room: &mut Room) -> Option<Column> {
    let info = table.columns().get(idx)?;
    let named = |wanted: &Option<String>| wanted.as_deref() == Some(info.name.as_str());
    let mut distinct = Distinct::default();
    let (mut n_missing, mut low, mut high, mut is_whole) = (0u64, f64::INFINITY, f64::NEG_INFINITY, true);
    for chunk in table.chunks(idx) {
        let cells = Cells::of(chunk);
        cells.for_each_hash(|row, hash| match hash {
            Some(h) => {
                distinct.add(h);
                let v = cells.number(row);
                low = low.min(v);
                high = high.max(v);
                is_whole &= v.fract() == 0.0;
            }
            None => n_missing += 1,
        });
    }
    let facts = Facts {
        name: &info.name,
        column_type: info.column_type,
        n_valid: table.n_rows().saturating_sub(n_missing),
        n_distinct: distinct.count(),
        range: (low <= high).then_some((low, high)),
        is_whole: info.column_type == ColumnType::Integer || is_whole,
        is_key: info.merged.is_key,
    };
    let mut roles = roles_of(&facts);
    let is_quantity = info.column_type.is_numeric() || info.column_type == ColumnType::Duration;
    roles.is_measure |= named(&options.value) && is_quantity && facts.n_distinct > 2;
    let is_named = named(&options.group) || (named(&options.value) && !roles.is_measure);
    roles.is_category |= is_named;
    let max_levels = if is_named || roles.is_crowd { MAX_CROWD } else { MAX_LEVELS };
    let n_rows = table.n_rows() as usize;
    roles.is_measure &= n_rows.div_ceil(stride) <= room.numbers;
    if n_rows > room.codes {
        roles.is_category = false;
        roles.is_crowd = false;
    }
    let levels = if roles.is_category || roles.is_crowd { Levels::of(table, idx, max_levels) } else { None };
    roles.is_category &= levels.is_some();
    room.numbers -= if roles.is_measure { n_rows.div_ceil(stride) } else { 0 };
    room.codes -= if levels.is_some() { n_rows } else { 0 };
    let event = levels
        .as_ref()
        .and_then(|l| outcome_levels(&info.name, info.column_type, &l.labels, &l.counts, named(&options.value)));
    Some(Column {
        idx,
        name: info.name.clone(),
        unit: info.unit.clone(),
        column_type: info.column_type,
        n_missing,
        n_distinct: facts.n_distinct,
        roles,
        levels,
        event,
        values: if roles.is_measure { finite(numbers(table, idx, stride)) } else { Vec::new() },
        restated_by: Vec::new(),
        formula: None,
        is_given: info.merged.given_by.is_some(),
    })
}

/// The times between dates as measures. They stand in no column of the table, so nothing but their values
/// can be asked for.
fn delays_of(table: &Table, stride: usize, room: &mut Room) -> Vec<Column> {
    let n_values = (table.n_rows() as usize).div_ceil(stride);
    let mut out = Vec::new();
    for delay in Delay::all(table) {
        if n_values > room.numbers {
            break;
        }
        room.numbers -= n_values;
        out.push(Column {
            idx: usize::MAX,
            name: delay.name.clone(),
            unit: None,
            column_type: ColumnType::Number,
            n_missing: 0,
            n_distinct: 1,
            roles: Roles { is_measure: true, ..Roles::default() },
            levels: None,
            event: None,
            values: delay.values(table, stride),
            restated_by: Vec::new(),
            formula: Some(delay.formula),
            is_given: false,
        });
    }
    out
}

fn finite(mut values: Vec<f64>) -> Vec<f64> {
    values.iter_mut().filter(|v| v.is_infinite()).for_each(|v| *v = f64::NAN);
    values
}

fn pick_order(table: &Table, columns: &[Column], stride: usize, options: &FindingsOptions) -> Option<Order> {
    let named =
        columns.iter().position(|c| Some(&c.name) == options.order.as_ref() && c.column_type != ColumnType::Text);
    let best = |is_fit: &dyn Fn(&Column) -> bool| {
        let fits = columns.iter().enumerate().filter(|(_, c)| c.roles.is_order && is_fit(c));
        fits.min_by_key(|(i, c)| (c.n_missing, *i)).map(|(i, _)| i)
    };
    let column = named
        .or_else(|| best(&|c| c.column_type.is_temporal()))
        .or_else(|| best(&|c| Some(&c.name) != options.value.as_ref()))?;
    let values = finite(numbers(table, columns.get(column)?.idx, 1));
    let x = |i: &u32| values.get(*i as usize * stride).copied().unwrap_or(f64::NAN);
    let mut sorted: Vec<u32> = (0u32..).take(values.len().div_ceil(stride)).filter(|i| !x(i).is_nan()).collect();
    sorted.sort_by(|a, b| x(a).total_cmp(&x(b)));
    Some(Order { column, values, sorted })
}

/// Rows with each pair of levels, of every k-th row.
pub(super) fn cross(a: &Levels, b: &Levels, stride: usize) -> Vec<Vec<u64>> {
    let width = b.len();
    let mut flat = vec![0u64; a.len() * width];
    for (x, y) in a.codes.iter().zip(&b.codes).step_by(stride.max(1)) {
        let is_known = *x != Levels::MISSING && *y != Levels::MISSING;
        if let Some(n) = flat.get_mut(usize::from(*x) * width + usize::from(*y)).filter(|_| is_known) {
            *n += 1;
        }
    }
    flat.chunks(width.max(1)).map(<[u64]>::to_vec).collect()
}
