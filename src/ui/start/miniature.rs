//! A small picture of each sample's report, drawn from the same words and shapes.

use leptos::prelude::*;

/// Decorative: the tile's words say what it is.
#[component]
pub fn Miniature(sample: &'static str) -> impl IntoView {
    let drawing = match sample {
        "sequencing" => sequencing(),
        "trials" => trials(),
        _ => cold_chain(),
    };
    view! {
        <svg class="mini" viewBox="0 0 280 164" aria-hidden="true" focusable="false">
            {drawing}
        </svg>
    }
}

#[rustfmt::skip]
fn sequencing() -> AnyView {
    view! {
        <rect class="mini__stop-soft" x="14" y="14" width="252" height="34" rx="5"></rect>
        <circle class="mini__stop" cx="26" cy="25" r="4"></circle>
        <text class="mini__strong" x="35" y="28.5">"Hold"</text>
        <text class="mini__words" x="22" y="41">"9 of 96 samples fail coverage; all on plate P7"</text><text class="mini__number" x="14" y="70">"87"</text><text class="mini__label" x="14" y="81">"samples pass"</text>
        <text class="mini__number" x="100" y="70">"31.4 ×"</text><text class="mini__label" x="100" y="81">"median coverage"</text>
        <text class="mini__number" x="186" y="70">"12 ×"</text><text class="mini__label" x="186" y="81">"risk on plate P7"</text>
        <path class="mini__dots" d="M17.0 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M26.2 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M35.4 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M44.6 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M53.8 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M63.0 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M72.2 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M81.4 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M90.6 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M99.8 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M109.0 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M118.2 104.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M17.0 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M26.2 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M35.4 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M44.6 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M53.8 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M63.0 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M72.2 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M109.0 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M118.2 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M17.0 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M26.2 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M35.4 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M44.6 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M53.8 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M63.0 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M72.2 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M109.0 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M118.2 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M17.0 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M26.2 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M35.4 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M44.6 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M53.8 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M63.0 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M72.2 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M109.0 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M118.2 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M17.0 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M26.2 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M35.4 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M44.6 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M53.8 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M63.0 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M72.2 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M81.4 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M90.6 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M99.8 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M109.0 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M118.2 140.8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M17.0 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M26.2 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M35.4 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M44.6 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M53.8 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M63.0 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M72.2 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M81.4 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M90.6 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M99.8 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M109.0 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M118.2 150.0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"></path>
        <path class="mini__stop" d="M81.4 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M90.6 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M99.8 113.2a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M81.4 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M90.6 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M99.8 122.4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M81.4 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M90.6 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M99.8 131.6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"></path>
        <path class="mini__grid" d="M144 106h122M144 124h122M144 142h122"></path>
        <path class="mini__curve" d="M146.0 119.2L153.6 116.9L161.2 122.1L168.8 117.8L176.4 116.2L184.0 122.2L191.6 131.5L199.2 129.4L206.8 128.8L214.4 119.0L222.0 124.7L229.6 120.0L237.2 118.1L244.8 116.9L252.4 118.9L260.0 152.0"></path>
        <circle class="mini__stop" cx="260.0" cy="152.0" r="3"></circle>
    }
    .into_any()
}

