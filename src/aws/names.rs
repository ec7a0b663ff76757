//! The names that our objects get in AWS, within AWS's limits.

use sha2::{Digest, Sha256};

/// The longest name of a load balancer or target group.
/// Source: CreateLoadBalancer and CreateTargetGroup, `Name`.
const ELB_NAME_LENGTH_MAX: usize = 32;

/// `length` hex digits that stand for these parts.
pub fn digest(parts: &[&str], length: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut hex = String::new();
    for byte in hash.finalize() {
        hex.push_str(&format!("{byte:02x}"));
    }
    hex.truncate(length);
    hex
}

/// The name of a bridge's network load balancer. ALBs and NLBs share one name space, and people
/// call the ALB what they call the bridge, so ours ends in `-pl`. One that is made beside another of
/// the same bridge has something more after that.
pub fn load_balancer(name: &str, beside: Option<&str>) -> String {
    match beside {
        Some(beside) => format!("{name}-pl-{beside}"),
        None => format!("{name}-pl"),
    }
}

/// What such a name has after `-pl`, by the load balancer's ARN.
pub fn load_balancer_suffix(name: &str, arn: &str) -> Option<String> {
    let stem = format!("{}-", load_balancer(name, None));
    let suffix = arn.rsplit('/').nth(1)?.strip_prefix(&stem)?;
    Some(suffix.to_owned())
}

/// The name of the target group of one target behind a listener, which its port identifies: the
/// user's key for it may come to name another one.
pub fn target_group(name: &str, port: u16, target: &str) -> String {
    let head = format!("{name}-{port}");
    let room = ELB_NAME_LENGTH_MAX.saturating_sub(head.len() + 1);
    if room >= 4 {
        return format!("{head}-{}", digest(&[target], 4));
    }
    let hash = digest(&[name, target], 8);
    let tail = format!("-{port}-{hash}");
    let mut cut = name.to_owned();
    cut.truncate(ELB_NAME_LENGTH_MAX - tail.len());
    format!("{}{tail}", cut.trim_end_matches('-'))
}

/// How the names of all target groups of one bridge begin.
pub fn target_group_stem(name: &str) -> String {
    let tail = "-65535-12345678".len();
    let mut cut = name.to_owned();
    cut.truncate(ELB_NAME_LENGTH_MAX - tail);
    cut.trim_end_matches('-').to_owned()
}

/// The name of a security group: unique in a VPC even if owners of two accounts, who know nothing
/// of each other, both reach into it with resources of one name.
pub fn security_group(name: &str, owner_path: &str, part: &str) -> String {
    format!("privatelink-{name}-{}-{part}", digest(&[owner_path], 4))
}

/// The longest name of a gateway or a configuration of VPC Lattice.
/// Source: CreateResourceGateway and CreateResourceConfiguration, `name`.
const LATTICE_NAME_LENGTH_MAX: usize = 40;

/// How the names of all of one resource's objects in VPC Lattice begin.
pub fn lattice_stem(name: &str) -> String {
    format!("{name}-")
}

/// The name of a resource gateway: another one beside it, which AWS could not turn it into, has
/// another name.
pub fn resource_gateway(name: &str, made_of: &[&str]) -> String {
    format!("{name}-{}", digest(made_of, 4))
}

/// The name of a resource configuration, by the user's key for it.
pub fn resource_configuration(name: &str, key: &str, made_of: &[&str]) -> String {
    let tail = digest(made_of, 4);
    let plain = format!("{name}-{key}-{tail}");
    if plain.len() <= LATTICE_NAME_LENGTH_MAX {
        return plain;
    }
    let mut cut = format!("{name}-{key}");
    let hash = digest(&[name, key], 4);
    cut.truncate(LATTICE_NAME_LENGTH_MAX - hash.len() - tail.len() - 2);
    format!("{}-{hash}-{tail}", cut.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_group_name_fits_and_stays_apart_from_its_neighbours() {
        assert!(target_group("orders", 443, "arn:x/443").starts_with("orders-443-"));
        let long = "a-name-of-twenty-four-ch";
        let one = target_group(long, 65_000, "arn:x/443");
        let two = target_group(long, 65_000, "arn:y/443");
        let three = target_group(long, 65_001, "arn:x/443");
        for name in [&one, &two, &three] {
            assert!(name.len() <= 32, "{name}");
            assert!(!name.ends_with('-') && !name.contains("--"), "{name}");
            assert!(name.starts_with(&target_group_stem(long)), "{name}");
        }
        assert!(one != two && one != three, "{one} {two} {three}");
    }

    #[test]
    fn names_in_lattice_fit_and_differ_by_what_they_are_made_of() {
        let (name, key) = ("a-name-of-twenty-four-ch", "another-long-one");
        let one = resource_configuration(name, key, &["x"]);
        for it in [&one, &resource_configuration("orders", "db", &["x"])] {
            assert!(it.len() <= LATTICE_NAME_LENGTH_MAX, "{it}");
            assert!(!it.ends_with('-') && !it.contains("--"), "{it}");
        }
        assert_ne!(one, resource_configuration(name, key, &["y"]));
        assert_ne!(one, resource_configuration(name, "another-long-on", &["x"]));
    }

    #[test]
    fn a_digest_does_not_confuse_where_parts_end() {
        assert_ne!(digest(&["ab", "c"], 8), digest(&["a", "bc"], 8));
        assert_eq!(digest(&["ab"], 4).len(), 4);
    }
}
