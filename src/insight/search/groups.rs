//! Does one group stand out from the rest?

use super::super::spec::{Effect, Finding, FindingKind};
use super::super::stats::{Moments, RelativeRisk, mann_whitney, rank, relative_risk, welch_t};
use super::super::typed::Levels;
use super::super::words::{say_interval, say_times, say_two};
use super::frame::{Column, Frame, Outcome, Place};
use super::roles::words_of;
use super::{ALPHA, Candidate, MIN_GROUP, Search, finding};
use crate::base::give_way;
use crate::base::wording::{format_count, format_significant};

/// Standard deviations by which a group's mean has to differ.
const LEAST_EFFECT: f64 = 0.5;
/// From this ratio on, two groups stand out as much as each other.
const TIE: f64 = 0.8;
/// Groups named in a sentence.
const MAX_NAMED: usize = 4;
/// Groups in which an event is looked for one by one.
const MAX_EVENT_GROUPS: u64 = 400;

pub(super) async fn search(search: &mut Search<'_>) {
    let categories: Vec<usize> = search.categories().into_iter().filter(|c| search.wants_group(*c)).collect();
    // An event is looked for in each well or sensor too, as long as the checks do not drown the rest.
    let is_small = |c: &usize| search.frame.column(*c).is_some_and(|c| c.n_distinct <= MAX_EVENT_GROUPS);
    let crowds: Vec<usize> = search.crowds().into_iter().filter(|c| search.wants_group(*c) && is_small(c)).collect();
    let delays = search.delays().into_iter().map(Outcome::Measure).filter(|o| search.wants_value(o));
    let outcomes: Vec<Outcome> = search.outcomes().into_iter().chain(delays).collect();
    for outcome in outcomes {
        let kind = kind_of(&outcome);
        if !search.wants(kind) {
            continue;
        }
        let ranked = match &outcome {
            Outcome::Measure(c) => search.frame.column(*c).map(|c| rank(&c.values)),
            _ => None,
        };
        let happened: Vec<Option<bool>> = match &outcome {
            Outcome::Measure(_) => Vec::new(),
            _ => (0..search.frame.n_rows).map(|row| search.frame.happened(&outcome, row)).collect(),
        };
        let also: &[usize] = if matches!(outcome, Outcome::Event(_)) { &crowds } else { &[] };
        for category in categories.iter().chain(also) {
            if is_same_column(search.frame, &outcome, *category) || !search.take_pair() {
                continue;
            }
            match &ranked {
                Some(ranks) => quantity_by_group(search, &outcome, *category, ranks),
                None => event_by_group(search, &outcome, &happened, *category),
            }
            give_way().await;
        }
    }
}

fn kind_of(outcome: &Outcome) -> FindingKind {
    match outcome {
        Outcome::Missing(_) => FindingKind::Missingness,
        _ => FindingKind::GroupDifference,
    }
}

/// A column is not compared with itself, nor with its own missing cells.
fn is_same_column(frame: &Frame<'_>, outcome: &Outcome, category: usize) -> bool {
    match outcome {
        Outcome::Measure(c) | Outcome::Event(c) => *c == category,
        // What is known of a study is missing study by study.
        Outcome::Missing(m) => frame.missing.get(*m).is_some_and(|gap| {
            let is_attribute = |c: &usize| frame.column(*c).is_some_and(|c| frame.attributes.contains(&c.name));
            gap.columns.contains(&category) || gap.nearly.contains(&category) || gap.columns.iter().any(is_attribute)
        }),
    }
}

/// With two groups, to compare each with the rest would be the same test twice: the smaller one.
fn groups_to_test(counts: &[u64]) -> Vec<usize> {
    let total: u64 = counts.iter().sum();
    let fits: Vec<usize> = (0..counts.len())
        .filter(|i| counts.get(*i).is_some_and(|n| *n >= MIN_GROUP && total - n >= MIN_GROUP))
        .collect();
    if counts.iter().filter(|n| **n > 0).count() == 2 {
        return fits.into_iter().min_by_key(|i| counts.get(*i).copied()).into_iter().collect();
    }
    fits
}

