//! Choosing a chart: kind, columns, how rows are reduced.

use super::columns::ColumnSelect;
use super::control_fields::ControlFields;
use crate::base::{ColumnType, NodeId, wording};
use crate::chart::{ChartKind, ChartSpec};
use crate::recipe::Aggregate;
use crate::table::ColumnInfo;
use crate::ui::parts::{Icon, IconName};
use leptos::prelude::*;

fn icon_of(kind: ChartKind) -> IconName {
    match kind {
        ChartKind::Line => IconName::ChartLine,
        ChartKind::Bar | ChartKind::Histogram => IconName::ChartBar,
        ChartKind::Scatter => IconName::ChartScatter,
        ChartKind::Box => IconName::Layers,
        ChartKind::Heat => IconName::Table,
        ChartKind::Control => IconName::ChartLine,
    }
}

/// The chart that suits a column at first sight.
pub fn first_chart(node: NodeId, columns: &[ColumnInfo], about: Option<&str>) -> Option<ChartSpec> {
    let column = about.and_then(|name| columns.iter().find(|c| c.name == name));
    let number = columns.iter().find(|c| c.column_type.is_numeric());
    let time = columns.iter().find(|c| c.column_type.is_temporal());
    match column {
        Some(c) if c.column_type.is_numeric() => Some(ChartSpec::new(ChartKind::Histogram, node, &c.name)),
        Some(c) if c.column_type.is_temporal() => Some(ChartSpec {
            y: number.map(|n| n.name.clone()),
            aggregate: number.is_none().then_some(Aggregate::Count),
            ..ChartSpec::new(ChartKind::Line, node, &c.name)
        }),
        Some(c) => Some(ChartSpec::new(ChartKind::Bar, node, &c.name)),
        None => match (time, number) {
            (Some(time), Some(number)) => {
                Some(ChartSpec { y: Some(number.name.clone()), ..ChartSpec::new(ChartKind::Line, node, &time.name) })
            }
            (_, Some(number)) => Some(ChartSpec::new(ChartKind::Histogram, node, &number.name)),
            _ => columns.first().map(|c| ChartSpec::new(ChartKind::Bar, node, &c.name)),
        },
    }
}

/// What is still to be chosen; `None` when the chart can be drawn.
pub fn chart_is_missing(spec: &ChartSpec) -> Option<&'static str> {
    let has_y = spec.y.as_deref().is_some_and(|y| !y.is_empty());
    // A control chart can go by the order of the table.
    if spec.x.is_empty() && spec.kind != ChartKind::Control {
        return Some("Choose a column.");
    }
    let needs_y = matches!(spec.kind, ChartKind::Scatter | ChartKind::Box | ChartKind::Heat | ChartKind::Control)
        || (spec.kind == ChartKind::Line && spec.aggregate != Some(Aggregate::Count));
    (needs_y && !has_y).then_some("Choose the second column.")
}

/// The words for the places of a kind of chart: (x, y).
fn place_words(kind: ChartKind) -> (&'static str, Option<&'static str>) {
    match kind {
        ChartKind::Line => ("Along", Some("Measured")),
        ChartKind::Bar => ("Categories", Some("Measured")),
        ChartKind::Histogram => ("Measured", None),
        ChartKind::Scatter => ("Across", Some("Up")),
        ChartKind::Box => ("Categories", Some("Measured")),
        ChartKind::Heat => ("Columns", Some("Rows")),
        ChartKind::Control => ("In the order of", Some("Measured")),
    }
}

