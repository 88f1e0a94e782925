use super::*;
use crate::base::Floats;
use crate::chart::{AxisInfo, BoxStats, Series, nearest, to_svg};

pub(super) fn axis(label: &str, column_type: ColumnType, unit: Option<&str>) -> AxisInfo {
    AxisInfo { label: label.to_owned(), unit: unit.map(str::to_owned), column_type }
}

fn data(title: &str, x: AxisInfo, y: AxisInfo, marks: Marks) -> ChartData {
    ChartData {
        title: title.to_owned(),
        subtitle: format!("{} by {}, 9,600 rows", y.label, x.label),
        x,
        y,
        marks,
        n_rows: 9_600,
        n_missing: 0,
        n_more: 0,
        mark: None,
    }
}

fn line(n_series: usize, n: usize) -> ChartData {
    let names = ["Lyon", "Marburg", "Basel North", "Utrecht", "Turku", "Graz", "Porto", "Ghent"];
    let series = (0..n_series).map(|s| {
        let x: Floats = (0..n).map(|i| 20_400.0 + i as f64).collect();
        let y = (0..n).map(|i| {
            let t = i as f64;
            30.0 + 6.0 * s as f64 + 5.0 * (t / 40.0 + s as f64).sin() + ((i * 7919 + s * 104_729) % 97) as f64 / 40.0
        });
        Series { name: names[s % 8].to_owned(), x, y: y.collect() }
    });
    let x = axis("day", ColumnType::Date, None);
    data(
        "Yield has drifted upward since March",
        x,
        axis("mean of yield", ColumnType::Number, Some("ng/µL")),
        Marks::Line { series: series.collect() },
    )
}

fn bar(categories: &[&str], values: &[f64]) -> ChartData {
    data(
        "Plate P7 fails most often",
        axis("plate", ColumnType::Text, None),
        axis("mean of coverage", ColumnType::Number, Some("×")),
        Marks::Bar {
            categories: categories.iter().map(|c| (*c).to_owned()).collect(),
            series: vec![("coverage".to_owned(), Floats(values.to_vec()))],
        },
    )
}

fn grouped(label: &str) -> ChartData {
    let categories = ["North", "South", "East", "West"].map(str::to_owned).to_vec();
    let series = ["pass", "repeat", "fail"].iter().enumerate();
    let values =
        |s: usize| Floats(vec![40.0 - 9.0 * s as f64, 30.0 - 5.0 * s as f64, 22.0 + s as f64, 12.0 * s as f64]);
    let series = series.map(|(i, n)| ((*n).to_owned(), values(i))).collect();
    let y = axis(label, ColumnType::Integer, None);
    data(
        "Most repeats come from the south",
        axis("region", ColumnType::Text, None),
        y,
        Marks::Bar { categories, series },
    )
}

fn histogram() -> ChartData {
    let edges: Vec<f64> = (0..=28).map(|i| f64::from(i) * 2.5).collect();
    let counts = (0..28).map(|i| (900.0 * (-((f64::from(i) - 11.0) / 5.0).powi(2)).exp()) as u64 + 2).collect();
    let y = axis("number of rows", ColumnType::Integer, None);
    let x = axis("concentration", ColumnType::Number, Some("ng/µL"));
    data("Distribution of concentration", x, y, Marks::Histogram { edges, counts })
}

fn scatter(n: usize, n_series: usize) -> ChartData {
    let series = (0..n_series).map(|s| {
        let noise = |i: usize, k: usize| ((i * k + s * 31) % 1009) as f64 / 1009.0 - 0.5;
        let x: Floats = (0..n).map(|i| 20.0 + 60.0 * (noise(i, 7919) + 0.5) + 4.0 * s as f64).collect();
        let y = x.iter().enumerate().map(|(i, x)| 0.4 * x + 14.0 * noise(i, 104_729) + 6.0 * s as f64).collect();
        Series { name: format!("lot L-11{s}"), x, y }
    });
    let marks = Marks::Scatter { series: series.collect() };
    let x = axis("coverage", ColumnType::Number, Some("×"));
    data("Yield rises with coverage", x, axis("yield", ColumnType::Number, Some("ng/µL")), marks)
}

