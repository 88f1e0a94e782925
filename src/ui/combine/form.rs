//! Writing a merge: joining two tables by hand, and changing one that is proposed or in place.

use super::kept_columns::KeptColumns;
use super::words::{
    FORMS, form_key, form_words, kind_key, kind_of_key, kind_options, kind_words, merge_name, tried_words,
};
use crate::base::{MergeId, NodeId, Problem};
use crate::merge::{KeyForm, KeyMatch, KeyPair, MergeKind, MergeSpec};
use crate::protocol::{Query, View};
use crate::table::ColumnInfo;
use crate::ui::parts::{Button, ButtonKind, Field, IconButton, IconName, ProblemView, Select};
use crate::ui::state::{Answer, App, use_app};
use crate::workspace::{Command, Workspace};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What the form starts from.
#[derive(Clone)]
pub enum JoinStart {
    /// Two tables of choice.
    New,
    /// A merge that is proposed; it is added.
    Proposed(Box<MergeSpec>),
    /// A merge of the workspace; it is changed.
    InPlace(Box<MergeSpec>),
}

/// One line of the form: two columns and how they are compared.
#[derive(Clone, Copy)]
struct KeyDraft {
    id: u32,
    left: RwSignal<String>,
    right: RwSignal<String>,
    form: RwSignal<KeyForm>,
}

impl KeyDraft {
    fn new(id: u32, key: KeyPair) -> KeyDraft {
        KeyDraft { id, left: RwSignal::new(key.left), right: RwSignal::new(key.right), form: RwSignal::new(key.form) }
    }

    fn empty(id: u32) -> KeyDraft {
        KeyDraft::new(id, KeyPair { left: String::new(), right: String::new(), form: KeyForm::Exact })
    }

    fn pair(self) -> Option<KeyPair> {
        let key = KeyPair { left: self.left.get(), right: self.right.get(), form: self.form.get() };
        (!key.left.is_empty() && !key.right.is_empty()).then_some(key)
    }
}

/// The merge as it is written now.
#[derive(Clone, Copy)]
struct Draft {
    left: RwSignal<String>,
    right: RwSignal<String>,
    kind: RwSignal<MergeKind>,
    keys: RwSignal<Vec<KeyDraft>>,
    /// `None`: all columns.
    keep: RwSignal<Option<Vec<String>>>,
    /// What the merge tells the right's columns by. `None`: a new one, named after the right table.
    suffix: RwSignal<Option<Option<String>>>,
    /// Keys that were accepted as the same, and the columns that they are of: with others they mean nothing.
    accepted: StoredValue<(Vec<KeyPair>, Vec<KeyMatch>)>,
}

impl Draft {
    fn new(app: App, start: &JoinStart) -> Draft {
        let suffix = match start {
            JoinStart::New => None,
            JoinStart::Proposed(spec) | JoinStart::InPlace(spec) => Some(spec.suffix.clone()),
        };
        let accepted = match start {
            JoinStart::New => Default::default(),
            JoinStart::Proposed(spec) | JoinStart::InPlace(spec) => (spec.keys.clone(), spec.crosswalk.clone()),
        };
        let (left, right, kind, keys, keep) = match start {
            JoinStart::New => {
                let choices = node_choices(&app.workspace.get_untracked());
                let key_at = |i: usize| choices.get(i).map(|(k, _)| k.clone()).unwrap_or_default();
                (key_at(0), key_at(1), MergeKind::Left, vec![KeyDraft::empty(0)], None)
            }
            JoinStart::Proposed(spec) | JoinStart::InPlace(spec) => {
                let keys = (0..).zip(spec.keys.iter().cloned()).map(|(id, key)| KeyDraft::new(id, key)).collect();
                (spec.left.to_string(), spec.right.to_string(), spec.kind, keys, spec.keep.clone())
            }
        };
        Draft {
            left: RwSignal::new(left),
            right: RwSignal::new(right),
            kind: RwSignal::new(kind),
            keys: RwSignal::new(keys),
            keep: RwSignal::new(keep),
            suffix: RwSignal::new(suffix),
            accepted: StoredValue::new(accepted),
        }
    }

    /// With all of its columns, once all that is needed has been chosen.
    fn spec(self, app: App) -> Option<MergeSpec> {
        let workspace = app.workspace.get();
        let (left, right) = node_of(&workspace, &self.left.get()).zip(node_of(&workspace, &self.right.get()))?;
        let keys = self.keys.get().into_iter().map(KeyDraft::pair).collect::<Option<Vec<_>>>()?;
        if left == right || keys.is_empty() {
            return None;
        }
        let kind = self.kind.get();
        let name = |node| workspace.node_name(node).unwrap_or_default();
        let suffix = self.suffix.get().unwrap_or_else(|| Some(MergeSpec::suffix_of(name(left), name(right))));
        let name = merge_name(name(left), name(right), kind);
        let crosswalk = self.accepted.with_value(|(of, crosswalk)| match *of == keys {
            true => crosswalk.clone(),
            false => Vec::new(),
        });
        Some(MergeSpec { id: MergeId(0), name, kind, left, right, keys, keep: None, suffix, crosswalk })
    }

