//! Elastic Load Balancing's reads: load balancers, target groups, targets, listeners, tags.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{
    Listener, LoadBalancer, LoadBalancerAttribute, TargetGroup, TargetHealthDescription,
};

use super::super::access::SiteAccess;
use super::super::error::CallError;
use super::super::tags::Tags;
use super::pages::{keyed, pieces};
use super::shelf::Want;
use crate::engine::Freshness;

/// How many ARNs or names a describe call takes. Source: ELBv2 API reference.
const KEYS_MAX: usize = 20;

impl SiteAccess {
    /// A load balancer by ARN.
    pub async fn load_balancer(
        &self,
        arn: &str,
        freshness: Freshness,
    ) -> Result<Option<LoadBalancer>, CallError> {
        let read = |want| self.read_load_balancers(want);
        let shelf = &self.inventory().load_balancers;
        shelf.get(arn.to_owned(), freshness, read).await
    }

    /// The load balancers whose names begin like this, by ARN. Those who ask for single ones at the
    /// same moment share the read.
    pub async fn load_balancers_like(
        &self,
        stem: &str,
        freshness: Freshness,
    ) -> Result<Vec<LoadBalancer>, CallError> {
        let read = |want| self.read_load_balancers(want);
        let all = self
            .inventory()
            .load_balancers
            .list(freshness, read)
            .await?;
        let named = |it: &&LoadBalancer| {
            let name = it.load_balancer_name();
            name.is_some_and(|name| name.starts_with(stem))
        };
        Ok(all.values().filter(named).cloned().collect())
    }

    async fn read_load_balancers(
        &self,
        want: Want<String>,
    ) -> Result<BTreeMap<String, LoadBalancer>, CallError> {
        let balancers = match want {
            Want::All => self.all_load_balancers().await?,
            Want::Keys(keys) => self.load_balancers_by_arn(pieces(keys, KEYS_MAX)).await?,
        };
        Ok(keyed(balancers, |balancer| {
            balancer.load_balancer_arn().map(str::to_owned)
        }))
    }

    /// Load balancers by ARN and by name at once: one list of the whole site serves both.
    pub async fn load_balancer_named(
        &self,
        name: &str,
        freshness: Freshness,
    ) -> Result<Option<LoadBalancer>, CallError> {
        let read = async |_: Want<String>| {
            let balancers = self.all_load_balancers().await?;
            Ok(keyed(balancers, |balancer| {
                balancer.load_balancer_name().map(str::to_owned)
            }))
        };
        self.inventory()
            .load_balancers_by_name
            .get(name.to_owned(), freshness, read)
            .await
    }

    /// The attributes of a load balancer.
    pub async fn load_balancer_attributes(
        &self,
        arn: &str,
        freshness: Freshness,
    ) -> Result<Option<Vec<LoadBalancerAttribute>>, CallError> {
        let read = async |want: Want<String>| self.each(want, |arn| self.attributes_of(arn)).await;
        self.inventory()
            .load_balancer_attributes
            .get(arn.to_owned(), freshness, read)
            .await
    }

    /// A target group by ARN.
    pub async fn target_group(
        &self,
        arn: &str,
        freshness: Freshness,
    ) -> Result<Option<TargetGroup>, CallError> {
        let read = |want| self.read_target_groups(want);
        let shelf = &self.inventory().target_groups;
        shelf.get(arn.to_owned(), freshness, read).await
    }

    /// The target groups whose names begin like this.
    pub async fn target_groups_like(
        &self,
        stem: &str,
        freshness: Freshness,
    ) -> Result<Vec<TargetGroup>, CallError> {
        let read = |want| self.read_target_groups(want);
        let all = self.inventory().target_groups.list(freshness, read).await?;
        let named = |it: &&TargetGroup| {
            let name = it.target_group_name();
            name.is_some_and(|name| name.starts_with(stem))
        };
        Ok(all.values().filter(named).cloned().collect())
    }

    async fn read_target_groups(
        &self,
        want: Want<String>,
    ) -> Result<BTreeMap<String, TargetGroup>, CallError> {
        let groups = match want {
            Want::All => self.target_groups(vec![], vec![]).await?,
            Want::Keys(keys) => {
                let mut groups = Vec::new();
                for arns in pieces(keys, KEYS_MAX) {
                    groups.extend(self.target_groups_or_each(arns, true).await?);
                }
                groups
            }
        };
        Ok(keyed(groups, |group| {
            group.target_group_arn().map(str::to_owned)
        }))
    }

