//! What is made of an association that was seen.

use std::sync::Arc;

use aws_sdk_ec2::types::{DnsEntry, VpcEndpointAssociation};

use super::*;
use crate::aws::ownership::OwnerPath;
use crate::aws::{TagFilter, Tags};
use crate::components::marking::Anchorage;
use crate::components::network_entry::{Door, TakenNames};

const NETWORK: &str = "arn:aws:vpc-lattice:r:2:servicenetwork/sn-1";
const CONFIGURATION: &str = "arn:aws:vpc-lattice:r:1:resourceconfiguration/rcfg-1";

fn wanted() -> NetworkAssociation {
    let anchorage = Anchorage {
        owner: OwnerPath::parse("shared_db/1/r/orders").unwrap(),
        claim: String::new(),
        tags: Tags::new(),
        ignore: TagFilter::default(),
        building: false,
    };
    NetworkAssociation {
        site: Site::new("2", "r"),
        network: NETWORK.to_owned().into(),
        shareable_network: false.into(),
        configuration: CONFIGURATION.to_owned().into(),
        reaches: BTreeSet::new().into(),
        vpc: "vpc-1".to_owned().into(),
        private_dns: true,
        marking: Marking {
            anchorage: Arc::new(anchorage),
            address: "consumer.app.association.orders".to_owned(),
            anchor: Some("1/r/sg-1".to_owned().into()),
        },
    }
}

/// Active, and not looked at through the VPC yet.
fn there() -> SeenNetworkAssociation {
    SeenNetworkAssociation {
        id: "snra-1".to_owned().into(),
        status: "ACTIVE".to_owned().into(),
        network: "sn-1".to_owned().into(),
        configuration: CONFIGURATION.to_owned().into(),
        private_dns: true.into(),
        vpc: "vpc-1".to_owned().into(),
        tags: wanted().marking.wanted(1),
        generation: 1,
        ..SeenNetworkAssociation::default()
    }
}

fn endpoint() -> NetworkEntry {
    NetworkEntry {
        id: "vpce-1".to_owned(),
        is_ready: true,
        door: Door::Endpoint(BTreeSet::new()),
    }
}

/// A row of the endpoint about what is reached by this ARN.
fn row(arn: &str) -> VpcEndpointAssociation {
    let name = DnsEntry::builder()
        .dns_name("vpce-1-snra-1.example")
        .build();
    let row = VpcEndpointAssociation::builder().associated_resource_arn(arn);
    row.dns_entry(name).build()
}

#[test]
fn one_that_has_failed_or_leads_elsewhere_is_made_anew() {
    let whole = there().by_way(Some(endpoint()), &[], &[row(CONFIGURATION)]);
    assert_eq!(wanted().judge(&whole), Verdict::InPlace);
    let other = |change: &dyn Fn(&mut SeenNetworkAssociation)| {
        let mut seen = whole.clone();
        change(&mut seen);
        wanted().judge(&seen)
    };
    let failed = other(&|it| {
        it.status = "CREATE_FAILED".to_owned().into();
        it.failure = "no addresses".to_owned().into();
    });
    assert_eq!(
        failed,
        Verdict::Replace("it has failed: no addresses".to_owned())
    );
    let changes: [&dyn Fn(&mut SeenNetworkAssociation); 3] = [
        &|it| it.network = "sn-2".to_owned().into(),
        &|it| it.configuration = "another".to_owned().into(),
        &|it| it.private_dns = false.into(),
    ];
    for change in changes {
        assert!(matches!(other(change), Verdict::Replace(_)));
    }
    let moved = other(&|it| it.vpc = "vpc-2".to_owned().into());
    assert_eq!(moved, Verdict::Changed(vec!["vpc"]));
}

#[test]
fn it_is_waited_for_until_the_vpcs_way_shows_it() {
    let pending =
        |seen: &SeenNetworkAssociation| matches!(wanted().judge(seen), Verdict::Pending(_));
    assert!(pending(&there()));
    let elsewhere = row("arn:aws:vpc-lattice:r:1:resourceconfiguration/rcfg-9");
    assert!(pending(&there().by_way(
        Some(endpoint()),
        &[],
        &[elsewhere]
    )));
    let early = NetworkEntry {
        is_ready: false,
        ..endpoint()
    };
    assert!(pending(&there().by_way(
        Some(early),
        &[],
        &[row(CONFIGURATION)]
    )));
    let mut group = wanted();
    group.reaches = BTreeSet::from(["rcfg-2".to_owned()]).into();
    let seen = there().by_way(Some(endpoint()), &[], &[row(CONFIGURATION)]);
    assert!(matches!(group.judge(&seen), Verdict::Pending(_)));
}

#[test]
fn names_are_those_of_the_way_that_the_vpc_has() {
    let of_database =
        aws_sdk_vpclattice::types::ServiceNetworkResourceAssociationSummary::builder();
    let entry = |name: &str| {
        let entry = aws_sdk_vpclattice::types::DnsEntry::builder();
        entry.domain_name(name).build()
    };
    let of_database = of_database
        .resource_configuration_id("rcfg-2")
        .dns_entry(entry("snra-2.example"))
        .private_dns_entry(entry("writer.db.example"))
        .build();
    let brought = children(&[of_database]);
    let named = |entry: Option<NetworkEntry>| {
        let seen = there().by_way(entry, &brought, &[]);
        assert_eq!(seen.own_names.len(), 1);
        let mut names = seen.names.into_known().unwrap().into_iter();
        names.next().map(|it| (it.name, it.private_name))
    };
    let taken = |preference: &str| NetworkEntry {
        id: "snva-1".to_owned(),
        is_ready: true,
        door: Door::Association(TakenNames {
            enabled: true,
            preference: preference.to_owned(),
            domains: BTreeSet::new(),
        }),
    };
    let names = |private: &str| Some(("snra-2.example".to_owned(), private.to_owned()));
    assert_eq!(
        named(Some(taken("ALL_DOMAINS"))),
        names("writer.db.example")
    );
    assert_eq!(named(Some(taken("VERIFIED_DOMAINS_ONLY"))), names(""));
    // Nobody gets in, so nothing leads anywhere but by AWS's name for the network's VPCs.
    assert_eq!(named(None), names(""));
    assert_eq!(named(Some(endpoint())), None);
}
