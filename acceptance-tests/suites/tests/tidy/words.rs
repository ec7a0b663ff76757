//! What may stand nowhere: unfinished work, other people's machines, and words about the making.

use crate::tree;

/// Generated, or not ours to word.
const NOT_OURS: &[&str] = &["Cargo.lock", "go.sum", "LICENSE"];

/// In two halves, so that this file does not hold them.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("TO", "DO", "is unfinished; finish it or open an issue"),
    ("FIX", "ME", "is unfinished; finish it or open an issue"),
    ("XX", "X", "is unfinished; finish it or open an issue"),
    ("../sha", "red", "is not part of the repository"),
    ("/wo", "rk/", "is a path of one machine"),
    ("/ro", "ot/", "is a path of one machine"),
    ("/ho", "me/", "is a path of one machine"),
    ("static.crates", ".io", "is a registry's host"),
    ("index.crates", ".io", "is a registry's host"),
    ("proxy.golang", ".org", "is a registry's host"),
    ("sum.golang", ".org", "is a registry's host"),
    ("files.python", "hosted.org", "is a registry's host"),
    ("pypi", ".org", "is a registry's host"),
    ("deb.debian", ".org", "is a registry's host"),
    ("Co-authored", "-by", "is about who made it"),
    ("LL", "M", "is about how it was made"),
    ("Chat", "GPT", "is about how it was made"),
    ("Clau", "de", "is about how it was made"),
    ("Anthro", "pic", "is about how it was made"),
    ("Open", "AI", "is about how it was made"),
    ("Copi", "lot", "is about how it was made"),
    ("language ", "model", "is about how it was made"),
];

#[test]
fn no_file_holds_a_forbidden_word() {
    let mut findings = Vec::new();
    for file in tree::files(".") {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if NOT_OURS.contains(&name) {
            continue;
        }
        for (line, text) in file.lines() {
            for (head, tail, why) in FORBIDDEN {
                let word = format!("{head}{tail}");
                if stands(text, &word) {
                    findings.push(format!("{}:{line}: `{word}` {why}", file.path));
                }
            }
        }
    }
    tree::expect_none("Words that may stand nowhere", &findings);
}

/// Whether the word stands there by itself, not as a piece of a longer one.
fn stands(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let closed = word.ends_with('/') || !inside(after);
        closed && !(inside(before) && word.starts_with(char::is_alphanumeric))
    })
}
