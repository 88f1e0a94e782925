//! Single columns: values far from the rest, much missing, one group that makes up a sum.

use super::super::profile::median_of;
use super::super::spec::{Effect, FindingKind};
use super::super::stats::normal_p;
use super::super::typed::numbers;
use super::super::words::{quote_ident, say, say_columns};
use super::frame::{Outcome, Place};
use super::{ALPHA, Candidate, MIN_ROWS, Search, finding};
use crate::base::wording::{format_count, format_share, format_significant, list, plural};
use crate::base::{ColumnType, give_way};

/// Median absolute deviations to a standard deviation, for normal values.
pub(super) const MAD_TO_SD: f64 = 1.4826;
/// Robust standard deviations from which a value lies far outside.
pub(super) const FAR: f64 = 5.0;

pub(super) async fn search(search: &mut Search<'_>) {
    if search.wants(FindingKind::Outlier) && search.options.group.is_none() {
        for measure in search.measures() {
            if search.wants_value(&Outcome::Measure(measure)) {
                outliers(search, measure);
                give_way().await;
            }
        }
    }
    if search.wants(FindingKind::Missingness) && search.options.group.is_none() {
        for idx in 0..search.frame.missing.len() {
            if search.wants_value(&Outcome::Missing(idx)) {
                missing(search, idx);
                give_way().await;
            }
        }
    }
    if search.wants(FindingKind::Concentration) {
        for measure in search.measures() {
            for category in search.categories() {
                let fits = search.wants_value(&Outcome::Measure(measure)) && search.wants_group(category);
                if measure != category && fits && search.take_pair() {
                    concentration(search, measure, category);
                    give_way().await;
                }
            }
        }
    }
}

fn outliers(search: &mut Search<'_>, measure: usize) {
    let frame = search.frame;
    let Some(column) = frame.column(measure) else { return };
    let values = numbers(frame.table, column.idx, 1);
    let Some(raw) = Middle::of(values.iter().copied()).filter(|s| s.n >= MIN_ROWS as u64 && s.mad > 0.0) else {
        return;
    };
    // Skewed quantities spread by factors: a value has to be far out on that scale as well.
    let is_positive = values.iter().all(|v| !v.is_finite() || *v > 0.0);
    let logs = if is_positive { Middle::of(values.iter().map(|v| v.ln())) } else { None };
    let z_of = |v: f64| {
        let z = (v - raw.median) / (MAD_TO_SD * raw.mad);
        match &logs {
            Some(s) if s.mad > 0.0 => {
                let z_log = (v.ln() - s.median) / (MAD_TO_SD * s.mad);
                if z_log.abs() < z.abs() { z_log } else { z }
            }
            _ => z,
        }
    };
    let mut far: Vec<(usize, f64, f64)> = values
        .iter()
        .enumerate()
        .filter(|(_, v)| v.is_finite())
        .map(|(row, v)| (row, *v, z_of(*v)))
        .filter(|(_, _, z)| z.abs() >= FAR)
        .collect();
    let largest = values.iter().filter(|v| v.is_finite()).map(|v| z_of(*v).abs()).fold(0.0, f64::max);
    // The chance that the farthest of n normal values lies as far out.
    let p = 1.0 - (raw.n as f64 * (-normal_p(largest)).ln_1p()).exp();
    let test = search.test(p);
    let most = (raw.n as f64 * 0.02).max(3.0);
    if p > ALPHA || far.is_empty() || far.len() as f64 > most {
        return;
    }
    far.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()).then(a.0.cmp(&b.0)));
    let unit = column.unit.as_deref();
    let shown: Vec<String> = far.iter().take(3).map(|(_, v, _)| format_significant(*v, 3)).collect();
    let values_said = match (far.as_slice(), unit) {
        ([(_, v, _)], _) => say(*v, unit),
        (few, _) if few.len() <= 3 => list(&shown),
        _ => format!("such as {}", list(&shown)),
    };
    let sentence = format!(
        "{} of {} {} far from the rest: {values_said}, against a median of {}.",
        if far.len() == 1 { "One value".to_owned() } else { format!("{} values", format_count(far.len() as u64)) },
        column.name,
        if far.len() == 1 { "lies" } else { "lie" },
        say(raw.median, unit),
    );
    let worst = far.first().map_or(0.0, |f| f.2);
    let effect = Effect { measure: "robust z".to_owned(), value: worst, unit: None, interval: None };
    let strength = 0.3 + 0.35 * (largest - FAR) / (largest + 10.0);
    let mut found = finding(FindingKind::Outlier, vec![column.name.clone()], sentence, effect, strength);
    found.n = raw.n;
    found.method = "Distance from the median in robust standard deviations (1.4826 × MAD), 5 or more".to_owned();
    let mut rows: Vec<u64> = far.iter().map(|(row, ..)| *row as u64).collect();
    rows.sort_unstable();
    let name = quote_ident(&column.name);
    let nearest = |above: bool| {
        let side = far.iter().filter(|f| (f.2 > 0.0) == above).map(|f| f.1);
        if above { side.min_by(f64::total_cmp) } else { side.max_by(f64::total_cmp) }
    };
    let bounds = [nearest(false).map(|v| format!("{name} <= {v}")), nearest(true).map(|v| format!("{name} >= {v}"))];
    found.evidence_sql = frame.sql(&bounds.into_iter().flatten().collect::<Vec<_>>().join(" OR "));
    found.n_evidence = rows.len() as u64;
    let doubts = vec![(1, "An unusual value can be a slip in recording or a true event.".to_owned())];
    let place = Place::Rows(rows);
    search.found.push(Candidate {
        finding: found,
        outcome: Some(Outcome::Measure(measure)),
        place,
        pair: None,
        test: Some(test),
        doubts,
    });
}

