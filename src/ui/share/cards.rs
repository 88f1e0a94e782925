//! The bytes behind the ways of sharing, made in pieces none of which holds up the page.

use crate::base::Problem;
use crate::chart::{ChartData, Frame, Theme, paper_height_px, preferred_height_px};
use crate::report::FrozenReport;
use crate::share::{Drawn, Look, Packing, REPORT_CSS, charts_of, sound, to_html_drawn};
use crate::ui::chart::file_stem;
use crate::ui::state::App;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// The report as one HTML file; `None` when nobody wants it any more.
pub async fn make_html(report: &FrozenReport, is_wanted: impl Fn() -> bool) -> Option<String> {
    let sound = sound(report);
    let mut drawn = Vec::new();
    for chart in charts_of(&sound) {
        let mut svgs = Vec::new();
        for look in Look::ALL {
            // One drawing a task.
            next_task(&is_wanted).await?;
            svgs.push(draw(chart, look));
        }
        drawn.push(Drawn::new(svgs));
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

fn draw(data: &ChartData, look: Look) -> Option<String> {
    let theme = if look.is_dark { Theme::dark() } else { Theme::light() };
    let width_px = look.width_px();
    // The wide ones are printed as well.
    let height_px = if look.is_narrow { preferred_height_px(data, width_px) } else { paper_height_px(data, width_px) };
    crate::chart::to_svg(data, &Frame::new(width_px, height_px, theme)).ok()
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
