//! Dropping, and opening what was saved or shared.

use super::calls::Answer;
use super::convert::text;
use super::load::blob_from_bytes;
use super::options::bad;
use crate::base::SourceId;
use crate::ui::state::{App, runtime};
use crate::workspace::Command;
use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// `drop(table)`: a table of a source with others in it is removed with them.
pub fn drop_table(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let name = text(&arguments.get(0), "The table's name")?;
        let workspace = app.workspace_now();
        let merge = workspace.merges.iter().find(|m| m.name == name);
        let source: Option<SourceId> = workspace.tables().find(|(_, t)| t.name == name).map(|(s, _)| s.id);
        let command = match (merge, source) {
            (Some(merge), _) => Command::RemoveMerge { merge: merge.id },
            (None, Some(source)) => Command::RemoveSource { source },
            (None, None) => return Err(super::unknown_table(&name)),
        };
        app.try_dispatch(command)?;
        Ok(JsValue::UNDEFINED)
    })
}

/// `open(bytesOrLink)`: returns when it is on the screen.
pub fn open(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let given = arguments.get(0);
        if let Some(link) = given.as_string() {
            let fragment = link.split_once('#').map_or(link.as_str(), |(_, f)| f);
            app.read_report(crate::share::open_fragment(fragment)?);
        } else {
            let blob = given.dyn_ref::<Blob>().cloned().or_else(|| blob_from_bytes(&given));
            let blob = blob.ok_or_else(|| bad("open takes bytes or a link."))?;
            let runtime = runtime();
            runtime.stoppable(async |stop| runtime.open_blob("The file", &blob, &stop, |_| {}).await).await?;
        }
        shown().await;
        Ok(JsValue::UNDEFINED)
    })
}

/// The screens follow the state in what runs before the browser's next task; what they set in turn,
/// before the one after.
async fn shown() {
    for _ in 0..2 {
        TimeoutFuture::new(0).await;
    }
}

/// `sample(name)`: opens a bundled sample in a new workspace.
pub fn sample(_app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        runtime().load_sample(&text(&arguments.get(0), "The sample's name")?).await?;
        Ok(JsValue::UNDEFINED)
    })
}
