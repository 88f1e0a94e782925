//! Fetches a web address, page by page, in a reader's worker. Which page comes next, and what a
//! failure means, is the `source` stage's to say.

use super::parcel::js_text;
use super::reader_worker::post;
use super::time::now_ms;
use crate::base::Problem;
use crate::protocol::{NetworkEntry, ReaderEvent};
use crate::source::{
    ApiAnswer, ApiSpec, ReadProgress, explain_status, explain_unreachable, mask_url, next_page, site_of,
};
use gloo_net::http::{RequestBuilder, Response};
use js_sys::Uint8Array;
use std::collections::BTreeSet;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestMode, RequestRedirect};

/// Bytes kept of one address, all pages together.
const MAX_BYTES: usize = 1 << 30;
const MAX_TRIES: u32 = 5;
const MAX_WAIT_SECONDS: u32 = 60;

pub struct Fetched {
    pub bytes: Vec<u8>,
    /// The last part of the path, or the host.
    pub name: String,
    /// Several JSON documents, one a line.
    pub is_pages: bool,
    /// The page limit was reached, and there was a next page.
    pub has_more: bool,
}

/// # Errors
/// What went wrong in words, with the way round.
pub async fn fetch(api: &ApiSpec, headers: &[(String, String)]) -> Result<Fetched, Problem> {
    // The limit is kept here, so that it can be said when there was more.
    let endless = ApiSpec { max_pages: u32::MAX, ..api.clone() };
    let mut has_more = false;
    let mut url = api.url.clone();
    let mut pages: Vec<Vec<u8>> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut n_bytes = 0;
    loop {
        seen.insert(url.clone());
        let (bytes, link) = page(&url, headers, n_bytes).await?;
        n_bytes += bytes.len();
        if n_bytes > MAX_BYTES {
            return Err(Problem::limit("answer_too_large", "The answer is larger than 1 GB.")
                .hint("Ask for less: fewer fields, a shorter period, or a lower page limit."));
        }
        let next = match std::str::from_utf8(&bytes) {
            Ok(body) if is_json(&bytes) => {
                let answer = ApiAnswer { url: &url, status: 200, link_header: link.as_deref(), body };
                next_page(&endless, pages.len() as u32 + 1, &answer)?
            }
            _ => None,
        };
        pages.push(bytes);
        match next {
            Some(next) if seen.contains(&next) => break,
            Some(next) if pages.len() < api.max_pages.max(1) as usize => url = next,
            next => {
                has_more = next.is_some();
                break;
            }
        }
    }
    let is_pages = pages.len() > 1;
    let bytes = if is_pages {
        let mut joined = Vec::with_capacity(n_bytes + pages.len());
        for page in pages {
            // A raw line break inside a JSON string is not allowed, so outside it is only space.
            joined.extend(page.into_iter().map(|b| if matches!(b, b'\n' | b'\r') { b' ' } else { b }));
            joined.push(b'\n');
        }
        joined
    } else {
        pages.pop().unwrap_or_default()
    };
    Ok(Fetched { bytes, name: name_of(&api.url), is_pages, has_more })
}

fn is_json(bytes: &[u8]) -> bool {
    matches!(bytes.iter().find(|b| !b.is_ascii_whitespace()), Some(b'{' | b'['))
}

fn name_of(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    if last.is_empty() || path.matches('/').count() < 3 { site_of(url) } else { last.to_owned() }
}

