//! Who may connect to an endpoint service. The list is shared with others: only what this resource
//! asks for is added, and only what it asked for before is taken away.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::aws::inventory::Kind;
use crate::aws::{Aws, Site, SiteAccess};
use crate::engine::{Component, Deletion, Fact, Failure, Found, Made, Place, Sighting, Verdict};

/// What is wanted of the list.
#[derive(Clone, Debug)]
pub struct AllowedPrincipals {
    /// Where the service is.
    pub site: Site,
    /// The service's id.
    pub service: Fact<String>,
    /// The ARNs that must be on the list.
    pub principals: BTreeSet<String>,
    /// The ARNs that this resource asked for before.
    pub formerly: BTreeSet<String>,
    /// Whether what is found on the list, and was not asked for before, is others': not after an import.
    pub learns: bool,
    /// Whether what others put on the list is taken off.
    pub exclusive: bool,
    /// Whether those who are no longer asked for lose their connections.
    pub reject_on_revoke: bool,
}

/// What can be seen of the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenPrincipals {
    /// All ARNs on the list, whoever put them there.
    // Of the name that its verdict has, so that drift can tell the value.
    #[serde(alias = "present")]
    pub principals: Fact<BTreeSet<String>>,
    /// What this resource has asked for and not taken back altogether: off the list, and its
    /// connections rejected.
    #[serde(default)]
    pub asked: BTreeSet<String>,
    /// What others had put there before this resource wanted it: it is theirs to take off.
    #[serde(default)]
    pub others: BTreeSet<String>,
    /// What was there when a run had been cut off, and may be its doing: once wanted, it is ours.
    #[serde(default)]
    pub doubtful: BTreeSet<String>,
}

impl SeenPrincipals {
    /// What is seen after a run that nobody knows anything of.
    #[must_use]
    pub fn after_a_lost_run(mut self) -> Self {
        let present = self.principals.known().cloned().unwrap_or_default();
        let unknown = present.into_iter();
        let unknown = unknown.filter(|it| !self.asked.contains(it) && !self.others.contains(it));
        self.doubtful = unknown.collect();
        self
    }
}

