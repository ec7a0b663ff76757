//! What the log says of each call.

use std::fmt::Debug;
use std::sync::Mutex;

use tracing::field::{Field as Name, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use super::*;

/// Collects the fields of spans and events as `level name=value`.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

struct Fields<'a>(&'a Seen, &'a Level);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, name: &Name, value: &dyn Debug) {
        let text = format!("{} {name}={value:?}", self.1);
        self.0.0.lock().unwrap().push(text);
    }
}

impl<S: Subscriber> Layer<S> for Seen {
    fn on_new_span(&self, span: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        span.record(&mut Fields(self, span.metadata().level()));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Fields(self, event.metadata().level()));
    }
}

#[tokio::test]
async fn each_call_is_named_and_timed() {
    let seen = Seen::default();
    let subscriber = tracing_subscriber::registry().with(seen.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let expected = [
        r#"DEBUG tf_rpc="ReadResource""#,
        r#"DEBUG tf_resource_type="toy_thing""#,
        "DEBUG tf_req_duration_ms=",
    ];
    let service = service(Toy::default());
    let mut said = String::new();
    // A test in another thread may be making the same log lines known, deaf to this subscriber.
    for _ in 0..1000 {
        tracing::callsite::rebuild_interest_cache();
        let type_name = "toy_thing".into();
        let request = proto::read_resource::Request {
            type_name,
            ..Default::default()
        };
        service.read_resource(Request::new(request)).await.unwrap();
        said = seen.0.lock().unwrap().join("\n");
        if expected.iter().all(|expected| said.contains(expected)) {
            break;
        }
    }
    for expected in expected {
        assert!(said.contains(expected), "{expected} not in\n{said}");
    }
}
