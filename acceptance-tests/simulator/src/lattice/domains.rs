//! Domain verifications: started, read, listed, deleted; and the checks that AWS makes by itself.

use serde_json::{Value, json};

use super::arns::{arn, id_of};
use super::names::check_domain;
use super::pages::Page;
use super::refusals::{VERIFICATION, conflict, invalid, not_found, quota};
use super::{Event, tags};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::wire::Refusal;
use crate::world::lattice::ResourceConfiguration;
use crate::world::service_network::DomainVerification;
use crate::world::{Seen, World};

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "StartDomainVerification",
        method: "POST",
        path: "/domainverifications",
        status: 201,
        run: start,
    },
    RestOperation {
        name: "GetDomainVerification",
        method: "GET",
        path: "/domainverifications/{domainVerificationIdentifier}",
        status: 200,
        run: get,
    },
    RestOperation {
        name: "ListDomainVerifications",
        method: "GET",
        path: "/domainverifications",
        status: 200,
        run: list,
    },
    RestOperation {
        name: "DeleteDomainVerification",
        method: "DELETE",
        path: "/domainverifications/{domainVerificationIdentifier}",
        status: 200,
        run: delete,
    },
];

/// How often AWS looks is not known; minutes by reports.
const CHECK_MS: u64 = 300_000;
const HOUR_MS: u64 = 60 * 60 * 1000;

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

fn start(call: &mut Call<'_>) -> JsonOutcome {
    let token = call.parameters.text("clientToken");
    let domain = call.parameters.required("domainName")?;
    let tags = call.parameters.map("tags")?;
    call.finish()?;
    check_domain("domainName", &domain)?;
    if let Some(id) = tags::spent(call, token.as_deref())? {
        return made_body(call, &id);
    }
    let domain = domain.trim_end_matches('.').to_lowercase();
    check_free(call, &domain)?;
    let verification = DomainVerification {
        domain,
        status: "PENDING".to_owned(),
        record: format!("_{}", call.world.random.letters(LETTERS, 14)),
        value: format!("vpc-lattice:{}", call.world.random.letters(LETTERS, 16)),
        verified: None,
        pending_since: call.now(),
    };
    let id = call.new_id("dv");
    call.create(&id, tags, verification);
    call.spend_token(token.as_deref(), &id);
    watch(call.world, &id);
    made_body(call, &id)
}

fn check_free(call: &Call<'_>, domain: &str) -> Result<(), Refusal> {
    let own = || call.world.within::<DomainVerification>(&call.scope);
    if let Some(same) = own().find(|it| it.value().domain == domain) {
        let message = format!("A domain verification of {domain} exists");
        return Err(conflict(VERIFICATION, &same.id, message));
    }
    let name = "domain-verifications-per-region";
    match own().count() < call.world.quota(&call.scope.account, name) {
        true => Ok(()),
        false => Err(quota(VERIFICATION, name)),
    }
}

fn made_body(call: &Call<'_>, id: &str) -> JsonOutcome {
    let record = call.world.live::<DomainVerification>(id);
    let record = record.ok_or_else(|| not_found(VERIFICATION, id))?;
    let mut body = row(&record.as_made());
    if let Some(body) = body.as_object_mut() {
        body.retain(|name, _| !matches!(name.as_str(), "createdAt" | "tags"));
    }
    Ok(body)
}

fn row(seen: &Seen<'_, DomainVerification>) -> Value {
    let it = seen.value;
    let mut row = json!({
        "id": seen.id,
        "arn": arn(seen.scope, seen.id),
        "domainName": it.domain,
        "status": it.status,
        "txtMethodConfig": { "name": it.record, "value": it.value },
        "createdAt": seen.created.iso(),
        "tags": seen.tags,
    });
    if let (Some(at), Some(row)) = (it.verified, row.as_object_mut()) {
        row.insert("lastVerifiedTime".to_owned(), json!(at.iso()));
    }
    row
}

fn get(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call.parameters.required("domainVerificationIdentifier")?;
    call.finish()?;
    let id = id_of(&identifier);
    if call.world.settings.zero_waits {
        look(call.world, id);
    }
    let seen = call.see::<DomainVerification>(id);
    seen.map(|seen| row(&seen))
        .ok_or_else(|| not_found(VERIFICATION, id))
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let page = Page::read(&mut call.parameters)?;
    call.finish()?;
    let all = call.see_all::<DomainVerification>();
    let rows = all.iter().map(|seen| (seen.id.to_owned(), row(seen)));
    Ok(page.cut(rows.collect()))
}

fn delete(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call.parameters.required("domainVerificationIdentifier")?;
    call.finish()?;
    let id = id_of(&identifier).to_owned();
    if call.find::<DomainVerification>(&id).is_none() {
        return Err(not_found(VERIFICATION, &id));
    }
    let mut users = call.world.all::<ResourceConfiguration>();
    let used = users.any(|it| it.value().verification_id.as_ref() == Some(&id));
    drop(users);
    if used && call.world.doubts.is("used-verification-delete", "refused") {
        let message = format!("DomainVerification {id} is used by resource configuration(s)");
        return Err(invalid("domainVerificationIdentifier", message));
    }
    call.world.remove::<DomainVerification>(&id);
    Ok(json!({}))
}

/// Lets AWS check a domain by itself, from now on.
fn watch(world: &mut World, id: &str) {
    // Not a wait of a lifecycle: it comes at its time even where waits are zero.
    let at = world.now.plus_ms(CHECK_MS);
    let event = Event::DomainChecked(id.to_owned());
    world.schedule.add(at, crate::world::Event::Lattice(event));
}

/// A check that AWS makes by itself, until it has waited too long.
pub(super) fn recheck(world: &mut World, id: &str) {
    look(world, id);
    let waiting = world.live::<DomainVerification>(id).is_some_and(|it| {
        let it = it.value();
        it.status != "VERIFICATION_TIMED_OUT"
    });
    if waiting {
        watch(world, id);
    }
}

/// Looks the TXT record up, in public DNS.
fn look(world: &mut World, id: &str) {
    let Some(it) = world.live::<DomainVerification>(id) else {
        return;
    };
    let it = it.value();
    let values = world.dns.get(&format!("{}.{}", it.record, it.domain));
    let proved = values.is_some_and(|values| values.contains(&it.value));
    let patience = match world.doubts.is("domain-verification-patience", "72-hours") {
        true => 72 * HOUR_MS,
        false => 24 * HOUR_MS,
    };
    let late = world.now.ms_since(it.pending_since) >= patience;
    let status = match (proved, it.status.as_str()) {
        // What has timed out is over.
        (_, "VERIFICATION_TIMED_OUT") => return,
        (true, _) => "VERIFIED",
        (false, "VERIFIED") => world.doubts.reading("lost-domain-status"),
        (false, _) if late => "VERIFICATION_TIMED_OUT",
        (false, _) => "PENDING",
    };
    let lost = it.status == "VERIFIED" && !proved;
    let now = world.now;
    world.ripen::<DomainVerification>(id, |it| {
        status.clone_into(&mut it.status);
        if proved {
            it.verified = Some(now);
        }
        if lost {
            it.pending_since = now;
        }
    });
}
