//! The report, top to bottom. The same page is edited, read and printed.

use super::block::{block_view, opener, use_turn};
use super::edit::change_report;
use super::insert::Insert;
use crate::base::BlockId;
use crate::report::{BlockSpec, FrozenBlock, FrozenReport};
use crate::ui::parts::{Icon, IconName};
use crate::ui::state::{App, use_app};
use crate::workspace::Command;
use leptos::prelude::*;
use std::sync::Arc;

/// What the pieces of the page share.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub app: App,
    pub report: Memo<Option<Arc<FrozenReport>>>,
    /// The data are here and the page can be edited.
    pub is_live: bool,
    /// The block whose form is open.
    pub editing: RwSignal<Option<BlockId>>,
    /// The block being added, and where.
    pub adding: RwSignal<Option<(usize, BlockSpec)>>,
}

impl Page {
    pub fn change(self, label: &str, command: Command) -> bool {
        let newest = self.report.get_untracked();
        change_report(self.app, newest.as_deref(), label, command)
    }

    pub fn block(self, id: BlockId) -> Option<FrozenBlock> {
        self.report.with(|r| r.as_ref().and_then(|r| r.blocks.iter().find(|b| b.id == id).cloned()))
    }

    /// Whether the report has a block of the same kind.
    pub fn has_kind(self, spec: &BlockSpec) -> bool {
        let kind = std::mem::discriminant(spec);
        self.report.with_untracked(|r| {
            r.as_ref().is_some_and(|r| r.blocks.iter().any(|b| std::mem::discriminant(&b.spec) == kind))
        })
    }

    /// The findings in the report.
    pub fn finding_keys(self) -> Vec<String> {
        let key = |b: &FrozenBlock| match &b.spec {
            BlockSpec::Finding { key, .. } => Some(key.clone()),
            _ => None,
        };
        self.report.with_untracked(|r| r.as_ref().map_or(Vec::new(), |r| r.blocks.iter().filter_map(key).collect()))
    }

    pub fn place(self, id: BlockId) -> Option<(usize, usize)> {
        self.report.with(|r| {
            let blocks = &r.as_ref()?.blocks;
            blocks.iter().position(|b| b.id == id).map(|at| (at, blocks.len()))
        })
    }
}

#[component]
pub(super) fn Document(report: Memo<Option<Arc<FrozenReport>>>, is_live: bool) -> impl IntoView {
    let page = Page { app: use_app(), report, is_live, editing: RwSignal::new(None), adding: RwSignal::new(None) };
    let ids = Memo::new(move |_| {
        report.with(|r| r.as_ref().map(|r| r.blocks.iter().map(|b| b.id).collect::<Vec<_>>()).unwrap_or_default())
    });
    let last = move || is_live.then(|| view! { <Insert page=page at=Signal::derive(move || ids.with(Vec::len)) /> });
    view! {
        <article class="report" data-live=is_live.to_string()>
            <header class="report__head">
                <Title page=page />
                <p class="report__strip">{strip_view(page)}</p>
            </header>
            <For
                each=move || ids.get()
                key=|id| *id
                children=move |id| {
                    let at = Signal::derive(move || ids.with(|ids| ids.iter().position(|i| *i == id).unwrap_or(0)));
                    let is_made = use_turn(at.get_untracked());
                    view! {
                        {move || (is_live && is_made.get()).then(|| view! { <Insert page=page at=at /> })}
                        {block_view(page, id, is_made)}
                    }
                        .into_any()
                }
            />
            {last}
        </article>
    }
}

/// The facts under the title, each of which opens.
fn strip_view(page: Page) -> impl IntoView {
    let strip = Memo::new(move |_| {
        page.report.with(|r| r.as_ref().map(|r| (r.strip.clone(), r.strip_parts.clone())).unwrap_or_default())
    });
    move || {
        let (whole, parts) = strip.get();
        if parts.is_empty() {
            return whole.into_any();
        }
        let between = |at: usize| (at > 0).then_some(" · ");
        let parts: Vec<_> = parts
            .into_iter()
            .enumerate()
            .map(|(at, part)| (between(at), opener(page, part.text, part.explain)).into_any())
            .collect();
        parts.into_any()
    }
}

/// The title; a click edits it where that is allowed.
#[component]
fn Title(page: Page) -> impl IntoView {
    let editing = RwSignal::new(false);
    let title = Memo::new(move |_| page.report.with(|r| r.as_ref().map(|r| r.title.clone()).unwrap_or_default()));
    move || match (editing.get(), page.is_live) {
        (true, _) => view! { <TitleInput page=page editing=editing title=title /> }.into_any(),
        (false, true) => view! {
            <h1 class="report__title">
                <button
                    type="button"
                    class="report__rename"
                    title="Rename the report"
                    on:click=move |_| editing.set(true)
                >
                    {move || title.get()}
                    <span class="report__pencil">
                        <Icon name=IconName::Pencil />
                    </span>
                </button>
            </h1>
        }
        .into_any(),
        (false, false) => view! { <h1 class="report__title">{move || title.get()}</h1> }.into_any(),
    }
}

#[component]
fn TitleInput(page: Page, editing: RwSignal<bool>, title: Memo<String>) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    input.on_load(|input| {
        request_animation_frame(move || {
            let _ = input.focus();
            input.select();
        });
    });
    let save = move || {
        // Leaving the field and pressing Enter both come here; once is enough.
        if !editing.try_get_untracked().unwrap_or(false) {
            return;
        }
        let text = input.get_untracked().map(|i| i.value().trim().to_owned()).unwrap_or_default();
        editing.set(false);
        if !text.is_empty() && text != title.get_untracked() {
            page.app.dispatch(Command::SetReportTitle { title: text });
        }
    };
    view! {
        <input
            class="report__title-input"
            type="text"
            aria-label="Title of the report"
            prop:value=title.get_untracked()
            node_ref=input
            on:blur=move |_| save()
            on:keydown=move |event| match event.key().as_str() {
                "Enter" => save(),
                "Escape" => {
                    event.stop_propagation();
                    editing.set(false);
                }
                _ => {}
            }
        />
    }
}
