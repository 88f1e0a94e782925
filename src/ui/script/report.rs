//! The report: as it stands, edited, handed on.

use super::calls::Answer;
use super::convert::{from_js, text, to_bytes, to_js};
use super::odd;
use super::options::{Options, bad};
use crate::protocol::{Query, View};
use crate::share::to_fragment;
use crate::ui::share::make_html;
use crate::ui::state::{App, runtime};
use crate::workspace::Command;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// `report()`.
pub fn report(_app: App, _arguments: Array) -> Answer {
    Box::pin(async move {
        let View::Report(report) = runtime().ask(Query::Report).await? else { return Err(odd("a report")) };
        Ok(to_js(&report))
    })
}

/// `edit(command)`.
pub fn edit(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let command: Command = from_js(&arguments.get(0), "The command")?;
        let needs_own = matches!(
            command,
            Command::AddBlock { .. }
                | Command::EditBlock { .. }
                | Command::MoveBlock { .. }
                | Command::RemoveBlock { .. }
        );
        if needs_own && app.workspace_now().report.blocks.is_none() {
            let View::Report(draft) = runtime().ask(Query::Report).await? else { return Err(odd("a report")) };
            let blocks = draft.blocks.iter().map(|b| crate::report::Block { id: b.id, spec: b.spec.clone() }).collect();
            let adopt = Command::AdoptDraft { title: draft.title.clone(), blocks };
            app.try_dispatch(Command::All { label: "edit the draft".to_owned(), commands: vec![adopt, command] })?;
        } else {
            app.try_dispatch(command)?;
        }
        Ok(JsValue::UNDEFINED)
    })
}

/// `share(as, {title})`: the title is that of what is handed on, and changes nothing here.
pub fn share(_app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let kind = text(&arguments.get(0), "What to share")?;
        let known: &[&str] = match kind.as_str() {
            "link" | "html" => &["title"],
            "project" => &[],
            other => {
                return Err(
                    bad(format!("Nothing can be shared as {other}.")).hint("Use \"link\", \"html\" or \"project\".")
                );
            }
        };
        let options = Options::read(arguments.get(1), &format!("share as {kind}"), known)?;
        let runtime = runtime();
        if kind == "project" {
            let file = runtime.stoppable(async |stop| runtime.project(&stop, |_| {}).await).await?;
            let bytes = JsFuture::from(file.array_buffer()).await.map_err(|_| odd("a project"))?;
            return Ok(Uint8Array::new(&bytes).into());
        }
        let View::Report(mut report) = runtime.ask(Query::Report).await? else { return Err(odd("a report")) };
        if let Some(title) = options.text("title")? {
            report.title = title;
        }
        if kind == "html" {
            let html = make_html(&report, || true).await.unwrap_or_default();
            return Ok(to_bytes(html.as_bytes()));
        }
        let location = web_sys::window().and_then(|w| w.location().href().ok()).unwrap_or_default();
        let base = location.split('#').next().unwrap_or_default();
        Ok(JsValue::from_str(&format!("{base}#{}", to_fragment(&report)?)))
    })
}