    /// A target group by name.
    pub async fn target_group_named(
        &self,
        name: &str,
        freshness: Freshness,
    ) -> Result<Option<TargetGroup>, CallError> {
        let read = async |want: Want<String>| {
            let mut groups = Vec::new();
            if let Want::Keys(keys) = want {
                for names in pieces(keys, KEYS_MAX) {
                    groups.extend(self.target_groups_or_each(names, false).await?);
                }
            }
            Ok(keyed(groups, |group| {
                group.target_group_name().map(str::to_owned)
            }))
        };
        self.inventory()
            .target_groups_by_name
            .get(name.to_owned(), freshness, read)
            .await
    }

    /// The targets of a target group with their health; `None` if there is no such group.
    pub async fn target_health(
        &self,
        group: &str,
        freshness: Freshness,
    ) -> Result<Option<Vec<TargetHealthDescription>>, CallError> {
        let read = async |want: Want<String>| self.each(want, |arn| self.health_of(arn)).await;
        self.inventory()
            .target_health
            .get(group.to_owned(), freshness, read)
            .await
    }

    /// The listeners of a load balancer; `None` if there is no such load balancer.
    pub async fn listeners(
        &self,
        balancer: &str,
        freshness: Freshness,
    ) -> Result<Option<Vec<Listener>>, CallError> {
        let read = async |want: Want<String>| self.each(want, |arn| self.listeners_of(arn)).await;
        self.inventory()
            .listeners
            .get(balancer.to_owned(), freshness, read)
            .await
    }

    /// The tags of a load balancer, target group or listener; `None` if there is no such object.
    pub async fn elb_tags(
        &self,
        arn: &str,
        freshness: Freshness,
    ) -> Result<Option<Tags>, CallError> {
        let read = async |want: Want<String>| {
            let mut tags = BTreeMap::new();
            if let Want::Keys(keys) = want {
                for arns in pieces(keys, KEYS_MAX) {
                    tags.extend(self.tags_or_each(arns).await?);
                }
            }
            Ok(tags)
        };
        self.inventory()
            .elb_tags
            .get(arn.to_owned(), freshness, read)
            .await
    }

    /// Reads that AWS does not join: one call a key. A key that is not there has no answer.
    async fn each<V, R>(
        &self,
        want: Want<String>,
        read: impl Fn(String) -> R,
    ) -> Result<BTreeMap<String, V>, CallError>
    where
        R: Future<Output = Result<V, CallError>>,
    {
        let Want::Keys(keys) = want else {
            return Ok(BTreeMap::new());
        };
        let reads = futures::future::join_all(keys.iter().cloned().map(read)).await;
        let mut answers = BTreeMap::new();
        for (key, answer) in keys.into_iter().zip(reads) {
            match answer {
                Err(error) if error.is_not_found() => {}
                answer => {
                    answers.insert(key, answer?);
                }
            }
        }
        Ok(answers)
    }

    async fn attributes_of(&self, arn: String) -> Result<Vec<LoadBalancerAttribute>, CallError> {
        let answer = self
            .call(
                "elasticloadbalancing:DescribeLoadBalancerAttributes",
                || {
                    self.elb()
                        .describe_load_balancer_attributes()
                        .load_balancer_arn(&arn)
                        .send()
                },
            )
            .await?;
        Ok(answer.attributes.unwrap_or_default())
    }

    async fn health_of(&self, arn: String) -> Result<Vec<TargetHealthDescription>, CallError> {
        let answer = self
            .call("elasticloadbalancing:DescribeTargetHealth", || {
                self.elb()
                    .describe_target_health()
                    .target_group_arn(&arn)
                    .send()
            })
            .await?;
        Ok(answer.target_health_descriptions.unwrap_or_default())
    }

