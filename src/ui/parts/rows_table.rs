//! A few rows as a plain table, for previews. The grid with all rows is on the Explore screen.

use super::TypeIcon;
use crate::base::{ColumnType, wording};
use crate::table::{ColumnHead, RowWindow};
use leptos::prelude::*;

#[component]
pub fn RowsTable(#[prop(into)] window: RowWindow, #[prop(into)] caption: String) -> impl IntoView {
    let n_rows = window.cells.iter().map(Vec::len).max().unwrap_or(0);
    let heads = window
        .columns
        .iter()
        .map(|head| {
            let unit = head.unit.clone().map(|u| view! { <span class="rows__unit">{u}</span> });
            view! {
                <th scope="col" data-align=align(head.column_type)>
                    <span class="rows__head"><TypeIcon column_type=head.column_type />{head.name.clone()} {unit}</span>
                </th>
            }
        })
        .collect_view();
    let rows = (0..n_rows)
        .map(|row| {
            let cells = window
                .columns
                .iter()
                .zip(&window.cells)
                .map(|(head, cells)| match cells.get(row).cloned().flatten() {
                    Some(raw) => {
                        view! { <td data-align=align(head.column_type)>{cell_words(head, &raw)}</td> }.into_any()
                    }
                    None => view! {
                        <td data-align=align(head.column_type) data-state="missing">
                            <span aria-label="missing">"–"</span>
                        </td>
                    }
                    .into_any(),
                })
                .collect_view();
            let number = wording::format_count(window.offset + row as u64 + 1);
            view! { <tr><th scope="row" class="rows__number">{number}</th>{cells}</tr> }
        })
        .collect_view();
    let label = caption.clone();
    view! {
        <div class="rows" tabindex="0" role="region" aria-label=label>
            <table class="rows__table">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr><th class="rows__number"><span class="visually-hidden">"Row"</span></th>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn align(column_type: ColumnType) -> &'static str {
    if column_type.is_numeric() || column_type == ColumnType::Duration { "end" } else { "start" }
}

/// A raw cell as people read it: grouped digits with the column's decimals, spelt dates.
pub fn cell_words(head: &ColumnHead, raw: &str) -> String {
    match head.column_type {
        ColumnType::Integer => raw.parse::<i64>().map_or_else(
            |_| raw.to_owned(),
            |n| format!("{}{}", if n < 0 { "\u{2212}" } else { "" }, wording::format_count(n.unsigned_abs())),
        ),
        ColumnType::Number | ColumnType::Decimal => match raw.parse::<f64>() {
            Ok(n) if n != 0.0 && (n.abs() >= 1e15 || n.abs() < 0.5 * 10f64.powi(-(head.decimals as i32))) => {
                wording::format_significant(n, 3)
            }
            Ok(n) => wording::format_number(n, head.decimals),
            Err(_) => raw.to_owned(),
        },
        ColumnType::Boolean => match raw {
            "true" => "yes".to_owned(),
            "false" => "no".to_owned(),
            other => other.to_owned(),
        },
        ColumnType::Date => raw.parse::<chrono::NaiveDate>().map_or_else(|_| raw.to_owned(), wording::format_date),
        ColumnType::DateTime => raw
            .parse::<chrono::NaiveDateTime>()
            .map_or_else(|_| raw.to_owned(), |t| wording::format_micros(t.and_utc().timestamp_micros())),
        ColumnType::Text | ColumnType::Time | ColumnType::Duration => raw.to_owned(),
    }
}
