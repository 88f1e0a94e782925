//! Joining two tables by hand.

use super::words::{FORMS, form_key, form_words, kind_key, kind_of_key, kind_options, merge_name};
use crate::base::{MergeId, NodeId, Problem};
use crate::merge::{KeyForm, KeyPair, MergeKind, MergeSpec};
use crate::protocol::{Query, View};
use crate::ui::parts::{Button, ButtonKind, Field, IconButton, IconName, ProblemView, Select};
use crate::ui::state::{Answer, App, use_app};
use crate::workspace::{Command, Workspace};
use leptos::prelude::*;

/// One line of the form: two columns and how they are compared.
#[derive(Clone, Copy)]
struct KeyDraft {
    id: u32,
    left: RwSignal<String>,
    right: RwSignal<String>,
    form: RwSignal<KeyForm>,
}

impl KeyDraft {
    fn new(id: u32) -> KeyDraft {
        KeyDraft {
            id,
            left: RwSignal::new(String::new()),
            right: RwSignal::new(String::new()),
            form: RwSignal::new(KeyForm::Exact),
        }
    }
}

#[component]
pub fn JoinForm(#[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let app = use_app();
    let nodes = app.want(|| Some(Query::Nodes));
    let choices = node_choices(&app.workspace.get_untracked());
    let key_at = |i: usize| choices.get(i).map(|(k, _)| k.clone()).unwrap_or_default();
    let left = RwSignal::new(key_at(0));
    let right = RwSignal::new(key_at(1));
    let kind = RwSignal::new(MergeKind::Left);
    let keys = RwSignal::new(vec![KeyDraft::new(0)]);
    let problem = RwSignal::new(None::<Problem>);

    let options = Memo::new(move |_| node_choices(&app.workspace.get()));
    let columns_of = move |side: RwSignal<String>| {
        Signal::derive(move || {
            let names = column_names(app, &nodes.get(), &side.get());
            let first = (String::new(), "Choose a column".to_owned());
            std::iter::once(first).chain(names.into_iter().map(|n| (n.clone(), n))).collect::<Vec<_>>()
        })
    };
    let left_columns = columns_of(left);
    let right_columns = columns_of(right);
    let name = move |side: RwSignal<String>| {
        let workspace = app.workspace.get();
        node_of(&workspace, &side.get()).and_then(|n| workspace.node_name(n).map(str::to_owned)).unwrap_or_default()
    };
    let kinds = Signal::derive(move || kind_options(&name(left), &name(right)));
    let is_ready = Signal::derive(move || {
        left.get() != right.get() && keys.get().iter().all(|k| !k.left.get().is_empty() && !k.right.get().is_empty())
    });
    let join = move || {
        let workspace = app.workspace.get_untracked();
        let nodes = node_of(&workspace, &left.get_untracked()).zip(node_of(&workspace, &right.get_untracked()));
        let Some((left_node, right_node)) = nodes else { return };
        let kind = kind.get_untracked();
        let merge = MergeSpec {
            id: MergeId(0),
            name: merge_name(&untrack(|| name(left)), &untrack(|| name(right)), kind),
            kind,
            left: left_node,
            right: right_node,
            keys: keys
                .get_untracked()
                .iter()
                .map(|k| KeyPair {
                    left: k.left.get_untracked(),
                    right: k.right.get_untracked(),
                    form: k.form.get_untracked(),
                })
                .collect(),
            keep: None,
            suffix: Some(MergeSpec::suffix_of(&untrack(|| name(right)))),
        };
        match app.try_dispatch(Command::AddMerge { merge: Box::new(merge) }) {
            Ok(()) => on_done.run(()),
            Err(p) => problem.set(Some(p)),
        }
    };
    let add_key = move || keys.update(|k| k.push(KeyDraft::new(k.last().map_or(0, |l| l.id + 1))));
    let key_line = move |draft: KeyDraft| {
        let forms: Vec<(String, String)> =
            FORMS.into_iter().map(|f| (form_key(f).to_owned(), form_words(f).to_owned())).collect();
        let form = Signal::derive(move || form_key(draft.form.get()).to_owned());
        let set_form = move |key: String| {
            draft.form.set(FORMS.into_iter().find(|f| form_key(*f) == key).unwrap_or_default());
        };
        let remove = move || keys.update(|k| k.retain(|other| other.id != draft.id));
        view! {
            <div class="join-form__key">
                <Select label="Column at the left" options=left_columns value=draft.left on_change=move |v| draft.left.set(v) />
                <span class="join-form__equals">"="</span>
                <Select label="Column at the right" options=right_columns value=draft.right on_change=move |v| draft.right.set(v) />
                <Select label="How they are compared" options=forms value=form on_change=set_form />
                {move || {
                    (keys.get().len() > 1)
                        .then(|| view! { <IconButton label="Remove this pair" icon=IconName::Close on_click=remove /> })
                }}
            </div>
        }
        .into_any()
    };
    view! {
        <section class="join-form card form" aria-label="Join two tables yourself">
            <h2 class="join-form__title">"Join two tables yourself"</h2>
            <div class="form__row">
                <Field label="This table">
                    <Select options=options value=left on_change=move |v| left.set(v) />
                </Field>
                <Field label="With this one">
                    <Select options=options value=right on_change=move |v| right.set(v) />
                </Field>
                <Field label="Keep">
                    <Select
                        options=kinds
                        value=Signal::derive(move || kind_key(kind.get()).to_owned())
                        on_change=move |k: String| kind.set(kind_of_key(&k).unwrap_or(MergeKind::Left))
                    />
                </Field>
            </div>
            <div class="join-form__keys">
                <p class="field__label">"Where these columns agree"</p>
                <For each=move || keys.get() key=|k| k.id let:draft>
                    {key_line(draft)}
                </For>
                <Button label="And another pair" icon=IconName::Plus kind=ButtonKind::Plain on_click=add_key />
            </div>
            {move || problem.get().map(|p| view! { <ProblemView problem=p /> })}
            <div class="form__actions">
                <Button
                    label="Join"
                    kind=ButtonKind::Primary
                    disabled=Signal::derive(move || !is_ready.get())
                    on_click=join
                />
                <Button label="Cancel" kind=ButtonKind::Plain on_click=on_done />
            </div>
        </section>
    }
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
