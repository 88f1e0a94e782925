//! Names of nodes: unique, and usable in SQL without quotes.

use super::spec::Workspace;

/// Lower-case letters, digits and underscores, not starting with a digit.
pub fn clean_name(wanted: &str) -> String {
    let mut name = String::with_capacity(wanted.len());
    for c in wanted.trim().chars().take(60) {
        if c.is_alphanumeric() {
            name.extend(c.to_lowercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_matches('_');
    match name.chars().next() {
        None => "data".to_owned(),
        Some(c) if c.is_ascii_digit() => format!("t_{name}"),
        Some(_) => name.to_owned(),
    }
}

/// The wanted name, with a number behind it if another node has it.
pub(super) fn unique_name(w: &Workspace, wanted: &str) -> String {
    let base = clean_name(wanted);
    let is_free = |name: &str| w.node_named(name).is_none();
    if is_free(&base) {
        return base;
    }
    (2u64..).map(|n| format!("{base}_{n}")).find(|name| is_free(name)).unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_need_no_quotes() {
        assert_eq!(clean_name("Run metrics (2026).csv"), "run_metrics_2026_csv");
        assert_eq!(clean_name("2026"), "t_2026");
        assert_eq!(clean_name("--"), "data");
    }
}