fn density() -> ChartData {
    let (n_columns, n_rows) = (120usize, 75usize);
    let counts = (0..n_columns * n_rows).map(|i| {
        let (x, y) = ((i % n_columns) as f64 / 120.0 - 0.5, (i / n_columns) as f64 / 75.0 - 0.5);
        let d = (x - 0.7 * y).powi(2) * 18.0 + (y + 0.3 * x).powi(2) * 9.0;
        (240.0 * (-d * 6.0).exp()) as u32
    });
    let marks =
        Marks::Density { n_columns, n_rows, x_range: (0.0, 80.0), y_range: (-4.0, 36.0), counts: counts.collect() };
    let x = axis("coverage", ColumnType::Number, Some("×"));
    data("Yield rises with coverage", x, axis("yield", ColumnType::Number, Some("ng/µL")), marks)
}

fn boxes(names: &[&str]) -> ChartData {
    let boxes = names.iter().enumerate().map(|(i, name)| {
        let m = 40.0 - 2.5 * i as f64;
        let outliers = Floats(vec![m - 22.0, m + 21.0, m + 25.5]);
        let (low, high) = (m - 15.0, m + 16.0);
        BoxStats { name: (*name).to_owned(), n: 96, low, q1: m - 6.0, median: m, q3: m + 5.0, high, outliers }
    });
    let y = axis("yield", ColumnType::Number, Some("ng/µL"));
    data("Yield by plate", axis("plate", ColumnType::Text, None), y, Marks::Box { boxes: boxes.collect() })
}

fn heat(n_columns: usize, n_rows: usize) -> ChartData {
    let columns = (1..=n_columns).map(|c| c.to_string()).collect();
    let rows = (0..n_rows).map(|r| char::from(b'A' + (r % 26) as u8).to_string()).collect();
    let cell =
        |r: usize, c: usize| if (r, c) == (2, 3) { f64::NAN } else { ((r * 31 + c * 17) % 90) as f64 + c as f64 * 4.0 };
    let values = (0..n_rows).map(|r| (0..n_columns).map(|c| cell(r, c)).collect()).collect();
    let x = axis("column", ColumnType::Integer, None);
    data(
        "The right edge of the plate reads high",
        x,
        axis("row", ColumnType::Text, None),
        Marks::Heat { columns, rows, values },
    )
}

const LONG: [&str; 9] = [
    "University Hospital of Northern Jutland, department of infectious diseases",
    "Charité – Universitätsmedizin Berlin",
    "St. Mary's",
    "Karolinska",
    "漢字の病院",
    "Hôpital de la Pitié-Salpêtrière",
    "Massachusetts General Hospital research institute",
    "UMC",
    "Inselspital Bern",
];

