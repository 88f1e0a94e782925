//! Generated tables: missing and repeated cells, other scripts, extreme and impossible numbers,
//! no rows at all, rows in several batches.

use super::super::desk::Desk;
use super::super::rng::Rng;
use arrow::array::*;
use arrow::datatypes::Int32Type;
use std::sync::Arc;
use tributary::base::ColumnType;
use tributary::table::{ColumnInfo, Table};

const WORDS: [&str; 14] =
    ["pass", "fail", "P7", "p07", "P-007", "", " ", "Zoë", "Ζωή", "東京", "👩‍🔬", "a,b\"c\nd", "<b>&amp;", "NULL"];
const FLOATS: [f64; 12] = [
    0.0,
    -0.0,
    1.5,
    -2.25,
    1e-300,
    1e300,
    f64::MAX,
    f64::MIN_POSITIVE,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    3.0,
];
const WHOLE: [i64; 8] = [0, 1, -1, 7, 7, i64::MAX, i64::MIN, 1 << 53];

fn cells<T>(rng: &mut Rng, n: usize, mut one: impl FnMut(&mut Rng) -> T) -> Vec<Option<T>> {
    // Sometimes nothing is missing, sometimes everything.
    let share = *rng.pick(&[0, 1, 3, 10]);
    (0..n).map(|_| if rng.below(10) < share { None } else { Some(one(rng)) }).collect()
}

fn column(rng: &mut Rng, column_type: ColumnType, n: usize, may_be_wild: bool) -> ArrayRef {
    // Either tame or wild, so that some columns are fit for statistics.
    let wild = may_be_wild && rng.one_in(3);
    match column_type {
        ColumnType::Boolean => Arc::new(BooleanArray::from(cells(rng, n, |r| r.one_in(2)))),
        ColumnType::Integer => {
            let one = |r: &mut Rng| if wild { *r.pick(&WHOLE) } else { r.below(9) as i64 };
            Arc::new(Int64Array::from(cells(rng, n, one)))
        }
        ColumnType::Number => {
            let one = |r: &mut Rng| if wild { *r.pick(&FLOATS) } else { r.below(1_000) as f64 / 8.0 };
            Arc::new(Float64Array::from(cells(rng, n, one)))
        }
        ColumnType::Decimal => {
            let one = |r: &mut Rng| i128::from(r.next()) * if wild { 1 << 60 } else { 1 };
            Arc::new(Decimal128Array::from(cells(rng, n, one)).with_precision_and_scale(38, 9).unwrap())
        }
        ColumnType::Text if rng.one_in(2) => {
            let values = cells(rng, n, |r| *r.pick(&WORDS));
            Arc::new(values.into_iter().collect::<DictionaryArray<Int32Type>>())
        }
        ColumnType::Text => Arc::new(StringArray::from(cells(rng, n, |r| *r.pick(&WORDS)))),
        ColumnType::Date => {
            let one =
                |r: &mut Rng| if wild { *r.pick(&[i32::MIN, i32::MAX, 0, -1]) } else { 20_000 + r.below(90) as i32 };
            Arc::new(Date32Array::from(cells(rng, n, one)))
        }
        ColumnType::Time => {
            Arc::new(Time64MicrosecondArray::from(cells(rng, n, |r| r.below(86_400) as i64 * 1_000_000)))
        }
        ColumnType::DateTime => {
            let one = |r: &mut Rng| {
                if wild { *r.pick(&WHOLE) } else { 1_770_000_000_000_000 + r.below(1 << 30) as i64 * 1_000 }
            };
            Arc::new(TimestampMicrosecondArray::from(cells(rng, n, one)))
        }
        ColumnType::Duration => Arc::new(DurationMicrosecondArray::from(cells(rng, n, |r| r.below(1 << 20) as i64))),
    }
}

/// One to six columns, up to `max_rows` rows, in up to three batches.
pub fn table(rng: &mut Rng, max_rows: usize) -> Table {
    any_table(rng, max_rows, true)
}

/// The same without numbers and times at the ends of what can be.
pub fn tame_table(rng: &mut Rng, max_rows: usize) -> Table {
    any_table(rng, max_rows, false)
}

fn any_table(rng: &mut Rng, max_rows: usize, may_be_wild: bool) -> Table {
    let n_columns = 1 + rng.below(6);
    let types: Vec<ColumnType> = (0..n_columns).map(|_| *rng.pick(&ColumnType::ALL)).collect();
    let names = ["plate", "Value (µg)", "zeit", "qc status", "select", "a\"b"];
    let infos: Vec<ColumnInfo> = types.iter().zip(names).map(|(t, name)| ColumnInfo::new(name, *t)).collect();
    let n_rows = if rng.one_in(8) { 0 } else { rng.below(max_rows) };
    let whole = Table::from_columns(
        infos.iter().zip(&types).map(|(info, t)| (info.clone(), column(rng, *t, n_rows, may_be_wild))).collect(),
    )
    .unwrap();
    let batch = whole.batches()[0].clone();
    let cut = rng.below(n_rows + 1);
    let batches = if rng.one_in(2) { vec![batch] } else { vec![batch.slice(0, cut), batch.slice(cut, n_rows - cut)] };
    let infos = whole.columns().iter().enumerate().map(|(idx, info)| ColumnInfo {
        n_missing: whole.chunks(idx).map(|a| a.logical_null_count() as u64).sum(),
        ..info.clone()
    });
    let infos = infos.collect();
    Table::try_new(whole.schema().clone(), batches, infos).unwrap()
}

/// A desk at which the tables lie, called t1, t2, …
pub fn desk_with(tables: &[Table]) -> Desk {
    let mut desk = Desk::new();
    for (table, nr) in tables.iter().zip(1..) {
        desk.lay(&format!("t{nr}"), table);
    }
    desk
}
