//! The fields of a test: what a cell must be.

use crate::base::{ColumnType, wording};
use crate::recipe::Test;
use leptos::prelude::*;

/// The tests, as (key, label), that make sense for a type.
fn tests_for(column_type: ColumnType) -> &'static [(&'static str, &'static str)] {
    match column_type {
        ColumnType::Text => &[
            ("one_of", "is one of"),
            ("none_of", "is none of"),
            ("contains", "contains"),
            ("missing", "is missing"),
            ("present", "is there"),
        ],
        ColumnType::Boolean => &[("one_of", "is"), ("missing", "is missing"), ("present", "is there")],
        ColumnType::Date | ColumnType::DateTime | ColumnType::Time => &[
            ("between", "is between"),
            ("at_least", "is from"),
            ("at_most", "is up to"),
            ("one_of", "is one of"),
            ("missing", "is missing"),
            ("present", "is there"),
        ],
        _ => &[
            ("between", "is between"),
            ("at_least", "is at least"),
            ("at_most", "is at most"),
            ("one_of", "is one of"),
            ("none_of", "is none of"),
            ("missing", "is missing"),
            ("present", "is there"),
        ],
    }
}

fn key_of(test: &Test) -> &'static str {
    match test {
        Test::OneOf(_) => "one_of",
        Test::NoneOf(_) => "none_of",
        Test::Contains(_) => "contains",
        Test::AtLeast(_) => "at_least",
        Test::AtMost(_) => "at_most",
        Test::Between(..) => "between",
        Test::IsMissing => "missing",
        Test::IsPresent => "present",
    }
}

/// The test of another kind that keeps what was filled in.
fn turned_into(test: &Test, key: &str) -> Test {
    let values = match test {
        Test::OneOf(values) | Test::NoneOf(values) => values.clone(),
        Test::Contains(text) | Test::AtLeast(text) | Test::AtMost(text) => vec![text.clone()],
        Test::Between(from, to) => vec![from.clone(), to.clone()],
        Test::IsMissing | Test::IsPresent => Vec::new(),
    };
    let first = values.first().cloned().unwrap_or_default();
    let last = values.last().cloned().unwrap_or_default();
    match key {
        "none_of" => Test::NoneOf(values.into_iter().filter(|v| !v.is_empty()).collect()),
        "contains" => Test::Contains(first),
        "at_least" => Test::AtLeast(first),
        "at_most" => Test::AtMost(last),
        "between" => Test::Between(first, last),
        "missing" => Test::IsMissing,
        "present" => Test::IsPresent,
        _ => Test::OneOf(values.into_iter().filter(|v| !v.is_empty()).collect()),
    }
}

#[component]
pub fn TestFields(
    #[prop(into)] column_type: Signal<ColumnType>,
    #[prop(into)] test: Signal<Test>,
    #[prop(into)] on_change: Callback<(Test,)>,
    /// Values that occur often, with how often.
    #[prop(into)]
    values: Signal<Vec<(String, u64)>>,
) -> impl IntoView {
    let key = Memo::new(move |_| test.with(key_of));
    let kinds = move || {
        let chosen = key.get();
        let known = tests_for(column_type.get());
        let lost = known.iter().all(|(k, _)| *k != chosen).then_some((chosen, "as it is"));
        let all: Vec<_> = known.iter().copied().chain(lost).collect();
        all.into_iter()
            .map(|(k, label)| view! { <option value=k selected=k == chosen>{label}</option> }.into_any())
            .collect::<Vec<_>>()
    };
    // Only another kind makes other fields: typing must not take the focus away.
    let fields = move || {
        let shape = column_type.get();
        match key.get() {
            "one_of" | "none_of" => view! { <ValueChecks test=test on_change=on_change values=values shape=shape /> }.into_any(),
            "between" => view! {
                <div class="form__row">
                    <ValueInput label="From" shape=shape value=Signal::derive(move || part(&test.get(), 0)) on_change=move |v| on_change.run((with_part(&test.get_untracked(), 0, v),)) />
                    <ValueInput label="To" shape=shape value=Signal::derive(move || part(&test.get(), 1)) on_change=move |v| on_change.run((with_part(&test.get_untracked(), 1, v),)) />
                </div>
            }
            .into_any(),
            "contains" | "at_least" | "at_most" => view! {
                <ValueInput label="Value" shape=if key.get() == "contains" { ColumnType::Text } else { shape } value=Signal::derive(move || part(&test.get(), 0)) on_change=move |v| on_change.run((with_part(&test.get_untracked(), 0, v),)) />
            }
            .into_any(),
            _ => ().into_any(),
        }
    };
    view! {
        <label class="field">
            <span class="field__label">"Test"</span>
            <select
                prop:value=move || key.get()
                on:change=move |event| on_change.run((turned_into(&test.get_untracked(), &event_target_value(&event)),))
            >
                {kinds}
            </select>
        </label>
        {fields}
    }
}