    async fn all_load_balancers(&self) -> Result<Vec<LoadBalancer>, CallError> {
        let (mut balancers, mut marker) = (Vec::new(), None::<String>);
        loop {
            let answer = self
                .call("elasticloadbalancing:DescribeLoadBalancers", || {
                    self.elb()
                        .describe_load_balancers()
                        .set_marker(marker.clone())
                        .send()
                })
                .await?;
            balancers.extend(answer.load_balancers.unwrap_or_default());
            marker = answer.next_marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(balancers);
            }
        }
    }

    /// One that is not there fails the whole call; then the whole list is read instead.
    async fn load_balancers_by_arn(
        &self,
        calls: Vec<Vec<String>>,
    ) -> Result<Vec<LoadBalancer>, CallError> {
        let mut balancers = Vec::new();
        for arns in calls {
            let answer = self
                .call("elasticloadbalancing:DescribeLoadBalancers", || {
                    let arns = Some(arns.clone());
                    self.elb()
                        .describe_load_balancers()
                        .set_load_balancer_arns(arns)
                        .send()
                })
                .await;
            match answer {
                Err(error) if error.is_not_found() && arns.len() == 1 => {}
                Err(error) if error.is_not_found() => return self.all_load_balancers().await,
                answer => balancers.extend(answer?.load_balancers.unwrap_or_default()),
            }
        }
        Ok(balancers)
    }

    /// One that is not there fails the whole call; then each is read by itself.
    async fn target_groups_or_each(
        &self,
        keys: Vec<String>,
        by_arn: bool,
    ) -> Result<Vec<TargetGroup>, CallError> {
        let ask = |keys: Vec<String>| {
            let (arns, names) = if by_arn {
                (keys, vec![])
            } else {
                (vec![], keys)
            };
            self.target_groups(arns, names)
        };
        match ask(keys.clone()).await {
            Err(error) if error.is_not_found() && keys.len() > 1 => {}
            Err(error) if error.is_not_found() => return Ok(vec![]),
            answer => return answer,
        }
        let mut groups = Vec::new();
        for key in keys {
            match ask(vec![key]).await {
                Err(error) if error.is_not_found() => {}
                answer => groups.extend(answer?),
            }
        }
        Ok(groups)
    }

    async fn target_groups(
        &self,
        arns: Vec<String>,
        names: Vec<String>,
    ) -> Result<Vec<TargetGroup>, CallError> {
        let some = |keys: &Vec<String>| Some(keys.clone()).filter(|keys| !keys.is_empty());
        let (mut groups, mut marker) = (Vec::new(), None::<String>);
        loop {
            let answer = self
                .call("elasticloadbalancing:DescribeTargetGroups", || {
                    let call = self
                        .elb()
                        .describe_target_groups()
                        .set_marker(marker.clone());
                    call.set_target_group_arns(some(&arns))
                        .set_names(some(&names))
                        .send()
                })
                .await?;
            groups.extend(answer.target_groups.unwrap_or_default());
            marker = answer.next_marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(groups);
            }
        }
    }

    async fn listeners_of(&self, balancer: String) -> Result<Vec<Listener>, CallError> {
        let (mut listeners, mut marker) = (Vec::new(), None::<String>);
        loop {
            let answer = self
                .call("elasticloadbalancing:DescribeListeners", || {
                    let call = self.elb().describe_listeners().load_balancer_arn(&balancer);
                    call.set_marker(marker.clone()).send()
                })
                .await?;
            listeners.extend(answer.listeners.unwrap_or_default());
            marker = answer.next_marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(listeners);
            }
        }
    }

    async fn tags_or_each(&self, arns: Vec<String>) -> Result<BTreeMap<String, Tags>, CallError> {
        match self.tags_of(arns.clone()).await {
            Err(error) if error.is_not_found() && arns.len() > 1 => {}
            Err(error) if error.is_not_found() => return Ok(BTreeMap::new()),
            answer => return answer,
        }
        let mut tags = BTreeMap::new();
        for arn in arns {
            match self.tags_of(vec![arn]).await {
                Err(error) if error.is_not_found() => {}
                answer => tags.extend(answer?),
            }
        }
        Ok(tags)
    }

    async fn tags_of(&self, arns: Vec<String>) -> Result<BTreeMap<String, Tags>, CallError> {
        let answer = self
            .call("elasticloadbalancing:DescribeTags", || {
                self.elb()
                    .describe_tags()
                    .set_resource_arns(Some(arns.clone()))
                    .send()
            })
            .await?;
        let descriptions = answer.tag_descriptions.unwrap_or_default().into_iter();
        Ok(descriptions
            .filter_map(|description| {
                let tags = description.tags().iter().filter_map(|tag| {
                    Some((
                        tag.key()?.to_owned(),
                        tag.value().unwrap_or_default().to_owned(),
                    ))
                });
                Some((description.resource_arn()?.to_owned(), tags.collect()))
            })
            .collect())
    }
}