    fn name(self, app: App, side: RwSignal<String>) -> String {
        let workspace = app.workspace.get();
        node_of(&workspace, &side.get()).and_then(|n| workspace.node_name(n).map(str::to_owned)).unwrap_or_default()
    }
}

#[component]
pub fn JoinForm(start: JoinStart, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let app = use_app();
    let draft = Draft::new(app, &start);
    let is_union = draft.kind.get_untracked() == MergeKind::Union;
    let problem = RwSignal::new(None::<Problem>);
    let spec = Memo::new(move |_| draft.spec(app));
    let tried = app.want(move || spec.get().map(|merge| Query::TryMerge { merge: Box::new(merge) }));
    // What the outcome can have, as last known.
    let columns = Memo::new(move |before: Option<&Vec<ColumnInfo>>| match tried.get().view() {
        Some(View::TriedMerge { columns, .. }) => columns.clone(),
        _ => before.cloned().unwrap_or_default(),
    });
    let failed = Memo::new(move |_| match tried.get() {
        Answer::Failed(problem) => spec.with(Option::is_some).then_some(problem),
        _ => None,
    });
    let is_ready = Signal::derive(move || spec.with(Option::is_some) && failed.with(Option::is_none));
    let in_place = match &start {
        JoinStart::InPlace(spec) => Some(spec.id),
        _ => None,
    };
    let save = move || {
        let Some(merge) = spec.get_untracked() else { return };
        let known = columns.get_untracked();
        // A name that other keys have taken away cannot be kept.
        let keep = draft
            .keep
            .get_untracked()
            .map(|keep| keep.into_iter().filter(|k| known.iter().any(|c| c.name == *k)).collect::<Vec<_>>());
        if keep.as_ref().is_some_and(Vec::is_empty) {
            let none = Problem::request("no_columns", "No columns would be left.").hint("Keep at least one column.");
            problem.set(Some(none));
            return;
        }
        let merge = Box::new(MergeSpec { keep, ..merge });
        let command = match in_place {
            Some(id) => Command::EditMerge { merge: Box::new(MergeSpec { id, ..*merge }) },
            None => Command::AddMerge { merge },
        };
        match app.try_dispatch(command) {
            Ok(()) => on_done.run(()),
            Err(p) => problem.set(Some(p)),
        }
    };
    let words = move || {
        let answer = tried.get();
        let Some(View::TriedMerge { outcome, .. }) = answer.view() else { return None };
        spec.with(Option::is_some).then(|| {
            tried_words(draft.kind.get(), outcome, &draft.name(app, draft.left), &draft.name(app, draft.right))
        })
    };
    let title = match &start {
        JoinStart::New => "Join two tables yourself",
        JoinStart::Proposed(_) => "Change the proposal",
        JoinStart::InPlace(_) => "Change how they are combined",
    };
    let verb = match &start {
        JoinStart::InPlace(_) => "Save the change",
        _ if is_union => "Put together",
        _ => "Join",
    };
    let tables = if matches!(start, JoinStart::New) {
        table_fields(app, draft)
    } else {
        view! {
            <p class="join-form__pair">
                {move || kind_words(draft.kind.get(), &draft.name(app, draft.left), &draft.name(app, draft.right))}
            </p>
        }
        .into_any()
    };
    let kinds = Signal::derive(move || kind_options(&draft.name(app, draft.left), &draft.name(app, draft.right)));
    let kind_field = (!is_union).then(|| {
        let value = Signal::derive(move || kind_key(draft.kind.get()).to_owned());
        let choose = move |k: String| draft.kind.set(kind_of_key(&k).unwrap_or(MergeKind::Left));
        view! {
            <Field label="Rows to keep">
                <Select options=kinds value=value on_change=choose />
            </Field>
        }
    });
    let root = NodeRef::<leptos::html::Section>::new();
    root.on_load(|form| {
        request_animation_frame(move || {
            let first = form.query_selector("select, input").ok().flatten();
            if let Some(first) = first.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = first.focus();
            }
        });
    });
    view! {
        <section
            class="join-form card form"
            aria-label=title
            node_ref=root
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    on_done.run(());
                }
            }
        >
            <h2 class="join-form__title">{title}</h2>
            {tables}
            {kind_field}
            {key_fields(app, draft, is_union)}
            <KeptColumns columns=columns keep=draft.keep />
            <p class="join-form__tried" role="status">{words}</p>
            {move || failed.get().map(|p| view! { <ProblemView problem=p /> })}
            {move || problem.get().map(|p| view! { <ProblemView problem=p /> })}
            <div class="form__actions">
                <Button
                    label=verb
                    kind=ButtonKind::Primary
                    disabled=Signal::derive(move || !is_ready.get())
                    on_click=save
                />
                <Button label="Cancel" kind=ButtonKind::Plain on_click=on_done />
            </div>
        </section>
    }
}

