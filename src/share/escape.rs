//! Text for HTML. Everything that is not ours goes through here.

/// Text that is safe between tags and within quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            // Not allowed in HTML, and some turn the direction of what follows.
            c if c.is_control() => out.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// JSON that may stand within a `script` element: nothing in it can end the element.
pub(super) fn escape_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

/// HTML being written.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup of our own.
    pub fn raw(&mut self, markup: &str) -> &mut Html {
        self.0.push_str(markup);
        self
    }

    /// Text of anybody's.
    pub fn text(&mut self, text: &str) -> &mut Html {
        self.0.push_str(&escape(text));
        self
    }

    /// An element with text. `open` is tag and attributes of our own: `p class="muted"`.
    pub fn element(&mut self, open: &str, text: &str) -> &mut Html {
        let tag = open.split(' ').next().unwrap_or(open);
        self.raw("<").raw(open).raw(">").text(text).raw("</").raw(tag).raw(">\n")
    }

    pub fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_through() {
        assert_eq!(escape("<a b='c'>&\"\u{0}\u{202e}"), "&lt;a b=&#39;c&#39;&gt;&amp;&quot;\u{fffd}\u{fffd}");
        let json = serde_json::to_string("</script><!-- \u{2028}").unwrap();
        let escaped = escape_json(&json);
        assert!(!escaped.contains('<') && !escaped.contains('\u{2028}'));
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), "</script><!-- \u{2028}");
    }

    #[test]
    fn elements_close_what_they_open() {
        let mut html = Html::default();
        html.element("p class=\"a\"", "<b>");
        assert_eq!(html.finish(), "<p class=\"a\">&lt;b&gt;</p>\n");
    }
}
