//! Light, dark, or as the system has it. Kept in this browser.

use crate::ui::parts::IconName;
use leptos::prelude::*;

const KEY: &str = "tributary.theme";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    pub fn label(self) -> &'static str {
        match self {
            Theme::System => "As the system",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        }
    }

    pub fn icon(self) -> IconName {
        match self {
            Theme::System => IconName::Monitor,
            Theme::Light => IconName::Sun,
            Theme::Dark => IconName::Moon,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

#[derive(Clone, Copy)]
pub struct ThemeState(RwSignal<Theme>);

impl ThemeState {
    pub fn get(self) -> Theme {
        self.0.get()
    }

    pub fn set(self, theme: Theme) {
        self.0.set(theme);
        show(theme);
        // Private windows may refuse; the choice then lasts as long as the page.
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(KEY, theme.word());
        }
    }
}

pub fn use_theme() -> ThemeState {
    use_context::<ThemeState>().unwrap_or_else(|| ThemeState(RwSignal::new(Theme::System)))
}

pub(super) fn provide() {
    let kept = window().local_storage().ok().flatten().and_then(|s| s.get_item(KEY).ok().flatten());
    let theme = Theme::ALL.into_iter().find(|t| Some(t.word()) == kept.as_deref()).unwrap_or_default();
    show(theme);
    provide_context(ThemeState(RwSignal::new(theme)));
}

fn show(theme: Theme) {
    let Some(root) = document().document_element() else { return };
    let _ = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        chosen => root.set_attribute("data-theme", chosen.word()),
    };
}
