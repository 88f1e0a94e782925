//! What slides in from the right or floats above, one at a time.

mod add_address;
mod header_lines;
mod network;
mod paging_fields;
mod palette;
mod paste;
mod set_aside;
mod shortcuts;
mod source_details;

use crate::ui::explore::RowsPanel;
use crate::ui::report::ExplainPanel;
use crate::ui::share::SharePanel;
use crate::ui::state::{Panel, use_app};
use add_address::AddAddressPanel;
use leptos::prelude::*;
use network::NetworkPanel;
use palette::PaletteDialog;
use paste::PastePanel;
use set_aside::SetAsidePanel;
use shortcuts::ShortcutsDialog;
use source_details::SourceDetailsPanel;

/// The open panel, if any.
#[component]
pub fn Panels() -> impl IntoView {
    let app = use_app();
    let panel = Memo::new(move |_| app.panel.get());
    move || {
        Some(match panel.get()? {
            Panel::Share => view! { <SharePanel /> }.into_any(),
            Panel::Explain { .. } => view! { <ExplainPanel /> }.into_any(),
            Panel::Rows { .. } | Panel::Unmatched { .. } => view! { <RowsPanel /> }.into_any(),
            Panel::Source(id) => view! { <SourceDetailsPanel id=id /> }.into_any(),
            Panel::SetAside(table) => view! { <SetAsidePanel table=table /> }.into_any(),
            Panel::AddAddress | Panel::EditAddress(_) => view! { <AddAddressPanel /> }.into_any(),
            Panel::Paste => view! { <PastePanel /> }.into_any(),
            Panel::Network => view! { <NetworkPanel /> }.into_any(),
            Panel::Shortcuts => view! { <ShortcutsDialog /> }.into_any(),
            Panel::Palette => view! { <PaletteDialog /> }.into_any(),
        })
    }
}
