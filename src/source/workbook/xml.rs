//! The XML parts of a workbook, read as a stream within limits.

use crate::source::unpack::{Limits, zip::Entry};
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::{BufReader, Error, Read};

/// What one part may hold once unpacked. Sheets of cells without values are packed the tightest.
const LIMITS: Limits = Limits { max_bytes: 1_500_000_000, max_ratio: 400 };

/// Elements deeper than this are no workbook.
const MAX_DEPTH: usize = 200;

/// Why reading ended.
pub(super) type Damage = String;

pub(super) struct Xml<'a> {
    reader: quick_xml::Reader<BufReader<Limited<'a>>>,
    buffer: Vec<u8>,
    depth: usize,
}

struct Limited<'a> {
    inner: Box<dyn Read + 'a>,
    n_left: u64,
}

impl Read for Limited<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(out)?;
        self.n_left = self.n_left.checked_sub(n as u64).ok_or_else(|| Error::other("it is too large once unpacked"))?;
        Ok(n)
    }
}

impl<'a> Xml<'a> {
    pub fn open(entry: &Entry<'a>) -> Result<Xml<'a>, Damage> {
        let inner = entry.open().map_err(|problem| problem.what.clone())?;
        let limited = Limited { inner, n_left: LIMITS.of(entry.packed_size()) };
        let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(1 << 16, limited));
        let config = reader.config_mut();
        config.check_end_names = false;
        config.check_comments = false;
        config.expand_empty_elements = true;
        config.allow_unmatched_ends = true;
        Ok(Xml { reader, buffer: Vec::new(), depth: 0 })
    }

    /// The next event. `Eof` comes once, and is an error where elements are still open.
    pub fn next(&mut self) -> Result<Event<'_>, Damage> {
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|e| e.to_string())?;
        match &event {
            Event::Start(_) if self.depth >= MAX_DEPTH => return Err("its parts are nested too deeply".to_owned()),
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => return Err("it is cut off".to_owned()),
            _ => {}
        }
        Ok(event)
    }

    /// Skips to the end of the element whose start was the last event.
    pub fn skip(&mut self) -> Result<(), Damage> {
        let within = self.depth;
        while self.depth >= within {
            if matches!(self.next()?, Event::Eof) {
                break;
            }
        }
        Ok(())
    }

    /// Adds the text up to the end of the element whose start was the last event. Elements within are passed over,
    /// their text is not.
    pub fn text(&mut self, out: &mut String) -> Result<(), Damage> {
        let within = self.depth;
        while self.depth >= within {
            match self.next()? {
                Event::Eof => break,
                event => push_text(&event, out),
            }
        }
        Ok(())
    }
}

/// Adds what an event has of text.
pub(super) fn push_text(event: &Event<'_>, out: &mut String) {
    match event {
        Event::Text(text) => out.push_str(&text.xml10_content()),
        Event::CData(text) => out.push_str(text),
        Event::GeneralRef(name) => match name.as_ref() {
            "amp" => out.push('&'),
            "lt" => out.push('<'),
            "gt" => out.push('>'),
            "quot" => out.push('"'),
            "apos" => out.push('\''),
            _ => out.extend(name.resolve_char_ref().ok().flatten()),
        },
        _ => {}
    }
}

/// The name without its prefix.
pub(super) fn local<'e>(e: &'e BytesStart<'_>) -> &'e str {
    let name = e.name().into_inner();
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The attributes as written, prefixes and all; values are not unescaped.
pub(super) fn attributes<'e>(e: &'e BytesStart<'_>) -> impl Iterator<Item = (&'e str, &'e str)> {
    let mut rest = e.attributes_raw();
    std::iter::from_fn(move || {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        rest = after;
        Some((key.trim(), value))
    })
}

/// The attribute whose name without prefix is this.
pub(super) fn attribute<'e>(e: &'e BytesStart<'_>, name: &str) -> Option<Cow<'e, str>> {
    attributes(e).find(|(key, _)| key.rsplit_once(':').map_or(*key, |(_, local)| local) == name).map(|(_, v)| plain(v))
}

/// A value without its escapes.
pub(super) fn plain(value: &str) -> Cow<'_, str> {
    if value.contains('&') {
        quick_xml::escape::unescape(value).unwrap_or(Cow::Borrowed(value))
    } else {
        Cow::Borrowed(value)
    }
}

/// `1` and `true`, as XML Schema has it.
pub(super) fn is_true(value: &str) -> bool {
    matches!(value.trim(), "1" | "true" | "on")
}
