use super::*;
use crate::table::cell_text;
use arrow::array::Array;

struct One(Vec<String>);

impl Cells for One {
    fn n_rows(&self) -> usize {
        self.0.len()
    }
    fn n_columns(&self) -> usize {
        1
    }
    fn get(&self, _column: usize, row: usize) -> Cow<'_, str> {
        Cow::Borrowed(self.0.get(row).map_or("", String::as_str))
    }
    fn line(&self, row: usize) -> u64 {
        row as u64 + 2
    }
}

fn typed_as(cells: &[&str], wanted: Option<ColumnType>) -> Typed {
    let cells = One(cells.iter().map(|c| (*c).to_owned()).collect());
    let head = Head { name: "date".to_owned(), unit: None, path: None };
    let mut hints = Hints::default();
    hints.types.extend(wanted.map(|t| ("date".to_owned(), t)));
    build_table(&cells, vec![head], &hints, &mut |_| {}).unwrap()
}

fn typed(cells: &[&str]) -> Typed {
    typed_as(cells, None)
}

fn shown(typed: &Typed) -> Vec<String> {
    let n = typed.table.n_rows() as usize;
    let column = typed.table.whole_column(0).unwrap();
    (0..n).map(|i| cell_text(column.as_ref(), i).unwrap_or_else(|| "·".to_owned())).collect()
}

fn type_of(cells: &[&str]) -> ColumnType {
    typed(cells).table.columns()[0].column_type
}

fn rules(typed: &Typed) -> Vec<(String, u64)> {
    typed.changed.iter().map(|c| (c.rule.clone(), c.cells)).collect()
}

#[test]
fn plain_columns_take_the_quick_way() {
    assert_eq!(type_of(&["1", "", "-3"]), ColumnType::Integer);
    let numbers = typed(&["1", "", "2.5"]);
    assert_eq!(numbers.table.columns()[0].column_type, ColumnType::Number);
    assert_eq!(numbers.table.columns()[0].n_missing, 1);
    assert_eq!(numbers.table.columns()[0].reason, "all 2 values are numbers");
    assert_eq!(shown(&numbers), ["1.0", "·", "2.5"]);
    assert_eq!(type_of(&["2026-01-02", ""]), ColumnType::Date);
    assert_eq!(type_of(&["2026-01-02T03:04:05Z"]), ColumnType::DateTime);
    assert_eq!(type_of(&["a", "b"]), ColumnType::Text);
    assert_eq!(type_of(&["", ""]), ColumnType::Text);
}

#[test]
fn codes_stay_text() {
    for cells in [&["007", "123"][..], &["12345678901234567", "1"], &["+41791234567", "+41791234568"]] {
        let out = typed(cells);
        assert_eq!(out.table.columns()[0].column_type, ColumnType::Text, "{cells:?}");
        assert_eq!(shown(&out), cells);
    }
    assert_eq!(type_of(&["SEPT1", "MARCH1", "DEC1"]), ColumnType::Text);
    assert_eq!(type_of(&["1", "2", "X", "Y"]), ColumnType::Text);
}

#[test]
fn missing_codes_count_only_among_values_of_another_type() {
    let out = typed(&["1", "NA", "n/a", "-", "2"]);
    assert_eq!(shown(&out), ["1", "·", "·", "·", "2"]);
    let rules = rules(&out);
    assert_eq!(rules.len(), 3);
    assert!(rules.contains(&("'NA' read as missing".to_owned(), 1)));
    assert_eq!(out.table.columns()[0].n_missing, 3);
    let countries = typed(&["DE", "NA", "FR"]);
    assert_eq!(shown(&countries), ["DE", "NA", "FR"]);
    assert!(countries.changed.is_empty());
}

#[test]
fn instrument_words_are_missing_and_said_so() {
    let out = typed(&["21.5", "Undetermined", "22.5"]);
    assert_eq!(shown(&out), ["21.5", "·", "22.5"]);
    assert_eq!(out.notices.0[0].code, "words_as_missing");
    assert_eq!(rules(&out), [("'Undetermined' read as missing".to_owned(), 1)]);
}

