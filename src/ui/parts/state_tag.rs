//! A state: always a colour, an icon and a word together.

use super::{Icon, IconName};
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateKind {
    Fine,
    Attention,
    Stop,
    /// Worth saying, nothing to do.
    Quiet,
}

impl StateKind {
    pub fn word(self) -> &'static str {
        match self {
            StateKind::Fine => "fine",
            StateKind::Attention => "attention",
            StateKind::Stop => "stop",
            StateKind::Quiet => "quiet",
        }
    }

    pub fn icon(self) -> IconName {
        match self {
            StateKind::Fine => IconName::CircleCheck,
            StateKind::Attention => IconName::Warning,
            StateKind::Stop => IconName::Stop,
            StateKind::Quiet => IconName::Info,
        }
    }
}

#[component]
pub fn StateTag(#[prop(into)] state: Signal<StateKind>, #[prop(into)] label: Signal<String>) -> impl IntoView {
    let icon = Signal::derive(move || state.get().icon());
    view! {
        <span class="state-tag" data-state=move || state.get().word()>
            <Icon name=icon size=14 />
            <span>{move || label.get()}</span>
        </span>
    }
}