/// One page, tried again while the server asks for patience.
async fn page(url: &str, headers: &[(String, String)], n_before: usize) -> Result<(Vec<u8>, Option<String>), Problem> {
    for attempt in 1..=MAX_TRIES {
        let response = match request(url, headers, false).await {
            Ok(response) => response,
            Err(_) => {
                log(url, 0, 0, "no answer that a web page may read");
                // A second request, without keys and without reading the answer, tells a server that is
                // not there from one that lets no web page read.
                let answered = request(url, &[], true).await.is_ok();
                log(
                    url,
                    0,
                    0,
                    if answered {
                        "asked whether it answers at all: yes"
                    } else {
                        "asked whether it answers at all: no"
                    },
                );
                return Err(explain_unreachable(url, answered, &page_origin()));
            }
        };
        let status = response.status();
        // An answer that redirects and is not followed has no status of its own.
        if status == 0 {
            log(url, status, 0, "redirected");
            return Err(Problem::input("redirected", format!("{} sends on to another address.", site_of(url)))
                .because("Your headers go only to the address you named, so the new one was not asked.")
                .hint("Find the final address (a browser shows it) and add that one."));
        }
        let final_url = Some(response.url()).filter(|u| !u.is_empty()).unwrap_or_else(|| url.to_owned());
        if site_of(&final_url) != site_of(url) {
            // The browser has asked it already: what a redirect leads to is only seen afterwards.
            log(url, 0, 0, "redirected to another host");
            log(&final_url, status, 0, &format!("redirected here by {}; nothing of it was read", site_of(url)));
            return Err(Problem::input(
                "redirected",
                format!("{} sends on to {}.", site_of(url), site_of(&final_url)),
            )
            .because("Data are taken only from a host that you name. The browser has followed the redirect; its answer was not read.")
            .hint("If you trust it, add that address instead."));
        }
        let asked = response.headers().get("retry-after").and_then(|v| v.trim().parse::<u32>().ok());
        if (status == 429 || status == 503) && attempt < MAX_TRIES {
            let seconds = asked.unwrap_or(1 << (attempt - 1)).clamp(1, MAX_WAIT_SECONDS);
            log(url, status, 0, "asked to wait");
            post(&ReaderEvent::Waiting { seconds, why: format!("{} asked to wait.", site_of(url)) }, Vec::new());
            gloo_timers::future::TimeoutFuture::new(seconds * 1000).await;
            continue;
        }
        if !(200..300).contains(&status) {
            log(url, status, 0, "refused");
            return Err(explain_status(status, asked));
        }
        let link = response.headers().get("link");
        let bytes = body(&response, n_before).await.map_err(|e| {
            Problem::input("broken_off", "The answer broke off before its end.").because(js_text(&e)).hint("Try again.")
        })?;
        // Where it was in fact read, after a redirect within the host.
        log(&final_url, status, bytes.len() as u64, "data");
        return Ok((bytes, link));
    }
    Err(explain_status(429, None))
}

async fn request(url: &str, headers: &[(String, String)], is_probe: bool) -> Result<Response, gloo_net::Error> {
    let mut builder = RequestBuilder::new(url)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        // Where a redirect leads cannot be seen before it is followed; secrets never go along (decision 0009).
        .redirect(if headers.is_empty() { RequestRedirect::Follow } else { RequestRedirect::Manual })
        .referrer_policy(web_sys::ReferrerPolicy::NoReferrer)
        .mode(if is_probe { RequestMode::NoCors } else { RequestMode::Cors });
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder.build()?.send().await
}

async fn body(response: &Response, n_before: usize) -> Result<Vec<u8>, JsValue> {
    let Some(stream) = response.body() else {
        return response.binary().await.map_err(|e| JsValue::from_str(&e.to_string()));
    };
    let total = response.headers().get("content-length").and_then(|v| v.parse::<u64>().ok()).unwrap_or(0);
    let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into()?;
    let mut bytes = Vec::new();
    loop {
        let next = JsFuture::from(reader.read()).await?;
        if js_sys::Reflect::get(&next, &"done".into())?.is_truthy() {
            return Ok(bytes);
        }
        let chunk: Uint8Array = js_sys::Reflect::get(&next, &"value".into())?.dyn_into()?;
        bytes.extend(chunk.to_vec());
        if bytes.len() + n_before > MAX_BYTES {
            return Err(JsValue::from_str("It is larger than 1 GB."));
        }
        let done_bytes = (n_before + bytes.len()) as u64;
        let total_bytes = if total > 0 { n_before as u64 + total } else { 0 };
        post(&ReaderEvent::Progress(ReadProgress { done_bytes, total_bytes, n_rows: 0 }), Vec::new());
    }
}

fn page_origin() -> String {
    let location = js_sys::Reflect::get(&js_sys::global(), &"location".into()).ok();
    let origin = location.and_then(|l| js_sys::Reflect::get(&l, &"origin".into()).ok()).and_then(|o| o.as_string());
    origin.unwrap_or_default()
}

fn log(url: &str, status: u16, size_bytes: u64, why: &str) {
    let entry = NetworkEntry {
        time_ms: now_ms(),
        method: "GET".to_owned(),
        url: mask_url(url),
        host: site_of(url),
        status,
        size_bytes,
        why: why.to_owned(),
    };
    post(&ReaderEvent::Requested(entry), Vec::new());
}
