//! Service networks of the consumer's, each with one of his VPCs in it.

use aws_sdk_vpclattice::types::{DnsOptions, PrivateDnsPreference, SharingConfig};
use aws_simulator::Simulator;

use super::{CONSUMER, REGION, keys};

/// Makes a network for each of these VPCs, which takes all names from it; their ids.
pub(super) async fn make(simulator: &Simulator, vpcs: &[(String, Vec<String>)]) -> Vec<String> {
    let config = aws_sdk_vpclattice::Config::builder()
        .behavior_version(aws_config::BehaviorVersion::v2026_01_12())
        .region(aws_sdk_vpclattice::config::Region::new(REGION))
        .credentials_provider(keys(CONSUMER))
        .http_client(simulator.http_client())
        .build();
    let lattice = aws_sdk_vpclattice::Client::from_conf(config);
    let mut networks = Vec::new();
    for (number, (vpc, _)) in vpcs.iter().enumerate() {
        let call = lattice
            .create_service_network()
            .name(format!("apps-{number}"));
        let made = call
            .sharing_config(SharingConfig::builder().enabled(false).build())
            .send()
            .await
            .expect("a service network");
        let network = made.id.expect("its id");
        let names = DnsOptions::builder();
        let names = names.private_dns_preference(PrivateDnsPreference::AllDomains);
        let call = lattice.create_service_network_vpc_association();
        call.service_network_identifier(&network)
            .vpc_identifier(vpc)
            .private_dns_enabled(true)
            .dns_options(names.build())
            .send()
            .await
            .expect("a VPC in it");
        networks.push(network);
    }
    networks
}
