use super::super::oracle::{ints, rows, text};
use super::*;
use crate::base::ColumnType;
use crate::merge::{KeyForm, describe_outcome};
use crate::table::ColumnInfo;
use arrow::array::{Date32Array, Float64Array, Int64Array, TimestampMicrosecondArray};

fn words(name: &str, cells: &[&str]) -> (ColumnInfo, ArrayRef) {
    text(name, &cells.iter().map(|c| (!c.is_empty()).then(|| (*c).to_owned())).collect::<Vec<_>>())
}

fn whole(name: &str, cells: &[i64]) -> (ColumnInfo, ArrayRef) {
    ints(name, &cells.iter().copied().map(Some).collect::<Vec<_>>())
}

fn floats(name: &str, cells: &[f64]) -> (ColumnInfo, ArrayRef) {
    (ColumnInfo::new(name, ColumnType::Number), Arc::new(Float64Array::from(cells.to_vec())))
}

fn key(left: &str, right: &str) -> Vec<KeyPair> {
    vec![KeyPair { left: left.to_owned(), right: right.to_owned(), form: KeyForm::Exact }]
}

fn names(table: &Table) -> Vec<&str> {
    table.columns().iter().map(|c| c.name.as_str()).collect()
}

fn cells(table: &Table) -> Vec<String> {
    rows(table).iter().map(|r| r.iter().map(|c| c.as_deref().unwrap_or("-")).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn columns_keep_units_and_clashes_are_renamed() {
    let (mut mass, masses) = floats("mass", &[1.0, 2.0]);
    mass.unit = Some("ng".to_owned());
    let left = Table::from_columns(vec![words("id", &["a", "b"]), (mass.clone(), masses.clone())]).unwrap();
    mass.unit = Some("kg".to_owned());
    let right =
        Table::from_columns(vec![words("id", &["b"]), (mass, masses.slice(0, 1)), words("mass (r)", &["x"])]).unwrap();
    let (table, outcome) =
        run(MergeKind::Left, &key("id", "id"), ("l", &left), ("r", &right), Columns::default()).unwrap();
    assert_eq!(names(&table), ["id", "mass", "mass (r 2)", "mass (r)"]);
    assert_eq!(outcome.renamed, [("mass".to_owned(), "mass (r 2)".to_owned())]);
    let units: Vec<_> = table.columns().iter().map(|c| c.unit.as_deref()).collect();
    assert_eq!(units, [None, Some("ng"), Some("kg"), None]);
    assert_eq!(cells(&table), ["a 1.0 - -", "b 2.0 1.0 x"]);
    assert_eq!(table.column("mass (r)").unwrap().n_missing, 1);
    assert_eq!(describe_outcome(&outcome, "l", "r"), "1 of 2 rows of l found a partner in r. 1 did not.");
    assert_eq!(outcome.left_only_examples, ["a"]);
}

const WITH_SUFFIX: Columns<'static> = Columns { keep: None, suffix: Some("plate map") };

fn samples_and_map(plates: &[&str]) -> (Table, Table) {
    let left = vec![words("id", &["a", "b", "c"]), words("plate", &["P1", "P2", "P9"]), whole("n", &[1, 2, 3])];
    let right = vec![words("id", &["b", "a", "x"]), words("plate", plates), whole("n", &[2, 7, 8])];
    (Table::from_columns(left).unwrap(), Table::from_columns(right).unwrap())
}

#[test]
fn a_column_that_says_the_same_in_both_is_kept_once() {
    let (left, right) = samples_and_map(&["P2", "P1", "P4"]);
    let merged = |kind| run(kind, &key("id", "id"), ("l", &left), ("plate_map_2", &right), WITH_SUFFIX).unwrap();
    let (table, outcome) = merged(MergeKind::Left);
    assert_eq!(names(&table), ["id", "plate", "n", "n (plate map)"]);
    assert_eq!(cells(&table), ["a P1 1 7", "b P2 2 2", "c P9 3 -"]);
    assert_eq!(outcome.kept_once, ["plate"]);
    assert_eq!(outcome.renamed, [("n".to_owned(), "n (plate map)".to_owned())]);
    let said = describe_outcome(&outcome, "l", "map");
    assert!(said.ends_with(" plate is the same in both and kept once."), "{said}");
    // Rows that only the right has keep what it says of them.
    let (table, _) = merged(MergeKind::Full);
    assert_eq!(cells(&table)[3], "x P4 - 8");
    // It can be asked for by the name that it would have had.
    let keep = ["plate (plate map)".to_owned()];
    let columns = Columns { keep: Some(&keep), ..WITH_SUFFIX };
    let (table, _) = run(MergeKind::Left, &key("id", "id"), ("l", &left), ("r", &right), columns).unwrap();
    assert_eq!(names(&table), ["plate"]);
}

#[test]
fn a_column_that_differs_anywhere_is_kept_twice() {
    let twice = ["id", "plate", "n", "plate (plate map)", "n (plate map)"];
    for plates in [["P2", "P8", "P4"], ["P2", "", "P4"], ["P2 ", "P1", "P4"]] {
        let (left, right) = samples_and_map(&plates);
        let (table, outcome) =
            run(MergeKind::Left, &key("id", "id"), ("l", &left), ("r", &right), WITH_SUFFIX).unwrap();
        assert_eq!(names(&table), twice, "{plates:?}");
        assert!(outcome.kept_once.is_empty());
    }
    // Rows that never met say nothing, and neither do missing cells.
    let (left, right) = samples_and_map(&["P2", "P1", "P4"]);
    let alone = Table::from_columns(vec![words("id", &["z"]), words("plate", &["P1"])]).unwrap();
    let (table, _) = run(MergeKind::Left, &key("id", "id"), ("l", &left), ("r", &alone), WITH_SUFFIX).unwrap();
    assert_eq!(names(&table), ["id", "plate", "n", "plate (plate map)"]);
    // Equal numbers of different units are not the same.
    let mut infos = right.columns().to_vec();
    infos[1].unit = Some("kg".to_owned());
    let right = right.with_columns(infos).unwrap();
    let (table, _) = run(MergeKind::Left, &key("id", "id"), ("l", &left), ("r", &right), WITH_SUFFIX).unwrap();
    assert_eq!(names(&table), twice);
}

#[test]
fn merges_saved_before_there_was_a_suffix_give_the_columns_of_before() {
    let (left, right) = samples_and_map(&["P2", "P1", "P4"]);
    let (table, outcome) =
        run(MergeKind::Left, &key("id", "id"), ("l", &left), ("map", &right), Columns::default()).unwrap();
    assert_eq!(names(&table), ["id", "plate", "n", "plate (map)", "n (map)"]);
    assert!(outcome.kept_once.is_empty());
}

#[test]
fn only_kept_columns_are_there() {
    let left = Table::from_columns(vec![words("id", &["a", "b"]), whole("n", &[1, 2])]).unwrap();
    let right = Table::from_columns(vec![words("code", &["b"]), whole("m", &[7])]).unwrap();
    let keep = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let some = keep(&["m", "n"]);
    let (table, _) = run(
        MergeKind::Inner,
        &key("id", "code"),
        ("l", &left),
        ("r", &right),
        Columns { keep: Some(&some), suffix: None },
    )
    .unwrap();
    assert_eq!((names(&table), cells(&table)), (vec!["n", "m"], vec!["2 7".to_owned()]));
    let refused = |names: &[&str]| {
        run(
            MergeKind::Inner,
            &key("id", "code"),
            ("l", &left),
            ("r", &right),
            Columns { keep: Some(&keep(names)), suffix: None },
        )
        .unwrap_err()
        .code
    };
    assert_eq!(refused(&["x"]), "unknown_column");
    assert_eq!(refused(&[]), "no_columns");
}

#[test]
fn bad_keys_are_refused() {
    let left = Table::from_columns(vec![words("id", &["a"])]).unwrap();
    let refused =
        |keys: &[KeyPair]| run(MergeKind::Left, keys, ("l", &left), ("r", &left), Columns::default()).unwrap_err();
    assert_eq!(refused(&[]).code, "no_keys");
    let unknown = refused(&key("id", "di"));
    assert_eq!((unknown.code.as_str(), unknown.what.as_str()), ("unknown_column", "r has no column 'di'."));
}

#[test]
fn numbers_text_and_floats_meet() {
    let left = Table::from_columns(vec![whole("id", &[7, 8, 9])]).unwrap();
    let right = Table::from_columns(vec![words("code", &["7", "8.0", "009"])]).unwrap();
    let (table, outcome) =
        run(MergeKind::Left, &key("id", "code"), ("l", &left), ("r", &right), Columns::default()).unwrap();
    assert_eq!(cells(&table), ["7 7", "8 8.0", "9 -"]);
    assert_eq!(outcome.n_left_matched, 2);
    let right = Table::from_columns(vec![floats("code", &[9.0, 7.5, f64::NAN])]).unwrap();
    let (table, _) =
        run(MergeKind::Inner, &key("id", "code"), ("l", &left), ("r", &right), Columns::default()).unwrap();
    assert_eq!(cells(&table), ["9 9.0"]);
}

#[test]
fn a_full_join_keeps_the_key_of_both_sides() {
    let left = Table::from_columns(vec![whole("id", &[1, 2])]).unwrap();
    let right = Table::from_columns(vec![words("id", &["2", "3"]), whole("m", &[20, 30])]).unwrap();
    let (table, _) = run(MergeKind::Full, &key("id", "id"), ("l", &left), ("r", &right), Columns::default()).unwrap();
    assert_eq!(names(&table), ["id", "m"]);
    assert_eq!(cells(&table), ["1 -", "2 20", "3 30"]);
    assert_eq!(table.columns()[0].column_type, ColumnType::Text);
}

#[test]
fn too_many_rows_are_refused_before_they_are_made() {
    let many = Table::from_columns(vec![words("id", &vec!["same"; 8_000])]).unwrap();
    let problem = run(MergeKind::Inner, &key("id", "id"), ("l", &many), ("r", &many), Columns::default()).unwrap_err();
    assert_eq!(problem.code, "merge_too_large");
    assert_eq!(problem.what, "This merge would give 64,000,000 rows.");
    assert!(problem.why.contains("where id is 'same'"), "{}", problem.why);
    // Counting rows of one side is no trouble.
    let (table, outcome) =
        run(MergeKind::Semi, &key("id", "id"), ("l", &many), ("r", &many), Columns::default()).unwrap();
    assert_eq!((table.n_rows(), outcome.fan_out), (8_000, 8_000));
}

#[test]
fn large_fan_out_comes_in_several_batches() {
    let left = Table::from_columns(vec![words("id", &vec!["a"; 500])]).unwrap();
    let right =
        Table::from_columns(vec![words("id", &vec!["a"; 600]), ints("n", &(0..600).map(Some).collect::<Vec<_>>())]);
    let right = right.unwrap();
    let (table, outcome) =
        run(MergeKind::Inner, &key("id", "id"), ("l", &left), ("r", &right), Columns::default()).unwrap();
    assert_eq!((table.n_rows(), outcome.n_rows), (300_000, 300_000));
    assert!(table.batches().len() > 1 && table.batches().iter().all(|b| b.num_rows() <= BATCH_ROWS));
    let n: &Int64Array = table.batches()[1].column(1).as_any().downcast_ref().unwrap();
    assert_eq!(n.value(0), (BATCH_ROWS % 600) as i64, "partners come in the right's order");
}

#[test]
fn unions_unify_types_and_name_their_inputs() {
    let dates = |days: &[i32]| -> (ColumnInfo, ArrayRef) {
        (ColumnInfo::new("when", ColumnType::Date), Arc::new(Date32Array::from(days.to_vec())))
    };
    let moments: (ColumnInfo, ArrayRef) =
        (ColumnInfo::new("when", ColumnType::DateTime), Arc::new(TimestampMicrosecondArray::from(vec![3_600_000_000])));
    let jan = Table::from_columns(vec![whole("n", &[1]), whole("code", &[5]), dates(&[0]), words("only_jan", &["x"])])
        .unwrap();
    let feb = Table::from_columns(vec![floats("N", &[2.5]), words("code", &["005"]), moments]).unwrap();
    let keys = vec![KeyPair { left: "n".to_owned(), right: "N".to_owned(), form: KeyForm::Exact }];
    let (both, outcome) = run(MergeKind::Union, &keys, ("jan", &jan), ("feb", &feb), Columns::default()).unwrap();
    assert_eq!(names(&both), ["n", "code", "when", "only_jan", "source"]);
    assert_eq!(cells(&both), ["1.0 5 1970-01-01T00:00:00 x jan", "2.5 005 1970-01-01T01:00:00 - feb"]);
    assert_eq!((outcome.n_rows, outcome.n_left_matched, outcome.n_right_matched), (2, 1, 1));
    assert_eq!(outcome.renamed, [("N".to_owned(), "n".to_owned())]);

    // The next union goes on naming.
    let mar = Table::from_columns(vec![whole("n", &[3])]).unwrap();
    let (all, _) = run(MergeKind::Union, &[], ("jan_feb", &both), ("mar", &mar), Columns::default()).unwrap();
    assert_eq!(names(&all), names(&both));
    assert_eq!(cells(&all)[2], "3.0 - - - mar");
    assert_eq!(cells(&all)[0], "1.0 5 1970-01-01T00:00:00 x jan");

    // A column of that name that was there before is left alone.
    let own = Table::from_columns(vec![whole("n", &[4]), words("source", &["river"])]).unwrap();
    let (table, _) = run(MergeKind::Union, &[], ("own", &own), ("mar", &mar), Columns::default()).unwrap();
    assert_eq!(cells(&table), ["4 river", "3 -"]);
}

#[test]
fn large_whole_numbers_are_not_rounded_by_a_union() {
    let large = 9_007_199_254_740_993;
    let ids = Table::from_columns(vec![whole("id", &[large])]).unwrap();
    let floats = Table::from_columns(vec![floats("id", &[0.5])]).unwrap();
    let (table, _) = run(MergeKind::Union, &[], ("a", &ids), ("b", &floats), Columns::default()).unwrap();
    assert_eq!(cells(&table), [format!("{large} a"), "0.5 b".to_owned()]);
    assert_eq!(table.columns()[0].column_type, ColumnType::Text);
}

#[test]
fn empty_tables_merge_too() {
    let none = Table::from_columns(vec![words("id", &[])]).unwrap();
    let one = Table::from_columns(vec![words("id", &["a"]), whole("n", &[1])]).unwrap();
    for kind in [MergeKind::Left, MergeKind::Inner, MergeKind::Full, MergeKind::Semi, MergeKind::Anti, MergeKind::Union]
    {
        let (table, outcome) = run(kind, &key("id", "id"), ("none", &none), ("one", &one), Columns::default()).unwrap();
        assert_eq!(table.n_rows(), u64::from(matches!(kind, MergeKind::Full | MergeKind::Union)), "{kind:?}");
        assert_eq!(outcome.n_right, 1);
    }
}

#[test]
fn slices_come_to_the_same_rows() {
    use std::future::Future;
    use std::task::{Context, Poll, Waker};
    let ids = |n: usize, every: usize| (0..n).map(|i| Some(format!("k{}", i * every % 500))).collect::<Vec<_>>();
    let left = Table::from_columns(vec![text("id", &ids(700, 1)), whole("n", &(0..700).collect::<Vec<_>>())]).unwrap();
    let right = Table::from_columns(vec![text("id", &ids(300, 3)), whole("m", &(0..300).collect::<Vec<_>>())]).unwrap();
    for kind in [MergeKind::Left, MergeKind::Inner, MergeKind::Full, MergeKind::Semi, MergeKind::Anti, MergeKind::Union]
    {
        let keys = key("id", "id");
        let sides = (("l", &left), ("r", &right));
        let (table, outcome) = run(kind, &keys, sides.0, sides.1, Columns::default()).unwrap();
        let mut work = std::pin::pin!(run_in_slices(kind, &keys, sides.0, sides.1, Columns::default()));
        let mut context = Context::from_waker(Waker::noop());
        let mut n_slices = 1;
        let (sliced, sliced_outcome) = loop {
            match work.as_mut().poll(&mut context) {
                Poll::Ready(done) => break done.unwrap(),
                Poll::Pending => n_slices += 1,
            }
        };
        assert_eq!((cells(&sliced), &sliced_outcome), (cells(&table), &outcome), "{kind:?}");
        assert!(n_slices >= 3, "{kind:?}: {n_slices}");
    }
}

#[test]
fn columns_know_which_input_gave_them() {
    let left = Table::from_columns(vec![words("plate", &["P1", "P2", "P3"]), whole("n", &[1, 2, 3])]).unwrap();
    let right = Table::from_columns(vec![words("Name", &["P1", "P2", "P9"]), words("lot", &["a", "b", "c"])]).unwrap();
    let marks = |kind| {
        let keys = key("plate", "Name");
        let (table, _) = run(kind, &keys, ("runs", &left), ("plates", &right), Columns::default()).unwrap();
        let of = |c: &ColumnInfo| (c.merged.given_by.clone().unwrap_or_default(), c.merged.n_without, c.merged.is_key);
        table.columns().iter().map(of).collect::<Vec<_>>()
    };
    let mark = |by: &str, n: u64, is_key: bool| (by.to_owned(), n, is_key);
    let own = [mark("", 0, true), mark("", 0, false)];
    assert_eq!(
        marks(MergeKind::Left),
        [own.to_vec(), vec![mark("plates", 1, true), mark("plates", 1, false)]].concat()
    );
    assert_eq!(
        marks(MergeKind::Inner),
        [own.to_vec(), vec![mark("plates", 0, true), mark("plates", 0, false)]].concat()
    );
    assert_eq!(
        marks(MergeKind::Full),
        [mark("runs", 1, true), mark("runs", 1, false), mark("plates", 1, true), mark("plates", 1, false)]
    );
    assert_eq!(marks(MergeKind::Semi), own);
}
