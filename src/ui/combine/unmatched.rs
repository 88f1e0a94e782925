//! The rows that a merge leaves without a partner, one click away.

use crate::base::NodeId;
use crate::merge::{By, KeyMatch, KeyPair};
use crate::ui::state::{App, Panel};
use leptos::prelude::*;

/// Opens the rows of one side that find no partner on the other, by the merge's own comparison.
/// Where the words before it name the table, `is_short` leaves the name to the ear.
pub fn see_which(app: App, (left, right): (NodeId, NodeId), by: By<'_>, is_right: bool, is_short: bool) -> AnyView {
    let (node, other) = if is_right { (right, left) } else { (left, right) };
    let key = |k: &KeyPair| match is_right {
        true => KeyPair { left: k.right.clone(), right: k.left.clone(), form: k.form },
        false => k.clone(),
    };
    let same = |m: &KeyMatch| match is_right {
        true => KeyMatch { left: m.right.clone(), right: m.left.clone() },
        false => m.clone(),
    };
    let keys: Vec<KeyPair> = by.keys.iter().map(key).collect();
    let crosswalk: Vec<KeyMatch> = by.crosswalk.iter().map(same).collect();
    let name = app.workspace_now().node_name(node).unwrap_or_default().to_owned();
    let label = format!("See which rows of {name}");
    let text = if is_short { "See which".to_owned() } else { label.clone() };
    let open = move |_| {
        app.panel.set(Some(Panel::Unmatched { node, other, keys: keys.clone(), crosswalk: crosswalk.clone() }));
    };
    view! {
        <button type="button" class="link" aria-label=label on:click=open>
            {text}
        </button>
    }
    .into_any()
}
