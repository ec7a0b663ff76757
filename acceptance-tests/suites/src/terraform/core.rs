//! What core does with a resource: walks, taint, and the checks that no provider may fail.

use aws_simulator::Simulator;
use privatelink::aws::Connector;
use privatelink::protocol::rules::{check_applied, check_planned, check_read, proposed_new_state};
use privatelink::protocol::{Provider as _, Schema, Value, json};
use privatelink::provider::{PrivateLink, Surroundings};
use serde_json::Value as Json;

use super::process::{Process, Said};
use crate::mortal::Death;

const BRIDGE: &str = "privatelink_alb_bridge";

/// What a state file holds of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its attributes.
    pub value: Value,
    /// What the provider stored beside them.
    pub private: Vec<u8>,
    /// Whether the next plan replaces it.
    pub tainted: bool,
}

/// Terraform with one resource in its configuration.
pub struct Terraform {
    /// Where the provider's calls go.
    pub simulator: Simulator,
    /// The provider block.
    pub block: Json,
    /// The state file.
    pub state: Option<Object>,
    type_name: &'static str,
    schema: Schema,
}

/// A plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The configuration it is for; null for a destroy.
    config: Value,
    /// The state before, refreshed.
    pub before: Option<Object>,
    /// The state after, with unknown values.
    pub after: Value,
    /// The private bytes of the plan.
    private: Vec<u8>,
    /// Whether the resource is to be deleted first.
    pub replaces: bool,
    /// What the plan said.
    pub said: Said,
}

impl Planned {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        !self.replaces
            && self
                .before
                .as_ref()
                .map_or(Value::Null, |it| it.value.clone())
                == self.after
    }
}

/// What became of an apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It came out.
    Done,
    /// It ended with these errors.
    Failed(Vec<String>),
    /// The process died.
    Died,
}

impl Terraform {
    /// Terraform in an empty directory, with a bridge to make.
    pub fn new(simulator: &Simulator, block: Json) -> Self {
        Self::of(BRIDGE, simulator, block)
    }

    /// Terraform in an empty directory, with a resource of this type to make.
    pub fn of(type_name: &'static str, simulator: &Simulator, block: Json) -> Self {
        let provider = PrivateLink::new(Surroundings {
            connector: Connector::new(simulator.http_client()),
            time_scale: 1.0,
            keep_alive: Box::new(|| Box::new(())),
        });
        let mut resources = provider.resources().into_iter();
        let resource = resources.find(|it| it.type_name() == type_name);
        Self {
            simulator: simulator.clone(),
            block,
            state: None,
            type_name,
            schema: resource.expect("such a resource").schema(),
        }
    }

    /// A configuration as core sends it.
    pub fn config(&self, config: &Json) -> Value {
        json::decode_value(config, &self.schema.to_type()).expect("a configuration")
    }

    async fn process(&self, death: Option<Death>) -> Process {
        Process::start(&self.simulator, self.type_name, &self.block, death).await
    }

    /// `terraform plan`; a null configuration plans a destroy.
    pub async fn plan(&mut self, config: &Json) -> Result<Planned, Said> {
        let process = self.process(None).await;
        let config = self.config(config);
        let before = self.refreshed(&process).await?;
        self.planned(&process, config, before).await
    }

    /// `terraform refresh`.
    pub async fn refresh(&mut self) -> Result<(), Said> {
        let process = self.process(None).await;
        self.state = self.refreshed(&process).await?;
        Ok(())
    }

    /// `terraform apply`, the process of the apply walk dying as told.
    pub async fn apply(&mut self, config: &Json, death: Option<Death>) -> Applied {
        let planned = match self.plan(config).await {
            Ok(planned) => planned,
            Err(said) => return Applied::Failed(said.errors),
        };
        self.carry_out(planned, death).await.0
    }

    /// `terraform destroy`.
    pub async fn destroy(&mut self, death: Option<Death>) -> Applied {
        if self.state.is_none() {
            return Applied::Done;
        }
        self.apply(&Json::Null, death).await
    }

    /// Carries a plan out; tells how many calls the apply walk made.
    pub async fn carry_out(&mut self, planned: Planned, death: Option<Death>) -> (Applied, usize) {
        self.state.clone_from(&planned.before);
        if planned.is_empty() {
            return (Applied::Done, 0);
        }
        let process = self.process(death).await;
        let updates = planned.before.is_some() && !planned.replaces && !planned.config.is_null();
        let applied = tokio::select! {
            biased;
            () = process.mortal.died() => Applied::Died,
            applied = self.walk(&process, planned) => applied,
        };
        if let (Applied::Died, true, Some(object)) = (&applied, updates, &mut self.state) {
            // Core keeps the attributes of an update that nobody answered, and drops the rest.
            object.private.clear();
        }
        (applied, process.mortal.calls())
    }

    /// An `import` block's import: the state that it leaves.
    pub async fn import(&mut self, id: &str) -> Result<(), Said> {
        let process = self.process(None).await;
        let (value, private, said) = process.import(&self.schema, id).await;
        if !said.errors.is_empty() {
            return Err(said);
        }
        self.state = Some(Object {
            value,
            private,
            tainted: false,
        });
        self.state = self.refreshed(&process).await?;
        Ok(())
    }

