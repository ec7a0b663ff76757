//! DescribeVpcEndpointAssociations: what endpoints to something of Lattice's lead to, by which names.

use super::network;
use crate::ec2::limits;
use crate::engine::{Call, Filters, Operation, Outcome, Page, PageLimits};
use crate::lattice::{self, HOSTED_ZONE};
use crate::random::hash;
use crate::wire::xml::{Members, items, node, text};
use crate::world::lattice::ResourceConfiguration;
use crate::world::private_link::{Endpoint, ResourceLink, association_name};
use crate::world::{Seen, Tags, World};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DescribeVpcEndpointAssociations",
    limits: limits::DESCRIBE,
    run: describe,
}];

const PAGE: PageLimits = PageLimits {
    low: 1,
    high: 100,
    clamped: false,
};

const FILTERS: &[&str] = &[
    "vpc-endpoint-id",
    "associated-resource-accessibility",
    "association-id",
    "associated-resource-id",
    "service-network-arn",
    "resource-configuration-group-arn",
    "service-network-resource-association-id",
];

fn describe(call: &mut Call<'_>) -> Outcome {
    let ids = call.parameters.list("VpcEndpointId")?;
    let filters = Filters::read(&mut call.parameters)?;
    let page = Page::read(&mut call.parameters, PAGE, &[])?;
    call.finish()?;
    filters.check_names(|name| FILTERS.contains(&name))?;
    let now = call.now();
    let mut rows = Vec::new();
    for endpoint in call.see_all::<Endpoint>() {
        let asked = ids.is_empty() || ids.iter().any(|id| id == endpoint.id);
        if let Some(link) = endpoint.value.network.as_ref().filter(|_| asked) {
            rows.extend(network::rows(call, &endpoint, link, &filters));
        }
        let Some(link) = endpoint.value.resource.as_ref().filter(|_| asked) else {
            continue;
        };
        // Rows come some time after the endpoint is there, and go with it.
        let shown = link.shown_from.is_some_and(|from| from <= now);
        let alive = !matches!(endpoint.value.state.as_str(), "deleting" | "deleted");
        if !shown || !alive {
            continue;
        }
        for association in associations(call.world, &endpoint, link) {
            if filters.pass_values(&Tags::new(), |name| association.values(name)) {
                rows.push((association.id.clone(), association.row()));
            }
        }
    }
    let (rows, next) = page.cut(rows);
    Ok(std::iter::once(items("vpcEndpointAssociationSet", rows))
        .chain(next)
        .collect())
}

/// What an endpoint reaches, and by which names.
struct Association {
    id: String,
    endpoint: String,
    reachable: bool,
    resource_arn: String,
    group_arn: Option<String>,
    name: String,
    /// Name and hosted zone.
    private: Option<(String, String)>,
}

/// One for the configuration itself, or for each of its children (rule 16).
fn associations(
    world: &World,
    endpoint: &Seen<'_, Endpoint>,
    link: &ResourceLink,
) -> Vec<Association> {
    let id = link.configuration_id();
    let Some(whole) = world.record::<ResourceConfiguration>(id) else {
        return Vec::new();
    };
    let truth = world.live::<Endpoint>(endpoint.id);
    let zones = truth.map(|it| lattice::zones_of(world, it));
    let zones = zones.unwrap_or_default();
    let prefix = link.configuration_arn.trim_end_matches(id);
    let targets = lattice::targets(world, whole).into_iter();
    targets
        .map(|target| {
            let own = target.id == id;
            let zone = zones.iter().find(|zone| zone.configuration.id == target.id);
            Association {
                id: match own {
                    true => link.row_id.clone(),
                    false => row_id(&link.row_id, &target.id),
                },
                endpoint: endpoint.id.to_owned(),
                reachable: link.association_id.is_some(),
                resource_arn: format!("{prefix}{}", target.id),
                group_arn: (!own).then(|| link.configuration_arn.clone()),
                name: association_name(endpoint.id, &target.id, &endpoint.scope.region),
                private: zone.map(|zone| (zone.name.clone(), zone.id.clone())),
            }
        })
        .collect()
}

/// The id of a child's row, which follows from those of the endpoint's row and of the child.
fn row_id(own: &str, child: &str) -> String {
    format!("vpce-rsc-asc-0{:016x}", hash(0, &[own, child]))
}

impl Association {
    fn values(&self, filter: &str) -> Vec<String> {
        match filter {
            "vpc-endpoint-id" => vec![self.endpoint.clone()],
            "association-id" => vec![self.id.clone()],
            "associated-resource-id" => {
                let id = self.resource_arn.rsplit('/').next();
                id.map(str::to_owned).into_iter().collect()
            }
            "associated-resource-accessibility" => vec![match self.reachable {
                true => "AVAILABLE".to_owned(),
                false => "FAILED".to_owned(),
            }],
            "resource-configuration-group-arn" => self.group_arn.iter().cloned().collect(),
            _ => Vec::new(),
        }
    }

    fn row(&self) -> Members {
        let accessible = match self.reachable {
            true => "Accessible",
            false => "Inaccessible",
        };
        let entry = |name: &'static str, dns_name: &str, zone: &str| {
            let members = vec![text("dnsName", dns_name), text("hostedZoneId", zone)];
            node(name, members)
        };
        let mut row = vec![
            text("id", &self.id),
            text("vpcEndpointId", &self.endpoint),
            text("associatedResourceAccessibility", accessible),
            entry("dnsEntry", &self.name, HOSTED_ZONE),
            text("associatedResourceArn", &self.resource_arn),
            items("tagSet", []),
        ];
        let private = self.private.iter();
        row.extend(private.map(|(name, zone)| entry("privateDnsEntry", name, zone)));
        let group = self.group_arn.iter();
        row.extend(group.map(|arn| text("resourceConfigurationGroupArn", arn)));
        row
    }
}
