//! The shared database as the pipeline sees it.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::blueprint::{SharedDbHandles, draw};
use super::model::SharedDb;
use super::{
    addresses, concerns, detour, identity, joining, outputs, recover, sentences, settle, standing,
    strays, validate, words,
};
use crate::aws::ownership::OwnerPath;
use crate::aws::{Aws, Site};
use crate::engine::{Facts, Failure, Forecast, Graph, Ledger};
use crate::protocol::{Diagnostics, Field, Path};
use crate::resources::common::Common;
use crate::resources::pipeline::{
    Blueprint, Deed, Depth, Detour, Drawing, Frame, Id, Past, Prior, Recovered,
};

/// The blueprint of `privatelink_shared_db` and `lattice_shared_db`.
pub struct SharedDbBlueprint;

#[async_trait]
impl Blueprint for SharedDbBlueprint {
    type Model = SharedDb;
    type Handles = SharedDbHandles;

    const KIND: &'static str = "shared_db";
    const VERSION: i64 = 0;
    const ANCHOR: &'static str = addresses::ANCHOR;

    fn validate(config: &SharedDb) -> Diagnostics {
        validate::validate(config)
    }

    fn advice(planned: &SharedDb) -> Diagnostics {
        validate::advice(planned)
    }

    fn common(model: &SharedDb) -> Common {
        model.common()
    }

    fn set_common(model: &mut SharedDb, common: Common) {
        model.set_common(common);
    }

    fn is_open(model: &SharedDb) -> bool {
        model.is_open()
    }

    async fn settle(
        aws: &Aws,
        planned: SharedDb,
        config: &SharedDb,
        prior: Option<&Prior<'_, SharedDb>>,
    ) -> Result<SharedDb, Diagnostics> {
        settle::settle(aws, planned, config, prior).await
    }

    async fn check(
        aws: &Aws,
        prior: Option<&SharedDb>,
        past: &Past<'_, SharedDb>,
        planned: &SharedDb,
    ) -> Diagnostics {
        let mut found = joining::check(aws, prior, planned).await;
        if let Some(prior) = prior {
            found.extend(standing::check(aws, (prior, planned), past.ledger).await);
        }
        found
    }

    async fn check_delete(aws: &Aws, model: &SharedDb, ledger: &Ledger) -> Result<(), Diagnostics> {
        standing::check_delete(aws, model, ledger).await
    }

    fn matched(
        prior: &SharedDb,
        planned: &SharedDb,
        _: &Past<'_, SharedDb>,
        _: &dyn Fn(&str) -> String,
    ) -> BTreeMap<String, Option<String>> {
        identity::matched(prior, planned)
    }

    fn foundation(model: &SharedDb) -> String {
        model.vpc_id.as_str().unwrap_or_default().to_owned()
    }

    async fn release(_: &Aws, _: &Ledger) -> Result<(), Failure> {
        Ok(())
    }

    async fn vpc(_: &Aws, model: &SharedDb, _: &Frame) -> Result<Option<String>, Failure> {
        Ok(model.vpc_id.known().cloned())
    }

    fn draw(
        model: &SharedDb,
        past: &Past<'_, SharedDb>,
        frame: &Frame,
    ) -> Drawing<SharedDbHandles> {
        draw(model, past, frame)
    }

    /// What was made by hand and is given by its id stays its maker's.
    fn disown(imported: &mut SharedDb, planned: &SharedDb) -> Vec<&'static str> {
        let mut disowned = Vec::new();
        if imported.instance.is_known() {
            return disowned;
        }
        if planned.resource_gateway_id.is_known() && planned.resource_gateway_id == imported.id {
            imported.resource_gateway_id = imported.id.clone();
            imported.subnet_ids = Field::Null;
            imported.security_group_ids = Field::Null;
            disowned.push(addresses::GATEWAY);
        }
        if planned.has_given_share() {
            imported.resource_share_arn = planned.resource_share_arn.clone();
            disowned.push(addresses::SHARE);
        }
        disowned
    }

    fn parting(former: &mut SharedDb, planned: &SharedDb) {
        former.force_delete = planned.force_delete;
    }

    fn detour(
        model: &SharedDb,
        past: &Past<'_, SharedDb>,
        _: (&SharedDbHandles, &Facts),
        _: &Frame,
    ) -> Detour {
        detour::detour(model, past.ledger)
    }

    fn show(model: &mut SharedDb, handles: &SharedDbHandles, facts: &Facts) {
        outputs::show(model, handles, facts);
    }

    fn promise(model: &mut SharedDb) {
        outputs::promise(model);
    }

    fn concerns(handles: &SharedDbHandles, facts: &Facts) -> Vec<String> {
        concerns::concerns(handles, facts)
    }

    fn change(
        prior: Option<&SharedDb>,
        planned: &SharedDb,
        address: &str,
        deed: &Deed<'_>,
    ) -> Option<String> {
        sentences::change((prior, planned), address, deed)
    }

    fn grants(
        prior: Option<&SharedDb>,
        planned: &SharedDb,
        past: &Past<'_, SharedDb>,
    ) -> Vec<String> {
        sentences::grants((prior, planned), past)
    }

    fn drift(address: &str, forecast: &Forecast, _: &Ledger) -> Option<String> {
        sentences::drift(address, forecast)
    }

    fn words(address: &str) -> String {
        words::words(address)
    }

    fn is_shown(address: &str) -> bool {
        words::is_shown(address)
    }

    fn path(address: &str) -> Path {
        addresses::path(address)
    }

    fn user_set(config: &SharedDb) -> Vec<String> {
        settle::user_set(config)
    }

    async fn find_id(aws: &Aws, owner: &OwnerPath) -> Result<Option<String>, Failure> {
        recover::find_id(aws, owner).await
    }

    async fn recover(
        aws: &Aws,
        site: &Site,
        id: &str,
    ) -> Result<Option<Recovered<SharedDb>>, Failure> {
        recover::recover(aws, site, id).await
    }

    async fn strays(
        aws: &Aws,
        frame: &Frame,
        ledger: &Ledger,
        depth: Depth,
    ) -> Result<BTreeMap<String, Id>, Failure> {
        strays::find(aws, (frame, ledger), depth).await
    }

    fn draw_strays(ledger: &Ledger, frame: &Frame) -> Graph<Aws> {
        strays::draw(ledger, frame)
    }

    async fn reservations(
        _: &Aws,
        _: &Site,
        _: &str,
        _: &SharedDb,
    ) -> Result<Diagnostics, Failure> {
        Ok(Diagnostics::new())
    }

    async fn leftovers(
        aws: &Aws,
        planned: &SharedDb,
        frame: &Frame,
    ) -> Result<Recovered<SharedDb>, Failure> {
        recover::leftovers(aws, planned, frame).await
    }
}
