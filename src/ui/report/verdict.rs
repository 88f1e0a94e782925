//! The verdict: a state, one sentence, one action.

use super::block::how;
use super::document::Page;
use crate::report::{Explain, State};
use crate::ui::parts::{Icon, StateKind};
use leptos::prelude::*;

/// The state's sign and the word beside it.
pub fn sign_of(state: State) -> (StateKind, &'static str) {
    match state {
        State::Fine => (StateKind::Fine, "Fine"),
        State::Attention => (StateKind::Attention, "Needs attention"),
        State::Stop => (StateKind::Stop, "Stop"),
    }
}

pub(super) fn verdict_view(page: Page, state: State, sentence: String, action: String, explain: Explain) -> AnyView {
    let (kind, word) = sign_of(state);
    view! {
        <div class="verdict" data-state=kind.word()>
            <p class="verdict__state"><Icon name=kind.icon() size=20 /> {word}</p>
            <p class="verdict__sentence">{sentence}</p>
            {(!action.is_empty()).then(|| view! { <p class="verdict__action">{action}</p> })}
            <p class="verdict__how">{how(page, "How the verdict was reached".to_owned(), explain)}</p>
        </div>
    }
    .into_any()
}