/// Every case with its name, for looking at and for the general checks.
fn cases() -> Vec<(&'static str, ChartData)> {
    let plates = ["P7", "P3", "P1", "P9", "P2", "P8"];
    let with_mark = |mut d: ChartData, mark: &str| {
        d.mark = Some(mark.to_owned());
        d
    };
    let months: Vec<String> =
        (0..24).map(|i| format!("{} {}", crate::base::wording::month(i % 12 + 1), 2025 + i / 12)).collect();
    let month_names: Vec<&str> = months.iter().map(String::as_str).collect();
    let mut by_month = bar(&month_names, &(0..24).map(|i| 30.0 + f64::from(i * 7 % 13)).collect::<Vec<_>>());
    by_month.x = axis("day", ColumnType::Date, None);
    let mut gap = line(1, 120);
    if let Marks::Line { series } = &mut gap.marks {
        for y in series[0].y.iter_mut().skip(40).take(12) {
            *y = f64::NAN;
        }
    }
    let mut hours = line(2, 90);
    hours.x = axis("time", ColumnType::DateTime, None);
    if let Marks::Line { series } = &mut hours.marks {
        for s in series {
            for (i, x) in s.x.iter_mut().enumerate() {
                *x = 1.795e15 + i as f64 * 1.2e9;
            }
        }
    }
    let mut huge = line(1, 30);
    if let Marks::Line { series } = &mut huge.marks {
        for y in series[0].y.iter_mut() {
            *y *= 3.1e8;
        }
    }
    let negative = bar(&["alpha", "beta", "gamma", "delta", "epsilon"], &[12.0, 7.5, -3.0, -9.4, 2.0]);
    let empty_line = data(
        "Nothing",
        axis("day", ColumnType::Date, None),
        axis("yield", ColumnType::Number, None),
        Marks::Line { series: Vec::new() },
    );
    vec![
        ("line_one", line(1, 365)),
        ("line_three", line(3, 365)),
        ("line_seven", line(7, 200)),
        ("line_mark", with_mark(line(1, 60), "2025-12-05")),
        ("line_gap", gap),
        ("line_hours", hours),
        ("line_huge", huge),
        ("line_point", line(1, 1)),
        ("line_few", line(2, 6)),
        ("line_empty", empty_line),
        ("bar_few", with_mark(bar(&plates, &[31.0, 12.0, 11.0, 9.5, 8.0, 2.0]), "P7")),
        ("bar_long", bar(&LONG, &[310.0, 240.5, 200.0, 180.0, 120.0, 90.0, 61.0, 22.0, 4.0])),
        ("bar_long_mark", with_mark(bar(&LONG, &[3.1e7, 2.4e7, 2e7, 1.8e7, 1.2e7, 9e6, 6e6, 2e6, 4e5]), "Karolinska")),
        ("bar_negative", negative.clone()),
        ("bar_negative_long", bar(&LONG[..5], &[12.0, 7.5, -3.0, -9.4, 2.0])),
        ("bar_months", by_month),
        ("bar_stacked", grouped("number of rows")),
        ("bar_beside", grouped("mean of repeats")),
        ("bar_one", bar(&["only"], &[5.0])),
        ("histogram", with_mark(histogram(), "50")),
        ("scatter_one", scatter(300, 1)),
        ("scatter_groups", scatter(60, 3)),
        ("scatter_many", scatter(2_900, 1)),
        ("density", density()),
        ("box_short", with_mark(boxes(&plates), "P3")),
        ("box_long", boxes(&LONG)),
        ("heat_plate", heat(12, 8)),
        ("heat_large", heat(40, 40)),
    ]
}

fn frames() -> Vec<(&'static str, Frame)> {
    vec![
        ("wide_light", Frame::new(720.0, 0.0, Theme::light()).titled()),
        ("wide_dark", Frame::new(720.0, 0.0, Theme::dark()).titled()),
        ("phone_light", Frame::new(320.0, 0.0, Theme::light()).titled()),
        ("phone_dark", Frame::new(320.0, 0.0, Theme::dark()).titled()),
    ]
}

/// Set `TRIBUTARY_SHOTS` to a folder to get every case as a drawing to look at.
#[test]
fn every_case_is_drawn_inside_its_frame() {
    let folder = std::env::var("TRIBUTARY_SHOTS").ok();
    for (name, data) in cases() {
        for (frame_name, mut frame) in frames() {
            frame.height_px = preferred_height_px(&data, frame.width_px) + 60.0;
            let plan = plan(&data, &frame);
            for shape in &plan.shapes {
                let (left, right) = extent(shape);
                assert!(left >= -1.0 && right <= frame.width_px + 1.0, "{name} {frame_name}: {shape:?} {left} {right}");
            }
            let svg = to_svg(&data, &frame).unwrap();
            assert!(!svg.contains("NaN") && svg.trim_end().ends_with("</svg>"), "{name} {frame_name}");
            if let Some(folder) = &folder {
                std::fs::write(format!("{folder}/{name}-{frame_name}.svg"), svg).unwrap();
            }
        }
    }
}

#[test]
fn every_case_fits_on_a_sheet() {
    for (name, data) in cases() {
        let (width_px, height_px) = (PAPER_WIDTH_PX, paper_height_px(&data, PAPER_WIDTH_PX));
        assert!((120.0..=720.0).contains(&height_px), "{name}: {height_px}");
        let plan = plan(&data, &Frame::new(width_px, height_px, Theme::light()));
        assert!(plan.shapes.iter().all(|s| extent(s).1 <= width_px + 1.0), "{name}");
    }
}