#[component]
pub fn ChartForm(
    #[prop(into)] spec: Signal<ChartSpec>,
    #[prop(into)] on_change: Callback<(ChartSpec,)>,
    #[prop(into)] columns: Signal<Vec<ColumnInfo>>,
) -> impl IntoView {
    let change = move |change: &dyn Fn(&mut ChartSpec)| {
        let mut now = spec.get_untracked();
        change(&mut now);
        on_change.run((now,));
    };
    let kind = Memo::new(move |_| spec.with(|s| s.kind));
    let kinds = ChartKind::ALL
        .map(|k| {
            view! {
                <button
                    type="button"
                    class="kinds__option"
                    aria-pressed=move || (kind.get() == k).to_string()
                    on:click=move |_| change(&|s| s.kind = k)
                >
                    <Icon name=icon_of(k) />
                    <span>{k.label()}</span>
                </button>
            }
            .into_any()
        })
        .into_iter()
        .collect::<Vec<_>>();
    let numeric = Signal::derive(move || {
        columns.with(|c| c.iter().filter(|c| c.column_type.is_numeric()).cloned().collect::<Vec<_>>())
    });
    let ordered = Signal::derive(move || {
        let fits = |c: &&ColumnInfo| c.column_type.is_numeric() || c.column_type.is_temporal();
        columns.with(|c| c.iter().filter(fits).cloned().collect::<Vec<_>>())
    });
    let few_values = Signal::derive(move || {
        let fits =
            |c: &&ColumnInfo| matches!(c.column_type, ColumnType::Text | ColumnType::Boolean | ColumnType::Integer);
        columns.with(|c| c.iter().filter(fits).cloned().collect::<Vec<_>>())
    });
    let text = move |field: fn(&ChartSpec) -> Option<String>| {
        Signal::derive(move || spec.with(|s| field(s).unwrap_or_default()))
    };
    let some = |name: String| Some(name).filter(|n| !n.is_empty());
    let node = Signal::derive(move || Some(spec.with(|s| s.node)));
    let places = move || {
        let k = kind.get();
        let (x_words, y_words) = place_words(k);
        let x_columns = if k == ChartKind::Histogram { numeric } else { columns };
        let set_x = move |name: String| change(&|s| s.x.clone_from(&name));
        let value_x = text(|s| Some(s.x.clone()));
        let x = match k {
            ChartKind::Control => {
                view! { <ColumnSelect label=x_words columns=ordered node=node value=value_x on_change=set_x none="The table" /> }
                    .into_any()
            }
            _ => view! { <ColumnSelect label=x_words columns=x_columns node=node value=value_x on_change=set_x /> }.into_any(),
        };
        let y = y_words.map(|words| {
            let set = move |name: String| change(&|s| {
                s.y = some(name.clone());
                if s.y.is_none() {
                    s.aggregate = None;
                }
            });
            let y_columns = if k == ChartKind::Heat { columns } else { numeric };
            let value = text(|s| s.y.clone());
            match k {
                ChartKind::Bar => view! { <ColumnSelect label=words columns=y_columns node=node value=value on_change=set none="Number of rows" /> }.into_any(),
                _ => view! { <ColumnSelect label=words columns=y_columns node=node value=value on_change=set /> }.into_any(),
            }
        });
        let colour = (k == ChartKind::Heat).then(|| {
            let set = move |name: String| change(&|s| s.value = some(name.clone()));
            view! { <ColumnSelect label="Colour" columns=numeric node=node value=text(|s| s.value.clone()) on_change=set none="Number of rows" /> }
        });
        let group = matches!(k, ChartKind::Line | ChartKind::Bar | ChartKind::Scatter).then(|| {
            let set = move |name: String| change(&|s| s.group = some(name.clone()));
            view! { <ColumnSelect label="One colour for each" columns=few_values node=node value=text(|s| s.group.clone()) on_change=set none="One colour" /> }
        });
        let control = (k == ChartKind::Control)
            .then(|| view! { <ControlFields spec=spec on_change=on_change columns=columns numeric=numeric /> });
        (x, y, colour, group, control)
    };
    // Only where rows that share a place have to be reduced, and a column is measured.
    let is_reduced = Memo::new(move |_| {
        spec.with(|s| match s.kind {
            ChartKind::Line => true,
            ChartKind::Bar => s.y.is_some(),
            ChartKind::Heat => s.value.is_some(),
            _ => false,
        })
    });
    let aggregate = Memo::new(move |_| spec.with(|s| s.aggregate.unwrap_or(Aggregate::Mean)));
    let reduce = move || {
        is_reduced.get().then(|| {
            let options: Vec<_> = Aggregate::ALL
                .map(|a| {
                    let words = wording::sentence_case(a.word());
                    view! { <option value=a.word() selected=a == aggregate.get()>{words}</option> }.into_any()
                })
                .into_iter()
                .collect::<Vec<_>>();
            let pick = move |event| {
                let word = event_target_value(&event);
                let found = Aggregate::ALL.into_iter().find(|a| a.word() == word);
                change(&|s| s.aggregate = found);
            };
            view! {
                <label class="field">
                    <span class="field__label">"Rows at the same place"</span>
                    <select prop:value=move || aggregate.get().word() on:change=pick>{options}</select>
                </label>
            }
        })
    };
    view! {
        <div class="chart-form form">
            <div class="kinds" role="group" aria-label="Kind of chart">{kinds}</div>
            {places}
            {reduce}
            <label class="field">
                <span class="field__label">"Title"</span>
                <input
                    type="text"
                    placeholder="Written from the data"
                    prop:value=move || spec.with(|s| s.title.clone())
                    on:input=move |event| {
                        let title = event_target_value(&event);
                        change(&|s| s.title.clone_from(&title));
                    }
                />
            </label>
        </div>
    }
}
