//! The whole at a glance: tables at the left, what is made from them to the right.

use super::arrange::{BOX_HEIGHT, Drawing, Node, arrange};
use super::stack::stack;
use super::words::rows_of;
use crate::base::NodeId;
use crate::base::wording::plural;
use crate::merge::MergeSuggestion;
use crate::ui::chart::use_size;
use crate::ui::state::{Answer, Place, use_app};
use leptos::prelude::*;

/// Longer names are cut in the drawing; the full name is in its title.
const NAME_LETTERS: usize = 24;
/// So many tables that nothing is made of are drawn all the same, where there is nothing else.
const FEW: usize = 8;
/// On a page that is narrower than this, what does not fit beside each other stands below each other.
const NARROW_PX: f64 = 640.0;
/// Names of those that are not drawn.
const NAMES_SHOWN: usize = 6;

/// A box of the drawing.
#[derive(Clone, Debug, PartialEq)]
struct Shape {
    /// `None`: a suggestion.
    node: Option<NodeId>,
    name: String,
    detail: String,
    inputs: Vec<NodeId>,
}

#[component]
pub fn FlowGraph(suggestions: Memo<Vec<MergeSuggestion>>, nodes: Signal<Answer>) -> impl IntoView {
    let app = use_app();
    let shapes = Memo::new(move |_| {
        let workspace = app.workspace.get();
        let answer = nodes.get();
        let detail = |n| rows_of(&workspace, &answer, n).map(|n| plural(n, "row", "rows")).unwrap_or_default();
        let mut shapes: Vec<Shape> = Vec::new();
        for node in workspace.nodes() {
            let inputs = match node {
                NodeId::Table(_) => Vec::new(),
                NodeId::Merge(id) => workspace.merge(id).map(|m| vec![m.left, m.right]).unwrap_or_default(),
            };
            let name = workspace.node_name(node).unwrap_or_default().to_owned();
            shapes.push(Shape { node: Some(node), name, detail: detail(node), inputs });
        }
        for s in suggestions.get() {
            let inputs = vec![s.left, s.right];
            let keys: Vec<String> = s.keys.iter().take(2).map(|k| k.left.clone()).collect();
            let detail = if s.is_union { "same columns".to_owned() } else { format!("by {}", keys.join(", ")) };
            shapes.push(Shape { node: None, name: "To confirm".to_owned(), detail, inputs });
        }
        shapes
    });
    // Tables that nothing is made of would push the others out of sight.
    let alone = Memo::new(move |_| {
        let shapes = shapes.get();
        let is_used = |node: NodeId| shapes.iter().any(|s| s.inputs.contains(&node));
        let is_alone = |s: &&Shape| s.inputs.is_empty() && s.node.is_some_and(|node| !is_used(node));
        let alone: Vec<Shape> = shapes.iter().filter(is_alone).cloned().collect();
        if alone.len() == shapes.len() && alone.len() <= FEW { Vec::new() } else { alone }
    });
    let shapes = Memo::new(move |_| {
        let alone = alone.get();
        shapes.get().into_iter().filter(|s| !alone.contains(s)).collect::<Vec<Shape>>()
    });
    let rest = move || {
        let alone = alone.get();
        let names: Vec<String> = alone.iter().map(|s| s.name.clone()).collect();
        (!names.is_empty()).then(|| {
            let (count, shown) = (names.len() as u64, names.get(..names.len().min(NAMES_SHOWN)).unwrap_or_default());
            let more = names.len() - shown.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let words = format!(
                "{}: {}{more}",
                plural(count, "table stands by itself", "tables stand by themselves"),
                shown.join(", ")
            );
            view! { <p class="graph__rest">{words}</p> }
        })
    };
    let frame = NodeRef::<leptos::html::Div>::new();
    let size = use_size(move || frame.get().map(Into::into));
    let room = Memo::new(move |_| size.get().0.floor() - 2.0);
    let drawing = move || {
        let shapes = shapes.get();
        let Drawing { boxes, box_width, links, width, height } = arranged(&nodes_of(&shapes), room.get());
        let (width, height) = (width + 2.0, height + 2.0);
        let is_placed = |i: usize| shapes.get(i).is_some_and(|s| s.node.is_some());
        let lines = links
            .into_iter()
            .map(|(to, d)| view! { <path class="graph__link" data-state=state_word(is_placed(to)) d=d></path> })
            .collect_view();
        let mut placed: Vec<(Shape, (f64, f64))> = shapes.iter().cloned().zip(boxes).collect();
        // The keys go through them as they are seen.
        placed.sort_by(|(_, a), (_, b)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let boxes = placed.into_iter().map(|(shape, at)| box_view(shape, at, box_width)).collect_view();
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
    view! {
        <div class="graph" data-print="no" node_ref=frame>{drawing}</div>
        {rest}
    }
}

fn arranged(nodes: &[Node], room_px: f64) -> Drawing {
    let wide = arrange(nodes);
    if room_px > 0.0 && room_px < NARROW_PX && wide.width > room_px { stack(nodes, room_px) } else { wide }
}

/// The shapes as nodes of a drawing. Inputs that are not shown, or come later, are left out.
fn nodes_of(shapes: &[Shape]) -> Vec<Node> {
    let place = |i: &NodeId, end: usize| shapes.iter().take(end).position(|s| s.node == Some(*i));
    let inputs = |n: usize, s: &Shape| s.inputs.iter().filter_map(|i| place(i, n)).collect();
    shapes.iter().enumerate().map(|(n, s)| Node { inputs: inputs(n, s) }).collect()
}

/// Cut in the middle: tables of one file begin alike.
fn shorten(name: &str) -> String {
    let n = name.chars().count();
    if n <= NAME_LETTERS {
        return name.to_owned();
    }
    let tail = NAME_LETTERS * 3 / 5;
    let head: String = name.chars().take(NAME_LETTERS - 1 - tail).collect();
    format!("{head}…{}", name.chars().skip(n - tail).collect::<String>())
}

fn state_word(is_placed: bool) -> &'static str {
    if is_placed { "placed" } else { "proposed" }
}

fn box_view(shape: Shape, (x, y): (f64, f64), width: f64) -> AnyView {
    let app = use_app();
    let node = shape.node;
    let state = state_word(node.is_some());
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
    let short = shorten(&shape.name);
    view! {
        <g
            class="graph__node"
            data-state=state
            data-main=is_main
            transform=format!("translate({x} {y})")
            tabindex=node.map(|_| "0")
            role=node.map(|_| "button")
            on:click=move |_| open()
            on:keydown=on_keydown
        >
            <rect class="graph__box" width=width.to_string() height=BOX_HEIGHT.to_string() rx="8"></rect>
            <text class="graph__name" x="14" y="21">{short}</text>
            <text class="graph__detail" x="14" y="37">{shape.detail}</text>
        </g>
    }
    .into_any()
}