#[async_trait]
impl Component<Aws> for AllowedPrincipals {
    type Seen = SeenPrincipals;
    const KIND: &'static str = "vpc_endpoint_service_permissions";
    const IDENTIFIED: bool = false;
    const PART: bool = true;

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenPrincipals) -> Verdict {
        let differs = match &seen.principals {
            Fact::Known(present) => {
                !self.missing(present).is_empty()
                    || !self.withdrawn(present, seen).is_empty()
                    || self.others_now(present, seen) != seen.others
                    || !self.strange(present).is_empty()
            }
            Fact::Later => false,
        };
        Verdict::of_changes([("principals", differs)])
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenPrincipals>,
    ) -> Result<Sighting<SeenPrincipals>, Failure> {
        let Fact::Known(service) = &self.service else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        let principals = access.principals(service, place.freshness).await?;
        let present = principals
            .iter()
            .filter_map(|it| it.principal().map(str::to_owned));
        let seen = SeenPrincipals {
            principals: present.collect::<BTreeSet<_>>().into(),
            asked: remembered.map(|it| it.asked.clone()).unwrap_or_default(),
            others: remembered.map(|it| it.others.clone()).unwrap_or_default(),
            doubtful: remembered.map(|it| it.doubtful.clone()).unwrap_or_default(),
        };
        Ok(Sighting::Found(Found {
            id: service.clone(),
            generation: 1,
            dying: false,
            seen,
        }))
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenPrincipals>, Failure> {
        let access = place.world.site(&self.site).await?;
        let Fact::Known(service) = &self.service else {
            return Err(Failure::later("the service is not known yet"));
        };
        let nothing = SeenPrincipals::default();
        let seen = self.put(&access, service, &nothing).await?;
        Ok(Made {
            id: service.clone(),
            seen,
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenPrincipals,
        _: &[&'static str],
    ) -> Result<SeenPrincipals, Failure> {
        let access = place.world.site(&self.site).await?;
        self.put(&access, place.id.unwrap_or_default(), seen).await
    }

    async fn delete(&self, _: Place<'_, Aws>, _: &SeenPrincipals) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

impl AllowedPrincipals {
    fn missing(&self, present: &BTreeSet<String>) -> Vec<String> {
        self.principals.difference(present).cloned().collect()
    }

    /// What is to be taken back: what was asked for, or is known to have been wanted and is there.
    fn withdrawn(&self, present: &BTreeSet<String>, seen: &SeenPrincipals) -> BTreeSet<String> {
        let former = self.formerly.intersection(present);
        let all = former.chain(&seen.asked);
        let all = all.filter(|it| !seen.others.contains(*it) && !self.principals.contains(*it));
        all.cloned().collect()
    }

    /// What others have put there: also what is wanted from now on and was there before.
    fn others_now(&self, present: &BTreeSet<String>, seen: &SeenPrincipals) -> BTreeSet<String> {
        let mut others = seen.others.clone();
        others.retain(|it| present.contains(it));
        if self.learns {
            let found = self.principals.intersection(present);
            let ours = |it: &String| {
                let known = [&seen.asked, &seen.doubtful, &self.formerly];
                known.iter().any(|all| all.contains(it))
            };
            others.extend(found.filter(|it| !ours(it)).cloned());
        }
        others
    }

    /// What others put on the list, where nobody else may.
    fn strange(&self, present: &BTreeSet<String>) -> BTreeSet<String> {
        match self.exclusive {
            true => present.difference(&self.principals).cloned().collect(),
            false => BTreeSet::new(),
        }
    }

    /// Puts the list as wanted. Taking an account off the list cuts nobody, so the connections of
    /// accounts that lost their permission are rejected as well.
    async fn put(
        &self,
        access: &SiteAccess,
        service: &str,
        seen: &SeenPrincipals,
    ) -> Result<SeenPrincipals, Failure> {
        let present = seen.principals.known().cloned().unwrap_or_default();
        let withdrawn = self.withdrawn(&present, seen);
        let others = self.others_now(&present, seen);
        let add = self.missing(&present);
        let mut leaving = self.strange(&present);
        leaving.extend(withdrawn.intersection(&present).cloned());
        let remove: Vec<String> = leaving.iter().cloned().collect();
        let mut now: BTreeSet<String> = present.difference(&leaving).cloned().collect();
        now.extend(add.iter().cloned());
        // First, so that nobody can be forgotten who is off the list by then.
        if self.reject_on_revoke {
            self.reject(access, service, &withdrawn, &now).await?;
        }
        if !add.is_empty() || !remove.is_empty() {
            let some = |list: &Vec<String>| Some(list.clone()).filter(|list| !list.is_empty());
            let answer = access
                .call("ec2:ModifyVpcEndpointServicePermissions", || {
                    let call = access.ec2().modify_vpc_endpoint_service_permissions();
                    call.service_id(service)
                        .set_add_allowed_principals(some(&add))
                        .set_remove_allowed_principals(some(&remove))
                        .send()
                })
                .await;
            access.inventory().changed(Kind::Principals);
            answer?;
        }
        Ok(SeenPrincipals {
            principals: now.into(),
            asked: self.principals.difference(&others).cloned().collect(),
            others,
            doubtful: seen
                .doubtful
                .difference(&self.principals)
                .cloned()
                .collect(),
        })
    }

    async fn reject(
        &self,
        access: &SiteAccess,
        service: &str,
        removed: &BTreeSet<String>,
        remaining: &BTreeSet<String>,
    ) -> Result<(), Failure> {
        let accounts: BTreeSet<String> = removed.iter().filter_map(|arn| account_of(arn)).collect();
        let everybody = removed.contains("*");
        let covered = |account: &String| {
            remaining.contains("*")
                || remaining
                    .iter()
                    .any(|arn| account_of(arn).as_ref() == Some(account))
        };
        if accounts.is_empty() && !everybody {
            return Ok(());
        }
        let is_revoked =
            |account: &String| (everybody || accounts.contains(account)) && !covered(account);
        let connections = access.connections(service).await?;
        let endpoints: Vec<String> = connections
            .into_iter()
            .filter(|connection| connection.is_connected() && is_revoked(&connection.account_id))
            .map(|connection| connection.endpoint)
            .collect();
        if endpoints.is_empty() {
            return Ok(());
        }
        access.reject_connections(service, endpoints).await?;
        Ok(())
    }
}

/// The account of `arn:aws:iam::ACCOUNT:…`.
fn account_of(principal: &str) -> Option<String> {
    principal
        .split(':')
        .nth(4)
        .filter(|account| !account.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arns(accounts: &[&str]) -> BTreeSet<String> {
        accounts
            .iter()
            .map(|account| format!("arn:aws:iam::{account}:root"))
            .collect()
    }

    #[test]
    fn a_strangers_entry_is_left_alone_and_a_former_one_of_ours_is_not() {
        let wanted = AllowedPrincipals {
            site: Site::default(),
            service: "vpce-svc-1".to_owned().into(),
            principals: arns(&["1", "2"]),
            formerly: arns(&["1", "3"]),
            learns: true,
            exclusive: false,
            reject_on_revoke: true,
        };
        let present = arns(&["1", "3", "9"]);
        assert_eq!(wanted.missing(&present), ["arn:aws:iam::2:root"]);
        let nothing = SeenPrincipals::default();
        assert_eq!(wanted.withdrawn(&present, &nothing), arns(&["3"]));
        let seen = SeenPrincipals {
            principals: arns(&["1", "2", "9"]).into(),
            asked: arns(&["1", "2"]),
            ..SeenPrincipals::default()
        };
        assert_eq!(wanted.judge(&seen), Verdict::InPlace);
        // Off the list, and its connections perhaps not rejected yet.
        let asked = arns(&["1", "2", "3"]);
        let seen = SeenPrincipals { asked, ..seen };
        assert_eq!(wanted.judge(&seen), Verdict::Changed(vec!["principals"]));
        assert_eq!(wanted.strange(&present), BTreeSet::new());
        // Wanted from now on, and there already: theirs, also once it is no longer wanted.
        let seen = SeenPrincipals {
            principals: arns(&["1", "2"]).into(),
            asked: arns(&["1"]),
            ..SeenPrincipals::default()
        };
        let theirs = wanted.others_now(&arns(&["1", "2"]), &seen);
        assert_eq!(theirs, arns(&["2"]));
        // It may have been put there by a run of which nobody was told.
        let theirs = wanted.others_now(&arns(&["1", "2"]), &seen.after_a_lost_run());
        assert_eq!(theirs, BTreeSet::new());
        let exclusive = AllowedPrincipals {
            exclusive: true,
            ..wanted
        };
        assert_eq!(exclusive.strange(&present), arns(&["3", "9"]));
    }
}
