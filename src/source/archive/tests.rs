use super::*;
use crate::source::spec::ReadOutcome;
use std::io::Write;

/// A ZIP of files that are only stored.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let start = out.len() as u32;
        let mut fields = vec![20u8, 0, 0, 8, 0, 0, 0, 0, 0, 0];
        fields.extend(crc32fast::hash(bytes).to_le_bytes());
        fields.extend((bytes.len() as u32).to_le_bytes());
        fields.extend((bytes.len() as u32).to_le_bytes());
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(*bytes);
        list.extend(b"PK\x01\x02\x14\0");
        list.extend(&fields);
        list.extend([0; 10]);
        list.extend(start.to_le_bytes());
        list.extend(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([(files.len() as u16).to_le_bytes(), (files.len() as u16).to_le_bytes()].concat());
    out.extend((list.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn read(name: &str, bytes: &[u8], spec: &ReaderSpec) -> Result<ReadOutcome, Problem> {
    let outcome = crate::source::read(name, bytes, spec, &mut |_| {})?;
    assert!(outcome.parts.iter().all(|p| p.ledger.adds_up()));
    Ok(outcome)
}

fn names(outcome: &ReadOutcome) -> Vec<&str> {
    outcome.parts.iter().map(|p| p.part.as_str()).collect()
}

#[test]
fn tables_are_kept_and_the_rest_is_listed() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(b"x,y\n1,2\n3,4\n").unwrap();
    let packed = packed.finish().unwrap();
    let inner = zipped(&[("deep.csv", b"u,v\n1,2\n")]);
    let bytes = zipped(&[
        ("run/a.csv", b"id,v\n1,2.5\n2,3.5\n"),
        ("run/b.csv.gz", &packed),
        ("plots/fig.png", b"\x89PNG\r\n\x1A\n...."),
        ("README.md", b"# Hello"),
        ("__MACOSX/run/._a.csv", b"\0\x05\x16\x07"),
        (".DS_Store", b"junk"),
        ("inner.zip", &inner),
        ("data.json", b"[{\"a\":1},{\"a\":2}]"),
        ("empty.csv", b""),
        ("run/a.csv", b"id,v\n7,1\n"),
    ]);
    let outcome = read("all.zip", &bytes, &ReaderSpec::default()).unwrap();
    let expected = ["run/a.csv", "run/b.csv.gz", "inner.zip › deep.csv", "data.json", "run/a.csv (2)"];
    assert_eq!(names(&outcome), expected);
    assert_eq!(outcome.parts[3].reading.format, Format::Json);
    let told: Vec<&str> = outcome.notices.iter().map(|n| n.text.as_str()).collect();
    let expected = [
        "'plots/fig.png' in the archive is not loaded: this is a picture",
        "'README.md' in the archive is not loaded: it is a text to read",
        "'empty.csv' in the archive is not loaded: this file is empty",
        "2 files in the archive left out, which the operating system put there",
    ];
    assert_eq!(told, expected);
}

#[test]
fn tar_within_gzip() {
    let tar = include_bytes!("../unpack/testdata/mixed.tar.bin");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(tar).unwrap();
    let outcome = read("x.tgz", &packed.finish().unwrap(), &ReaderSpec::default()).unwrap();
    assert_eq!(outcome.parts.len(), 3);
    assert_eq!(outcome.notices.0[0].code, "unpacked");
    assert!(outcome.notices.iter().any(|n| n.code == "file_left_out" && n.text.contains("link")));
}

#[test]
fn options_apply_to_the_files_that_they_fit() {
    let bytes = zipped(&[("a.csv", b"1;2\n3;4\n"), ("b.json", b"{\"rows\":[{\"k\":1}]}")]);
    let spec =
        ReaderSpec { header_rows: Some(0), delimiter: Some(';'), format: Some(Format::Csv), ..ReaderSpec::default() };
    let outcome = read("x.zip", &bytes, &spec).unwrap();
    assert_eq!(outcome.parts[0].table.n_rows(), 2);
    let spec = ReaderSpec { record_path: Some("no.such".to_owned()), ..ReaderSpec::default() };
    let outcome = read("x.zip", &bytes, &spec).unwrap();
    assert_eq!(outcome.parts[1].table.n_rows(), 1);
    assert!(outcome.parts[1].notices.iter().any(|n| n.code == "options_not_used"));
}

#[test]
fn decisions_on_rows_are_for_one_file() {
    use crate::source::aside::{Decision, Remedy, Rows};
    let torn = b"a,b,c\n1,2,3\n4,5,6\nx,1\n";
    let bytes = zipped(&[("run/a.csv", torn), ("run/b.csv", torn)]);
    let rows = Rows::One { line: 4, text: "x,1".to_owned() };
    let spec = ReaderSpec::default().deciding(Decision { part: "run/b.csv".to_owned(), rows, remedy: Remedy::Keep });
    let outcome = read("x.zip", &bytes, &spec).unwrap();
    let n_repaired: Vec<u64> = outcome.parts.iter().map(|p| p.ledger.n_repaired).collect();
    assert_eq!((names(&outcome), n_repaired), (vec!["run/a.csv", "run/b.csv"], vec![0, 1]));
    let lost = Decision { part: "run/c.csv".to_owned(), ..spec.decisions[0].clone() };
    let outcome = read("x.zip", &bytes, &ReaderSpec::default().deciding(lost)).unwrap();
    let unused = outcome.notices.iter().find(|n| n.code == "decisions_unused").unwrap();
    assert_eq!(unused.text, "1 decision is about a table that is not there now");
}

#[test]
fn nothing_to_read_is_said_with_reasons() {
    let code = |bytes: &[u8]| read("x.zip", bytes, &ReaderSpec::default()).unwrap_err().code;
    assert_eq!(code(&zipped(&[])), "bad_archive");
    assert_eq!(code(b"PK\x03\x04 and then nothing"), "bad_archive");
    assert_eq!(code(&zipped(&[("a.png", b"\x89PNG\r\n\x1A\n")])), "picture");
    assert_eq!(code(&zipped(&[("a.md", b"x"), ("b.md", b"y")])), "nothing_in_archive");
    let two = zipped(&[("in.zip", &zipped(&[("in.zip", &zipped(&[("a.csv", b"a,b\n1,2\n")]))]))]);
    assert_eq!(code(&two), "nested_archive");
    assert_eq!(code(&zipped(&[("word/document.xml", b"<x/>"), ("[Content_Types].xml", b"")])), "word_document");
}

#[test]
fn what_has_a_password_is_said() {
    let files: [(&str, &[u8]); 2] = [("secret.csv", b"a,b\n1,2\n"), ("open.csv", b"a,b\n1,2\n")];
    // The first bit of the flags, in the entry and in the directory.
    let locked = |mut bytes: Vec<u8>| {
        bytes[6] |= 1;
        let listed = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        bytes[listed + 8] |= 1;
        bytes
    };
    let outcome = read("x.zip", &locked(zipped(&files)), &ReaderSpec::default()).unwrap();
    assert_eq!(names(&outcome), ["open.csv"]);
    let told = "'secret.csv' in the archive is not loaded: it is protected with a password";
    assert_eq!(outcome.notices.0[0].text, told);
    let problem = read("x.zip", &locked(zipped(&files[..1])), &ReaderSpec::default()).unwrap_err();
    assert_eq!((problem.code.as_str(), problem.hints.len()), ("encrypted_entry", 1));
}

#[test]
fn all_files_together_are_bounded() {
    let file = vec![b'7'; 40_000];
    let bytes = zipped(&[("a.csv", &file), ("b.csv", &file), ("c.csv", &file)]);
    let limits = Limits { max_bytes: 100_000, max_ratio: 1000 };
    let mut notices = Notices::default();
    let parts =
        super::read(Kind::Zip, &bytes, &ReaderSpec::default(), limits, Depth::default(), &mut notices, &mut |_| {});
    assert_eq!(parts.unwrap().len(), 2);
    assert_eq!(notices.0.len(), 1);
}

#[test]
fn many_files_that_are_too_large_are_not_all_tried() {
    let file = vec![b'7'; 2_000];
    let names: Vec<String> = (0..9).map(|i| format!("{i}.csv")).collect();
    let mut files: Vec<(&str, &[u8])> = vec![("first.csv", b"a,b\n1,2\n")];
    files.extend(names.iter().map(|name| (name.as_str(), file.as_slice())));
    let limits = Limits { max_bytes: 1_000, max_ratio: 1000 };
    let mut notices = Notices::default();
    let bytes = zipped(&files);
    let parts =
        super::read(Kind::Zip, &bytes, &ReaderSpec::default(), limits, Depth::default(), &mut notices, &mut |_| {});
    assert_eq!(parts.unwrap().len(), 1);
    assert_eq!(notices.0.last().map(|n| (n.code.as_str(), n.count)), Some(("files_left_out", 6)));
}
