//! How a source is read: what was found out, and what the user wants instead.

use crate::base::{Problem, SourceId, TableId};
use crate::source::{Format, ReaderSpec, Reading};
use crate::table::RowWindow;
use crate::ui::parts::{Button, ButtonKind, Field, IconButton, IconName, ProblemView, RowsTable, Select};
use crate::ui::state::{runtime, use_app};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// How long nothing must change before a preview is made.
const PATIENCE: Duration = Duration::from_millis(250);

/// Stands for "find it out" in the lists.
const FIND_OUT: &str = "";

const DELIMITERS: [(&str, &str); 5] =
    [(",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Vertical bar"), (" ", "Space")];

const ENCODINGS: [(&str, &str); 7] = [
    ("utf-8", "UTF-8"),
    ("windows-1252", "Windows-1252 (Western Europe)"),
    ("windows-1250", "Windows-1250 (Central Europe)"),
    ("windows-1251", "Windows-1251 (Cyrillic)"),
    ("utf-16le", "UTF-16"),
    ("shift_jis", "Shift JIS (Japanese)"),
    ("gb18030", "GB 18030 (Chinese)"),
];

#[component]
pub fn ImportOptions(source: SourceId, table: TableId) -> impl IntoView {
    let app = use_app();
    let workspace = app.workspace.get_untracked();
    let wanted = workspace.source(source).map(|s| s.reader.clone()).unwrap_or_default();
    let Some(found) = workspace.table(table).map(|(_, t)| t.reading.clone()) else { return ().into_any() };

    let delimiter = RwSignal::new(wanted.delimiter.map(String::from).unwrap_or_default());
    let header = RwSignal::new(wanted.header_rows.map(|n| n.to_string()).unwrap_or_default());
    let encoding = RwSignal::new(wanted.encoding.clone().unwrap_or_default());
    let record_path = RwSignal::new(wanted.record_path.clone().unwrap_or_default());
    let n_types = wanted.types.len();

    let is_text = matches!(found.format, Format::Csv | Format::Tsv);
    let is_sheet = found.format.is_workbook();
    let is_json = matches!(found.format, Format::Json | Format::Ndjson | Format::Pages);

    let spec_now = {
        let wanted = wanted.clone();
        move || ReaderSpec {
            delimiter: delimiter.get().chars().next(),
            header_rows: header.get().parse().ok(),
            encoding: Some(encoding.get()).filter(|e| !e.is_empty()),
            record_path: Some(record_path.get().trim().to_owned()).filter(|p| !p.is_empty()),
            ..wanted.clone()
        }
    };
    let is_same = {
        let spec_now = spec_now.clone();
        let wanted = wanted.clone();
        Signal::derive(move || spec_now() == wanted)
    };
    let apply = {
        let spec_now = spec_now.clone();
        move || app.reread(source, untrack(&spec_now))
    };
    let as_found = wanted.as_found();
    let was_default = wanted == as_found;
    let reset = move || app.reread(source, as_found.clone());

    let delimiters = delimiter_options(&found);
    let encodings = encoding_options(&found);
    let headers = header_options(&found);
    let text_fields = is_text.then(|| {
        view! {
            <Field label="Cells are separated by">
                <Select options=delimiters value=delimiter on_change=move |v| delimiter.set(v) />
            </Field>
            <Field label="Characters">
                <Select options=encodings value=encoding on_change=move |v| encoding.set(v) />
            </Field>
        }
    });
    let header_field = (is_text || is_sheet).then(|| {
        view! {
            <Field label="Header">
                <Select options=headers value=header on_change=move |v| header.set(v) />
            </Field>
        }
    });
    let json_field = is_json.then(|| {
        let shown = found.record_path.clone().unwrap_or_else(|| "the whole document".to_owned());
        view! {
            <Field label="Records are at" hint=format!("Found: {shown}")>
                <input
                    placeholder="data.items"
                    prop:value=move || record_path.get()
                    on:input=move |event| record_path.set(event_target_value(&event))
                />
            </Field>
        }
    });
    let types_note = (n_types > 0).then(|| {
        let words = crate::base::wording::plural(n_types as u64, "column has", "columns have");
        view! { <p class="muted">{format!("{words} a type that you chose.")}</p> }
    });
    let remaps = remaps_of(source, &wanted);
    let nothing = (!is_text && !is_sheet && !is_json).then(|| {
        view! { <p class="muted">"This format says itself how it is to be read. Types can be changed under Columns."</p> }
    });
    let preview = preview_of(source, table, spec_now, is_same);
    view! {
        <div class="form options">
            <div class="form__row">{text_fields}{header_field}{json_field}</div>
            {preview}
            {types_note}
            {remaps}
            {nothing}
            <div class="form__actions">
                <Button label="Read again" kind=ButtonKind::Primary disabled=is_same on_click=apply />
                <Button label="As it was found" kind=ButtonKind::Plain disabled=was_default on_click=reset />
            </div>
        </div>
    }
    .into_any()
}

