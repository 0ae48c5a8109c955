//! Loads what many rows refer to, once for all of them.
use crate::{
    Cx, Error, audit, care_teams, caseload, caseload::service::TeamCaseload, huddles, my_day, patients, people,
    people::admin::Around, policy,
};
use async_graphql::dataloader;
use entity::{
    care_team, huddle_decision, huddle_item,
    ids::{CareTeamId, HuddleId, HuddleItemId, PatientId, SessionId, StaffId, TaskId},
    patient, staff, task, task_step,
};
use std::{collections::HashMap, sync::Arc};

pub type Loader = dataloader::DataLoader<Load>;

/// One operation's loader: what it loads, it loads under the rights of who asked.
pub struct Load(Cx);

pub fn loader(cx: Cx) -> Loader {
    dataloader::DataLoader::new(Load(cx), tokio::spawn)
}

impl dataloader::Loader<StaffId> for Load {
    type Value = staff::Model;
    type Error = Error;

    async fn load(&self, ids: &[StaffId]) -> Result<HashMap<StaffId, staff::Model>, Error> {
        let rows = people::service::find_many(&self.0, ids.to_vec()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

impl dataloader::Loader<PatientId> for Load {
    type Value = patient::Model;
    type Error = Error;

    async fn load(&self, ids: &[PatientId]) -> Result<HashMap<PatientId, patient::Model>, Error> {
        let rows = patients::service::find_many(&self.0, ids.to_vec()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

impl dataloader::Loader<TaskId> for Load {
    type Value = task::Model;
    type Error = Error;

    async fn load(&self, ids: &[TaskId]) -> Result<HashMap<TaskId, task::Model>, Error> {
        let rows = crate::tasks::service::find_many(&self.0, ids.to_vec()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// Teams by id: those that the actor sees, and those in whose hands a patient or task of theirs is.
impl dataloader::Loader<CareTeamId> for Load {
    type Value = care_team::Model;
    type Error = Error;

    async fn load(&self, ids: &[CareTeamId]) -> Result<HashMap<CareTeamId, care_team::Model>, Error> {
        let rows = care_teams::service::find_many(&self.0, ids.to_vec()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// The steps of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StepsOf(pub TaskId);

impl dataloader::Loader<StepsOf> for Load {
    type Value = Vec<task_step::Model>;
    type Error = Error;

    async fn load(&self, of: &[StepsOf]) -> Result<HashMap<StepsOf, Vec<task_step::Model>>, Error> {
        let mut found: HashMap<_, Vec<_>> = of.iter().map(|task| (*task, Vec::new())).collect();
        for step in crate::tasks::service::steps(&self.0, of.iter().map(|task| task.0).collect()).await? {
            found.entry(StepsOf(step.task_id)).or_default().push(step);
        }
        Ok(found)
    }
}

/// The caseloads of a team. A team whose board the actor may not follow has none for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CaseloadOf(pub CareTeamId);

impl dataloader::Loader<CaseloadOf> for Load {
    type Value = Arc<TeamCaseload>;
    type Error = Error;

    async fn load(&self, of: &[CaseloadOf]) -> Result<HashMap<CaseloadOf, Arc<TeamCaseload>>, Error> {
        let mut found = HashMap::new();
        for team in of {
            if policy::may_follow_team(self.0.scope(), team.0) {
                found.insert(*team, Arc::new(caseload::service::of_team(&self.0, team.0).await?));
            }
        }
        Ok(found)
    }
}

/// A huddle's items, of those that the actor sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ItemsOf(pub HuddleId);

impl dataloader::Loader<ItemsOf> for Load {
    type Value = Arc<Vec<huddle_item::Model>>;
    type Error = Error;

    async fn load(&self, of: &[ItemsOf]) -> Result<HashMap<ItemsOf, Arc<Vec<huddle_item::Model>>>, Error> {
        let mut found = HashMap::new();
        for huddle in huddles::service::find_many(&self.0, of.iter().map(|of| of.0).collect()).await? {
            let items = huddles::service::shown_items(&self.0, &huddle).await?;
            found.insert(ItemsOf(huddle.id), Arc::new(items));
        }
        Ok(found)
    }
}

/// What was decided about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecisionsOf(pub HuddleItemId);

impl dataloader::Loader<DecisionsOf> for Load {
    type Value = Vec<huddle_decision::Model>;
    type Error = Error;

    async fn load(&self, of: &[DecisionsOf]) -> Result<HashMap<DecisionsOf, Vec<huddle_decision::Model>>, Error> {
        let mut found: HashMap<_, Vec<_>> = of.iter().map(|item| (*item, Vec::new())).collect();
        for decision in huddles::service::decisions(&self.0, of.iter().map(|item| item.0).collect()).await? {
            found.entry(DecisionsOf(decision.item_id)).or_default().push(decision);
        }
        Ok(found)
    }
}

/// What everybody logged for a patient this month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MinutesOf(pub PatientId);

impl dataloader::Loader<MinutesOf> for Load {
    type Value = i64;
    type Error = Error;

    async fn load(&self, of: &[MinutesOf]) -> Result<HashMap<MinutesOf, i64>, Error> {
        let minutes = my_day::minutes::this_month(&self.0, of.iter().map(|one| one.0).collect()).await?;
        Ok(minutes.into_iter().map(|(patient, minutes)| (MinutesOf(patient), minutes)).collect())
    }
}

/// Whether somebody has a PIN for wall displays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PinOf(pub StaffId);

impl dataloader::Loader<PinOf> for Load {
    type Value = bool;
    type Error = Error;

    async fn load(&self, of: &[PinOf]) -> Result<HashMap<PinOf, bool>, Error> {
        let holders = people::displays::pin::holders(&self.0, of.iter().map(|one| one.0).collect()).await?;
        Ok(of.iter().map(|one| (*one, holders.contains(&one.0))).collect())
    }
}

/// A patient whom the record names, whoever looks after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AuditPatientOf(pub PatientId);

impl dataloader::Loader<AuditPatientOf> for Load {
    type Value = patient::Model;
    type Error = Error;

    async fn load(&self, of: &[AuditPatientOf]) -> Result<HashMap<AuditPatientOf, patient::Model>, Error> {
        let rows = audit::report::patients(&self.0, of.iter().map(|patient| patient.0).collect()).await?;
        Ok(rows.into_iter().map(|(id, row)| (AuditPatientOf(id), row)).collect())
    }
}

/// Who acted, in the record's terms: loads their name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AuditActor {
    pub kind: String,
    pub staff: Option<StaffId>,
    pub session: Option<SessionId>,
}

impl dataloader::Loader<AuditActor> for Load {
    type Value = String;
    type Error = Error;

    async fn load(&self, of: &[AuditActor]) -> Result<HashMap<AuditActor, String>, Error> {
        let staff = of.iter().filter_map(|actor| actor.staff).collect();
        let sessions = of.iter().filter_map(|actor| actor.session).collect();
        let names = audit::report::names(&self.0, staff, sessions).await?;
        Ok(of.iter().map(|actor| (actor.clone(), names.of(&actor.kind, actor.staff, actor.session))).collect())
    }
}

/// What belongs to somebody's account besides their row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AroundOf(pub StaffId);

impl dataloader::Loader<AroundOf> for Load {
    type Value = Arc<Around>;
    type Error = Error;

    async fn load(&self, of: &[AroundOf]) -> Result<HashMap<AroundOf, Arc<Around>>, Error> {
        let ids: Vec<StaffId> = of.iter().map(|staff| staff.0).collect();
        let found = people::admin::around(&self.0, &ids).await?;
        Ok(found.into_iter().map(|(id, around)| (AroundOf(id), Arc::new(around))).collect())
    }
}