fn extent(shape: &Shape) -> (f64, f64) {
    let of = |points: &[(f64, f64)]| points.iter().fold((f64::MAX, f64::MIN), |(l, h), p| (l.min(p.0), h.max(p.0)));
    match shape {
        Shape::Polyline { points, .. } | Shape::Area { points, .. } => of(points),
        Shape::Rect { rect, .. } => (rect.x_px.max(0.0), rect.right().min(rect.x_px + rect.w_px)),
        Shape::Circle { x_px, r_px, .. } => (x_px - r_px.min(1.0), x_px + r_px.min(1.0)),
        Shape::Text { x_px, text, size_px, anchor, is_upward, .. } => {
            let wide = if *is_upward { 0.0 } else { crate::chart::text::text_width_px(text, *size_px) };
            match anchor {
                Anchor::Start => (*x_px, x_px + wide),
                Anchor::Middle => (x_px - wide / 2.0, x_px + wide / 2.0),
                Anchor::End => (x_px - wide, *x_px),
            }
        }
    }
}

fn texts(plan: &ChartPlan) -> Vec<&str> {
    plan.shapes
        .iter()
        .filter_map(|s| if let Shape::Text { text, .. } = s { Some(text.as_str()) } else { None })
        .collect()
}

fn framed(data: &ChartData, width_px: f64) -> ChartPlan {
    plan(data, &Frame::new(width_px, preferred_height_px(data, width_px), Theme::light()))
}

#[test]
fn up_to_four_lines_are_named_at_their_ends() {
    let few = framed(&line(3, 100), 720.0);
    assert!(texts(&few).contains(&"Marburg"));
    // The page can switch them off all the same; a drawing that stands alone names them once.
    assert_eq!(few.legend.len(), 3);
    let alone = plan(&line(3, 100), &Frame::new(720.0, 400.0, Theme::light()).titled());
    assert_eq!(texts(&alone).iter().filter(|t| **t == "Marburg").count(), 1);
    assert!(framed(&line(1, 100), 720.0).legend.is_empty());
    let many = framed(&line(7, 100), 720.0);
    assert_eq!(many.legend.len(), 7);
    assert!(!texts(&many).contains(&"Marburg"));
}

#[test]
fn hidden_series_stay_in_the_legend_only() {
    let data = line(3, 100);
    let mut frame = Frame::new(720.0, 300.0, Theme::light());
    frame.hidden = vec!["Lyon".to_owned()];
    let plan = plan(&data, &frame);
    assert_eq!(plan.legend.iter().filter(|e| e.is_hidden).count(), 1);
    assert!(plan.hits.iter().all(|h| h.series != 0));
    frame.hidden = vec!["Lyon".to_owned(), "Marburg".to_owned(), "Basel North".to_owned()];
    assert_eq!(texts(&super::plan(&data, &frame)), ["No values to show"]);
}

#[test]
fn tick_labels_never_touch() {
    use crate::chart::text::text_width_px;
    for (name, data) in cases() {
        for width_px in [320.0, 480.0, 720.0, 1_100.0] {
            let plan = framed(&data, width_px);
            let base = plan.plot.bottom() + 13.0;
            let mut spans: Vec<(f64, f64)> = Vec::new();
            for shape in &plan.shapes {
                if let Shape::Text { x_px, y_px, text, size_px, anchor: Anchor::Middle, is_upward: false, .. } = shape
                    && (y_px - base).abs() < 2.0
                {
                    let half = text_width_px(text, *size_px) / 2.0;
                    spans.push((x_px - half, x_px + half));
                }
            }
            spans.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(spans.windows(2).all(|w| w[0].1 <= w[1].0), "{name} at {width_px}: {spans:?}");
        }
    }
}

