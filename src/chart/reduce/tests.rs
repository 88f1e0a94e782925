use super::*;
use crate::base::{NodeId, TableId};
use crate::table::ColumnInfo;
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::Int32Type;
use std::sync::Arc;

fn spec(kind: ChartKind, x: &str, y: Option<&str>) -> ChartSpec {
    ChartSpec { y: y.map(str::to_owned), ..ChartSpec::new(kind, NodeId::Table(TableId(1)), x) }
}

fn table(columns: Vec<(&str, ColumnType, ArrayRef)>) -> Table {
    Table::from_columns(columns.into_iter().map(|(n, t, a)| (ColumnInfo::new(n, t), a)).collect()).unwrap()
}

fn plates() -> Table {
    let plate: DictionaryArray<Int32Type> = ["P1", "P2", "P1", "P2", "P3", "P3"].into_iter().collect();
    table(vec![
        ("plate", ColumnType::Text, Arc::new(plate)),
        (
            "lot",
            ColumnType::Text,
            Arc::new(StringArray::from(vec![Some("a"), Some("b"), Some("a"), Some("b"), None, Some("a")])),
        ),
        (
            "yield",
            ColumnType::Number,
            Arc::new(Float64Array::from(vec![Some(1.0), Some(2.0), Some(3.0), Some(4.0), Some(9.0), None])),
        ),
        ("day", ColumnType::Date, Arc::new(Date32Array::from(vec![0, 0, 1, 1, 2, 2]))),
        ("ok", ColumnType::Boolean, Arc::new(BooleanArray::from(vec![true, false, true, true, false, false]))),
        ("n", ColumnType::Integer, Arc::new(Int64Array::from(vec![1, 2, 3, 4, 5, 6]))),
    ])
}

#[test]
fn bars_of_means_are_sorted_and_named() {
    let data = reduce(&plates(), &spec(ChartKind::Bar, "plate", Some("yield"))).unwrap();
    let Marks::Bar { categories, series } = &data.marks else { panic!("not bars") };
    assert_eq!(categories, &["P3", "P2", "P1"]);
    assert_eq!(series[0].1.0, [9.0, 3.0, 2.0]);
    assert_eq!(data.title, "Mean yield by plate");
    assert_eq!(data.subtitle, "Mean of yield, 5 rows, 1 left out as missing");
    assert_eq!((data.n_rows, data.n_missing, data.y.label.as_str()), (5, 1, "mean of yield"));
}

