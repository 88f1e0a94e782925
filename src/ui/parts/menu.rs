//! A menu behind a button, for the pointer and the keyboard.

use super::button::ButtonKind;
use super::focus::focusable_in;
use super::{Icon, IconName};
use leptos::prelude::*;
use web_sys::HtmlElement;

/// One line of a menu.
#[derive(Clone)]
pub struct MenuItem {
    pub label: String,
    pub icon: Option<IconName>,
    pub on_pick: Callback<()>,
    pub disabled: bool,
    /// For a choice among several: whether it is the one.
    pub is_checked: Option<bool>,
    /// A thin line above.
    pub starts_group: bool,
    /// Takes something away.
    pub is_destructive: bool,
}

impl MenuItem {
    pub fn new(label: impl Into<String>, on_pick: impl Fn() + Send + Sync + 'static) -> MenuItem {
        MenuItem {
            label: label.into(),
            icon: None,
            on_pick: Callback::new(move |()| on_pick()),
            disabled: false,
            is_checked: None,
            starts_group: false,
            is_destructive: false,
        }
    }

    pub fn icon(mut self, icon: IconName) -> MenuItem {
        self.icon = Some(icon);
        self
    }

    pub fn disabled(mut self, disabled: bool) -> MenuItem {
        self.disabled = disabled;
        self
    }

    pub fn checked(mut self, is_checked: bool) -> MenuItem {
        self.is_checked = Some(is_checked);
        self
    }

    pub fn new_group(mut self) -> MenuItem {
        self.starts_group = true;
        self
    }

    pub fn destructive(mut self) -> MenuItem {
        self.is_destructive = true;
        self
    }
}

/// The items are asked for each time it opens. Arrows move, Enter picks, Esc closes.
#[component]
pub fn Menu(
    /// Spoken, and shown where `shows_label` is set.
    #[prop(into)]
    label: Signal<String>,
    /// Makes the lines; `Callback::new(move |()| vec![MenuItem::new("Rename", move || …)])`.
    items: Callback<(), Vec<MenuItem>>,
    #[prop(default = IconName::More.into(), into)] icon: Signal<IconName>,
    #[prop(optional)] shows_label: bool,
    #[prop(optional)] kind: ButtonKind,
) -> impl IntoView {
    // The point at which the list hangs, while it is open.
    let open_at = RwSignal::new(None::<Spot>);
    let button = NodeRef::<leptos::html::Button>::new();
    let close = move |refocus: bool| {
        open_at.set(None);
        if refocus && let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    };
    let toggle = move |_| {
        if open_at.get_untracked().is_some() {
            close(true);
        } else if let Some(button) = button.get_untracked() {
            open_at.set(Some(spot_below(&button)));
        }
    };
    let on_button_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "ArrowDown" && open_at.get_untracked().is_none() {
            event.prevent_default();
            if let Some(button) = button.get_untracked() {
                open_at.set(Some(spot_below(&button)));
            }
        }
    };
    let list = move || {
        open_at
            .get()
            .map(|spot| view! { <MenuList spot=spot label=label items=items.run(()) on_close=Callback::new(close) /> })
    };
    let class = if shows_label { "button" } else { "icon-button" };
    view! {
        <span class="menu">
            <button
                type="button"
                class=class
                data-kind=kind.word()
                aria-haspopup="menu"
                aria-expanded=move || open_at.get().is_some().to_string()
                aria-label=move || label.get()
                title=move || if shows_label { String::new() } else { label.get() }
                node_ref=button
                on:click=toggle
                on:keydown=on_button_key
            >
                {move || (!shows_label || icon.get() != IconName::More).then(|| view! { <Icon name=icon /> })}
                {shows_label
                    .then(|| {
                        view! {
                            <span class="button__label">{move || label.get()}</span>
                            <Icon name=IconName::ChevronDown size=14 />
                        }
                    })}
            </button>
            {list}
        </span>
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Spot {
    /// Distance from the left, or from the right where the list would run out of the window.
    x_px: f64,
    from_right: bool,
    y_px: f64,
    from_bottom: bool,
}

fn spot_below(button: &HtmlElement) -> Spot {
    let rect = button.get_bounding_client_rect();
    let size = |v: Result<wasm_bindgen::JsValue, _>| v.ok().and_then(|v| v.as_f64()).unwrap_or(1024.0);
    let width = size(window().inner_width());
    let height = size(window().inner_height());
    let from_right = rect.left() + 240.0 > width;
    let from_bottom = rect.bottom() + 260.0 > height && rect.top() > height / 2.0;
    Spot {
        x_px: if from_right { width - rect.right() } else { rect.left() },
        from_right,
        y_px: if from_bottom { height - rect.top() + 4.0 } else { rect.bottom() + 4.0 },
        from_bottom,
    }
}

#[component]
fn MenuList(spot: Spot, label: Signal<String>, items: Vec<MenuItem>, on_close: Callback<bool>) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    root.on_load(|element| {
        request_animation_frame(move || {
            if let Some(first) = focusable_in(&element).first() {
                let _ = first.focus();
            }
        });
    });
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let Some(element) = root.get_untracked() else { return };
        let lines = focusable_in(&element);
        let active = document().active_element();
        let at = lines.iter().position(|l| active.as_ref().is_some_and(|a| a.is_same_node(Some(l)))).unwrap_or(0);
        let n = lines.len().max(1);
        let to = match event.key().as_str() {
            "ArrowDown" => (at + 1) % n,
            "ArrowUp" => (at + n - 1) % n,
            "Home" => 0,
            "End" => n - 1,
            "Escape" | "Tab" => {
                event.prevent_default();
                event.stop_propagation();
                on_close.run(true);
                return;
            }
            key => match starting_with(&lines, at, key) {
                Some(found) => found,
                None => return,
            },
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(line) = lines.get(to) {
            let _ = line.focus();
        }
    };
    let style = format!(
        "{}:{:.0}px;{}:{:.0}px",
        if spot.from_right { "right" } else { "left" },
        spot.x_px,
        if spot.from_bottom { "bottom" } else { "top" },
        spot.y_px
    );
    let any_checked = items.iter().any(|i| i.is_checked.is_some());
    let lines = items.into_iter().map(|item| menu_line(item, any_checked, on_close)).collect_view();
    view! {
        <div class="menu__veil" on:click=move |_| on_close.run(true)></div>
        <div class="menu__list" role="menu" aria-label=move || label.get() style=style node_ref=root on:keydown=on_keydown>
            {lines}
        </div>
    }
}

