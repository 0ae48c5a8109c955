//! Care teams: the practice's own that files name, and to which of them a new patient belongs.
use super::{
    batch::Entry,
    judge::Judged,
    mapped::Mapped,
    patients::{Homes, Plans},
    resources,
    states::State,
};
use crate::{Cx, Result, Tx, care_teams::service, patients, tasks};
use entity::{
    care_team,
    ids::{CareTeamId, PatientId},
    patient,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::HashMap;

/// The team of each patient of a batch.
pub struct Teams {
    default_name: String,
    default: Option<CareTeamId>,
    named: HashMap<PatientId, care_team::Model>,
}

impl Teams {
    /// Makes the standing teams of the batch, and notes which patients' teams bear the name of one that we know.
    pub async fn of_batch(
        tx: &mut Tx,
        entries: &[Entry],
        states: &[State],
        owners: (&[Judged], &Plans),
        default_name: &str,
    ) -> Result<Self> {
        let mut named = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let Mapped::CareTeam(team) = &entry.mapped else { continue };
            let (Some(name), true, false) = (&team.name, states[index].is_news(), team.over) else { continue };
            if team.standing {
                service::find_or_create(tx, name).await?;
            }
        }
        for (index, entry) in entries.iter().enumerate() {
            let Mapped::CareTeam(team) = &entry.mapped else { continue };
            let (Some(name), true, false) = (&team.name, states[index].is_news(), team.over) else { continue };
            let Some(patient) = resources::owner(&owners.0[index], owners.1) else { continue };
            let known = care_team::Entity::find()
                .filter(care_team::Column::OrganizationId.eq(tx.organization()))
                .filter(care_team::Column::Name.eq(name))
                .one(&**tx)
                .await?;
            named.extend(known.map(|team| (patient, team)));
        }
        Ok(Self { default_name: default_name.to_owned(), default: None, named })
    }

    /// Where a new patient goes.
    pub async fn of(&mut self, tx: &mut Tx, patient: PatientId) -> Result<CareTeamId> {
        match self.named.get(&patient) {
            Some(team) => Ok(team.id),
            None => self.default(tx).await,
        }
    }

    pub async fn default(&mut self, tx: &mut Tx) -> Result<CareTeamId> {
        if let Some(team) = self.default {
            return Ok(team);
        }
        let team = service::find_or_create(tx, &self.default_name).await?.id;
        self.default = Some(team);
        Ok(team)
    }

    /// Patients who came in before the file that names their team leave the default team for it. Where a person has
    /// put them they stay.
    pub async fn move_patients(&self, cx: &Cx, tx: &mut Tx, homes: &Homes) -> Result<()> {
        for (id, team) in &self.named {
            if homes.created.contains_key(id) {
                continue;
            }
            let Some(patient) = patient::Entity::find_by_id((tx.organization(), *id)).one(&**tx).await? else {
                continue;
            };
            let now = match patient.care_team_id {
                Some(now) => care_team::Entity::find_by_id((tx.organization(), now)).one(&**tx).await?,
                None => None,
            };
            if now.is_some_and(|now| now.name != self.default_name || now.id == team.id) {
                continue;
            }
            tasks::service::move_open_tasks(tx, cx, &patient, team, Some(super::SOURCE)).await?;
            let mut changed = patient.clone().into_active_model();
            changed.care_team_id = Set(Some(team.id));
            patients::service::update(tx, &patient, changed).await?;
        }
        Ok(())
    }
}
