//! What a table's control charts say, as findings.

use super::alarms::false_alarm_rate;
use super::capability::SigmaMetric;
use super::chart::control_chart;
use super::of_table::{Charted, find, groups, measured, series_in};
use super::rules::Pattern;
use super::spec::{ControlChart, ControlKind, ControlOptions, ControlQuery, Rule, Signal};
use crate::base::{Problem, give_way, wording};
use crate::insight::search::finding;
use crate::insight::spec::{Effect, Finding, FindingKind, Findings};
use crate::insight::typed::raw_text;
use crate::insight::words::{literal, quote_ident, say, say_level, table_ident};
use crate::table::Table;
use serde_json::{Value, json};

/// Rows named in one finding.
const MAX_POINTS: usize = 1_000;
/// Charts of one question.
const MAX_CHARTS: usize = 400;
/// Fewer points give limits that may be far off.
const SURE_POINTS: u64 = 20;
/// Neighbours more alike than this make limits from moving ranges too tight.
const ALIKE: f64 = 0.3;

/// The answer to a question about control charts.
pub struct Controlled {
    pub findings: Findings,
    /// What each chart is made of, as plain JSON: limits, baseline, capability.
    pub charts: Value,
}

/// Charts the columns that are asked about, group by group, and tells of every rule that is broken: one
/// finding a chart and rule. Gives way after each chart; time is linear in the rows.
///
/// # Errors
/// Why nothing can be charted; a chart among several that cannot be is left out, and named with its reason.
pub async fn control_in_slices(name: &str, table: &Table, query: &ControlQuery) -> Result<Controlled, Problem> {
    let mut options = query.options.clone();
    let is_subgroup = options.chart.has_subgroups() && options.subgroup.is_none();
    let group = query.group.clone().filter(|_| !is_subgroup);
    if is_subgroup {
        options.subgroup.clone_from(&query.group);
    }
    let order = query.order.as_deref();
    let levels = group.as_deref().map(|g| groups(table, g)).transpose()?;
    let group_type = group.as_deref().map(|g| find(table, g)).transpose()?.map(|(_, info)| info.column_type);
    let names = measured(table, query)?;
    let mut findings = Findings::default();
    let mut charts = Vec::new();
    let (mut failed, mut n_done) = (None, 0usize);
    for value in &names {
        let codes: Vec<Option<u16>> = match &levels {
            Some(levels) => (0..levels.len()).map(|code| Some(code as u16)).collect(),
            None => vec![None],
        };
        for code in codes {
            if charts.len() >= MAX_CHARTS {
                break;
            }
            let only = levels.as_ref().zip(code);
            let level = only.map(|(of, code)| of.label(code).to_owned());
            let told = series_in(table, value, order, &options, only).and_then(|charted| {
                let chart = control_chart(&charted.series, &options).map_err(|no| no.problem(value))?;
                Ok((charted, chart))
            });
            give_way().await;
            let (charted, chart) = match told {
                Ok(told) => told,
                Err(problem) => {
                    charts.push(json!({"value": value, "group": level, "problem": problem.what, "why": problem.why}));
                    failed.get_or_insert(problem);
                    continue;
                }
            };
            n_done += 1;
            findings.checks_run += chart.rules.len() as u64;
            let say = Saying {
                table,
                sql_name: table_ident(name),
                value,
                unit: find(table, value)?.1.unit.clone(),
                order,
                group: group.as_deref().zip(level.as_deref()),
                group_words: level
                    .as_deref()
                    .map(|l| say_level(group_type.unwrap_or(crate::base::ColumnType::Text), l)),
                options: &options,
                charted: &charted,
                chart: &chart,
            };
            findings.findings.extend(say.findings());
            charts.push(say.described());
        }
    }
    match failed {
        Some(problem) if n_done == 0 => Err(problem),
        _ => {
            findings.findings.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.key.cmp(&b.key)));
            Ok(Controlled { findings, charts: Value::Array(charts) })
        }
    }
}

/// One chart, about to be put into words.
struct Saying<'a> {
    table: &'a Table,
    sql_name: String,
    value: &'a str,
    unit: Option<String>,
    order: Option<&'a str>,
    /// Column and value.
    group: Option<(&'a str, &'a str)>,
    group_words: Option<String>,
    options: &'a ControlOptions,
    charted: &'a Charted,
    chart: &'a ControlChart,
}

