//! Work that the user waits for: said once it takes a while, with a cancel.

use super::{Button, ButtonKind};
use leptos::prelude::*;
use std::time::Duration;

/// Shorter work is not worth a word.
const LATE_MS: u64 = 500;

/// Whether something has been busy for a while without a break.
pub fn is_late(is_busy: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    // Busy periods are counted, so that a late timer cannot speak for a later period.
    let period = Memo::new(move |before: Option<&(u64, bool)>| {
        let (n, was_busy) = before.copied().unwrap_or_default();
        let is_busy = is_busy();
        (n + u64::from(is_busy && !was_busy), is_busy)
    });
    let late = RwSignal::new(0u64);
    Effect::new(move |_| {
        if let (n, true) = period.get() {
            let later = move || {
                let _ = late.try_set(n);
            };
            set_timeout(later, Duration::from_millis(LATE_MS));
        }
    });
    Signal::derive(move || {
        let (n, is_busy) = period.get();
        is_busy && late.get() == n
    })
}

/// "Calculating" and a cancel, while `is_late`.
#[component]
pub fn Working(
    #[prop(into)] is_late: Signal<bool>,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    view! {
        <span class="working">
            <span class="working__words" role="status">{move || is_late.get().then(|| label.get())}</span>
            <Show when=move || is_late.get()>
                <Button label="Cancel" kind=ButtonKind::Plain on_click=on_cancel />
            </Show>
        </span>
    }
}
