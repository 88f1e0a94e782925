//! What can be taken from a chart: a picture, its data, its table.

use super::canvas::{to_png, to_svg};
use crate::chart::{ChartData, View, data_csv};
use crate::ui::parts::{IconName, Menu, MenuItem};
use crate::ui::state::use_app;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn ChartMenu(
    /// All of it.
    data: Signal<Option<Arc<ChartData>>>,
    /// What is drawn: finer where a part is looked at closely.
    shown: Signal<Option<Arc<ChartData>>>,
    view: Signal<Option<View>>,
    hidden: Signal<Vec<String>>,
    shows_table: RwSignal<bool>,
) -> impl IntoView {
    let app = use_app();
    let items = Callback::new(move |()| {
        let Some(data) = data.get_untracked() else { return Vec::new() };
        let stem = file_stem(&data.title);
        // The picture that is seen, under the title of the whole.
        let seen = shown.get_untracked().unwrap_or_else(|| data.clone());
        let seen =
            Arc::new(ChartData { title: data.title.clone(), subtitle: data.subtitle.clone(), ..seen.as_ref().clone() });
        let (png, svg, csv) = (seen.clone(), seen, data);
        let names = [format!("{stem}.png"), format!("{stem}.svg"), format!("{stem}.csv")];
        let [png_name, svg_name, csv_name] = names;
        let is_table = shows_table.get_untracked();
        vec![
            MenuItem::new(if is_table { "Show as chart" } else { "Show as table" }, move || {
                shows_table.update(|shown| *shown = !*shown);
            })
            .icon(if is_table { IconName::ChartBar } else { IconName::Table }),
            MenuItem::new("Save as PNG", move || match to_png(&png, view.get_untracked(), hidden.get_untracked()) {
                Ok(bytes) => app.download(&png_name, "image/png", &bytes),
                Err(problem) => app.complain(problem),
            })
            .icon(IconName::Image)
            .new_group(),
            MenuItem::new("Save as SVG", move || match to_svg(&svg, view.get_untracked(), hidden.get_untracked()) {
                Ok(text) => app.download(&svg_name, "image/svg+xml", text.as_bytes()),
                Err(problem) => app.complain(problem),
            })
            .icon(IconName::Image),
            MenuItem::new("Save the data as CSV", move || {
                app.download(&csv_name, "text/csv", data_csv(&csv).as_bytes());
            })
            .icon(IconName::FileSpreadsheet),
        ]
    });
    view! { <Menu label="More for this chart" items=items /> }
}

/// A file name from a title: letters, digits and hyphens, not too long.
pub fn file_stem(title: &str) -> String {
    let mut stem = String::new();
    for c in title.chars().take(60) {
        if c.is_alphanumeric() {
            stem.extend(c.to_lowercase());
        } else if !stem.ends_with('-') && !stem.is_empty() {
            stem.push('-');
        }
    }
    let stem = stem.trim_matches('-');
    if stem.is_empty() { "chart".to_owned() } else { stem.to_owned() }
}
