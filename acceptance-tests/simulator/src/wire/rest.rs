//! AWS's REST protocols: a method and a path name the operation; labels of the path, the query and a body
//! of JSON together are its parameters.

use serde_json::Value;

use super::refusal::Refusal;

/// Dots separate the parts of parameter names, and keys of maps may have dots of their own.
pub(super) const DOT: char = '\u{1}';

/// The values that the labels of a path template have in a path; none if the path is another one's.
pub(crate) fn labels(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(found),
            (Some(part), Some(value)) => {
                let label = part.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
                match label {
                    Some(_) if value.is_empty() => return None,
                    Some(label) => found.push((label.to_owned(), decoded(value))),
                    None if part == value => {}
                    None => return None,
                }
            }
            _ => return None,
        }
    }
}

/// A part of a path without its percent signs. A plus sign is one in paths.
fn decoded(part: &str) -> String {
    let escaped = format!("x={}", part.replace('+', "%2B"));
    let mut pairs = form_urlencoded::parse(escaped.as_bytes());
    pairs
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// The query's parameters: what is given several times is a list.
pub(crate) fn query(text: &str) -> Vec<(String, String)> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let many = |name: &str| LISTS.contains(&name);
    let mut numbered = Vec::new();
    for (index, (name, value)) in pairs.into_iter().enumerate() {
        let name = match many(&name) {
            true => format!("{name}.{}", index + 1),
            false => name,
        };
        numbered.push((name, value));
    }
    numbered
}

/// The members of queries that are lists, in every service that speaks so.
const LISTS: &[&str] = &["tagKeys"];

/// The members of a body, flat: `tags.team`, `portRanges.1`.
///
/// # Errors
/// A `ValidationException` if it is no JSON object.
pub(crate) fn body(bytes: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let cannot_parse = || Refusal::new("ValidationException", "The body is not a JSON object");
    let value: Value = serde_json::from_slice(bytes).map_err(|_| cannot_parse())?;
    if !value.is_object() {
        return Err(cannot_parse());
    }
    let mut pairs = Vec::new();
    flatten("", &value, &mut pairs);
    Ok(pairs)
}

fn flatten(path: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    let below = |key: &str| match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    };
    match value {
        Value::Null => {}
        Value::Object(members) if members.is_empty() && !path.is_empty() => {
            pairs.push((path.to_owned(), String::new()));
        }
        Value::Object(members) => {
            for (key, value) in members {
                flatten(&below(&key.replace('.', &DOT.to_string())), value, pairs);
            }
        }
        Value::Array(items) if items.is_empty() => pairs.push((path.to_owned(), String::new())),
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                flatten(&below(&(index + 1).to_string()), value, pairs);
            }
        }
        Value::String(text) => pairs.push((path.to_owned(), text.clone())),
        other => pairs.push((path.to_owned(), other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_path_gives_its_labels_and_no_other_path_does() {
        let template = "/resourcegateways/{id}";
        assert_eq!(
            labels(template, "/resourcegateways/arn%3Aaws%2Frgw-1"),
            Some(vec![pair("id", "arn:aws/rgw-1")])
        );
        assert_eq!(labels(template, "/resourcegateways"), None);
        assert_eq!(labels(template, "/resourcegateways/"), None);
        assert_eq!(labels(template, "/tags/x"), None);
    }

    #[test]
    fn a_body_is_flat_afterwards() {
        let text = br#"{"a": {"b.c": "x"}, "d": ["y", 2], "e": true, "f": null, "g": []}"#;
        let expected = vec![
            pair("a.b\u{1}c", "x"),
            pair("d.1", "y"),
            pair("d.2", "2"),
            pair("e", "true"),
            pair("g", ""),
        ];
        assert_eq!(body(text).unwrap(), expected);
        assert!(body(b"[]").is_err());
        assert!(body(b"").unwrap().is_empty());
    }
}
