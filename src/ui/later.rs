//! Code that arrives behind the start page: the desk, which is every screen and panel but those of the
//! start and of a shared report, whose readers never load it, and the calls of the script API.
//!
//! `cargo xtask build` and `dist` cut the page's program in two at [`desk`], see `src/bin/app_split.rs`.
//! `src/bin/app.rs` is one program, in which there is nothing to wait for.

use crate::base::Problem;
use crate::report::FrozenReport;
use crate::ui::combine::CombineScreen;
use crate::ui::explore::{ExploreScreen, RowsPanel};
use crate::ui::panels::{
    AddAddressPanel, ChangesPanel, NetworkPanel, PaletteDialog, PastePanel, SetAsidePanel, ShortcutsDialog,
    SourceDetailsPanel,
};
use crate::ui::parts::{Button, ProblemView, Skeleton};
use crate::ui::report::ReportScreen;
use crate::ui::script;
pub use crate::ui::script::Call;
use crate::ui::share::{SharePanel, download_html};
use crate::ui::sources::SourcesScreen;
use crate::ui::state::{App, Panel, Place};
use leptos::prelude::*;
use std::cell::Cell;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// A part of the desk.
#[derive(Clone)]
pub enum Part {
    Screen(Place),
    Panel(Panel),
}

/// How the code comes.
#[derive(Clone, Copy, PartialEq)]
enum Arrival {
    Coming,
    Here,
    Failed,
}

/// The files of the desk could not be loaded.
pub struct Missing;

/// How the desk is reached: directly, or through the seam at which the program was cut in two.
#[derive(Clone, Copy)]
pub struct Desk {
    pub is_here: bool,
    /// Loads the code, unless it is there.
    pub fetch: fn() -> Fetching,
    /// The part; `None` while the code is not there.
    pub open: fn(Part) -> Option<AnyView>,
    /// A call of the script API; `None` where there is none of that name.
    pub call: fn(&'static str) -> Option<Call>,
    /// Saves a report as a file.
    pub keep: fn(App, Arc<FrozenReport>),
}

pub type Fetching = Pin<Box<dyn Future<Output = Result<(), Missing>>>>;

impl Desk {
    /// There is one program and nothing to wait for.
    pub const WHOLE: Desk = Desk {
        is_here: true,
        fetch: || Box::pin(async { Ok(()) }),
        open: |part| Some(desk(part)),
        call: desk_call,
        keep: desk_keep,
    };
}

thread_local! {
    static DESK: Cell<Option<Desk>> = const { Cell::new(None) };
}

/// Said once, when the page starts.
pub(super) fn install(desk: Desk) {
    DESK.set(Some(desk));
}

fn is_here() -> bool {
    DESK.get().is_some_and(|desk| desk.is_here)
}

async fn arrive() -> Result<(), Missing> {
    let desk = DESK.get().ok_or(Missing)?;
    (desk.fetch)().await?;
    DESK.set(Some(Desk { is_here: true, ..desk }));
    Ok(())
}

/// A part of the desk. Nothing but [`Desk`] refers to this: whatever does is loaded with it.
pub fn desk(part: Part) -> AnyView {
    match part {
        Part::Screen(Place::Sources) => view! { <SourcesScreen /> }.into_any(),
        Part::Screen(Place::Combine) => view! { <CombineScreen /> }.into_any(),
        Part::Screen(Place::Explore) => view! { <ExploreScreen /> }.into_any(),
        Part::Screen(Place::Report) => view! { <ReportScreen /> }.into_any(),
        Part::Panel(Panel::Share) => view! { <SharePanel /> }.into_any(),
        Part::Panel(Panel::Rows { .. } | Panel::Unmatched { .. }) => view! { <RowsPanel /> }.into_any(),
        Part::Panel(Panel::Source(id)) => view! { <SourceDetailsPanel id=id /> }.into_any(),
        Part::Panel(Panel::SetAside(table)) => view! { <SetAsidePanel table=table /> }.into_any(),
        Part::Panel(Panel::Changes(table)) => view! { <ChangesPanel table=table /> }.into_any(),
        Part::Panel(Panel::AddAddress | Panel::EditAddress(_)) => view! { <AddAddressPanel /> }.into_any(),
        Part::Panel(Panel::Paste) => view! { <PastePanel /> }.into_any(),
        Part::Panel(Panel::Network) => view! { <NetworkPanel /> }.into_any(),
        Part::Panel(Panel::Shortcuts) => view! { <ShortcutsDialog /> }.into_any(),
        Part::Panel(Panel::Palette) => view! { <PaletteDialog /> }.into_any(),
        // These do not wait: see `shell` and `panels`.
        Part::Screen(Place::Start | Place::Reader) | Part::Panel(Panel::Explain { .. }) => ().into_any(),
    }
}

/// Part of the desk as well.
pub fn desk_call(name: &'static str) -> Option<Call> {
    script::call(name)
}

/// What does a call of the script API.
///
/// # Errors
/// `page_incomplete`, and `not_available_yet` for calls that are promised but not there.
pub async fn call(name: &'static str) -> Result<Call, Problem> {
    arrive().await.map_err(|_| missing())?;
    DESK.get()
        .and_then(|desk| (desk.call)(name))
        .ok_or_else(|| Problem::request("not_available_yet", "This call does not exist in this version."))
}

/// Part of the desk as well.
pub fn desk_keep(app: App, report: Arc<FrozenReport>) {
    download_html(app, report);
}

/// Saves a shared report as a file.
pub fn keep(app: App, report: Arc<FrozenReport>) {
    spawn_local(async move {
        match (arrive().await, DESK.get()) {
            (Ok(()), Some(desk)) => (desk.keep)(app, report),
            _ => app.say(missing().what, false),
        }
    });
}

/// Fetches the desk behind the start page, so that the first file does not wait for it.
pub fn prepare() {
    if !is_here() {
        // A failure is told when something is opened, which asks again.
        set_timeout(|| spawn_local(async { drop(arrive().await) }), Duration::from_millis(200));
    }
}

/// A part of the desk, as soon as its code is here.
#[component]
pub fn Later(part: Part) -> impl IntoView {
    let arrival = RwSignal::new(if is_here() { Arrival::Here } else { Arrival::Coming });
    let ask = move || {
        spawn_local(async move {
            let now = if arrive().await.is_ok() { Arrival::Here } else { Arrival::Failed };
            // The part may be gone by now.
            let _ = arrival.try_set(now);
        });
    };
    if arrival.get_untracked() == Arrival::Coming {
        ask();
    }
    let again = move || {
        arrival.set(Arrival::Coming);
        ask();
    };
    move || match arrival.get() {
        // The code is here, so the answer is as well.
        Arrival::Here => DESK.get().and_then(|desk| (desk.open)(part.clone())),
        Arrival::Coming => {
            Some(view! { <div class="later" role="status" aria-label="Loading"><Skeleton lines=6 /></div> }.into_any())
        }
        Arrival::Failed => Some(
            view! {
                <div class="later">
                    <ProblemView problem=missing() />
                    <Button label="Try again" on_click=again />
                </div>
            }
            .into_any(),
        ),
    }
}

fn missing() -> Problem {
    Problem::request("page_incomplete", "A part of Tributary could not be loaded.")
        .because("The connection may be down, or the site was updated while this page was open.")
        .hint("Try again. If that does not help, reload the page; your work is saved.")
}
