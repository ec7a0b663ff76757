//! Who may use whom. `ARCHITECTURE.md` says why.

use crate::tree::{self, File};

/// A room, and the rooms that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("main", &["plugin", "protocol", "provider", "aws"]),
    ("lib", &[]),
    ("plugin", &[]),
    ("protocol", &[]),
    (
        "provider",
        &["protocol", "resources", "data_sources", "functions", "aws"],
    ),
    ("resources", &["protocol", "components", "engine", "aws"]),
    ("data_sources", &["protocol", "components", "engine", "aws"]),
    ("functions", &["protocol"]),
    ("components", &["engine", "aws"]),
    ("aws", &["engine"]),
    ("engine", &[]),
];

/// Words of outside languages, and the only rooms that speak them.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("aws_sdk_", &["aws", "components"]),
    ("aws_smithy_", &["aws", "components"]),
    ("tonic", &["plugin", "protocol"]),
    ("prost", &["plugin", "protocol"]),
    ("tfplugin", &["protocol"]),
    ("protocol::proto", &["protocol"]),
];

#[test]
fn rooms_use_only_the_rooms_that_they_may() {
    let mut findings = Vec::new();
    for file in tree::rust("src") {
        let room = file.room().unwrap_or_default().to_owned();
        let allowed = ARROWS.iter().find(|(name, _)| *name == room);
        let Some((_, allowed)) = allowed else {
            findings.push(format!(
                "{}: the room {room} is not in the table",
                file.path
            ));
            continue;
        };
        for (line, used) in uses(&file) {
            if used != room && !allowed.contains(&used.as_str()) {
                findings.push(format!("{}:{line}: {room} may not use {used}", file.path));
            }
        }
    }
    tree::expect_none("Arrows between rooms (ARCHITECTURE.md)", &findings);
}

#[test]
fn outside_languages_are_spoken_in_their_rooms_only() {
    let mut findings = Vec::new();
    for file in tree::rust("src") {
        let room = file.room().unwrap_or_default().to_owned();
        for (line, text) in code(&file) {
            let wrong = LANGUAGES
                .iter()
                .filter(|(word, rooms)| speaks(text, word) && !rooms.contains(&room.as_str()));
            findings.extend(wrong.map(|(word, rooms)| {
                format!(
                    "{}:{line}: `{word}` belongs in {}",
                    file.path,
                    rooms.join(", ")
                )
            }));
        }
    }
    tree::expect_none("Outside languages (ARCHITECTURE.md)", &findings);
}

#[test]
fn the_simulator_and_the_provider_share_no_code() {
    let mut findings = Vec::new();
    for (path, other) in [
        (
            "acceptance-tests/simulator/Cargo.toml",
            "terraform-provider-privatelink",
        ),
        ("Cargo.toml", "aws-simulator"),
    ] {
        let text = std::fs::read_to_string(tree::root().join(path)).unwrap_or_default();
        if text.is_empty() || text.contains(other) {
            findings.push(format!("{path} is missing or names {other}"));
        }
    }
    tree::expect_none(
        "A mistake made on both sides would be seen by neither",
        &findings,
    );
}

/// The rooms that a file names: `crate::ROOM` in the library, `privatelink::ROOM` in its program.
fn uses(file: &File) -> Vec<(usize, String)> {
    let prefix = if file.path == "src/main.rs" {
        "privatelink::"
    } else {
        "crate::"
    };
    let mut found = Vec::new();
    for (line, text) in code(file) {
        for (at, _) in text.match_indices(prefix) {
            let rest = &text[at + prefix.len()..];
            let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_');
            let name = &rest[..end.unwrap_or(rest.len())];
            // `use crate::{a, b}` would escape this test.
            let name = if rest.starts_with('{') {
                "{several at once}"
            } else {
                name
            };
            found.push((line, name.to_owned()));
        }
    }
    found
}

/// The lines that are not comments.
fn code(file: &File) -> impl Iterator<Item = (usize, &str)> {
    file.lines()
        .filter(|(_, text)| !text.trim_start().starts_with("//"))
}

/// Whether the word stands there as a path's part, not inside of another word or a string.
fn speaks(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"' || c == '-')
    })
}
