//! Files handed to the user, text put on the clipboard.

use super::parcel::to_buffer;
use crate::base::Problem;
use js_sys::{Array, ArrayBuffer};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Bytes as a blob of a type.
pub fn blob_of(bytes: &[u8], mime: &str) -> Option<Blob> {
    blob_of_buffer(&to_buffer(bytes), mime).ok()
}

/// A buffer as a blob of a type, without a detour through our memory.
///
/// # Errors
/// `download_failed` when the browser has no room for it.
pub fn blob_of_buffer(buffer: &ArrayBuffer, mime: &str) -> Result<Blob, Problem> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    Blob::new_with_buffer_source_sequence_and_options(&Array::of1(buffer), &options).map_err(|e| refused(&e))
}

fn refused(error: &JsValue) -> Problem {
    Problem::new(crate::base::ProblemKind::Limit, "download_failed", "The browser did not start the download.")
        .because(super::parcel::js_text(error))
}

/// Starts a download.
///
/// # Errors
/// `download_failed` when the browser refuses.
pub fn download(file_name: &str, blob: &Blob) -> Result<(), Problem> {
    start_download(file_name, blob).map_err(|e| refused(&e))
}

fn start_download(file_name: &str, blob: &Blob) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|w| w.document()).ok_or(JsValue::NULL)?;
    let url = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(file_name);
    link.click();
    // The address must outlive the click's own task.
    wasm_bindgen_futures::spawn_local(async move {
        gloo_timers::future::TimeoutFuture::new(60_000).await;
        let _ = Url::revoke_object_url(&url);
    });
    Ok(())
}

/// # Errors
/// `clipboard_refused` when the browser does not allow it.
pub async fn copy_text(text: &str) -> Result<(), Problem> {
    let refused = || {
        Problem::request("clipboard_refused", "The browser does not allow copying.")
            .hint("Select the text and copy it yourself.")
    };
    let clipboard = web_sys::window().map(|w| w.navigator().clipboard()).ok_or_else(refused)?;
    JsFuture::from(clipboard.write_text(text)).await.map(|_| ()).map_err(|_| refused())
}
