//! Managed permissions: what receivers of a share may do with a kind of resource.

use serde_json::{Value, json};

use super::kinds::{self, KINDS, Shareable};
use super::rows::{Page, seconds};
use super::shares::own;
use crate::clock::Moment;
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::wire::Refusal;
use crate::world::ram::ResourceShare;

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "ListPermissions",
        method: "POST",
        path: "/listpermissions",
        status: 200,
        run: list,
    },
    RestOperation {
        name: "GetPermission",
        method: "POST",
        path: "/getpermission",
        status: 200,
        run: get,
    },
    RestOperation {
        name: "ListResourceSharePermissions",
        method: "POST",
        path: "/listresourcesharepermissions",
        status: 200,
        run: of_share,
    },
];

/// When AWS published it; any moment of the past will do.
const PUBLISHED: Moment = Moment::from_epoch_ms(1_732_000_000_000);

/// Refuses permissions that nothing of Lattice's can have.
pub(super) fn check(arns: &[String]) -> Result<(), Refusal> {
    arns.iter().try_for_each(|arn| find(arn).map(|_| ()))
}

fn find(arn: &str) -> Result<&'static Shareable, Refusal> {
    let found = KINDS.iter().find(|kind| kind.permission_arn() == arn);
    found.ok_or_else(|| {
        let message = format!("Permission {arn} could not be found.");
        Refusal::new("UnknownResourceException", message)
    })
}

fn summary(kind: &Shareable) -> Value {
    json!({
        "arn": kind.permission_arn(),
        "version": kind.version,
        "defaultVersion": true,
        "name": kind.permission,
        "resourceType": kind.name,
        "status": "ATTACHABLE",
        "creationTime": seconds(PUBLISHED),
        "lastUpdatedTime": seconds(PUBLISHED),
        "isResourceTypeDefault": true,
        "permissionType": "AWS_MANAGED",
        "featureSet": "STANDARD",
    })
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let page = Page::read(&mut call.parameters)?;
    let name = call.parameters.text("resourceType");
    let whose = call.parameters.text("permissionType");
    call.finish()?;
    let managed = whose.is_none_or(|whose| whose != "CUSTOMER_MANAGED");
    let shown = KINDS
        .iter()
        .filter(|kind| managed && name.as_deref().is_none_or(|name| name == kind.name));
    let rows = shown.map(|kind| (kind.permission_arn(), summary(kind)));
    Ok(page.cut("permissions", rows.collect()))
}

fn get(call: &mut Call<'_>) -> JsonOutcome {
    let arn = call.parameters.required("permissionArn")?;
    call.parameters.integer("permissionVersion")?;
    call.finish()?;
    let kind = find(&arn)?;
    let policy = json!({ "Effect": "Allow", "Action": kind.actions });
    let mut permission = summary(kind);
    if let Some(permission) = permission.as_object_mut() {
        permission.insert("permission".to_owned(), json!(policy.to_string()));
    }
    Ok(json!({ "permission": permission }))
}

/// A share has the permission of each kind that is in it.
fn of_share(call: &mut Call<'_>) -> JsonOutcome {
    let arn = call.parameters.required("resourceShareArn")?;
    let page = Page::read(&mut call.parameters)?;
    call.finish()?;
    let arn = own(call, &arn)?;
    let share = call.world.live::<ResourceShare>(&arn);
    let held = |kind: &&Shareable| {
        let resources = share.iter().flat_map(|it| &it.value().resources);
        let mut present = resources.filter(|(_, it)| it.status != "DISASSOCIATED");
        present.any(|(arn, _)| kinds::of(arn).is_some_and(|it| it.name == kind.name))
    };
    let rows = KINDS.iter().filter(held);
    let rows = rows.map(|kind| (kind.permission_arn(), summary(kind)));
    Ok(page.cut("permissions", rows.collect()))
}
