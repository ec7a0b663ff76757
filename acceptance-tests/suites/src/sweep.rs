//! The sweep: every call of create, add-consumer and delete, times every fault, with state kept or lost. The
//! next apply converges, the plan is empty, destroy leaves nothing, nothing foreign is touched.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_simulator::{ObjectRow, Simulator, Verdict};
use serde_json::Value as Json;

use crate::mortal::Death;
use crate::stage::{PROVIDER_KEY, Stage};
use crate::terraform::{Applied, Planned, Terraform};

/// What is disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Story {
    /// It is made.
    Create,
    /// A second consumer is added.
    AddConsumer,
    /// It is destroyed.
    Delete,
}

/// How it is disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call is refused.
    Refused,
    /// The call is carried out, and its answer never arrives.
    AnswerLost,
    /// The process dies instead of making the call.
    CrashBefore,
    /// The process dies once the call has been carried out.
    CrashAfter,
}

/// What is swept.
#[derive(Clone, Copy, Debug)]
pub struct Play {
    /// The resource's type.
    pub type_name: &'static str,
    /// Its configuration with these consumers, by key and VPC number.
    pub wanted: fn(&Stage, &[(&str, usize)]) -> Json,
    /// Every how many-th call is disturbed; `SWEEP=all` disturbs all.
    pub every: usize,
}

/// One test for each story and fault of a play, so that they share the cores. Each story is given the
/// number of calls that it makes more than.
#[macro_export]
macro_rules! sweeps {
    ($play:expr, create: $create:literal, add: $add:literal, delete: $delete:literal) => {
        $crate::sweeps! { @tests $play;
            create_survives_a_refusal: Create, Refused, $create;
            create_survives_a_lost_answer: Create, AnswerLost, $create;
            create_survives_a_crash_before_a_call: Create, CrashBefore, $create;
            create_survives_a_crash_after_a_call: Create, CrashAfter, $create;
            adding_a_consumer_survives_a_refusal: AddConsumer, Refused, $add;
            adding_a_consumer_survives_a_lost_answer: AddConsumer, AnswerLost, $add;
            adding_a_consumer_survives_a_crash_before_a_call: AddConsumer, CrashBefore, $add;
            adding_a_consumer_survives_a_crash_after_a_call: AddConsumer, CrashAfter, $add;
            delete_survives_a_refusal: Delete, Refused, $delete;
            delete_survives_a_lost_answer: Delete, AnswerLost, $delete;
            delete_survives_a_crash_before_a_call: Delete, CrashBefore, $delete;
            delete_survives_a_crash_after_a_call: Delete, CrashAfter, $delete;
        }
    };
    (@tests $play:expr; $($name:ident: $story:ident, $fault:ident, $calls_min:literal;)*) => {
        $(
            #[test]
            fn $name() {
                use $crate::sweep::{Fault, Story, sweep};
                sweep($play, (Story::$story, Fault::$fault), $calls_min);
            }
        )*
    };
}

const ONE: &[(&str, usize)] = &[("analytics", 0)];
const TWO: &[(&str, usize)] = &[("analytics", 0), ("reports", 1)];

