//! Fetches a web address, page by page, in a reader's worker. Which page comes next, and what a
//! failure means, is the `source` stage's to say.

use super::parcel::js_text;
use super::reader_worker::post;
use super::time::now_ms;
use crate::base::{Notices, Problem, Repair};
use crate::protocol::{NetworkEntry, ReaderEvent};
use crate::source::{
    ApiAnswer, ApiSpec, Headers, PageWalk, Probe, explain_refusal, explain_status, explain_unreachable,
    is_plain_header, mask_url, retry_after, seconds_to_wait, site_of,
};
use gloo_net::http::{RequestBuilder, Response};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestMode, RequestRedirect};

/// Bytes kept of one address, all pages together.
const MAX_BYTES: usize = 1 << 30;

/// So much of an answer that is a refusal is looked at.
const MAX_REFUSAL_BYTES: usize = 16_384;

/// Headers in which services say how many records there are.
const TOTAL_HEADERS: [&str; 5] = ["x-total-count", "x-total", "x-wp-total", "total-count", "content-range"];

pub struct Fetched {
    pub bytes: Vec<u8>,
    /// The last part of the path, or the host.
    pub name: String,
    /// Several JSON documents, one a line.
    pub is_pages: bool,
    /// What must be said of how they came.
    pub notices: Notices,
}

/// One page as it came.
struct Page {
    bytes: Vec<u8>,
    link_header: Option<String>,
    total_header: Option<String>,
}

