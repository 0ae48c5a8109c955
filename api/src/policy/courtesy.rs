//! Who sees and answers what people tell each other about their work.
use super::{
    Capacity, Scope, may_assign, may_follow_team, sight::visible_tasks, unwithheld_patients, unwithheld_tasks,
};
use entity::{
    claim_request,
    handoff::{self, HandoffKind},
    handoff_item,
    ids::{CareTeamId, StaffId},
    patient,
    staff::StaffRole,
    task,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, SimpleExpr},
};

/// People on the team and who manages it. What they tell each other is in their own words, and for no screen on a wall
/// and no program.
pub fn may_see_handoffs(scope: &Scope, team: CareTeamId) -> bool {
    speaks(scope) && may_follow_team(scope, team)
}

fn speaks(scope: &Scope) -> bool {
    matches!(scope.capacity, Capacity::Staff { .. } | Capacity::System) && !scope.sight.on_wall
}

/// Handoffs of the teams that somebody follows, without those about anybody who is hidden from them.
pub fn visible_handoffs(scope: &Scope) -> Select<handoff::Entity> {
    let mut handoffs = handoff::Entity::find().filter(handoff::Column::OrganizationId.eq(scope.organization));
    if !speaks(scope) {
        return handoffs.filter(Expr::value(false));
    }
    if let super::Teams::Of(teams) = &scope.teams {
        handoffs = handoffs.filter(handoff::Column::CareTeamId.is_in(teams.iter().copied()));
    }
    let task = unwithheld_tasks(scope).select_only().expr(Expr::value(1));
    let task = task.filter(same((task::Entity, task::Column::Id), handoff_item::Column::TaskId));
    let patient = unwithheld_patients(scope).select_only().expr(Expr::value(1));
    let patient = patient.filter(same((patient::Entity, patient::Column::Id), handoff_item::Column::PatientId));
    let hidden = Condition::any()
        .add(handoff_item::Column::TaskId.is_not_null().and(Expr::exists(task.into_query()).not()))
        .add(handoff_item::Column::PatientId.is_not_null().and(Expr::exists(patient.into_query()).not()));
    let of_it = Expr::col((handoff_item::Entity, handoff_item::Column::HandoffId))
        .equals((handoff::Entity, handoff::Column::Id));
    let about_hidden = handoff_item::Entity::find()
        .select_only()
        .expr(Expr::value(1))
        .filter(handoff_item::Column::OrganizationId.eq(scope.organization))
        .filter(of_it)
        .filter(hidden);
    handoffs.filter(Expr::exists(about_hidden.into_query()).not())
}

fn same<E: EntityTrait, C: ColumnTrait>(of: (E, C), item: handoff_item::Column) -> SimpleExpr
where
    (E, C): sea_orm::sea_query::IntoColumnRef,
{
    Expr::col(of).equals((handoff_item::Entity, item))
}

/// Requests for tasks that somebody sees.
pub fn visible_claim_requests(scope: &Scope) -> Select<claim_request::Entity> {
    let requests = claim_request::Entity::find().filter(claim_request::Column::OrganizationId.eq(scope.organization));
    if !speaks(scope) {
        return requests.filter(Expr::value(false));
    }
    let wanted =
        Expr::col((task::Entity, task::Column::Id)).equals((claim_request::Entity, claim_request::Column::TaskId));
    let seen = visible_tasks(scope).select_only().expr(Expr::value(1)).filter(wanted);
    requests.filter(Expr::exists(seen.into_query()))
}

/// To say that one knows: whom it is for. What is for anybody of the team is taken by who works there, and what was
/// escalated by hand by who manages the team.
pub fn may_acknowledge(scope: &Scope, staff: Option<StaffId>, handoff: &handoff::Model) -> bool {
    match (handoff.kind, handoff.to_id) {
        (_, Some(to)) => staff == Some(to),
        (HandoffKind::Escalation, None) => scope.manages(handoff.care_team_id),
        (HandoffKind::Transfer | HandoffKind::Notice, None) => {
            scope.works_in(handoff.care_team_id) && staff != handoff.from_id
        }
    }
}

/// To name another receiver, or to take it back: the giver, and who gives out the team's work.
pub fn may_redirect(scope: &Scope, staff: Option<StaffId>, handoff: &handoff::Model) -> bool {
    (staff.is_some() && staff == handoff.from_id) || may_find_stranded(scope, handoff.care_team_id)
}

/// To see whose work waits while they are away: who could give it to somebody else.
pub fn may_find_stranded(scope: &Scope, team: CareTeamId) -> bool {
    scope.manages(team) || (scope.works_in(team) && scope.role() == Some(StaffRole::CareCoordinator))
}

/// To grant or decline a request for a task: its holder, and who could assign it anyway.
pub fn may_answer(scope: &Scope, staff: Option<StaffId>, request: &claim_request::Model, task: &task::Model) -> bool {
    let holds = staff == Some(request.holder_id) && task.claimed_by == staff && scope.works_in(task.care_team_id);
    holds || may_assign(scope, task)
}
