use super::{read, write};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(String);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair(i32, Option<char>);

#[derive(Clone, Debug, PartialEq, PartialOrd, Eq, Ord, Serialize, Deserialize)]
enum Key {
    A,
    B,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Nothing,
    One(f64),
    Two(u8, i64),
    Named { x: bool, y: Vec<Choice> },
    Listed(Vec<u64>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct All {
    unit: Unit,
    wrapped: Wrapped,
    pair: Pair,
    choices: Vec<Choice>,
    by_name: BTreeMap<String, Option<Vec<u8>>>,
    by_number: BTreeMap<u64, i8>,
    by_negative: BTreeMap<i64, ()>,
    by_choice: BTreeMap<Key, [f32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    absent: Option<Box<All>>,
    #[serde(default)]
    tree: serde_json::Value,
    big: (u64, i64, f64),
}

fn all() -> All {
    All {
        unit: Unit,
        wrapped: Wrapped("\u{0}\t\"\\/é\u{2028}🦀</script>".to_owned()),
        pair: Pair(-7, Some('ß')),
        choices: vec![
            Choice::Nothing,
            Choice::One(1.0),
            Choice::One(1e-7),
            Choice::Two(255, i64::MIN),
            Choice::Named { x: true, y: vec![Choice::Nothing, Choice::Named { x: false, y: vec![] }] },
            Choice::Listed(vec![u64::MAX]),
        ],
        by_name: BTreeMap::from([("a\nb".to_owned(), Some(vec![1, 2])), (String::new(), None)]),
        by_number: BTreeMap::from([(0, -1), (u64::MAX, 2)]),
        by_negative: BTreeMap::from([(-5, ()), (5, ())]),
        by_choice: BTreeMap::from([(Key::A, [0.1, 2.0]), (Key::B, [-0.0, 3.5e10])]),
        absent: None,
        tree: serde_json::json!({"a": [1, -2, 2.5, null, true, {"b": ""}]}),
        big: (u64::MAX, i64::MIN, 0.1 + 0.2),
    }
}

#[test]
fn what_is_written_is_what_serde_json_writes_and_is_read_by_both() {
    let mut value = all();
    value.absent = Some(Box::new(all()));
    let text = write(&value).unwrap();
    assert_eq!(text, serde_json::to_string(&value).unwrap());
    assert_eq!(read::<All>(&text).unwrap(), value);
    assert_eq!(serde_json::from_str::<All>(&text).unwrap(), value);
}

#[test]
fn numbers_that_are_not_finite_become_null() {
    assert_eq!(write(&vec![f64::NAN, f64::INFINITY, 1.5]).unwrap(), "[null,null,1.5]");
    assert_eq!(write(&[Some("x"), None]).unwrap(), "[\"x\",null]");
}

#[test]
fn fields_that_are_not_known_are_left_out_and_whole_numbers_are_numbers() {
    assert_eq!(
        read::<Choice>(r#"{"named":{"y":[],"z":[{}],"x":false}}"#).unwrap(),
        Choice::Named { x: false, y: vec![] }
    );
    assert_eq!(read::<Choice>(r#"{"one":3}"#).unwrap(), Choice::One(3.0));
    assert_eq!(read::<Choice>(r#"{"nothing":null}"#).unwrap(), Choice::Nothing);
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let why = |text: &str| read::<Choice>(text).unwrap_err().to_string();
    assert_eq!(why(r#"{"one":"3"}"#), "a number expected, a text found");
    assert_eq!(why(r#"{"two":[1,2,3]}"#), "the list is 1 too long");
    assert_eq!(why(r#"{"two":[1.5,2]}"#), "a whole number expected, a number found");
    assert_eq!(why(r#"{"named":{"x":true}}"#), "missing field `y`");
    assert_eq!(why("[]"), "a choice expected, a list found");
    assert_eq!(why(r#"{"one":1,"nothing":null}"#), "a choice expected, an object found");
    for text in
        [r#""other""#, r#"{"two":[300,1]}"#, r#"{"two":[-1,1]}"#, r#"{"two":[1]}"#, r#"{"nothing":1}"#, "nul", ""]
    {
        assert!(read::<Choice>(text).is_err(), "{text}");
        assert!(serde_json::from_str::<Choice>(text).is_err(), "{text}");
    }
    assert!(read::<BTreeMap<u64, u8>>(r#"{"x":1}"#).is_err());
    assert!(read::<serde_json::Value>(&"[".repeat(100_000)).is_err());
}
