//! EC2's reads: VPCs, security groups, interfaces, endpoint services and endpoints.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{
    AllowedPrincipal, Filter, NetworkInterface, SecurityGroup, ServiceConfiguration, Subnet, Vpc,
    VpcEndpoint,
};

use super::super::access::SiteAccess;
use super::super::error::CallError;
use super::super::ownership::OWNER;
use super::pages::{FILTER_VALUES_MAX, ec2_tags, filter, gathered, keyed, pieces};
use super::shelf::Want;
use crate::engine::Freshness;

/// Reads all pages of a paginated EC2 operation.
macro_rules! all_pages {
    ($access:expr, $action:literal, $operation:ident, $items:ident, $filters:expr) => {{
        let (mut items, mut token) = (Vec::new(), None::<String>);
        loop {
            let answer = $access
                .call($action, || {
                    let call = $access
                        .ec2()
                        .$operation()
                        .set_filters(Some($filters.clone()));
                    call.set_next_token(token.clone()).send()
                })
                .await?;
            items.extend(answer.$items.unwrap_or_default());
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break items;
            }
        }
    }};
}

impl SiteAccess {
    /// A subnet by id.
    pub async fn subnet(
        &self,
        id: &str,
        freshness: Freshness,
    ) -> Result<Option<Subnet>, CallError> {
        let read = async |want: Want<String>| {
            let mut subnets = Vec::new();
            for filters in self.filters(want, "subnet-id") {
                subnets.extend(all_pages!(
                    self,
                    "ec2:DescribeSubnets",
                    describe_subnets,
                    subnets,
                    filters
                ));
            }
            Ok(keyed(subnets, |subnet| {
                subnet.subnet_id().map(str::to_owned)
            }))
        };
        self.inventory()
            .subnets
            .get(id.to_owned(), freshness, read)
            .await
    }

    /// A VPC by id.
    pub async fn vpc(&self, id: &str, freshness: Freshness) -> Result<Option<Vpc>, CallError> {
        let read = async |want: Want<String>| {
            let mut vpcs = Vec::new();
            for filters in self.filters(want, "vpc-id") {
                vpcs.extend(all_pages!(
                    self,
                    "ec2:DescribeVpcs",
                    describe_vpcs,
                    vpcs,
                    filters
                ));
            }
            Ok(keyed(vpcs, |vpc| vpc.vpc_id().map(str::to_owned)))
        };
        self.inventory()
            .vpcs
            .get(id.to_owned(), freshness, read)
            .await
    }

    /// A security group by id.
    pub async fn group(
        &self,
        id: &str,
        freshness: Freshness,
    ) -> Result<Option<SecurityGroup>, CallError> {
        let read = async |want: Want<String>| {
            let groups = self.groups(self.filters(want, "group-id")).await?;
            Ok(keyed(groups, |group| group.group_id().map(str::to_owned)))
        };
        self.inventory()
            .groups
            .get(id.to_owned(), freshness, read)
            .await
    }

    /// The security groups that carry this owner path.
    pub async fn groups_owned(
        &self,
        owner: &str,
        freshness: Freshness,
    ) -> Result<Vec<SecurityGroup>, CallError> {
        let read = async |want: Want<String>| {
            let groups = self.groups(self.filters(want, &owner_filter())).await?;
            Ok(gathered(groups, |group| {
                ec2_tags(group.tags()).remove(OWNER)
            }))
        };
        let owned = &self.inventory().groups_owned;
        Ok(owned
            .get(owner.to_owned(), freshness, read)
            .await?
            .unwrap_or_default())
    }

    /// The network interfaces that use a security group.
    pub async fn interfaces_of_group(
        &self,
        group: &str,
        freshness: Freshness,
    ) -> Result<Vec<NetworkInterface>, CallError> {
        let read = async |want: Want<String>| {
            let mut interfaces = BTreeMap::<String, Vec<NetworkInterface>>::new();
            for filters in self.filters(want, "group-id") {
                let page = all_pages!(
                    self,
                    "ec2:DescribeNetworkInterfaces",
                    describe_network_interfaces,
                    network_interfaces,
                    filters
                );
                for interface in page {
                    for group in interface.groups() {
                        if let Some(id) = group.group_id() {
                            interfaces
                                .entry(id.to_owned())
                                .or_default()
                                .push(interface.clone());
                        }
                    }
                }
            }
            Ok(interfaces)
        };
        let shelf = &self.inventory().interfaces_of_group;
        Ok(shelf
            .get(group.to_owned(), freshness, read)
            .await?
            .unwrap_or_default())
    }

    /// An endpoint service by id.
    pub async fn service(
        &self,
        id: &str,
        freshness: Freshness,
    ) -> Result<Option<ServiceConfiguration>, CallError> {
        let read = async |want: Want<String>| {
            let services = self.services(self.filters(want, "service-id")).await?;
            Ok(keyed(services, |service| {
                service.service_id().map(str::to_owned)
            }))
        };
        self.inventory()
            .services
            .get(id.to_owned(), freshness, read)
            .await
    }

