//! The regions of partition `aws` and their zones; zone names map to zone ids differently per account.

use crate::random::hash;

/// A region: its name, whether an account must opt in, the letters of its zone names, its zone ids.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) name: &'static str,
    pub(crate) opt_in: bool,
    letters: &'static str,
    ids: &'static [&'static str],
    /// Zones that exist but take no new subnets; an account's list does not show them.
    pub(crate) constrained: &'static [&'static str],
    /// Hosted zone id of the public names of interface endpoints.
    pub(crate) endpoint_hosted_zone: &'static str,
}

/// An availability zone as one account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    pub(crate) name: String,
    pub(crate) id: &'static str,
}

const fn region(
    name: &'static str,
    letters: &'static str,
    ids: &'static [&'static str],
    endpoint_hosted_zone: &'static str,
) -> Region {
    Region {
        name,
        opt_in: false,
        letters,
        ids,
        constrained: &[],
        endpoint_hosted_zone,
    }
}

/// Zones in which Lattice has no resource gateways and no endpoints to them.
/// Source: the Lattice guide, "Resource gateways"; the PrivateLink guide, "Access resources".
pub(crate) const ZONES_WITHOUT_RESOURCES: &[&str] = &[
    "use1-az3",
    "usw1-az2",
    "apne1-az3",
    "apne2-az2",
    "euc1-az2",
    "euw1-az4",
    "cac1-az3",
    "ilc1-az2",
];

/// The regions the simulator knows. Hosted zones of us-east-1, us-west-1 and ap-northeast-1 are AWS's.
pub(crate) const REGIONS: &[Region] = &[
    Region {
        constrained: &["apne1-az3"],
        ..region(
            "ap-northeast-1",
            "acd",
            &["apne1-az4", "apne1-az1", "apne1-az2"],
            "Z2E726K9Y6RL4W",
        )
    },
    region(
        "ap-northeast-2",
        "abcd",
        &["apne2-az1", "apne2-az2", "apne2-az3", "apne2-az4"],
        "Z27UANNT0PRK1T",
    ),
    region(
        "ap-southeast-1",
        "abc",
        &["apse1-az1", "apse1-az2", "apse1-az3"],
        "Z18LLCSTV4NVNL",
    ),
    region(
        "ap-southeast-2",
        "abc",
        &["apse2-az1", "apse2-az2", "apse2-az3"],
        "ZDK2GCRPAFKGO",
    ),
    region(
        "eu-central-1",
        "abc",
        &["euc1-az1", "euc1-az2", "euc1-az3"],
        "Z273ZU8SZ5RJPC",
    ),
    region(
        "eu-west-1",
        "abc",
        &["euw1-az1", "euw1-az2", "euw1-az3"],
        "Z38GZ743OKFT7T",
    ),
    Region {
        opt_in: true,
        ..region(
            "ap-east-1",
            "abc",
            &["ape1-az1", "ape1-az2", "ape1-az3"],
            "Z2LIHJ7PKBEMWN",
        )
    },
    region(
        "us-east-1",
        "abcdef",
        &[
            "use1-az1", "use1-az2", "use1-az3", "use1-az4", "use1-az5", "use1-az6",
        ],
        "Z7HUB22UULQXV",
    ),
    region(
        "us-east-2",
        "abc",
        &["use2-az1", "use2-az2", "use2-az3"],
        "ZC8PG0KIFKBRI",
    ),
    Region {
        constrained: &["usw1-az2"],
        ..region(
            "us-west-1",
            "bc",
            &["usw1-az1", "usw1-az3"],
            "Z12I86A8N7VCZO",
        )
    },
    region(
        "us-west-2",
        "abcd",
        &["usw2-az1", "usw2-az2", "usw2-az3", "usw2-az4"],
        "Z1YSA3EXCYUU9Z",
    ),
];

/// The region of that name.
pub(crate) fn find(name: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.name == name)
}

impl Region {
    /// The zones as the account sees them, in the order of their names: an order of the ids that is
    /// drawn for a handful of accounts, turned by one place for each of them, so that neighbours agree
    /// on no zone at all.
    pub(crate) fn zones(&self, seed: u64, account: &str) -> Vec<Zone> {
        let count = u64::try_from(self.ids.len()).unwrap_or(1).max(1);
        let number = account_number(account);
        let mut order = hash(seed, &[self.name, &(number / count).to_string()]);
        let mut ids = self.ids.to_vec();
        let mut drawn = Vec::new();
        while !ids.is_empty() {
            let left = u64::try_from(ids.len()).unwrap_or(1).max(1);
            drawn.push(ids.swap_remove(usize::try_from(order % left).unwrap_or(0)));
            order /= left;
        }
        drawn.rotate_left(usize::try_from(number % count).unwrap_or(0));
        let name = |letter| format!("{}{letter}", self.name);
        let letters = self.letters.chars();
        letters
            .zip(drawn)
            .map(|(letter, id)| Zone {
                name: name(letter),
                id,
            })
            .collect()
    }
}

/// A small number of the account, chosen so that the accounts people write in tests
/// (111111111111, 222222222222, …) are neighbours.
fn account_number(account: &str) -> u64 {
    account.parse::<u64>().unwrap_or(0) % 111_111_111_110
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_account_has_every_zone_once_under_names_of_its_own() {
        let region = find("ap-northeast-1").unwrap();
        let one = region.zones(1, "111111111111");
        let two = region.zones(1, "222222222222");
        let ids = |zones: &[Zone]| zones.iter().map(|zone| zone.id).collect::<BTreeSet<_>>();
        assert_eq!(ids(&one), ids(&two));
        assert_eq!(ids(&one).len(), 3);
        assert!(
            one.iter()
                .zip(&two)
                .all(|(mine, yours)| mine.id != yours.id)
        );
        assert_eq!(one[1].name, "ap-northeast-1c");
        assert_eq!(one, region.zones(1, "111111111111"));
    }
}
