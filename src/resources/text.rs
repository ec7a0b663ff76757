//! The shapes of names, ids and addresses that users write.

use ipnet::IpNet;

/// Lower-case letters, digits and single hyphens, with no hyphen at an end: `[a-z0-9](-?[a-z0-9])*`.
pub fn is_label(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    !text.is_empty()
        && text.chars().all(|letter| plain(letter) || letter == '-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// `[A-Za-z0-9_-]{1,40}`: what goes into tags and names.
pub fn is_consumer_key(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    (1..=40).contains(&text.len()) && text.chars().all(plain)
}

/// Whether a text is a domain: lower-case labels of letters, digits and hyphens, at least two.
pub fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
        let edges = label.starts_with('-') || label.ends_with('-');
        (1..=63).contains(&label.len()) && label.bytes().all(plain) && !edges
    };
    text.len() <= 255 && text.contains('.') && text.split('.').all(is_label)
}

/// An id of EC2: the prefix and hex digits.
pub fn is_id(text: &str, prefix: &str) -> bool {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    !digits.is_empty() && digits.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// A CIDR block whose address is that of its network.
pub fn is_cidr(text: &str) -> bool {
    text.parse::<IpNet>().is_ok_and(|net| net == net.trunc())
}

/// How AWS writes this CIDR block, and shows it in every answer; none if it is none.
pub fn canonical_cidr(text: &str) -> Option<String> {
    text.parse::<IpNet>().ok().map(|net| net.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_told_apart() {
        assert!(is_label("orders-2") && is_label("a"));
        for wrong in ["", "-a", "a-", "a--b", "A", "a_b", "ä"] {
            assert!(!is_label(wrong), "{wrong}");
        }
        assert!(is_cidr("10.0.0.0/16") && is_cidr("fd00::/8"));
        for wrong in ["10.0.0.1/16", "10.0.0.0", "10.0.0.0/33", "x"] {
            assert!(!is_cidr(wrong), "{wrong}");
        }
        for (written, kept) in [
            ("2001:DB8::/32", "2001:db8::/32"),
            ("10.0.0.0/08", "10.0.0.0/8"),
        ] {
            assert_eq!(canonical_cidr(written).as_deref(), Some(kept));
        }
        assert!(is_id("vpc-0a1b", "vpc-") && !is_id("vpc-", "vpc-") && !is_id("sg-1", "vpc-"));
    }
}
