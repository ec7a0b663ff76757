//! Our marks in the words of VPC Lattice and RAM.

use aws_sdk_ram::types::Tag;

use super::marking::Marking;
use crate::aws::{CallError, ErrorKind, SiteAccess, Tags};
use crate::engine::{Fact, Failure};

/// The tags of one of Lattice's objects, by ARN: nothing that it shows has them.
pub(super) async fn lattice_tags(
    access: &SiteAccess,
    arn: Option<&str>,
) -> Result<Fact<Tags>, Failure> {
    let tags = access.lattice_tags(arn.unwrap_or_default()).await?;
    Ok(tags.unwrap_or_default().into())
}

/// Whether a create was answered for an object of the past: its token was used for other settings, or
/// for an object that is gone, which is then one that the call itself has not named.
pub(super) fn is_of_the_past(error: &CallError, prefix: &str, named: &str) -> bool {
    let words = error
        .message
        .split(|it: char| !it.is_ascii_alphanumeric() && it != '-');
    let mut ids = words.filter(|word| word.starts_with(prefix));
    error.kind == ErrorKind::TokenMismatch
        || (error.is_not_found() && ids.any(|id| !named.contains(id)))
}

/// Tags as RAM takes them.
pub(super) fn ram_tag_list(tags: &Tags) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect()
}

impl Marking {
    /// Puts a Lattice object's tags as wanted: one call to put, one to remove, none where not needed.
    pub async fn put_lattice(
        &self,
        access: &SiteAccess,
        arn: &str,
        seen: &Fact<Tags>,
        generation: u32,
    ) -> Result<Tags, Failure> {
        let retagging = self.retagging(seen, generation)?;
        let (put, remove) = (&retagging.put, &retagging.remove);
        if !put.is_empty() {
            let call = || {
                let call = access.lattice().tag_resource().resource_arn(arn);
                let tagged = put
                    .iter()
                    .fold(call, |call, (key, value)| call.tags(key, value));
                tagged.send()
            };
            access.call("vpc-lattice:TagResource", call).await?;
        }
        if !remove.is_empty() {
            let call = || {
                let call = access.lattice().untag_resource().resource_arn(arn);
                call.set_tag_keys(Some(remove.clone())).send()
            };
            access.call("vpc-lattice:UntagResource", call).await?;
        }
        Ok(retagging.outcome())
    }

    /// The same for a share.
    pub async fn put_ram(
        &self,
        access: &SiteAccess,
        arn: &str,
        seen: &Fact<Tags>,
        generation: u32,
    ) -> Result<Tags, Failure> {
        let retagging = self.retagging(seen, generation)?;
        let (put, remove) = (&retagging.put, &retagging.remove);
        if !put.is_empty() {
            let call = || {
                let call = access.ram().tag_resource().resource_share_arn(arn);
                call.set_tags(Some(ram_tag_list(put))).send()
            };
            access.call("ram:TagResource", call).await?;
        }
        if !remove.is_empty() {
            let call = || {
                let call = access.ram().untag_resource().resource_share_arn(arn);
                call.set_tag_keys(Some(remove.clone())).send()
            };
            access.call("ram:UntagResource", call).await?;
        }
        Ok(retagging.outcome())
    }

    /// The client token for making this part: whoever goes on where another stopped sends the same.
    pub(super) fn token(&self, generation: u32, stands_on: &[&str]) -> Result<String, Failure> {
        let anchor = self.anchor.clone().and_then(Fact::into_known);
        let anchor = anchor.ok_or_else(|| Failure::later("the anchor is not known yet"))?;
        let part = (self.address.as_str(), generation);
        let owner = self.owner();
        Ok(crate::aws::ownership::token(
            owner, &anchor, part, stands_on,
        ))
    }

    /// Whether nothing can bear these marks yet: the anchor is still to be made.
    pub(super) fn is_new(&self) -> bool {
        matches!(self.anchor, Some(Fact::Later))
    }
}