#[test]
fn limits_go_to_a_column_of_their_own() {
    let out = typed(&["1.5", "<0.5", "2.5", "> 100", "n.d."]);
    let columns = out.table.columns();
    let named: Vec<(&str, ColumnType)> = columns.iter().map(|c| (c.name.as_str(), c.column_type)).collect();
    let number = ColumnType::Number;
    assert_eq!(named, [("date", number), ("date_below", number), ("date_above", number)]);
    assert_eq!(shown(&out), ["1.5", "·", "2.5", "·", "·"]);
    let below = out.table.whole_column(1).unwrap();
    assert_eq!(cell_text(below.as_ref(), 1).as_deref(), Some("0.5"));
    assert_eq!(below.null_count(), 4);
    assert!(columns[0].reason.ends_with("; 2 are limits such as '<0.5'"), "{}", columns[0].reason);
    assert!(rules(&out).contains(&("limit kept in a column of its own".to_owned(), 2)));
    assert!(out.notices.iter().any(|n| n.code == "limits" && n.count == 1));
    // Groups of ages are no measurements.
    assert_eq!(type_of(&["<18", "18-65", ">65"]), ColumnType::Text);
    assert_eq!(type_of(&["<18", ">65"]), ColumnType::Text);
}

#[test]
fn negative_numbers_of_all_kinds() {
    assert_eq!(shown(&typed(&["(2.0)", "3.0", "1.5"])), ["-2.0", "3.0", "1.5"]);
    assert_eq!(shown(&typed(&["12.5-", "3"])), ["-12.5", "3.0"]);
    assert_eq!(shown(&typed(&["-$5", "$6"])), ["-5", "6"]);
    let money = typed(&["($1,200.50)", "$1,000.00"]);
    assert_eq!(shown(&money), ["-1200.5", "1000.0"]);
    assert!(rules(&money).contains(&("number in brackets read as negative".to_owned(), 1)));
    // Numbers of notes, and errors below estimates.
    assert_eq!(type_of(&["(1)", "(2)", "(3)"]), ColumnType::Text);
    assert_eq!(type_of(&["1.5", "(0.1)", "2.5", "(0.2)", "3.5", "(0.3)"]), ColumnType::Text);
}

#[test]
fn units_in_cells_go_to_the_column() {
    let out = typed(&["12.5 ng/µL", "13 ng/µL"]);
    assert_eq!(shown(&out), ["12.5", "13.0"]);
    assert_eq!(out.table.columns()[0].unit.as_deref(), Some("ng/µL"));
    assert!(rules(&out).contains(&("'ng/µL' taken off the number".to_owned(), 2)));
    assert_eq!(type_of(&["5 mg", "3 g"]), ColumnType::Text);
    assert_eq!(type_of(&["12A", "13A"]), ColumnType::Text);
}

#[test]
fn numbers_that_may_mean_none_are_remarked() {
    let out = typed(&["20.5", "-999", "21", "22", "-999", "19"]);
    assert_eq!(out.notices.0[0].code, "may_be_missing");
    assert!(out.notices.0[0].text.starts_with("-999 stands 2 times in date"), "{}", out.notices.0[0].text);
    assert_eq!(shown(&out)[1], "-999.0");
    assert!(typed(&["20", "-99", "-98", "-99", "19", "18", "1"]).notices.is_empty());
}

#[test]
fn spans_and_wells() {
    assert_eq!(type_of(&["26:10:00", "01:10:00"]), ColumnType::Duration);
    assert_eq!(type_of(&["PT1H30M", "PT45M"]), ColumnType::Duration);
    assert_eq!(type_of(&["1h 30m", "45m"]), ColumnType::Duration);
    assert_eq!(type_of(&["30m", "45m"]), ColumnType::Text);
    assert_eq!(type_of(&["1E5", "2E5"]), ColumnType::Text);
    assert_eq!(shown(&typed(&["1E5", "2E6", "100"])), ["100000.0", "2000000.0", "100.0"]);
}

#[test]
fn decimal_commas_thousands_and_signs() {
    let comma = typed(&["1,5", "2,25", "3"]);
    assert_eq!(shown(&comma), ["1.5", "2.25", "3.0"]);
    assert_eq!(rules(&comma), [("decimal comma read as a point".to_owned(), 2)]);
    assert_eq!(shown(&typed(&["1,234.5", "12"])), ["1234.5", "12.0"]);
    assert_eq!(shown(&typed(&["1.234,5", "12"])), ["1234.5", "12.0"]);
    assert_eq!(shown(&typed(&["1 234", "12 345 678"])), ["1234", "12345678"]);
    let doubtful = typed(&["1,234", "5,678"]);
    assert_eq!(shown(&doubtful), ["1234", "5678"]);
    assert_eq!(doubtful.notices.0[0].code, "ambiguous_numbers");
    let percent = typed(&["45 %", "3.5%"]);
    assert_eq!(shown(&percent), ["45.0", "3.5"]);
    assert_eq!(percent.table.columns()[0].unit.as_deref(), Some("%"));
    assert_eq!(type_of(&["45 %", "3.5"]), ColumnType::Text);
    assert_eq!(shown(&typed(&["$1,200", "$30"])), ["1200", "30"]);
}