/// Median and median distance from it, without sorting.
pub(super) struct Middle {
    pub n: u64,
    pub median: f64,
    pub mad: f64,
}

impl Middle {
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Option<Middle> {
        let mut values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
        let median = median_of(&mut values)?;
        values.iter_mut().for_each(|v| *v = (*v - median).abs());
        Some(Middle { n: values.len() as u64, median, mad: median_of(&mut values)? })
    }
}

fn missing(search: &mut Search<'_>, idx: usize) {
    search.look();
    let frame = search.frame;
    let Some(gap) = frame.missing.get(idx) else { return };
    let (n_missing, n_rows) = (gap.n_missing() as u64, frame.n_rows_for(gap) as u64);
    let share = n_missing as f64 / n_rows.max(1) as f64;
    let outcome = Outcome::Missing(idx);
    let names = frame.names(&outcome);
    if share < 0.2 {
        return;
    }
    let rows = format!("{} of {}", format_count(n_missing), format_count(n_rows));
    let absence = frame.absence_of(gap);
    let of_rows = absence.map_or("rows".to_owned(), |a| format!("rows with a partner in {}", a.input));
    let all_rows =
        plural(n_rows, "row", "rows") + &absence.map_or(String::new(), |a| format!(" with a partner in {}", a.input));
    let nearly: Vec<String> = gap.nearly.iter().filter_map(|c| frame.column(*c)).map(|c| c.name.clone()).collect();
    let others = if nearly.is_empty() {
        String::new()
    } else {
        format!(", and {} nearly always with {}", say_columns(&nearly), if names.len() == 1 { "it" } else { "them" })
    };
    let sentence = match (names.as_slice(), share >= 1.0) {
        ([one], true) => format!("Column {one} is empty in all {all_rows}."),
        (many, true) => format!("Columns {} are empty in all {all_rows}.", say_columns(many)),
        ([one], false) => format!("In {} of {of_rows}, {one} is missing ({rows}){others}.", format_share(share)),
        (many, false) => {
            format!(
                "In {} of {of_rows}, {} are missing together ({rows}){others}.",
                format_share(share),
                say_columns(many)
            )
        }
    };
    let effect = Effect { measure: "share missing".to_owned(), value: share, unit: None, interval: None };
    let strength = 0.25 + 0.3 * share.min(0.9);
    let mut found =
        finding(FindingKind::Missingness, names.iter().take(1).cloned().collect(), sentence, effect, strength);
    found.n = n_rows;
    found.method = "Count of missing cells".to_owned();
    let name = names.first().map(|n| quote_ident(n)).unwrap_or_default();
    let has_partner = absence.map_or(String::new(), |a| format!(" AND {}", a.elsewhere_sql));
    found.evidence_sql = frame.sql(&format!("{name} IS NULL{has_partner}"));
    found.n_evidence = n_missing;
    found.points = (0u64..).zip(&gap.mask).filter(|(_, m)| **m).map(|(row, _)| row).take(super::MAX_POINTS).collect();
    let doubts = vec![(1, format!("What is said about {} holds only for the rows that have it.", say_columns(&names)))];
    search.found.push(Candidate {
        finding: found,
        outcome: Some(outcome),
        place: Place::Everywhere,
        pair: None,
        test: None,
        doubts,
    });
}

