//! The fields of a step that maps values: a line a value, and spelling variants to take over.

use super::field_parts::{column_field, text_of};
use super::step_fields::Fields;
use super::variants::VariantPicker;
use crate::base::ColumnType;
use crate::recipe::{Op, Swap};
use crate::ui::parts::{Button, ButtonKind, IconButton, IconName};
use leptos::prelude::*;

/// Lines shown: a map made of spelling variants may have thousands.
const MAX_SHOWN: usize = 50;

pub(super) fn map_fields(fields: Fields) -> AnyView {
    let swaps = Memo::new(move |_| match fields.op.get() {
        Op::Map { swaps, .. } => swaps,
        _ => Vec::new(),
    });
    let edit = move |change: &mut dyn FnMut(&mut Vec<Swap>)| {
        fields.change(|op| {
            if let Op::Map { swaps, .. } = op {
                change(swaps);
            }
        });
    };
    let column = text_of(fields, "column");
    let known = fields.top_values(column);
    let list_id = "map-known-values";
    let line = move |at: usize| {
        let mine = move || swaps.with(|s| s.get(at).cloned());
        let from = move || mine().map(|s| s.from).unwrap_or_default();
        let to = move || mine().and_then(|s| s.to).unwrap_or_default();
        let set_from = move |event| {
            let text: String = event_target_value(&event);
            edit(&mut |swaps| {
                if let Some(swap) = swaps.get_mut(at) {
                    swap.from.clone_from(&text);
                }
            });
        };
        let set_to = move |event| {
            let text: String = event_target_value(&event);
            edit(&mut |swaps| {
                if let Some(swap) = swaps.get_mut(at) {
                    swap.to = Some(text.clone()).filter(|t| !t.is_empty());
                }
            });
        };
        let remove = move || {
            edit(&mut |swaps| {
                if at < swaps.len() {
                    swaps.remove(at);
                }
            });
        };
        view! {
            <div class="measure">
                <label class="field">
                    <span class="field__label">"Value"</span>
                    <input type="text" list=list_id autocomplete="off" prop:value=from on:input=set_from />
                </label>
                <label class="field">
                    <span class="field__label">"becomes"</span>
                    <input type="text" list=list_id placeholder="missing" autocomplete="off" prop:value=to on:input=set_to />
                </label>
                <IconButton label="Remove this value" icon=IconName::Close on_click=remove />
            </div>
        }
        .into_any()
    };
    let add = move || edit(&mut |swaps| swaps.push(Swap { from: String::new(), to: None }));
    let n_lines = Memo::new(move |_| swaps.with(Vec::len));
    let more = move || {
        let more = n_lines.get().saturating_sub(MAX_SHOWN);
        (more > 0).then(|| {
            let words = format!("and {} more", crate::base::wording::format_count(more as u64));
            view! { <p class="field__hint">{words}</p> }
        })
    };
    let is_text = Memo::new(move |_| column.with(|name| !name.is_empty() && fields.type_of(name) == ColumnType::Text));
    let variants = move || is_text.get().then(|| view! { <VariantPicker fields=fields column=column swaps=swaps /> });
    view! {
        {column_field(fields, "Column", "column")}
        <datalist id=list_id>
            {move || {
                known
                    .get()
                    .into_iter()
                    .map(|(value, _)| view! { <option value=value></option> }.into_any())
                    .collect::<Vec<_>>()
            }}
        </datalist>
        <For each=move || 0..n_lines.get().min(MAX_SHOWN) key=|at| *at children=line />
        {more}
        <Button label="Another value" kind=ButtonKind::Plain icon=IconName::Plus on_click=add />
        {variants}
    }
    .into_any()
}
