//! XML answers: a small tree, written with correct escaping and nothing else.

use std::fmt::{Display, Write as _};

/// One element: a text or a list of children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    name: &'static str,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text(String),
    Children(Vec<Element>),
}

/// The members of a structure, in the order in which they are written.
pub(crate) type Members = Vec<Element>;

/// `<name>value</name>`.
pub(crate) fn text(name: &'static str, value: impl Display) -> Element {
    Element {
        name,
        content: Content::Text(value.to_string()),
    }
}

/// `<name>…members…</name>`.
pub(crate) fn node(name: &'static str, members: Members) -> Element {
    Element {
        name,
        content: Content::Children(members),
    }
}

/// EC2's list of structures: `<name><item>…</item>…</name>`.
pub(crate) fn items(name: &'static str, rows: impl IntoIterator<Item = Members>) -> Element {
    rows_of((name, "item"), rows)
}

/// EC2's list of texts: `<name><item>…</item>…</name>`.
pub(crate) fn item_texts<T: Display>(
    name: &'static str,
    rows: impl IntoIterator<Item = T>,
) -> Element {
    texts_of((name, "item"), rows)
}

/// The query protocol's list of structures: `<name><member>…</member>…</name>`.
pub(crate) fn members(name: &'static str, rows: impl IntoIterator<Item = Members>) -> Element {
    rows_of((name, "member"), rows)
}

/// The query protocol's list of texts: `<name><member>…</member>…</name>`.
pub(crate) fn member_texts<T: Display>(
    name: &'static str,
    rows: impl IntoIterator<Item = T>,
) -> Element {
    texts_of((name, "member"), rows)
}

/// A list of structures whose elements have a name of their own: `<name><word>…</word>…</name>`.
pub(crate) fn rows_of(
    (name, word): (&'static str, &'static str),
    rows: impl IntoIterator<Item = Members>,
) -> Element {
    node(name, rows.into_iter().map(|row| node(word, row)).collect())
}

/// A list of texts whose elements have a name of their own: `<name><word>…</word>…</name>`.
pub(crate) fn texts_of<T: Display>(
    (name, word): (&'static str, &'static str),
    rows: impl IntoIterator<Item = T>,
) -> Element {
    node(name, rows.into_iter().map(|row| text(word, row)).collect())
}

/// Elements as text, without a declaration.
pub(crate) fn write(elements: &[Element]) -> String {
    let mut out = String::new();
    for element in elements {
        write_element(element, &mut out);
    }
    out
}

fn write_element(element: &Element, out: &mut String) {
    let name = element.name;
    match &element.content {
        Content::Children(children) if children.is_empty() => {
            let _ = write!(out, "<{name}/>");
        }
        Content::Children(children) => {
            let _ = write!(out, "<{name}>");
            for child in children {
                write_element(child, out);
            }
            let _ = write!(out, "</{name}>");
        }
        Content::Text(value) => {
            let _ = write!(out, "<{name}>{}</{name}>", escape(value));
        }
    }
}

/// The text with XML's five special characters replaced, and without characters XML cannot hold.
pub(crate) fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' => out.push(character),
            '\r' => out.push_str("&#xD;"),
            control if control < ' ' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_escaped_and_lists_are_items() {
        let tree = [items(
            "tagSet",
            [vec![text("key", "a<&>\"'"), text("value", "\u{1}b")]],
        )];
        assert_eq!(
            write(&tree),
            "<tagSet><item><key>a&lt;&amp;&gt;&quot;&apos;</key><value>\u{fffd}b</value></item></tagSet>"
        );
        assert_eq!(
            write(&[node("unsuccessful", Vec::new())]),
            "<unsuccessful/>"
        );
    }
}
