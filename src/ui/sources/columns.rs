//! The columns of a table: what each was taken for, why, and its shape.

use crate::base::wording::{format_count, format_share};
use crate::base::{ColumnType, NodeId, SourceId, TableId};
use crate::protocol::{Query, View};
use crate::table::{ColumnInfo, ColumnProfile};
use crate::ui::parts::{MiniHistogram, Select, TypeIcon};
use crate::ui::state::use_app;
use leptos::prelude::*;

#[component]
pub fn ColumnList(source: SourceId, table: TableId) -> impl IntoView {
    let app = use_app();
    let columns =
        Memo::new(move |_| app.workspace.get().table(table).map(|(_, t)| t.columns.clone()).unwrap_or_default());
    let profile = app.want(move || Some(Query::Profile { node: NodeId::Table(table) }));
    let n_rows = Memo::new(move |_| app.workspace.get().table(table).map_or(0, |(_, t)| t.n_rows));
    let rows = move || {
        let answer = profile.get();
        let profiles = match answer.view() {
            Some(View::Profile(profile)) => profile.columns.clone(),
            _ => Vec::new(),
        };
        let line = |column: ColumnInfo| {
            let profile = profiles.iter().find(|p| p.name == column.name).cloned();
            column_line(source, column, profile, n_rows.get())
        };
        columns.get().into_iter().map(line).collect_view()
    };
    view! {
        <div class="rows columns" tabindex="0" role="region" aria-label="Columns">
            <table class="rows__table">
                <thead>
                    <tr>
                        <th scope="col">"Column"</th>
                        <th scope="col">"Read as"</th>
                        <th scope="col">"Why"</th>
                        <th scope="col">"Values"</th>
                        <th scope="col" data-align="end">"Missing"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn column_line(source: SourceId, column: ColumnInfo, profile: Option<ColumnProfile>, n_rows: u64) -> AnyView {
    let app = use_app();
    let name = StoredValue::new(column.name.clone());
    let change = move |chosen: String| {
        let Some(chosen) = ColumnType::from_name(&chosen) else { return };
        let workspace = app.workspace.get_untracked();
        let Some(spec) = workspace.source(source) else { return };
        app.reread(source, spec.reader.clone().with_type(name.get_value(), chosen));
    };
    let options: Vec<(String, String)> =
        ColumnType::ALL.into_iter().map(|t| (t.name().to_owned(), t.label().to_owned())).collect();
    let unit = column.unit.clone().map(|u| view! { <span class="rows__unit">{u}</span> });
    let missing = match column.n_missing {
        0 => "–".to_owned(),
        n => format!("{} ({})", format_count(n), format_share(n as f64 / n_rows.max(1) as f64)),
    };
    let has_missing = column.n_missing > 0;
    let label = column.label.clone().map(|label| view! { <p class="muted">{label}</p> });
    view! {
        <tr>
            <th scope="row">
                <span class="rows__head"><TypeIcon column_type=column.column_type />{column.name.clone()} {unit}</span>
                {label}
            </th>
            <td class="columns__type">
                <Select
                    label=format!("Type of {}", column.name)
                    options=options
                    value=column.column_type.name().to_owned()
                    on_change=change
                />
            </td>
            <td class="columns__why">{why(&column)}</td>
            <td>{profile.map(shape)}</td>
            <td data-align="end" data-state=(!has_missing).then_some("missing")>{missing}</td>
        </tr>
    }
    .into_any()
}

/// The reason, and how sure it is where it is not quite.
fn why(column: &ColumnInfo) -> String {
    let sure = match column.confidence {
        c if c >= 0.98 => None,
        c if c >= 0.8 => Some("likely"),
        _ => Some("not sure"),
    };
    let other = column.runner_up.map(|t| format!("could be {}", t.label().to_lowercase()));
    let doubt = sure.map(|s| match other {
        Some(other) => format!("{s}, {other}"),
        None => s.to_owned(),
    });
    [Some(column.reason.clone()), doubt].into_iter().flatten().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn shape(profile: ColumnProfile) -> AnyView {
    if let Some(histogram) = profile.histogram {
        return view! { <MiniHistogram histogram=histogram /> }.into_any();
    }
    let about = if profile.distinct_is_exact { "" } else { "about " };
    let top: Vec<String> = profile.top.iter().take(2).map(|(value, _)| value.clone()).collect();
    let examples = if top.is_empty() { String::new() } else { format!(": {}, …", top.join(", ")) };
    let words = match profile.n_distinct {
        1 => profile.top.first().map_or_else(|| "one value".to_owned(), |(v, _)| format!("always {v}")),
        n => format!("{about}{} different{examples}", format_count(n)),
    };
    view! { <span class="columns__values">{words}</span> }.into_any()
}
