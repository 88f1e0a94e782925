//! Rows into a file.

use crate::protocol::ExportFormat;
use crate::ui::parts::{IconName, Menu, MenuItem};
use crate::ui::state::use_app;
use leptos::prelude::*;

const FORMATS: [(ExportFormat, &str, &str); 6] = [
    (ExportFormat::Csv, "CSV", "csv"),
    (ExportFormat::Xlsx, "Excel workbook", "xlsx"),
    (ExportFormat::Parquet, "Parquet", "parquet"),
    (ExportFormat::Arrow, "Arrow", "arrow"),
    (ExportFormat::Json, "JSON", "json"),
    (ExportFormat::Ndjson, "JSON, one row a line", "ndjson"),
];

/// Writes the rows of a query to a file in a format of choice.
#[component]
pub(super) fn ExportMenu(
    #[prop(into)] sql: Signal<Option<String>>,
    /// Without its ending.
    #[prop(into)]
    file_stem: Signal<String>,
) -> impl IntoView {
    let app = use_app();
    let items = Callback::new(move |()| {
        let sql = sql.get_untracked();
        FORMATS
            .into_iter()
            .map(|(format, label, ending)| {
                let text = sql.clone().unwrap_or_default();
                let pick = move || {
                    let name = format!("{}.{ending}", file_stem.get_untracked());
                    app.export(text.clone(), format, name);
                };
                MenuItem::new(label, pick).disabled(sql.is_none())
            })
            .collect()
    });
    view! { <Menu label="Export" items=items icon=IconName::Download shows_label=true /> }
}
