//! What the panel shows, and how a choice made in it is carried out: the source is read again, which can be undone.

use super::{decided, open_rows, rules};
use crate::base::SourceId;
use crate::source::{Decision, Ledger, ReaderSpec, Remedy, Rows, Rule, SourceSpec, TableSpec};
use crate::ui::state::App;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

/// One table with its account, and what was chosen for it.
#[derive(Clone, PartialEq)]
pub struct Shown {
    pub source: SourceId,
    pub part: String,
    pub ledger: Ledger,
    pub reader: ReaderSpec,
    /// Rules that are off, by column.
    pub off: Vec<(String, Rule)>,
}

impl Shown {
    pub fn of(source: &SourceSpec, table: &TableSpec) -> Shown {
        Shown {
            source: source.id,
            part: table.part.clone(),
            ledger: table.ledger.clone(),
            reader: source.reader.clone(),
            off: table.rules_off(&source.reader),
        }
    }

    /// Nothing was decided on its rows, and all rules are on.
    pub fn has_no_choices(&self) -> bool {
        self.off.is_empty() && self.reader.decisions.iter().all(|d| d.part != self.part)
    }
}

/// Where choices go.
#[derive(Clone, Copy)]
pub struct Changes {
    app: App,
    shown: Memo<Option<Shown>>,
    is_busy: RwSignal<bool>,
}

impl Changes {
    pub fn new(app: App, shown: Memo<Option<Shown>>) -> Changes {
        Changes { app, shown, is_busy: RwSignal::new(false) }
    }

    pub fn is_busy(self) -> bool {
        self.is_busy.get()
    }

    pub fn said(self) -> Option<&'static str> {
        self.is_busy.get().then_some("Reading again…")
    }

    /// Decides on rows. `label` continues "Undo …", `said` is told when it is done.
    pub fn decide(self, rows: Rows, remedy: Remedy, label: String, said: String) {
        self.make(open_rows::SECTION, label, said, |reader, part| {
            reader.deciding(Decision { part: part.to_owned(), rows, remedy })
        });
    }

    pub fn take_back(self, decision: &Decision, label: String, said: String) {
        self.make(decided::SECTION, label, said, |reader, _| reader.without_decision(decision));
    }

    pub fn switch(self, column: &str, rule: Rule, is_on: bool) {
        let how = if is_on { "by the rule again" } else { "as it is written" };
        let (label, said) = (format!("read {column} {how}"), format!("{column} is read {how}."));
        self.make(rules::SECTION, label, said, |reader, _| reader.with_rule(column, rule, is_on));
    }

    fn make(
        self,
        section: &'static str,
        label: String,
        said: String,
        change: impl FnOnce(ReaderSpec, &str) -> ReaderSpec,
    ) {
        let Some(shown) = self.shown.get_untracked() else { return };
        // One after the other: each starts from what the one before has made.
        if self.is_busy.get_untracked() {
            return;
        }
        let reader = change(shown.reader, &shown.part);
        self.is_busy.set(true);
        spawn_local(async move {
            let is_done = self.app.reread_as(shown.source, reader, label).await;
            // The panel may have been closed.
            let _ = self.is_busy.try_set(false);
            if is_done {
                self.app.say(said, true);
                request_animation_frame(move || keep_focus(section));
            }
        });
    }
}

/// What was pressed is often gone with its row, and the keyboard must not start over.
pub fn keep_focus(section: &str) {
    if document().active_element().is_some_and(|e| e.tag_name() != "BODY") {
        return;
    }
    let places = [format!("#{section}"), ".side-panel".to_owned()];
    let found = places.iter().find_map(|place| document().query_selector(place).ok().flatten());
    if let Some(element) = found.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
