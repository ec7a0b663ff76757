//! Tags: the user's and the ones that tell whose an object is.

use std::sync::Arc;

use crate::aws::inventory::Kind;
use crate::aws::ownership::{BUILDING, CHANGE, Mark, OwnerPath, anchor_tags, part_tags};
use crate::aws::{SiteAccess, TagFilter, Tags};
use crate::engine::{Fact, Failure};

/// How the objects of one resource are marked.
#[derive(Clone, Debug)]
pub struct Anchorage {
    /// The resource's identity.
    pub owner: OwnerPath,
    /// The claim on its anchor.
    pub claim: String,
    /// The user's tags.
    pub tags: Tags,
    /// Tags that are not looked at.
    pub ignore: TagFilter,
    /// Whether the resource is being built, so that a half-built anchor may be taken over.
    pub building: bool,
}

/// How one object is marked.
#[derive(Clone, Debug)]
pub struct Marking {
    /// The resource's marks.
    pub anchorage: Arc<Anchorage>,
    /// The object's address.
    pub address: String,
    /// The anchor as `ACCOUNT/REGION/ID`; `None` for the anchor itself.
    pub anchor: Option<Fact<String>>,
}

impl Marking {
    /// Whose the object is to be.
    pub fn owner(&self) -> &OwnerPath {
        &self.anchorage.owner
    }

    /// The tags of an object of this generation; later until the anchor is known.
    pub fn wanted(&self, generation: u32) -> Fact<Tags> {
        let anchorage = &self.anchorage;
        let marks = match &self.anchor {
            None => Fact::Known(anchor_tags(
                &anchorage.owner,
                &anchorage.claim,
                anchorage.building,
            )),
            Some(anchor) => anchor
                .as_ref()
                .map(|anchor| part_tags(&anchorage.owner, anchor, &self.address, generation)),
        };
        marks.map(|marks| anchorage.tags.clone().into_iter().chain(marks).collect())
    }

    /// Whether the seen tags are not the wanted ones. An anchor's marks of runs are not judged:
    /// they have a life of their own.
    pub fn differs(&self, seen: &Fact<Tags>, generation: u32) -> bool {
        let Fact::Known(seen) = seen else {
            return false;
        };
        match self.wanted(generation) {
            Fact::Known(wanted) => {
                let (put, remove) = self.difference(&wanted, seen);
                !put.is_empty() || !remove.is_empty()
            }
            Fact::Later => true,
        }
    }

    /// What is to be put and removed to get to the wanted tags.
    pub fn difference(&self, wanted: &Tags, seen: &Tags) -> (Tags, Vec<String>) {
        let (put, mut remove) = self.anchorage.ignore.difference(wanted, seen);
        remove.retain(|key| key != BUILDING && key != CHANGE);
        (put, remove)
    }

    /// Whether an object with these tags, found by its remembered id, is somebody else's.
    pub fn stranger(&self, tags: &Tags) -> Option<String> {
        Mark::read(tags).stranger(self.owner()).map(str::to_owned)
    }

    /// Whether an object with these tags is this one.
    pub fn recognises(&self, tags: &Tags) -> bool {
        let mark = Mark::read(tags);
        match self.anchor {
            Some(_) => mark.is_part(self.owner(), &self.address),
            None => mark.stranger(self.owner()).is_none() && mark.claim.is_some(),
        }
    }

    /// Whether an object with these tags, which its name or its place makes this one, is of this owner:
    /// its address may be one that it had before.
    pub fn owns(&self, tags: &Tags) -> bool {
        Mark::read(tags).owner.as_deref() == Some(self.owner().to_string().as_str())
    }

    /// The one of several objects that is this one: the highest generation. Two of one generation
    /// are somebody's accident that must not be guessed about.
    pub fn pick<T: Clone>(
        &self,
        objects: &[T],
        tags: impl Fn(&T) -> Tags,
        id: impl Fn(&T) -> String,
    ) -> Result<Option<T>, String> {
        let mut mine: Vec<(u32, &T)> = objects
            .iter()
            .filter(|object| self.recognises(&tags(object)))
            .map(|object| (Mark::read(&tags(object)).generation, object))
            .collect();
        mine.sort_by_key(|(generation, _)| std::cmp::Reverse(*generation));
        match mine.as_slice() {
            [] => Ok(None),
            [(first, one), (second, other), ..] if first == second => {
                let (one, other, address) = (id(one), id(other), &self.address);
                Err(format!(
                    "{one} and {other} both carry the tags of {address}; delete the one not in use"
                ))
            }
            [(_, one), ..] => Ok(Some((*one).clone())),
        }
    }