/// Runs all cases of one story and fault; there must be more than `calls_min` calls to disturb.
pub fn sweep(play: Play, (story, fault): (Story, Fault), calls_min: usize) {
    let (mut runs, mut failures) = (0, Vec::new());
    // One case alone, as a failure names it: `SWEEP_CASE="Delete CrashAfter true 12"`.
    let only = std::env::var("SWEEP_CASE").unwrap_or_default();
    let whole = std::env::var("SWEEP").is_ok_and(|it| it == "all");
    for kept in [true, false] {
        let calls = (1..).map(|call| Case {
            play,
            story,
            fault,
            kept,
            call,
        });
        let mut last = 0;
        for case in calls {
            assert!(case.call < 300, "{case}: it never ends");
            let passes = whole
                || (case.call + fault as usize + usize::from(kept)).is_multiple_of(play.every);
            if only.is_empty() && !passes {
                // Whether there is such a call at all, the next one that is disturbed tells.
                continue;
            }
            if !only.is_empty() && only != case.to_string() {
                if case.call == 299 {
                    break;
                }
                continue;
            }
            let ended = std::panic::catch_unwind(|| runtime().block_on(case.run()));
            match ended {
                Ok(false) => break,
                Ok(true) => {}
                Err(why) => failures.push(format!("{case}: {}", said(&why))),
            }
            (last, runs) = (case.call, runs + 1);
        }
        assert!(
            !only.is_empty() || last > calls_min,
            "{story:?} makes more than {last} calls"
        );
    }
    println!("{story:?} {fault:?}: {runs} disturbed runs");
    assert!(
        failures.is_empty(),
        "{} of {runs}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
}

fn said(why: &Box<dyn std::any::Any + Send>) -> String {
    let text = why.downcast_ref::<String>().cloned();
    text.or_else(|| why.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

/// One disturbance.
#[derive(Clone, Copy, Debug)]
struct Case {
    play: Play,
    story: Story,
    fault: Fault,
    kept: bool,
    call: usize,
}

impl std::fmt::Display for Case {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            story,
            fault,
            kept,
            call,
            play: _,
        } = self;
        write!(out, "{story:?} {fault:?} {kept} {call}")
    }
}

impl Case {
    /// Runs it; tells whether the fault struck at all.
    async fn run(self) -> bool {
        let seed = u64::try_from(self.call).unwrap();
        let stage = Stage::set(Simulator::builder().seed(seed), true, false).await;
        let foreign = stage.foreign();
        let mut terraform = Terraform::of(
            self.play.type_name,
            &stage.simulator,
            Stage::provider_block(),
        );
        let (before, wanted) = self.configurations(&stage);
        if let Some(before) = before {
            assert_eq!(
                terraform.apply(&before, None).await,
                Applied::Done,
                "undisturbed"
            );
        }
        let planned = terraform.plan(&wanted).await.expect("an undisturbed plan");
        let (death, struck) = self.arm(&stage.simulator);
        let (disturbed, calls) = terraform.carry_out(planned, death).await;
        stage.simulator.clear_hook();
        if calls < self.call && struck.load(Ordering::SeqCst) < self.call {
            return false;
        }
        if !self.kept {
            terraform.state = None;
        }
        self.mend(&stage, &mut terraform, disturbed).await;
        assert_eq!(
            terraform.destroy(None).await,
            Applied::Done,
            "the last destroy"
        );
        assert_eq!(rows(&stage), Vec::<String>::new(), "destroy leaves nothing");
        stage.assert_untouched(&foreign);
        true
    }

    /// What is there before the disturbance, and what is wanted.
    fn configurations(self, stage: &Stage) -> (Option<Json>, Json) {
        let one = (self.play.wanted)(stage, ONE);
        match self.story {
            Story::Create => (None, one),
            Story::AddConsumer => (Some(one), (self.play.wanted)(stage, TWO)),
            Story::Delete => (Some(one), Json::Null),
        }
    }

    /// Prepares the fault; tells how many calls were seen by the hook.
    fn arm(self, simulator: &Simulator) -> (Option<Death>, Arc<AtomicUsize>) {
        let seen = Arc::new(AtomicUsize::new(0));
        match self.fault {
            Fault::CrashBefore => return (Some(Death::Before(self.call)), seen),
            Fault::CrashAfter => return (Some(Death::After(self.call)), seen),
            Fault::Refused | Fault::AnswerLost => {}
        }
        let (counter, case) = (Arc::clone(&seen), self);
        simulator.on_call(move |call| {
            if !call.access_key.starts_with(PROVIDER_KEY)
                || counter.fetch_add(1, Ordering::SeqCst) + 1 != case.call
            {
                return Verdict::Pass;
            }
            match case.fault {
                Fault::AnswerLost => Verdict::DropAfter,
                _ if call.service == "ec2" => Verdict::Refuse("UnauthorizedOperation".to_owned()),
                _ => Verdict::Refuse("AccessDenied".to_owned()),
            }
        });
        (None, seen)
    }

    /// The next apply, and what must be true after it.
    async fn mend(self, stage: &Stage, terraform: &mut Terraform, disturbed: Applied) {
        if self.story == Story::Delete && self.kept {
            let deleted = terraform.destroy(None).await;
            assert_eq!(deleted, Applied::Done, "after {disturbed:?}");
            return;
        }
        let wanted = match self.story {
            Story::Delete => (self.play.wanted)(stage, ONE),
            _ => self.configurations(stage).1,
        };
        // Also where the provider died before core heard anything of a create.
        let lost = terraform.state.is_none();
        let mut applied = terraform.apply(&wanted, None).await;
        if let Applied::Failed(errors) = &applied
            && lost
            && let Some(id) = import_id(errors)
        {
            // All was built and only the state was lost: one paste.
            terraform
                .import(&id)
                .await
                .expect("the import that the error shows");
            if self.story == Story::AddConsumer {
                applied = terraform.apply(&wanted, None).await;
            } else {
                applied = Applied::Done;
            }
        }
        assert_eq!(applied, Applied::Done, "the apply after {disturbed:?}");
        let plan = terraform.plan(&wanted).await.expect("a plan");
        assert!(plan.is_empty(), "the plan after: {:#?}", difference(&plan));
        assert_eq!(
            kinds(stage),
            expected(self.play, self.story),
            "the objects after"
        );
    }
}

fn import_id(errors: &[String]) -> Option<String> {
    let error = errors.iter().find(|error| error.contains("import {"))?;
    Some(error.split("id = \"").nth(1)?.split('"').next()?.to_owned())
}

fn difference(plan: &Planned) -> (String, String) {
    let before = plan
        .before
        .as_ref()
        .map(|object| format!("{:?}", object.value));
    (before.unwrap_or_default(), format!("{:?}", plan.after))
}

fn rows(stage: &Stage) -> Vec<String> {
    let mut made = stage.made();
    // AWS shows shares for hours after they are gone, and endpoints for minutes.
    let lingers = |row: &ObjectRow| match row.kind.as_str() {
        "resource-share" => is_dying(row),
        "vpc-endpoint" => row.fields.get("state").and_then(Json::as_str) == Some("deleted"),
        _ => false,
    };
    made.retain(|row| !lingers(row));
    made.into_iter()
        .map(|row| format!("{} {} {}", row.account, row.kind, row.id))
        .collect()
}

fn kinds(stage: &Stage) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for row in stage.made() {
        // Interfaces outlive what they belong to; they are AWS's own. So does what is on its way out.
        if row.kind != "network-interface" && !is_dying(&row) {
            *kinds
                .entry(format!("{} {}", row.account, row.kind))
                .or_default() += 1;
        }
    }
    kinds
}

