//! A chart as the page shows it.

use super::canvas::{PAPER_DENSITY, density, paint};
use super::data_view::DataView;
use super::legend::Legend;
use super::menu::ChartMenu;
use super::printing::use_is_printing;
use super::queue::soon;
use super::reading::{self, Move};
use super::size::use_size;
use super::surroundings::{use_fonts_ready, use_is_dark};
use crate::chart::{
    ChartData, ChartPlan, ChartSpec, Frame, Hit, PAPER_WIDTH_PX, Snap, Theme, View, nearest, paper_height_px,
    plan as make_plan, preferred_height_px, summary,
};
use crate::protocol::{self, Query};
use crate::ui::state::{Answer, use_app};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

#[component]
pub fn ChartView(
    #[prop(into)] data: Signal<Option<Arc<ChartData>>>,
    /// Pixels; chosen by what is shown when not given.
    #[prop(optional, into)]
    height: Option<f64>,
    /// Shows title and subtitle above; without it only the subtitle.
    #[prop(optional)]
    shows_title: bool,
    /// Where the rows are at hand: what it was made from, so that a part that is looked at closely is
    /// made as finely as the whole.
    #[prop(optional, into)]
    spec: Option<Signal<Option<ChartSpec>>>,
) -> impl IntoView {
    let frame_ref = NodeRef::<leptos::html::Div>::new();
    let canvas_ref = NodeRef::<leptos::html::Canvas>::new();
    let size = use_size(move || frame_ref.get().map(Into::into));
    let is_printing = use_is_printing();
    let is_dark = use_is_dark(is_printing);
    let fonts_ready = use_fonts_ready();
    let zoom = RwSignal::new(None::<View>);
    let hidden = RwSignal::new(Vec::<String>::new());
    let active = RwSignal::new(None::<usize>);
    let drag = RwSignal::new(None::<(f64, f64)>);
    let shows_table = RwSignal::new(false);

    let shown = in_detail(data, spec, zoom);

    let width = Memo::new(move |_| size.get().0.floor());
    let height_px = Memo::new(move |_| {
        let natural = || data.with(|d| d.as_ref().map(|d| preferred_height_px(d, width.get().max(280.0))));
        height.or_else(natural).unwrap_or(280.0).round()
    });
    // Planned in a task of its own: all charts of a report learn their width at once.
    let plan = RwSignal::new(None::<Arc<ChartPlan>>);
    Effect::new(move |_| {
        let theme = if is_dark.get() { Theme::dark() } else { Theme::light() };
        // Laid out as on the screen and shrunk to the sheet, its words would be too small to read.
        let on_paper = || data.with(|d| d.as_ref().map(|d| (PAPER_WIDTH_PX, paper_height_px(d, PAPER_WIDTH_PX))));
        let paper = if is_printing.get() { on_paper() } else { None };
        let (width_px, height_px) = paper.unwrap_or_else(|| (width.get(), height_px.get()));
        let frame = Frame { view: zoom.get(), hidden: hidden.get(), ..Frame::new(width_px, height_px, theme) };
        shown.track();
        soon(move || {
            let Some(Some(data)) = shown.try_get_untracked() else { return };
            if frame.width_px >= 40.0 && plan.try_get_untracked().is_some() {
                plan.set(Some(Arc::new(make_plan(&data, &frame))));
            }
        });
    });
    // Drawing is the one thing that cannot be derived: the canvas holds pixels, not a tree.
    Effect::new(move |_| {
        fonts_ready.track();
        let (Some(canvas), Some(_)) = (canvas_ref.get(), plan.get()) else { return };
        soon(move || {
            // The newest plan; the chart may also have gone meanwhile.
            let Some(Some(plan)) = plan.try_get_untracked() else { return };
            let is_for_paper = is_printing.try_get_untracked().unwrap_or(false);
            let density = if is_for_paper { PAPER_DENSITY } else { density() };
            if let Err(problem) = paint(&canvas, &plan, density) {
                leptos::logging::warn!("{problem}");
            }
        });
    });

    let hit = move || {
        let at = active.get()?;
        plan.with(|p| {
            let p = p.as_ref()?;
            let hit = p.hits.get(at)?;
            Some(Pointed {
                hit: hit.clone(),
                words: p.words(hit),
                width_px: p.width_px,
                is_point: p.snap != Snap::Inside,
            })
        })
    };
    let place_of = move |event: &web_sys::PointerEvent| {
        let rect = frame_ref.get_untracked()?.get_bounding_client_rect();
        Some((f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top()))
    };
    let on_move = move |event: web_sys::PointerEvent| {
        let Some((x, y)) = place_of(&event) else { return };
        if let Some((from, _)) = drag.get_untracked() {
            drag.set(Some((from, x)));
        }
        let found = plan.with_untracked(|p| p.as_ref().and_then(|p| hit_index(p, x, y)));
        if active.get_untracked() != found {
            active.set(found);
        }
    };
    let on_down = move |event: web_sys::PointerEvent| {
        let can_zoom = plan.with_untracked(|p| p.as_ref().is_some_and(|p| p.x_scale.is_some()));
        if event.button() != 0 || !can_zoom || event.pointer_type() == "touch" {
            return;
        }
        if let Some((x, _)) = place_of(&event) {
            drag.set(Some((x, x)));
            if let Some(target) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) {
                let _ = target.set_pointer_capture(event.pointer_id());
            }
        }
    };
    let on_up = move |_| {
        let Some((from, to)) = drag.get_untracked() else { return };
        drag.set(None);
        let view = plan.with_untracked(|p| p.as_ref().and_then(|p| p.view_between(from, to)));
        // A click that trembles is not a drag.
        if let Some(view) = view.filter(|_| (from - to).abs() >= 8.0) {
            zoom.set(Some(view));
        }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(plan) = plan.get_untracked() else { return };
        let Some(moved) = reading::read(&event.key(), &plan, active.get_untracked(), zoom.get_untracked()) else {
            return;
        };
        event.prevent_default();
        event.stop_propagation();
        match moved {
            Move::To(at) => active.set(Some(at)),
            Move::Zoom(view) => {
                active.set(None);
                zoom.set(view);
            }
            Move::Leave => active.set(None),
        }
    };
    let on_toggle = move |name: String| {
        hidden.update(|hidden| match hidden.iter().position(|h| *h == name) {
            Some(at) => {
                hidden.remove(at);
            }
            None => hidden.push(name),
        });
        active.set(None);
    };
    let title = move || data.with(|d| d.as_ref().map(|d| d.title.clone()).filter(|t| shows_title && !t.is_empty()));
    let subtitle = move || data.with(|d| d.as_ref().map(|d| d.subtitle.clone()).filter(|t| !t.is_empty()));
    let spoken = Memo::new(move |_| data.with(|d| d.as_ref().map(|d| summary(d)).unwrap_or_default()));
    let legend = Signal::derive(move || plan.with(|p| p.as_ref().map(|p| p.legend.clone()).unwrap_or_default()));
    let selection = move || {
        let (from, to) = drag.get()?;
        let plot = plan.with(|p| p.as_ref().map(|p| p.plot))?;
        let left = from.min(to).max(plot.x_px);
        let right = from.max(to).min(plot.right());
        let style =
            format!("left:{left}px;width:{}px;top:{}px;height:{}px", (right - left).max(0.0), plot.y_px, plot.h_px);
        Some(view! { <div class="chart__drag" style=style></div> })
    };
    let table =
        move || shows_table.get().then(|| data.get()).flatten().map(|d| view! { <DataView data=d /> }.into_any());
    view! {
        <figure class="chart">
            <figcaption class="chart__head">
                <div class="chart__words">
                    {move || title().map(|t| view! { <p class="chart__title">{t}</p> })}
                    {move || subtitle().map(|t| view! { <p class="chart__subtitle">{t}</p> })}
                </div>
                <div class="chart__tools">
                    {move || {
                        zoom.get()
                            .map(|_| {
                                view! {
                                    <button type="button" class="chart__reset" on:click=move |_| zoom.set(None)>
                                        "Show all"
                                    </button>
                                }
                            })
                    }}
                    <ChartMenu
                        data=data
                        shown=shown
                        view=Signal::derive(move || zoom.get())
                        hidden=Signal::derive(move || hidden.get())
                        shows_table=shows_table
                    />
                </div>
            </figcaption>
            <Legend entries=legend on_toggle=on_toggle />
            <div
                class="chart__frame"
                style:height=move || format!("{}px", height_px.get())
                role="application"
                aria-roledescription="chart"
                aria-label=move || spoken.get()
                tabindex="0"
                hidden=move || shows_table.get()
                node_ref=frame_ref
                on:pointermove=on_move
                on:pointerdown=on_down
                on:pointerup=on_up
                on:pointercancel=move |_| drag.set(None)
                on:pointerleave=move |_| active.set(None)
                on:dblclick=move |_| zoom.set(None)
                on:keydown=on_keydown
                on:blur=move |_| active.set(None)
            >
                <canvas class="chart__canvas" aria-hidden="true" node_ref=canvas_ref></canvas>
                {selection}
                {move || hit().map(|pointed| tip(&pointed))}
            </div>
            <p class="visually-hidden" aria-live="polite">{move || hit().map(|pointed| pointed.words.replace('\n', ", "))}</p>
            {table}
        </figure>
    }
}

