//! Many small groups, such as wells, patients or sensors: which of them lie far from the others?

use super::super::spec::{Effect, FindingKind};
use super::super::stats::{Moments, normal_p};
use super::super::typed::Levels;
use super::super::words::{say, say_two};
use super::frame::{Outcome, Place};
use super::single::{FAR, MAD_TO_SD, Middle};
use super::{ALPHA, Candidate, MIN_GROUP, Search, finding};
use crate::base::give_way;
use crate::base::wording::{format_count, list};

/// Fewer groups have no usual spread.
const MIN_GROUPS: u64 = 20;

pub(super) async fn search(search: &mut Search<'_>) {
    if !search.wants(FindingKind::Outlier) {
        return;
    }
    let crowds: Vec<usize> = search.crowds().into_iter().filter(|c| search.wants_group(*c)).collect();
    for measure in search.measures() {
        for crowd in &crowds {
            if search.wants_value(&Outcome::Measure(measure)) && search.take_pair() {
                groups(search, measure, *crowd);
                give_way().await;
            }
        }
    }
}

fn groups(search: &mut Search<'_>, measure: usize, crowd: usize) {
    let frame = search.frame;
    let (Some(measured), Some(column)) = (frame.column(measure), frame.column(crowd)) else { return };
    let Some(levels) = &column.levels else { return };
    let mut moments = vec![Moments::default(); levels.len()];
    for (v, code) in measured.values.iter().zip(levels.codes.iter().step_by(frame.stride)) {
        if let Some(m) = moments.get_mut(usize::from(*code)).filter(|_| *code != Levels::MISSING && !v.is_nan()) {
            m.push(*v);
        }
    }
    let known: Vec<(u16, Moments)> = (0u16..).zip(moments).filter(|(_, m)| m.n >= MIN_GROUP).collect();
    let Some(middle) = Middle::of(known.iter().map(|(_, m)| m.mean)).filter(|m| m.n >= MIN_GROUPS && m.mad > 0.0)
    else {
        return;
    };
    // A group of few rows may stray further.
    let z_of = |m: &Moments| {
        let own = m.variance() / m.n as f64;
        (m.mean - middle.median) / (MAD_TO_SD * middle.mad).max(own.sqrt())
    };
    let mut far: Vec<(u16, f64, f64)> =
        known.iter().map(|(code, m)| (*code, m.mean, z_of(m))).filter(|(_, _, z)| z.abs() >= FAR).collect();
    let largest = known.iter().map(|(_, m)| z_of(m).abs()).fold(0.0, f64::max);
    // The chance that the farthest of so many normal means lies as far out.
    let p = 1.0 - (middle.n as f64 * (-normal_p(largest)).ln_1p()).exp();
    let test = search.test(p);
    if p > ALPHA || far.is_empty() || far.len() as f64 > 0.1 * middle.n as f64 {
        return;
    }
    far.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()).then(a.0.cmp(&b.0)));
    let Some((code, mean, z)) = far.first().copied() else { return };
    let unit = measured.unit.as_deref();
    let label = column.say_level(code);
    let sentence = if far.len() == 1 {
        let (here, usual) = say_two(mean, middle.median, unit);
        format!("Where {} is {label}, mean {} is {here}, far from the usual {usual}.", column.name, measured.name)
    } else {
        let names: Vec<String> = far.iter().take(3).map(|f| column.say_level(f.0)).collect();
        format!(
            "{} of {} groups by {} lie far from the usual mean {} of {}: {}{}.",
            format_count(far.len() as u64),
            format_count(middle.n),
            column.name,
            measured.name,
            say(middle.median, unit),
            list(&names),
            if far.len() > 3 { " and more" } else { "" },
        )
    };
    let effect = Effect {
        measure: "difference from the median group".to_owned(),
        value: mean - middle.median,
        unit: measured.unit.clone(),
        interval: None,
    };
    let columns = vec![measured.name.clone(), column.name.clone()];
    let mut found =
        finding(FindingKind::Outlier, columns, sentence, effect, 0.3 + 0.35 * (z.abs() - FAR) / (z.abs() + 10.0));
    found.n = known.iter().map(|(_, m)| m.n).sum();
    found.method = format!(
        "Distance of each group's mean from the median group in robust standard deviations, 5 or more{}",
        frame.sampling_note()
    );
    found.group = Some(levels.label(code).to_owned());
    let place = if far.len() == 1 {
        Place::Level { column: crowd, code }
    } else {
        let mut codes: Vec<u16> = far.iter().map(|f| f.0).collect();
        codes.sort_unstable();
        Place::Levels { column: crowd, codes }
    };
    found.evidence_sql = frame.place_sql(&place, None);
    let n_rows = known.iter().find(|(c, _)| *c == code).map_or(0, |(_, m)| m.n);
    let mut doubts = vec![(1, "Groups may differ in more than what is recorded here.".to_owned())];
    if n_rows < 10 {
        doubts.push((5, format!("The group that lies farthest out has only {n_rows} rows.")));
    }
    let outcome = Some(Outcome::Measure(measure));
    search.found.push(Candidate { finding: found, outcome, place, pair: None, test: Some(test), doubts });
}
