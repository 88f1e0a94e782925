//! Every request that was made, so that "it stays here" can be checked.

use crate::base::wording::{format_bytes, format_micros, plural};
use crate::protocol::NetworkEntry;
use crate::ui::parts::{EmptyState, IconName, SidePanel, StateKind, StateTag};
use crate::ui::state::use_app;
use leptos::prelude::*;

#[component]
pub fn NetworkPanel() -> impl IntoView {
    let app = use_app();
    let subtitle = Signal::derive(move || {
        let entries = app.network.get();
        let mut hosts: Vec<&str> = entries.iter().map(|e| e.host.as_str()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let n = entries.len() as u64;
        Some(match hosts.len() as u64 {
            0 => "None since the page was opened".to_owned(),
            n_hosts => format!("{} to {}", plural(n, "request", "requests"), plural(n_hosts, "host", "hosts")),
        })
    });
    let list = move || {
        let entries = app.network.get();
        if entries.is_empty() {
            return view! {
                <EmptyState
                    icon=IconName::Shield
                    title="No data request was made"
                    text="The page's own files came from where you opened it. Files you drop are read here and go nowhere."
                />
            }
            .into_any();
        }
        let lines = entries.iter().rev().map(line).collect_view();
        view! { <ol class="requests">{lines}</ol> }.into_any()
    };
    view! {
        <SidePanel title="Requests made" subtitle=subtitle on_close=move || app.panel.set(None)>
            {list}
            <p class="panel__note">
                "Only hosts that you name are asked. To check it yourself, open the browser's developer tools (F12) and look at Network, or go offline: all but web addresses still works."
            </p>
        </SidePanel>
    }
}

fn line(entry: &NetworkEntry) -> AnyView {
    let state = match entry.status {
        200..=399 => StateKind::Fine,
        _ => StateKind::Stop,
    };
    let status = if entry.status == 0 { "no answer".to_owned() } else { entry.status.to_string() };
    let when = format_micros((entry.time_ms / 1000.0).floor() as i64 * 1_000_000);
    view! {
        <li class="requests__line">
            <p class="requests__head">
                <span class="requests__host">{entry.host.clone()}</span>
                <StateTag state=state label=status />
            </p>
            <p class="requests__url">{entry.method.clone()} " " {entry.url.clone()}</p>
            <p class="requests__facts">{format!("{} · {} UTC · {}", entry.why, when, format_bytes(entry.size_bytes))}</p>
        </li>
    }
    .into_any()
}
