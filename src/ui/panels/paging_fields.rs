//! How the pages of a web API are asked for, where it is not to be found out.

use crate::base::Problem;
use crate::base::wording::format_count;
use crate::source::{ApiSpec, Paging};
use crate::ui::parts::{Field, Select};
use leptos::prelude::*;

const KINDS: [(&str, &str); 7] = [
    ("auto", "Find out"),
    ("none", "One page only"),
    ("page", "Page numbers, as in ?page=2"),
    ("offset", "Offsets, as in ?offset=100"),
    ("token", "A token in the answer"),
    ("address", "The next address in the answer"),
    ("link", "The Link header"),
];

/// What was filled in.
#[derive(Clone, Copy)]
pub struct PagingDraft {
    kind: RwSignal<String>,
    parameter: RwSignal<String>,
    page_size: RwSignal<String>,
    path: RwSignal<String>,
    max_pages: RwSignal<String>,
}

impl PagingDraft {
    pub fn new(paging: &Paging, max_pages: u32) -> PagingDraft {
        let (kind, parameter, page_size, path) = match paging {
            Paging::Auto => ("auto", "", 0, ""),
            Paging::None => ("none", "", 0, ""),
            Paging::PageNumber { parameter } => ("page", parameter.as_str(), 0, ""),
            Paging::Offset { parameter, page_size } => ("offset", parameter.as_str(), *page_size, ""),
            Paging::Token { path, parameter } => ("token", parameter.as_str(), 0, path.as_str()),
            Paging::NextUrl { path } => ("address", "", 0, path.as_str()),
            Paging::LinkHeader => ("link", "", 0, ""),
        };
        let page_size = if page_size > 0 { page_size.to_string() } else { String::new() };
        PagingDraft {
            kind: RwSignal::new(kind.to_owned()),
            parameter: RwSignal::new(parameter.to_owned()),
            page_size: RwSignal::new(page_size),
            path: RwSignal::new(path.to_owned()),
            max_pages: RwSignal::new(max_pages.to_string()),
        }
    }

    pub fn is_single_page(self) -> bool {
        self.kind.get() == "none"
    }

    /// The page limit, while it is one.
    pub fn limit(self) -> Option<u32> {
        self.max_pages.get().trim().parse().ok().filter(|n| (1..=ApiSpec::MAX_PAGES).contains(n))
    }

    /// # Errors
    /// `bad_paging` when something is missing or no number.
    pub fn chosen(self) -> Result<(Paging, u32), Problem> {
        let max_pages = untrack(|| self.limit()).ok_or_else(|| {
            bad(&format!("The page limit must be a number from 1 to {}.", format_count(u64::from(ApiSpec::MAX_PAGES))))
        })?;
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let parameter = || {
            let parameter = text(self.parameter);
            let is_name = !parameter.is_empty() && !parameter.contains(['&', '=', '#', '?', ' ']);
            is_name.then_some(parameter).ok_or_else(|| bad("Name the parameter that asks for the next page."))
        };
        let path = || {
            let path = text(self.path);
            (!path.is_empty()).then_some(path).ok_or_else(|| bad("Say where in the answer the next page is named."))
        };
        let page_size = || match text(self.page_size).as_str() {
            "" => Ok(0),
            digits => digits.parse().map_err(|_| bad("The number of rows a page must be a number.")),
        };
        let paging = match self.kind.get_untracked().as_str() {
            "none" => Paging::None,
            "page" => Paging::PageNumber { parameter: parameter()? },
            "offset" => Paging::Offset { parameter: parameter()?, page_size: page_size()? },
            "token" => Paging::Token { path: path()?, parameter: parameter()? },
            "address" => Paging::NextUrl { path: path()? },
            "link" => Paging::LinkHeader,
            _ => Paging::Auto,
        };
        Ok((paging, max_pages))
    }

    /// A kind was chosen: its parameter is named as it mostly is.
    fn choose(self, kind: String) {
        let usual = match kind.as_str() {
            "page" => "page",
            "offset" => "offset",
            "token" => "cursor",
            _ => "",
        };
        self.parameter.set(usual.to_owned());
        self.kind.set(kind);
    }
}

fn bad(what: &str) -> Problem {
    Problem::request("bad_paging", what)
}

#[component]
pub fn PagingFields(draft: PagingDraft) -> impl IntoView {
    let is_changed = draft.kind.get_untracked() != "auto"
        || draft.max_pages.get_untracked() != ApiSpec::DEFAULT_MAX_PAGES.to_string();
    let kinds: Vec<(String, String)> = KINDS.iter().map(|(k, l)| ((*k).to_owned(), (*l).to_owned())).collect();
    let input = |label: &'static str, hint: &'static str, placeholder: &'static str, value: RwSignal<String>| {
        view! {
            <Field label=label hint=hint>
                <input
                    placeholder=placeholder
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </Field>
        }
        .into_any()
    };
    let parameter = move || input("Parameter", "The part of the address that changes.", "page", draft.parameter);
    let details = move || {
        let place = "Names with points between them.";
        match draft.kind.get().as_str() {
            "page" => vec![parameter()],
            "offset" => {
                vec![parameter(), input("Rows a page", "Empty: as many as come.", "100", draft.page_size)]
            }
            "token" => vec![input("Where the token is", place, "meta.next_cursor", draft.path), parameter()],
            "address" => vec![input("Where the address is", place, "links.next", draft.path)],
            _ => Vec::new(),
        }
    };
    let limit_hint = format!("At most {}.", format_count(u64::from(ApiSpec::MAX_PAGES)));
    view! {
        <details class="more" open=is_changed>
            <summary class="more__summary">"More"</summary>
            <div class="form__row">
                <Field label="Pages">
                    <Select options=kinds value=draft.kind on_change=move |kind| draft.choose(kind) />
                </Field>
                <Field label="Page limit" hint=limit_hint>
                    <input
                        type="number"
                        min="1"
                        max=ApiSpec::MAX_PAGES.to_string()
                        prop:value=move || draft.max_pages.get()
                        on:input=move |event| draft.max_pages.set(event_target_value(&event))
                    />
                </Field>
                {details}
            </div>
        </details>
    }
}
