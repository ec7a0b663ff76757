//! What is promised names the test that holds it; what is called has a twin in the simulator.

use std::collections::BTreeSet;
use std::fs;

use crate::tree;

const GUARANTEES: &str = "docs/internals/guarantees.md";
/// How a promise without a test says so.
const NOT_YET: &str = "not yet tested";

#[test]
fn every_guarantee_names_a_test_that_exists_or_admits_that_there_is_none() {
    let text = fs::read_to_string(tree::root().join(GUARANTEES)).unwrap_or_default();
    let promises: Vec<&str> = text.split("\n- ").skip(1).collect();
    assert!(
        promises.len() >= 10,
        "{GUARANTEES} holds {} promises only",
        promises.len()
    );
    let mut findings = Vec::new();
    for promise in promises {
        let title = promise.lines().next().unwrap_or_default();
        let paths: Vec<&str> = promise
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|it| is_test(it))
            .collect();
        if paths.is_empty() && !promise.contains(NOT_YET) {
            findings.push(format!("no test: {title}"));
        }
        let missing = paths
            .iter()
            .filter(|path| !tree::root().join(path).exists());
        findings.extend(missing.map(|path| format!("{path} does not exist: {title}")));
    }
    tree::expect_none(GUARANTEES, &findings);
}

#[test]
fn every_operation_that_the_provider_calls_is_simulated() {
    let called: BTreeSet<String> = tree::rust("src")
        .iter()
        .flat_map(|file| file.text.split('"').skip(1).filter_map(operation))
        .collect();
    assert!(
        called.len() > 20,
        "only {} operations found: {called:?}",
        called.len()
    );
    let simulator: String = tree::rust("acceptance-tests/simulator/src")
        .into_iter()
        .map(|file| file.text)
        .collect();
    let missing: Vec<String> = called
        .into_iter()
        .filter(|name| !simulator.contains(&format!("\"{name}\"")))
        .collect();
    tree::expect_none("Operations without a twin in the simulator", &missing);
}

/// A path into the tests: of a suite, of a room, or of the simulator.
fn is_test(path: &str) -> bool {
    let code = path.ends_with(".rs") || path.ends_with(".py");
    code && (path.starts_with("acceptance-tests/") || path.starts_with("src/"))
}

/// `CreateVpc` of `ec2:CreateVpc`.
fn operation(text: &str) -> Option<String> {
    let (service, name) = text.split_once(':')?;
    let known = ["ec2", "elasticloadbalancing", "sts"].contains(&service);
    let plain = !name.is_empty() && name.chars().all(char::is_alphanumeric);
    (known && plain && name.starts_with(char::is_uppercase)).then(|| name.to_owned())
}
