//! The bytes behind the ways of sharing, made in pieces none of which holds up the page.

use crate::base::Problem;
use crate::chart::{ChartData, Frame, Theme, preferred_height_px};
use crate::report::FrozenReport;
use crate::share::{Drawn, Packing, REPORT_CSS, charts_of, sound, to_html_drawn};
use crate::ui::chart::file_stem;
use crate::ui::state::App;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Width of charts in the file; they scale with the page.
const WIDTH_PX: f64 = 780.0;

/// The report as one HTML file; `None` when nobody wants it any more.
pub async fn make_html(report: &FrozenReport, is_wanted: impl Fn() -> bool) -> Option<String> {
    let sound = sound(report);
    let mut drawn = Vec::new();
    for chart in charts_of(&sound) {
        // One drawing a task.
        next_task(&is_wanted).await?;
        let light = draw(chart, false);
        next_task(&is_wanted).await?;
        let dark = draw(chart, true);
        next_task(&is_wanted).await?;
        drawn.push(Drawn::new(light, dark));
    }
    next_task(&is_wanted).await?;
    Some(to_html_drawn(&sound, &drawn, REPORT_CSS))
}

/// The report within a link; `None` when nobody wants it any more.
pub(super) async fn make_link(report: &FrozenReport, is_wanted: impl Fn() -> bool) -> Option<Result<String, Problem>> {
    let mut packing = Packing::new();
    loop {
        next_task(&is_wanted).await?;
        if let Some(done) = packing.step(report) {
            return Some(done.map(|fragment| format!("{}#{fragment}", page_address())));
        }
    }
}

async fn next_task(is_wanted: &impl Fn() -> bool) -> Option<()> {
    TimeoutFuture::new(0).await;
    is_wanted().then_some(())
}

fn draw(data: &ChartData, is_dark: bool) -> Option<String> {
    let theme = if is_dark { Theme::dark() } else { Theme::light() };
    crate::chart::to_svg(data, &Frame::new(WIDTH_PX, preferred_height_px(data, WIDTH_PX), theme)).ok()
}

/// Makes the file and hands it to the browser.
pub fn download_html(app: App, report: Arc<FrozenReport>) {
    spawn_local(async move {
        if let Some(html) = make_html(&report, || true).await {
            save_html(app, &report, &html);
        }
    });
}

pub(super) fn save_html(app: App, report: &FrozenReport, html: &str) {
    app.download(&format!("{}.html", file_stem(&report.title)), "text/html", html.as_bytes());
}

/// The page's own address without what follows `#`.
fn page_address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}
