//! One table of a source: the account of its rows, remarks, and what is inside when opened.

use super::columns::ColumnList;
use super::columns_words;
use super::options::ImportOptions;
use super::period::Period;
use crate::base::wording::plural;
use crate::base::{NodeId, Notice, SourceId, TableId};
use crate::protocol::{ExportFormat, Query, View};
use crate::source::{Ledger, TableSpec, is_about_missing_rows};
use crate::ui::parts::{
    Icon, IconName, LedgerBar, Menu, MenuItem, ProblemView, RowsTable, SegmentedControl, Skeleton, account_words,
    ledger_words,
};
use crate::ui::shell::repair;
use crate::ui::state::{Answer, Panel, Place, use_app};
use leptos::prelude::*;

/// Remarks shown before the card is opened.
const REMARKS_SHOWN: usize = 3;
const ROWS_SHOWN: usize = 20;

/// What can be seen inside.
const ROWS: &str = "rows";
const COLUMNS: &str = "columns";
const OPTIONS: &str = "options";

/// A type that is less sure than this is worth a look.
const UNSURE: f64 = 0.8;

#[component]
pub fn TablePart(source: SourceId, table: TableId, is_only: Signal<bool>) -> impl IntoView {
    let app = use_app();
    let spec = Memo::new(move |_| app.workspace.get().table(table).map(|(_, t)| t.clone()));
    let is_open = RwSignal::new(false);
    let tab = RwSignal::new(ROWS.to_owned());
    let name = move || spec.get().map(|t| t.name).unwrap_or_default();
    let size = move || spec.get().map(|t| columns_words(t.n_rows, t.columns.len()));
    let ledger = Memo::new(move |_| spec.get().map(|t| t.ledger).unwrap_or_default());
    let body_id = format!("table-{table}");
    let controls = body_id.clone();
    view! {
        <section class="table-part" data-state=move || if is_open.get() { "open" } else { "closed" }>
            <div class="table-part__head">
                <button
                    type="button"
                    class="table-part__toggle"
                    aria-expanded=move || is_open.get().to_string()
                    aria-controls=controls
                    on:click=move |_| is_open.update(|open| *open = !*open)
                >
                    <Icon name=IconName::ChevronRight />
                    <span class="table-part__name" data-state=move || is_only.get().then_some("only")>{name}</span>
                    <span class="table-part__size">{size}</span>
                    <Period table=Signal::derive(move || spec.get()) />
                </button>
                <TableMenu table=table />
            </div>
            <div class="table-part__account">
                {move || view! { <LedgerBar ledger=ledger.get() /> }}
                <AccountWords table=table ledger=ledger />
                <HowRead spec=spec is_open=is_open tab=tab />
                {move || remarks(spec.get(), is_open.get())}
            </div>
            <div id=body_id>
                <Show when=move || is_open.get()>
                    <Inside source=source table=table tab=tab />
                </Show>
            </div>
        </section>
    }
}

/// The bar in words; what was set aside can be opened.
#[component]
fn AccountWords(table: TableId, ledger: Memo<Ledger>) -> impl IntoView {
    let app = use_app();
    let words = Memo::new(move |_| app.workspace.get().table(table).and_then(|(s, t)| account_words(s, t)));
    move || {
        let ledger = ledger.get();
        let open = move |_| app.panel.set(Some(Panel::SetAside(table)));
        let see = words.get().map(|words| {
            view! {
                " · "
                <button type="button" class="link" on:click=open>{words}</button>
            }
        });
        view! { <p class="table-part__words">{ledger_words(&ledger)}{see}</p> }
    }
}

/// What was decided and how sure that is, each a click from being changed.
#[component]
fn HowRead(spec: Memo<Option<TableSpec>>, is_open: RwSignal<bool>, tab: RwSignal<String>) -> impl IntoView {
    let show = move |what: &'static str| {
        move |_| {
            tab.set(what.to_owned());
            is_open.set(true);
        }
    };
    move || {
        let spec = spec.get()?;
        let n_unsure = spec.columns.iter().filter(|c| c.confidence < UNSURE).count() as u64;
        let unsure = (n_unsure > 0).then(|| {
            let words = plural(n_unsure, "column to check", "columns to check");
            view! {
                " · "
                <button type="button" class="link" on:click=show(COLUMNS)>{words}</button>
            }
        });
        Some(view! {
            <p class="table-part__words">
                {spec.reading.words()} " · "
                <button type="button" class="link" on:click=show(OPTIONS)>"change"</button>
                {unsure}
            </p>
        })
    }
}

