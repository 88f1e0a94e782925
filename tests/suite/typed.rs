//! What a person types: formulas and queries with words taken out, doubled, swapped or put in from others. Each is answered
//! or refused in words, and the engine goes on.

use super::desk::Desk;
use super::rng::Rng;
use tributary::base::{Problem, ProblemKind};
use tributary::protocol::{Query, View};
use tributary::recipe::Op;
use tributary::source::ReaderSpec;

const FORMULAS: [&str; 14] = [
    "value / 2 + id",
    "coalesce(value, 0) * 1.5",
    "CASE WHEN value > 2 THEN 'high' ELSE name END",
    "upper(substr(name, 1, 3)) || '-' || id",
    "date_part('month', day)",
    "CAST(value AS INT) % 3 = 0 AND NOT (name IN ('a', 'b'))",
    "\"value\" BETWEEN 1 AND 3",
    "regexp_replace(name, '^a+', 'b')",
    "day - INTERVAL '1 day'",
    "round(value, 2)",
    "nullif(id, 0) ** 2",
    "name LIKE '%a_' ESCAPE '!'",
    "9223372036854775807 + id",
    "repeat(name, 3)",
];

const QUERIES: [&str; 11] = [
    "SELECT * FROM t",
    "SELECT name, avg(value) AS mean FROM t GROUP BY name HAVING count(*) > 1 ORDER BY mean DESC LIMIT 5",
    "SELECT a.id, b.value FROM t a LEFT JOIN t b ON a.id = b.id WHERE a.day > DATE '2026-01-02'",
    "WITH w AS (SELECT id, lag(value) OVER (ORDER BY day) AS before FROM t) SELECT sum(before) FROM w",
    "SELECT DISTINCT date_trunc('month', day) FROM t UNION ALL SELECT NULL",
    "SELECT id FROM t WHERE value = (SELECT max(value) FROM t)",
    "SELECT CASE name WHEN 'a' THEN 1 ELSE 0 END, value::text FROM t",
    "SELECT unnest([1, 2, 3]), row_number() OVER (PARTITION BY name)",
    "EXPLAIN SELECT count(*) FROM t",
    "SELECT id FROM t UNION SELECT id + 1 FROM t ORDER BY id LIMIT 3",
    "EXPLAIN ANALYZE SELECT count(*) FROM t",
];

/// What may stand anywhere.
const WORDS: [&str; 26] = [
    "(", ")", ",", "'", "\"", "--", "/*", ";", "NULL", "NOT", "*", "-", "::", "[", "]", "{", "$1", "?", "0", "1e999",
    "''", "t", "OVER", "ALL", "\\", "é\0",
];

fn mutant(rng: &mut Rng, from: &[&str]) -> String {
    let mut words: Vec<String> = rng.pick(from).split_inclusive([' ', '(', ')', ',']).map(str::to_owned).collect();
    for _ in 0..1 + rng.below(3) {
        let at = rng.below(words.len());
        match rng.below(6) {
            0 if words.len() > 1 => drop(words.remove(at)),
            1 => words.insert(at, words[rng.below(words.len())].clone()),
            2 => {
                let other = rng.below(words.len());
                words.swap(at, other);
            }
            3 => {
                let other: Vec<&str> = rng.pick(from).split_inclusive(' ').collect();
                words.insert(at, (*rng.pick(&other)).to_owned());
            }
            4 => words[at] = (*rng.pick(&WORDS)).to_owned(),
            _ => words.insert(at, format!(" {} ", rng.pick(&WORDS))),
        }
    }
    words.concat()
}

fn desk() -> Desk {
    let mut desk = Desk::new();
    let csv = b"id,name,day,value\n1,a,2026-01-01,1.5\n2,b,2026-01-02,\n3,a,2026-01-03,7\n4,,2026-01-04,2\n";
    desk.add("t.csv", csv, &ReaderSpec::default()).unwrap();
    desk
}

fn is_told(what: &str, problem: &Problem) {
    assert!(problem.kind != ProblemKind::Bug && !problem.what.is_empty(), "{what:?}: {problem:?}");
}

#[test]
fn formulas_are_answered_or_refused() {
    let mut desk = desk();
    let node = desk.node("t");
    let mut n_read = 0;
    for seed in 0..260 {
        let mut rng = Rng::new(seed + 60_000);
        let formula = FORMULAS.get(seed as usize).map_or_else(|| mutant(&mut rng, &FORMULAS), |f| (*f).to_owned());
        let op = Op::Compute { name: "made".to_owned(), formula: formula.clone() };
        match desk.ask(Query::Preview { node, op, replaces: None }) {
            Ok(View::Preview { .. }) => n_read += 1,
            Ok(other) => panic!("{formula}: {other:?}"),
            Err(problem) => is_told(&formula, &problem),
        }
    }
    assert!(n_read > 20, "{n_read}");
}

#[test]
fn queries_are_answered_or_refused() {
    let mut desk = desk();
    let mut n_read = 0;
    for seed in 0..160 {
        let mut rng = Rng::new(seed + 61_000);
        let sql = QUERIES.get(seed as usize).map_or_else(|| mutant(&mut rng, &QUERIES), |q| (*q).to_owned());
        match desk.sql(&sql) {
            Ok(_) => n_read += 1,
            Err(problem) => is_told(&sql, &problem),
        }
    }
    assert!(n_read > 10, "{n_read}");
    // It still counts.
    assert_eq!(desk.sql("SELECT count(*) AS n FROM t").unwrap().cells[0][0].as_deref(), Some("4"));
}
