//! How many records an answer holds, and where, without reading them.

use super::find::{self, Shape};
use super::jsonstat;
use super::tape::{Fault, Kind, Tape};

/// The records of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) struct Records {
    pub path: String,
    pub n: u64,
    /// False where the document itself is the only record.
    pub is_table: bool,
    /// Where the list of them stands in the text; absent where they are no list.
    pub list: Option<std::ops::Range<usize>>,
}

/// Looks where reading would look: at the path that is given, else at what it would find itself.
pub(in crate::source) fn records_in(text: &str, wanted: Option<&str>) -> Result<Records, Fault> {
    let mut tape = Tape::default();
    tape.parse(text)?;
    let at_path = wanted.and_then(|path| Some((find::follow(&tape, text, path)?, path)));
    let found = match at_path {
        Some((at, path)) => find::Found::new(at, vec![path.to_owned()], find::shape_at(&tape, text, at)),
        None => find::find(&tape, text),
    };
    let n = match found.shape {
        Shape::List | Shape::Rows { .. } => tape.elements(found.at).count(),
        Shape::Lists => tape.elements(found.at).map(|list| tape.elements(list).count()).sum(),
        Shape::Keyed => tape.fields(found.at).count(),
        Shape::KeyedLists => tape.fields(found.at).map(|(_, list)| tape.elements(list).count()).sum(),
        Shape::Crossed => tape.fields(found.at).next().map_or(0, |(_, rows)| tape.fields(rows).count()),
        Shape::Columns => {
            let list = tape.fields(found.at).find(|(_, v)| tape.node(*v).is_some_and(|n| n.kind == Kind::Array));
            list.map_or(0, |(_, v)| tape.elements(v).count())
        }
        Shape::Cube => jsonstat::n_values(&tape, text, found.at),
        Shape::Single => 1,
    };
    let list = matches!(found.shape, Shape::List | Shape::Rows { .. }).then(|| {
        let start = tape.position(found.at);
        start..start + tape.raw(text, found.at).len()
    });
    Ok(Records { path: found.path(), n: n as u64, is_table: found.shape != Shape::Single, list })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_where_they_are_read() {
        let text = r#"{"facets":[{"a":1},{"a":2},{"a":3}],"results":[{"id":1},{"id":2}]}"#;
        let found = records_in(text, None).unwrap();
        assert_eq!((found.path.as_str(), found.n, found.is_table), ("results", 2, true));
        assert_eq!(&text[found.list.unwrap()], r#"[{"id":1},{"id":2}]"#);
        assert_eq!(records_in(text, Some("facets")).unwrap().n, 3);
        let bundle = r#"{"link":[{"relation":"self"},{"relation":"next"}],"entry":[{"id":1}]}"#;
        assert_eq!(records_in(bundle, None).unwrap().path, "entry");
        assert_eq!(records_in(r#"{"t":[1,2,3],"v":[4,5,6]}"#, None).unwrap().n, 3);
        let single = records_in(r#"{"id":1,"name":"x"}"#, None).unwrap();
        assert_eq!((single.n, single.is_table, single.list), (1, false, None));
        assert!(records_in("{", None).is_err());
    }
}
