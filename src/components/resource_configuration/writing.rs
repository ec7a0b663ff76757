//! Making a configuration, and changing what AWS lets be changed of it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_vpclattice::types::{
    ProtocolType, ResourceConfigurationStatus as Status, ResourceConfigurationType as Type,
};

use super::{Behind, ResourceConfiguration, ResourceTarget, SeenConfiguration};
use crate::aws::SiteAccess;
use crate::aws::inventory::Kind;
use crate::components::marking_shared::is_of_the_past;
use crate::engine::{Component as _, Fact, Failure, Made};

impl ResourceConfiguration {
    /// Makes it.
    pub(super) async fn make(
        &self,
        access: &SiteAccess,
        generation: u32,
    ) -> Result<Made<SeenConfiguration>, Failure> {
        let tags = self.marking.wanted_now(generation)?;
        let known = self.behind.id().as_ref().zip(self.target.as_ref());
        let (behind, target) = known.into_known().ok_or_else(|| {
            Failure::later("where it stands and what is shared are not known yet")
        })?;
        // AWS refuses a token with other parameters for as long as it remembers it.
        let made_so = format!("{:?} {} {tags:?}", self.ports, self.shareable);
        let stands_on = [behind.as_str(), self.name.as_str(), made_so.as_str()];
        let token = self.marking.token(generation, &stands_on)?;
        let kind = self.kind(target);
        let ports = target.takes_ports();
        let ports = ports.then(|| self.ports.iter().cloned().collect::<Vec<_>>());
        let protocol = (kind == Type::Single).then_some(ProtocolType::Tcp);
        let (gateway, group) = match &self.behind {
            Behind::Gateway(_) => (Some(behind.clone()), None),
            Behind::Group(_) => (None, Some(behind.clone())),
        };
        let answer = access
            .call("vpc-lattice:CreateResourceConfiguration", || {
                let call = access.lattice().create_resource_configuration();
                let call = tags
                    .iter()
                    .fold(call, |call, (key, value)| call.tags(key, value));
                call.name(&self.name)
                    .r#type(kind.clone())
                    .set_resource_gateway_identifier(gateway.clone())
                    .set_resource_configuration_group_identifier(group.clone())
                    .set_resource_configuration_definition(target.definition())
                    .set_group_domain(target.group_domain())
                    .set_port_ranges(ports.clone())
                    .set_protocol(protocol.clone())
                    .set_custom_domain_name(self.custom_domain.clone())
                    .set_domain_verification_identifier(self.verification.clone())
                    .allow_association_to_shareable_service_network(self.shareable)
                    .client_token(&token)
                    .send()
            })
            .await;
        access.inventory().changed(Kind::ResourceConfigurations);
        let made = match answer {
            Err(error) if is_of_the_past(&error, "rcfg-", behind) => return Err(error.spent()),
            answer => answer?,
        };
        let status = made.status().map(Status::as_str).unwrap_or_default();
        let id = made.id().unwrap_or_default().to_owned();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned().into();
        let made_ports: BTreeSet<String> = made.port_ranges().iter().cloned().collect();
        let seen = SeenConfiguration {
            id: id.clone().into(),
            arn: text(made.arn()),
            name: self.name.clone().into(),
            status: status.to_owned().into(),
            failure: text(made.failure_reason()),
            gateway: text(made.resource_gateway_id()),
            group: text(made.resource_configuration_group_id()),
            children: BTreeMap::new(),
            tells_children: false,
            target: Fact::Known(Some(target.clone())),
            ports: made_ports.into(),
            custom_domain: text(self.custom_domain.as_deref()),
            proof: text(made.domain_verification_id()),
            verification: Fact::Later,
            shareable: self.shareable.into(),
            tags: tags.into(),
            generation,
        };
        let spent = matches!(status, "DELETE_IN_PROGRESS" | "DELETE_FAILED");
        Ok(Made { id, seen, spent })
    }

    fn kind(&self, target: &ResourceTarget) -> Type {
        match (target, &self.behind) {
            (ResourceTarget::Arn(_), _) => Type::Arn,
            (ResourceTarget::Group { .. }, _) => Type::Group,
            (_, Behind::Group(_)) => Type::Child,
            (_, Behind::Gateway(_)) => Type::Single,
        }
    }

    /// Changes these fields.
    pub(super) async fn put(
        &self,
        access: &SiteAccess,
        id: &str,
        seen: &SeenConfiguration,
        fields: &[&'static str],
    ) -> Result<SeenConfiguration, Failure> {
        let mut now = seen.clone();
        if fields.contains(&"tags") {
            let arn = seen.arn.known().map(String::as_str).unwrap_or_default();
            let put = self
                .marking
                .put_lattice(access, arn, &seen.tags, seen.generation);
            now.tags = put.await?.into();
        }
        if fields.iter().all(|field| *field == "tags") {
            return Ok(now);
        }
        let target = self.target.known().filter(|_| fields.contains(&"target"));
        let definition = target.and_then(ResourceTarget::definition);
        let ports = fields.contains(&"ports");
        let ports = ports.then(|| self.ports.iter().cloned().collect::<Vec<_>>());
        let call = || {
            let call = access.lattice().update_resource_configuration();
            call.resource_configuration_identifier(id)
                .set_resource_configuration_definition(definition.clone())
                .set_port_ranges(ports.clone())
                .allow_association_to_shareable_service_network(self.shareable)
                .send()
        };
        let action = "vpc-lattice:UpdateResourceConfiguration";
        let answer = access.call(action, call).await?;
        let status = answer.status().map(Status::as_str).unwrap_or_default();
        now.status = status.to_owned().into();
        Ok(self.foresee(&now, fields))
    }
}
