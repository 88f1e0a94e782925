//! Names for columns from nested records: as short as they can be and still say which field it is.

use std::collections::BTreeMap;

/// Names that say nothing without the one above them.
const GENERIC: [&str; 13] =
    ["id", "name", "type", "date", "value", "count", "code", "label", "title", "number", "unit", "status", "text"];

/// The shortest end of each path that no other column has: `lat` for `location.lat`, and two parts where the last
/// is as general as `count`.
pub(super) fn short_names(paths: &[Vec<&str>]) -> Vec<String> {
    let is_generic = |name: &str| GENERIC.iter().any(|g| g.eq_ignore_ascii_case(name));
    let mut n_parts: Vec<usize> = paths
        .iter()
        .map(|path| if path.last().is_some_and(|last| is_generic(last)) { 2.min(path.len()) } else { 1 })
        .collect();
    let name_of = |path: &Vec<&str>, n: usize| path.get(path.len().saturating_sub(n)..).unwrap_or(path).join(".");
    loop {
        // Queries do not tell capitals apart.
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for (path, n) in paths.iter().zip(&n_parts) {
            *uses.entry(name_of(path, *n).to_lowercase()).or_default() += 1;
        }
        let mut has_grown = false;
        for (path, n) in paths.iter().zip(n_parts.iter_mut()) {
            let is_shared = uses.get(&name_of(path, *n).to_lowercase()).is_some_and(|uses| *uses > 1);
            if is_shared && *n < path.len() {
                *n += 1;
                has_grown = true;
            }
        }
        // Each round lengthens a name, and paths are at most as deep as a document may be.
        if !has_grown {
            return paths.iter().zip(n_parts).map(|(path, n)| name_of(path, n)).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(paths: &[&str]) -> Vec<String> {
        let paths: Vec<Vec<&str>> = paths.iter().map(|path| path.split('.').collect()).collect();
        short_names(&paths)
    }

    #[test]
    fn the_last_part_is_enough_when_it_says_something() {
        assert_eq!(short(&["a.ident.nctId", "a.status.overallStatus", "id"]), ["nctId", "overallStatus", "id"]);
        assert_eq!(
            short(&["a.design.enrollmentInfo.count", "a.sponsor.name"]),
            ["enrollmentInfo.count", "sponsor.name"]
        );
    }

    #[test]
    fn names_stay_apart() {
        assert_eq!(short(&["home.lat", "work.lat", "lat"]), ["home.lat", "work.lat", "lat"]);
        assert_eq!(short(&["x.home.Lat", "y.home.lat"]), ["x.home.Lat", "y.home.lat"]);
        assert_eq!(short(&["a.start.date", "b.start.date"]), ["a.start.date", "b.start.date"]);
    }
}
