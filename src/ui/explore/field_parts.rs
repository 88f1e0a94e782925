//! Fields that are one part of a step: its column, a text, a tick, a choice. A part is known by its
//! name in the step.

use super::columns::{ColumnChecks, ColumnSelect};
use super::step_fields::Fields;
use crate::recipe::{Filler, Keep, Op};
use leptos::prelude::*;

/// A text in the step; `None` where a step of this kind has none of the name.
fn text_mut<'a>(op: &'a mut Op, part: &str) -> Option<&'a mut String> {
    Some(match (op, part) {
        (
            Op::Map { column, .. }
            | Op::Replace { column, .. }
            | Op::Fill { column, .. }
            | Op::Split { column, .. }
            | Op::SplitRows { column, .. }
            | Op::Extract { column, .. }
            | Op::Outliers { column, .. },
            "column",
        ) => column,
        (Op::Replace { find, .. }, "find") => find,
        (Op::Replace { with, .. }, "with") => with,
        (Op::Fill { with: Filler::Value(value), .. }, "value") => value,
        (Op::Fill { with: Filler::Column(other), .. }, "other") => other,
        (Op::Split { by, .. } | Op::SplitRows { by, .. } | Op::Unite { by, .. }, "by") => by,
        (Op::Unite { name, .. } | Op::Extract { name, .. } | Op::Outliers { name, .. }, "name") => name,
        (Op::Extract { pattern, .. }, "pattern") => pattern,
        (Op::Distinct { keep: Keep::Largest(column), .. }, "largest") => column,
        (Op::Unpivot { names, .. } | Op::Pivot { names, .. }, "names") => names,
        (Op::Unpivot { values, .. } | Op::Pivot { values, .. }, "values") => values,
        _ => return None,
    })
}

fn list_mut(op: &mut Op) -> Option<&mut Vec<String>> {
    Some(match op {
        Op::Tidy { columns, .. }
        | Op::Unite { columns, .. }
        | Op::Unpivot { columns, .. }
        | Op::Complete { columns } => columns,
        Op::Distinct { by, .. } | Op::Pivot { by, .. } => by,
        _ => return None,
    })
}

fn flag_mut<'a>(op: &'a mut Op, part: &str) -> Option<&'a mut bool> {
    Some(match (op, part) {
        (Op::Replace { is_pattern, .. }, "is_pattern") => is_pattern,
        (Op::Replace { ignores_case, .. } | Op::Extract { ignores_case, .. }, "ignores_case") => ignores_case,
        (Op::Tidy { spaces, .. }, "spaces") => spaces,
        (Op::Tidy { composes, .. }, "composes") => composes,
        _ => return None,
    })
}

/// A text of the step as it is now.
pub(super) fn text_of(fields: Fields, part: &'static str) -> Signal<String> {
    Signal::derive(move || {
        let mut op = fields.op.get();
        text_mut(&mut op, part).map(std::mem::take).unwrap_or_default()
    })
}

fn set_text(fields: Fields, part: &'static str, text: String) {
    fields.change(|op| {
        if let Some(place) = text_mut(op, part) {
            *place = text;
        }
    });
}

pub(super) fn text_field(fields: Fields, label: &'static str, part: &'static str, hint: &'static str) -> AnyView {
    let value = text_of(fields, part);
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <input
                type="text"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || value.get()
                on:input=move |event| set_text(fields, part, event_target_value(&event))
            />
            {(!hint.is_empty()).then(|| view! { <span class="field__hint">{hint}</span> })}
        </label>
    }
    .into_any()
}

pub(super) fn column_field(fields: Fields, label: &'static str, part: &'static str) -> AnyView {
    let value = text_of(fields, part);
    view! {
        <ColumnSelect
            label=label
            columns=fields.columns
            node=Some(fields.node)
            value=value
            on_change=move |name: String| set_text(fields, part, name)
        />
    }
    .into_any()
}

/// The columns that the step is about.
pub(super) fn columns_field(fields: Fields, label: &'static str) -> AnyView {
    let value = Signal::derive(move || {
        let mut op = fields.op.get();
        list_mut(&mut op).map(std::mem::take).unwrap_or_default()
    });
    let set = move |names: Vec<String>| {
        fields.change(|op| {
            if let Some(list) = list_mut(op) {
                *list = names;
            }
        });
    };
    view! { <ColumnChecks label=label columns=fields.columns value=value on_change=set /> }.into_any()
}

pub(super) fn check_field(fields: Fields, label: &'static str, part: &'static str) -> AnyView {
    let is_on = move || {
        let mut op = fields.op.get();
        flag_mut(&mut op, part).is_some_and(|flag| *flag)
    };
    let toggle = move |_| {
        fields.change(|op| {
            if let Some(flag) = flag_mut(op, part) {
                *flag = !*flag;
            }
        });
    };
    view! {
        <label class="checks__line">
            <input type="checkbox" prop:checked=is_on on:change=toggle />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// One of a few. `get` names the one that the step has, `set` changes the step to the one named.
pub(super) fn choice_field(
    fields: Fields,
    label: &'static str,
    options: &'static [(&'static str, &'static str)],
    get: fn(&Op) -> &'static str,
    set: fn(&mut Op, &str),
) -> AnyView {
    let chosen = Memo::new(move |_| fields.op.with(get));
    let lines: Vec<_> = options
        .iter()
        .map(|(key, text)| {
            let (key, text) = (*key, *text);
            view! { <option value=key selected=move || chosen.get() == key>{text}</option> }.into_any()
        })
        .collect();
    let change = move |event| fields.change(|op| set(op, &event_target_value(&event)));
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <select prop:value=move || chosen.get() on:change=change>{lines}</select>
        </label>
    }
    .into_any()
}

/// New names, with commas between.
pub(super) fn names_field(fields: Fields, label: &'static str, hint: &'static str) -> AnyView {
    let first = fields.op.with_untracked(|op| match op {
        Op::Split { into, .. } => into.join(", "),
        _ => String::new(),
    });
    // What is typed stays as it is typed; the step has the names without spaces and gaps.
    let typed = RwSignal::new(first);
    let write = move |event| {
        let text = event_target_value(&event);
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        typed.set(text);
        fields.change(|op| {
            if let Op::Split { into, .. } = op {
                *into = names;
            }
        });
    };
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <input type="text" autocomplete="off" prop:value=move || typed.get() on:input=write />
            <span class="field__hint">{hint}</span>
        </label>
    }
    .into_any()
}
