//! The names of databases, and the instances that they lead to: what RDS publishes, Lattice follows and
//! clients ask for.

use super::databases::{DbCluster, DbInstance, DbProxy};
use super::network::NetworkInterface;
use super::{Record, Scope, World};
use crate::random::hash;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// What a name of a database is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Writer,
    Reader,
    Instance,
}

/// A name of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatabaseName {
    pub(crate) role: Role,
    /// Identifier of the cluster or of the instance.
    pub(crate) label: String,
    pub(crate) name: String,
    pub(crate) port: u16,
}

/// The end of all names of databases of an account in a region.
pub(crate) fn suffix(scope: &Scope) -> String {
    let mut number = hash(0, &["rds", &scope.account, &scope.region]);
    let mut mark = "c".to_owned();
    for _ in 0..11 {
        let index = usize::try_from(number % 36).unwrap_or_default();
        mark.push(LETTERS.get(index).copied().map_or('0', char::from));
        number /= 36;
    }
    format!("{mark}.{}.rds.amazonaws.com", scope.region)
}

/// The name through which a cluster is written to.
pub(crate) fn writer_name(scope: &Scope, cluster: &str) -> String {
    format!("{cluster}.cluster-{}", suffix(scope))
}

/// The name through which a cluster is read from.
pub(crate) fn reader_name(scope: &Scope, cluster: &str) -> String {
    format!("{cluster}.cluster-ro-{}", suffix(scope))
}

/// The name of an instance.
pub(crate) fn instance_name(scope: &Scope, instance: &str) -> String {
    format!("{instance}.{}", suffix(scope))
}

/// The name of a proxy.
pub(crate) fn proxy_name(scope: &Scope, proxy: &str) -> String {
    format!("{proxy}.proxy-{}", suffix(scope))
}

impl World {
    /// The members of a cluster that are not on their way out, in the order in which they were made.
    pub(crate) fn members_of<'w>(
        &'w self,
        cluster_arn: &'w str,
    ) -> impl Iterator<Item = &'w Record<DbInstance>> {
        let mut members: Vec<_> = self
            .all::<DbInstance>()
            .filter(|it| it.value().cluster.as_deref() == Some(cluster_arn))
            .filter(|it| it.value().status != "deleting")
            .collect();
        members.sort_by(|one, two| (one.created, &one.id).cmp(&(two.created, &two.id)));
        members.into_iter()
    }

    /// The instances behind a cluster or an instance, those that are ready.
    pub(crate) fn ready_instances<'w>(&'w self, arn: &'w str) -> Vec<&'w Record<DbInstance>> {
        let alone = self.live::<DbInstance>(arn).into_iter();
        let ready = |it: &&Record<DbInstance>| it.value().status == "available";
        alone.chain(self.members_of(arn)).filter(ready).collect()
    }

    /// The names of a cluster and of its instances, or of an instance, that have somebody to answer.
    pub(crate) fn database_names(&self, arn: &str) -> Vec<DatabaseName> {
        let instances = self
            .ready_instances(arn)
            .into_iter()
            .map(|it| DatabaseName {
                role: Role::Instance,
                label: it.value().name.clone(),
                name: instance_name(&it.scope, &it.value().name),
                port: it.value().port,
            });
        let instances: Vec<_> = instances.collect();
        let Some(cluster) = self
            .live::<DbCluster>(arn)
            .filter(|_| !instances.is_empty())
        else {
            return instances;
        };
        let (scope, it) = (&cluster.scope, cluster.value());
        let own = [
            (Role::Writer, writer_name(scope, &it.name)),
            (Role::Reader, reader_name(scope, &it.name)),
        ];
        let own = own.map(|(role, name)| DatabaseName {
            role,
            label: it.name.clone(),
            name,
            port: it.port,
        });
        own.into_iter().chain(instances).collect()
    }

    /// The instance that a name leads to now: a reader's name leads to a reader where there is one.
    /// `None` within where the name is known and nobody answers for it.
    pub(crate) fn database_at(&self, name: &str) -> Option<Option<&Record<DbInstance>>> {
        let alone = self.all::<DbInstance>();
        let mut alone = alone.filter(|it| instance_name(&it.scope, &it.value().name) == name);
        if let Some(instance) = alone.next() {
            return Some(Some(instance).filter(|it| it.value().status == "available"));
        }
        self.all::<DbCluster>().find_map(|cluster| {
            let it = cluster.value();
            let writes = writer_name(&cluster.scope, &it.name) == name;
            let reads = reader_name(&cluster.scope, &it.name) == name;
            (writes || reads).then(|| {
                let ready = self.ready_instances(&cluster.id);
                let writer = |one: &&Record<DbInstance>| Some(&one.id) == it.writer.as_ref();
                let readers = ready.iter().find(|one| reads && !writer(one));
                readers
                    .or_else(|| ready.iter().find(|one| writer(one)))
                    .copied()
            })
        })
    }

    /// The proxy of a name.
    pub(crate) fn proxy_at(&self, name: &str) -> Option<&Record<DbProxy>> {
        let mut all = self.all::<DbProxy>();
        all.find(|it| proxy_name(&it.scope, &it.value().name) == name)
    }

    /// The network interface of an instance.
    pub(crate) fn interface_of(&self, instance: &DbInstance) -> Option<&NetworkInterface> {
        let interface = self.live::<NetworkInterface>(&instance.interface_id)?;
        Some(interface.value())
    }
}