/// Whether nearly all of the texts are days or times, however written.
fn are_dates(labels: &[String]) -> bool {
    let is_date = |label: &str| {
        let parts: Vec<&str> = label.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
        let has_year = parts.iter().any(|p| p.len() == 4 && (p.starts_with("19") || p.starts_with("20")));
        let n_letters = label.chars().filter(|c| c.is_alphabetic()).count();
        has_year && label.len() <= 32 && (parts.len() >= 3 && n_letters <= 2 || parts.len() >= 2 && n_letters <= 9)
    };
    !labels.is_empty() && labels.iter().filter(|l| is_date(l)).count() * 5 >= labels.len() * 4
}

/// Whether a category names single things, such as plates, sites or people, rather than kinds.
fn are_units(name: &str, labels: &[String]) -> bool {
    const UNITS: [&str; 14] = [
        "site",
        "plate",
        "lot",
        "batch",
        "device",
        "operator",
        "machine",
        "instrument",
        "robot",
        "investigator",
        "supplier",
        "station",
        "lab",
        "center",
    ];
    let with_digits = labels.iter().filter(|l| l.chars().any(|c| c.is_ascii_digit())).count();
    with_digits * 5 >= labels.len() * 4 || words_of(name).iter().any(|w| UNITS.contains(&w.as_str()))
}

fn event_by_group(search: &mut Search<'_>, outcome: &Outcome, happened: &[Option<bool>], category: usize) {
    let frame = search.frame;
    let Some(column) = frame.column(category) else { return };
    let Some(levels) = &column.levels else { return };
    let mut hits = vec![0u64; levels.len()];
    let mut counts = vec![0u64; levels.len()];
    for (code, happened) in levels.codes.iter().zip(happened) {
        let Some(happened) = *happened else { continue };
        if let (Some(n), Some(h)) = (counts.get_mut(usize::from(*code)), hits.get_mut(usize::from(*code))) {
            *n += 1;
            *h += u64::from(happened);
        }
    }
    let (all_hits, all) = (hits.iter().sum::<u64>(), counts.iter().sum::<u64>());
    if all_hits < 3 {
        return;
    }
    let mut tested: Vec<Tested> = Vec::new();
    for code in groups_to_test(&counts) {
        let (Some(h), Some(n)) = (hits.get(code).copied(), counts.get(code).copied()) else { continue };
        let (other_h, other_n) = (all_hits - h, all - n);
        let Some(risk) = relative_risk(h, n, other_h, other_n) else { continue };
        let test = search.test(risk.p);
        let expected = all_hits as f64 * n as f64 / all as f64;
        let is_more = risk.ratio > 1.0;
        let matters = if is_more { risk.ratio >= 1.5 && h >= 3 } else { risk.ratio <= 1.0 / 1.5 && expected >= 3.0 };
        // More often is what one looks for; less often has to be the much clearer case.
        let clarity = -risk.p.max(1e-300).ln() * if is_more { 1.0 } else { 0.6 };
        if risk.p <= ALPHA && matters {
            tested.push(Tested { code: code as u16, h, n, is_more, clarity, test });
        }
    }
    // The first of equals, and those that stand out as much. Of a crowd, many that do are a matter of time or
    // of what they have in common, which is looked at as such.
    let Some(best) = tested.iter().reduce(|a, b| if b.clarity > a.clarity { b } else { a }) else { return };
    let equals = |t: &&Tested| {
        column.roles.is_category
            && t.is_more == best.is_more
            && is_tie(t.h as f64 / t.n as f64, best.h as f64 / best.n as f64)
    };
    let told = tied(&tested, best, equals, |t| t.n, (all, levels.len()));
    let (h, n) = told.iter().fold((0, 0), |(h, n), t| (h + t.h, n + t.n));
    let Some(risk) = relative_risk(h, n, all_hits - h, all - n) else { return };
    let codes: Vec<u16> = told.iter().map(|t| t.code).collect();
    let standing = Standing { outcome, category, codes, h, n, all_hits, all, risk };
    search.found.extend(told_event(search.frame, &standing, best.test));
}

/// A group whose own test has shown that it stands out.
struct Tested {
    code: u16,
    h: u64,
    n: u64,
    is_more: bool,
    clarity: f64,
    test: usize,
}

/// Whether two shares or differences are so near to each other that to name one alone would mislead.
fn is_tie(a: f64, b: f64) -> bool {
    a == b || (a.signum() == b.signum() && a.abs().min(b.abs()) >= TIE * a.abs().max(b.abs()))
}

