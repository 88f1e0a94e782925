use crate::base::{ColumnType, Problem};
use crate::source::spec::{Format, ReadTable, ReaderSpec};
use crate::table::row_window;

fn try_read(text: &str, spec: &ReaderSpec) -> Result<ReadTable, Problem> {
    let mut outcome = crate::source::read("t.json", text.as_bytes(), spec, &mut |_| {})?;
    let table = outcome.parts.remove(0);
    assert!(table.ledger.adds_up(), "{:?}", table.ledger);
    assert_eq!(table.ledger.n_loaded, table.table.n_rows());
    Ok(table)
}

fn read(text: &str) -> ReadTable {
    try_read(text, &ReaderSpec::default()).unwrap()
}

fn shown(t: &ReadTable) -> Vec<String> {
    let window = row_window(&t.table, 0, 100);
    let head: Vec<&str> = window.columns.iter().map(|c| c.name.as_str()).collect();
    let mut out = vec![head.join("|")];
    for row in 0..t.table.n_rows() as usize {
        let cells: Vec<&str> = window.cells.iter().map(|c| c[row].as_deref().unwrap_or("·")).collect();
        out.push(cells.join("|"));
    }
    out
}

#[test]
fn a_list_of_objects() {
    let t = read(r#"[{"id":1,"a":{"b":"x","c":[1,2]}},{"id":2,"a":{"b":null,"d":true}},{}]"#);
    assert_eq!(shown(&t), ["id|b|c|d", "1|x|1; 2|·", "2|·|·|true", "·|·|·|·"]);
    assert!(t.table.columns()[1].reason.ends_with("; the field a.b"), "{}", t.table.columns()[1].reason);
    assert!(!t.table.columns()[0].reason.contains("field"));
    assert_eq!(t.reading.format, Format::Json);
    assert!(t.notices.iter().any(|n| n.code == "lists_joined"));
}

#[test]
fn records_are_found_by_structure() {
    let t = read(r#"{"meta":{"tags":[{"t":1}],"n":3},"data":[{"v":1},{"v":2},{"v":3}]}"#);
    assert_eq!((t.reading.record_path.as_deref(), t.table.n_rows()), (Some("data"), 3));
    assert!(t.notices.iter().any(|n| n.code == "beside_records" && n.text.ends_with("'meta'")));
    let bank = read(r#"[{"page":1,"pages":2},[{"country":"DE","value":1.5},{"country":"FR","value":null}]]"#);
    assert_eq!(shown(&bank), ["country|value", "DE|1.5", "FR|·"]);
    let deep = read(r#"{"result":{"records":[{"a":1},{"a":2}],"fields":[{"id":"a","type":"int"}]}}"#);
    assert_eq!(deep.reading.record_path.as_deref(), Some("result.records"));
    let chosen = ReaderSpec { record_path: Some("result.fields".to_owned()), ..ReaderSpec::default() };
    let text = r#"{"result":{"records":[{"a":1},{"a":2}],"fields":[{"id":"a","type":"int"}]}}"#;
    assert_eq!(shown(&try_read(text, &chosen).unwrap()), ["id|type", "a|int"]);
    let nowhere = ReaderSpec { record_path: Some("x.y".to_owned()), ..ReaderSpec::default() };
    assert_eq!(try_read(text, &nowhere).unwrap_err().code, "no_such_path");
}

#[test]
fn columns_keys_rows_and_single_records() {
    let weather =
        read(r#"{"latitude":52.5,"hourly":{"time":["2026-01-02T00:00","2026-01-02T01:00"],"temp":[1.5,null]}}"#);
    assert_eq!(shown(&weather), ["time|temp", "2026-01-02T00:00:00|1.5", "2026-01-02T01:00:00|·"]);
    let keyed = read(r#"{"s1":{"v":1},"s2":{"v":2},"s3":{"v":3}}"#);
    assert_eq!(shown(&keyed), ["key|v", "s1|1", "s2|2", "s3|3"]);
    let rows = read(r#"[["name","n"],["x",1],["y",2]]"#);
    assert_eq!(shown(&rows), ["name|n", "x|1", "y|2"]);
    assert_eq!(rows.ledger.n_header, 1);
    assert_eq!(shown(&read(r#"{"a":1,"b":"x"}"#)), ["a|b", "1|x"]);
    assert_eq!(shown(&read("[1,2,3]")), ["value", "1", "2", "3"]);
    assert_eq!(read("[]").table.n_rows(), 0);
    assert_eq!(read(r#"{"meta":{"total":0},"results":[]}"#).table.n_rows(), 0);
    assert_eq!(shown(&read(r#"{"id":1,"tags":[]}"#)), ["id|tags", "1|·"]);
}

#[test]
fn lists_of_objects_inside_stay_as_text() {
    let t = read(r#"[{"id":1,"parts":[{"p": 1},{"p": 2}]},{"id":2,"parts":[]}]"#);
    assert_eq!(shown(&t), [r#"id|parts"#, r#"1|[{"p":1},{"p":2}]"#, "2|·"]);
    assert!(t.notices.iter().any(|n| n.code == "nested_kept" && n.count == 1));
}

#[test]
fn large_numbers_are_exact() {
    let t = read(r#"[{"id":9007199254740993},{"id":-9223372036854775808}]"#);
    assert_eq!(shown(&t), ["id", "9007199254740993", "-9223372036854775808"]);
    assert_eq!(t.table.columns()[0].column_type, ColumnType::Integer);
    let t = read(r#"[{"id":92233720368547758080},{"id":1}]"#);
    assert_eq!(shown(&t)[1], "92233720368547758080");
    assert_eq!(t.table.columns()[0].column_type, ColumnType::Text);
    assert_eq!(shown(&read(r#"[{"id":"007"},{"id":"8"}]"#))[1], "007");
}

#[test]
fn what_is_no_record_is_set_aside() {
    let t = read(r#"[{"a":1},2,{"a":3}]"#);
    assert_eq!((t.ledger.n_loaded, t.ledger.n_set_aside), (2, 1));
    assert_eq!(t.ledger.set_aside[0].text, "2");
    let twice = read(r#"[{"a":1,"a":2}]"#);
    assert_eq!(shown(&twice)[1], "2");
    assert!(twice.notices.iter().any(|n| n.code == "repeated_field"));
}

#[test]
fn faults_are_named_with_their_place() {
    let problem = try_read("[{\"a\":1},\n{\"a\":}]", &ReaderSpec::default()).unwrap_err();
    assert_eq!(problem.what, "This is not valid JSON: line 2, character 6.");
    let deep = format!("{}1{}", "[".repeat(70), "]".repeat(70));
    assert!(try_read(&deep, &ReaderSpec::default()).unwrap_err().why.contains("64"));
    let problem = try_read(r#"{"error":{"code":"X","message":"No such drug"}}"#, &ReaderSpec::default()).unwrap_err();
    assert_eq!((problem.code.as_str(), problem.why.as_str()), ("error_answer", "It says: No such drug"));
}

#[test]
fn lines_of_json() {
    let t = read("{\"a\":1,\"b\":\"x\"}\n\n{\"a\":2\n{\"b\":\"y\",\"a\":3}\n[1]\n");
    assert_eq!(shown(&t), ["a|b", "1|x", "3|y"]);
    assert_eq!((t.ledger.n_set_aside, t.ledger.n_blank, t.reading.format), (2, 1, Format::Ndjson));
    assert_eq!(t.ledger.set_aside[0].line, 3);
    assert_eq!(t.ledger.set_aside[1].reason, "not an object");
}

#[test]
fn pages_are_one_table() {
    let spec = ReaderSpec { format: Some(Format::Pages), ..ReaderSpec::default() };
    let text = "{\"items\":[{\"a\":1},{\"a\":2}],\"next\":\"x\"}\n{\"items\":[{\"a\":3}]}\nnot json\n{\"items\":[]}\n";
    let t = try_read(text, &spec).unwrap();
    assert_eq!(shown(&t), ["a", "1", "2", "3"]);
    assert_eq!(t.ledger.n_set_aside, 1);
    assert_eq!(t.reading.record_path.as_deref(), Some("items"));
    assert_eq!(try_read("<html>", &spec).unwrap_err().code, "web_page");
}

#[test]
fn many_different_fields_are_refused() {
    let fields: Vec<String> = (0..10_000).map(|i| format!("\"f{i}\":{i}")).collect();
    let text = format!("[{{{}}}]", fields.join(","));
    assert_eq!(try_read(&text, &ReaderSpec::default()).unwrap_err().code, "too_many_columns");
}
