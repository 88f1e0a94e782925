//! Markdown as a tree of the page. Nothing of the text becomes markup that it is not.

use crate::report::{Inline, Piece, markdown};
use leptos::prelude::*;

pub(super) fn markdown_view(text: &str) -> AnyView {
    pieces_view(&markdown(text))
}

fn pieces_view(pieces: &[Piece]) -> AnyView {
    pieces.iter().map(piece_view).collect::<Vec<_>>().into_any()
}

fn piece_view(piece: &Piece) -> AnyView {
    match piece {
        // The report's own headings are h1 and h2.
        Piece::Heading { level: 1, content } => view! { <h2>{inlines_view(content)}</h2> }.into_any(),
        Piece::Heading { level: 2, content } => view! { <h3>{inlines_view(content)}</h3> }.into_any(),
        Piece::Heading { content, .. } => view! { <h4>{inlines_view(content)}</h4> }.into_any(),
        Piece::Paragraph(content) => view! { <p>{inlines_view(content)}</p> }.into_any(),
        Piece::List { start, items } => {
            let lines: Vec<_> = items.iter().map(|i| view! { <li>{pieces_view(i)}</li> }.into_any()).collect();
            match start {
                Some(first) => view! { <ol start=first.to_string()>{lines}</ol> }.into_any(),
                None => view! { <ul>{lines}</ul> }.into_any(),
            }
        }
        Piece::Quote(inner) => view! { <blockquote>{pieces_view(inner)}</blockquote> }.into_any(),
        Piece::Code(text) => view! { <pre><code>{text.clone()}</code></pre> }.into_any(),
        Piece::Rule => view! { <hr /> }.into_any(),
    }
}

fn inlines_view(inlines: &[Inline]) -> AnyView {
    inlines.iter().map(inline_view).collect::<Vec<_>>().into_any()
}

fn inline_view(inline: &Inline) -> AnyView {
    match inline {
        Inline::Text(text) => text.clone().into_any(),
        Inline::Code(text) => view! { <code>{text.clone()}</code> }.into_any(),
        Inline::Bold(inner) => view! { <strong>{inlines_view(inner)}</strong> }.into_any(),
        Inline::Italic(inner) => view! { <em>{inlines_view(inner)}</em> }.into_any(),
        Inline::Link { href, content } => {
            view! { <a href=href.clone() rel="noopener noreferrer" target="_blank">{inlines_view(content)}</a> }
                .into_any()
        }
        Inline::Break => view! { <br /> }.into_any(),
    }
}
