//! The shape of a column, small enough for a table header.

use crate::table::Histogram;
use leptos::prelude::*;

#[component]
pub fn MiniHistogram(
    #[prop(into)] histogram: Histogram,
    /// Pixels.
    #[prop(default = 96)]
    width: u32,
    /// Pixels.
    #[prop(default = 24)]
    height: u32,
) -> impl IntoView {
    let path = bars(&histogram.counts, f64::from(width), f64::from(height));
    view! {
        <svg
            class="mini-histogram"
            width=width.to_string()
            height=height.to_string()
            viewBox=format!("0 0 {width} {height}")
            preserveAspectRatio="none"
            aria-hidden="true"
        >
            <path d=path></path>
        </svg>
    }
}

/// One path for all bars; a bin with anything in it is at least 1 px high.
fn bars(counts: &[u64], width: f64, height: f64) -> String {
    use std::fmt::Write;
    let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = width / counts.len().max(1) as f64;
    let gap = if step > 3.0 { 1.0 } else { 0.0 };
    let mut path = String::new();
    for (i, count) in counts.iter().enumerate().filter(|(_, c)| **c > 0) {
        let bar = (*count as f64 / most * height).max(1.0);
        let x = i as f64 * step;
        // Writing to a String cannot fail.
        let _ = write!(path, "M{x:.2} {height}v{:.2}h{:.2}v{bar:.2}z", -bar, (step - gap).max(0.5));
    }
    path
}
