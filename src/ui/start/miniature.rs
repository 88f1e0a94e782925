//! A small picture of each sample's report. What it says and shows is taken from the report itself:
//! `miniatures.json` is written and checked by tests/suite/sample_reports.rs.

use crate::base::json;
use crate::chart::text::{BOLD_FACTOR, ellipsize, wrap};
use crate::report::{MiniBar, MiniBox, MiniChart, Miniature as Small, State};
use crate::ui::report::sign_of;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const EDGE: f64 = 14.0;
const RIGHT: f64 = 266.0;
const BOTTOM: f64 = 154.0;
/// Between two charts.
const GAP: f64 = 18.0;
/// Sizes of the type, as in start.css.
const LABEL_PX: f64 = 7.0;
const WORDS_PX: f64 = 8.0;
const NUMBER_PX: f64 = 15.0;
/// Lines of the verdict.
const MAX_LINES: usize = 2;
const LINE_STEP: f64 = 10.0;
const NUMBER_STEP: f64 = 86.0;
const ROW_STEP: f64 = 11.5;
/// Room for the names of bars and boxes.
const NAME_WIDTH: f64 = 36.0;

/// Nothing where the file cannot be read: the tile's words say enough.
fn small(sample: &str) -> Option<&'static Small> {
    static ALL: OnceLock<BTreeMap<String, Small>> = OnceLock::new();
    ALL.get_or_init(|| json::read(include_str!("miniatures.json")).unwrap_or_default()).get(sample)
}

/// Decorative: the tile's words say what it is.
#[component]
pub fn Miniature(sample: &'static str) -> impl IntoView {
    view! {
        <svg class="mini" viewBox="0 0 280 164" aria-hidden="true" focusable="false">
            {small(sample).map(picture)}
        </svg>
    }
}

/// A length in the drawing's own units, as an attribute.
fn units(length: f64) -> String {
    format!("{length:.1}")
}

/// The name of the state in classes.
fn state_class(state: State) -> &'static str {
    match state {
        State::Fine => "mini__fine",
        State::Attention => "mini__attention",
        State::Stop => "mini__stop",
    }
}

fn picture(report: &'static Small) -> AnyView {
    let marked = state_class(report.state);
    let (_, word) = sign_of(report.state);
    let words = wrap(&report.sentence, WORDS_PX, RIGHT - EDGE - 16.0, MAX_LINES);
    let more_px = LINE_STEP * words.len().saturating_sub(1) as f64;
    let lines = words.into_iter().enumerate().map(|(i, line)| {
        view! { <text class="mini__words" x="22" y=units(41.0 + LINE_STEP * i as f64)>{line}</text> }
    });
    let numbers = report.numbers.iter().enumerate().map(|(i, (text, label))| {
        let x = EDGE + NUMBER_STEP * i as f64;
        let room = NUMBER_STEP - 6.0;
        view! {
            <text class="mini__number" x=units(x) y=units(70.0 + more_px)>{ellipsize(text, NUMBER_PX * BOLD_FACTOR, room)}</text>
            <text class="mini__label" x=units(x) y=units(81.0 + more_px)>{ellipsize(label, LABEL_PX, room)}</text>
        }
    });
    let n_charts = report.charts.len().max(1) as f64;
    let width = (RIGHT - EDGE - GAP * (n_charts - 1.0)) / n_charts;
    let charts = report.charts.iter().enumerate().map(|(i, chart)| {
        let frame = Frame { x: EDGE + (width + GAP) * i as f64, y: 94.0 + more_px, width };
        chart_view(chart, &frame, marked)
    });
    view! {
        <rect class=format!("{marked}-soft") x=units(EDGE) y="14" width=units(RIGHT - EDGE) height=units(34.0 + more_px) rx="5"></rect>
        <circle class=marked cx="26" cy="25" r="4"></circle>
        <text class="mini__strong" x="35" y="28.5">{word}</text>
        {lines.collect_view()}
        {numbers.collect_view()}
        {charts.collect_view()}
    }
    .into_any()
}

/// Where a chart goes; it ends at the bottom of the picture.
struct Frame {
    x: f64,
    y: f64,
    width: f64,
}