/// The best and its equals, in the order of the levels; the best alone where together they would be more
/// than a quarter of the groups, or half of the rows: that splits the groups in two, and none stands out.
fn tied<'a, T>(
    tested: &'a [T],
    best: &'a T,
    is_equal: impl Fn(&&T) -> bool,
    n_of: impl Fn(&T) -> u64,
    (all, n_groups): (u64, usize),
) -> Vec<&'a T> {
    let told: Vec<&T> = tested.iter().filter(|t| std::ptr::eq(*t, best) || is_equal(t)).collect();
    let are_many = told.len() > (n_groups / 4).max(2);
    if are_many || 2 * told.iter().copied().map(n_of).sum::<u64>() > all { vec![best] } else { told }
}

/// Groups that stand out by how often something happens in them.
struct Standing<'a> {
    outcome: &'a Outcome,
    category: usize,
    codes: Vec<u16>,
    h: u64,
    n: u64,
    all_hits: u64,
    all: u64,
    risk: RelativeRisk,
}

impl Standing<'_> {
    fn place(&self) -> Place {
        place_of(self.category, &self.codes)
    }
}

fn place_of(column: usize, codes: &[u16]) -> Place {
    match codes {
        [code] => Place::Level { column, code: *code },
        many => Place::Levels { column, codes: many.to_vec() },
    }
}

/// "L-13", "Graz or Linz", "one of 7 (A, B, C and 4 more)".
fn say_groups(column: &Column, codes: &[u16]) -> String {
    let names: Vec<String> = codes.iter().take(MAX_NAMED).map(|code| column.say_level(*code)).collect();
    match names.as_slice() {
        _ if codes.len() > MAX_NAMED => {
            let shown = names.iter().take(MAX_NAMED - 1).cloned().collect::<Vec<_>>().join(", ");
            format!("one of {} ({shown} and {} more)", codes.len(), codes.len() + 1 - MAX_NAMED)
        }
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        one => one.concat(),
    }
}

fn told_event(frame: &Frame<'_>, standing: &Standing<'_>, test: usize) -> Option<Candidate> {
    let Standing { outcome, category, codes, h, n, all_hits, all, risk } = standing;
    let (h, n, all_hits, all) = (*h, *n, *all_hits, *all);
    let column = frame.column(*category)?;
    let levels = column.levels.as_ref()?;
    let is_dated = are_dates(&levels.labels);
    // A site, lot or device can be gone to and checked; a kind of thing only describes.
    let usefulness = if are_units(&column.name, &levels.labels) { 1.0 } else { 0.7 };
    let (other_h, other_n) = (all_hits - h, all - n);
    let expected = all_hits as f64 * n as f64 / all as f64;
    let is_more = risk.ratio > 1.0;
    let label = say_groups(column, codes);
    let what = frame.event_words(outcome);
    let numbers = format!(
        "{} of {} against {} of {}",
        format_count(h),
        format_count(n),
        format_count(other_h),
        format_count(other_n)
    );
    let sentence = if other_h == 0 {
        format!(
            "Where {} is {label}, {what} in {} of {} rows, and nowhere else (0 of {}).",
            column.name,
            format_count(h),
            format_count(n),
            format_count(other_n)
        )
    } else if is_more {
        format!("Where {} is {label}, {what} {} as often ({numbers}).", column.name, say_times(risk.ratio))
    } else if h == 0 {
        format!(
            "Where {} is {label}, {what} in none of {} rows, against {} of {} elsewhere.",
            column.name,
            format_count(n),
            format_count(other_h),
            format_count(other_n)
        )
    } else {
        format!("Where {} is {label}, {what} less often ({numbers}).", column.name)
    };
    // What is certain counts: the end of the interval that is nearer to "no difference".
    let lift = if is_more { 1.0 - 1.0 / risk.interval.0.max(1.0) } else { 1.0 - risk.interval.1.clamp(0.0, 1.0) };
    let covered = if is_more { h as f64 / all_hits as f64 } else { n as f64 / all as f64 };
    let few = (if is_more { h as f64 } else { expected } / 12.0).min(1.0).sqrt();
    let mut strength = lift * (0.6 + 0.4 * covered) * few * usefulness;
    strength = match outcome {
        Outcome::Missing(_) => 0.6 * strength,
        // What is asked about a status is what it depends on.
        _ if column.event.is_some() => 0.5 * strength,
        _ if is_dated => 0.3 * strength,
        _ => 0.25 * usefulness + 0.75 * strength,
    };
    let effect = Effect {
        measure: "relative risk".to_owned(),
        value: if risk.ratio.is_finite() { risk.ratio } else { risk.interval.0.max(1.0) },
        unit: None,
        interval: Some(risk.interval),
    };
    let columns = frame.names(outcome).into_iter().take(1).chain([column.name.clone()]).collect();
    let mut found = finding(kind_of(outcome), columns, sentence, effect, strength);
    found.n = all;
    found.method = if risk.is_exact {
        "Relative risk of each group against the rest, Fisher's exact test".to_owned()
    } else {
        "Relative risk of each group against the rest, chi-square test".to_owned()
    };
    name_groups(&mut found, levels, codes);
    let place = standing.place();
    found.evidence_sql = frame.place_sql(&place, None);
    let mut doubts =
        vec![(1, "Rows were not put into groups at random, so something else may differ between them.".to_owned())];
    if h.min(if is_more { h } else { other_h }) < 5 || n < 10 {
        doubts.push((5, format!("It rests on few cases: {} in {} rows.", format_count(h), format_count(n))));
    }
    let outcome = Some((*outcome).clone());
    Some(Candidate { finding: found, outcome, place, pair: None, test: Some(test), doubts })
}

