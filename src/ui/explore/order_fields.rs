//! Choosing which columns to keep, and their order.

use super::step_fields::Fields;
use crate::recipe::{Op, Shift};
use crate::ui::parts::{Button, ButtonKind, IconButton, IconName};
use leptos::prelude::*;

pub(super) fn order_fields(fields: Fields) -> AnyView {
    let chosen = Memo::new(move |_| match fields.op.get() {
        Op::Select { columns } => columns,
        _ => Vec::new(),
    });
    let set = move |columns: Vec<String>| fields.set.run((Op::Select { columns },));
    let all = move || fields.columns.with(|c| c.iter().map(|c| c.name.clone()).collect::<Vec<_>>());
    // Those kept in their order, then the others.
    let lines = Memo::new(move |_| {
        let mut lines = chosen.get();
        lines.extend(all().into_iter().filter(|name| chosen.with(|c| !c.contains(name))));
        lines
    });
    let line = move |name: String| {
        let (mine, text, up, down) = (name.clone(), name.clone(), name.clone(), name.clone());
        let is_on = Memo::new(move |_| chosen.with(|c| c.contains(&mine)));
        let toggle = move |_| {
            let mut now = chosen.get_untracked();
            if now.contains(&name) {
                now.retain(|c| *c != name);
            } else {
                now.push(name.clone());
            }
            set(now);
        };
        let shift = move |name: &str, shift: Shift| {
            if let Some(now) = shift.of(name, &chosen.get_untracked()) {
                set(now);
            }
        };
        let (up_label, down_label) = (format!("Move {text} up"), format!("Move {text} down"));
        let (up, down) =
            (Callback::new(move |()| shift(&up, Shift::Left)), Callback::new(move |()| shift(&down, Shift::Right)));
        view! {
            <div class="checks__line">
                <label class="checks__line checks__text">
                    <input type="checkbox" prop:checked=move || is_on.get() on:change=toggle />
                    <span>{text}</span>
                </label>
                <Show when=move || is_on.get()>
                    <IconButton label=up_label.clone() icon=IconName::ArrowUp on_click=up />
                    <IconButton label=down_label.clone() icon=IconName::ArrowDown on_click=down />
                </Show>
            </div>
        }
        .into_any()
    };
    view! {
        <fieldset class="checks">
            <legend class="field__label">"Columns to keep, in this order"</legend>
            <div class="checks__list">
                <For each=move || lines.get() key=|name| name.clone() children=line />
            </div>
            <Button label="Choose all" kind=ButtonKind::Plain on_click=move || set(untrack(all)) />
        </fieldset>
    }
    .into_any()
}