#[rustfmt::skip]
fn trials() -> AnyView {
    view! {
        <rect class="mini__attention-soft" x="14" y="14" width="252" height="34" rx="5"></rect>
        <circle class="mini__attention" cx="26" cy="25" r="4"></circle>
        <text class="mini__strong" x="35" y="28.5">"One site needs a call"</text>
        <text class="mini__words" x="22" y="41">"Turku enrolled 4 of 18 planned, two visits overdue"</text><text class="mini__number" x="14" y="70">"214"</text><text class="mini__label" x="14" y="81">"participants"</text>
        <text class="mini__number" x="100" y="70">"78 %"</text><text class="mini__label" x="100" y="81">"of the plan"</text>
        <text class="mini__number" x="186" y="70">"3"</text><text class="mini__label" x="186" y="81">"open queries"</text>
        <text class="mini__label" x="14" y="107.0">"Leiden"</text><rect class="mini__bar" x="50" y="101.0" width="87.4" height="7" rx="1.5"></rect>
        <text class="mini__label" x="14" y="118.5">"Graz"</text><rect class="mini__bar" x="50" y="112.5" width="79.8" height="7" rx="1.5"></rect>
        <text class="mini__label" x="14" y="130.0">"Porto"</text><rect class="mini__bar" x="50" y="124.0" width="67.5" height="7" rx="1.5"></rect>
        <text class="mini__label" x="14" y="141.5">"Turku"</text><rect class="mini__attention" x="50" y="135.5" width="36.1" height="7" rx="1.5"></rect>
        <text class="mini__label" x="14" y="153.0">"Lund"</text><rect class="mini__bar" x="50" y="147.0" width="83.6" height="7" rx="1.5"></rect>
        <path class="mini__grid" d="M164 106h102M164 128h102M164 150h102"></path>
        <path class="mini__curve" d="M166.0 148.0L176.0 142.7L186.0 137.4L196.0 135.7L206.0 130.4L216.0 125.1L226.0 123.4L236.0 118.1L246.0 112.8L256.0 111.1L266.0 105.8"></path>
        <path class="mini__curve mini__curve--second" d="M166.0 150.0L176.0 146.7L186.0 146.2L196.0 142.9L206.0 142.4L216.0 139.1L226.0 138.6L236.0 135.3L246.0 134.8L256.0 131.5L266.0 131.0"></path>
    }
    .into_any()
}

#[rustfmt::skip]
fn cold_chain() -> AnyView {
    view! {
        <rect class="mini__attention-soft" x="14" y="14" width="252" height="34" rx="5"></rect>
        <circle class="mini__attention" cx="26" cy="25" r="4"></circle>
        <text class="mini__strong" x="35" y="28.5">"Shipment 14 got warm"</text>
        <text class="mini__words" x="22" y="41">"Above 8 °C for 3 h 10 min on 4 Nov, at the Basel dock"</text><text class="mini__number" x="14" y="70">"23"</text><text class="mini__label" x="14" y="81">"shipments"</text>
        <text class="mini__number" x="100" y="70">"1"</text><text class="mini__label" x="100" y="81">"above its limit"</text>
        <text class="mini__number" x="186" y="70">"5.1 °C"</text><text class="mini__label" x="186" y="81">"median"</text>
        <path class="mini__grid" d="M14 101h252M14 136h252M14 154h252"></path>
        <path class="mini__limit" d="M14 118.5h252"></path>
        <text class="mini__label" x="236" y="115">"limit 8 °C"</text>
        <path class="mini__curve" d="M14.0 136.0L18.2 138.6L22.4 139.9L26.6 139.5L30.8 137.3L35.0 134.6L39.2 132.5L43.4 132.1L47.6 133.5L51.8 136.1L56.0 138.6L60.2 140.0L64.4 139.4L68.6 137.3L72.8 134.5L77.0 132.5L81.2 132.1L85.4 133.5L89.6 136.1L93.8 138.7L98.0 140.0L102.2 139.4L106.4 137.2L110.6 134.5L114.8 132.4L119.0 132.1L123.2 133.6L127.4 136.2L131.6 138.6L135.8 139.6L140.0 138.4L144.2 135.0L148.4 130.0L152.6 124.2L156.8 118.4L161.0 113.2L165.2 109.2L169.4 106.7L173.6 106.0L177.8 107.2L182.0 110.0L186.2 113.9L190.4 118.7L194.6 123.9L198.8 129.3L203.0 134.2L207.2 137.9L211.4 139.6L215.6 139.2L219.8 137.0L224.0 134.3L228.2 132.4L232.4 132.1L236.6 133.7L240.8 136.4L245.0 138.9L249.2 140.0L253.4 139.2L257.6 137.0L261.8 134.2L266.0 132.3"></path>
        <path class="mini__curve mini__curve--attention" d="M156.8 118.4L161.0 113.2L165.2 109.2L169.4 106.7L173.6 106.0L177.8 107.2L182.0 110.0L186.2 113.9"></path>
    }
    .into_any()
}