/// Fetches all pages. `record_path`: where the user says that the records are.
///
/// When a later page fails, what came before is kept, and the notices say what is missing.
///
/// # Errors
/// What went wrong in words, with the way round.
pub async fn fetch(api: &ApiSpec, headers: &Headers, record_path: Option<&str>) -> Result<Fetched, Problem> {
    let mut walk = PageWalk::new(api, record_path);
    let mut url = api.url.clone();
    let mut pages: Vec<Vec<u8>> = Vec::new();
    let mut n_bytes = 0;
    loop {
        let taken = match page(&url, headers, n_bytes, &walk).await {
            Ok(page) => {
                let answer = ApiAnswer {
                    url: &url,
                    link_header: page.link_header.as_deref(),
                    total_header: page.total_header.as_deref(),
                    body: &page.bytes,
                };
                walk.took(&answer).map(|taken| (taken, page.bytes))
            }
            Err(problem) => Err(problem),
        };
        match taken {
            Ok((taken, bytes)) => {
                if taken.is_kept {
                    n_bytes += bytes.len();
                    pages.push(bytes);
                }
                match taken.next {
                    Some(next) => url = next,
                    None => break,
                }
            }
            Err(problem) => {
                walk.failed(problem)?;
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
    Ok(Fetched { bytes, name: name_of(&api.url), is_pages, notices: walk.finish() })
}

fn name_of(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    if last.is_empty() || path.matches('/').count() < 3 { site_of(url) } else { last.to_owned() }
}

/// One page, tried again while the server asks for patience.
async fn page(url: &str, headers: &Headers, n_before: usize, walk: &PageWalk) -> Result<Page, Problem> {
    for attempt in 1.. {
        let response = match request(url, headers, RequestMode::Cors).await {
            Ok(response) => response,
            Err(_) => return Err(unfinished(url, headers).await),
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
        let header = |name: &str| response.headers().get(name);
        let asked = header("retry-after").and_then(|v| retry_after(&v, now_ms()));
        if let Some(seconds) = seconds_to_wait(status, asked, attempt) {
            log(url, status, 0, "asked to wait");
            post(&ReaderEvent::Waiting { seconds, why: format!("{} asked to wait.", site_of(url)) }, Vec::new());
            gloo_timers::future::TimeoutFuture::new(seconds * 1000).await;
            continue;
        }
        if !(200..300).contains(&status) {
            log(url, status, 0, "refused");
            return Err(explain_refusal(status, asked, &start_of(&response).await));
        }
        let link_header = header("link");
        let total_header = TOTAL_HEADERS.iter().find_map(|name| header(name));
        let bytes = match body(&response, n_before, walk).await {
            Ok(bytes) => bytes,
            Err(problem) => {
                log(url, status, 0, "broken off");
                return Err(problem);
            }
        };
        // Where it was in fact read, after a redirect within the host.
        log(&final_url, status, bytes.len() as u64, "data");
        return Ok(Page { bytes, link_header, total_header });
    }
    Err(explain_status(429, None))
}

/// Finds out why the browser did not finish a request, and explains it. Each request made for that is listed.
async fn unfinished(url: &str, headers: &Headers) -> Problem {
    log(url, 0, 0, "no answer that a web page may read");
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let none = Headers::new();
    if names.iter().any(|name| !is_plain_header(name))
        && let Ok(response) = request(url, &none, RequestMode::Cors).await
        && response.status() != 0
    {
        log(url, response.status(), 0, "asked without the headers, to find the cause");
        return explain_unreachable(url, Probe::ReadableWithoutHeaders, &names, &page_origin());
    }
    // Without reading the answer: tells a server that is not there from one that lets no web page read.
    let (probe, why) = match request(url, &none, RequestMode::NoCors).await {
        Ok(_) => (Probe::Opaque, "asked whether it answers at all: yes"),
        Err(_) => (Probe::Silent, "asked whether it answers at all: no"),
    };
    log(url, 0, 0, why);
    explain_unreachable(url, probe, &names, &page_origin())
}

async fn request(url: &str, headers: &Headers, mode: RequestMode) -> Result<Response, gloo_net::Error> {
    let has_secret = headers.iter().any(|(name, _)| !is_plain_header(name));
    let mut builder = RequestBuilder::new(url)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        // Where a redirect leads cannot be seen before it is followed; secrets never go along (decision 0009).
        .redirect(if has_secret { RequestRedirect::Manual } else { RequestRedirect::Follow })
        .referrer_policy(web_sys::ReferrerPolicy::NoReferrer)
        .mode(mode);
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder.build()?.send().await
}

/// The start of an answer that is no data, as text.
async fn start_of(response: &Response) -> String {
    let mut bytes = Vec::new();
    let reader = response.body().and_then(|s| s.get_reader().dyn_into::<ReadableStreamDefaultReader>().ok());
    let Some(reader) = reader else { return String::new() };
    while bytes.len() < MAX_REFUSAL_BYTES
        && let Ok(next) = JsFuture::from(reader.read()).await
        && let Ok(chunk) = js_sys::Reflect::get(&next, &"value".into())
        && let Ok(chunk) = chunk.dyn_into::<Uint8Array>()
    {
        bytes.extend(chunk.to_vec());
    }
    // The rest is of no use; the browser closes the connection.
    let _ = reader.cancel();
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn body(response: &Response, n_before: usize, walk: &PageWalk) -> Result<Vec<u8>, Problem> {
    let broken = |e: &JsValue| {
        Problem::input("broken_off", "The answer broke off before its end.")
            .because(js_text(e))
            .repair("Try again", Repair::Retry)
    };
    let Some(stream) = response.body() else {
        return response.binary().await.map_err(|e| broken(&JsValue::from_str(&e.to_string())));
    };
    // The length of what is packed says nothing of the length that comes out.
    let is_packed = response.headers().get("content-encoding").is_some_and(|v| !v.is_empty() && v != "identity");
    let length = response.headers().get("content-length").and_then(|v| v.parse::<u64>().ok());
    let total = length.filter(|_| !is_packed).unwrap_or(0);
    let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into().map_err(|e| broken(&e))?;
    let mut bytes = Vec::new();
    loop {
        let next = JsFuture::from(reader.read()).await.map_err(|e| broken(&e))?;
        let part = |name: &str| js_sys::Reflect::get(&next, &name.into()).map_err(|e| broken(&e));
        if part("done")?.is_truthy() {
            return Ok(bytes);
        }
        let chunk: Uint8Array = part("value")?.dyn_into().map_err(|e| broken(&e))?;
        if bytes.len() + n_before + chunk.length() as usize > MAX_BYTES {
            return Err(Problem::limit("answer_too_large", "The answer is larger than 1 GB.")
                .hint("Ask for less: fewer fields, a shorter period, or a lower page limit."));
        }
        bytes.extend(chunk.to_vec());
        let done_bytes = (n_before + bytes.len()) as u64;
        let total_bytes = if total > 0 { n_before as u64 + total } else { 0 };
        post(&ReaderEvent::Fetching(walk.progress(done_bytes, total_bytes)), Vec::new());
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
