//! Where the boxes of a drawing go, and the ways of the lines between them.
//!
//! Boxes stand in columns by depth. A line that passes a column has a place of its own in it, so that
//! it runs behind no box; boxes and such places are put near what they come from. (Sugiyama, Tagawa and
//! Toda, 1981, without their search for the fewest crossings.)

const BOX_WIDTH: f64 = 184.0;
pub const BOX_HEIGHT: f64 = 48.0;
const GAP_X: f64 = 88.0;
const GAP_Y: f64 = 16.0;
/// How high the place of a passing line is.
const LANE_HEIGHT: f64 = 12.0;

/// What is to be drawn: a box, with the boxes that lead to it, by their places in the list. They come first.
pub struct Node {
    pub inputs: Vec<usize>,
}

/// The drawing, in pixels from its upper left corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// The upper left corner of each box.
    pub boxes: Vec<(f64, f64)>,
    pub box_width: f64,
    /// (to, way): the box it leads to, and the way as the path of an SVG.
    pub links: Vec<(usize, String)>,
    pub width: f64,
    pub height: f64,
}

/// A box, or where a line passes a column.
struct Slot {
    depth: usize,
    height: f64,
    inputs: Vec<usize>,
    /// Its middle.
    y: f64,
}

pub fn arrange(nodes: &[Node]) -> Drawing {
    let mut slots: Vec<Slot> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let depth = node.inputs.iter().filter_map(|i| Some(slots.get(*i)?.depth + 1)).max().unwrap_or(0);
        slots.push(Slot { depth, height: BOX_HEIGHT, inputs: node.inputs.clone(), y: 0.0 });
    }
    // Each link as the slots that it goes through.
    let mut ways: Vec<(usize, Vec<usize>)> = Vec::new();
    for (to, node) in nodes.iter().enumerate() {
        for &from in &node.inputs {
            let (Some(first), Some(last)) = (slots.get(from).map(|s| s.depth), slots.get(to).map(|s| s.depth)) else {
                continue;
            };
            let mut way = vec![from];
            for depth in first + 1..last {
                let before = way.last().copied().unwrap_or(from);
                slots.push(Slot { depth, height: LANE_HEIGHT, inputs: vec![before], y: 0.0 });
                way.push(slots.len() - 1);
            }
            way.push(to);
            ways.push((to, way));
        }
    }
    let n_columns = slots.iter().map(|s| s.depth + 1).max().unwrap_or(0);
    let height_of = |column: &[usize], slots: &[Slot]| {
        column.iter().filter_map(|i| Some(slots.get(*i)?.height + GAP_Y)).sum::<f64>() - GAP_Y
    };
    let columns: Vec<Vec<usize>> = (0..n_columns)
        .map(|d| (0..slots.len()).filter(|i| slots.get(*i).is_some_and(|s| s.depth == d)).collect())
        .collect();
    let tallest = columns.iter().map(|c| height_of(c, &slots)).fold(BOX_HEIGHT, f64::max);
    for mut column in columns {
        let middle = |i: &usize| {
            let inputs = slots.get(*i).map_or(&[][..], |s| &s.inputs);
            let sum: f64 = inputs.iter().filter_map(|from| Some(slots.get(*from)?.y)).sum();
            sum / inputs.len().max(1) as f64
        };
        // A stable sort: tables stay in the order in which they came.
        let mut keyed: Vec<(f64, usize)> = column.iter().map(|i| (middle(i), *i)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        column = keyed.into_iter().map(|(_, i)| i).collect();
        let mut top = (tallest - height_of(&column, &slots)) / 2.0;
        for i in column {
            if let Some(slot) = slots.get_mut(i) {
                slot.y = top + slot.height / 2.0;
                top += slot.height + GAP_Y;
            }
        }
    }
    let left = |depth: usize| depth as f64 * (BOX_WIDTH + GAP_X);
    let links = ways.iter().map(|(to, way)| (*to, path(way, &slots, left))).collect();
    let boxes = slots.iter().take(nodes.len()).map(|s| (left(s.depth), s.y - s.height / 2.0)).collect();
    Drawing { boxes, box_width: BOX_WIDTH, links, width: left(n_columns.max(1)) - GAP_X, height: tallest }
}

fn path(way: &[usize], slots: &[Slot], left: impl Fn(usize) -> f64) -> String {
    let bend = GAP_X * 0.55;
    let mut d = String::new();
    let mut before: Option<&Slot> = None;
    for slot in way.iter().filter_map(|i| slots.get(*i)) {
        let (x, y) = (left(slot.depth), slot.y);
        match before {
            None => d.push_str(&format!("M{} {y}", x + BOX_WIDTH)),
            Some(from) => {
                d.push_str(&format!("C{} {} {} {y} {x} {y}", x - GAP_X + bend, from.y, x - bend));
                // Straight on past the column.
                if slot.height < BOX_HEIGHT {
                    d.push_str(&format!("H{}", x + BOX_WIDTH));
                }
            }
        }
        before = Some(slot);
    }
    d
}