fn part(test: &Test, at: usize) -> String {
    match test {
        Test::Contains(text) | Test::AtLeast(text) | Test::AtMost(text) => text.clone(),
        Test::Between(from, to) => {
            if at == 0 {
                from.clone()
            } else {
                to.clone()
            }
        }
        _ => String::new(),
    }
}

fn with_part(test: &Test, at: usize, value: String) -> Test {
    match test {
        Test::Contains(_) => Test::Contains(value),
        Test::AtLeast(_) => Test::AtLeast(value),
        Test::AtMost(_) => Test::AtMost(value),
        Test::Between(_, to) if at == 0 => Test::Between(value, to.clone()),
        Test::Between(from, _) => Test::Between(from.clone(), value),
        other => other.clone(),
    }
}

#[component]
fn ValueInput(
    #[prop(into)] label: String,
    shape: ColumnType,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<(String,)>,
) -> impl IntoView {
    let kind = match shape {
        ColumnType::Integer | ColumnType::Number | ColumnType::Decimal => "number",
        ColumnType::Date => "date",
        ColumnType::DateTime => "datetime-local",
        ColumnType::Time => "time",
        _ => "text",
    };
    // The browser leaves the seconds out where they are zero.
    let full = move |text: String| match kind {
        "datetime-local" if text.len() == 16 => format!("{text}:00"),
        "time" if text.len() == 5 => format!("{text}:00"),
        _ => text,
    };
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <input
                type=kind
                step=if matches!(kind, "number" | "datetime-local" | "time") { Some("any") } else { None }
                prop:value=move || value.get()
                on:input=move |event| on_change.run((full(event_target_value(&event)),))
            />
        </label>
    }
}

/// Frequent values to tick, and a line for others.
#[component]
pub(super) fn ValueChecks(
    test: Signal<Test>,
    #[prop(into)] on_change: Callback<(Test,)>,
    values: Signal<Vec<(String, u64)>>,
    shape: ColumnType,
) -> impl IntoView {
    let chosen = Memo::new(move |_| match test.get() {
        Test::OneOf(values) | Test::NoneOf(values) => values,
        _ => Vec::new(),
    });
    let set = move |values: Vec<String>| {
        let new = if key_of(&test.get_untracked()) == "none_of" { Test::NoneOf(values) } else { Test::OneOf(values) };
        on_change.run((new,));
    };
    let listed = Memo::new(move |_| {
        let mut listed = values.get();
        if listed.is_empty() && shape == ColumnType::Boolean {
            listed = vec![("true".to_owned(), 0), ("false".to_owned(), 0)];
        }
        for value in chosen.get() {
            if listed.iter().all(|(known, _)| *known != value) {
                listed.push((value, 0));
            }
        }
        listed
    });
    let line = move |(value, count): (String, u64)| {
        let mine = value.clone();
        let is_on = move || chosen.with(|c| c.contains(&mine));
        let text = match (shape, value.as_str()) {
            (_, "") => "(empty text)".to_owned(),
            (ColumnType::Boolean, "true") => "yes".to_owned(),
            (ColumnType::Boolean, "false") => "no".to_owned(),
            (_, other) => other.to_owned(),
        };
        let toggle = move |_| {
            let mut now = chosen.get_untracked();
            match now.iter().position(|v| *v == value) {
                Some(at) => {
                    now.remove(at);
                }
                None => now.push(value.clone()),
            }
            set(now);
        };
        view! {
            <label class="checks__line">
                <input type="checkbox" prop:checked=is_on on:change=toggle />
                <span class="checks__text">{text}</span>
                {(count > 0).then(|| view! { <span class="checks__count">{wording::format_count(count)}</span> })}
            </label>
        }
        .into_any()
    };
    let other = RwSignal::new(String::new());
    let add = move || {
        let text = other.get_untracked().trim().to_owned();
        let mut now = chosen.get_untracked();
        if !text.is_empty() && !now.contains(&text) {
            now.push(text);
            set(now);
        }
        other.set(String::new());
    };
    view! {
        <fieldset class="checks">
            <legend class="field__label">"Values"</legend>
            <div class="checks__list">
                <For each=move || listed.get() key=|l| l.clone() children=line />
            </div>
            {(shape != ColumnType::Boolean)
                .then(|| {
                    view! {
                        <input
                            class="input"
                            type="text"
                            placeholder="Another value, then Enter"
                            aria-label="Another value"
                            prop:value=move || other.get()
                            on:input=move |event| other.set(event_target_value(&event))
                            on:keydown=move |event| {
                                if event.key() == "Enter" {
                                    event.prevent_default();
                                    add();
                                }
                            }
                            on:blur=move |_| add()
                        />
                    }
                })}
        </fieldset>
    }
}
