use crate::base::{ColumnType, Problem};
use crate::source::spec::{Format, ReadTable, ReaderSpec};
use crate::table::row_window;

fn try_all(text: &str, spec: &ReaderSpec) -> Result<Vec<ReadTable>, Problem> {
    let outcome = crate::source::read("t.json", text.as_bytes(), spec, &mut |_| {})?;
    for table in &outcome.parts {
        assert!(table.ledger.adds_up(), "{:?}", table.ledger);
        assert_eq!(table.ledger.n_loaded, table.table.n_rows());
    }
    Ok(outcome.parts)
}

fn try_read(text: &str, spec: &ReaderSpec) -> Result<ReadTable, Problem> {
    Ok(try_all(text, spec)?.remove(0))
}

/// All tables: the part, then the rows.
fn all(text: &str) -> Vec<(String, Vec<String>)> {
    let parts = try_all(text, &ReaderSpec::default()).unwrap();
    parts.iter().map(|part| (part.part.clone(), shown(part))).collect()
}

fn codes(t: &ReadTable) -> Vec<(&str, u64)> {
    t.notices.iter().map(|n| (n.code.as_str(), n.count)).collect()
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
    assert!(t.notices.iter().any(|n| n.code == "beside_records" && n.text.ends_with("'meta.n'")));
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

fn table(part: &str, rows: &[&str]) -> (String, Vec<String>) {
    (part.to_owned(), rows.iter().map(|row| (*row).to_owned()).collect())
}

#[test]
fn lists_of_records_are_tables_of_their_own() {
    let text = r#"[{"id":"07","parts":[{"p": 1},{"p": 2}]},{"id":"8","parts":[]},{"id":"9","parts":[{"p":3},null]}]"#;
    assert_eq!(
        all(text),
        [table("", &["id", "07", "8", "9"]), table("parts", &["id|p|value", "07|1|·", "07|2|·", "9|3|·", "9|·|·"])]
    );
    let parts = try_all(text, &ReaderSpec::default()).unwrap();
    assert_eq!(codes(&parts[0])[0], ("child_tables", 1));
    assert_eq!(parts[0].notices.0[0].text, "Lists of records in these rows are tables of their own: parts (4 rows)");
    assert_eq!(parts[1].notices.0[0].text, "'id' says to which row of the file's first table each row belongs");
    assert_eq!(parts[1].reading.record_path.as_deref(), Some("parts"));
    // The few rows of a child do not make its key another type.
    let text = r#"[{"id":"07","b":[]},{"id":"8","b":[{"x":1}]}]"#;
    let parts = try_all(text, &ReaderSpec::default()).unwrap();
    assert!(parts.iter().all(|p| p.table.columns()[0].column_type == ColumnType::Text));
}

#[test]
fn rows_without_a_name_are_numbered() {
    let text = r#"[{"v":1.5,"a":[{"v":2,"b":[{"w":1},{"w":2}]},{"v":2,"b":[{"w":3}]}]},{"v":1.5,"a":[{"v":3}]}]"#;
    assert_eq!(
        all(text),
        [
            table("", &["row|v", "1|1.5", "2|1.5"]),
            table("a", &["row|a_row|v", "1|1|2", "1|2|2", "2|3|3"]),
            table("b", &["a_row|w", "1|1", "1|2", "2|3"]),
        ]
    );
    let same = r#"[{"id":1,"a":[{"id":5}]},{"id":2,"a":[{"id":6}]}]"#;
    assert_eq!(all(same)[1], table("a", &["parent_id|id", "1|5", "2|6"]));
}

#[test]
fn lists_of_lists_are_tables_as_well() {
    let text = r#"[{"id":"A","obs":[["2020",1.5],["2021",2.5]]},{"id":"B","obs":[["2020",3]]},{"id":"C","obs":[]}]"#;
    assert_eq!(all(text)[1], table("obs", &["id|column_1|column_2", "A|2020|1.5", "A|2021|2.5", "B|2020|3.0"]));
    // Of different lengths, they are no table.
    assert_eq!(all(r#"[{"id":1,"v":[[1,2],[3]]}]"#), [table("", &["id|v", "1|[[1,2],[3]]"])]);
    // Pages in a list.
    assert_eq!(all(r#"[[{"a":1},{"a":2}],[{"a":3}],[]]"#), [table("", &["a", "1", "2", "3"])]);
}

#[test]
fn trees_stay_text_at_some_depth() {
    let mut text = "{}".to_owned();
    for i in 0..20 {
        text = format!(r#"{{"n":{i},"children":[{text}]}}"#);
    }
    let parts = try_all(&format!("[{text}]"), &ReaderSpec::default()).unwrap();
    assert_eq!(parts.len(), 6);
    assert!(codes(&parts[5]).contains(&("nested_kept", 1)));
    let lists: Vec<String> = (0..200).map(|i| format!(r#""l{i}":[{{"x":1}}]"#)).collect();
    let parts = try_all(&format!("[{{\"v\":1,{}}}]", lists.join(",")), &ReaderSpec::default()).unwrap();
    assert_eq!(parts.len(), 64);
    assert!(codes(&parts[0]).contains(&("nested_kept", 137)));
}

#[test]
fn several_lists_are_several_tables() {
    let text = r#"{"n":2,"patients":[{"id":1},{"id":2},{"id":3}],"visits":[{"p":1,"d":"x"}],"none":[],
        "links":[{"rel":"self"}],"more":{"wards":{"a":{"beds":1},"b":{"beds":2},"c":{"beds":3}}}}"#;
    let found = all(text);
    let names: Vec<&str> = found.iter().map(|(part, _)| part.as_str()).collect();
    assert_eq!(names, ["", "visits", "wards"]);
    assert_eq!(found[2].1, ["key|beds", "a|1", "b|2", "c|3"]);
    let parts = try_all(text, &ReaderSpec::default()).unwrap();
    let beside = parts[0].notices.iter().find(|n| n.code == "beside_records").unwrap();
    assert_eq!(beside.text, "Beside the records, and not loaded: 'n' and 'links'");
    let json_api = all(r#"{"data":[{"id":1,"type":"a"}],"included":[{"id":7,"type":"b"},{"id":8,"type":"b"}]}"#);
    assert_eq!(json_api.iter().map(|(part, _)| part.as_str()).collect::<Vec<_>>(), ["", "included"]);
    let chosen = ReaderSpec { record_path: Some("visits".to_owned()), ..ReaderSpec::default() };
    assert_eq!(try_all(text, &chosen).unwrap().len(), 1);
}

#[test]
fn tables_as_pandas_writes_them() {
    let wanted = ["a|b", "1|x", "2|y"];
    let split = r#"{"columns":["a","b"],"index":[0,1],"data":[[1,"x"],[2,"y"]]}"#;
    assert_eq!(shown(&read(split)), ["index|a|b", "0|1|x", "1|2|y"]);
    assert_eq!(shown(&read(r#"{"a":{"0":1,"1":2},"b":{"0":"x","1":"y"}}"#)), wanted);
    assert_eq!(shown(&read(r#"{"0":{"a":1,"b":"x"},"1":{"a":2,"b":"y"}}"#)), ["key|a|b", "0|1|x", "1|2|y"]);
    assert_eq!(shown(&read(r#"[[1,"x"],[2,"y"]]"#)), ["column_1|column_2", "1|x", "2|y"]);
    assert_eq!(shown(&read(r#"{"a":[1,2],"b":["x","y"]}"#)), wanted);
    let table = r#"{"schema":{"fields":[{"name":"a","type":"integer"},{"name":"b","type":"string"}],
        "primaryKey":["a"]},"data":[{"a":1,"b":"x"},{"a":2,"b":"y"}]}"#;
    assert_eq!(all(table).len(), 1);
    assert_eq!(shown(&read(table)), wanted);
    let described = r#"{"result":{"rows":[[1,"x"],[2,"y"]],"fields":[{"name":"a"},{"name":"b"}]}}"#;
    assert_eq!(shown(&read(described)), wanted);
}

#[test]
fn places_become_columns() {
    let t = read(
        r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"n":"a","lon":1},"geometry":{"type":"Point","coordinates":[13.4,52.5]}},
        {"type":"Feature","properties":{"n":"b"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,1]]]}}]}"#,
    );
    assert_eq!(
        shown(&t),
        [
            "n|properties.lon|geometry.type|geometry.lon|lat|geometry",
            "a|1|Point|13.4|52.5|·",
            r#"b|·|Polygon|·|·|{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,1]]]}"#
        ]
    );
    assert!(t.notices.iter().any(|n| n.code == "recognised" && n.count == 2));
}

#[test]
fn a_cube_is_a_row_a_value() {
    let cube = r#"{"version":"2.0","class":"dataset","label":"Beds","id":["geo","time"],"size":[2,2],"dimension":{
        "geo":{"category":{"index":{"FR":1,"DE":0},"label":{"DE":"Germany","FR":"France"}}},
        "time":{"category":{"index":["2023","2024"]}}},"value":VALUES,"status":{"3":"e"}}"#;
    let all_there = read(&cube.replace("VALUES", "[1,2.5,null,4,5]"));
    assert_eq!(
        shown(&all_there),
        [
            "geo|geo_label|time|value|status",
            "DE|Germany|2023|1.0|·",
            "DE|Germany|2024|2.5|·",
            "FR|France|2023|·|·",
            "FR|France|2024|4.0|e"
        ]
    );
    assert_eq!((all_there.ledger.n_set_aside, all_there.notices.0[0].text.as_str()), (1, "Read as JSON-stat: Beds"));
    assert_eq!(shown(&read(&cube.replace("VALUES", r#"{"3":4,"x":1}"#)))[1..], ["FR|France|2024|4|e"]);
    let bad = cube.replace("[2,2]", "[2,99999999999]").replace("VALUES", "[1]");
    assert_eq!(try_read(&bad, &ReaderSpec::default()).unwrap_err().code, "bad_json_stat");
}

#[test]
fn lists_of_values_come_apart_again() {
    let t = read(r#"[{"a":["x","y"]},{"a":["x;y","z"]},{"a":["x",null]},{"a":["x"]}]"#);
    assert_eq!(shown(&t), ["a", "x; y", r#"["x;y","z"]"#, r#"["x",null]"#, "x"]);
    assert_eq!(codes(&t)[..2], [("lists_joined", 1), ("lists_kept", 2)]);
}

#[test]
fn what_json_does_not_allow_is_kept_where_it_can_be() {
    let t = read(r#"[{"a":1.5,"s":"x\ud83d"},{"a":NaN,"s":"y"},{"a":2.123456789012345678901,"s":"z"}]"#);
    assert_eq!(shown(&t)[1..3], [r"1.5|x\ud83d", "·|y"]);
    assert_eq!(t.table.columns()[0].column_type, ColumnType::Number);
    for code in ["lone_surrogates", "no_numbers", "long_numbers"] {
        assert!(codes(&t).contains(&(code, 1)), "{code}: {:?}", t.notices);
    }
    assert_eq!(try_read("[NaN]", &ReaderSpec::default()).unwrap_err().code, "bad_json");
    let thrice = read(r#"[{"a":1,"a":2,"a":3,"key":5},{"a":4,"a":4}]"#);
    assert_eq!(shown(&thrice), ["a|a (earlier)|key", "3|1; 2|5", "4|·|·"]);
    assert!(codes(&thrice).contains(&("repeated_field", 3)));
}

#[test]
fn documents_end_to_end_are_records() {
    assert_eq!(shown(&read("{\n\"a\":1}\n{\n\"a\":2}")), ["a", "1", "2"]);
    assert_eq!(shown(&read("{\"a\":1}\n{\"a\":\n2}")), ["a", "1", "2"]);
    assert_eq!(shown(&read("[{\"a\":1},{\"a\":2}][{\"a\":3}]")), ["a", "1", "2", "3"]);
    assert_eq!(shown(&read("{ \"data\":[{\"a\":1},{\"a\":2}]}{\"data\":[{\"a\":3}]}")), ["a", "1", "2", "3"]);
    let cut = read("{\"a\":\n1}{\"a\":2}\n{\"a\":");
    assert_eq!((shown(&cut).len(), cut.ledger.n_set_aside, cut.ledger.set_aside[0].line), (3, 1, 3));
    for text in ["[][]", "{\"a\":1} \"x\"", "[1]{}", "{\"a\":1}}"] {
        let spec = ReaderSpec { format: Some(Format::Json), ..ReaderSpec::default() };
        let problem = try_read(text, &spec).unwrap_err();
        assert_eq!((problem.code.as_str(), problem.place.line), ("bad_json", Some(1)), "{text}");
    }
}

#[test]
fn text_sequences_and_lines_of_lists() {
    let t = read("\u{1e}{\"a\":1}\n\u{1e}{\"a\":\n2}\n\u{1e}{\"a\n\u{1e}{\"a\":4}\n");
    assert_eq!(shown(&t), ["a", "1", "2", "4"]);
    assert_eq!((t.ledger.n_set_aside, t.ledger.set_aside[0].line), (1, 4));
    let t = read("[\"a\",\"b\"]\n[1,2]\n[3]\n");
    assert_eq!(shown(&t), ["a|b", "1|2", "3|·"]);
    assert_eq!((t.ledger.n_header, t.reading.format), (1, Format::Ndjson));
}

#[test]
fn units_beside_columns_are_taken() {
    let found = try_all(
        r#"{"hourly_units":{"time":"iso8601","t":"°C"},"hourly":{"time":["2026-01-02T00:00","2026-01-02T01:00"],"t":[1,2]},
        "daily":{"time":["2026-01-02","2026-01-03"],"r":[1,2],"note":"x"}}"#,
        &ReaderSpec::default(),
    )
    .unwrap();
    assert_eq!(found.iter().map(|p| p.part.as_str()).collect::<Vec<_>>(), ["", "daily"]);
    assert_eq!(found[0].table.columns()[1].unit.as_deref(), Some("°C"));
    assert!(found[0].notices.iter().any(|n| n.text == "Beside the records, and not loaded: 'daily.note'"));
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
    assert_eq!(shown(&twice), ["a|a (earlier)", "2|1"]);
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

#[test]
fn lines_set_aside_are_repaired_and_dropped() {
    use crate::source::aside::{Decision, Remedy, Rows};
    let one = |line, text: &str, remedy| Decision {
        part: String::new(),
        rows: Rows::One { line, text: text.to_owned() },
        remedy,
    };
    let text = "{\"a\":1}\n{\"a\":2\n{\"a\":3}\n[1]\n{\"a\":2\n";
    let decisions = vec![one(2, "{\"a\":2", Remedy::Replace("{\"a\":2}".to_owned())), one(4, "[1]", Remedy::Drop)];
    let t = try_read(text, &ReaderSpec { decisions, ..ReaderSpec::default() }).unwrap();
    assert_eq!(shown(&t), ["a", "1", "2", "3"]);
    assert_eq!((t.ledger.n_loaded, t.ledger.n_set_aside, t.ledger.n_rows_in_file), (3, 2, 5));
    assert_eq!((t.ledger.n_repaired, t.ledger.n_dropped, t.ledger.n_open()), (1, 1, 1));
    // The same text further down was not decided on.
    assert_eq!(t.ledger.set_aside.iter().map(|row| row.line).collect::<Vec<_>>(), [5]);
    assert!(t.ledger.set_aside[0].can_repair && !t.ledger.set_aside[0].can_keep);
    let still = one(2, "{\"a\":2", Remedy::Replace("{\"a\":".to_owned()));
    let t = try_read(text, &ReaderSpec { decisions: vec![still], ..ReaderSpec::default() }).unwrap();
    assert_eq!((t.ledger.n_loaded, t.ledger.n_open()), (2, 3));
}
