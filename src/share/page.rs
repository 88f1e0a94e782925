//! The blocks of a report as HTML. The words and the order are those of the screen.

use super::chart_table::chart_table;
use super::escape::Html;
use super::html::Drawn;
use crate::base::{ColumnType, wording};
use crate::chart::ChartData;
use crate::insight::Finding;
use crate::report::{Explain, FrozenContent, FrozenNumber, FrozenReport, Inline, Piece, QualityItem, State, markdown};
use crate::table::{ColumnHead, RowWindow, SourceRef};

/// Writes everything within `body`; of each chart in order, what was drawn.
pub(super) fn write_report(html: &mut Html, report: &FrozenReport, drawn: &[Drawn]) {
    let mut drawn = drawn.iter();
    html.raw("<main class=\"report\">\n<header>\n").element("h1", &report.title);
    html.element("p class=\"strip\"", &report.strip).raw("</header>\n");
    let mut section = "";
    for block in &report.blocks {
        let heading = heading_of(&block.content);
        if heading != section && !heading.is_empty() {
            html.element("h2", heading);
        }
        section = heading;
        match &block.content {
            FrozenContent::Verdict { state, sentence, action, explain } => {
                html.raw("<section class=\"verdict\" data-state=\"").raw(state_key(*state)).raw("\">\n");
                write_state(html, *state);
                html.element("p class=\"sentence\"", sentence);
                if !action.is_empty() {
                    html.element("p class=\"action\"", action);
                }
                write_explain(html, explain);
                html.raw("</section>\n");
            }
            FrozenContent::Numbers(numbers) => {
                html.raw("<ul class=\"numbers\">\n");
                numbers.iter().for_each(|number| write_number(html, number));
                html.raw("</ul>\n");
            }
            FrozenContent::Finding { finding, chart, heading, explain } => {
                html.raw("<section class=\"finding\">\n");
                html.element("h3", heading.as_ref().unwrap_or(&finding.sentence));
                if heading.is_some() {
                    html.element("p", &finding.sentence);
                }
                if let Some(chart) = chart {
                    write_chart(html, chart, drawn.next(), false);
                }
                html.element("p class=\"muted\"", &finding_line(finding));
                write_explain(html, explain);
                html.raw("</section>\n");
            }
            FrozenContent::Chart { data, explain, .. } => {
                html.raw("<section class=\"chart\">\n");
                write_chart(html, data, drawn.next(), true);
                write_explain(html, explain);
                html.raw("</section>\n");
            }
            FrozenContent::Table { title, window, explain } => {
                html.raw("<section class=\"table\">\n").element("h3", title);
                write_window(html, window);
                write_explain(html, explain);
                html.raw("</section>\n");
            }
            FrozenContent::Text(text) => {
                html.raw("<section class=\"text\">\n");
                write_pieces(html, &markdown(text));
                html.raw("</section>\n");
            }
            FrozenContent::Quality(items) => write_quality(html, items),
            FrozenContent::Sources => write_sources(html, &report.sources),
            FrozenContent::Methods(paragraphs) => {
                html.raw("<section class=\"methods\">\n");
                paragraphs.iter().for_each(|p| {
                    html.element("p", p);
                });
                html.raw("</section>\n");
            }
            FrozenContent::Failed(why) => {
                html.raw("<section class=\"failed\">\n").element("p", "This part could not be made.");
                html.element("p class=\"muted\"", why).raw("</section>\n");
            }
        }
    }
    html.raw("</main>\n<footer>\n").element(
        "p",
        &format!(
            "Made with Tributary {}. This file is complete: it holds no scripts and asks nothing of the network. \
             Dropped into Tributary it can be read there; the data \
             behind it stay with whoever made it.",
            env!("CARGO_PKG_VERSION")
        ),
    );
    html.raw("</footer>\n");
}

