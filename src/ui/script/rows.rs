//! Rows by SQL: as Arrow, as plain objects, as files.

use super::calls::Answer;
use super::convert::{push_rows, text};
use super::options::{Options, bad};
use crate::base::wording::format_count;
use crate::base::{Problem, ProblemKind};
use crate::protocol::{ExportFormat, Query, View};
use crate::ui::state::{App, runtime};
use js_sys::{Array, Uint8Array};

/// Rows that `rows` gives unless told otherwise.
const DEFAULT_ROWS: usize = 1_000;
/// Objects cost the page a hundred times what Arrow does.
const MAX_ROWS: usize = 100_000;
/// What the engine gives at once.
const PAGE_ROWS: usize = 1_000;

/// `query(sql)` → Arrow IPC stream.
pub fn query(_app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let sql = text(&arguments.get(0), "The query")?;
        let runtime = runtime();
        let ipc = runtime.stoppable(async |stop| runtime.rows_of(sql, &stop).await).await?;
        Ok(Uint8Array::new(&ipc).into())
    })
}

/// `rows(sql, {limit})`.
pub fn rows(_app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let sql = text(&arguments.get(0), "The query")?;
        let limit = Options::read(arguments.get(1), "rows", &["limit"])?.count("limit")?;
        if limit.is_some_and(|n| n > MAX_ROWS as f64) {
            let most = format_count(MAX_ROWS as u64);
            return Err(Problem::limit("too_many_rows", format!("rows gives {most} rows at most."))
                .because("Each row becomes an object in the page's memory.")
                .hint("query gives all rows as Arrow, export as a file."));
        }
        let limit = limit.map_or(DEFAULT_ROWS, |n| n as usize);
        let runtime = runtime();
        let revision = runtime.history.borrow().revision();
        let out = Array::new();
        loop {
            let offset = out.length() as usize;
            let wanted = (limit - offset.min(limit)).min(PAGE_ROWS);
            let question = Query::Sql { sql: sql.clone(), offset: offset as u64, limit: wanted };
            let View::Sql { window, .. } = runtime.ask(question).await? else { return Err(super::odd("rows")) };
            // Pages of two states of the data are no table.
            if offset > 0 && runtime.history.borrow().revision() != revision {
                let what = "The workspace was changed while the rows were read.";
                return Err(Problem::new(ProblemKind::Stopped, "changed_meanwhile", what).hint("Ask again."));
            }
            let n_rows = push_rows(&out, &window);
            if n_rows == 0 || out.length() as usize >= limit || u64::from(out.length()) >= window.n_total {
                return Ok(out.into());
            }
        }
    })
}

/// `export(tableOrSql, format)`.
pub fn export(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let what = text(&arguments.get(0), "The table or query")?;
        let name = text(&arguments.get(1), "The format")?;
        let format = ExportFormat::from_extension(&name).ok_or_else(|| {
            bad(format!("Tables cannot be written as {name}."))
                .hint("Formats are csv, xlsx, json, ndjson, parquet and arrow.")
        })?;
        let sql = match app.workspace_now().node_named(&what) {
            Some(_) => format!("SELECT * FROM \"{what}\""),
            None => what.clone(),
        };
        let runtime = runtime();
        let file = runtime.stoppable(async |stop| runtime.export(sql, format, &what, &stop).await).await?;
        Ok(Uint8Array::new(&file).into())
    })
}
