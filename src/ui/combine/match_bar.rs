//! How much of each side was found on the other: two bars that meet in the middle.

use crate::base::wording::{format_count, format_share};
use leptos::prelude::*;

/// One side's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    pub name: String,
    pub n_matched: u64,
    pub n_only: u64,
}

impl Side {
    fn share(&self) -> f64 {
        self.n_matched as f64 / (self.n_matched + self.n_only).max(1) as f64
    }

    fn words(&self) -> String {
        let total = self.n_matched + self.n_only;
        format!("{} of {} in {} match", format_count(self.n_matched), format_count(total), self.name)
    }
}

#[component]
pub fn MatchBar(left: Side, right: Side) -> impl IntoView {
    view! {
        <div class="match">
            {half(&left, "left")}
            {half(&right, "right")}
        </div>
    }
}

fn half(side: &Side, which: &'static str) -> AnyView {
    let width = format!("inline-size:{:.2}%", (side.share() * 100.0).clamp(0.0, 100.0));
    let words = side.words();
    view! {
        <div class="match__half" data-side=which>
            <div class="match__track" role="img" aria-label=words.clone()>
                <span class="match__found" style=width></span>
            </div>
            <p class="match__words">
                <span class="match__share">{format_share(floor_share(side.share()))}</span>
                <span aria-hidden="true">{words}</span>
            </p>
        </div>
    }
    .into_any()
}

/// Never "100 %" while a row is missing.
fn floor_share(share: f64) -> f64 {
    if share < 1.0 { (share * 1000.0).floor() / 1000.0 } else { share }
}
