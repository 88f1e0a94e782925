//! The page, to be cut in two by `cargo xtask`: what is seen first, and the desk, which arrives behind
//! it. Uncut it does not run.

#![allow(unsafe_code, reason = "the attribute makes the seam with exports and imports, which count as unsafe")]

#[cfg(target_arch = "wasm32")]
mod seam {
    use futures::FutureExt;
    use leptos::prelude::AnyView;
    use std::sync::Arc;
    use tributary::report::FrozenReport;
    use tributary::ui::later::{Call, Desk, Missing, Part, desk, desk_call, desk_keep};
    use tributary::ui::state::App;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    pub const DESK: Desk = Desk {
        is_here: false,
        fetch: || Box::pin(async { fetch().await.map_err(|_| Missing) }),
        // Once the code is here there is nothing to wait for.
        open: |part| open_desk(part).now_or_never()?.ok(),
        keep: |app, report| {
            let _ = keep_report(app, report).now_or_never();
        },
        call: |name| find_call(name).now_or_never()?.ok()?,
    };

    /// Each function on the seam waits for the code by itself, the first time.
    async fn fetch() -> Result<(), SplitLoaderError> {
        fetch_parts().await?;
        fetch_calls().await?;
        fetch_keeping().await
    }

    #[wasm_split(desk, fallible, preload(fetch_calls))]
    fn find_call(name: &'static str) -> Result<Option<Call>, SplitLoaderError> {
        Ok(desk_call(name))
    }

    #[wasm_split(desk, fallible, preload(fetch_keeping))]
    fn keep_report(app: App, report: Arc<FrozenReport>) -> Result<(), SplitLoaderError> {
        desk_keep(app, report);
        Ok(())
    }

    #[wasm_split(desk, fallible, preload(fetch_parts))]
    fn open_desk(part: Part) -> Result<AnyView, SplitLoaderError> {
        Ok(desk(part))
    }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    tributary::ui::run(seam::DESK);
}