/// The first group, and those told with it.
fn name_groups(found: &mut Finding, levels: &Levels, codes: &[u16]) {
    let mut names = codes.iter().map(|code| levels.label(*code).to_owned());
    found.group = names.next();
    found.also = names.collect();
}

fn quantity_by_group(search: &mut Search<'_>, outcome: &Outcome, category: usize, ranks: &super::super::stats::Ranks) {
    let frame = search.frame;
    let Outcome::Measure(measure) = outcome else { return };
    let (Some(measured), Some(column)) = (frame.column(*measure), frame.column(category)) else { return };
    let Some(levels) = &column.levels else { return };
    let mut groups = vec![(Moments::default(), 0.0f64); levels.len()];
    let (mut all_ranked, mut tie_sum) = (0u64, ranks.tie_sum);
    for ((value, rank), code) in measured.values.iter().zip(&ranks.ranks).zip(levels.codes.iter().step_by(frame.stride))
    {
        if value.is_nan() || *code == Levels::MISSING {
            continue;
        }
        if let Some((moments, sum)) = groups.get_mut(usize::from(*code)) {
            moments.push(*value);
            *sum += rank;
            all_ranked += 1;
        }
    }
    // Ranks among all rows serve only when the category is known nearly everywhere.
    if (all_ranked as f64) < 0.98 * ranks.n as f64 {
        let codes: Vec<u16> = levels.codes.iter().copied().step_by(frame.stride).collect();
        let known: Vec<f64> = measured
            .values
            .iter()
            .zip(&codes)
            .map(|(v, c)| if *c == Levels::MISSING { f64::NAN } else { *v })
            .collect();
        let again = super::super::stats::rank(&known);
        tie_sum = again.tie_sum;
        groups.iter_mut().for_each(|g| g.1 = 0.0);
        for (rank, code) in again.ranks.iter().zip(&codes).filter(|(r, _)| !r.is_nan()) {
            if let Some((_, sum)) = groups.get_mut(usize::from(*code)) {
                *sum += rank;
            }
        }
    }
    let counts: Vec<u64> = groups.iter().map(|(m, _)| m.n).collect();
    let of_codes = |codes: &[u16]| {
        let (mut inside, mut outside) = (Moments::default(), Moments::default());
        for (code, (moments, _)) in (0u16..).zip(&groups) {
            let side = if codes.contains(&code) { &mut inside } else { &mut outside };
            *side = side.join(*moments);
        }
        (inside, outside)
    };
    let mut tested: Vec<Differing> = Vec::new();
    for code in groups_to_test(&counts) {
        let Some((group, rank_sum)) = groups.get(code).copied() else { continue };
        let (_, rest) = of_codes(&[code as u16]);
        let Some(welch) = welch_t(&group, &rest) else { continue };
        let p = welch.p.max(mann_whitney(group.n, rank_sum, group.n + rest.n, tie_sum));
        let test = search.test(p);
        let d = effect_size(&group, &rest, welch.difference);
        if p <= ALPHA && d >= LEAST_EFFECT {
            let clarity = -p.max(1e-300).ln() + d;
            tested.push(Differing { code: code as u16, n: group.n, difference: welch.difference, clarity, test });
        }
    }
    let Some(best) = tested.iter().reduce(|a, b| if b.clarity > a.clarity { b } else { a }) else { return };
    let told =
        tied(&tested, best, |t| is_tie(t.difference, best.difference), |t| t.n, (counts.iter().sum(), levels.len()));
    let codes: Vec<u16> = told.iter().map(|t| t.code).collect();
    let (group, rest) = of_codes(&codes);
    let candidate = told_difference(frame, outcome, *measure, category, &codes, (&group, &rest));
    search.found.extend(candidate.map(|c| Candidate { test: Some(best.test), ..c }));
}

