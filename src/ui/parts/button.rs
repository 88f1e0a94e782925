//! Buttons: a verb, or an icon with a label that is spoken and shown on hover.

use super::{Icon, IconName};
use leptos::prelude::*;

/// How much a button asks for attention. At most one primary button a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    Primary,
    #[default]
    Quiet,
    /// Text only, until pointed at.
    Plain,
}

impl ButtonKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            ButtonKind::Primary => "primary",
            ButtonKind::Quiet => "quiet",
            ButtonKind::Plain => "plain",
        }
    }
}

#[component]
pub fn Button(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_click: Callback<()>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Sits in a form and sends it; `on_click` runs as well.
    #[prop(optional)]
    submits: bool,
) -> impl IntoView {
    view! {
        <button
            type=if submits { "submit" } else { "button" }
            class="button"
            data-kind=kind.word()
            disabled=move || disabled.get()
            on:click=move |_| on_click.run(())
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            <span class="button__label">{move || label.get()}</span>
        </button>
    }
}

#[component]
pub fn IconButton(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] icon: Signal<IconName>,
    #[prop(into)] on_click: Callback<()>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// For a button that switches something: whether it is on.
    #[prop(optional, into)]
    pressed: MaybeProp<bool>,
    #[prop(default = 16)] size: u32,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            title=move || label.get()
            aria-label=move || label.get()
            aria-pressed=move || pressed.get().map(|p| p.to_string())
            disabled=move || disabled.get()
            on:click=move |_| on_click.run(())
        >
            <Icon name=icon size=size />
        </button>
    }
}