#[test]
fn day_and_month_are_settled_by_all_rows() {
    let settled = typed(&["01/02/2026", "13/02/2026"]);
    assert_eq!(shown(&settled), ["2026-02-01", "2026-02-13"]);
    assert!(settled.notices.is_empty());
    assert_eq!(shown(&typed(&["01/02/2026", "02/13/2026"])), ["2026-01-02", "2026-02-13"]);
    let ordered = typed(&["11/01/2026", "11/02/2026", "12/01/2026"]);
    assert_eq!(shown(&ordered), ["2026-11-01", "2026-11-02", "2026-12-01"]);
    assert_eq!(ordered.notices.0[0].code, "ambiguous_dates");
    assert_eq!(shown(&typed(&["01/02/2026"])), ["2026-02-01"]);
    assert_eq!(type_of(&["13/02/2026", "02/13/2026"]), ColumnType::Text);
    assert_eq!(shown(&typed(&["20260102", "20261231"])), ["2026-01-02", "2026-12-31"]);
}

#[test]
fn times_and_zones() {
    let zoned = typed(&["2026-01-02T03:04:05+02:00", "2026-01-02 10:00"]);
    assert_eq!(shown(&zoned), ["2026-01-02T01:04:05", "2026-01-02T10:00:00"]);
    assert_eq!(rules(&zoned), [("time moved to UTC".to_owned(), 1)]);
    assert_eq!(type_of(&["14:05", "08:00:30"]), ColumnType::Time);
    assert_eq!(shown(&typed(&["12.01.2026 14:05", "13.01.2026"])), ["2026-01-12T14:05:00", "2026-01-13T00:00:00"]);
}

#[test]
fn yes_and_no() {
    assert_eq!(shown(&typed(&["yes", "No", "NA"])), ["true", "false", "·"]);
    assert_eq!(type_of(&["TRUE", "false"]), ColumnType::Boolean);
    assert_eq!(type_of(&["Y", "N"]), ColumnType::Boolean);
    assert_eq!(type_of(&["F", "F"]), ColumnType::Text);
    assert_eq!(type_of(&["0", "1"]), ColumnType::Integer);
}

#[test]
fn the_user_s_choice_wins() {
    let out = typed_as(&["1.5", "abc", ""], Some(ColumnType::Number));
    assert_eq!(shown(&out), ["1.5", "·", "·"]);
    assert_eq!(out.notices.0[0].code, "unread_cells");
    let out = typed_as(&["1", "2"], Some(ColumnType::Text));
    assert_eq!(shown(&out), ["1", "2"]);
    let out = typed_as(&["1.10", "-0.000000001", "12345678901234567890"], Some(ColumnType::Decimal));
    assert_eq!(shown(&out), ["1.100000000", "-0.000000001", "12345678901234567890.000000000"]);
    assert_eq!(shown(&typed_as(&["1", "0", "yes"], Some(ColumnType::Boolean))), ["true", "false", "true"]);
}

#[test]
fn the_last_of_many_rows_decides_too() {
    let mut cells = vec!["1"; 300_000];
    cells.push("x1");
    let out = typed(&cells);
    assert_eq!(out.table.columns()[0].column_type, ColumnType::Text);
    assert_eq!(out.table.n_rows(), 300_001);
    assert_eq!(out.table.batches().len(), 3);
    assert_eq!(out.table.columns()[0].runner_up, Some(ColumnType::Number));
}

#[test]
fn dictionaries_survive_the_way_between_workers() {
    let cells: Vec<&str> = (0..200_000).map(|i| if i % 3 == 0 { "a" } else { "b" }).collect();
    let out = typed(&cells);
    let back = Table::from_ipc(out.table.to_ipc().unwrap()).unwrap();
    assert_eq!(back.n_rows(), 200_000);
    assert_eq!(back.batches()[1].column(0).len(), out.table.batches()[1].column(0).len());
    assert_eq!(shown(&out)[199_999], "b");
}

