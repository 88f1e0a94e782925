//! Whether a drawing is nothing but a drawing. Charts are drawn from the texts of files that anybody
//! may have written, so the result is read before it is put into a page.

const ELEMENTS: &[&str] = &[
    "svg", "g", "rect", "line", "path", "circle", "ellipse", "polyline", "polygon", "text", "tspan", "title", "desc",
    "defs", "clipPath",
];
const MAX_BYTES: usize = 4 << 20;

/// True when only plain drawing elements occur, with attributes that start nothing and fetch nothing.
pub(super) fn is_plain_drawing(svg: &str) -> bool {
    let svg = svg.trim();
    if svg.len() > MAX_BYTES || !svg.starts_with("<svg") || !svg.ends_with("</svg>") {
        return false;
    }
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        let Some(tag_text) = rest.get(at + 1..) else { return false };
        let Some(end) = tag_end(tag_text) else { return false };
        let Some(tag) = tag_text.get(..end) else { return false };
        if !is_plain_tag(tag) {
            return false;
        }
        rest = tag_text.get(end + 1..).unwrap_or_default();
    }
    true
}

/// Where the tag's `>` is; one within quotes does not count.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), c) if c == q => quote = None,
            _ => {}
        }
    }
    None
}

fn is_plain_tag(tag: &str) -> bool {
    if let Some(name) = tag.strip_prefix('/') {
        return ELEMENTS.contains(&name.trim_end());
    }
    let tag = tag.trim_end().trim_end_matches('/');
    let name_end = tag.find(char::is_whitespace).unwrap_or(tag.len());
    let (name, mut rest) = tag.split_at(name_end);
    if !ELEMENTS.contains(&name) {
        return false;
    }
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return true;
        }
        let Some((attribute, after)) = rest.split_once('=') else { return false };
        let Some(quote) = after.chars().next().filter(|q| matches!(q, '"' | '\'')) else { return false };
        let Some((value, next)) = after.get(1..).and_then(|v| v.split_once(quote)) else { return false };
        if !is_plain_attribute(attribute, value) {
            return false;
        }
        rest = next;
    }
}

fn is_plain_attribute(name: &str, value: &str) -> bool {
    let name = name.trim_end();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_'));
    let lower = name.to_ascii_lowercase();
    let value: String = value.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let fetches = value.contains("javascript:")
        || value.contains("@import")
        || value.match_indices("url(").any(|(at, _)| !value.get(at + 4..).is_some_and(|v| v.starts_with('#')));
    is_name && !lower.starts_with("on") && !lower.ends_with("href") && lower != "src" && !fetches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_pass() {
        let svg = "<svg width=\"10\" xmlns=\"http://www.w3.org/2000/svg\">\n<rect x='1' fill=\"url(#a)\"/>\n\
                   <text x=\"1\">\na &lt; b onclick=x\n</text></svg>\n";
        assert!(is_plain_drawing(svg));
    }

    #[test]
    fn anything_else_does_not() {
        for inner in [
            "<script>alert(1)</script>",
            "<image href=\"http://x\"/>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<rect onload=\"alert(1)\"/>",
            "<rect onload=alert(1) />",
            "<rect fill=\"url(http://x)\"/>",
            "<rect style=\"background: url( http://x )\"/>",
            "<foreignObject></foreignObject>",
            "<!-- x -->",
            "<text>a</text",
            "<rect fill=\"a",
            "<style>@import 'x'</style>",
        ] {
            assert!(!is_plain_drawing(&format!("<svg>{inner}</svg>")), "{inner}");
        }
        assert!(!is_plain_drawing("<img src=x>"));
    }
}
