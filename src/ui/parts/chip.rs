//! A small thing that is set and can be taken away again, such as a filter.

use super::{Icon, IconName};
use leptos::prelude::*;

#[component]
pub fn Chip(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] icon: Option<IconName>,
    /// What the cross takes away; without it there is no cross.
    #[prop(optional, into)]
    on_remove: Option<Callback<()>>,
    /// What a click on the text does; without it the text is only text.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// Switched off, but still there.
    #[prop(optional, into)]
    is_off: Signal<bool>,
) -> impl IntoView {
    let text = move || view! { <span class="chip__label">{move || label.get()}</span> };
    let body = match on_click {
        Some(on_click) => {
            view! { <button type="button" class="chip__body" on:click=move |_| on_click.run(())>{text()}</button> }
                .into_any()
        }
        None => view! { <span class="chip__body">{text()}</span> }.into_any(),
    };
    view! {
        <span class="chip" data-state=move || if is_off.get() { "off" } else { "on" }>
            {icon.map(|name| view! { <Icon name=name size=14 /> })}
            {body}
            {on_remove
                .map(|on_remove| {
                    view! {
                        <button
                            type="button"
                            class="chip__remove"
                            title="Remove"
                            aria-label=move || format!("Remove: {}", label.get())
                            on:click=move |_| on_remove.run(())
                        >
                            <Icon name=IconName::Close size=14 />
                        </button>
                    }
                })}
        </span>
    }
}
