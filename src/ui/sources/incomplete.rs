//! Rows of a web source that the service has and that are missing here, with the way to get them.

use crate::base::SourceId;
use crate::base::wording::format_count;
use crate::source::{ApiSpec, Origin};
use crate::ui::parts::{Button, Icon, IconName};
use crate::ui::state::use_app;
use leptos::prelude::*;

#[component]
pub fn Incomplete(id: SourceId) -> impl IntoView {
    let app = use_app();
    let missing = Memo::new(move |_| {
        let workspace = app.workspace.get();
        let source = workspace.source(id)?;
        let Origin::Api(api) = &source.origin else { return None };
        Some((source.missing_rows()?.clone(), api.max_pages))
    });
    move || {
        let (notice, max_pages) = missing.get()?;
        let more = max_pages.saturating_mul(10).min(ApiSpec::MAX_PAGES);
        let way = match notice.code.as_str() {
            "page_failed" => view! { <Button label="Try again" on_click=move || app.refresh(id) /> }.into_any(),
            "page_limit" if more > max_pages => {
                let label = format!("Read up to {} pages", format_count(u64::from(more)));
                view! { <Button label=label on_click=move || app.refresh_up_to(id, more) /> }.into_any()
            }
            _ => view! { <Button label="Change the request" on_click=move || app.edit_request(id) /> }.into_any(),
        };
        Some(view! {
            <div class="problem source__incomplete" role="status" data-state="attention">
                <span class="problem__icon"><Icon name=IconName::Warning /></span>
                <div class="problem__body">
                    <p class="problem__what">"Not all rows of the service are here."</p>
                    <p class="problem__why">{format!("{}.", notice.text)}</p>
                    <ul class="problem__hints">
                        <li>{way}</li>
                    </ul>
                </div>
            </div>
        })
    }
}
