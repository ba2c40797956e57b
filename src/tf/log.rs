//! Log lines on standard error, in the form that Terraform takes apart and shows under `TF_LOG`: one
//! JSON object a line. Filtered here, since every line crosses a pipe, and silent by default.

use std::ffi::OsString;
use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value as Json};
use time::OffsetDateTime;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::secrets::hidden;

/// Hosts cut longer lines at 64 KiB, and lose their level.
const LINE_BYTES_MAX: usize = 60 << 10;
/// A field beyond this is cut, so that a line of some fields still fits.
const FIELD_BYTES_MAX: usize = 16 << 10;
/// Never written, whatever their value.
const SECRET_FIELDS: [&str; 5] = ["api_token", "authorization", "password", "secret", "token"];

/// The level that the environment asks for; the most specific variable decides. `name` is the
/// provider's, in capitals.
pub fn level(pairs: impl IntoIterator<Item = (OsString, OsString)>, name: &str) -> Option<Level> {
    let own = format!("TF_LOG_PROVIDER_{name}");
    let order = ["TF_LOG", "TF_LOG_PROVIDER", own.as_str()];
    let rank = |name: &OsString| order.iter().position(|known| name == known);
    let ranked = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((rank(&name)?, value)));
    let (_, value) = ranked
        .filter(|(_, value)| !value.is_empty())
        .max_by_key(|(rank, _)| *rank)?;
    match value.to_string_lossy().to_ascii_uppercase().as_str() {
        "OFF" => None,
        "ERROR" => Some(Level::ERROR),
        "WARN" => Some(Level::WARN),
        "INFO" => Some(Level::INFO),
        "DEBUG" => Some(Level::DEBUG),
        // Terraform too takes what it does not know for the most.
        _ => Some(Level::TRACE),
    }
}

/// Writes events of this crate up to a level.
pub struct HostLog<W> {
    level: Option<Level>,
    /// Only events of modules that start so: libraries below us log what they send.
    module: &'static str,
    out: Mutex<W>,
}

impl<W> fmt::Debug for HostLog<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostLog")
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}

impl<W: Write> HostLog<W> {
    /// `None` writes nothing.
    pub fn new(level: Option<Level>, module: &'static str, out: W) -> Self {
        Self {
            level,
            module,
            out: Mutex::new(out),
        }
    }
}

/// The fields of a span, kept for the events inside it.
struct SpanFields(Map<String, Json>);

impl<S, W> Layer<S> for HostLog<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Write + Send + 'static,
{
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        let known =
            |level: &Level| metadata.target().starts_with(self.module) && metadata.level() <= level;
        // A span is kept whatever its level: its fields say which call an error is about.
        self.level
            .as_ref()
            .is_some_and(|level| known(level) || metadata.is_span())
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(fields.0));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(span) = context.span(id)
            && let Some(SpanFields(kept)) = span.extensions_mut().get_mut()
        {
            kept.extend(fields.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut line = Fields::default();
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(tracing_subscriber::registry::Scope::from_root)
        {
            if let Some(SpanFields(fields)) = span.extensions().get() {
                line.0.extend(fields.clone());
            }
        }
        event.record(&mut line);
        let metadata = event.metadata();
        let mut line = line.0;
        line.insert("@level".to_owned(), word(*metadata.level()).into());
        line.insert(
            "@module".to_owned(),
            metadata.target().replace("::", ".").into(),
        );
        line.insert(
            "@timestamp".to_owned(),
            timestamp(OffsetDateTime::now_utc()).into(),
        );
        let mut text = Json::Object(line.clone()).to_string();
        if text.len() >= LINE_BYTES_MAX {
            line.retain(|name, _| name.starts_with('@'));
            line.insert("shortened".to_owned(), true.into());
            text = Json::Object(line).to_string();
        }
        let mut text = hidden(&text).into_owned();
        text.push('\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever reads the log is gone: that is no reason to stop an apply.
        drop(out.write_all(text.as_bytes()));
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

fn timestamp(now: OffsetDateTime) -> String {
    let (date, time) = (now.date(), now.time());
    let month = u8::from(date.month());
    let (hour, minute, second, microsecond) = time.as_hms_micro();
    let date = format!("{:04}-{month:02}-{:02}", date.year(), date.day());
    format!("{date}T{hour:02}:{minute:02}:{second:02}.{microsecond:06}Z")
}

#[derive(Default)]
struct Fields(Map<String, Json>);

impl Fields {
    fn put(&mut self, field: &Field, value: Json) {
        let name = if field.name() == "message" {
            "@message"
        } else {
            field.name()
        };
        let value = if SECRET_FIELDS.contains(&name) {
            "(hidden)".into()
        } else {
            value
        };
        self.0.insert(name.to_owned(), value);
    }
}

/// As much of a text as fits a field, even where escaping doubles it.
fn cut(text: &str) -> String {
    if text.len() <= FIELD_BYTES_MAX {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(FIELD_BYTES_MAX);
    format!("{}… ({} bytes)", &text[..end], text.len())
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, cut(&format!("{value:?}")).into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, cut(value).into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
}
