//! Values in messages, much as they would be written in a configuration.

use std::fmt::{self, Write};

use super::Value;

/// How many characters of a value a message shows.
const SHOWN_MAX: usize = 300;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Short {
            text: String::new(),
            left: SHOWN_MAX,
        };
        // The only error is "enough": what was written until then is shown.
        let whole = write_value(self, &mut text).is_ok();
        f.write_str(&text.text)?;
        if whole { Ok(()) } else { f.write_char('…') }
    }
}

/// Text that stops taking more after some characters.
struct Short {
    text: String,
    left: usize,
}

impl Write for Short {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for character in more.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(character);
        }
        Ok(())
    }
}

fn write_value(value: &Value, out: &mut Short) -> fmt::Result {
    match value {
        Value::Null => out.write_str("null"),
        Value::Unknown(_) => out.write_str("(known after apply)"),
        Value::String(text) => write!(out, "{text:?}"),
        Value::Number(number) => write!(out, "{number}"),
        Value::Bool(truth) => write!(out, "{truth}"),
        Value::List(of) | Value::Set(of) | Value::Tuple(of) => {
            out.write_char('[')?;
            for (index, element) in of.iter().enumerate() {
                separate(index, out)?;
                write_value(element, out)?;
            }
            out.write_char(']')
        }
        Value::Map(of) => {
            out.write_char('{')?;
            for (index, (key, element)) in of.iter().enumerate() {
                separate(index, out)?;
                write!(out, "{key:?} = ")?;
                write_value(element, out)?;
            }
            out.write_char('}')
        }
        Value::Object(of) => {
            out.write_char('{')?;
            for (index, (name, attribute)) in of.iter().enumerate() {
                separate(index, out)?;
                write!(out, "{name} = ")?;
                write_value(attribute, out)?;
            }
            out.write_char('}')
        }
        Value::Dynamic(typed) => write_value(&typed.1, out),
    }
}

fn separate(index: usize, out: &mut Short) -> fmt::Result {
    if index == 0 {
        Ok(())
    } else {
        out.write_str(", ")
    }
}
