//! Databases of RDS: subnet groups, clusters, instances, proxies. Their ids are their ARNs.

use serde::{Deserialize, Serialize};

/// A DB subnet group: where databases may stand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DbSubnetGroup {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) vpc_id: String,
    pub(crate) subnet_ids: Vec<String>,
}

/// A cluster of Aurora. Its instances do its work.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DbCluster {
    pub(crate) name: String,
    pub(crate) engine: String,
    pub(crate) engine_version: String,
    /// `creating`, `available`, `deleting`.
    pub(crate) status: String,
    pub(crate) port: u16,
    /// ARN of its subnet group.
    pub(crate) subnet_group: String,
    pub(crate) group_ids: Vec<String>,
    /// ARN of the instance that writes.
    pub(crate) writer: Option<String>,
    pub(crate) options: DbOptions,
}

/// An instance: a member of a cluster, or a database of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DbInstance {
    pub(crate) name: String,
    pub(crate) class: String,
    pub(crate) engine: String,
    pub(crate) engine_version: String,
    /// `creating`, `available`, `deleting`.
    pub(crate) status: String,
    pub(crate) port: u16,
    /// ARN of the cluster that it is a member of.
    pub(crate) cluster: Option<String>,
    /// ARN of its subnet group.
    pub(crate) subnet_group: String,
    pub(crate) group_ids: Vec<String>,
    pub(crate) public: bool,
    pub(crate) interface_id: String,
    pub(crate) zone_name: String,
    pub(crate) allocated_storage: i64,
    pub(crate) options: DbOptions,
}

/// A proxy in front of databases.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DbProxy {
    pub(crate) name: String,
    /// `MYSQL`, `POSTGRESQL`, `SQLSERVER`.
    pub(crate) family: String,
    pub(crate) port: u16,
    /// `creating`, `available`, `deleting`.
    pub(crate) status: String,
    pub(crate) vpc_id: String,
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) group_ids: Vec<String>,
    pub(crate) interface_ids: Vec<String>,
    pub(crate) role_arn: String,
    pub(crate) auth: Vec<ProxyAuth>,
    pub(crate) tls: bool,
    pub(crate) debug: bool,
    pub(crate) idle_seconds: i64,
}

/// How a proxy signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ProxyAuth {
    pub(crate) secret_arn: String,
    /// `DISABLED`, `REQUIRED`, `ENABLED`.
    pub(crate) iam: String,
}

/// What clusters and instances are told and show again, and nothing follows from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct DbOptions {
    pub(crate) resource_id: String,
    pub(crate) database: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) retention_days: i64,
    pub(crate) encrypted: bool,
    pub(crate) iam_authentication: bool,
    pub(crate) copies_tags: bool,
    /// While it is on, nobody can delete the database.
    pub(crate) protected: bool,
}
