//! Who may connect to a service: added, removed, listed. Permission is weighed at creation only (rule 2).

use super::own;
use crate::ec2::limits;
use crate::ec2::lists::CLAMPED_PAGE;
use crate::ec2::refusals::service_not_found;
use crate::engine::{Call, Filters, Operation, Outcome, Page};
use crate::wire::Refusal;
use crate::wire::xml::{items, text};
use crate::world::Tags;
use crate::world::private_link::{EndpointService, Permission};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "ModifyVpcEndpointServicePermissions",
        limits: limits::MUTATING,
        run: modify,
    },
    Operation {
        name: "DescribeVpcEndpointServicePermissions",
        limits: limits::DESCRIBE,
        run: describe,
    },
];

/// Longest time in ms until a principal that was just added may connect.
const WORKS_AFTER_MS_MAX: u64 = 20_000;

fn modify(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("ServiceId")?;
    let add = call.parameters.list("AddAllowedPrincipals")?;
    let remove = call.parameters.list("RemoveAllowedPrincipals")?;
    call.finish()?;
    let add = add
        .iter()
        .map(|name| canonical(name))
        .collect::<Result<Vec<_>, _>>()?;
    let remove = remove
        .iter()
        .map(|name| canonical(name))
        .collect::<Result<Vec<_>, _>>()?;
    let service = own(call, &id)?.value();
    let present: Vec<String> = add
        .iter()
        .filter(|name| service.permissions.contains_key(*name))
        .cloned()
        .collect();
    if let Some(name) = present.first()
        && call.world.doubts.is("permission-again", "refused")
    {
        return Err(Refusal::invalid_parameter(format!(
            "Principal {name} is already allowed"
        )));
    }
    let mut added = Vec::new();
    for name in add.into_iter().filter(|name| !present.contains(name)) {
        let lag = call.world.settings.lag;
        let wait = if lag {
            call.world.random.between(0, WORKS_AFTER_MS_MAX)
        } else {
            0
        };
        let works_from = call.now().plus_ms(wait);
        let permission = Permission {
            id: call.new_id("vpce-svc-perm"),
            works_from,
        };
        added.push((name, permission));
    }
    let rows: Vec<_> = added
        .iter()
        .map(|(name, permission)| {
            vec![
                text("principalType", kind(name)),
                text("principal", name),
                text("servicePermissionId", &permission.id),
                text("serviceId", &id),
            ]
        })
        .collect();
    call.world.change::<EndpointService>(&id, |service| {
        service.permissions.retain(|name, _| !remove.contains(name));
        service.permissions.extend(added);
    });
    Ok(vec![items("addedPrincipalSet", rows), text("return", true)])
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("ServiceId")?;
    let filters = Filters::read(&mut call.parameters)?;
    let page = Page::read(&mut call.parameters, CLAMPED_PAGE, &[])?;
    call.finish()?;
    filters.check_names(|name| ["principal", "principal-type"].contains(&name))?;
    let service = call
        .see::<EndpointService>(&id)
        .ok_or_else(|| service_not_found(call, &id))?;
    let rows = service
        .value
        .permissions
        .iter()
        .filter(|(name, _)| {
            filters.pass_values(&Tags::new(), |filter| match filter {
                "principal" => vec![(*name).clone()],
                _ => vec![kind(name).to_owned()],
            })
        })
        .map(|(name, permission)| {
            let row = vec![
                text("principalType", kind(name)),
                text("principal", name),
                text("servicePermissionId", &permission.id),
                text("serviceId", &id),
            ];
            (name.clone(), row)
        })
        .collect();
    let (rows, next) = page.cut(rows);
    Ok(std::iter::once(items("allowedPrincipals", rows))
        .chain(next)
        .collect())
}

/// The principal as AWS keeps it: an account id becomes the ARN of its root.
fn canonical(name: &str) -> Result<String, Refusal> {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if is_account(name) {
        return Ok(format!("arn:aws:iam::{name}:root"));
    }
    if name.starts_with("arn:aws:organizations:") {
        return Err(Refusal::new(
            "UnknownPrincipalType.Unsupported",
            format!("The principal type of {name} is not supported"),
        ));
    }
    let whose = name
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.split_once(':'));
    let named = whose.is_some_and(|(account, what)| {
        let plain = |kind: &str| {
            what.strip_prefix(kind)
                .is_some_and(|name| !name.is_empty() && !name.contains('/'))
        };
        is_account(account) && (what == "root" || plain("user/") || plain("role/"))
    });
    if name == "*" || named {
        return Ok(name.to_owned());
    }
    Err(Refusal::new(
        "InvalidPrincipal",
        format!("Principal ARN '{name}' is malformed"),
    ))
}

fn kind(name: &str) -> &'static str {
    match name {
        "*" => "All",
        user if user.contains(":user/") => "User",
        role if role.contains(":role/") => "Role",
        _ => "Account",
    }
}