fn remarks(spec: Option<crate::source::TableSpec>, all: bool) -> Option<AnyView> {
    // Missing rows are told by the card itself.
    let notices: Vec<Notice> = spec?.notices.0.into_iter().filter(|n| !is_about_missing_rows(n)).collect();
    if notices.is_empty() {
        return None;
    }
    let shown = if all { usize::MAX } else { REMARKS_SHOWN };
    let n_more = notices.len().saturating_sub(shown);
    let lines = notices
        .iter()
        .take(shown)
        .map(|n| view! { <li class="remarks__item"><Icon name=IconName::Info size=14 />{n.text.clone()}</li> })
        .collect_view();
    let more = (n_more > 0).then(|| view! { <li class="remarks__item">{format!("and {n_more} more")}</li> });
    Some(view! { <ul class="remarks">{lines}{more}</ul> }.into_any())
}

#[component]
fn TableMenu(table: TableId) -> impl IntoView {
    let app = use_app();
    let items = Callback::new(move |()| {
        let name = app.workspace.get_untracked().table(table).map(|(_, t)| t.name.clone()).unwrap_or_default();
        let explore = move || {
            app.explored.set(Some(NodeId::Table(table)));
            app.place.set(Place::Explore);
        };
        let mut lines = vec![MenuItem::new("Explore this table", explore).icon(IconName::Table)];
        let formats = [
            (ExportFormat::Csv, "CSV", "csv"),
            (ExportFormat::Xlsx, "Excel", "xlsx"),
            (ExportFormat::Parquet, "Parquet", "parquet"),
            (ExportFormat::Arrow, "Arrow", "arrow"),
            (ExportFormat::Json, "JSON", "json"),
        ];
        for (i, (format, label, ending)) in formats.into_iter().enumerate() {
            let name = name.clone();
            let item = MenuItem::new(format!("Download as {label}"), move || {
                app.export(format!("SELECT * FROM {name}"), format, format!("{name}.{ending}"));
            })
            .icon(IconName::Download);
            lines.push(if i == 0 { item.new_group() } else { item });
        }
        lines
    });
    view! { <Menu label="Explore or download" icon=IconName::Download items=items /> }
}

#[component]
fn Inside(source: SourceId, table: TableId, tab: RwSignal<String>) -> impl IntoView {
    let options = [(ROWS, "First rows"), (COLUMNS, "Columns"), (OPTIONS, "How it is read")];
    let options = options.into_iter().map(|(k, l)| (k.to_owned(), l.to_owned())).collect();
    let shown = move || match tab.get().as_str() {
        COLUMNS => view! { <ColumnList source=source table=table /> }.into_any(),
        OPTIONS => view! { <ImportOptions source=source table=table /> }.into_any(),
        _ => view! { <FirstRows source=source table=table /> }.into_any(),
    };
    view! {
        <div class="table-part__inside">
            <SegmentedControl label="What to show" options=options value=tab on_change=move |t| tab.set(t) />
            {shown}
        </div>
    }
}

#[component]
fn FirstRows(source: SourceId, table: TableId) -> impl IntoView {
    let app = use_app();
    let rows = app.want(move || Some(Query::Rows { node: NodeId::Table(table), offset: 0, limit: ROWS_SHOWN }));
    let on_repair = Callback::new(move |(r,)| repair(app, Some(source), r));
    move || match rows.get() {
        Answer::Failed(problem) => view! { <ProblemView problem=problem on_repair=on_repair /> }.into_any(),
        answer => match answer.view() {
            Some(View::Rows(window)) => view! { <RowsTable window=window.clone() caption="First rows" /> }.into_any(),
            _ => view! { <Skeleton lines=6 /> }.into_any(),
        },
    }
}