impl Frame {
    fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x + x * self.width, BOTTOM - y * (BOTTOM - self.y))
    }
}

fn chart_view(chart: &'static MiniChart, frame: &Frame, marked: &'static str) -> AnyView {
    match chart {
        MiniChart::Lines { lines, mark } => lines_view(lines, *mark, frame, marked),
        MiniChart::Bars(bars) => rows(bars, frame, |bar: &MiniBar, row| bar_view(bar, row, marked)),
        MiniChart::Boxes(boxes) => rows(boxes, frame, |one: &MiniBox, row| box_view(one, row, marked)),
    }
}

fn lines_view(lines: &[Vec<(f64, f64)>], mark: Option<(f64, f64)>, frame: &Frame, marked: &'static str) -> AnyView {
    let grid: String = [0.0, 0.5, 1.0]
        .map(|y| {
            let (x, y) = frame.at((0.0, y));
            format!("M{x:.1} {y:.1}h{:.1}", frame.width)
        })
        .concat();
    // What the line stands out from goes below it.
    let curves = lines.iter().enumerate().rev().map(|(i, line)| {
        let place = |p: &(f64, f64)| {
            let (x, y) = frame.at(*p);
            format!("{x:.1} {y:.1}")
        };
        let path = format!("M{}", line.iter().map(place).collect::<Vec<_>>().join("L"));
        let class = if i == 0 { "mini__curve" } else { "mini__curve mini__curve--second" };
        view! { <path class=class d=path></path> }
    });
    let dot = mark.map(|place| {
        let (x, y) = frame.at(place);
        view! { <circle class=marked cx=units(x) cy=units(y) r="3"></circle> }
    });
    view! {
        <path class="mini__grid" d=grid></path>
        {curves.collect_view()}
        {dot}
    }
    .into_any()
}

/// A line of a chart that has its names at the left.
struct Row {
    name_x: f64,
    x: f64,
    y: f64,
    width: f64,
}

fn rows<T>(items: &'static [T], frame: &Frame, draw: impl Fn(&'static T, &Row) -> AnyView) -> AnyView {
    let step = ROW_STEP.min((BOTTOM - frame.y) / items.len().max(1) as f64);
    let row = |(i, item): (usize, &'static T)| {
        let y = frame.y + step * (i as f64 + 0.5);
        draw(item, &Row { name_x: frame.x, x: frame.x + NAME_WIDTH, y, width: frame.width - NAME_WIDTH })
    };
    items.iter().enumerate().map(row).collect_view().into_any()
}

fn name_view(name: &str, row: &Row) -> AnyView {
    let name = ellipsize(name, LABEL_PX, NAME_WIDTH - 4.0);
    view! { <text class="mini__label" x=units(row.name_x) y=units(row.y + 2.5)>{name}</text> }.into_any()
}

fn bar_view(bar: &MiniBar, row: &Row, marked: &'static str) -> AnyView {
    let class = if bar.is_marked { marked } else { "mini__bar" };
    // A bar of nothing is still there to be seen.
    let width = (bar.length * row.width).max(0.75);
    view! {
        {name_view(&bar.label, row)}
        <rect class=class x=units(row.x) y=units(row.y - 3.5) width=units(width) height="7" rx="1.5"></rect>
    }
    .into_any()
}

fn box_view(one: &MiniBox, row: &Row, marked: &'static str) -> AnyView {
    let class = if one.is_marked { marked } else { "mini__bar" };
    let at = |share: f64| row.x + share * row.width;
    let whisker = format!("M{:.1} {:.1}H{:.1}", at(one.low), row.y, at(one.high));
    let middle = format!("M{:.1} {:.1}v7", at(one.median), row.y - 3.5);
    let width = (at(one.q3) - at(one.q1)).max(1.0);
    view! {
        {name_view(&one.label, row)}
        <path class="mini__whisker" d=whisker></path>
        <rect class=class x=units(at(one.q1)) y=units(row.y - 3.5) width=units(width) height="7" rx="1"></rect>
        <path class="mini__middle" d=middle></path>
    }
    .into_any()
}
