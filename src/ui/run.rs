//! Puts the screens on the page.

use super::shell::Root;
use super::{script, state};
use leptos::prelude::*;

/// Called once, when the page has loaded its code.
pub fn run() {
    console_error_panic_hook::set_once();
    mount_to_body(|| {
        let app = state::start();
        provide_context(app);
        script::install(app);
        view! { <Root /> }
    });
}
