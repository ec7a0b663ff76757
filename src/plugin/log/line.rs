//! One log line: JSON as hclog reads it.
//!
//! The reader has sharp edges: a `@message`, `@level` or `@timestamp` that is no string brings
//! Terraform down, a timestamp without exactly six fraction digits makes the line unreadable, and
//! so does a line of 64 KiB.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;
use serde_json::Value;
use tracing::Level;

/// Longest text of a message or field, in bytes.
const TEXT_MAX: usize = 8 * 1024;

/// Longest line, in bytes; with room for the reader's own ideas below 64 KiB.
const LINE_MAX: usize = 60_000;

/// Fields by name. Values are strings or booleans: the reader turns numbers into floats and shows
/// a million as `1e+06`.
pub(super) type Fields = BTreeMap<&'static str, Value>;

/// The line with its line feed.
pub(super) fn line(
    at: Timestamp,
    level: Level,
    module: &str,
    message: &str,
    fields: &Fields,
) -> String {
    let mut line = format!(
        r#"{{"@level":{},"@timestamp":"{at:.6}","@module":{},"@message":{}"#,
        json(&Value::from(level.as_str().to_ascii_lowercase())),
        json(&Value::from(module)),
        json(&Value::from(cut(message))),
    );
    for (name, value) in fields {
        let value = match value {
            Value::String(text) => json(&Value::from(cut(text))),
            other => json(other),
        };
        // `@` is for the reader's own keys.
        let name = json(&Value::from(name.trim_start_matches('@')));
        if line.len() + name.len() + value.len() < LINE_MAX {
            // Can't fail: it is a string.
            let _ = write!(line, ",{name}:{value}");
        }
    }
    line.push_str("}\n");
    line
}

fn json(value: &Value) -> String {
    value.to_string()
}

/// `text`, or its beginning and how much is missing.
fn cut(text: &str) -> String {
    if text.len() <= TEXT_MAX {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(TEXT_MAX);
    let (kept, rest) = text.split_at(end);
    format!("{kept}… ({} bytes more)", rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(message: &str, fields: &Fields) -> (String, Value) {
        let at = Timestamp::new(1_795_335_229, 944_061_999).unwrap();
        let line = line(at, Level::INFO, "a::b", message, fields);
        let value = serde_json::from_str(&line).unwrap();
        (line, value)
    }

    #[test]
    fn a_line_reads_as_hclog_wants_it() {
        let fields = Fields::from([("calls", Value::from("3")), ("done", Value::from(true))]);
        let (line, _) = parsed("said \"hello\"\nand left", &fields);
        assert_eq!(
            line,
            "{\"@level\":\"info\",\"@timestamp\":\"2026-11-22T08:13:49.944061Z\",\
             \"@module\":\"a::b\",\"@message\":\"said \\\"hello\\\"\\nand left\",\
             \"calls\":\"3\",\"done\":true}\n"
        );
    }

    #[test]
    fn the_fraction_has_six_digits_even_if_they_are_zero() {
        let line = line(Timestamp::UNIX_EPOCH, Level::WARN, "m", "", &Fields::new());
        assert!(line.contains("\"1970-01-01T00:00:00.000000Z\""), "{line}");
    }

    #[test]
    fn no_field_can_pass_for_one_of_the_readers_own() {
        let fields = Fields::from([("@message", Value::from(false)), ("@level", Value::from(1))]);
        let (_, value) = parsed("real", &fields);
        assert_eq!(value["@message"], "real");
        assert_eq!(value["@level"], "info");
        assert_eq!(value["message"], false);
    }

    #[test]
    fn long_texts_are_cut_between_characters_and_say_so() {
        let text = format!("x{}", "ü".repeat(TEXT_MAX));
        let (_, value) = parsed(&text, &Fields::new());
        let message = value["@message"].as_str().unwrap();
        assert!(message.starts_with("xüü"));
        assert!(
            message.ends_with(&format!("… ({} bytes more)", TEXT_MAX + 2)),
            "{message}"
        );
    }

    #[test]
    fn a_line_stays_below_the_readers_buffer_whatever_is_in_it() {
        // Six bytes each, once escaped.
        let nasty = "\u{1}".repeat(100_000);
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        let fields: Fields = names.map(|name| (name, Value::from(nasty.clone()))).into();
        let (line, _) = parsed(&nasty, &fields);
        assert!(line.len() < 65_536, "{}", line.len());
    }
}
