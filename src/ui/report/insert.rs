//! A new block between two others.

use super::document::Page;
use super::forms::BlockForm;
use crate::base::NodeId;
use crate::chart::{ChartKind, ChartSpec};
use crate::recipe::Aggregate;
use crate::report::{BlockSpec, NumberSpec};
use crate::ui::parts::{IconName, Menu, MenuItem};
use crate::workspace::Command;
use leptos::prelude::*;

#[component]
pub(super) fn Insert(page: Page, at: Signal<usize>) -> impl IntoView {
    let start = move |spec: BlockSpec| page.adding.set(Some((at.get_untracked(), spec)));
    let items = Callback::new(move |()| {
        let text = MenuItem::new("Text", move || start(BlockSpec::Text(String::new()))).icon(IconName::Text);
        let Some(node) = page.app.workspace.with_untracked(|w| w.main_node()) else { return vec![text] };
        let mut items = vec![
            text,
            MenuItem::new("Number", move || start(BlockSpec::Numbers(vec![empty_number(node)]))).icon(IconName::Hash),
            MenuItem::new("Chart", move || start(BlockSpec::Chart(ChartSpec::new(ChartKind::Bar, node, ""))))
                .icon(IconName::ChartBar),
            MenuItem::new("Table", move || start(empty_table(node))).icon(IconName::Table),
            MenuItem::new("Finding", move || start(BlockSpec::finding(node, ""))).icon(IconName::Search),
        ];
        // What there is once in a report can be put back when it has been taken out.
        let put_back = move |spec: BlockSpec| {
            page.change("add a block", Command::AddBlock { spec, at: Some(at.get_untracked()) });
        };
        let left_out = SINGLE.into_iter().filter(|(_, spec, _)| !page.has_kind(spec));
        items.extend(left_out.enumerate().map(|(n, (label, spec, icon))| {
            let item = MenuItem::new(label, move || put_back(spec.clone())).icon(icon);
            if n == 0 { item.new_group() } else { item }
        }));
        items
    });
    let form = move || {
        let (place, spec) = page.adding.get()?;
        (place == at.get()).then(|| {
            let save = move |spec: BlockSpec| {
                let is_empty = matches!(&spec, BlockSpec::Text(t) if t.trim().is_empty());
                if is_empty || page.change("add a block", Command::AddBlock { spec, at: Some(at.get_untracked()) }) {
                    page.adding.set(None);
                }
            };
            view! {
                <section class="block" data-editing="true">
                    <BlockForm spec=spec taken=page.finding_keys() on_save=save on_cancel=move || page.adding.set(None) />
                </section>
            }
            .into_any()
        })
    };
    view! {
        <div class="insert">
            <Menu label="Add here" items=items icon=IconName::Plus />
        </div>
        {form}
    }
}

/// Blocks of which one is enough.
const SINGLE: [(&str, BlockSpec, IconName); 4] = [
    ("Verdict", BlockSpec::VERDICT, IconName::CircleCheck),
    ("Data quality", BlockSpec::Quality, IconName::Shield),
    ("Sources", BlockSpec::Sources, IconName::Layers),
    ("Methods", BlockSpec::Methods, IconName::FileText),
];

pub(super) fn empty_number(node: NodeId) -> NumberSpec {
    NumberSpec { label: String::new(), node, aggregate: Aggregate::Count, column: None, only: None, as_share: false }
}

fn empty_table(node: NodeId) -> BlockSpec {
    BlockSpec::Table { node, title: String::new(), columns: Vec::new(), n_rows: 10, only: None, sort: None }
}
