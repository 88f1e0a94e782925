//! Markdown as a small safe tree, for the screen and for the file alike.
//!
//! Raw HTML is shown as the text it is; images become their description; links lead only to web
//! and mail addresses. Size and depth are bounded.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A block of text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// 1 to 6.
    Heading {
        level: u8,
        content: Vec<Inline>,
    },
    Paragraph(Vec<Inline>),
    /// `start` is that of a numbered list.
    List {
        start: Option<u64>,
        items: Vec<Vec<Piece>>,
    },
    Quote(Vec<Piece>),
    Code(String),
    Rule,
}

/// A run of text within a block.
#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    Text(String),
    Code(String),
    Bold(Vec<Inline>),
    Italic(Vec<Inline>),
    Link { href: String, content: Vec<Inline> },
    Break,
}

/// Longer texts are cut.
const MAX_BYTES: usize = 50_000;
/// What is nested deeper is shown without its nesting.
const MAX_DEPTH: usize = 8;

/// Reads Markdown (CommonMark). Never fails: any text is some Markdown.
pub fn markdown(text: &str) -> Vec<Piece> {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut builder = Builder::default();
    for event in Parser::new_ext(text.get(..end).unwrap_or_default(), Options::empty()) {
        builder.take(event);
    }
    let mut pieces = builder.finish();
    if end < text.len() {
        pieces.push(Piece::Paragraph(vec![Inline::Text("… (cut: the text is too long)".to_owned())]));
    }
    pieces
}

/// The address, when it may be followed: http, https or mailto.
pub(crate) fn safe_href(href: &str) -> Option<String> {
    let href = href.trim();
    let lower = href.to_ascii_lowercase();
    let is_known = ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    let is_clean = href.len() <= 2_000 && !href.chars().any(|c| c.is_control() || c.is_whitespace());
    (is_known && is_clean).then(|| href.to_owned())
}

/// An element that is open.
enum Open {
    Blocks(BlockKind, Vec<Piece>),
    Inlines(InlineKind, Vec<Inline>),
    /// Nested too deep or not supported: its content goes to what holds it.
    Through,
}

enum BlockKind {
    Quote,
    List(Option<u64>),
    Item,
}

enum InlineKind {
    Paragraph,
    Heading(u8),
    Code,
    Bold,
    Italic,
    Link(String),
}

#[derive(Default)]
struct Builder {
    done: Vec<Piece>,
    open: Vec<Open>,
    /// Items of lists that are open, one entry a list.
    items: Vec<Vec<Vec<Piece>>>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.inline(Inline::Text(text.into_string()))
            }
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.inline(Inline::Code(code.into_string()));
            }
            Event::SoftBreak => self.inline(Inline::Text(" ".to_owned())),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.piece(Piece::Rule),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let n_open = self.open.iter().filter(|o| !matches!(o, Open::Through)).count();
        let in_text = matches!(self.open.iter().rev().find(|o| !matches!(o, Open::Through)), Some(Open::Inlines(..)));
        let open = match tag {
            _ if n_open >= MAX_DEPTH => Open::Through,
            Tag::Paragraph | Tag::HtmlBlock if !in_text => Open::Inlines(InlineKind::Paragraph, Vec::new()),
            Tag::Heading { level, .. } => Open::Inlines(InlineKind::Heading(level as u8), Vec::new()),
            Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => {
                Open::Inlines(InlineKind::Code, Vec::new())
            }
            Tag::Strong => Open::Inlines(InlineKind::Bold, Vec::new()),
            Tag::Emphasis => Open::Inlines(InlineKind::Italic, Vec::new()),
            Tag::Link { dest_url, .. } => match safe_href(&dest_url) {
                Some(href) => Open::Inlines(InlineKind::Link(href), Vec::new()),
                None => Open::Through,
            },
            Tag::BlockQuote(_) => Open::Blocks(BlockKind::Quote, Vec::new()),
            Tag::List(start) => {
                self.items.push(Vec::new());
                Open::Blocks(BlockKind::List(start), Vec::new())
            }
            // An item belongs to a list; without one its text goes on.
            Tag::Item if self.in_list() => Open::Blocks(BlockKind::Item, Vec::new()),
            _ => Open::Through,
        };
        self.open.push(open);
    }

    fn in_list(&self) -> bool {
        matches!(self.open.last(), Some(Open::Blocks(BlockKind::List(_), _)))
    }

    fn end(&mut self, _: TagEnd) {
        match self.open.pop() {
            None | Some(Open::Through) => {}
            Some(Open::Inlines(kind, content)) => match kind {
                InlineKind::Paragraph => self.piece(Piece::Paragraph(content)),
                InlineKind::Heading(level) => self.piece(Piece::Heading { level, content }),
                InlineKind::Code => self.piece(Piece::Code(plain(&content).trim_end_matches('\n').to_owned())),
                InlineKind::Bold => self.inline(Inline::Bold(content)),
                InlineKind::Italic => self.inline(Inline::Italic(content)),
                InlineKind::Link(href) => self.inline(Inline::Link { href, content }),
            },
            Some(Open::Blocks(kind, pieces)) => match kind {
                BlockKind::Quote => self.piece(Piece::Quote(pieces)),
                BlockKind::Item => match self.items.last_mut() {
                    Some(items) => items.push(pieces),
                    None => self.done.extend(pieces),
                },
                BlockKind::List(start) => {
                    let mut items = self.items.pop().unwrap_or_default();
                    if !pieces.is_empty() {
                        items.push(pieces);
                    }
                    self.piece(Piece::List { start, items });
                }
            },
        }
    }

    fn piece(&mut self, piece: Piece) {
        match self.open.iter_mut().rev().find(|o| !matches!(o, Open::Through)) {
            Some(Open::Blocks(_, pieces)) => pieces.push(piece),
            // Blocks within a run of text do not occur; keep the words if they do.
            Some(Open::Inlines(_, content)) => content.push(Inline::Text(words(&piece))),
            Some(Open::Through) | None => self.done.push(piece),
        }
    }

    fn inline(&mut self, inline: Inline) {
        match self.open.iter_mut().rev().find(|o| !matches!(o, Open::Through)) {
            Some(Open::Inlines(_, content)) => push_joined(content, inline),
            // Tight list items hold text without a paragraph.
            Some(Open::Blocks(_, pieces)) => push_in_paragraph(pieces, inline),
            Some(Open::Through) | None => push_in_paragraph(&mut self.done, inline),
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        // The parser closes what it opens; this is for the reader's peace of mind.
        while !self.open.is_empty() {
            self.end(TagEnd::Paragraph);
        }
        self.done
    }
}