fn is_dying(row: &ObjectRow) -> bool {
    ["state", "status"].iter().any(|field| {
        let state = row.fields.get(*field).and_then(Json::as_str);
        let state = state.unwrap_or_default().to_lowercase();
        matches!(
            state.as_str(),
            "deleting" | "deleted" | "delete_in_progress"
        )
    })
}

/// The objects of an undisturbed run, made once.
fn expected(play: Play, story: Story) -> BTreeMap<String, usize> {
    static KNOWN: Mutex<BTreeMap<bool, BTreeMap<String, usize>>> = Mutex::new(BTreeMap::new());
    let two = story == Story::AddConsumer;
    if let Some(known) = KNOWN.lock().unwrap().get(&two) {
        return known.clone();
    }
    let undisturbed = std::thread::spawn(move || {
        runtime().block_on(async move {
            let stage = Stage::set(Simulator::builder().seed(1), false, false).await;
            let block = Stage::provider_block();
            let mut terraform = Terraform::of(play.type_name, &stage.simulator, block);
            let config = (play.wanted)(&stage, if two { TWO } else { ONE });
            assert_eq!(terraform.apply(&config, None).await, Applied::Done);
            kinds(&stage)
        })
    });
    let kinds = undisturbed.join().unwrap();
    KNOWN.lock().unwrap().insert(two, kinds.clone());
    kinds
}
