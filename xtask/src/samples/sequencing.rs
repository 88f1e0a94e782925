//! A sequencing batch: run metrics, plate map, two years of history.
//!
//! Planted: on plate P7, prepared with reagent lot L-113, coverage fails about twelve times as often.

use super::random::{Day, Random};
use super::sheet::{Cell, Sheet, workbook};
use super::{Sample, SampleFile, ndjson, rounded};
use crate::run::Outcome;
use serde_json::{Value, json};

const PLATE_SIZE: usize = 96;
/// Run, day in November 2026, its two plates.
const RUNS: [(&str, i64, [&str; 2]); 5] = [
    ("RUN-038", 2, ["P1", "P2"]),
    ("RUN-039", 4, ["P3", "P4"]),
    ("RUN-040", 6, ["P5", "P6"]),
    ("RUN-041", 9, ["P9", "P10"]),
    ("RUN-042", 12, ["P7", "P8"]),
];
const BAD_PLATE: &str = "P7";
const BAD_LOT: &str = "L-113";
const OPERATORS: [&str; 4] = ["Ahlgren", "Bianchi", "Castillo", "Dubois"];
/// Below this a sample fails.
const COVERAGE_LIMIT_X: f64 = 30.0;
const N_BAD: usize = 31;

struct Measured {
    sample: usize,
    run: &'static str,
    day: Day,
    plate: &'static str,
    well: String,
    lane: usize,
    reads_m: f64,
    q30_pct: f64,
    coverage_x: f64,
    dup_pct: f64,
    insert_size_bp: f64,
}

impl Measured {
    fn status(&self) -> &'static str {
        if self.coverage_x < COVERAGE_LIMIT_X { "fail" } else { "pass" }
    }
}

/// `A01` to `H12`, column by column as a robot fills a plate.
fn well(position: usize) -> String {
    let row = char::from(b'A' + (position % 8) as u8);
    format!("{row}{:02}", position / 8 + 1)
}

fn lot_of(plate: &str) -> &'static str {
    match plate {
        BAD_PLATE => BAD_LOT,
        "P1" | "P2" | "P3" => "L-110",
        "P4" | "P5" | "P6" => "L-111",
        _ => "L-112",
    }
}

pub fn sample() -> Outcome<Sample> {
    let batch = batch();
    Ok(Sample {
        folder: "sequencing",
        title: "Sequencing batch",
        description: "960 samples on ten plates, the plate map of the lab and two years of history. Some samples fail coverage: where do they come from?",
        files: vec![
            SampleFile { name: "run_metrics.csv", format: "csv", bytes: run_metrics(&batch).into_bytes() },
            SampleFile { name: "plate_map.xlsx", format: "xlsx", bytes: plate_map(&batch)? },
            SampleFile { name: "history_pages.json", format: "pages", bytes: ndjson(&history()) },
        ],
    })
}

fn batch() -> Vec<Measured> {
    let mut random = Random::new("sequencing batch");
    let mut batch = Vec::new();
    let mut sample = 1200;
    for (run, day, plates) in RUNS {
        for plate in plates {
            let failing = match plate {
                BAD_PLATE => random.choose(N_BAD, PLATE_SIZE),
                _ => {
                    let n = 1 + random.below(5);
                    random.choose(n, PLATE_SIZE)
                }
            };
            for position in 0..PLATE_SIZE {
                sample += 1;
                let fails = failing.contains(&position);
                let coverage_x = if fails {
                    random.normal(24.0, 2.6).clamp(9.0, 29.8)
                } else {
                    random.normal(38.5, 3.2).clamp(30.4, 60.0)
                };
                batch.push(Measured {
                    sample,
                    run,
                    day: Day::new(2026, 11, day),
                    plate,
                    well: well(position),
                    lane: 1 + position % 4,
                    reads_m: coverage_x * random.normal(10.6, 0.35),
                    q30_pct: random.normal(91.8, 1.1).clamp(78.0, 96.5),
                    coverage_x,
                    dup_pct: random.normal(if fails { 17.5 } else { 11.2 }, 1.6).max(2.0),
                    insert_size_bp: random.normal(352.0, 14.0).round(),
                });
            }
        }
    }
    batch
}

fn run_metrics(batch: &[Measured]) -> String {
    let mut random = Random::new("sequencing mess");
    let not_read = random.choose(9, batch.len());
    let with_comma = random.choose(14, batch.len());
    let ragged = random.choose(6, batch.len());
    let mut text = String::from(
        "# Run metrics export\n# Instrument: SEQ-2 (north bay)\n# Exported: 2026-11-12 17:40\n\n\
         sample_id,run_id,run_date,plate,well,lane,reads_m,q30_pct,coverage_x,dup_pct,insert_size_bp,status\n",
    );
    for (m, i) in batch.iter().zip(0..) {
        let head = format!("SQ-{:05},{},{},{},{},{}", m.sample, m.run, m.day.iso(), m.plate, m.well, m.lane);
        if ragged.contains(&i) {
            // Lines that the export broke off.
            text.push_str(&format!("{head},{:.1}\n", m.reads_m));
            continue;
        }
        let q30 = if not_read.contains(&i) { "N/A".to_owned() } else { format!("{:.1}", m.q30_pct) };
        // Typed in by hand on a machine with a decimal comma.
        let coverage = format!("{:.1}", m.coverage_x);
        let coverage = if with_comma.contains(&i) { format!("\"{}\"", coverage.replace('.', ",")) } else { coverage };
        let tail = format!("{:.1},{:.0},{}", m.dup_pct, m.insert_size_bp, m.status());
        text.push_str(&format!("{head},{:.1},{q30},{coverage},{tail}\n", m.reads_m));
    }
    text
}

