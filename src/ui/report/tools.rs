//! What can be done with a block; shown when it is pointed at or has the focus.

use super::document::Page;
use crate::base::BlockId;
use crate::report::{BlockSpec, FrozenBlock, FrozenContent};
use crate::ui::parts::{IconButton, IconName};
use crate::workspace::Command;
use leptos::prelude::*;

#[component]
pub(super) fn Tools(page: Page, id: BlockId, block: Memo<Option<FrozenBlock>>) -> impl IntoView {
    let place = Memo::new(move |_| page.place(id).unwrap_or((0, 0)));
    let is_first = Signal::derive(move || place.get().0 == 0);
    let is_last = Signal::derive(move || place.get().0 + 1 >= place.get().1);
    let move_to = move |to: usize| {
        page.change("move a block", Command::MoveBlock { block: id, to });
    };
    let can_edit = move || block.with(|b| b.as_ref().is_some_and(|b| is_editable(&b.spec)));
    let finding = move || {
        block.with(|b| match b.as_ref().map(|b| &b.content) {
            Some(FrozenContent::Finding { finding, .. }) => Some(finding.key.clone()),
            _ => None,
        })
    };
    let remove = move || {
        if page.change("remove a block", Command::RemoveBlock { block: id }) {
            page.app.say("Removed from the report", true);
        }
    };
    let for_finding = move || {
        finding().map(|key| {
            let dismiss = move || {
                page.app.dispatch(Command::DismissFinding { key: key.clone() });
                page.app.say("This finding will not come back", true);
            };
            let pin = move || {
                if page.change("pin a finding", Command::MoveBlock { block: id, to: first_place(page) }) {
                    page.app.say("Pinned to the top", true);
                }
            };
            view! {
                <IconButton label="Pin to the top" icon=IconName::Pin on_click=pin />
                <IconButton label="Dismiss this finding" icon=IconName::EyeOff on_click=dismiss />
            }
        })
    };
    view! {
        <div class="block__tools" role="toolbar" aria-label="Change this block">
            {for_finding}
            <IconButton label="Move up" icon=IconName::ArrowUp disabled=is_first on_click=move || move_to(place.get_untracked().0.saturating_sub(1)) />
            <IconButton label="Move down" icon=IconName::ArrowDown disabled=is_last on_click=move || move_to(place.get_untracked().0 + 1) />
            {move || {
                can_edit()
                    .then(|| {
                        view! {
                            <IconButton label="Change" icon=IconName::Pencil on_click=move || page.editing.set(Some(id)) />
                        }
                    })
            }}
            <IconButton label="Remove" icon=IconName::Trash on_click=remove />
        </div>
    }
}

fn is_editable(spec: &BlockSpec) -> bool {
    !matches!(spec, BlockSpec::Quality | BlockSpec::Sources | BlockSpec::Methods)
}

/// Below the verdict and the key numbers.
fn first_place(page: Page) -> usize {
    let is_top = |b: &FrozenBlock| matches!(b.spec, BlockSpec::Verdict { .. } | BlockSpec::Numbers(_));
    page.report.with_untracked(|r| r.as_ref().map_or(0, |r| r.blocks.iter().take_while(|b| is_top(b)).count()))
}
