//! The whole at a glance: tables at the left, what is made from them to the right.

use super::words::rows_of;
use crate::base::NodeId;
use crate::base::wording::plural;
use crate::merge::MergeSuggestion;
use crate::ui::state::{Answer, Place, use_app};
use leptos::prelude::*;
use std::collections::BTreeMap;

const NODE_WIDTH: f64 = 184.0;
const NODE_HEIGHT: f64 = 48.0;
const GAP_X: f64 = 88.0;
const GAP_Y: f64 = 16.0;
/// Longer names are cut in the drawing; the full name is in its title.
const NAME_LETTERS: usize = 24;

/// A box of the drawing.
#[derive(Clone, Debug, PartialEq)]
struct Shape {
    /// `None`: a suggestion.
    node: Option<NodeId>,
    name: String,
    detail: String,
    inputs: Vec<NodeId>,
    depth: usize,
    x: f64,
    y: f64,
}

#[component]
pub fn FlowGraph(suggestions: Memo<Vec<MergeSuggestion>>, nodes: Signal<Answer>) -> impl IntoView {
    let app = use_app();
    let shapes = Memo::new(move |_| {
        let workspace = app.workspace.get();
        let answer = nodes.get();
        let detail = |n| rows_of(&workspace, &answer, n).map(|n| plural(n, "row", "rows")).unwrap_or_default();
        let mut shapes: Vec<Shape> = Vec::new();
        let mut depths: BTreeMap<NodeId, usize> = BTreeMap::new();
        for node in workspace.nodes() {
            let inputs = match node {
                NodeId::Table(_) => Vec::new(),
                NodeId::Merge(id) => workspace.merge(id).map(|m| vec![m.left, m.right]).unwrap_or_default(),
            };
            let depth = inputs.iter().map(|i| depths.get(i).copied().unwrap_or(0) + 1).max().unwrap_or(0);
            depths.insert(node, depth);
            let name = workspace.node_name(node).unwrap_or_default().to_owned();
            shapes.push(Shape { node: Some(node), name, detail: detail(node), inputs, depth, x: 0.0, y: 0.0 });
        }
        for s in suggestions.get() {
            let inputs = vec![s.left, s.right];
            let depth = inputs.iter().map(|i| depths.get(i).copied().unwrap_or(0) + 1).max().unwrap_or(1);
            let keys: Vec<String> = s.keys.iter().take(2).map(|k| k.left.clone()).collect();
            let detail = if s.is_union { "same columns".to_owned() } else { format!("by {}", keys.join(", ")) };
            shapes.push(Shape { node: None, name: "To confirm".to_owned(), detail, inputs, depth, x: 0.0, y: 0.0 });
        }
        arrange(shapes)
    });
    let drawing = move || {
        let shapes = shapes.get();
        let width = shapes.iter().map(|s| s.x + NODE_WIDTH).fold(NODE_WIDTH, f64::max) + 2.0;
        let height = shapes.iter().map(|s| s.y + NODE_HEIGHT).fold(NODE_HEIGHT, f64::max) + 2.0;
        let lines = shapes.iter().map(|s| links(s, &shapes)).collect_view();
        let boxes = shapes.iter().cloned().map(box_view).collect_view();
        let main = app.workspace.get().main_node();
        let about = main.and_then(|n| app.workspace.get().node_name(n).map(str::to_owned));
        let label = match about {
            Some(name) => format!("How the tables are combined. The report is about {name}."),
            None => "How the tables are combined".to_owned(),
        };
        view! {
            <svg
                class="graph__drawing"
                width=format!("{width:.0}")
                height=format!("{height:.0}")
                viewBox=format!("-1 -1 {width:.0} {height:.0}")
                role="group"
                aria-label=label
            >
                {lines}
                {boxes}
            </svg>
        }
    };
    view! { <div class="graph" data-print="no">{drawing}</div> }
}

/// Columns by depth, each centred against the tallest.
fn arrange(mut shapes: Vec<Shape>) -> Vec<Shape> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for s in &shapes {
        *counts.entry(s.depth).or_default() += 1;
    }
    let column_height = |n: usize| n as f64 * (NODE_HEIGHT + GAP_Y) - GAP_Y;
    let tallest = counts.values().map(|n| column_height(*n)).fold(0.0, f64::max);
    let mut placed: BTreeMap<usize, usize> = BTreeMap::new();
    for s in &mut shapes {
        let i = placed.entry(s.depth).or_default();
        let top = (tallest - column_height(counts.get(&s.depth).copied().unwrap_or(1))) / 2.0;
        s.x = s.depth as f64 * (NODE_WIDTH + GAP_X);
        s.y = top + *i as f64 * (NODE_HEIGHT + GAP_Y);
        *i += 1;
    }
    shapes
}

fn links(shape: &Shape, all: &[Shape]) -> AnyView {
    let state = if shape.node.is_some() { "placed" } else { "proposed" };
    let one = |input: &NodeId| {
        let from = all.iter().find(|s| s.node == Some(*input))?;
        let (x0, y0) = (from.x + NODE_WIDTH, from.y + NODE_HEIGHT / 2.0);
        let (x1, y1) = (shape.x, shape.y + NODE_HEIGHT / 2.0);
        let bend = (GAP_X * 0.55).min((x1 - x0) * 0.55);
        let d = format!("M{x0} {y0}C{} {y0} {} {y1} {x1} {y1}", x0 + bend, x1 - bend);
        Some(view! { <path class="graph__link" data-state=state d=d></path> })
    };
    shape.inputs.iter().filter_map(one).collect_view().into_any()
}

fn box_view(shape: Shape) -> AnyView {
    let app = use_app();
    let node = shape.node;
    let state = if node.is_some() { "placed" } else { "proposed" };
    let is_main = move || (node.is_some() && app.workspace.get().main_node() == node).then_some("true");
    let open = move || {
        if let Some(node) = node {
            app.explored.set(Some(node));
            app.place.set(Place::Explore);
        }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" {
            open();
        }
    };
    let short = if shape.name.chars().count() > NAME_LETTERS {
        format!("{}…", shape.name.chars().take(NAME_LETTERS - 1).collect::<String>())
    } else {
        shape.name.clone()
    };
    view! {
        <g
            class="graph__node"
            data-state=state
            data-main=is_main
            transform=format!("translate({} {})", shape.x, shape.y)
            tabindex=node.map(|_| "0")
            role=node.map(|_| "button")
            on:click=move |_| open()
            on:keydown=on_keydown
        >
            <rect class="graph__box" width=NODE_WIDTH.to_string() height=NODE_HEIGHT.to_string() rx="8"></rect>
            <text class="graph__name" x="14" y="21">{short}</text>
            <text class="graph__detail" x="14" y="37">{shape.detail}</text>
        </g>
    }
    .into_any()
}
