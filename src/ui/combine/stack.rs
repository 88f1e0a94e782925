//! The drawing for a narrow page: one box below the other, each after what it comes from. Lines run at the
//! left, all that lead to one box in the same lane.

use super::arrange::{BOX_HEIGHT, Drawing, Node};

const GAP_Y: f64 = 12.0;
/// Between two lanes, and between the last one and the boxes.
const LANE: f64 = 12.0;
/// Lanes take no more than this of the page; where they are many, they stand closer.
const MOST_LANES: f64 = 96.0;
const RADIUS: f64 = 5.0;

/// What leads to a box, by the rows it stretches over.
struct Span {
    to: usize,
    first: usize,
    last: usize,
    /// 0 is next to the boxes.
    lane: usize,
}

/// As wide as the page gives room for.
pub fn stack(nodes: &[Node], width: f64) -> Drawing {
    let order = in_order(nodes);
    let row_of = |node: usize| order.iter().position(|n| *n == node).unwrap_or(0);
    let spans = lanes(nodes, row_of);
    let n_lanes = spans.iter().map(|s| s.lane + 1).max().unwrap_or(0) as f64;
    let step = if n_lanes > 0.0 { LANE.min(MOST_LANES / n_lanes) } else { 0.0 };
    let left = step * n_lanes;
    let middle = |row: usize| row as f64 * (BOX_HEIGHT + GAP_Y) + BOX_HEIGHT / 2.0;
    let mut links = Vec::new();
    for span in &spans {
        let lane = left - step * (span.lane as f64 + 1.0);
        let bend = RADIUS.min(step);
        let to = middle(span.last);
        for from in inputs(nodes, span.to).map(|i| middle(row_of(i))) {
            let down = format!("M{left} {from}H{}Q{lane} {from} {lane} {}", lane + bend, from + bend);
            links.push((span.to, format!("{down}V{}Q{lane} {to} {} {to}H{left}", to - bend, lane + bend)));
        }
    }
    let boxes = (0..nodes.len()).map(|n| (left, middle(row_of(n)) - BOX_HEIGHT / 2.0)).collect();
    let height = (order.len() as f64 * (BOX_HEIGHT + GAP_Y) - GAP_Y).max(0.0);
    Drawing { boxes, box_width: (width - left).max(0.0), links, width, height }
}

/// The boxes that lead to one; they come before it in the list.
fn inputs(nodes: &[Node], node: usize) -> impl Iterator<Item = usize> + '_ {
    let of = nodes.get(node).map_or(&[][..], |n| &n.inputs);
    of.iter().copied().filter(move |i| *i < node)
}

/// Each box right after what it comes from, as far as that was not there before.
fn in_order(nodes: &[Node]) -> Vec<usize> {
    let mut order = Vec::with_capacity(nodes.len());
    let mut seen = vec![false; nodes.len()];
    let is_used = |node: usize| (0..nodes.len()).any(|n| inputs(nodes, n).any(|i| i == node));
    for root in (0..nodes.len()).filter(|n| !is_used(*n)) {
        // (node, its inputs that are still to be looked at, the next one last)
        let mut path = vec![(root, rest_of(nodes, root))];
        while let Some((node, rest)) = path.last_mut() {
            match rest.pop() {
                Some(next) => {
                    if let Some(was) = seen.get_mut(next).filter(|was| !**was) {
                        *was = true;
                        path.push((next, rest_of(nodes, next)));
                    }
                }
                None => {
                    order.push(*node);
                    path.pop();
                }
            }
        }
    }
    order
}

fn rest_of(nodes: &[Node], node: usize) -> Vec<usize> {
    let mut rest: Vec<usize> = inputs(nodes, node).collect();
    rest.reverse();
    rest
}

/// The shortest next to the boxes; two that meet in a row have lanes of their own.
fn lanes(nodes: &[Node], row_of: impl Fn(usize) -> usize) -> Vec<Span> {
    let span = |to: usize| {
        let first = inputs(nodes, to).map(&row_of).min()?;
        Some(Span { to, first, last: row_of(to), lane: 0 })
    };
    let mut spans: Vec<Span> = (0..nodes.len()).filter_map(span).collect();
    spans.sort_by_key(|s| (s.last - s.first.min(s.last), s.first));
    let mut placed: Vec<Span> = Vec::with_capacity(spans.len());
    for mut span in spans {
        let meets = |other: &&Span| other.first <= span.last && span.first <= other.last;
        let taken: Vec<usize> = placed.iter().filter(meets).map(|o| o.lane).collect();
        span.lane = (0..=taken.len()).find(|lane| !taken.contains(lane)).unwrap_or(0);
        placed.push(span);
    }
    placed
}
