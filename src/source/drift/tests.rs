//! Rows counted against a slow and plain way of counting, and what must not be taken for a change.

use super::*;
use crate::source::{ReaderSpec, read};
use std::collections::BTreeMap;

fn table(text: &str) -> Table {
    read("x.csv", text.as_bytes(), &ReaderSpec::default(), &mut |_| {}).unwrap().parts.remove(0).table
}

fn compared(before: &str, after: &str) -> Drift {
    compare("before.csv", "", &table(before), &table(after), &DeclaredKeys::default())
}

fn rows(before: &str, after: &str) -> RowChanges {
    compared(before, after).rows.unwrap()
}

#[test]
fn the_same_is_nothing() {
    let text = "id,v,d\na,1.5,2024-05-01\nb,,2024-05-02\n";
    assert!(compared(text, text).is_nothing());
    // In another order they are the same rows.
    let turned = rows(text, "id,v,d\nb,,2024-05-02\na,1.5,2024-05-01\n");
    assert!(turned.is_nothing() && turned.key == ["id"]);
}

#[test]
fn rows_are_told_apart_by_a_key_where_there_is_one() {
    let before = "id,name,n\n1,x,10\n2,y,20\n4,z,30\n9,w,\n";
    let after = "id,name,n\n2,y,21\n4,z,30\n9,w,5\n11,v,40\n12,u,50\n";
    let found = rows(before, after);
    assert_eq!((found.n_added, found.n_removed, found.n_changed, found.n_cells_changed), (2, 1, 2, 2));
    assert_eq!(found.n_after, found.n_before + found.n_added - found.n_removed);
    let changed: Vec<&ChangedRow> = found.examples.iter().filter(|r| r.fate == RowFate::Changed).collect();
    let cell = |row: usize| changed[row].cells.last().unwrap();
    assert_eq!((cell(0).before.as_deref(), cell(0).after.as_deref()), (Some("20"), Some("21")));
    assert_eq!((cell(1).before.as_deref(), cell(1).after.as_deref()), (None, Some("5")));
}

#[test]
fn two_columns_can_be_a_key_together() {
    let before = "run,well,v\nr1,A1,1\nr1,A2,2\nr2,A1,3\nr2,A2,4\n";
    // The values could be a key as well, but fewer rows would be found by them.
    let found = rows(before, "run,well,v\nr1,A1,1\nr1,A2,9\nr2,A1,3\nr2,A2,4\nr3,A1,5\n");
    assert_eq!(found.key, ["run", "well"]);
    assert_eq!((found.n_added, found.n_removed, found.n_cells_changed), (1, 0, 1));
}

#[test]
fn a_running_number_is_no_key_where_it_only_counts() {
    let before = "no,site,v\n1,a,5\n2,b,6\n3,a,5\n4,c,7\n";
    // A row came in front: every number now stands beside another row.
    let found = rows(before, "no,site,v\n1,z,1\n2,a,5\n3,b,6\n4,a,5\n5,c,7\n");
    assert!(found.key.is_empty(), "{:?}", found.key);
    assert_eq!((found.n_added, found.n_removed), (1, 0));
}

#[test]
fn rows_that_are_there_several_times_are_counted_as_often() {
    let found = rows("a,b\nx,1\nx,1\nx,1\ny,2\n", "a,b\nx,1\nx,1\ny,2\ny,2\n");
    assert_eq!((found.n_added, found.n_removed), (1, 1));
}

#[test]
fn another_type_alone_changes_no_cell() {
    // Whole numbers before, numbers now; a date before, a moment now.
    let found = rows("id,v\na,1\nb,2\nc,3\n", "id,v\na,1.0\nb,2\nc,3.5\n");
    assert_eq!((found.key.as_slice(), found.n_cells_changed), (["id".to_owned()].as_slice(), 1));
}

#[test]
fn tables_without_a_column_in_common_are_not_counted() {
    assert_eq!(compared("a,b\n1,2\n", "c,d\n1,2\n").rows, None);
}

/// The law: counts agree with a plain comparison of rows by their key, whatever changes.
#[test]
fn counts_are_those_of_a_plain_comparison() {
    let mut seed = 7u64;
    let mut next = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    for round in 0..40 {
        let mut side = |n: u64| -> BTreeMap<u64, (u64, u64)> {
            (0..n).map(|_| (10 + next(60) * 7, (next(4), next(1_000)))).collect()
        };
        let (before, mut after) = (side(40), side(30));
        for (key, row) in &before {
            // Most rows stay as they are.
            if next(3) > 0 {
                after.insert(*key, *row);
            }
        }
        let text = |rows: &BTreeMap<u64, (u64, u64)>| {
            let lines = rows.iter().map(|(k, (a, b))| format!("k{k},g{a},{b}.5\n"));
            format!("key,group,v\n{}", lines.collect::<String>())
        };
        let found = rows(&text(&before), &text(&after));
        let n_both = before.keys().filter(|k| after.contains_key(k)).count() as u64;
        let cells = |(a, b): (&(u64, u64), &(u64, u64))| u64::from(a.0 != b.0) + u64::from(a.1 != b.1);
        let n_cells: u64 = before.iter().filter_map(|(k, a)| Some(cells((a, after.get(k)?)))).sum();
        assert_eq!(found.key, ["key"], "round {round}");
        assert_eq!(found.n_added, after.len() as u64 - n_both, "round {round}");
        assert_eq!(found.n_removed, before.len() as u64 - n_both, "round {round}");
        assert_eq!(found.n_cells_changed, n_cells, "round {round}");
        assert_eq!(found.cells.iter().map(|c| c.n_cells).sum::<u64>(), n_cells, "round {round}");
    }
}

#[test]
fn a_fix_holds_for_the_files_to_come() {
    let before = "sample,coverage (mg/L),qc\ns1,10.0,pass\ns2,20.5,fail\ns3,12.0,pass\n";
    let june = b"sample,Mean coverage (\xc2\xb5g/L),qc,lane\ns1,11000,pass,1\ns4,21000,fail,2\ns5,9000,pass,1\n";
    let read_june = |spec: &ReaderSpec| read("june.csv", june, spec, &mut |_| {}).unwrap().parts.remove(0).table;
    let drift = |after: &Table| compare("may.csv", "", &table(before), after, &DeclaredKeys::default());
    let mut spec = ReaderSpec::default();
    let first = drift(&read_june(&spec));
    assert_eq!(likely_fixes(&first.columns).len(), 1, "{first:?}");
    for fix in likely_fixes(&first.columns) {
        spec = fix.apply(spec);
    }
    // With its name it can be told that its unit is another.
    let second = drift(&read_june(&spec));
    for fix in likely_fixes(&second.columns) {
        spec = fix.apply(spec);
    }
    let third = drift(&read_june(&spec));
    assert_eq!(third.columns, [ColumnDrift::Added { column: "lane".to_owned() }]);
    let rows = third.rows.unwrap();
    assert_eq!((rows.n_added, rows.n_removed, rows.n_cells_changed), (2, 2, 1));
    // July says what June said.
    let july = b"sample,Mean coverage (\xc2\xb5g/L),qc,lane\ns9,11000,pass,1\ns8,21000,fail,2\n";
    let july = read("july.csv", july, &spec, &mut |_| {}).unwrap().parts.remove(0).table;
    assert_eq!(july.column("coverage").unwrap().unit.as_deref(), Some("mg/L"));
}
