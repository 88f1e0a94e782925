//! How far something has come.

use leptos::prelude::*;

#[component]
pub fn ProgressBar(
    /// 0 to 1; `None` where it is not known.
    #[prop(into)]
    done_frac: Signal<Option<f64>>,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    let percent = move || done_frac.get().map(|f| (f.clamp(0.0, 1.0) * 100.0).round());
    view! {
        <div
            class="progress"
            role="progressbar"
            aria-label=move || label.get()
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent().map(|p| p.to_string())
            data-state=move || if percent().is_some() { "known" } else { "unknown" }
        >
            <span class="progress__done" style=move || percent().map(|p| format!("inline-size:{p}%")).unwrap_or_default()></span>
        </div>
    }
}
