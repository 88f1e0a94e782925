//! What stands where nothing is yet, and what to do about it.

use super::{Icon, IconName};
use leptos::prelude::*;

#[component]
pub fn EmptyState(
    #[prop(default = IconName::Inbox)] icon: IconName,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    /// Buttons: the way on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty__icon"><Icon name=icon size=20 /></span>
            <p class="empty__title">{title}</p>
            {(!text.is_empty()).then(|| view! { <p class="empty__text">{text}</p> })}
            {children.map(|c| view! { <div class="empty__actions">{c()}</div> })}
        </div>
    }
}
