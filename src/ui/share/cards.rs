//! The bytes behind the ways of sharing.

use crate::chart::{ChartData, Frame, Theme, preferred_height_px};
use crate::report::FrozenReport;
use crate::share::{REPORT_CSS, to_html};
use crate::ui::chart::file_stem;
use crate::ui::state::App;
use leptos::prelude::*;

/// Width of charts in the file; they scale with the page.
const WIDTH_PX: f64 = 780.0;

/// The report as one HTML file.
pub fn html_of(report: &FrozenReport) -> String {
    to_html(report, &draw, REPORT_CSS)
}

fn draw(data: &ChartData, is_dark: bool) -> Option<String> {
    let theme = if is_dark { Theme::dark() } else { Theme::light() };
    crate::chart::to_svg(data, &Frame::new(WIDTH_PX, preferred_height_px(data, WIDTH_PX), theme)).ok()
}

pub fn download_html(app: App, report: &FrozenReport) {
    let name = format!("{}.html", file_stem(&report.title));
    app.download(&name, "text/html", html_of(report).as_bytes());
}

/// The page's own address without what follows `#`.
pub(super) fn page_address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}