/// The columns that go by another name or unit than in the file, each a click from going by the file's.
fn remaps_of(source: SourceId, reader: &ReaderSpec) -> AnyView {
    let app = use_app();
    let line = |words: String, without: ReaderSpec| {
        let label = format!("As in the file: {words}");
        view! {
            <li class="remarks__item">
                {words}
                <IconButton label=label icon=IconName::Close on_click=move || app.reread(source, without.clone()) />
            </li>
        }
    };
    let renamed = reader.renamed.iter().map(|(name, called)| {
        let mut without = reader.clone();
        without.renamed.remove(name);
        line(format!("{name} of the file is called {called}"), without)
    });
    let units = reader.units.iter().map(|(column, unit)| {
        let mut without = reader.clone();
        without.units.remove(column);
        line(format!("{column} is kept in {unit}"), without)
    });
    let lines = renamed.chain(units).collect::<Vec<_>>();
    (!lines.is_empty()).then(|| view! { <ul class="remarks">{lines}</ul> }).into_any()
}

/// The first rows as the chosen options would read them; nothing while nothing was changed.
fn preview_of(
    source: SourceId,
    table: TableId,
    spec_now: impl Fn() -> ReaderSpec + Send + Sync + 'static,
    is_same: Signal<bool>,
) -> AnyView {
    let preview = RwSignal::new(None::<Result<RowWindow, Problem>>);
    let wish = RwSignal::new(0u32);
    Effect::new(move |_| {
        let spec = spec_now();
        let n = wish.get_untracked() + 1;
        wish.set(n);
        if is_same.get() {
            preview.set(None);
            return;
        }
        // A path is typed letter by letter.
        let ask = move || {
            spawn_local(async move {
                if wish.try_get_untracked() != Some(n) {
                    return;
                }
                let answer = runtime().preview(source, table, spec).await;
                if wish.try_get_untracked() == Some(n) {
                    let _ = preview.try_set(Some(answer));
                }
            });
        };
        set_timeout(ask, PATIENCE);
    });
    let shown = move || {
        Some(match preview.get()? {
            Ok(window) => view! {
                <div class="options__preview">
                    <p class="muted" role="status">"The first rows would be read like this:"</p>
                    <RowsTable window=window caption="The first rows with these options" />
                </div>
            }
            .into_any(),
            Err(problem) => view! { <ProblemView problem=problem /> }.into_any(),
        })
    };
    view! { {shown} }.into_any()
}

fn list(found: String, known: &[(&str, &str)]) -> Vec<(String, String)> {
    let first = (FIND_OUT.to_owned(), format!("Find out ({found})"));
    std::iter::once(first).chain(known.iter().map(|(k, l)| ((*k).to_owned(), (*l).to_owned()))).collect()
}

fn delimiter_options(found: &Reading) -> Vec<(String, String)> {
    let mark = found.delimiter.map(String::from).unwrap_or_default();
    let word = DELIMITERS.iter().find(|(k, _)| *k == mark).map_or(mark.clone(), |(_, l)| l.to_lowercase());
    list(word, &DELIMITERS)
}

fn encoding_options(found: &Reading) -> Vec<(String, String)> {
    list(found.encoding.clone().unwrap_or_else(|| "UTF-8".to_owned()), &ENCODINGS)
}

fn header_options(found: &Reading) -> Vec<(String, String)> {
    let word = match found.header_rows {
        0 => "none".to_owned(),
        n => crate::base::wording::plural(u64::from(n), "row", "rows"),
    };
    list(
        word,
        &[("0", "No header"), ("1", "The first row"), ("2", "The first two rows"), ("3", "The first three rows")],
    )
}
