//! How long files may be: short enough to be read in one go.

use crate::tree::{self, File};

/// Without tests in the same file.
const FILE_MAX: usize = 600;
const FILE_P90: usize = 350;
const FILE_MEDIAN: usize = 170;
/// Longer ones move to a file of their own.
const INLINE_TESTS_MAX: usize = 170;
const INLINE_TESTS: &str = "#[cfg(test)]\nmod tests {";

#[test]
fn files_are_short() {
    let files = source();
    let mut findings = Vec::new();
    for file in &files {
        let length = own_length(file);
        if length > FILE_MAX {
            findings.push(format!("{}: {length} lines; at most {FILE_MAX}", file.path));
        }
    }
    for file in tree::rust("src")
        .iter()
        .chain(&tree::rust("acceptance-tests"))
    {
        let tests = file.text.lines().count() - own_length(file);
        if tests > INLINE_TESTS_MAX {
            let path = &file.path;
            findings.push(format!(
                "{path}: {tests} lines of tests; at most {INLINE_TESTS_MAX}"
            ));
        }
    }
    tree::expect_none("Long files", &findings);
}

#[test]
fn most_files_are_much_shorter_than_they_may_be() {
    let tests = |file: &File| file.path.contains("/tests");
    let mut lengths: Vec<usize> = tree::rust("src")
        .iter()
        .filter(|file| !tests(file))
        .map(own_length)
        .collect();
    let simulator = tree::rust("acceptance-tests/simulator/src");
    lengths.extend(simulator.iter().filter(|file| !tests(file)).map(own_length));
    lengths.sort_unstable();
    let at = |share: usize| lengths[(lengths.len() - 1) * share / 100];
    let (median, p90) = (at(50), at(90));
    println!("{} files: median {median} lines, p90 {p90}", lengths.len());
    assert!(
        median <= FILE_MEDIAN,
        "median {median} lines; at most {FILE_MEDIAN}"
    );
    assert!(p90 <= FILE_P90, "p90 {p90} lines; at most {FILE_P90}");
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let rust = source()
        .into_iter()
        .filter(|file| file.path.ends_with(".rs"));
    let silent = rust.filter(|file| !file.text.starts_with("//! "));
    let python = tree::with_ending("acceptance-tests", ".py").into_iter();
    let silent = silent.chain(python.filter(|file| !file.text.starts_with("\"\"\"")));
    let findings: Vec<String> = silent.map(|file| file.path).collect();
    tree::expect_none("Files without a first sentence", &findings);
}

#[test]
fn every_exception_from_a_lint_has_a_reason() {
    let mut findings = Vec::new();
    for file in source() {
        for marker in ["#[allow(", "#![allow(", "#[expect(", "#![expect("] {
            for (at, _) in file.text.match_indices(marker) {
                let end = file.text[at..]
                    .find(")]")
                    .map_or(file.text.len(), |end| at + end);
                let in_string = file.text[..at].ends_with('"');
                if !in_string && !file.text[at..end].contains("reason = ") {
                    let line = file.text[..at].lines().count();
                    findings.push(format!("{}:{line}", file.path));
                }
            }
        }
    }
    tree::expect_none("Lints are silenced with a reason or not at all", &findings);
}

/// All code that we write by hand.
fn source() -> Vec<File> {
    let mut files = tree::rust("src");
    files.extend(tree::rust("proto"));
    files.extend(tree::rust("acceptance-tests"));
    files.extend(tree::with_ending("acceptance-tests", ".py"));
    files
}

/// Lines without the tests at the end.
fn own_length(file: &File) -> usize {
    let own = file
        .text
        .find(INLINE_TESTS)
        .map_or(file.text.as_str(), |at| &file.text[..at]);
    own.lines().count()
}