#[test]
fn counts_need_no_measure_and_groups_become_series() {
    let mut s = spec(ChartKind::Bar, "plate", None);
    s.group = Some("lot".to_owned());
    let data = reduce(&plates(), &s).unwrap();
    let Marks::Bar { categories, series } = &data.marks else { panic!("not bars") };
    assert_eq!(categories, &["P1", "P2", "P3"]);
    assert_eq!(series.iter().map(|s| s.0.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(series[0].1.0, [2.0, 0.0, 1.0]);
    assert_eq!(data.title, "Rows by plate and lot");
}

#[test]
fn many_categories_are_cut_to_twenty_and_other() {
    let names: Vec<String> = (0..300).map(|i| format!("c{}", (i as f64).sqrt() as usize * 2)).collect();
    let t = table(vec![("c", ColumnType::Text, Arc::new(StringArray::from(names)) as ArrayRef)]);
    let mut s = spec(ChartKind::Bar, "c", None);
    s.mark = Some("c0".to_owned());
    let data = reduce(&t, &s).unwrap();
    assert_eq!(data.n_more, 0);
    let names: Vec<String> = (0..900).map(|i| format!("c{}", (i as f64).sqrt() as usize)).collect();
    let t = table(vec![("c", ColumnType::Text, Arc::new(StringArray::from(names)) as ArrayRef)]);
    let data = reduce(&t, &s).unwrap();
    let Marks::Bar { categories, series } = &data.marks else { panic!("not bars") };
    assert_eq!(categories.len(), MAX_BARS + 1);
    assert_eq!(categories.last().map(String::as_str), Some("Other"));
    assert_eq!(series[0].1.iter().sum::<f64>(), 900.0);
    assert_eq!(data.n_more, 10);
    // The marked one is kept although it is the smallest.
    assert!(categories.contains(&"c0".to_owned()) && data.mark.as_deref() == Some("c0"));
}

#[test]
fn dates_keep_their_order_and_many_become_months() {
    let data = reduce(&plates(), &spec(ChartKind::Bar, "day", Some("yield"))).unwrap();
    let Marks::Bar { categories, .. } = &data.marks else { panic!("not bars") };
    assert_eq!(categories, &["1 Jan 1970", "2 Jan 1970", "3 Jan 1970"]);
    let t = table(vec![("day", ColumnType::Date, Arc::new(Date32Array::from_iter_values(0..365)) as ArrayRef)]);
    let data = reduce(&t, &spec(ChartKind::Bar, "day", None)).unwrap();
    let Marks::Bar { categories, series } = &data.marks else { panic!("not bars") };
    assert_eq!((categories.len(), categories[1].as_str(), series[0].1[1]), (12, "Feb 1970", 28.0));
    assert_eq!(data.title, "Rows by month");
}

#[test]
fn lines_average_what_shares_a_place() {
    let mut s = spec(ChartKind::Line, "day", Some("yield"));
    let data = reduce(&plates(), &s).unwrap();
    let Marks::Line { series } = &data.marks else { panic!("not a line") };
    assert_eq!(series[0].x.0, [0.0, 1.0, 2.0]);
    assert_eq!(series[0].y.0, [1.5, 3.5, 9.0]);
    assert_eq!(data.title, "Mean yield by day");
    s.group = Some("plate".to_owned());
    let data = reduce(&plates(), &s).unwrap();
    let Marks::Line { series } = &data.marks else { panic!("not a line") };
    assert_eq!(series.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["P1", "P2", "P3"]);
}

#[test]
fn lines_without_repeats_stay_as_they_are_and_break_where_values_miss() {
    let t = table(vec![
        ("n", ColumnType::Integer, Arc::new(Int64Array::from(vec![3, 1, 2])) as ArrayRef),
        ("v", ColumnType::Number, Arc::new(Float64Array::from(vec![Some(30.0), Some(10.0), None])) as ArrayRef),
    ]);
    let data = reduce(&t, &spec(ChartKind::Line, "n", Some("v"))).unwrap();
    let Marks::Line { series } = &data.marks else { panic!("not a line") };
    assert_eq!(series[0].y, crate::base::Floats(vec![10.0, f64::NAN, 30.0]));
    assert_eq!((data.y.label.as_str(), data.n_missing), ("v", 1));
}

#[test]
fn rows_over_time_are_counted_by_calendar_with_zeros() {
    let hour = 3_600_000_000i64;
    let moments = vec![0, hour / 2, hour * 3, hour * 3 + 1];
    let t = table(vec![("t", ColumnType::DateTime, Arc::new(TimestampMicrosecondArray::from(moments)) as ArrayRef)]);
    let data = reduce(&t, &spec(ChartKind::Line, "t", None)).unwrap();
    let Marks::Line { series } = &data.marks else { panic!("not a line") };
    assert_eq!(series[0].y.iter().sum::<f64>(), 4.0);
    assert!(series[0].y.contains(&0.0));
    assert_eq!(data.title, "Rows by minute");
}

#[test]
fn too_many_groups_are_folded_or_dropped() {
    let groups: Vec<String> = (0..100).map(|i| format!("g{}", i % 10)).collect();
    let t = table(vec![
        ("x", ColumnType::Integer, Arc::new(Int64Array::from_iter_values((0..100).map(|i| i / 10))) as ArrayRef),
        ("g", ColumnType::Text, Arc::new(StringArray::from(groups)) as ArrayRef),
        ("v", ColumnType::Number, Arc::new(Float64Array::from_iter_values((0..100).map(f64::from))) as ArrayRef),
    ]);
    let mut s = spec(ChartKind::Line, "x", Some("v"));
    s.group = Some("g".to_owned());
    let data = reduce(&t, &s).unwrap();
    let Marks::Line { series } = &data.marks else { panic!("not a line") };
    assert_eq!((series.len(), data.n_more), (8, 2));
    s.aggregate = Some(Aggregate::Sum);
    let data = reduce(&t, &s).unwrap();
    let Marks::Line { series } = &data.marks else { panic!("not a line") };
    assert_eq!((series.len(), series[7].name.as_str(), data.n_more), (8, "Other", 3));
}

#[test]
fn histograms_boxes_and_heat_maps() {
    let data = reduce(&plates(), &spec(ChartKind::Histogram, "n", None)).unwrap();
    let Marks::Histogram { edges, counts } = &data.marks else { panic!("not a histogram") };
    assert_eq!((edges.len(), counts.as_slice()), (7, &[1u64; 6][..]));
    assert_eq!(data.title, "Distribution of n");

    let data = reduce(&plates(), &spec(ChartKind::Box, "plate", Some("yield"))).unwrap();
    let Marks::Box { boxes } = &data.marks else { panic!("not boxes") };
    assert_eq!(boxes.iter().map(|b| (b.name.as_str(), b.n)).collect::<Vec<_>>(), [("P3", 1), ("P2", 2), ("P1", 2)]);

    let mut s = spec(ChartKind::Heat, "plate", Some("lot"));
    let data = reduce(&plates(), &s).unwrap();
    let Marks::Heat { columns, rows, values } = &data.marks else { panic!("not a heat map") };
    assert_eq!((columns.len(), rows.len(), values[0].0.as_slice()), (3, 2, &[2.0, 0.0, 1.0][..]));
    assert_eq!((data.title.as_str(), data.n_missing), ("Rows by plate and lot", 1));
    s.value = Some("yield".to_owned());
    assert_eq!(reduce(&plates(), &s).unwrap().title, "Mean yield by plate and lot");
}

#[test]
fn scatter_of_two_measures() {
    let mut s = spec(ChartKind::Scatter, "n", Some("yield"));
    s.group = Some("ok".to_owned());
    let data = reduce(&plates(), &s).unwrap();
    let Marks::Scatter { series } = &data.marks else { panic!("not a scatter") };
    assert_eq!(series.iter().map(|s| (s.name.as_str(), s.x.len())).collect::<Vec<_>>(), [("no", 2), ("yes", 3)]);
    assert_eq!(data.title, "Yield against n, by ok");
}

#[test]
fn refusals_say_what_is_wrong() {
    let code = |s: &ChartSpec| reduce(&plates(), s).unwrap_err().code;
    assert_eq!(code(&spec(ChartKind::Bar, "nowhere", None)), "unknown_column");
    assert_eq!(code(&spec(ChartKind::Histogram, "plate", None)), "not_a_number");
    assert_eq!(code(&spec(ChartKind::Line, "plate", Some("yield"))), "not_a_number");
    assert_eq!(code(&spec(ChartKind::Scatter, "n", None)), "chart_needs_column");
    let empty = table(vec![("v", ColumnType::Number, Arc::new(Float64Array::from(vec![None::<f64>])) as ArrayRef)]);
    assert_eq!(reduce(&empty, &spec(ChartKind::Histogram, "v", None)).unwrap_err().code, "nothing_to_show");
}

#[test]
fn no_batches_at_all() {
    let t = plates();
    let none = Table::from_batches(t.schema().clone(), Vec::new()).unwrap();
    for kind in ChartKind::ALL {
        let problem = reduce(&none, &spec(kind, "n", Some("yield"))).unwrap_err();
        assert_eq!(problem.code, "nothing_to_show", "{kind:?}");
    }
}

/// A million rows of every kind, within seconds even unoptimised.
#[test]
fn a_million_rows_stay_small() {
    let n = 1_000_000i64;
    let groups: DictionaryArray<Int32Type> = (0..n).map(|i| ["a", "b", "c"][(i % 3) as usize]).collect();
    let t = table(vec![
        (
            "t",
            ColumnType::DateTime,
            Arc::new(TimestampMicrosecondArray::from_iter_values((0..n).map(|i| i * 60_000_000))) as ArrayRef,
        ),
        ("g", ColumnType::Text, Arc::new(groups) as ArrayRef),
        (
            "v",
            ColumnType::Number,
            Arc::new(Float64Array::from_iter_values((0..n).map(|i| (i as f64 / 5e4).sin()))) as ArrayRef,
        ),
    ]);
    let data = reduce(&t, &spec(ChartKind::Line, "t", Some("v"))).unwrap();
    let Marks::Line { series } = &data.marks else { panic!("not a line") };
    assert!(series[0].x.len() <= MAX_LINE_POINTS && series[0].x.len() > 1_000);
    assert_eq!(data.n_rows, n as u64);
    let data = reduce(&t, &spec(ChartKind::Bar, "g", Some("v"))).unwrap();
    assert!(matches!(&data.marks, Marks::Bar { categories, .. } if categories.len() == 3));
    let data = reduce(&t, &spec(ChartKind::Scatter, "t", Some("v"))).unwrap();
    assert!(matches!(data.marks, Marks::Density { .. }));
}

fn noisy(n: i64) -> Table {
    let x: Vec<i64> = (0..n).collect();
    let y: Vec<f64> = (0..n).map(|i| if i == 61_234 { 99.0 } else { (i * 7_919 % 1_009) as f64 / 1_009.0 }).collect();
    table(vec![
        ("x", ColumnType::Integer, Arc::new(Int64Array::from(x))),
        ("y", ColumnType::Number, Arc::new(Float64Array::from(y))),
    ])
}

#[test]
fn a_range_of_a_line_is_as_fine_as_the_whole() {
    let t = noisy(100_000);
    let s = spec(ChartKind::Line, "x", Some("y"));
    let range = (61_000.0, 61_500.0);
    let inside = |data: &ChartData| {
        let Marks::Line { series } = &data.marks else { panic!("not a line") };
        let places: Vec<f64> = series[0].x.iter().copied().filter(|x| (range.0..=range.1).contains(x)).collect();
        (series[0].x.clone(), places.len())
    };
    let (_, n_whole) = inside(&reduce(&t, &s).unwrap());
    let zoomed = reduce_within(&t, &s, Some(range)).unwrap();
    let (x, n_zoomed) = inside(&zoomed);
    assert!(n_whole < 20 && n_zoomed == 501, "{n_whole} and {n_zoomed}");
    // One on either side, from where the line comes in.
    assert_eq!((x.first(), x.last()), (Some(&60_999.0), Some(&61_501.0)));
    assert_eq!(zoomed.n_rows, 501);
    for none in [(5.0, 5.0), (9.0, 1.0), (f64::NAN, 1.0)] {
        assert_eq!(reduce_within(&t, &s, Some(none)).unwrap(), reduce(&t, &s).unwrap());
    }
}

#[test]
fn a_range_of_a_density_shows_its_points() {
    let t = noisy(100_000);
    let s = spec(ChartKind::Scatter, "x", Some("y"));
    assert!(matches!(reduce(&t, &s).unwrap().marks, Marks::Density { .. }));
    let zoomed = reduce_within(&t, &s, Some((500.0, 1_499.0))).unwrap();
    let Marks::Scatter { series } = &zoomed.marks else { panic!("not points") };
    assert_eq!((series[0].x.len(), zoomed.n_missing), (1_000, 0));
}

#[test]
fn bins_seen_in_part_are_counted_whole() {
    let t = noisy(10_000);
    let s = spec(ChartKind::Histogram, "x", None);
    let Marks::Histogram { edges, counts } = reduce_within(&t, &s, Some((1_003.0, 1_998.0))).unwrap().marks else {
        panic!("not a histogram")
    };
    assert!(edges[0] <= 1_003.0 && edges[edges.len() - 1] >= 1_998.0 && edges.len() > 6);
    let width = edges[1] - edges[0];
    assert!(counts[..counts.len() - 1].iter().all(|n| *n as f64 == width), "{edges:?} {counts:?}");
    assert_eq!(reduce_within(&t, &s, Some((-9.0, -1.0))).unwrap_err().code, "nothing_to_show");

    // Rows counted over time: by the day from afar, by the hour or less when seen closely.
    let hour = 3_600_000_000_i64;
    let times: Vec<i64> = (0..24 * 400).map(|i| i * hour).collect();
    let t = table(vec![("t", ColumnType::DateTime, Arc::new(TimestampMicrosecondArray::from(times)) as ArrayRef)]);
    let s = spec(ChartKind::Line, "t", None);
    let range = (10.25 * 24.0 * hour as f64, 12.0 * 24.0 * hour as f64);
    let Marks::Line { series } = reduce_within(&t, &s, Some(range)).unwrap().marks else { panic!("not a line") };
    assert_eq!(series[0].y.first(), Some(&1.0));
    assert!(series[0].x.len() > 40, "{:?}", series[0].x.len());
}
