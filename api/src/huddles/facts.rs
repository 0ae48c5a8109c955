//! What is known about a team's patients and work, as facts for the agenda. Read for the whole team: who looks at the
//! agenda is shown of it what they may see.
use super::{
    rules::{self, Carried, Code, Fact, Reason, Subject},
    service::parts,
};
use crate::{Cx, Result, patients::touch, tasks::service::is_open};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use entity::{
    care_team, huddle,
    huddle::HuddleState,
    huddle_decision, huddle_item,
    huddle_item::HuddleItemState,
    huddle_setting,
    ids::{PatientId, TaskId},
    patient::{self, PatientStatus, RiskTier},
    patient_status_change,
    task::{self, DueState, TaskPriority, TaskStatus},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::SelectStatement,
};
use std::collections::{BTreeMap, BTreeSet};

/// More of one sort would be on no agenda anyway.
const MOST: u64 = 500;
/// News are not older than this, however long there was no huddle.
const OLDEST_NEWS: Duration = Duration::days(7);
/// Who was discharged is in transition for so long.
const TRANSITION: Duration = Duration::days(30);
/// Work that prepares a visit, or closes a gap at it.
const PREPARATION: [&str; 9] = [
    "CARE_PLAN_REVIEW",
    "COVERAGE_CHECK",
    "EDUCATION",
    "FORM_COMPLETION",
    "LAB_FOLLOW_UP",
    "MEDICATION_RECONCILIATION",
    "RECALL",
    "REFERRAL_FOLLOW_UP",
    "SCREENING",
];

pub struct Facts {
    pub facts: Vec<Fact>,
    pub carried: Vec<Carried>,
    pub talked: BTreeMap<Subject, DateTime<Utc>>,
}

struct Asked<'a> {
    cx: &'a Cx,
    team: &'a care_team::Model,
    huddle: &'a huddle::Model,
    zone: Tz,
    facts: Vec<Fact>,
}

pub async fn gather(
    cx: &Cx,
    team: &care_team::Model,
    huddle: &huddle::Model,
    settings: &huddle_setting::Model,
    items: &[huddle_item::Model],
) -> Result<Facts> {
    let zone = team.time_zone.parse().unwrap_or(Tz::UTC);
    let mut asked = Asked { cx, team, huddle, zone, facts: Vec::new() };
    asked.decisions().await?;
    asked.hospital().await?;
    asked.discharges().await?;
    asked.visits().await?;
    asked.work().await?;
    asked.risk(settings).await?;
    asked.added(items)?;
    let carried = asked.carried().await?;
    let talked = asked.talked().await?;
    Ok(Facts { facts: asked.facts, carried, talked })
}

/// What an item is about.
pub fn subject(item: &huddle_item::Model) -> Option<Subject> {
    item.patient_id.map(Subject::Patient).or(item.task_id.map(Subject::Task))
}

pub fn reasons(item: &huddle_item::Model) -> Result<Vec<Reason>> {
    Ok(serde_json::from_value(item.reasons.clone())?)
}

fn about(task: &task::Model) -> Subject {
    task.patient_id.map_or(Subject::Task(task.id), Subject::Patient)
}

fn because(code: Code, since: DateTime<Utc>, task: &task::Model) -> Fact {
    let (due_at, kind) = (task.due_at, Some(task.kind.clone()));
    Fact { subject: about(task), reason: Reason { due_at, kind, task: Some(task.id.0), ..Reason::of(code, since) } }
}