    async fn refreshed(&self, process: &Process) -> Result<Option<Object>, Said> {
        let Some(object) = &self.state else {
            return Ok(None);
        };
        let (value, private, said) = process
            .read(&self.schema, &object.value, &object.private)
            .await;
        if !said.errors.is_empty() {
            return Err(said);
        }
        let violations = check_read(&self.schema, &value);
        assert!(
            violations.is_empty(),
            "a read that core refuses: {violations:?}"
        );
        if value.is_null() {
            return Ok(None);
        }
        Ok(Some(Object {
            value,
            private,
            tainted: object.tainted,
        }))
    }

    async fn planned(
        &self,
        process: &Process,
        config: Value,
        before: Option<Object>,
    ) -> Result<Planned, Said> {
        if config.is_null() {
            let Some(object) = before.clone() else {
                let (after, private, said) = (Value::Null, Vec::new(), Said::default());
                return Ok(Planned {
                    config,
                    before,
                    after,
                    private,
                    replaces: false,
                    said,
                });
            };
            let values = (&object.value, &Value::Null, &Value::Null);
            let (after, private, _, said) =
                process.plan(&self.schema, values, &object.private).await;
            assert!(after.is_null(), "the plan of a destroy is null");
            return Ok(Planned {
                config,
                before,
                after,
                private,
                replaces: false,
                said,
            });
        }
        let said = process.validate(&self.schema, &config).await;
        if !said.errors.is_empty() {
            return Err(said);
        }
        let living = before.as_ref().filter(|object| !object.tainted);
        let (prior, private) = living.map_or((Value::Null, Vec::new()), |object| {
            (object.value.clone(), object.private.clone())
        });
        let (after, mut private, replaced, said) =
            self.change(process, &config, &prior, &private).await?;
        let tainted = before.as_ref().is_some_and(|object| object.tainted);
        let replaces = tainted || (replaced > 0 && !prior.is_null());
        let mut after = after;
        if replaced > 0 && !prior.is_null() {
            let again = self
                .change(process, &config, &Value::Null, &private)
                .await?;
            (after, private) = (again.0, again.1);
        }
        Ok(Planned {
            config,
            before,
            after,
            private,
            replaces,
            said,
        })
    }

    /// One PlanResourceChange with core's checks.
    async fn change(
        &self,
        process: &Process,
        config: &Value,
        prior: &Value,
        private: &[u8],
    ) -> Result<(Value, Vec<u8>, usize, Said), Said> {
        let proposed = proposed_new_state(&self.schema, prior, config);
        let values = (prior, &proposed, config);
        let (after, private, replaced, said) = process.plan(&self.schema, values, private).await;
        if !said.errors.is_empty() {
            return Err(said);
        }
        let violations = check_planned(&self.schema, config, prior, &after);
        assert!(
            violations.is_empty(),
            "a plan that core refuses: {violations:?}"
        );
        Ok((after, private, replaced, said))
    }

    async fn walk(&mut self, process: &Process, planned: Planned) -> Applied {
        if planned.config.is_null() {
            let private = planned.private.clone();
            return self.delete(process, planned.before, &private).await;
        }
        if planned.replaces {
            // The delete of a replacement gets the private bytes of the create's plan.
            let deleted = self
                .delete(process, planned.before.clone(), &planned.private)
                .await;
            if deleted != Applied::Done {
                return deleted;
            }
        }
        let said = process.validate(&self.schema, &planned.config).await;
        said.expect_none("validate in the apply walk");
        let living = planned.before.as_ref().filter(|_| !planned.replaces);
        let (prior, private) = living.map_or((Value::Null, Vec::new()), |object| {
            (object.value.clone(), object.private.clone())
        });
        let again = self
            .change(process, &planned.config, &prior, &private)
            .await;
        let (after, private, ..) = match again {
            Ok(again) => again,
            Err(said) => return Applied::Failed(said.errors),
        };
        let violations = check_applied(&self.schema, &planned.after, &after);
        assert!(
            violations.is_empty(),
            "an inconsistent final plan: {violations:?}"
        );
        let values = (&prior, &after, &planned.config);
        let (state, private, said) = process.apply(&self.schema, values, &private).await;
        self.store((state, private), said, &after, prior.is_null())
    }

    fn store(
        &mut self,
        (state, private): (Value, Vec<u8>),
        said: Said,
        planned: &Value,
        creating: bool,
    ) -> Applied {
        if said.errors.is_empty() {
            let violations = check_applied(&self.schema, planned, &state);
            assert!(
                violations.is_empty(),
                "a result that core refuses: {violations:?}"
            );
            self.state = Some(Object {
                value: state,
                private,
                tainted: false,
            });
            return Applied::Done;
        }
        if !state.is_null() {
            self.state = Some(Object {
                value: state,
                private,
                tainted: creating,
            });
        } else if creating {
            self.state = None;
        }
        Applied::Failed(said.errors)
    }

    async fn delete(
        &mut self,
        process: &Process,
        before: Option<Object>,
        private: &[u8],
    ) -> Applied {
        let Some(object) = before else {
            return Applied::Done;
        };
        let values = (&object.value, &Value::Null, &Value::Null);
        let (state, left, said) = process.apply(&self.schema, values, private).await;
        if said.errors.is_empty() {
            assert!(state.is_null(), "a delete without errors leaves nothing");
            self.state = None;
            return Applied::Done;
        }
        let tainted = object.tainted;
        self.state = Some(match state.is_null() {
            true => object,
            false => Object {
                value: state,
                private: left,
                tainted,
            },
        });
        Applied::Failed(said.errors)
    }
}