/// The heading over a run of blocks; none for those that speak for themselves.
fn heading_of(content: &FrozenContent) -> &'static str {
    match content {
        FrozenContent::Finding { .. } => "What stands out",
        FrozenContent::Chart { .. } => "The data in charts",
        FrozenContent::Table { .. } => "Rows to look at",
        FrozenContent::Quality(_) => "Data quality",
        FrozenContent::Sources => "Sources",
        FrozenContent::Methods(_) => "Methods",
        FrozenContent::Verdict { .. }
        | FrozenContent::Numbers(_)
        | FrozenContent::Text(_)
        | FrozenContent::Failed(_) => "",
    }
}

fn state_key(state: State) -> &'static str {
    match state {
        State::Fine => "fine",
        State::Attention => "attention",
        State::Stop => "stop",
    }
}

/// Icon and word, never colour alone.
fn write_state(html: &mut Html, state: State) {
    let (shape, word) = match state {
        State::Fine => ("<circle cx=\"8\" cy=\"8\" r=\"6.5\"/><path d=\"M5 8.2l2.2 2.2L11 6\"/>", "Fine"),
        State::Attention => ("<path d=\"M8 2l6.5 11.5h-13z\"/><path d=\"M8 6.5v3.2M8 11.6v.1\"/>", "Attention"),
        State::Stop => {
            ("<path d=\"M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z\"/><path d=\"M8 4.8v4M8 11v.1\"/>", "Stop")
        }
    };
    html.raw("<p class=\"state\" data-state=\"")
        .raw(state_key(state))
        .raw("\"><svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">");
    html.raw(shape).raw("</svg>").raw(word).raw("</p>\n");
}

fn write_number(html: &mut Html, number: &FrozenNumber) {
    html.raw("<li>").element("p class=\"label\"", &number.label);
    let is_long = number.text.chars().count() > 8;
    html.raw(if is_long { "<p class=\"value long\">" } else { "<p class=\"value\">" }).text(&number.text);
    if let Some(unit) = &number.unit {
        html.raw(" <span class=\"unit\">").text(unit).raw("</span>");
    }
    html.raw("</p>\n");
    if let Some(change) = &number.change {
        html.element("p class=\"muted\"", change);
    }
    write_spark(html, &number.spark);
    write_explain(html, &number.explain);
    html.raw("</li>\n");
}

/// A small line without axes, broken where values are missing.
fn write_spark(html: &mut Html, values: &[f64]) {
    let known = || values.iter().copied().filter(|v| v.is_finite());
    let (Some(low), Some(high)) = (known().reduce(f64::min), known().reduce(f64::max)) else { return };
    if values.len() < 3 {
        return;
    }
    let span = if high > low { high - low } else { 1.0 };
    let step = 116.0 / (values.len() - 1) as f64;
    let (mut path, mut pen_up) = (String::new(), true);
    for (idx, value) in values.iter().enumerate() {
        if !value.is_finite() {
            pen_up = true;
            continue;
        }
        let (x, y) = (2.0 + step * idx as f64, 26.0 - 22.0 * (value - low) / span);
        path.push_str(&format!("{}{x:.1} {y:.1}", if pen_up { 'M' } else { 'L' }));
        pen_up = false;
    }
    html.raw("<svg class=\"spark\" viewBox=\"0 0 120 28\" aria-hidden=\"true\"><path d=\"")
        .raw(&path)
        .raw("\"/></svg>\n");
}

fn write_chart(html: &mut Html, data: &ChartData, drawn: Option<&Drawn>, with_title: bool) {
    let light = drawn.and_then(|d| d.light.as_ref());
    let dark = drawn.and_then(|d| d.dark.as_ref());
    html.raw("<figure>\n");
    if with_title {
        html.element("h3", &data.title);
    }
    html.element("figcaption class=\"muted\"", &data.subtitle);
    for (svg, theme) in [(light, "light"), (dark.or(light), "dark")] {
        let Some(svg) = svg else { continue };
        html.raw("<div class=\"drawing ").raw(theme).raw("\" role=\"img\" aria-label=\"").text(&data.title).raw("\">");
        html.raw(svg).raw("</div>\n");
    }
    let table = chart_table(data);
    html.raw("<details");
    if light.is_none() {
        html.raw(" open");
    }
    html.raw(">").element("summary", "Numbers of this chart");
    html.raw("<div class=\"scroll\"><table>\n<thead><tr>");
    table.headers.iter().for_each(|h| {
        html.element("th scope=\"col\"", h);
    });
    html.raw("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        html.raw("<tr>");
        for (idx, cell) in row.iter().enumerate() {
            html.element(if idx == 0 { "th scope=\"row\"" } else { "td" }, if cell.is_empty() { "–" } else { cell });
        }
        html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
    if table.n_more > 0 {
        let more = format!("{} more.", wording::plural(table.n_more, "row", "rows"));
        html.element("p class=\"muted\"", &more);
    }
    html.raw("</details>\n</figure>\n");
}

/// Effect, n, method, caveat.
fn finding_line(finding: &Finding) -> String {
    let effect = &finding.effect;
    let mut parts = Vec::new();
    if effect.value.is_finite() && effect.value.abs() < 1e299 {
        let unit = effect.unit.as_deref().map(|u| format!(" {u}")).unwrap_or_default();
        let value = wording::format_significant(effect.value, 3);
        parts.push(wording::sentence_case(&format!("{} {value}{unit}", effect.measure)));
    }
    parts.push(format!("n = {}", wording::format_count(finding.n)));
    if !finding.method.is_empty() {
        parts.push(finding.method.clone());
    }
    let line = parts.join(" · ");
    if finding.caveat.is_empty() { line } else { format!("{line}. {}", finding.caveat) }
}

fn write_window(html: &mut Html, window: &RowWindow) {
    html.raw("<div class=\"scroll\"><table>\n<thead><tr>");
    for head in &window.columns {
        let name = head.unit.as_ref().map_or_else(|| head.name.clone(), |unit| format!("{} ({unit})", head.name));
        html.element(if is_number(head) { "th scope=\"col\" class=\"number\"" } else { "th scope=\"col\"" }, &name);
    }
    html.raw("</tr></thead>\n<tbody>\n");
    let n_rows = window.cells.iter().map(Vec::len).max().unwrap_or(0);
    for row_idx in 0..n_rows {
        html.raw("<tr>");
        for (head, cells) in window.columns.iter().zip(&window.cells) {
            let cell = cells.get(row_idx).and_then(Option::as_deref).map(|raw| cell_words(head, raw));
            html.element(if is_number(head) { "td class=\"number\"" } else { "td" }, cell.as_deref().unwrap_or("–"));
        }
        html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
    if window.n_total > n_rows as u64 {
        let shown = wording::format_count(n_rows as u64);
        let all = wording::plural(window.n_total, "row", "rows");
        html.element("p class=\"muted\"", &format!("{shown} of {all}."));
    }
}

fn is_number(head: &ColumnHead) -> bool {
    head.column_type.is_numeric()
}

fn cell_words(head: &ColumnHead, raw: &str) -> String {
    match head.column_type {
        // Codes and years are written as numbers; four digits are left alone.
        ColumnType::Integer => match raw.parse::<i64>() {
            Ok(n) if n.unsigned_abs() >= 10_000 => {
                let sign = if n < 0 { "\u{2212}" } else { "" };
                format!("{sign}{}", wording::format_count(n.unsigned_abs()))
            }
            _ => raw.to_owned(),
        },
        ColumnType::Number | ColumnType::Decimal => match raw.parse::<f64>() {
            Ok(v) if v != 0.0 && v.abs() < 1e-4 => wording::format_significant(v, 4),
            Ok(v) => wording::format_number(v, head.decimals),
            Err(_) => raw.to_owned(),
        },
        ColumnType::Date | ColumnType::DateTime => wording::raw_words(raw),
        ColumnType::Boolean => match raw {
            "true" => "yes".to_owned(),
            "false" => "no".to_owned(),
            _ => raw.to_owned(),
        },
        _ => raw.to_owned(),
    }
}

fn write_explain(html: &mut Html, explain: &Explain) {
    if *explain == Explain::default() {
        return;
    }
    html.raw("<details class=\"explain\">").element("summary", "How was this made");
    if !explain.formula.is_empty() {
        html.element("p", &explain.formula);
    }
    if !explain.steps.is_empty() {
        html.raw("<ol>\n");
        explain.steps.iter().for_each(|step| {
            html.element("li", step);
        });
        html.raw("</ol>\n");
    }
    if !explain.sources.is_empty() {
        html.element("p", &format!("From {}.", wording::list(&explain.sources)));
    }
    if let Some(sql) = &explain.rows_sql {
        let rows = wording::plural(explain.n_rows, "row", "rows");
        html.element("p", &format!("{rows} behind it, where the data are:")).raw("<pre>").text(sql).raw("</pre>\n");
    }
    html.raw("</details>\n");
}

fn write_quality(html: &mut Html, items: &[QualityItem]) {
    html.raw("<ul class=\"quality\">\n");
    for item in items {
        html.raw("<li>");
        write_state(html, item.state);
        html.raw("<div>").element("p", &item.text);
        if let Some(explain) = &item.explain {
            write_explain(html, explain);
        }
        html.raw("</div></li>\n");
    }
    html.raw("</ul>\n");
}

fn write_sources(html: &mut Html, sources: &[SourceRef]) {
    html.raw("<div class=\"scroll\"><table class=\"sources\">\n<thead><tr>");
    for head in ["Name", "From", "Read", "Rows", "Size", "SHA-256"] {
        html.element("th scope=\"col\"", head);
    }
    html.raw("</tr></thead>\n<tbody>\n");
    for source in sources {
        html.raw("<tr>").element("th scope=\"row\"", &source.name).element("td", &source.origin);
        let read_at = if source.read_at.is_empty() { "–".to_owned() } else { wording::raw_words(&source.read_at) };
        html.element("td", &read_at);
        html.element("td class=\"number\"", &wording::format_count(source.n_rows));
        html.element("td class=\"number\"", &wording::format_bytes(source.size_bytes));
        html.element("td class=\"hash\"", source.fingerprint.as_str()).raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
}

fn write_pieces(html: &mut Html, pieces: &[Piece]) {
    for piece in pieces {
        match piece {
            Piece::Heading { level, content } => {
                // The page has its own title: a first heading is a section of it.
                let tag = ["h2", "h3", "h4"].get(usize::from(*level).saturating_sub(1)).copied().unwrap_or("h4");
                html.raw("<").raw(tag).raw(">");
                write_inlines(html, content);
                html.raw("</").raw(tag).raw(">\n");
            }
            Piece::Paragraph(content) => {
                html.raw("<p>");
                write_inlines(html, content);
                html.raw("</p>\n");
            }
            Piece::List { start, items } => {
                let tag = if start.is_some() { "ol" } else { "ul" };
                html.raw("<").raw(tag);
                if let Some(start) = start.filter(|s| *s != 1) {
                    html.raw(&format!(" start=\"{start}\""));
                }
                html.raw(">\n");
                for item in items {
                    html.raw("<li>");
                    write_pieces(html, item);
                    html.raw("</li>\n");
                }
                html.raw("</").raw(tag).raw(">\n");
            }
            Piece::Quote(inner) => {
                html.raw("<blockquote>\n");
                write_pieces(html, inner);
                html.raw("</blockquote>\n");
            }
            Piece::Code(text) => {
                html.raw("<pre>").text(text).raw("</pre>\n");
            }
            Piece::Rule => {
                html.raw("<hr>\n");
            }
        }
    }
}

fn write_inlines(html: &mut Html, content: &[Inline]) {
    for inline in content {
        match inline {
            Inline::Text(text) => {
                html.text(text);
            }
            Inline::Code(text) => {
                html.raw("<code>").text(text).raw("</code>");
            }
            Inline::Bold(inner) => {
                html.raw("<strong>");
                write_inlines(html, inner);
                html.raw("</strong>");
            }
            Inline::Italic(inner) => {
                html.raw("<em>");
                write_inlines(html, inner);
                html.raw("</em>");
            }
            Inline::Link { href, content } => {
                html.raw("<a rel=\"noopener noreferrer\" href=\"").text(href).raw("\">");
                write_inlines(html, content);
                html.raw("</a>");
            }
            Inline::Break => {
                html.raw("<br>");
            }
        }
    }
}