fn many(cell: impl Fn(usize) -> String, odd: &[&str]) -> Typed {
    let mut cells: Vec<String> = (0..200).map(cell).collect();
    cells.extend(odd.iter().map(|c| (*c).to_owned()));
    typed(&cells.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_few_odd_cells_are_kept_aside_and_listed() {
    let out = many(|i| format!("{i}.5"), &["abc", "abc", "see note", "31,5"]);
    let info = &out.table.columns()[0];
    assert_eq!((info.column_type, info.n_missing), (ColumnType::Number, 3));
    assert_eq!(
        rules(&out),
        [
            ("'abc' is not a number: kept aside".to_owned(), 2),
            ("'see note' is not a number: kept aside".to_owned(), 1),
            ("decimal comma read as a point".to_owned(), 1)
        ]
    );
    assert_eq!(shown(&out)[203], "31.5");
    assert_eq!(out.notices.0[0].text, "3 cells of date are not numbers: left empty, their text is listed");
    let first = many(|i| if i == 0 { "unknown".to_owned() } else { format!("{:02}/09/2026", i % 28 + 1) }, &[]);
    assert_eq!((first.table.columns()[0].column_type, first.table.columns()[0].n_missing), (ColumnType::Date, 1));
    assert_eq!(many(|i| format!("{i}.5"), &["x y"; 10]).table.columns()[0].column_type, ColumnType::Text);
}

#[test]
fn identifiers_stay_text_though_nearly_all_are_numbers() {
    for odd in [&["12-A"][..], &["X"], &["007"], &["12345678901234567"]] {
        let out = many(|i| i.to_string(), odd);
        assert_eq!(out.table.columns()[0].column_type, ColumnType::Text, "{odd:?}");
        assert_eq!(shown(&out)[200], odd[0]);
    }
    // May be 1234 or 1.234.
    let doubtful = many(|i| format!("{i}.5"), &["31,5", "1,234"]);
    assert_eq!(shown(&doubtful)[200..], ["31.5", "·"]);
}

fn typed_without(cells: &[&str], off: &[Rule]) -> Typed {
    let cells = One(cells.iter().map(|c| (*c).to_owned()).collect());
    let head = Head { name: "date".to_owned(), unit: None, path: None };
    let hints = Hints { as_written: [("date".to_owned(), off.to_vec())].into(), ..Hints::default() };
    build_table(&cells, vec![head], &hints, &mut |_| {}).unwrap()
}

#[test]
fn a_rule_that_is_off_leaves_the_column_as_it_is_written() {
    let cases: [(&[&str], Rule); 8] = [
        (&["1", "2", "NA"], Rule::Missing("NA".to_owned())),
        (&["€ 5", "€ 6"], Rule::Affix("€".to_owned())),
        (&["1,5", "2,25"], Rule::DecimalComma),
        (&["5", "(2)", "7", "8"], Rule::Brackets),
        (&["01.02.2026", "13.02.2026"], Rule::DayFirst),
        (&["yes", "no"], Rule::YesNo),
        (&["<0.5", "1.5", "2.5"], Rule::Limits),
        (&["2026-01-02T03:04:05+02:00"], Rule::ToUtc),
    ];
    for (cells, rule) in cases {
        let by = |typed: &Typed| typed.changed.iter().any(|c| c.by.as_ref() == Some(&rule) && c.rule == rule.words());
        assert!(by(&typed(cells)), "{rule:?}: {:?}", typed(cells).changed);
        let off = typed_without(cells, std::slice::from_ref(&rule));
        assert_eq!(shown(&off), cells, "{rule:?}");
        assert_eq!(off.table.columns().len(), 1);
        assert_eq!(off.table.columns()[0].reason, "left as it is written, as you chose");
        assert!(off.changed.is_empty() && off.notices.is_empty(), "{rule:?}");
    }
}

#[test]
fn a_rule_that_is_off_changes_nothing_where_it_is_not_used() {
    let off = typed_without(&["1", "2", "NA"], &[Rule::Missing("-".to_owned()), Rule::DecimalComma]);
    assert_eq!(off.table.columns()[0].column_type, ColumnType::Integer);
    assert_eq!(rules(&off), [("'NA' read as missing".to_owned(), 1)]);
}

#[test]
fn spaces_stay_and_days_are_numbers_where_that_was_chosen() {
    assert_eq!(shown(&typed_without(&[" a", "b ", "c"], &[Rule::Spaces])), [" a", "b ", "c"]);
    let days = typed_without(&["20261112", "20261113"], &[Rule::CompactDate]);
    assert_eq!(days.table.columns()[0].column_type, ColumnType::Integer);
    assert_eq!(shown(&days), ["20261112", "20261113"]);
}

#[test]
fn cells_that_do_not_fit_are_listed_with_their_lines() {
    let mut cells = vec!["1"; 300];
    (cells[7], cells[9], cells[20]) = ("oops", "n/k", "oops");
    let found = typed(&cells);
    assert_eq!(found.table.columns()[0].column_type, ColumnType::Integer);
    let lines: Vec<&[u64]> = found.changed.iter().map(|c| c.lines.as_slice()).collect();
    assert_eq!(lines, [[11].as_slice(), &[9, 22]]);
    let off = typed_without(&cells, &[Rule::Misfits]);
    assert_eq!(off.table.columns()[0].column_type, ColumnType::Text);
    assert_eq!(shown(&off)[7], "oops");
}
