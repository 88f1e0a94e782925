//! What slides in from the right or floats above, one at a time.

mod add_address;
mod changes;
mod header_lines;
mod network;
mod paging_fields;
mod palette;
mod paste;
mod set_aside;
mod shortcuts;
mod source_details;

pub use add_address::AddAddressPanel;
pub use changes::ChangesPanel;
pub use network::NetworkPanel;
pub use palette::PaletteDialog;
pub use paste::PastePanel;
pub use set_aside::SetAsidePanel;
pub use shortcuts::ShortcutsDialog;
pub use source_details::SourceDetailsPanel;

use crate::ui::later::{Later, Part};
use crate::ui::report::ExplainPanel;
use crate::ui::state::{Panel, use_app};
use leptos::prelude::*;

/// The open panel, if any.
#[component]
pub fn Panels() -> impl IntoView {
    let app = use_app();
    let panel = Memo::new(move |_| app.panel.get());
    move || {
        Some(match panel.get()? {
            // Shared reports have it too, whose readers need nothing else of what is fetched later.
            Panel::Explain { .. } => view! { <ExplainPanel /> }.into_any(),
            other => view! { <Later part=Part::Panel(other) /> }.into_any(),
        })
    }
}