fn table_fields(app: App, draft: Draft) -> AnyView {
    let options = Memo::new(move |_| node_choices(&app.workspace.get()));
    view! {
        <div class="form__row">
            <Field label="This table">
                <Select options=options value=draft.left on_change=move |v| draft.left.set(v) />
            </Field>
            <Field label="With this one">
                <Select options=options value=draft.right on_change=move |v| draft.right.set(v) />
            </Field>
        </div>
    }
    .into_any()
}

fn key_fields(app: App, draft: Draft, is_union: bool) -> AnyView {
    let nodes = app.want(|| Some(Query::Nodes));
    let columns_of = move |side: RwSignal<String>| {
        Signal::derive(move || {
            let names = column_names(app, &nodes.get(), &side.get());
            let first = (String::new(), "Choose a column".to_owned());
            std::iter::once(first).chain(names.into_iter().map(|n| (n.clone(), n))).collect::<Vec<_>>()
        })
    };
    let (left_columns, right_columns) = (columns_of(draft.left), columns_of(draft.right));
    let keys = draft.keys;
    let add_key = move || keys.update(|k| k.push(KeyDraft::empty(k.iter().map(|l| l.id + 1).max().unwrap_or(0))));
    let line = move |key: KeyDraft| {
        let forms: Vec<(String, String)> =
            FORMS.into_iter().map(|f| (form_key(f).to_owned(), form_words(f).to_owned())).collect();
        let form = Signal::derive(move || form_key(key.form.get()).to_owned());
        let set_form = move |chosen: String| {
            key.form.set(FORMS.into_iter().find(|f| form_key(*f) == chosen).unwrap_or_default());
        };
        let remove = move || keys.update(|k| k.retain(|other| other.id != key.id));
        view! {
            <div class="join-form__key" data-union=is_union.to_string()>
                <Select label="Column at the left" options=left_columns value=key.left on_change=move |v| key.left.set(v) />
                <span class="join-form__equals">"="</span>
                <Select label="Column at the right" options=right_columns value=key.right on_change=move |v| key.right.set(v) />
                {(!is_union).then(|| view! { <Select label="How they are compared" options=forms value=form on_change=set_form /> })}
                {move || {
                    (keys.with(Vec::len) > 1)
                        .then(|| view! { <IconButton label="Remove this pair" icon=IconName::Close on_click=remove /> })
                }}
            </div>
        }
        .into_any()
    };
    let label = if is_union { "Columns that go below each other" } else { "Where these columns agree" };
    view! {
        <div class="join-form__keys" role="group" aria-label=label>
            <p class="field__label">{label}</p>
            <For each=move || keys.get() key=|k| k.id let:key>
                {line(key)}
            </For>
            <Button label="And another pair" icon=IconName::Plus kind=ButtonKind::Plain on_click=add_key />
        </div>
    }
    .into_any()
}

fn node_choices(workspace: &Workspace) -> Vec<(String, String)> {
    let name = |n: NodeId| workspace.node_name(n).map(|name| (n.to_string(), name.to_owned()));
    workspace.nodes().into_iter().filter_map(name).collect()
}

fn node_of(workspace: &Workspace, key: &str) -> Option<NodeId> {
    workspace.nodes().into_iter().find(|n| n.to_string() == key)
}

/// As the node has them after its recipe, where the engine has said so.
fn column_names(app: App, nodes: &Answer, key: &str) -> Vec<String> {
    let workspace = app.workspace.get();
    let Some(node) = node_of(&workspace, key) else { return Vec::new() };
    let known = match nodes.view() {
        Some(View::Nodes(nodes)) => nodes.iter().find(|n| n.node == node).map(|n| n.columns.clone()),
        _ => None,
    };
    let as_read = match node {
        NodeId::Table(id) => workspace.table(id).map(|(_, t)| t.columns.clone()),
        NodeId::Merge(_) => None,
    };
    known.or(as_read).unwrap_or_default().into_iter().map(|c| c.name).collect()
}
