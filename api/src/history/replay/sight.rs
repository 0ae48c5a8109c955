//! Whom the viewer may see in the past: what was the team's then, without those who are hidden from the viewer today.
use crate::{Cx, Result, policy};
use entity::{
    ids::{CareTeamId, PatientId},
    patient,
    sensitivity::Labels,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeSet, HashMap};

/// Both databases take as many parameters in a statement.
pub const IDS_A_STATEMENT: usize = 10_000;

/// Those of `patients` whom the viewer may not be shown on the team's board. A record that became part of another is hidden
/// with it.
pub async fn hidden(cx: &Cx, team: CareTeamId, patients: BTreeSet<PatientId>) -> Result<BTreeSet<PatientId>> {
    let scope = cx.scope().within(team);
    let mut now: HashMap<PatientId, (Labels, Option<PatientId>)> = HashMap::new();
    let mut wanted: Vec<PatientId> = patients.iter().copied().collect();
    while !wanted.is_empty() {
        for ids in wanted.chunks(IDS_A_STATEMENT) {
            let rows: Vec<(PatientId, Labels, Option<PatientId>)> = patient::Entity::find()
                .select_only()
                .columns([patient::Column::Id, patient::Column::Labels, patient::Column::MergedIntoId])
                .filter(patient::Column::OrganizationId.eq(cx.organization()))
                .filter(patient::Column::Id.is_in(ids.iter().copied()))
                .into_tuple()
                .all(&cx.db())
                .await?;
            now.extend(rows.into_iter().map(|(id, labels, into)| (id, (labels, into))));
        }
        let into: BTreeSet<PatientId> = now.values().filter_map(|(_, into)| *into).collect();
        wanted = into.into_iter().filter(|id| !now.contains_key(id)).collect();
    }
    let is_withheld = |id: PatientId| match now.get(&id) {
        Some((labels, _)) => policy::is_withheld(&scope, id, *labels),
        None => true,
    };
    let is_hidden =
        |id: &PatientId| is_withheld(*id) || now.get(id).and_then(|(_, into)| *into).is_some_and(is_withheld);
    Ok(patients.into_iter().filter(is_hidden).collect())
}
