//! `stats(table, what)`.

use super::calls::Answer;
use super::convert::{from_js, json, text};
use crate::insight::StatsQuery;
use crate::protocol::{Query, View};
use crate::ui::state::{App, runtime};
use js_sys::Array;

pub fn stats(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let name = text(&arguments.get(0), "The table's name")?;
        let query: StatsQuery = from_js(&arguments.get(1), "What is asked")?;
        let node = app.workspace_now().node_named(&name).ok_or_else(|| super::unknown_table(&name))?;
        let View::Stats(found) = runtime().ask(Query::Stats { node, query }).await? else {
            return Err(super::odd("statistics"));
        };
        Ok(json(&found))
    })
}
