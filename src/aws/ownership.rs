//! Whose an object is: the tags that tell, and the tokens that outlive a process.
//!
//! An *anchor* is the first object of a resource and the last to go; all others are its *parts*.
//! The rules are in `docs/internals/ownership.md`.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

use super::names::digest;
use super::site::Site;
use super::tags::Tags;

/// Keys beginning with this are ours; users may not set them.
pub const PREFIX: &str = "privatelink:";
/// On every object: the owner path.
pub const OWNER: &str = "privatelink:owner";
/// On an anchor: who is building, or has built, what hangs on it.
pub const CLAIM: &str = "privatelink:claim";
/// On an anchor while its resource is half-built or half-deleted.
pub const BUILDING: &str = "privatelink:building";
/// On an anchor: hex digits drawn by the last update that made something, before it did. A state that
/// remembers others is older than what stands.
pub const CHANGE: &str = "privatelink:change";
/// On a part: the anchor, as `ACCOUNT/REGION/ID`.
pub const ANCHOR: &str = "privatelink:anchor";
/// On a part: its address and generation, as `ADDRESS@N`.
pub const PART: &str = "privatelink:part";
/// On a part that is in no VPC and is there for one: that VPC.
pub const VPC: &str = "privatelink:vpc";

/// The identity of a resource, wherever its objects are: `KIND/ACCOUNT/REGION/NAME`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnerPath {
    /// The resource's kind, such as `bridge`.
    pub kind: String,
    /// The owner's side.
    pub site: Site,
    /// The resource's `name`.
    pub name: String,
}

impl fmt::Display for OwnerPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}/{}", self.kind, self.site, self.name)
    }
}

impl OwnerPath {
    /// Reads a path back from a tag.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '/');
        let (kind, account, region, name) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (kind, name) = (kind.to_owned(), name.to_owned());
        Some(Self {
            kind,
            site: Site::new(account, region),
            name,
        })
    }
}

/// What an object's tags say about its owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The owner path, as written.
    pub owner: Option<String>,
    /// The anchor of a part.
    pub anchor: Option<String>,
    /// The address of a part.
    pub address: Option<String>,
    /// How often the part had been made anew; 1 if the tag does not say.
    pub generation: u32,
    /// The claim on an anchor.
    pub claim: Option<String>,
    /// Whether an anchor is marked as half-built.
    pub building: bool,
    /// The last update of an anchor's resource that made something.
    pub change: Option<String>,
}

impl Mark {
    /// Reads an object's tags.
    pub fn read(tags: &Tags) -> Self {
        let tag = |key: &str| tags.get(key).filter(|value| !value.is_empty()).cloned();
        let part = tag(PART);
        let (address, generation) = match part.as_deref().and_then(|part| part.rsplit_once('@')) {
            Some((address, number)) => (Some(address.to_owned()), number.parse().unwrap_or(1)),
            None => (part, 1),
        };
        Self {
            owner: tag(OWNER),
            anchor: tag(ANCHOR),
            address,
            generation,
            claim: tag(CLAIM),
            building: tag(BUILDING).is_some(),
            change: tag(CHANGE),
        }
    }

    /// Whether this is the part of that owner that belongs at that address.
    pub fn is_part(&self, owner: &OwnerPath, address: &str) -> bool {
        self.owner.as_deref() == Some(owner.to_string().as_str())
            && self.address.as_deref() == Some(address)
    }

    /// Whose it is, if not that owner's. An object without a mark is nobody's.
    pub fn stranger(&self, owner: &OwnerPath) -> Option<&str> {
        let path = owner.to_string();
        let is_its = |marked: &str| match owner.name.is_empty() {
            // What is taken over has no name yet: by which one that began, its marks tell.
            true => marked.starts_with(&path),
            false => marked == path,
        };
        self.owner.as_deref().filter(|marked| !is_its(marked))
    }
}

/// The ownership tags of an anchor.
pub fn anchor_tags(owner: &OwnerPath, claim: &str, building: bool) -> Tags {
    let mut tags = Tags::from([
        (OWNER.to_owned(), owner.to_string()),
        (CLAIM.to_owned(), claim.to_owned()),
    ]);
    if building {
        tags.insert(BUILDING.to_owned(), "yes".to_owned());
    }
    tags
}

/// The ownership tags of a part. `anchor` is `ACCOUNT/REGION/ID`.
pub fn part_tags(owner: &OwnerPath, anchor: &str, address: &str, generation: u32) -> Tags {
    Tags::from([
        (OWNER.to_owned(), owner.to_string()),
        (ANCHOR.to_owned(), anchor.to_owned()),
        (PART.to_owned(), format!("{address}@{generation}")),
    ])
}

/// The client token for making a part: the same for whoever goes on where another stopped, and
/// another one for each object. 64 characters, the most that EC2 takes.
///
/// `stands_on` names what the object stands on and can't leave, such as its VPC: an address that
/// is used again elsewhere must not meet its old token.
pub fn token(owner: &OwnerPath, anchor: &str, part: (&str, u32), stands_on: &[&str]) -> String {
    let (address, generation) = part;
    let (owner, generation) = (owner.to_string(), generation.to_string());
    let mut parts = vec![owner.as_str(), anchor, address, generation.as_str()];
    parts.extend(stands_on);
    digest(&parts, 64)
}

/// Sixteen hex digits that nobody else will draw.
pub fn fresh_token() -> String {
    // The hasher's keys are drawn by the operating system: randomness without another crate.
    let draw = RandomState::new().build_hasher().finish();
    format!("{draw:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> OwnerPath {
        let site = Site::new("111111111111", "eu-west-1");
        OwnerPath {
            kind: "bridge".into(),
            site,
            name: "orders".into(),
        }
    }

    #[test]
    fn a_part_is_recognised_by_its_tags_and_by_nothing_less() {
        let mut tags = part_tags(
            &owner(),
            "111111111111/eu-west-1/sg-1",
            "consumer.a.endpoint",
            3,
        );
        let mark = Mark::read(&tags);
        assert!(mark.is_part(&owner(), "consumer.a.endpoint"));
        assert_eq!(mark.generation, 3);
        assert!(!mark.is_part(&owner(), "consumer.b.endpoint"));
        tags.insert(OWNER.into(), "bridge/1/2/other".into());
        assert_eq!(
            Mark::read(&tags).stranger(&owner()),
            Some("bridge/1/2/other")
        );
        assert_eq!(Mark::read(&Tags::new()).stranger(&owner()), None);
    }

    #[test]
    fn an_owner_path_survives_being_a_tag() {
        assert_eq!(OwnerPath::parse(&owner().to_string()), Some(owner()));
    }

    #[test]
    fn tokens_differ_by_generation_and_fit() {
        let token = |generation, on| token(&owner(), "a", ("service", generation), &[on]);
        assert_eq!(token(1, "nlb").len(), 64);
        assert_eq!(token(1, "nlb"), token(1, "nlb"));
        assert_ne!(token(1, "nlb"), token(2, "nlb"));
        assert_ne!(token(1, "nlb"), token(1, "another"));
    }
}