    /// What it takes to get from the seen tags to the wanted ones.
    pub(super) fn retagging(
        &self,
        seen: &Fact<Tags>,
        generation: u32,
    ) -> Result<Retagging, Failure> {
        let wanted = self.wanted_now(generation)?;
        let seen = seen.known().cloned().unwrap_or_default();
        let (put, remove) = self.difference(&wanted, &seen);
        Ok(Retagging { seen, put, remove })
    }

    /// Puts an EC2 object's tags as wanted: one call to put, one to remove, none where not needed.
    pub async fn put_ec2(
        &self,
        access: &SiteAccess,
        id: &str,
        seen: &Fact<Tags>,
        generation: u32,
    ) -> Result<Tags, Failure> {
        let retagging = self.retagging(seen, generation)?;
        let (put, remove) = (&retagging.put, &retagging.remove);
        if !put.is_empty() {
            let tags = ec2_tag_list(put);
            let call = || {
                access
                    .ec2()
                    .create_tags()
                    .resources(id)
                    .set_tags(Some(tags.clone()))
                    .send()
            };
            access.call("ec2:CreateTags", call).await?;
        }
        if !remove.is_empty() {
            let tags: Vec<_> = remove
                .iter()
                .map(|key| aws_sdk_ec2::types::Tag::builder().key(key).build())
                .collect();
            let call = || {
                access
                    .ec2()
                    .delete_tags()
                    .resources(id)
                    .set_tags(Some(tags.clone()))
                    .send()
            };
            access.call("ec2:DeleteTags", call).await?;
        }
        Ok(retagging.outcome())
    }

    /// Puts an Elastic Load Balancing object's tags as wanted.
    pub async fn put_elb(
        &self,
        access: &SiteAccess,
        arn: &str,
        seen: &Fact<Tags>,
        generation: u32,
    ) -> Result<Tags, Failure> {
        let retagging = self.retagging(seen, generation)?;
        let (put, remove) = (&retagging.put, &retagging.remove);
        if !put.is_empty() {
            let tags = elb_tag_list(put);
            let call = || {
                access
                    .elb()
                    .add_tags()
                    .resource_arns(arn)
                    .set_tags(Some(tags.clone()))
                    .send()
            };
            access.call("elasticloadbalancing:AddTags", call).await?;
        }
        if !remove.is_empty() {
            let call = || {
                let call = access.elb().remove_tags().resource_arns(arn);
                call.set_tag_keys(Some(remove.clone())).send()
            };
            access.call("elasticloadbalancing:RemoveTags", call).await?;
        }
        access.inventory().changed(Kind::ElbTags);
        Ok(retagging.outcome())
    }

    /// The wanted tags, for an act that can't wait for the anchor any more.
    pub fn wanted_now(&self, generation: u32) -> Result<Tags, Failure> {
        let wanted = self.wanted(generation).into_known();
        wanted.ok_or_else(|| Failure::later("the anchor is not known yet"))
    }
}

/// How an object's tags come to be as they are wanted.
pub(super) struct Retagging {
    seen: Tags,
    pub(super) put: Tags,
    pub(super) remove: Vec<String>,
}

impl Retagging {
    /// The tags once that is done.
    pub(super) fn outcome(self) -> Tags {
        let mut tags = self.seen;
        tags.retain(|key, _| !self.remove.contains(key));
        tags.extend(self.put);
        tags
    }
}

/// Tags in EC2's words.
pub(super) fn ec2_tag_list(tags: &Tags) -> Vec<aws_sdk_ec2::types::Tag> {
    let tag = |(key, value): (&String, &String)| {
        aws_sdk_ec2::types::Tag::builder()
            .key(key)
            .value(value)
            .build()
    };
    tags.iter().map(tag).collect()
}

/// Tags that a new EC2 object of a kind gets.
pub(super) fn ec2_tag_specification(
    kind: aws_sdk_ec2::types::ResourceType,
    tags: &Tags,
) -> aws_sdk_ec2::types::TagSpecification {
    aws_sdk_ec2::types::TagSpecification::builder()
        .resource_type(kind)
        .set_tags(Some(ec2_tag_list(tags)))
        .build()
}

/// Tags in Elastic Load Balancing's words.
pub(super) fn elb_tag_list(tags: &Tags) -> Vec<aws_sdk_elasticloadbalancingv2::types::Tag> {
    let tag = |(key, value): (&String, &String)| {
        aws_sdk_elasticloadbalancingv2::types::Tag::builder()
            .key(key)
            .value(value)
            .build()
    };
    tags.iter().map(tag).collect()
}