#[test]
fn bars_start_at_zero_and_long_names_lie() {
    let plan = framed(&bar(&["a", "b"], &[90.0, 100.0]), 480.0);
    let heights: Vec<f64> = plan
        .shapes
        .iter()
        .filter_map(|s| if let Shape::Rect { rect, .. } = s { Some(rect.h_px) } else { None })
        .collect();
    assert!((heights[0] / heights[1] - 0.9).abs() < 1e-6);
    let lying = framed(&bar(&LONG, &[1.0; 9]), 720.0);
    let bars: Vec<&Rect> =
        lying.shapes.iter().filter_map(|s| if let Shape::Rect { rect, .. } = s { Some(rect) } else { None }).collect();
    assert!(bars.iter().all(|r| r.w_px > r.h_px));
    assert!(texts(&lying).iter().any(|t| t.ends_with('…')));
}

#[test]
fn a_marked_name_that_fits_is_written_in_full() {
    let names: Vec<String> = (1..=20).map(|i| format!("{i:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut data = bar(&names, &(0..20).map(f64::from).collect::<Vec<_>>());
    data.mark = Some("017".to_owned());
    for width_px in [320.0, 480.0, 720.0] {
        let plan = framed(&data, width_px);
        assert!(texts(&plan).contains(&"017"), "{width_px}: {:?}", texts(&plan));
    }
}

/// "0…" names nothing: whatever the width, the number of bars and the numbers beside them.
#[test]
fn short_names_are_never_cut() {
    for n in [2, 7, 12, 13, 40] {
        let names: Vec<String> = (1..=n).map(|i| format!("{i:03}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for scale in [1.0, 123_456.7, 4e9, -4e9] {
            let values: Vec<f64> = (0..n).map(|i| (f64::from(i) + 0.5) * scale).collect();
            let marked = ChartData { mark: Some("002".to_owned()), ..bar(&names, &values) };
            for data in [bar(&names, &values), marked, boxes(&names)] {
                for width_px in (160..=900).step_by(20) {
                    let plan = framed(&data, f64::from(width_px));
                    let cut: Vec<&str> =
                        texts(&plan).into_iter().filter(|t| t.starts_with('0') && t.ends_with('…')).collect();
                    assert!(cut.is_empty(), "{n} × {scale} at {width_px}: {cut:?}");
                }
            }
        }
    }
}

#[test]
fn a_few_wild_values_do_not_flatten_the_rest() {
    let mut data = line(1, 365);
    let Marks::Line { series } = &mut data.marks else { unreachable!() };
    for at in [40, 200, 201] {
        series[0].y[at] = -900.0;
    }
    let plan = framed(&data, 720.0);
    assert!(texts(&plan).contains(&"3 points below the axis, down to −900 ng/µL"), "{:?}", texts(&plan));
    let ys =
        plan.shapes.iter().filter_map(|s| if let Shape::Polyline { points, .. } = s { Some(points) } else { None });
    let longest = ys.max_by_key(|points| points.len()).unwrap();
    let (top, bottom) = longest.iter().fold((f64::MAX, f64::MIN), |(low, high), p| (low.min(p.1), high.max(p.1)));
    assert!(bottom <= plan.plot.bottom() + 0.5 && top < plan.plot.y_px + plan.plot.h_px / 3.0, "{top} {bottom}");
    assert!(plan.hits.iter().any(|h| h.label.contains("−900")), "the value itself can still be read");
}

#[test]
fn the_marked_place_is_named() {
    let mut data = line(1, 60);
    data.mark = Some("2025-12-05".to_owned());
    let plan = framed(&data, 720.0);
    assert!(texts(&plan).iter().any(|t| t.starts_with("5 Dec 2025: ")), "{:?}", texts(&plan));
}

#[test]
fn zooming_shows_the_range_and_fits_the_values() {
    let data = line(1, 365);
    let mut frame = Frame::new(720.0, 300.0, Theme::light());
    let whole = plan(&data, &frame);
    let view = whole.view_between(400.0, 200.0).unwrap();
    assert!((whole.x_value(200.0).unwrap() - view.x.0).abs() < 1e-9);
    frame.view = Some(view);
    let zoomed = plan(&data, &frame);
    assert!(zoomed.hits.len() < whole.hits.len() && !zoomed.hits.is_empty());
    assert!((zoomed.x_value(zoomed.plot.x_px).unwrap() - view.x.0).abs() < 1e-9);
    for shape in &zoomed.shapes {
        if let Shape::Polyline { points, .. } = shape {
            assert!(points.iter().all(|p| p.0 >= zoomed.plot.x_px - 0.5 && p.0 <= zoomed.plot.right() + 0.5));
        }
    }
    assert!(whole.view_between(200.0, 202.0).is_none());
}

#[test]
fn the_pointer_finds_what_is_under_it() {
    let plan = framed(&bar(&["a", "b"], &[90.0, 100.0]), 480.0);
    let x = plan.plot.x_px + plan.plot.w_px * 0.75;
    assert_eq!(nearest(&plan, x, plan.plot.y_px + 5.0).map(|h| h.index), Some(1));
    assert_eq!(nearest(&plan, 1.0, 1.0), None);
    let plan = framed(&line(2, 10), 480.0);
    let right = nearest(&plan, plan.plot.right(), plan.plot.y_px).unwrap();
    assert_eq!((right.index, right.series), (9, 1));
    assert!(right.label.contains("Marburg: "));
    let plan = framed(&scatter(20, 1), 480.0);
    let hit = plan.hits[3].clone();
    assert!(nearest(&plan, hit.x_px + hit.w_px / 2.0, hit.y_px + hit.h_px / 2.0).is_some());
}

#[test]
fn cells_are_put_into_words_when_they_are_pointed_at() {
    let plan = framed(&density(), 720.0);
    assert!(plan.hits.len() > 1_000 && plan.hits.iter().all(|h| h.label.is_empty()));
    let fullest = nearest(&plan, plan.plot.x_px + plan.plot.w_px / 2.0, plan.plot.y_px + plan.plot.h_px / 2.0).unwrap();
    let words = plan.words(fullest);
    let lines: Vec<&str> = words.lines().collect();
    assert!(lines[0].ends_with(" rows"), "{words}");
    assert!(lines[1].starts_with("coverage: ") && lines[2].starts_with("yield: "), "{words}");
    let bars = framed(&bar(&["a"], &[90.0]), 480.0);
    assert_eq!(bars.words(&bars.hits[0]), bars.hits[0].label);
}

#[test]
fn strange_numbers_and_sizes_do_no_harm() {
    let strange = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 0.0, f64::MIN_POSITIVE];
    let series = vec![Series {
        name: "s".to_owned(),
        x: Floats(strange.to_vec()),
        y: Floats(strange.iter().rev().copied().collect()),
    }];
    for column_type in [ColumnType::Number, ColumnType::Integer, ColumnType::Date, ColumnType::DateTime] {
        let a = || axis("v", column_type, None);
        let all = [
            Marks::Line { series: series.clone() },
            Marks::Scatter { series: series.clone() },
            Marks::Histogram { edges: strange.to_vec(), counts: vec![u64::MAX; 6] },
            Marks::Bar {
                categories: vec!["x".to_owned(); 7],
                series: vec![("s".to_owned(), Floats(strange.to_vec()))],
            },
            Marks::Bar { categories: Vec::new(), series: Vec::new() },
            Marks::Heat {
                columns: vec!["a".to_owned()],
                rows: vec!["b".to_owned(); 3],
                values: vec![Floats(strange.to_vec())],
            },
            Marks::Density {
                n_columns: 0,
                n_rows: 0,
                x_range: (0.0, 0.0),
                y_range: (f64::NAN, 1.0),
                counts: vec![1, 2],
            },
            Marks::Density {
                n_columns: 1,
                n_rows: 9,
                x_range: (0.0, 0.0),
                y_range: (f64::NAN, 1.0),
                counts: vec![1, 2],
            },
        ];
        for marks in all {
            let data = data("t", a(), a(), marks);
            for (w, h) in [(0.0, 0.0), (f64::NAN, -5.0), (90.0, 70.0), (720.0, 400.0), (1e9, 1e9)] {
                let svg = to_svg(&data, &Frame::new(w, h, Theme::dark()).titled()).unwrap();
                assert!(svg.len() < 4_000_000 && !svg.contains("NaN"));
                assert!(!crate::chart::summary(&data).is_empty());
                let _ = (crate::chart::data_table(&data, 100), crate::chart::data_csv(&data));
            }
        }
    }
}