impl Saying<'_> {
    fn findings(&self) -> Vec<Finding> {
        self.chart.rules.iter().filter_map(|rule| self.finding(*rule)).collect()
    }

    fn finding(&self, rule: Rule) -> Option<Finding> {
        let signals: Vec<&Signal> = self.chart.signals.iter().filter(|s| s.rule == rule).collect();
        let (first, last) = (signals.first()?, signals.last()?);
        let mut points: Vec<usize> = signals.iter().map(|s| s.at).collect();
        points.dedup();
        let from = signals.iter().map(|s| s.from).min()?;
        let farthest = self.farthest(&signals);
        let distance = farthest.map_or(0.0, |(_, z)| z);
        let share = points.len() as f64 / self.charted.rows.len().max(1) as f64;
        let strength = 0.4 + 0.3 * (distance.abs() / 6.0).min(1.0) + 0.3 * share.min(1.0);
        let effect = Effect {
            measure: "distance from the centre line in standard deviations".to_owned(),
            value: distance,
            unit: None,
            interval: None,
        };
        let columns = [Some(self.value), self.order, self.group.map(|g| g.0)];
        let columns: Vec<String> = columns.into_iter().flatten().map(str::to_owned).collect();
        let sentence = self.sentence(rule, &points, first, farthest.map(|f| f.0));
        let mut found = finding(FindingKind::ControlChart, columns, sentence, effect, strength);
        found.key = ["control_chart", self.value, rule.name()]
            .into_iter()
            .chain(self.group.map(|g| g.1))
            .collect::<Vec<_>>()
            .join("|");
        found.n = self.charted.rows.iter().map(|rows| rows.len() as u64).sum();
        found.rule = Some(rule);
        found.group = self.group.map(|g| g.1.to_owned());
        found.method = self.method();
        found.caveat = self.caveat(rule);
        let rows_of = |point: usize| self.charted.rows.get(point).into_iter().flatten().copied();
        found.points = points.iter().flat_map(|p| rows_of(*p)).take(MAX_POINTS).collect();
        found.points.sort_unstable();
        found.window = self.place(from).zip(self.place(last.at));
        found.evidence_sql = self.evidence(from, last.at);
        Some(found)
    }

    /// The signal that is farthest from the centre line of its panel, with its distance; `None` where
    /// there is no σ to tell it in.
    fn farthest<'s>(&self, signals: &[&'s Signal]) -> Option<(&'s Signal, f64)> {
        let z = |signal: &&'s Signal| {
            let panel = self.chart.panels.get(signal.panel)?;
            let at = |column: &[f64]| column.get(signal.at).copied();
            let (value, centre, sigma) = (at(&panel.values)?, at(&panel.centre)?, at(&panel.sigma)?);
            (sigma > 0.0).then_some((*signal, (value - centre) / sigma))
        };
        signals.iter().filter_map(z).max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(b.0.at.cmp(&a.0.at)))
    }

    /// Where a point stands, as raw text of the order column, or its row's number.
    fn place(&self, point: usize) -> Option<String> {
        let row = *self.charted.rows.get(point)?.first()?;
        match self.order {
            Some(name) => raw_text(self.table, find(self.table, name).ok()?.0, row),
            None => Some(row.to_string()),
        }
    }

    /// "on 12 Nov 2026", "at run 17", "in row 18".
    fn at_place(&self, point: usize) -> String {
        let raw = self.place(point).unwrap_or_default();
        match self.order.and_then(|name| find(self.table, name).ok()) {
            Some((_, info)) if info.column_type.is_temporal() => {
                format!("on {}", say_level(info.column_type, &raw))
            }
            Some((_, info)) => format!("at {} {}", info.name, say_level(info.column_type, &raw)),
            // People count rows from one.
            None => format!("in row {}", wording::format_count(raw.parse::<u64>().unwrap_or(0) + 1)),
        }
    }

    fn subject(&self) -> String {
        match (&self.group, &self.group_words) {
            (Some((column, _)), Some(words)) => format!("{} where {column} is {words}", self.value),
            _ => self.value.to_owned(),
        }
    }

    fn sentence(&self, rule: Rule, points: &[usize], first: &Signal, farthest: Option<&Signal>) -> String {
        let unit = self.unit.as_deref();
        let n = wording::plural(points.len() as u64, "point", "points");
        let said = farthest.unwrap_or(first);
        let panel = self.chart.panels.get(said.panel);
        let get = |column: fn(&super::spec::Panel) -> &Vec<f64>, at: usize| {
            panel.and_then(|p| column(p).get(at).copied()).unwrap_or(f64::NAN)
        };
        let is_limit = matches!(rule.pattern(), Pattern::Limits | Pattern::Beyond { of: 1, .. });
        if is_limit {
            let at = said.at;
            let is_as_measured = said.panel == 0 && !matches!(self.chart.kind, ControlKind::Ewma | ControlKind::Cusum);
            let what =
                if is_as_measured { self.subject() } else { format!("The {} of {}", self.label(said), self.subject()) };
            let (low, high) = (say(get(|p| &p.lower, at), None), say(get(|p| &p.upper, at), unit));
            let value = say(get(|p| &p.values, at), unit);
            let limits = if matches!(rule, Rule::Westgard12s) {
                "two standard deviations".to_owned()
            } else {
                format!("its control limits, {low} to {high}")
            };
            return if points.len() == 1 {
                format!("{what} goes beyond {limits}, {}: {value}.", self.at_place(at))
            } else {
                let which = if farthest.is_some() { "farthest" } else { "first" };
                format!("{what} goes beyond {limits}, at {n}, {which} {}: {value}.", self.at_place(at))
            };
        }
        let centre = say(get(|p| &p.centre, first.at), unit);
        format!(
            "{} shows {} (centre {centre}), at {n}, first {}.",
            self.subject(),
            rule.meaning().replace("the median is", "that the median is"),
            self.at_place(first.at)
        )
    }

    fn label(&self, signal: &Signal) -> String {
        let label = self.chart.panels.get(signal.panel).map(|p| p.label.clone()).unwrap_or_default();
        label.split(" of ").next().unwrap_or_default().to_owned()
    }

    fn method(&self) -> String {
        let mut method = match self.chart.panels.first() {
            Some(panel) => {
                let end = |column: &[f64]| column.last().copied().unwrap_or(f64::NAN);
                let centre = say(end(&panel.centre), self.unit.as_deref());
                format!("{}, centre {centre}", self.chart.kind.label())
            }
            None => self.chart.kind.label().to_owned(),
        };
        if self.options.sigma.is_none() && self.chart.kind != ControlKind::Run {
            let n = wording::plural(self.chart.n_baseline, "point", "points");
            method.push_str(&format!(", limits from {n}"));
        }
        method
    }

    /// What speaks most against taking it at its word.
    fn caveat(&self, rule: Rule) -> String {
        if self.chart.n_baseline < SURE_POINTS && self.options.sigma.is_none() && self.chart.kind != ControlKind::Run {
            return format!(
                "Limits from {} only are uncertain; {SURE_POINTS} or more are usual.",
                wording::plural(self.chart.n_baseline, "point", "points")
            );
        }
        if let Some(r) = self.chart.autocorrelation.filter(|r| *r > ALIKE)
            && self.chart.kind != ControlKind::Run
        {
            return format!(
                "Neighbouring points resemble each other (correlation {}), so that such patterns come by themselves \
                 more often than the rule allows for.",
                wording::format_significant(r, 2)
            );
        }
        let rate = false_alarm_rate(rule, self.options);
        if matches!(rule, Rule::RunLongest | Rule::RunCrossings) {
            return "Chance alone does this in about 1 series in 20.".to_owned();
        }
        let n = self.charted.rows.len() as f64;
        format!(
            "Chance alone does this at about 1 point in {}: {} of these {} would be expected.",
            wording::format_significant(1.0 / rate, 2),
            wording::format_significant(rate * n, 2),
            wording::format_count(self.charted.rows.len() as u64)
        )
    }

    fn evidence(&self, from: usize, to: usize) -> String {
        let mut tests = Vec::new();
        if let Some((column, raw)) = self.group
            && let Ok((_, info)) = find(self.table, column)
        {
            tests.push(format!("{} = {}", quote_ident(column), literal(info.column_type, raw)));
        }
        match self.order.and_then(|name| find(self.table, name).ok()) {
            Some((_, info)) => {
                let at = |point| literal(info.column_type, &self.place(point).unwrap_or_default());
                let name = quote_ident(&info.name);
                tests.push(format!("{name} BETWEEN {} AND {}", at(from), at(to)));
                format!("SELECT * FROM {} WHERE {} ORDER BY {name}", self.sql_name, tests.join(" AND "))
            }
            None if tests.is_empty() => {
                let row = |point: usize| self.charted.rows.get(point).and_then(|r| r.first()).copied().unwrap_or(0);
                let (first, last) = (row(from), row(to));
                let n = last.saturating_sub(first) + 1;
                format!("SELECT * FROM {} LIMIT {n} OFFSET {first}", self.sql_name)
            }
            None => format!("SELECT * FROM {} WHERE {}", self.sql_name, tests.join(" AND ")),
        }
    }

    /// The chart in numbers; limits and centre are those of the last point.
    fn described(&self) -> Value {
        let chart = self.chart;
        let panels: Vec<Value> = chart
            .panels
            .iter()
            .map(|panel| {
                let end = |column: &[f64]| column.last().copied();
                json!({
                    "name": panel.label, "centre": end(&panel.centre), "lower": end(&panel.lower),
                    "upper": end(&panel.upper), "sigma": end(&panel.sigma),
                })
            })
            .collect();
        let capability = chart.capability.map(|c| {
            json!({
                "cp": c.cp, "cpk": c.cpk, "cpk_interval": c.cpk_interval, "pp": c.pp, "ppk": c.ppk, "mean": c.mean,
                "sd_within": c.sd_within, "sd_overall": c.sd_overall, "n": c.n, "n_outside": c.n_outside,
            })
        });
        let sigma_metric = chart.sigma_metric.map(|s| match s {
            SigmaMetric::Sigma { sigma, bias, variation } => {
                json!({"sigma": sigma, "bias": bias, "variation": variation})
            }
            SigmaMetric::NotCalculable(why) => json!({"sigma": null, "not_calculable": why}),
        });
        let points = |rule: &Rule| matches!(rule, Rule::RunLongest | Rule::RunCrossings);
        let rate: f64 = chart.rules.iter().filter(|r| !points(r)).map(|r| false_alarm_rate(*r, self.options)).sum();
        json!({
            "value": self.value, "group": self.group.map(|g| g.1), "chart": chart.kind, "panels": panels,
            "points": self.charted.rows.len(), "baseline_points": chart.n_baseline,
            "rows_missing": self.charted.n_missing,
            "rules": chart.rules.iter().map(|r| json!({"rule": r.name(), "meaning": r.meaning()})).collect::<Vec<_>>(),
            "false_alarms_per_point": rate, "autocorrelation": chart.autocorrelation,
            "capability": capability, "sigma_metric": sigma_metric,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ColumnType, at_once};
    use crate::insight::control::{Baseline, Exclusion};
    use crate::table::ColumnInfo;
    use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
    use std::sync::Arc;

    /// Sixty runs around 50; those from 41 on lie higher, and run 21 is wild.
    fn runs() -> Table {
        let noise = |i: usize| ((i * 37 + 11) % 17) as f64 / 8.0 - 1.0;
        let level = |i: usize| match i {
            20 => 20.0,
            40.. => 1.5,
            _ => 0.0,
        };
        let value: ArrayRef = Arc::new(Float64Array::from_iter_values((0..60).map(|i| 50.0 + noise(i) + level(i))));
        let run: ArrayRef = Arc::new(Int64Array::from_iter_values((0..60).map(|i| 60 - i)));
        let lot: ArrayRef = Arc::new(StringArray::from_iter_values((0..60).map(|i| if i < 30 { "A" } else { "B" })));
        Table::from_columns(vec![
            (ColumnInfo::new("run", ColumnType::Integer), run),
            (ColumnInfo::new("yield", ColumnType::Number), value),
            (ColumnInfo::new("lot", ColumnType::Text), lot),
        ])
        .unwrap()
    }

    fn ask(query: &ControlQuery) -> Result<Controlled, Problem> {
        at_once(control_in_slices("runs", &runs(), query))
    }

    fn query(rules: &[Rule]) -> ControlQuery {
        ControlQuery {
            value: Some("yield".to_owned()),
            options: ControlOptions { rules: rules.to_vec(), ..ControlOptions::default() },
            ..ControlQuery::default()
        }
    }

    #[test]
    fn names_the_rule_the_rows_and_the_window() {
        let mut asked = query(&[Rule::Nelson1, Rule::Nelson2]);
        asked.options.excluded = vec![Exclusion { row: 20, reason: "spilt".to_owned() }];
        asked.options.baseline = Some(Baseline::Window("0".to_owned(), "39".to_owned()));
        let told = ask(&asked).unwrap();
        assert_eq!(told.findings.checks_run, 2);
        let shift = told.findings.findings.iter().find(|f| f.rule == Some(Rule::Nelson2)).unwrap();
        assert!(shift.points.iter().all(|row| *row >= 40) && shift.points.contains(&59), "{shift:?}");
        assert_eq!(shift.window.as_ref().unwrap().1, "59");
        assert_eq!(shift.key, "control_chart|yield|nelson_2");
        assert!(shift.sentence.starts_with("yield shows nine points in a row on one side"), "{}", shift.sentence);
        assert!(shift.caveat.contains("1 point in 260"), "{}", shift.caveat);
        assert!(!told.findings.findings.iter().any(|f| f.points.contains(&20)));
        // Without the reason, the wild run is told of.
        let told = ask(&query(&[Rule::Nelson1])).unwrap();
        assert_eq!(told.findings.findings[0].points, [20]);
        assert!(
            told.findings.findings[0].sentence.ends_with("in row 21: 69.4."),
            "{}",
            told.findings.findings[0].sentence
        );
        assert!(told.findings.findings[0].evidence_sql.ends_with("LIMIT 1 OFFSET 20"));
    }

    #[test]
    fn goes_by_the_order_and_by_groups() {
        let asked = ControlQuery { order: Some("run".to_owned()), ..query(&[Rule::Nelson1]) };
        let told = ask(&asked).unwrap();
        let wild = &told.findings.findings[0];
        assert_eq!(
            (wild.points.as_slice(), wild.window.clone()),
            ([20].as_slice(), Some(("40".to_owned(), "40".to_owned())))
        );
        assert!(wild.sentence.contains("at run 40"), "{}", wild.sentence);
        let asked = ControlQuery { group: Some("lot".to_owned()), ..query(&[Rule::Nelson1]) };
        let told = ask(&asked).unwrap();
        assert_eq!(told.charts.as_array().map(Vec::len), Some(2));
        assert_eq!(told.findings.findings[0].group.as_deref(), Some("A"));
        // Of a chart with subgroups the group is what tells them apart.
        let mut asked = ControlQuery { group: Some("lot".to_owned()), ..query(&[]) };
        asked.options.chart = ControlKind::XbarS;
        assert_eq!(ask(&asked).err().map(|p| p.code), Some("not_enough_data".into()));
    }

    #[test]
    fn without_a_column_all_that_measure_are_charted() {
        let asked = ControlQuery { value: None, ..query(&[Rule::Nelson1]) };
        let told = ask(&asked).unwrap();
        assert_eq!(told.charts[0]["value"], "yield");
        assert_eq!(told.charts.as_array().map(Vec::len), Some(1));
        for (value, code) in [("nowhere", "unknown_column"), ("lot", "not_a_number")] {
            let asked = ControlQuery { value: Some(value.to_owned()), ..query(&[]) };
            assert_eq!(ask(&asked).err().map(|p| p.code), Some(code.into()));
        }
        let mut asked = query(&[]);
        asked.options.baseline = Some(Baseline::Window("a".to_owned(), "b".to_owned()));
        assert_eq!(ask(&asked).err().map(|p| p.code), Some("bad_baseline".into()));
    }

    #[test]
    fn options_are_read_as_they_are_written_in_scripts() {
        let text = r#"{"chart": "ewma", "rules": ["beyond_limits"], "centre": 50, "sigma": 2.5, "baseline": [1, "20"], "weight": 0.1}"#;
        let options: ControlOptions = crate::base::json::read(text).unwrap();
        assert_eq!((options.chart, options.centre), (ControlKind::Ewma, crate::insight::control::Centre::At(50.0)));
        assert_eq!(options.baseline, Some(Baseline::Window("1".to_owned(), "20".to_owned())));
        let written = crate::base::json::write(&options).unwrap();
        assert_eq!(crate::base::json::read::<ControlOptions>(&written).unwrap(), options);
        let rolling: ControlOptions =
            crate::base::json::read(r#"{"centre": "median", "baseline": {"rolling": 30}}"#).unwrap();
        assert_eq!(rolling.baseline, Some(Baseline::Rolling(30)));
        for wrong in [r#"{"rules": ["nelson_9"]}"#, r#"{"center": 5}"#, r#"{"chart": "x"}"#] {
            assert!(crate::base::json::read::<ControlOptions>(wrong).is_err(), "{wrong}");
        }
    }
}
