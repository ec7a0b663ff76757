//! Turns `tracing` events into log lines.

use std::fmt::Debug;

use jiff::Timestamp;
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::line::{Fields, line};

/// Hands each event to `write` as one line. An event also shows the fields of the spans around it;
/// of two with the same name the inner one.
#[derive(Debug)]
pub(super) struct HclogLayer<W> {
    now: fn() -> Timestamp,
    write: W,
}

impl<W: Fn(&str)> HclogLayer<W> {
    /// `now` is the wall clock; `write` gets the text with its line feed.
    pub(super) fn new(now: fn() -> Timestamp, write: W) -> Self {
        Self { now, write }
    }
}

impl<S, W> Layer<S> for HclogLayer<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&str) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Collector::default();
            attributes.record(&mut fields);
            span.extensions_mut().replace(fields);
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Collector>()
        {
            record.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut all = Collector::default();
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(Scope::from_root)
        {
            if let Some(Collector { fields, .. }) = span.extensions().get::<Collector>() {
                all.fields.extend(fields.clone());
            }
        }
        event.record(&mut all);
        let metadata = event.metadata();
        let (module, message) = (metadata.target(), all.message.as_str());
        (self.write)(&line(
            (self.now)(),
            *metadata.level(),
            module,
            message,
            &all.fields,
        ));
    }
}

/// Gathers fields; the one called `message` apart.
#[derive(Debug, Default)]
struct Collector {
    fields: Fields,
    message: String,
}

impl Collector {
    fn text(&mut self, field: &Field, text: String) {
        if field.name() == "message" {
            self.message = text;
        } else {
            self.fields.insert(field.name(), Value::from(text));
        }
    }
}

impl Visit for Collector {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value.to_owned());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == "message" {
            self.message = value.to_string();
        } else {
            self.fields.insert(field.name(), Value::from(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::{info, info_span, warn};
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    /// The lines that `events` cause.
    fn logged(events: impl FnOnce()) -> Vec<Value> {
        let text = Arc::new(Mutex::new(String::new()));
        let sink = Arc::clone(&text);
        let now = || Timestamp::UNIX_EPOCH;
        let layer = HclogLayer::new(now, move |line: &str| sink.lock().unwrap().push_str(line));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), events);
        let text = text.lock().unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn an_event_becomes_one_line_of_strings_and_booleans() {
        let error = std::io::Error::other("no\nroute");
        let lines = logged(|| {
            warn!(calls = 1_000_000, ratio = 0.5, done = true, %error, list = ?[1, 2], "slow {}", 7);
        });
        let [line] = lines.as_slice() else {
            panic!("{lines:?}")
        };
        assert_eq!(line["@level"], "warn");
        assert_eq!(line["@message"], "slow 7");
        assert_eq!(line["@timestamp"], "1970-01-01T00:00:00.000000Z");
        assert!(
            line["@module"]
                .as_str()
                .unwrap()
                .ends_with("plugin::log::layer::tests")
        );
        assert_eq!(line["calls"], "1000000");
        assert_eq!(line["ratio"], "0.5");
        assert_eq!(line["done"], true);
        assert_eq!(line["error"], "no\nroute");
        assert_eq!(line["list"], "[1, 2]");
    }

    #[test]
    fn spans_lend_their_fields_and_the_innermost_wins() {
        let lines = logged(|| {
            let outer = info_span!(
                "apply",
                rpc = "Apply",
                name = "outer",
                late = tracing::field::Empty
            );
            let _outer = outer.enter();
            outer.record("late", "now known");
            let _inner = info_span!("step", name = "inner").entered();
            info!("one");
            info!(name = "event", "two");
        });
        let [one, two] = lines.as_slice() else {
            panic!("{lines:?}")
        };
        assert_eq!(
            (&one["rpc"], &one["name"]),
            (&Value::from("Apply"), &Value::from("inner"))
        );
        assert_eq!(one["late"], "now known");
        assert_eq!(two["name"], "event");
    }

    #[test]
    fn a_message_of_another_type_is_still_a_string() {
        let lines = logged(|| {
            info!(message = true);
            info!(message = 7);
            info!(alone = 1);
            info_span!("s", message = "the span's").in_scope(|| info!(x = 1));
        });
        let messages: Vec<&Value> = lines.iter().map(|line| &line["@message"]).collect();
        assert_eq!(messages, ["true", "7", "", ""]);
    }
}
