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
use crate::base::{BlockId, wording};
use crate::report::{BlockSpec, Explain, FrozenBlock, FrozenContent};
use crate::ui::chart::{ChartView, soon};
use crate::ui::parts::{Icon, IconName, Skeleton};
use crate::ui::state::Panel;
use crate::workspace::Command;
use leptos::prelude::*;
use std::sync::Arc;

/// Verdict and key numbers.
const FIRST_BLOCKS: usize = 2;

/// A block is made in a task of its own, one after the other: a report with six charts must not hold up
/// the page. Its place is there from the start.
pub(super) fn block_view(page: Page, id: BlockId, is_made: Signal<bool>) -> AnyView {
    // A block changes only when its own content does, not with every answer.
    let block = Memo::new(move |_| page.block(id));
    // Without the block's content, so that one whose turn has not come costs nothing.
    let kind = move || {
        page.report.with(|r| {
            let block = r.as_ref().and_then(|r| r.blocks.iter().find(|b| b.id == id));
            block.map_or("none", |b| kind_of(&b.content))
        })
    };
    let is_edited = Memo::new(move |_| page.editing.get() == Some(id));
    let content = move || {
        if !is_made.get() {
            return view! { <Skeleton lines=3 /> }.into_any();
        }
        if is_edited.get() {
            return block.get_untracked().map(|b| form(page, id, b)).into_any();
        }
        block.get().map(|b| content_view(page, b.content)).into_any()
    };
    view! {
        <section
            class="block"
            data-kind=kind
            data-editing=move || is_edited.get().to_string()
            aria-busy=move || (!is_made.get()).then_some("true")
        >
            {move || (page.is_live && is_made.get()).then(|| view! { <Tools page=page id=id block=block /> })}
            {content}
        </section>
    }
    .into_any()
}

/// Turns true when it is the block's turn to be made. What is read first is there at once.
pub(super) fn use_turn(at: usize) -> Signal<bool> {
    let is_made = RwSignal::new(at < FIRST_BLOCKS);
    if at >= FIRST_BLOCKS {
        soon(move || {
            if is_made.try_get_untracked().is_some() {
                is_made.set(true);
            }
        });
    }
    is_made.into()
}

fn form(page: Page, id: BlockId, block: FrozenBlock) -> AnyView {
    let FrozenBlock { spec, content: said, .. } = block;
    let save = move |spec: BlockSpec| {
        let is_empty = matches!(&spec, BlockSpec::Text(t) if t.trim().is_empty())
            || matches!(&spec, BlockSpec::Numbers(numbers) if numbers.is_empty());
        let command =
            if is_empty { Command::RemoveBlock { block: id } } else { Command::EditBlock { block: id, spec } };
        if page.change("edit a block", command) {
            page.editing.set(None);
        }
    };
    view! { <BlockForm spec=spec said=said on_save=save on_cancel=move || page.editing.set(None) /> }.into_any()
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
        FrozenContent::Finding { finding, chart, heading, explain } => {
            finding_view(page, finding, chart, heading, explain)
        }
        FrozenContent::Chart { spec, data, explain } => {
            let title = data.title.clone();
            let data = Arc::new(data);
            let data = Signal::derive(move || Some(data.clone()));
            // Only where the rows are can a part be made in more detail.
            let drawing = if page.is_live {
                view! { <ChartView data=data spec=Signal::stored(Some(spec)) /> }.into_any()
            } else {
                view! { <ChartView data=data /> }.into_any()
            };
            view! {
                <h2 class="block__title">{title.clone()}</h2>
                {drawing}
                <p class="block__note">{how(page, title, explain)}</p>
            }
            .into_any()
        }
        FrozenContent::Table { title, window, explain } => table_view(page, title, window, explain),
        FrozenContent::Text(text) => view! { <div class="prose">{markdown_view(&text)}</div> }.into_any(),
        FrozenContent::Quality(items) => quality_view(page, items),
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

/// Words with a number in them that open how it was made.
pub(super) fn opener(page: Page, words: String, explain: Explain) -> AnyView {
    let title = wording::sentence_case(&words);
    let open = move |_| {
        page.app.panel.set(Some(Panel::Explain { title: title.clone(), explain: explain.clone() }));
    };
    view! { <button type="button" class="opens" title="How this was made" on:click=open>{words}</button> }.into_any()
}
