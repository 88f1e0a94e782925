//! Puts the screens on the page.

use super::later::{self, Desk};
use super::shell::Root;
use super::{script, state};
use leptos::prelude::*;

/// Called once, when the page has loaded its code.
pub fn run(desk: Desk) {
    console_error_panic_hook::set_once();
    later::install(desk);
    mount_to_body(|| {
        let app = state::start();
        provide_context(app);
        script::install(app);
        view! { <Root /> }
    });
}
