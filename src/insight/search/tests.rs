//! Small tables with one planted cause each, and tables of noise.

mod absent;
mod causes;
mod course;
mod delays;
mod restraint;
mod slices;
mod ties;
mod values;

use super::*;
use crate::base::ColumnType;
use crate::table::ColumnInfo;
use arrow::array::*;
use std::sync::Arc;

/// A small generator of our own (Knuth's MMIX constants), so that tables are the same everywhere.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
    fn below(&mut self, n: usize) -> usize {
        ((self.uniform() * n as f64) as usize).min(n - 1)
    }
    /// Sum of twelve uniforms: mean 0, standard deviation 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

type Named = (ColumnInfo, ArrayRef);

fn real(name: &str, unit: Option<&str>, values: Vec<f64>) -> Named {
    let mut info = ColumnInfo::new(name, ColumnType::Number);
    info.unit = unit.map(str::to_owned);
    (info, Arc::new(Float64Array::from_iter(values.into_iter().map(|v| (!v.is_nan()).then_some(v)))))
}

fn whole(name: &str, values: Vec<i64>) -> Named {
    (ColumnInfo::new(name, ColumnType::Integer), Arc::new(Int64Array::from(values)))
}

fn text<S: AsRef<str>>(name: &str, values: Vec<S>) -> Named {
    let cells: StringArray = values.iter().map(|v| Some(v.as_ref())).collect();
    (ColumnInfo::new(name, ColumnType::Text), Arc::new(cells))
}

fn date(name: &str, days: Vec<i32>) -> Named {
    (ColumnInfo::new(name, ColumnType::Date), Arc::new(Date32Array::from(days)))
}

fn search_all(columns: Vec<Named>) -> Findings {
    find("run_metrics", &Table::from_columns(columns).unwrap(), &FindingsOptions::default())
}

fn sentences(found: &Findings) -> Vec<&str> {
    found.findings.iter().map(|f| f.sentence.as_str()).collect()
}

/// 1,032 samples on 11 plates; on P7 31 of 96 fail, elsewhere 25 of 936.
fn sequencing(dice: &mut Dice) -> Vec<Named> {
    let n = 1032;
    let plate: Vec<String> = (0..n).map(|i| if i < 96 { "P7".to_owned() } else { format!("Q{}", i % 10) }).collect();
    let qc: Vec<&str> =
        (0..n).map(|i| if i % 3 == 0 && i < 93 || (i >= 96 && (i - 96) % 38 == 7) { "fail" } else { "pass" }).collect();
    let sample: Vec<String> = (0..n).map(|i| format!("S{i:04}")).collect();
    vec![
        text("sample", sample),
        text("plate", plate),
        text("operator", (0..n).map(|_| ["Ada", "Ben", "Cleo"][dice.below(3)]).collect()),
        real("volume", Some("µL"), (0..n).map(|_| 20.0 + dice.normal()).collect()),
        text("qc", qc),
    ]
}