    /// The endpoint services that carry this owner path.
    pub async fn services_owned(
        &self,
        owner: &str,
        freshness: Freshness,
    ) -> Result<Vec<ServiceConfiguration>, CallError> {
        let read = async |want: Want<String>| {
            let services = self.services(self.filters(want, &owner_filter())).await?;
            Ok(gathered(services, |service| {
                ec2_tags(service.tags()).remove(OWNER)
            }))
        };
        let owned = &self.inventory().services_owned;
        Ok(owned
            .get(owner.to_owned(), freshness, read)
            .await?
            .unwrap_or_default())
    }

    /// The principals that may connect to an endpoint service.
    pub async fn principals(
        &self,
        service: &str,
        freshness: Freshness,
    ) -> Result<Vec<AllowedPrincipal>, CallError> {
        let read = async |want: Want<String>| {
            let mut principals = BTreeMap::new();
            let Want::Keys(services) = want else {
                return Ok(principals);
            };
            for service in services {
                let of_service = self.principals_of(&service).await?;
                principals.insert(service, of_service);
            }
            Ok(principals)
        };
        let shelf = &self.inventory().principals;
        Ok(shelf
            .get(service.to_owned(), freshness, read)
            .await?
            .unwrap_or_default())
    }

    /// A VPC endpoint by id.
    pub async fn endpoint(
        &self,
        id: &str,
        freshness: Freshness,
    ) -> Result<Option<VpcEndpoint>, CallError> {
        let read = async |want: Want<String>| {
            let endpoints = self
                .endpoints(self.filters(want, "vpc-endpoint-id"))
                .await?;
            Ok(keyed(endpoints, |endpoint| {
                endpoint.vpc_endpoint_id().map(str::to_owned)
            }))
        };
        self.inventory()
            .endpoints
            .get(id.to_owned(), freshness, read)
            .await
    }

    /// The VPC endpoints that carry this owner path.
    pub async fn endpoints_owned(
        &self,
        owner: &str,
        freshness: Freshness,
    ) -> Result<Vec<VpcEndpoint>, CallError> {
        let read = async |want: Want<String>| {
            let endpoints = self.endpoints(self.filters(want, &owner_filter())).await?;
            Ok(gathered(endpoints, |endpoint| {
                ec2_tags(endpoint.tags()).remove(OWNER)
            }))
        };
        let owned = &self.inventory().endpoints_owned;
        Ok(owned
            .get(owner.to_owned(), freshness, read)
            .await?
            .unwrap_or_default())
    }

    /// The filters of the calls that bring what is wanted: one call each.
    ///
    /// Filters, not ids: an id that is not there fails a whole call, a filter finds nothing.
    fn filters(&self, want: Want<String>, name: &str) -> Vec<Vec<Filter>> {
        match want {
            Want::All => vec![vec![]],
            Want::Keys(keys) => pieces(keys, FILTER_VALUES_MAX)
                .into_iter()
                .map(|piece| vec![filter(name, piece)])
                .collect(),
        }
    }

    /// The groups, by id, that have a rule which names this one.
    pub async fn groups_naming(&self, id: &str) -> Result<BTreeSet<String>, CallError> {
        let filters = ["ip-permission.group-id", "egress.ip-permission.group-id"];
        let filters = filters.map(|name| vec![Filter::builder().name(name).values(id).build()]);
        let groups = self.groups(filters.to_vec()).await?.into_iter();
        Ok(groups.filter_map(|group| group.group_id).collect())
    }

    async fn groups(&self, calls: Vec<Vec<Filter>>) -> Result<Vec<SecurityGroup>, CallError> {
        let mut groups = Vec::new();
        for filters in calls {
            groups.extend(all_pages!(
                self,
                "ec2:DescribeSecurityGroups",
                describe_security_groups,
                security_groups,
                filters
            ));
        }
        Ok(groups)
    }

    async fn services(
        &self,
        calls: Vec<Vec<Filter>>,
    ) -> Result<Vec<ServiceConfiguration>, CallError> {
        let mut services = Vec::new();
        for filters in calls {
            services.extend(all_pages!(
                self,
                "ec2:DescribeVpcEndpointServiceConfigurations",
                describe_vpc_endpoint_service_configurations,
                service_configurations,
                filters
            ));
        }
        Ok(services)
    }

    pub(super) async fn endpoints(
        &self,
        calls: Vec<Vec<Filter>>,
    ) -> Result<Vec<VpcEndpoint>, CallError> {
        let mut endpoints = Vec::new();
        for filters in calls {
            endpoints.extend(all_pages!(
                self,
                "ec2:DescribeVpcEndpoints",
                describe_vpc_endpoints,
                vpc_endpoints,
                filters
            ));
        }
        Ok(endpoints)
    }

    async fn principals_of(&self, service: &str) -> Result<Vec<AllowedPrincipal>, CallError> {
        let (mut principals, mut token) = (Vec::new(), None::<String>);
        loop {
            let answer = self
                .call("ec2:DescribeVpcEndpointServicePermissions", || {
                    let call = self.ec2().describe_vpc_endpoint_service_permissions();
                    call.service_id(service)
                        .set_next_token(token.clone())
                        .send()
                })
                .await;
            let answer = match answer {
                // No service, no principals: whoever looks for the service will notice.
                Err(error) if error.is_not_found() => return Ok(principals),
                answer => answer?,
            };
            principals.extend(answer.allowed_principals.unwrap_or_default());
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(principals);
            }
        }
    }
}

fn owner_filter() -> String {
    format!("tag:{OWNER}")
}