fn push_in_paragraph(pieces: &mut Vec<Piece>, inline: Inline) {
    match pieces.last_mut() {
        Some(Piece::Paragraph(content)) => push_joined(content, inline),
        _ => pieces.push(Piece::Paragraph(vec![inline])),
    }
}

/// Texts that follow each other become one.
fn push_joined(content: &mut Vec<Inline>, inline: Inline) {
    match (content.last_mut(), inline) {
        (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
        (_, inline) => content.push(inline),
    }
}

fn plain(content: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Code(text) => text.clone(),
        Inline::Bold(inner) | Inline::Italic(inner) | Inline::Link { content: inner, .. } => plain(inner),
        Inline::Break => "\n".to_owned(),
    };
    content.iter().map(one).collect()
}

fn words(piece: &Piece) -> String {
    match piece {
        Piece::Heading { content, .. } | Piece::Paragraph(content) => plain(content),
        Piece::Code(text) => text.clone(),
        Piece::List { items, .. } => items.iter().flatten().map(words).collect::<Vec<_>>().join(" "),
        Piece::Quote(pieces) => pieces.iter().map(words).collect::<Vec<_>>().join(" "),
        Piece::Rule => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn the_usual_is_read() {
        let got = markdown(
            "# Plan\n\nUse **P7** and *lot* `L-113`,\nsee [notes](https://example.org/a).\n\n- one\n- two\n\n3. three\n",
        );
        assert_eq!(got.len(), 4);
        assert_eq!(got[0], Piece::Heading { level: 1, content: vec![text("Plan")] });
        let Piece::Paragraph(content) = &got[1] else { panic!("{got:?}") };
        assert!(content.contains(&Inline::Bold(vec![text("P7")])));
        assert!(content.contains(&Inline::Link { href: "https://example.org/a".into(), content: vec![text("notes")] }));
        let one = |t: &str| vec![Piece::Paragraph(vec![text(t)])];
        assert_eq!(got[2], Piece::List { start: None, items: vec![one("one"), one("two")] });
        assert_eq!(got[3], Piece::List { start: Some(3), items: vec![one("three")] });
    }

    #[test]
    fn html_is_only_text_and_links_are_only_addresses() {
        let got = markdown(
            "a <img src=x onerror=alert(1)> b\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![pic](data:x)",
        );
        assert_eq!(got[0], Piece::Paragraph(vec![text("a <img src=x onerror=alert(1)> b")]));
        assert_eq!(words(&got[1]), "<script>alert(1)</script>\n");
        assert_eq!(got[2], Piece::Paragraph(vec![text("x pic")]));
        assert_eq!(safe_href(" JavaScript:alert(1)"), None);
        assert_eq!(safe_href("java\tscript:alert(1)"), None);
        assert_eq!(safe_href("HTTPS://a.b/c").as_deref(), Some("HTTPS://a.b/c"));
    }

    fn depth(pieces: &[Piece]) -> usize {
        let of = |p: &Piece| match p {
            Piece::Quote(inner) => depth(inner),
            Piece::List { items, .. } => items.iter().map(|i| depth(i)).max().unwrap_or(0),
            _ => 0,
        };
        1 + pieces.iter().map(of).max().unwrap_or(0)
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = format!("{}end", ">".repeat(5_000));
        let got = markdown(&deep);
        assert!(depth(&got) <= MAX_DEPTH + 1);
        let lists: String = (0..40).map(|i| format!("{}- x\n", "  ".repeat(i))).collect();
        assert!(depth(&markdown(&lists)) <= MAX_DEPTH + 1);
        let stars = "*a ".repeat(5_000);
        assert_eq!(markdown(&stars).len(), 1);
        let long = markdown(&"ä".repeat(60_000));
        assert!(words(long.last().unwrap()).contains("too long"));
    }
}