fn hit_index(plan: &ChartPlan, x_px: f64, y_px: f64) -> Option<usize> {
    let found = nearest(plan, x_px, y_px)?;
    plan.hits.iter().position(|h| std::ptr::eq(h, found))
}

/// The chart's data; of the part that is zoomed into, as soon as the engine has made them.
fn in_detail(
    data: Signal<Option<Arc<ChartData>>>,
    spec: Option<Signal<Option<ChartSpec>>>,
    zoom: RwSignal<Option<View>>,
) -> Signal<Option<Arc<ChartData>>> {
    let Some(spec) = spec else { return data };
    let answer = use_app().want(move || {
        let range = zoom.get()?.x;
        spec.get().map(|spec| Query::Chart { spec, range: Some(range) })
    });
    let fine = Memo::new(move |_| {
        zoom.get()?;
        match answer.get() {
            Answer::Ready { view, is_stale: false } => match &*view {
                protocol::View::Chart(data) => Some(Arc::new(data.clone())),
                _ => None,
            },
            _ => None,
        }
    });
    Signal::derive(move || fine.get().or_else(|| data.get()))
}

/// What the pointer or the keys are at.
struct Pointed {
    hit: Hit,
    words: String,
    width_px: f64,
    is_point: bool,
}

/// The mark's frame and what it says, beside it.
fn tip(pointed: &Pointed) -> impl IntoView + use<> {
    let Pointed { hit, words, width_px, is_point } = pointed;
    let (width_px, is_point) = (*width_px, *is_point);
    let (x, y) = (hit.x_px + hit.w_px / 2.0, hit.y_px + hit.h_px / 2.0);
    let mark = if is_point {
        format!("left:{x}px;top:{y}px")
    } else {
        format!("left:{}px;top:{}px;width:{}px;height:{}px", hit.x_px, hit.y_px, hit.w_px, hit.h_px)
    };
    let side = if x > width_px * 0.6 { "left" } else { "right" };
    let spot = if side == "left" {
        format!("right:{}px;top:{}px", width_px - x + 12.0, hit.y_px.max(0.0))
    } else {
        format!("left:{}px;top:{}px", x + 12.0, hit.y_px.max(0.0))
    };
    let lines: Vec<_> = words.lines().map(|line| view! { <span>{line.to_owned()}</span> }).collect();
    view! {
        <div class="chart__mark" data-shape=if is_point { "point" } else { "area" } style=mark></div>
        <div class="chart__tip" data-side=side style=spot aria-hidden="true">{lines}</div>
    }
}
