//! The blocks of a report as HTML. The words and the order are those of the screen.

use super::chart_table::chart_table;
use super::drawn::Drawn;
use super::escape::Html;
use crate::base::{ColumnType, wording};
use crate::chart::ChartData;
use crate::report::{
    Explain, FrozenContent, FrozenNumber, FrozenReport, Inline, Piece, QualityItem, State, finding_note, markdown,
};
use crate::table::{ColumnHead, RowWindow, SourceRef};

/// Writes everything within `body`; of each chart in order, what was drawn.
pub(super) fn write_report(html: &mut Html, report: &FrozenReport, drawn: &[Drawn]) {
    let mut drawn = drawn.iter();
    html.raw("<main class=\"report\">\n<header>\n").element("h1", &report.title);
    html.element("p class=\"strip\"", &report.strip).raw("</header>\n");
    for block in &report.blocks {
        html.raw("<section class=\"").raw(class_of(&block.content)).raw("\">\n");
        write_block(html, report, &block.content, &mut drawn);
        html.raw("</section>\n");
    }
    html.raw("</main>\n<footer>\n").element(
        "p",
        &format!(
            "Made with Tributary {}. This file is complete: it holds no scripts and asks nothing of the network. \
             Dropped into Tributary it can be read there, which also shows whether it was changed since; the data \
             behind it stay with whoever made it.",
            env!("CARGO_PKG_VERSION")
        ),
    );
    html.raw("</footer>\n");
}

fn class_of(content: &FrozenContent) -> &'static str {
    match content {
        FrozenContent::Verdict { .. } => "verdict-block",
        FrozenContent::Numbers(_) => "numbers-block",
        FrozenContent::Finding { .. } => "finding",
        FrozenContent::Chart { .. } => "chart",
        FrozenContent::Table { .. } => "table",
        FrozenContent::Text(_) => "text",
        FrozenContent::Quality(_) => "quality-block",
        FrozenContent::Sources => "sources",
        FrozenContent::Methods(_) => "methods",
        FrozenContent::Failed(_) => "failed",
    }
}

fn write_block<'d>(
    html: &mut Html,
    report: &FrozenReport,
    content: &FrozenContent,
    drawn: &mut impl Iterator<Item = &'d Drawn>,
) {
    match content {
        FrozenContent::Verdict { state, sentence, action, explain } => {
            html.raw("<div class=\"verdict\" data-state=\"").raw(state_key(*state)).raw("\">\n");
            write_state(html, *state);
            html.element("p class=\"sentence\"", sentence);
            if !action.is_empty() {
                html.element("p class=\"action\"", action);
            }
            write_explain(html, "How the verdict was reached", explain);
            html.raw("</div>\n");
        }
        FrozenContent::Numbers(numbers) => {
            html.raw("<ul class=\"numbers\">\n");
            numbers.iter().for_each(|number| write_number(html, number));
            html.raw("</ul>\n");
            write_numbers_explained(html, numbers);
        }
        FrozenContent::Finding { finding, chart, heading, explain } => {
            html.element("h2", heading.as_ref().unwrap_or(&finding.sentence));
            if heading.is_some() {
                html.element("p", &finding.sentence);
            }
            let drawn = chart.as_ref().and_then(|_| drawn.next());
            if let Some(chart) = chart {
                write_chart(html, chart, drawn);
            }
            html.element("p class=\"note\"", &finding_note(finding, report.checks_run));
            if !finding.caveat.is_empty() {
                html.element("p class=\"note\"", &finding.caveat);
            }
            write_behind(html, chart.as_ref(), drawn, explain);
        }
        FrozenContent::Chart { data, explain, .. } => {
            html.element("h2", &data.title);
            let drawn = drawn.next();
            write_chart(html, data, drawn);
            write_behind(html, Some(data), drawn, explain);
        }
        FrozenContent::Table { title, window, explain } => {
            html.element("h2", title);
            write_window(html, title, window);
            write_explain(html, HOW, explain);
        }
        FrozenContent::Text(text) => write_pieces(html, &markdown(text)),
        FrozenContent::Quality(items) => write_quality(html, items),
        FrozenContent::Sources => write_sources(html, &report.sources),
        FrozenContent::Methods(paragraphs) => {
            html.element("h2", "Methods");
            paragraphs.iter().for_each(|p| {
                html.element("p", p);
            });
        }
        FrozenContent::Failed(why) => {
            html.element("p", "This part could not be made.").element("p class=\"note\"", why);
        }
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
        State::Attention => ("<path d=\"M8 2l6.5 11.5h-13z\"/><path d=\"M8 6.5v3.2M8 11.6v.1\"/>", "Needs attention"),
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
    let (is_long, is_known) = (number.text.chars().count() > 9, number.value.is_some());
    let class = match (is_known, is_long) {
        (false, _) => "value unknown",
        (true, true) => "value long",
        (true, false) => "value",
    };
    html.raw("<p class=\"").raw(class).raw("\">").text(&number.text);
    if let Some(unit) = &number.unit {
        html.raw(" <span class=\"unit\">").text(unit).raw("</span>");
    }
    html.raw("</p>\n");
    if let Some(change) = &number.change {
        html.element("p class=\"change\"", change);
    }
    write_spark(html, &number.spark);
    html.raw("</li>\n");
}

/// All of them in one place, so that the row of numbers stays a row of numbers.
fn write_numbers_explained(html: &mut Html, numbers: &[FrozenNumber]) {
    let mut explained = numbers.iter().filter(|n| n.explain != Explain::default()).peekable();
    if explained.peek().is_none() {
        return;
    }
    html.raw("<details class=\"explain\">").element("summary", "How these numbers were made");
    for number in explained {
        html.element("h3", &number.label);
        write_explanation(html, &number.explain);
    }
    html.raw("</details>\n");
}

/// A small line without axes, broken where values are missing.
fn write_spark(html: &mut Html, values: &[f64]) {
    let known = || values.iter().copied().filter(|v| v.is_finite());
    let (Some(low), Some(high)) = (known().reduce(f64::min), known().reduce(f64::max)) else { return };
    if values.len() < 3 {
        return;
    }
    let span = if high > low { high - low } else { 1.0 };
    let step = 96.0 / (values.len() - 1) as f64;
    let (mut path, mut pen_up) = (String::new(), true);
    for (idx, value) in values.iter().enumerate() {
        if !value.is_finite() {
            pen_up = true;
            continue;
        }
        let (x, y) = (step * idx as f64, if high > low { 22.0 - 20.0 * (value - low) / span } else { 12.0 });
        path.push_str(&format!("{}{x:.1} {y:.1}", if pen_up { 'M' } else { 'L' }));
        pen_up = false;
    }
    html.raw("<svg class=\"spark\" viewBox=\"0 0 96 24\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path d=\"")
        .raw(&path)
        .raw("\" vector-effect=\"non-scaling-stroke\"/></svg>\n");
}

fn write_chart(html: &mut Html, data: &ChartData, drawn: Option<&Drawn>) {
    html.raw("<figure>\n");
    if !data.subtitle.is_empty() {
        html.element("figcaption", &data.subtitle);
    }
    let drawings = drawn.map(Drawn::drawings).unwrap_or_default();
    for (look, svg) in drawings {
        // The style sheet shows one of them.
        html.raw("<div class=\"drawing ").raw(if look.is_dark { "dark" } else { "light" });
        html.raw(if look.is_narrow { " narrow" } else { " wide" });
        html.raw("\" role=\"img\" aria-label=\"").text(&data.title).raw("\">").raw(svg).raw("</div>\n");
    }
    html.raw("</figure>\n");
}

/// What stands behind a block, closed: the numbers of its chart, and how it was made.
fn write_behind(html: &mut Html, chart: Option<&ChartData>, drawn: Option<&Drawn>, explain: &Explain) {
    html.raw("<div class=\"behind\">\n");
    if let Some(data) = chart {
        // Where there is no drawing, the numbers stand for it.
        write_chart_numbers(html, data, drawn.is_none_or(|d| d.drawings().is_empty()));
    }
    write_explain(html, HOW, explain);
    html.raw("</div>\n");
}

fn write_chart_numbers(html: &mut Html, data: &ChartData, is_open: bool) {
    let table = chart_table(data);
    html.raw(if is_open { "<details open>" } else { "<details>" }).element("summary", "Numbers of this chart");
    open_scroll(html, "Numbers of this chart").raw("<table>\n<thead><tr>");
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
        html.element("p class=\"note\"", &more);
    }
    html.raw("</details>\n");
}