/// A group whose own test has shown that it differs.
struct Differing {
    code: u16,
    n: u64,
    difference: f64,
    clarity: f64,
    test: usize,
}

/// The difference in standard deviations within the two (Cohen's d).
fn effect_size(group: &Moments, rest: &Moments, difference: f64) -> f64 {
    let df = (group.n + rest.n).saturating_sub(2) as f64;
    let squares = |m: &Moments| m.variance() * m.n.saturating_sub(1) as f64;
    let within = ((squares(group) + squares(rest)) / df).sqrt();
    if within > 1e-6 * difference.abs() { difference.abs() / within } else { 0.0 }
}

fn told_difference(
    frame: &Frame<'_>,
    outcome: &Outcome,
    measure: usize,
    category: usize,
    codes: &[u16],
    (group, rest): (&Moments, &Moments),
) -> Option<Candidate> {
    let (measured, column) = (frame.column(measure)?, frame.column(category)?);
    let levels = column.levels.as_ref()?;
    let welch = welch_t(group, rest)?;
    let d = effect_size(group, rest, welch.difference);
    let label = say_groups(column, codes);
    let unit = measured.unit.as_deref();
    let (here, there) = say_two(group.mean, rest.mean, unit);
    let sentence = format!(
        "Where {} is {label}, mean {} is {here} against {there} elsewhere, {} {} ({}).",
        column.name,
        measured.name,
        format_significant(welch.difference.abs(), 3),
        if welch.difference < 0.0 { "lower" } else { "higher" },
        say_interval(welch.interval.0.abs(), welch.interval.1.abs()),
    );
    // A status is rather what comes out of a quantity than its cause.
    let usefulness = if column.event.is_some() { 0.6 } else { 1.0 };
    let effect = Effect {
        measure: "difference of means".to_owned(),
        value: welch.difference,
        unit: measured.unit.clone(),
        interval: Some(welch.interval),
    };
    let columns = vec![measured.name.clone(), column.name.clone()];
    let mut found = finding(FindingKind::GroupDifference, columns, sentence, effect, usefulness * d / (d + 1.0));
    found.n = group.n + rest.n;
    found.method = format!(
        "Welch's t-test of each group against the rest, confirmed by the Mann–Whitney test{}",
        frame.sampling_note()
    );
    if let Some(formula) = &measured.formula {
        found.method.push_str(&format!("; {} = {formula}", measured.name));
    }
    name_groups(&mut found, levels, codes);
    let place = place_of(category, codes);
    found.evidence_sql = frame.place_sql(&place, None);
    let mut doubts =
        vec![(1, "Rows were not put into groups at random, so something else may differ between them.".to_owned())];
    if measured.formula.is_some() {
        doubts.push((3, "Rows whose second date has not come yet are not counted.".to_owned()));
    }
    if group.n < 10 {
        let these = if codes.len() == 1 { "this group" } else { "these groups" };
        doubts.push((5, format!("Only {} rows are in {these}.", group.n)));
    }
    doubts.extend(one_point(frame, measured.values.as_slice(), &place, group, rest).map(|d| (7, d)));
    Some(Candidate { finding: found, outcome: Some(outcome.clone()), place, pair: None, test: None, doubts })
}

/// Whether the difference halves without the group's most extreme row.
fn one_point(frame: &Frame<'_>, values: &[f64], place: &Place, group: &Moments, rest: &Moments) -> Option<String> {
    let members = values.iter().enumerate().filter(|(i, v)| !v.is_nan() && frame.is_in(place, i * frame.stride));
    let wildest = members.map(|(_, v)| *v).max_by(|a, b| (a - rest.mean).abs().total_cmp(&(b - rest.mean).abs()))?;
    let without = (group.mean * group.n as f64 - wildest) / (group.n as f64 - 1.0);
    let is_driven = (without - rest.mean).abs() < 0.5 * (group.mean - rest.mean).abs();
    is_driven.then(|| "One row makes up more than half of the difference.".to_owned())
}
