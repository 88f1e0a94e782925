//! Rows on which nothing was decided, those with like reasons together.

use super::changes::{Changes, keep_focus};
use super::{act, heading};
use crate::base::wording::{format_count, plural};
use crate::source::{Ledger, Remedy, Rows, SetAside};
use leptos::html::Textarea;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// The heading's id.
pub const SECTION: &str = "aside-rows";

/// Rows that are set aside for one kind of reason.
struct Group<'a> {
    kind: &'a str,
    rows: Vec<&'a SetAside>,
    n_unlisted: u64,
}

fn groups(ledger: &Ledger) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for row in &ledger.set_aside {
        let kind = SetAside::kind_of(&row.reason);
        match groups.iter_mut().find(|g| g.kind == kind) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group { kind, rows: vec![row], n_unlisted: 0 }),
        }
    }
    for (kind, n) in &ledger.unlisted {
        match groups.iter_mut().find(|g| g.kind == kind) {
            Some(group) => group.n_unlisted = *n,
            None => groups.push(Group { kind, rows: Vec::new(), n_unlisted: *n }),
        }
    }
    groups
}

pub fn open_rows(changes: Changes, ledger: &Ledger) -> Option<AnyView> {
    let groups = groups(ledger);
    if groups.is_empty() {
        return None;
    }
    let groups = groups.into_iter().map(|g| group(changes, &g)).collect_view();
    Some(
        view! {
            <section class="side-panel__section">
                {heading(SECTION, "Rows set aside")}
                {groups}
            </section>
        }
        .into_any(),
    )
}

fn group(changes: Changes, group: &Group<'_>) -> AnyView {
    let n_listed = group.rows.len() as u64;
    let n_all = n_listed + group.n_unlisted;
    let rows = plural(n_all, "row", "rows");
    let alike = |word: &'static str, remedy: Remedy, done: &'static str| {
        let (kind, rows) = (group.kind.to_owned(), rows.clone());
        act(word, format!("{word} {rows}: {kind}"), move || {
            let said = format!("{rows} {done}: {kind}.");
            let label = format!("{}: {kind}", word.to_lowercase());
            changes.decide(Rows::Alike { reason: kind.clone() }, remedy.clone(), label, said);
        })
    };
    let can_keep = group.rows.iter().any(|row| row.can_keep);
    let acts = (n_all > 1).then(|| {
        let keep = can_keep.then(|| alike("Keep all", Remedy::Keep, "kept"));
        view! { <span class="aside__acts">{keep} {alike("Drop all", Remedy::Drop, "dropped")}</span> }
    });
    let unlisted = (group.n_unlisted > 0).then(|| {
        let words = match n_listed {
            0 => "None of them is listed; all are counted.".to_owned(),
            n => format!("The first {} are listed; all are counted.", format_count(n)),
        };
        view! { <p class="panel__note">{words}</p> }
    });
    let lines = group.rows.iter().map(|row| view! { <OpenRow changes=changes row=(*row).clone() /> }).collect_view();
    let table = (n_listed > 0).then(|| {
        view! {
            <table class="aside__table">
                <caption class="visually-hidden">{format!("Rows set aside: {}", group.kind)}</caption>
                <thead class="visually-hidden">
                    <tr>
                        <th scope="col">"Line and reason"</th>
                        <th scope="col">"As it stands in the file"</th>
                        <th scope="col">"What to do"</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        }
    });
    view! {
        <div class="aside__group">
            <div class="aside__head">
                <p class="aside__kind">{group.kind.to_owned()}</p>
                <span class="aside__byte">{rows.clone()}</span>
                {acts}
            </div>
            {table}
            {unlisted}
        </div>
    }
    .into_any()
}

#[component]
fn OpenRow(changes: Changes, row: SetAside) -> impl IntoView {
    let is_editing = RwSignal::new(false);
    let line = format_count(row.line);
    // What the heading of the group does not say.
    let kind = SetAside::kind_of(&row.reason);
    let detail = row.reason.get(kind.len()..).unwrap_or_default().trim_matches([' ', '(', ')']).to_owned();
    let detail = (!detail.is_empty()).then(|| view! { <span class="aside__byte">{detail}</span> });
    let one = Rows::One { line: row.line, text: row.text.clone() };
    let decide = {
        let line = line.clone();
        move |remedy: Remedy, verb: &str, done: &str| {
            changes.decide(one.clone(), remedy, format!("{verb} line {line}"), format!("Line {line} is {done}."));
        }
    };
    let repair = row.can_repair.then(|| act("Repair", format!("Repair line {line}"), move || is_editing.set(true)));
    let keep = row.can_keep.then(|| {
        let decide = decide.clone();
        act("Keep", format!("Keep line {line}: missing cells are empty"), move || decide(Remedy::Keep, "keep", "kept"))
    });
    let drop = {
        let decide = decide.clone();
        act("Drop", format!("Drop line {line}"), move || decide(Remedy::Drop, "drop", "dropped"))
    };
    let on_save = Callback::new(move |(new,): (String,)| decide(Remedy::Replace(new), "repair", "repaired"));
    let text = StoredValue::new(row.text);
    let label = format!("Line {line} as it should be");
    let content = move || match is_editing.get() {
        true => view! { <Editor label=label.clone() text=text.get_value() is_editing=is_editing on_save=on_save /> }
            .into_any(),
        false => view! { <pre class="aside__text">{text.get_value()}</pre> }.into_any(),
    };
    view! {
        <tr data-state=move || is_editing.get().then_some("editing")>
            <th scope="row" class="aside__where">
                <span class="aside__line">{format!("Line {line}")}</span>
                <span class="aside__byte">{format!("byte {}", format_count(row.byte))}</span>
                {detail}
            </th>
            <td>{content}</td>
            <td><span class="aside__acts">{repair} {keep} {drop}</span></td>
        </tr>
    }
}

/// Enter saves, Shift+Enter is a line break, Esc leaves the row as it is.
#[component]
fn Editor(label: String, text: String, is_editing: RwSignal<bool>, on_save: Callback<(String,)>) -> impl IntoView {
    let area = NodeRef::<Textarea>::new();
    area.on_load(|element| {
        request_animation_frame(move || {
            let _ = element.focus();
        });
    });
    let leave = move || {
        is_editing.set(false);
        request_animation_frame(|| keep_focus(SECTION));
    };
    let before = text.clone();
    let save = move || {
        let Some(new) = area.get_untracked().map(|element| element.value()) else { return };
        if new.trim().is_empty() || new == before {
            return;
        }
        is_editing.set(false);
        on_save.run((new,));
    };
    let on_keydown = {
        let save = save.clone();
        move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if !event.shift_key() && !event.is_composing() => {
                event.prevent_default();
                save();
            }
            "Escape" => {
                event.stop_propagation();
                leave();
            }
            _ => {}
        }
    };
    let n_lines = (text.lines().count() + text.chars().count() / 80).clamp(1, 6);
    view! {
        <div class="aside__editor">
            <textarea
                class="textarea aside__input"
                aria-label=label
                rows=n_lines.to_string()
                spellcheck="false"
                prop:value=text
                node_ref=area
                on:keydown=on_keydown
            ></textarea>
            <span class="aside__acts">
                {act("Save", "Save: read this text in its place".to_owned(), save)}
                {act("Cancel", "Cancel: leave the row as it is".to_owned(), leave)}
            </span>
        </div>
    }
}
