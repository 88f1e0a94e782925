//! One block of the report, by its kind.

use super::document::Page;
use super::ending::{methods_view, quality_view, sources_view};
use super::finding::finding_view;
use super::forms::BlockForm;
use super::numbers::numbers_view;
use super::table::table_view;
use super::text::markdown_view;
use super::tools::Tools;
use super::verdict::verdict_view;
use crate::base::BlockId;
use crate::report::{BlockSpec, Explain, FrozenContent};
use crate::ui::chart::ChartView;
use crate::ui::parts::{Icon, IconName};
use crate::ui::state::Panel;
use crate::workspace::Command;
use leptos::prelude::*;
use std::sync::Arc;

pub(super) fn block_view(page: Page, id: BlockId) -> AnyView {
    // A block changes only when its own content does, not with every answer.
    let block = Memo::new(move |_| page.block(id));
    let kind = move || block.with(|b| b.as_ref().map_or("none", |b| kind_of(&b.content)));
    let is_edited = Memo::new(move |_| page.editing.get() == Some(id));
    let content = move || {
        if is_edited.get() {
            let spec = block.with_untracked(|b| b.as_ref().map(|b| b.spec.clone()));
            return spec.map(|spec| form(page, id, spec)).into_any();
        }
        block.get().map(|b| content_view(page, b.content)).into_any()
    };
    view! {
        <section class="block" data-kind=kind data-editing=move || is_edited.get().to_string()>
            {page.is_live.then(|| view! { <Tools page=page id=id block=block /> })}
            {content}
        </section>
    }
    .into_any()
}

fn form(page: Page, id: BlockId, spec: BlockSpec) -> AnyView {
    let save = move |spec: BlockSpec| {
        let is_empty = matches!(&spec, BlockSpec::Text(t) if t.trim().is_empty())
            || matches!(&spec, BlockSpec::Numbers(numbers) if numbers.is_empty());
        let command =
            if is_empty { Command::RemoveBlock { block: id } } else { Command::EditBlock { block: id, spec } };
        if page.change("edit a block", command) {
            page.editing.set(None);
        }
    };
    view! { <BlockForm spec=spec on_save=save on_cancel=move || page.editing.set(None) /> }.into_any()
}

fn kind_of(content: &FrozenContent) -> &'static str {
    match content {
        FrozenContent::Verdict { .. } => "verdict",
        FrozenContent::Numbers(_) => "numbers",
        FrozenContent::Finding { .. } => "finding",
        FrozenContent::Chart { .. } => "chart",
        FrozenContent::Table { .. } => "table",
        FrozenContent::Text(_) => "text",
        FrozenContent::Quality(_) => "quality",
        FrozenContent::Sources => "sources",
        FrozenContent::Methods(_) => "methods",
        FrozenContent::Failed(_) => "failed",
    }
}

fn content_view(page: Page, content: FrozenContent) -> AnyView {
    match content {
        FrozenContent::Verdict { state, sentence, action, explain } => {
            verdict_view(page, state, sentence, action, explain)
        }
        FrozenContent::Numbers(numbers) => numbers_view(page, numbers),
        FrozenContent::Finding { finding, chart, explain } => finding_view(page, finding, chart, explain),
        FrozenContent::Chart { data, explain, .. } => {
            let title = data.title.clone();
            let data = Arc::new(data);
            view! {
                <h2 class="block__title">{title.clone()}</h2>
                <ChartView data=Signal::derive(move || Some(data.clone())) />
                <p class="block__note">{how(page, title, explain)}</p>
            }
            .into_any()
        }
        FrozenContent::Table { title, window, explain } => table_view(page, title, window, explain),
        FrozenContent::Text(text) => view! { <div class="prose">{markdown_view(&text)}</div> }.into_any(),
        FrozenContent::Quality(items) => quality_view(items),
        FrozenContent::Sources => sources_view(page),
        FrozenContent::Methods(paragraphs) => methods_view(paragraphs),
        FrozenContent::Failed(why) => view! {
            <p class="block__failed">
                <Icon name=IconName::Warning />
                <span>"This part could not be made. " {why}</span>
            </p>
        }
        .into_any(),
    }
}

/// The way back to where something comes from.
pub(super) fn how(page: Page, title: String, explain: Explain) -> impl IntoView + use<> {
    let open = move |_| {
        page.app.panel.set(Some(Panel::Explain { title: title.clone(), explain: explain.clone() }));
    };
    view! { <button type="button" class="block__how" on:click=open>"How this was made"</button> }
}