fn concentration(search: &mut Search<'_>, measure: usize, category: usize) {
    let frame = search.frame;
    let (Some(measured), Some(column)) = (frame.column(measure), frame.column(category)) else { return };
    let Some(levels) = column.levels.as_ref().filter(|l| l.len() >= 3) else { return };
    if !can_be_summed(&measured.name, measured.unit.as_deref(), measured.column_type) {
        return;
    }
    let (mut sums, mut counts) = (vec![0.0f64; levels.len()], vec![0u64; levels.len()]);
    for (v, code) in measured.values.iter().zip(levels.codes.iter().step_by(frame.stride)) {
        if v.is_nan() {
            continue;
        }
        if *v < 0.0 {
            return;
        }
        if let (Some(sum), Some(n)) = (sums.get_mut(usize::from(*code)), counts.get_mut(usize::from(*code))) {
            *sum += v;
            *n += 1;
        }
    }
    search.look();
    let (total, n): (f64, u64) = (sums.iter().sum(), counts.iter().sum());
    let Some((code, top)) = sums.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
    else {
        return;
    };
    let (share, rows) = (top / total, counts.get(code).copied().unwrap_or(0) as f64 / n.max(1) as f64);
    if total <= 0.0 || n < MIN_ROWS as u64 || share < 0.5 || share < 1.5 * rows {
        return;
    }
    let label = levels.label(code as u16);
    let sentence = format!(
        "Rows where {} is {} make up {} of the sum of {}, being {} of the rows.",
        column.name,
        column.say_level(code as u16),
        format_share(share),
        measured.name,
        format_share(rows),
    );
    let effect = Effect { measure: "share of the sum".to_owned(), value: share, unit: None, interval: None };
    let columns = vec![measured.name.clone(), column.name.clone()];
    let mut found = finding(FindingKind::Concentration, columns, sentence, effect, 0.6 * share);
    found.n = n;
    found.method = format!("Share of the sum by group{}", frame.sampling_note());
    found.group = Some(label.to_owned());
    let place = Place::Level { column: category, code: code as u16 };
    found.evidence_sql = frame.place_sql(&place, None);
    let group_n = counts.get(code).copied().unwrap_or(0);
    let largest = measured
        .values
        .iter()
        .zip(levels.codes.iter().step_by(frame.stride))
        .filter(|(v, c)| !v.is_nan() && usize::from(**c) == code)
        .fold(0.0f64, |m, (v, _)| m.max(*v));
    let mut doubts = vec![(1, "A sum follows both how many rows there are and how large each is.".to_owned())];
    if largest > 0.5 * top && group_n > 1 {
        doubts.push((7, format!("One row alone makes up {} of the group's sum.", format_share(largest / top))));
    }
    search.found.push(Candidate {
        finding: found,
        outcome: Some(Outcome::Measure(measure)),
        place,
        pair: None,
        test: None,
        doubts,
    });
}

/// Temperatures, shares and ratios have no meaningful sum.
fn can_be_summed(name: &str, unit: Option<&str>, column_type: ColumnType) -> bool {
    let unit = unit.unwrap_or("").to_lowercase();
    let is_level = unit.contains('°') || unit.contains('%') || unit.contains('/') || unit == "ph" || unit == "k";
    const LEVELS: [&str; 22] = [
        "rate",
        "ratio",
        "share",
        "percent",
        "pct",
        "mean",
        "average",
        "avg",
        "median",
        "temp",
        "temperature",
        "score",
        "index",
        "ph",
        "age",
        "price",
        "concentration",
        "density",
        "coverage",
        "year",
        "quality",
        "humidity",
    ];
    let words = super::roles::words_of(name);
    !is_level && column_type != ColumnType::Time && !words.iter().any(|w| LEVELS.contains(&w.as_str()))
}