fn plate_map(batch: &[Measured]) -> Outcome<Vec<u8>> {
    let mut random = Random::new("sequencing plate map");
    // Samples that somebody forgot to enter.
    let forgotten = random.choose(8, batch.len());
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (m, i) in batch.iter().zip(0..) {
        if forgotten.contains(&i) {
            continue;
        }
        // The same sample as SQ-01217 in the run metrics.
        let id = format!("sq-{}", m.sample);
        let operator =
            OPERATORS.get((m.day.0 as usize + usize::from(m.plate.len() > 2)) % 4).copied().unwrap_or_default();
        let robot = if random.chance(0.5) { "R1" } else { "R2" };
        rows.push(vec![
            m.plate.into(),
            m.well.clone().into(),
            id.into(),
            lot_of(m.plate).into(),
            operator.into(),
            robot.into(),
        ]);
    }
    for n in 1..=6 {
        // Controls are on the map and not in the run.
        rows.push(vec![
            "P8".into(),
            format!("ctl{n}").into(),
            format!("ntc-{n}").into(),
            "L-112".into(),
            "Dubois".into(),
            "R1".into(),
        ]);
    }
    workbook(&[
        Sheet {
            name: "Plate map",
            above: vec!["Plate map, batch November 2026"],
            header: vec!["plate", "well", "sample_id", "reagent_lot", "operator", "robot"],
            rows,
        },
        Sheet {
            name: "Lots",
            above: vec![],
            header: vec!["reagent_lot", "received", "expires", "supplier"],
            rows: [("L-110", 8, 3), ("L-111", 9, 10), ("L-112", 10, 1), (BAD_LOT, 10, 28)]
                .into_iter()
                .map(|(lot, month, day)| {
                    let received = Day::new(2026, month, day);
                    vec![lot.into(), received.into(), received.plus(270).into(), "Nordlys Reagents".into()]
                })
                .collect(),
        },
    ])
}

/// A page a month. Ordinary months, with a step in duplicates when robot R2 came in month 15.
fn history() -> Vec<Value> {
    const N_PAGES: usize = 24;
    let mut random = Random::new("sequencing history");
    let first = Day::new(2024, 11, 4);
    let mut sample = 0;
    (0..N_PAGES)
        .map(|month| {
            let rows: Vec<Value> = (0..128)
                .map(|i| {
                    sample += 1;
                    let plate = format!("H{:02}-{}", month + 1, 1 + i / 64);
                    let fails = random.chance(0.027);
                    let coverage_x = if fails {
                        random.normal(25.0, 2.4).clamp(9.0, 29.8)
                    } else {
                        random.normal(38.2, 3.2).clamp(30.4, 60.0)
                    };
                    let dup = if month >= 14 { 11.2 } else { 9.4 };
                    json!({
                        "sample_id": format!("HS-{sample:05}"),
                        "run_id": format!("RUN-{:03}", month + 12),
                        "run_date": first.plus(month as i64 * 30).iso(),
                        "plate": plate,
                        "well": well(i % 64),
                        "lane": 1 + i % 4,
                        "reads_m": rounded(coverage_x * random.normal(10.6, 0.35), 1),
                        "q30_pct": rounded(random.normal(92.0, 1.1).clamp(78.0, 96.5), 1),
                        "coverage_x": rounded(coverage_x, 1),
                        "dup_pct": rounded(random.normal(dup, 1.5).max(2.0), 1),
                        "insert_size_bp": random.normal(351.0, 14.0).round() as i64,
                        "status": if coverage_x < COVERAGE_LIMIT_X { "fail" } else { "pass" },
                        "reagent_lot": format!("L-{:03}", 62 + month * 2 + i / 64),
                    })
                })
                .collect();
            json!({"page": month + 1, "total_pages": N_PAGES, "data": rows})
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_planted_plate_fails_about_twelve_times_as_often() {
        let batch = batch();
        assert_eq!(batch.len(), 960);
        let failing = |bad: bool| {
            let of: Vec<_> = batch.iter().filter(|m| (m.plate == BAD_PLATE) == bad).collect();
            of.iter().filter(|m| m.status() == "fail").count() as f64 / of.len() as f64
        };
        let ratio = failing(true) / failing(false);
        assert!(ratio > 8.0 && ratio < 16.0, "ratio {ratio}");
        assert!(batch.iter().all(|m| (lot_of(m.plate) == BAD_LOT) == (m.plate == BAD_PLATE)));
    }

    #[test]
    fn a_broken_line_is_a_line_with_too_few_cells() {
        let text = run_metrics(&batch());
        let short = text.lines().skip(5).filter(|line| line.split(',').count() < 12).count();
        assert_eq!(short, 6);
        assert!(text.contains("N/A") && text.contains(",\"3"));
    }
}
