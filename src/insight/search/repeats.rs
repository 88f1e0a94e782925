//! Rows and keys that are there more than once.

use super::super::spec::{Effect, FindingKind};
use super::super::typed::{Cells, Identity, mix, raw_text};
use super::super::words::{quote_ident, say_level};
use super::frame::{Frame, Place};
use super::{Candidate, MAX_POINTS, Search, finding};
use crate::base::give_way;
use crate::base::wording::{format_count, format_share, plural};
use hashbrown::HashMap;

pub(super) async fn search(search: &mut Search<'_>) {
    if !search.wants(FindingKind::Duplicates) || search.options.group.is_some() {
        return;
    }
    let n_copies = if search.options.value.is_none() { rows(search).await } else { 0 };
    // What a merge brought repeats with the rows that found it.
    let keys = search.columns(|c| c.roles.is_id && !c.is_given && c.n_missing * 10 <= search.frame.n_rows as u64);
    for key in keys {
        let is_wanted =
            search.options.value.as_ref().is_none_or(|v| search.frame.column(key).is_some_and(|c| c.name == *v));
        if is_wanted {
            key_values(search, key, n_copies);
            give_way().await;
        }
    }
}

/// One hash a row; 0 for a missing cell never meets a hash of a value by more than chance.
fn column_hashes(frame: &Frame<'_>, column_idx: usize, mut see: impl FnMut(usize, Option<u64>)) {
    let mut start = 0;
    for chunk in frame.table.chunks(column_idx) {
        let cells = Cells::of(chunk);
        cells.for_each_hash(|row, hash| see(start + row, hash));
        start += cells.len();
    }
}

/// Rows whose hash came up before, and the hashes that came up more than once with their counts.
fn repeated(hashes: &[(u64, u32)]) -> (Vec<u64>, Vec<(u64, u32)>) {
    let mut sorted = hashes.to_vec();
    sorted.sort_unstable();
    let (mut rows, mut groups) = (Vec::new(), Vec::new());
    for run in sorted.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        rows.extend(run.iter().skip(1).map(|(_, row)| u64::from(*row)));
        groups.extend(run.first().map(|(_, row)| (u64::from(*row), run.len() as u32)));
    }
    rows.sort_unstable();
    groups.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    (rows, groups)
}

async fn rows(search: &mut Search<'_>) -> u64 {
    search.look();
    let frame = search.frame;
    let mut hashes = vec![0u64; frame.n_rows];
    for idx in 0..frame.table.n_columns() {
        column_hashes(frame, idx, |row, hash| {
            if let Some(h) = hashes.get_mut(row) {
                *h = mix(h.rotate_left(17) ^ hash.unwrap_or(0x5bd1_e995));
            }
        });
        give_way().await;
    }
    let hashes: Vec<(u64, u32)> = hashes.into_iter().zip(0u32..).collect();
    let (copies, repeated_rows) = repeated(&hashes);
    let n = copies.len() as u64;
    // A table of few columns with few values repeats by nature.
    let combinations: f64 = frame.columns.iter().map(|c| (c.n_distinct.max(1)) as f64).product();
    if n == 0 || combinations < 20.0 * frame.n_rows as f64 {
        return n;
    }
    let share = n as f64 / frame.n_rows as f64;
    let sentence = format!(
        "{} {} exact {} of an earlier row ({} of {}).",
        plural(n, "row", "rows"),
        if n == 1 { "is an" } else { "are" },
        if n == 1 { "copy" } else { "copies" },
        format_share(share),
        format_count(frame.n_rows as u64),
    );
    let effect = Effect { measure: "rows repeated".to_owned(), value: n as f64, unit: None, interval: None };
    let mut found = finding(FindingKind::Duplicates, Vec::new(), sentence, effect, 0.35 + 0.4 * share.min(1.0));
    found.n = frame.n_rows as u64;
    found.method = "All cells of a row compared with all earlier rows".to_owned();
    let names: Vec<String> = frame.table.columns().iter().map(|c| quote_ident(&c.name)).collect();
    let all = names.join(", ");
    found.evidence_sql =
        format!("SELECT {all}, COUNT(*) AS \"times\" FROM {} GROUP BY {all} HAVING COUNT(*) > 1", frame.sql_name);
    // Each once, with how often it is there.
    found.n_evidence = repeated_rows.len() as u64;
    found.points = copies.iter().copied().take(MAX_POINTS).collect();
    let doubts = vec![(1, "Rows can be equal by chance where a key is not among the columns.".to_owned())];
    search.found.push(Candidate {
        finding: found,
        outcome: None,
        place: Place::Rows(copies),
        pair: None,
        test: None,
        doubts,
    });
    n
}

fn key_values(search: &mut Search<'_>, key: usize, n_copies: u64) {
    search.look();
    let frame = search.frame;
    let Some(column) = frame.column(key) else { return };
    let mut hashes: Vec<(u64, u32)> = Vec::with_capacity(frame.n_rows);
    column_hashes(frame, column.idx, |row, hash| hashes.extend(hash.map(|h| (h, row as u32))));
    let (again, groups) = repeated(&hashes);
    // Whole rows that are there twice repeat their key as well.
    if again.is_empty() || again.len() as u64 <= n_copies {
        return;
    }
    let (n_values, example) = (groups.len() as u64, groups.first().copied());
    let Some((first_row, times)) = example else { return };
    let label = raw_text(frame.table, column.idx, first_row).unwrap_or_default();
    let name = &column.name;
    let sentence = if n_values == 1 {
        format!(
            "One value of {name} is there more than once: {} ({times} rows).",
            say_level(column.column_type, &label)
        )
    } else {
        format!(
            "{} values of {name} are there more than once, for example {} ({times} rows).",
            format_count(n_values),
            say_level(column.column_type, &label)
        )
    };
    let effect = Effect { measure: "values repeated".to_owned(), value: n_values as f64, unit: None, interval: None };
    let share = again.len() as f64 / hashes.len().max(1) as f64;
    let mut found = finding(FindingKind::Duplicates, vec![name.clone()], sentence, effect, 0.4 + 0.4 * share);
    found.n = hashes.len() as u64;
    found.method = "Count of each value in a column that is otherwise unique".to_owned();
    found.group = Some(label);
    let quoted = quote_ident(name);
    found.evidence_sql = format!(
        "SELECT * FROM {table} WHERE {quoted} IN (SELECT {quoted} FROM {table} GROUP BY {quoted} HAVING COUNT(*) > 1) ORDER BY {quoted}",
        table = frame.sql_name
    );
    let all_of: HashMap<u64, u32, Identity> = groups
        .iter()
        .filter_map(|(row, _)| hashes.binary_search_by_key(&(*row as u32), |h| h.1).ok())
        .filter_map(|at| hashes.get(at).map(|h| (h.0, 0)))
        .collect();
    let rows: Vec<u64> = hashes.iter().filter(|h| all_of.contains_key(&h.0)).map(|h| u64::from(h.1)).collect();
    found.n_evidence = rows.len() as u64;
    found.points = rows.iter().copied().take(MAX_POINTS).collect();
    let doubts = vec![(1, format!("Values of {name} may be meant to repeat, for example for repeated measurements."))];
    search.found.push(Candidate {
        finding: found,
        outcome: None,
        place: Place::Rows(rows),
        pair: None,
        test: None,
        doubts,
    });
}
