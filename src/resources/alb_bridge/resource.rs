//! The bridge as the pipeline sees it.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::blueprint::{BridgeHandles, draw};
use super::model::AlbBridge;
use super::{
    addresses, detour, identity, leftovers, outputs, recover, sentences, settle, standing, strays,
    validate, words,
};
use crate::aws::ownership::OwnerPath;
use crate::aws::{Aws, Site};
use crate::components::LoadBalancer;
use crate::engine::{Facts, Failure, Forecast, Freshness, Graph, Ledger};
use crate::protocol::{Diagnostics, Field, Path};
use crate::resources::common::Common;
use crate::resources::pipeline::{
    Blueprint, Deed, Depth, Detour, Drawing, Frame, Id, Past, Prior, Recovered,
};

/// The blueprint of `privatelink_alb_bridge`.
pub struct AlbBridgeBlueprint;

#[async_trait]
impl Blueprint for AlbBridgeBlueprint {
    type Model = AlbBridge;
    type Handles = BridgeHandles;

    const KIND: &'static str = "bridge";
    const VERSION: i64 = 0;
    const ANCHOR: &'static str = addresses::ANCHOR;

    fn validate(config: &AlbBridge) -> Diagnostics {
        validate::validate(config)
    }

    fn advice(planned: &AlbBridge) -> Diagnostics {
        let mut found = Diagnostics::new();
        validate::shut_out(planned, &mut found);
        found
    }

    fn common(model: &AlbBridge) -> Common {
        model.common()
    }

    fn set_common(model: &mut AlbBridge, common: Common) {
        model.set_common(common);
    }

    fn is_open(model: &AlbBridge) -> bool {
        model.is_open()
    }

    async fn settle(
        aws: &Aws,
        planned: AlbBridge,
        config: &AlbBridge,
        prior: Option<&Prior<'_, AlbBridge>>,
    ) -> Result<AlbBridge, Diagnostics> {
        settle::settle(aws, planned, config, prior).await
    }

    async fn check(
        aws: &Aws,
        prior: Option<&AlbBridge>,
        past: &Past<'_, AlbBridge>,
        planned: &AlbBridge,
    ) -> Diagnostics {
        standing::check(aws, (prior, past), planned).await
    }

    async fn check_delete(
        aws: &Aws,
        model: &AlbBridge,
        ledger: &Ledger,
    ) -> Result<(), Diagnostics> {
        standing::check_delete(aws, model, ledger).await
    }

    fn matched(
        prior: &AlbBridge,
        planned: &AlbBridge,
        past: &Past<'_, AlbBridge>,
        place: &dyn Fn(&str) -> String,
    ) -> BTreeMap<String, Option<String>> {
        identity::matched(prior, (planned, past), place)
    }

    fn foundation(model: &AlbBridge) -> String {
        model.alb_arn.as_str().unwrap_or_default().to_owned()
    }

    /// A load balancer that was to take over and never did may have been made with protection.
    async fn release(aws: &Aws, ledger: &Ledger) -> Result<(), Failure> {
        for (site, arn) in standing::protected_spares(ledger) {
            let access = aws.site(&site).await?;
            LoadBalancer::unprotect(&access, &arn).await?;
        }
        Ok(())
    }

    /// The VPC of its ALB.
    async fn vpc(aws: &Aws, model: &AlbBridge, frame: &Frame) -> Result<Option<String>, Failure> {
        let access = aws.site(frame.site()).await?;
        let arn = model.alb_arn.as_str().unwrap_or_default();
        let alb = access
            .load_balancer(arn, Freshness::SinceLastChange)
            .await?;
        Ok(alb.and_then(|it| it.vpc_id))
    }

    fn draw(
        model: &AlbBridge,
        past: &Past<'_, AlbBridge>,
        frame: &Frame,
    ) -> Drawing<BridgeHandles> {
        draw(model, past, frame)
    }

    /// Notifications take no tags.
    fn disown(imported: &mut AlbBridge, planned: &AlbBridge) -> Vec<&'static str> {
        let unwanted = planned.notifications.is_null() && !imported.notifications.is_null();
        if unwanted {
            imported.notifications = Field::Null;
        }
        unwanted
            .then_some(addresses::NOTIFICATION)
            .into_iter()
            .collect()
    }

    fn parting(former: &mut AlbBridge, planned: &AlbBridge) {
        former.force_delete = planned.force_delete;
        former.reject_on_revoke = planned.reject_on_revoke;
    }

    fn detour(
        model: &AlbBridge,
        past: &Past<'_, AlbBridge>,
        known: (&BridgeHandles, &Facts),
        frame: &Frame,
    ) -> Detour {
        detour::detour((model, past), known, frame)
    }

    fn show(model: &mut AlbBridge, handles: &BridgeHandles, facts: &Facts) {
        outputs::show(model, handles, facts);
    }

    fn promise(model: &mut AlbBridge) {
        outputs::promise(model);
    }

    fn concerns(handles: &BridgeHandles, facts: &Facts) -> Vec<String> {
        outputs::concerns(handles, facts)
    }

    fn change(
        prior: Option<&AlbBridge>,
        planned: &AlbBridge,
        address: &str,
        deed: &Deed<'_>,
    ) -> Option<String> {
        sentences::change((prior, planned), address, deed)
    }

    fn grants(
        prior: Option<&AlbBridge>,
        planned: &AlbBridge,
        past: &Past<'_, AlbBridge>,
    ) -> Vec<String> {
        sentences::grants((prior, planned), past)
    }

    fn drift(address: &str, forecast: &Forecast, found: &Ledger) -> Option<String> {
        sentences::drift(address, forecast, found)
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

    fn user_set(config: &AlbBridge) -> Vec<String> {
        settle::user_set(config)
    }

    async fn find_id(aws: &Aws, owner: &OwnerPath) -> Result<Option<String>, Failure> {
        recover::find_id(aws, owner).await
    }

    async fn recover(
        aws: &Aws,
        site: &Site,
        id: &str,
    ) -> Result<Option<Recovered<AlbBridge>>, Failure> {
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
        aws: &Aws,
        site: &Site,
        id: &str,
        model: &AlbBridge,
    ) -> Result<Diagnostics, Failure> {
        recover::reservations(aws, (site, id), model).await
    }

    async fn leftovers(
        aws: &Aws,
        planned: &AlbBridge,
        frame: &Frame,
    ) -> Result<Recovered<AlbBridge>, Failure> {
        leftovers::leftovers(aws, planned, frame).await
    }
}
