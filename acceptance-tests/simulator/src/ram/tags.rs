//! Tags of shares.

use serde_json::json;

use super::shares::{own, unknown};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::wire::Refusal;
use crate::world::Tags;
use crate::world::ram::ResourceShare;

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "TagResource",
        method: "POST",
        path: "/tagresource",
        status: 200,
        run: tag,
    },
    RestOperation {
        name: "UntagResource",
        method: "POST",
        path: "/untagresource",
        status: 200,
        run: untag,
    },
];

/// `tags`: a list of keys and values.
pub(super) fn read_tags(call: &mut Call<'_>) -> Result<Tags, Refusal> {
    let tags = call.parameters.structures("tags", |tag| {
        Ok((tag.required("key")?, tag.text("value").unwrap_or_default()))
    })?;
    Ok(tags.into_iter().collect())
}

fn tag(call: &mut Call<'_>) -> JsonOutcome {
    let arn = target(call)?;
    let tags = read_tags(call)?;
    call.finish()?;
    let arn = own(call, &arn)?;
    call.world
        .retag::<ResourceShare>(&arn, |all| all.extend(tags));
    Ok(json!({}))
}

fn untag(call: &mut Call<'_>) -> JsonOutcome {
    let arn = target(call)?;
    let keys = call.parameters.list("tagKeys")?;
    call.finish()?;
    let arn = own(call, &arn)?;
    call.world
        .retag::<ResourceShare>(&arn, |all| all.retain(|key, _| !keys.contains(key)));
    Ok(json!({}))
}

fn target(call: &mut Call<'_>) -> Result<String, Refusal> {
    let share = call.parameters.text("resourceShareArn");
    let resource = call.parameters.text("resourceArn");
    share.or(resource).ok_or_else(|| unknown("null"))
}