fn menu_line(item: MenuItem, any_checked: bool, on_close: Callback<bool>) -> AnyView {
    let on_pick = item.on_pick;
    let checked = item.is_checked;
    view! {
        {item.starts_group.then(|| view! { <div class="menu__line" role="separator"></div> })}
        <button
            type="button"
            class="menu__item"
            role=if checked.is_some() { "menuitemradio" } else { "menuitem" }
            aria-checked=checked.map(|c| c.to_string())
            data-state=item.is_destructive.then_some("destructive")
            disabled=item.disabled
            on:click=move |_| {
                on_close.run(true);
                on_pick.run(());
            }
        >
            <span class="menu__icon">
                {match (any_checked, checked) {
                    (true, Some(true)) => Some(view! { <Icon name=IconName::Check /> }.into_any()),
                    _ => item.icon.map(|name| view! { <Icon name=name /> }.into_any()),
                }}
            </span>
            <span class="menu__label">{item.label}</span>
        </button>
    }
    .into_any()
}

/// The next line that starts with the letter typed.
fn starting_with(lines: &[HtmlElement], at: usize, key: &str) -> Option<usize> {
    let mut letters = key.chars();
    let letter = letters.next().filter(|c| c.is_alphanumeric() && letters.next().is_none())?.to_lowercase().next()?;
    let starts = |e: &HtmlElement| {
        e.text_content().and_then(|t| t.trim().chars().next()).is_some_and(|c| c.to_lowercase().next() == Some(letter))
    };
    let after = lines.iter().enumerate().skip(at + 1);
    after.chain(lines.iter().enumerate()).find(|(_, e)| starts(e)).map(|(i, _)| i)
}