impl Asked<'_> {
    fn tasks(&self) -> Select<task::Entity> {
        task::Entity::find()
            .filter(task::Column::OrganizationId.eq(self.team.organization_id))
            .filter(task::Column::CareTeamId.eq(self.team.id))
            .filter(is_open())
            .filter(task::Column::Status.ne(TaskStatus::Draft))
            .order_by_desc(task::Column::Priority)
            .order_by_asc(task::Column::UrgencyAt)
            .order_by_asc(task::Column::Id)
            .limit(MOST)
    }

    fn patients(&self) -> Select<patient::Entity> {
        patient::Entity::find()
            .filter(patient::Column::OrganizationId.eq(self.team.organization_id))
            .filter(patient::Column::CareTeamId.eq(self.team.id))
            .filter(patient::Column::MergedIntoId.is_null())
    }

    fn patient_ids(&self) -> SelectStatement {
        self.patients().select_only().column(patient::Column::Id).into_query()
    }

    fn end_of_day(&self) -> DateTime<Utc> {
        rules::start_of(self.huddle.date + Duration::days(1), self.zone)
    }

    /// Open work that was decided on at an earlier huddle, and is due by the end of the day.
    async fn decisions(&mut self) -> Result<()> {
        let decided = huddle_decision::Entity::find()
            .select_only()
            .column(huddle_decision::Column::TaskId)
            .filter(huddle_decision::Column::OrganizationId.eq(self.team.organization_id))
            .filter(huddle_decision::Column::HuddleId.ne(self.huddle.id));
        let open = self
            .tasks()
            .filter(task::Column::Id.in_subquery(decided.into_query()))
            .filter(task::Column::DueAt.lt(self.end_of_day()));
        for task in open.all(&self.cx.db()).await? {
            self.facts.push(because(Code::DecisionOpen, task.created_at, &task));
        }
        Ok(())
    }

    /// Since when what happened is news to this huddle.
    fn news_since(&self, last: Option<&huddle::Model>) -> DateTime<Utc> {
        let unheard = rules::last_business_day(self.huddle.date, self.zone);
        let held = last.and_then(|last| last.started_at);
        held.map_or(unheard, |held| held.max(rules::start_of(self.huddle.date, self.zone) - OLDEST_NEWS))
    }

    /// News of hospitals, but what the last huddle spoke about while it was held.
    async fn hospital(&mut self) -> Result<()> {
        let last = before(self.cx, self.huddle, &[HuddleState::Ended]).await?;
        let spoken = match &last {
            Some(last) => parts::items(&self.cx.db(), last).await?,
            None => Vec::new(),
        };
        let was_news = |patient: PatientId, since: DateTime<Utc>| {
            let settled = |item: &huddle_item::Model| {
                matches!(item.state, HuddleItemState::Discussed | HuddleItemState::Absent)
                    && item.settled_at.is_some_and(|at| since <= at)
            };
            spoken.iter().any(|item| item.patient_id == Some(patient) && settled(item))
        };
        let happened = patient_status_change::Entity::find()
            .filter(patient_status_change::Column::OrganizationId.eq(self.team.organization_id))
            .filter(patient_status_change::Column::RecordedAt.gt(self.news_since(last.as_ref())))
            .filter(patient_status_change::Column::Status.is_in([PatientStatus::InEd, PatientStatus::Inpatient]))
            .filter(patient_status_change::Column::PatientId.in_subquery(self.patient_ids()))
            .order_by_desc(patient_status_change::Column::RecordedAt)
            .limit(MOST);
        let happened = happened.all(&self.cx.db()).await?;
        let there_now = self.patients().filter(patient::Column::Status.eq(PatientStatus::InEd)).limit(MOST);
        let there_now = there_now.all(&self.cx.db()).await?;
        let visits = happened.into_iter().map(|change| (change.patient_id, change.status, change.since));
        let waits = there_now.into_iter().map(|patient| (patient.id, patient.status, patient.status_since));
        let visits = visits.filter(|(patient, _, since)| !was_news(*patient, *since));
        // Who is still there is worth a word at each huddle.
        let visits: BTreeSet<_> = visits.chain(waits).collect();
        self.facts.extend(visits.into_iter().map(|(patient, status, since)| {
            let code = if status == PatientStatus::InEd { Code::EdVisit } else { Code::Admission };
            Fact { subject: Subject::Patient(patient), reason: Reason::of(code, since) }
        }));
        Ok(())
    }

    /// Who left hospital and was not reached yet. Their contact is due when its task says so, else by the rule.
    async fn discharges(&mut self) -> Result<()> {
        let left = self
            .patients()
            .filter(patient::Column::Status.eq(PatientStatus::Transition))
            .filter(patient::Column::StatusSince.gte(self.cx.now() - TRANSITION))
            .limit(MOST)
            .all(&self.cx.db())
            .await?;
        let contacts = task::Entity::find()
            .filter(task::Column::OrganizationId.eq(self.team.organization_id))
            .filter(task::Column::Kind.eq("TRANSITION_CONTACT"))
            .filter(task::Column::PatientId.is_in(left.iter().map(|patient| patient.id)))
            .filter(Condition::any().add(is_open()).add(task::Column::Status.eq(TaskStatus::Completed)))
            .order_by_asc(task::Column::Id)
            .all(&self.cx.db())
            .await?;
        for patient in left {
            let mut theirs = contacts.iter().filter(|task| task.patient_id == Some(patient.id));
            if theirs.clone().any(|task| task.completed_at.is_some_and(|at| at >= patient.status_since)) {
                continue;
            }
            let open = theirs.find(|task| task.completed_at.is_none() && task.due_at.is_some());
            let reason = Reason::of(Code::Discharge, patient.status_since);
            let by_rule = || rules::contact_by(patient.status_since, self.zone);
            let due_at = Some(open.and_then(|task| task.due_at).unwrap_or_else(by_rule));
            let task = open.map(|task| task.id.0);
            self.facts.push(Fact { subject: Subject::Patient(patient.id), reason: Reason { due_at, task, ..reason } });
        }
        Ok(())
    }

    /// There are no appointments here yet: who is in the clinic, and whose visit of today is to be confirmed.
    async fn visits(&mut self) -> Result<()> {
        let here = self.patients().filter(patient::Column::Status.eq(PatientStatus::InClinic)).limit(MOST);
        let here = here.all(&self.cx.db()).await?;
        let unconfirmed = self
            .tasks()
            .filter(task::Column::Kind.eq("APPOINTMENT_CONFIRMATION"))
            .filter(task::Column::PatientId.is_not_null())
            .filter(task::Column::DueAt.gte(rules::start_of(self.huddle.date, self.zone)))
            .filter(task::Column::DueAt.lt(self.end_of_day()))
            .all(&self.cx.db())
            .await?;
        let come: BTreeSet<PatientId> = here
            .iter()
            .map(|patient| patient.id)
            .chain(unconfirmed.iter().filter_map(|task| task.patient_id))
            .collect();
        let gaps = self
            .tasks()
            .filter(task::Column::Kind.is_in(PREPARATION))
            .filter(task::Column::PatientId.is_in(come))
            .all(&self.cx.db())
            .await?;
        self.facts.extend(here.into_iter().map(|patient| Fact {
            subject: Subject::Patient(patient.id),
            reason: Reason::of(Code::Visit, patient.status_since),
        }));
        self.facts.extend(unconfirmed.iter().map(|task| because(Code::VisitUnconfirmed, task.status_since, task)));
        self.facts.extend(gaps.iter().map(|task| because(Code::Gap, task.created_at, task)));
        Ok(())
    }

    /// Overdue work, and what should be somebody's today and is nobody's.
    async fn work(&mut self) -> Result<()> {
        let overdue = self.tasks().filter(task::Column::DueState.eq(DueState::Overdue)).all(&self.cx.db()).await?;
        let pressing = Condition::any()
            .add(task::Column::Priority.gte(TaskPriority::Urgent))
            .add(task::Column::DueAt.lt(self.end_of_day()));
        let unowned = self
            .tasks()
            .filter(task::Column::Status.eq(TaskStatus::Ready))
            .filter(task::Column::DueState.ne(DueState::Overdue))
            .filter(pressing)
            .all(&self.cx.db())
            .await?;
        let late = overdue.iter().map(|task| because(Code::Overdue, task.due_at.unwrap_or(task.created_at), task));
        self.facts.extend(late);
        self.facts.extend(unowned.iter().map(|task| because(Code::Unowned, task.status_since, task)));
        Ok(())
    }

    async fn risk(&mut self, settings: &huddle_setting::Model) -> Result<()> {
        let gone = [PatientStatus::Deceased, PatientStatus::Inactive];
        let theirs = self
            .patients()
            .filter(patient::Column::RiskTier.is_not_null())
            .filter(patient::Column::Status.is_not_in(gone))
            .select_only()
            .columns([patient::Column::Id, patient::Column::RiskTier, patient::Column::CreatedAt])
            .into_tuple::<(PatientId, RiskTier, DateTime<Utc>)>()
            .all(&self.cx.db())
            .await?;
        let touched = touch::last(self.cx, self.patient_ids()).await?;
        for (patient, tier, created) in theirs {
            let since = touched.get(&patient).copied().unwrap_or(created);
            if since + cadence(settings, tier) <= self.cx.now() {
                let reason = Reason { tier: Some(rules::tier_number(tier)), ..Reason::of(Code::NoTouch, since) };
                self.facts.push(Fact { subject: Subject::Patient(patient), reason });
            }
        }
        Ok(())
    }

    /// What somebody put on this agenda stays on it.
    fn added(&mut self, items: &[huddle_item::Model]) -> Result<()> {
        for item in items {
            let Some(subject) = subject(item) else { continue };
            let added = reasons(item)?.into_iter().filter(|reason| reason.code == Code::Added);
            self.facts.extend(added.map(|reason| Fact { subject, reason }));
        }
        Ok(())
    }

    async fn carried(&self) -> Result<Vec<Carried>> {
        let last = before(self.cx, self.huddle, &[HuddleState::Ended, HuddleState::Missed]).await?;
        let Some(last) = last else { return Ok(Vec::new()) };
        let left = huddle_item::Entity::find()
            .filter(huddle_item::Column::OrganizationId.eq(last.organization_id))
            .filter(huddle_item::Column::HuddleId.eq(last.id))
            .filter(huddle_item::Column::State.is_in([HuddleItemState::Open, HuddleItemState::Deferred]))
            .all(&self.cx.db())
            .await?;
        let mut named: BTreeSet<TaskId> = left.iter().filter_map(|item| item.task_id).collect();
        for item in &left {
            named.extend(reasons(item)?.iter().filter_map(|reason| reason.task).map(TaskId));
        }
        let open = self.tasks().filter(task::Column::Id.is_in(named)).select_only().column(task::Column::Id);
        let open: BTreeSet<TaskId> = open.into_tuple().all(&self.cx.db()).await?.into_iter().collect();
        let of_team = self.patients().filter(patient::Column::Id.is_in(left.iter().filter_map(|item| item.patient_id)));
        let of_team: BTreeSet<PatientId> = of_team
            .select_only()
            .column(patient::Column::Id)
            .into_tuple()
            .all(&self.cx.db())
            .await?
            .into_iter()
            .collect();

        let mut carried = Vec::new();
        for item in left {
            let Some(subject) = subject(&item) else { continue };
            let is_theirs = match subject {
                Subject::Patient(patient) => of_team.contains(&patient),
                Subject::Task(task) => open.contains(&task),
            };
            let old = reasons(&item)?;
            // Of a huddle that nobody held, what still holds is found again by itself.
            let by_somebody = old.iter().any(|reason| matches!(reason.code, Code::Added | Code::RolledOver));
            let missed = last.state == HuddleState::Missed && !by_somebody;
            let reasons: Vec<Reason> =
                old.into_iter().filter(|reason| self.still_holds(subject, reason, &open)).collect();
            if is_theirs && !missed && !reasons.is_empty() {
                carried.push(Carried {
                    subject,
                    reasons,
                    from: last.date,
                    first: item.rolled_from.unwrap_or(last.date),
                });
            }
        }
        Ok(carried)
    }

    /// An original reason is kept until what it was about is done.
    fn still_holds(&self, subject: Subject, reason: &Reason, open: &BTreeSet<TaskId>) -> bool {
        let untouched = || self.facts.iter().any(|fact| fact.subject == subject && fact.reason.code == Code::NoTouch);
        match (reason.code, reason.task) {
            (Code::RolledOver, _) => false,
            (Code::NoTouch, _) => untouched(),
            (Code::Discharge, _) => {
                self.facts.iter().any(|fact| fact.subject == subject && fact.reason.code == Code::Discharge)
            }
            (_, Some(task)) => open.contains(&TaskId(task)),
            (_, None) => true,
        }
    }

    /// Who was spoken about earlier that day.
    async fn talked(&self) -> Result<BTreeMap<Subject, DateTime<Utc>>> {
        let earlier = huddle::Entity::find()
            .select_only()
            .column(huddle::Column::Id)
            .filter(huddle::Column::OrganizationId.eq(self.huddle.organization_id))
            .filter(huddle::Column::CareTeamId.eq(self.huddle.care_team_id))
            .filter(huddle::Column::Date.eq(self.huddle.date))
            .filter(huddle::Column::Id.ne(self.huddle.id));
        let items = huddle_item::Entity::find()
            .filter(huddle_item::Column::OrganizationId.eq(self.huddle.organization_id))
            .filter(huddle_item::Column::HuddleId.in_subquery(earlier.into_query()))
            .filter(huddle_item::Column::State.eq(HuddleItemState::Discussed))
            .all(&self.cx.db())
            .await?;
        Ok(items.iter().filter_map(|item| Some((subject(item)?, item.settled_at?))).collect())
    }
}

fn cadence(settings: &huddle_setting::Model, tier: RiskTier) -> Duration {
    Duration::days(i64::from(match tier {
        RiskTier::Highest => settings.highest_touch_days,
        RiskTier::High => settings.high_touch_days,
        RiskTier::Rising => settings.rising_touch_days,
        RiskTier::Low => settings.low_touch_days,
    }))
}

/// The team's last huddle before this one that is in one of these states.
async fn before(cx: &Cx, huddle: &huddle::Model, states: &[HuddleState]) -> Result<Option<huddle::Model>> {
    let earlier = huddle::Entity::find()
        .filter(huddle::Column::OrganizationId.eq(huddle.organization_id))
        .filter(huddle::Column::CareTeamId.eq(huddle.care_team_id))
        .filter(huddle::Column::State.is_in(states.iter().copied()))
        .filter(huddle::Column::Date.lte(huddle.date))
        .order_by_desc(huddle::Column::Date)
        .order_by_desc(huddle::Column::Slot)
        .limit(3)
        .all(&cx.db())
        .await?;
    let is_before = |other: &huddle::Model| (other.date, other.slot) < (huddle.date, huddle.slot);
    Ok(earlier.into_iter().find(is_before))
}