/// What is wider than the page scrolls, also by keyboard.
fn open_scroll<'h>(html: &'h mut Html, name: &str) -> &'h mut Html {
    html.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"").text(name).raw("\">")
}

fn write_window(html: &mut Html, title: &str, window: &RowWindow) {
    open_scroll(html, title).raw("<table>\n<thead><tr>");
    for head in &window.columns {
        html.raw(if is_number(head) { "<th scope=\"col\" class=\"number\">" } else { "<th scope=\"col\">" });
        html.text(&head.name);
        if let Some(unit) = &head.unit {
            html.raw(" <span class=\"unit\">").text(unit).raw("</span>");
        }
        html.raw("</th>\n");
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
    let count = if window.n_total > n_rows as u64 {
        format!("The first {n_rows} of {} rows", wording::format_count(window.n_total))
    } else {
        wording::plural(window.n_total, "row", "rows")
    };
    html.element("p class=\"note\"", &count);
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

/// What stands over an explanation, as on the screen.
const HOW: &str = "How this was made";

fn write_explain(html: &mut Html, summary: &str, explain: &Explain) {
    if *explain == Explain::default() {
        return;
    }
    html.raw("<details class=\"explain\">").element("summary", summary);
    write_explanation(html, explain);
    html.raw("</details>\n");
}

fn write_explanation(html: &mut Html, explain: &Explain) {
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
}

fn write_quality(html: &mut Html, items: &[QualityItem]) {
    html.element("h2", "Data quality");
    if items.is_empty() {
        html.element("p class=\"note\"", "Every row was loaded, and nothing was changed while reading.");
        return;
    }
    html.raw("<ul class=\"quality\">\n");
    for item in items {
        html.raw("<li>");
        write_state(html, item.state);
        html.raw("<div>").element("p", &item.text);
        if let Some(explain) = &item.explain {
            write_explain(html, HOW, explain);
        }
        html.raw("</div></li>\n");
    }
    html.raw("</ul>\n");
}

fn write_sources(html: &mut Html, sources: &[SourceRef]) {
    html.element("h2", "Sources");
    open_scroll(html, "Sources").raw("<table>\n<thead><tr>");
    for head in ["Name", "Origin", "Rows", "Size", "Read", "SHA-256"] {
        let is_number = matches!(head, "Rows" | "Size");
        html.element(if is_number { "th scope=\"col\" class=\"number\"" } else { "th scope=\"col\"" }, head);
    }
    html.raw("</tr></thead>\n<tbody>\n");
    for source in sources {
        html.raw("<tr>").element("th scope=\"row\"", &source.name).element("td", &source.origin);
        let read_at = if source.read_at.is_empty() { "–".to_owned() } else { wording::raw_words(&source.read_at) };
        html.element("td class=\"number\"", &wording::format_count(source.n_rows));
        html.element("td class=\"number\"", &wording::format_bytes(source.size_bytes));
        html.element("td", &read_at);
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
