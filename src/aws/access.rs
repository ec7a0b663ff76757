//! One site's clients, made when first used, with its limiter and its batched reads.

use std::sync::OnceLock;

use aws_config::SdkConfig;

use super::clock::AwsClock;
use super::inventory::Inventory;
use super::limiter::Limiter;
use super::settings::Endpoints;
use super::site::Site;

/// How one site is reached.
#[derive(Debug)]
pub struct SiteAccess {
    site: Site,
    config: SdkConfig,
    endpoints: Endpoints,
    pub(super) limiter: Limiter,
    inventory: Inventory,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    elb: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
    lattice: OnceLock<aws_sdk_vpclattice::Client>,
    ram: OnceLock<aws_sdk_ram::Client>,
    rds: OnceLock<aws_sdk_rds::Client>,
}

impl SiteAccess {
    pub(super) fn new(
        site: Site,
        config: SdkConfig,
        endpoints: Endpoints,
        clock: AwsClock,
    ) -> Self {
        Self {
            site,
            config,
            endpoints,
            limiter: Limiter::new(clock),
            inventory: Inventory::new(),
            ec2: OnceLock::new(),
            elb: OnceLock::new(),
            lattice: OnceLock::new(),
            ram: OnceLock::new(),
            rds: OnceLock::new(),
        }
    }

    /// Which site this is.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The site's batched, shared reads.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// The site's EC2 client.
    pub fn ec2(&self) -> &aws_sdk_ec2::Client {
        self.ec2.get_or_init(|| {
            let mut config = aws_sdk_ec2::config::Builder::from(&self.config);
            if let Some(url) = &self.endpoints.ec2 {
                config.set_endpoint_url(Some(url.clone()));
            }
            aws_sdk_ec2::Client::from_conf(config.build())
        })
    }

    /// The site's Elastic Load Balancing client.
    pub fn elb(&self) -> &aws_sdk_elasticloadbalancingv2::Client {
        self.elb.get_or_init(|| {
            let mut config = aws_sdk_elasticloadbalancingv2::config::Builder::from(&self.config);
            if let Some(url) = &self.endpoints.elbv2 {
                config.set_endpoint_url(Some(url.clone()));
            }
            aws_sdk_elasticloadbalancingv2::Client::from_conf(config.build())
        })
    }

    /// The site's VPC Lattice client.
    pub fn lattice(&self) -> &aws_sdk_vpclattice::Client {
        self.lattice.get_or_init(|| {
            let mut config = aws_sdk_vpclattice::config::Builder::from(&self.config);
            if let Some(url) = &self.endpoints.vpclattice {
                config.set_endpoint_url(Some(url.clone()));
            }
            aws_sdk_vpclattice::Client::from_conf(config.build())
        })
    }

    /// The site's RAM client.
    pub fn ram(&self) -> &aws_sdk_ram::Client {
        self.ram.get_or_init(|| {
            let mut config = aws_sdk_ram::config::Builder::from(&self.config);
            if let Some(url) = &self.endpoints.ram {
                config.set_endpoint_url(Some(url.clone()));
            }
            aws_sdk_ram::Client::from_conf(config.build())
        })
    }

    /// The site's RDS client.
    pub fn rds(&self) -> &aws_sdk_rds::Client {
        self.rds.get_or_init(|| {
            let mut config = aws_sdk_rds::config::Builder::from(&self.config);
            if let Some(url) = &self.endpoints.rds {
                config.set_endpoint_url(Some(url.clone()));
            }
            aws_sdk_rds::Client::from_conf(config.build())
        })
    }
}
