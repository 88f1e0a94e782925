//! What became of every row of a file: loaded, set aside, header and blank.

use crate::base::wording::{format_count, plural};
use crate::source::{Ledger, SourceSpec, TableSpec};
use leptos::prelude::*;

/// A thin bar; the words beside it say the same.
#[component]
pub fn LedgerBar(#[prop(into)] ledger: Ledger) -> impl IntoView {
    let total = ledger.n_rows_in_file.max(1) as f64;
    let other = ledger.n_header + ledger.n_blank + ledger.n_comment;
    // A part that exists stays visible, however small.
    let share = |n: u64| if n == 0 { 0.0 } else { (n as f64 / total).max(0.008) };
    let words = ledger_words(&ledger);
    view! {
        <div class="ledger" role="img" aria-label=words.clone() title=words>
            <span class="ledger__part" data-state="loaded" style=format!("flex-grow:{:.4}", share(ledger.n_loaded))></span>
            <span class="ledger__part" data-state="aside" style=format!("flex-grow:{:.4}", share(ledger.n_set_aside))></span>
            <span class="ledger__part" data-state="other" style=format!("flex-grow:{:.4}", share(other))></span>
        </div>
    }
}

/// The way to what was set aside and changed, in words; none where there is nothing of the kind.
pub fn account_words(source: &SourceSpec, table: &TableSpec) -> Option<&'static str> {
    let open = if table.ledger.n_open() > 0 { "see what was set aside" } else { "see what was changed" };
    table.has_account(&source.reader).then_some(open)
}

/// "9,600 rows loaded · 19 set aside · 2 header, blank and comment rows".
pub fn ledger_words(ledger: &Ledger) -> String {
    let other = [(ledger.n_header, "header"), (ledger.n_blank, "blank"), (ledger.n_comment, "comment")];
    let mut parts = vec![format!("{} loaded", plural(ledger.n_loaded, "row", "rows"))];
    if ledger.n_repaired > 0 {
        parts.push(format!("{} of them repaired or kept by you", format_count(ledger.n_repaired)));
    }
    for (n, what) in [(ledger.n_open(), "set aside"), (ledger.n_dropped, "dropped by you")] {
        if n > 0 {
            parts.push(format!("{} {what}", format_count(n)));
        }
    }
    let n_other: u64 = other.iter().map(|(n, _)| n).sum();
    if n_other > 0 {
        let kinds: Vec<String> = other.iter().filter(|(n, _)| *n > 0).map(|(_, w)| (*w).to_owned()).collect();
        let kinds = crate::base::wording::list(&kinds);
        parts.push(format!("{} {kinds} {}", format_count(n_other), if n_other == 1 { "row" } else { "rows" }));
    }
    parts.join(" · ")
}
