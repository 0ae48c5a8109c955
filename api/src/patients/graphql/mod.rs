//! Patients as the API shows them. Nothing is decided here.
mod protect;
mod write;
pub use protect::ProtectionMutation;
pub use write::PatientMutation;

use super::{rules, service, timeline};
use crate::{
    Cx, Result,
    care_teams::graphql::CareTeam,
    emergency::graphql::BreakGlass,
    graphql::{
        cx, id, load,
        load::MinutesOf,
        optional_id,
        page::connection,
        scalars::{Date, DateTime},
        to_id,
    },
    huddles::graphql::SinceLastHuddle,
    page::PageArgs,
    patients::protection::blocked_staff,
    people::{
        clearances::graphql::{Sensitivity, show},
        graphql::StaffMember,
    },
    policy,
    tasks::{
        self,
        graphql::{Task, TaskConnection, TaskFilter},
    },
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{coordinator_assignment, ids::PatientId, patient, patient_contact, patient_identifier};
use std::sync::Arc;

/// Where the patient is in their care right now, as the board shows it.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "patient::PatientStatus")]
pub enum PatientStatus {
    Stable,
    Watch,
    InClinic,
    InEd,
    Inpatient,
    /// Discharged from hospital, inside the 30-day transition period.
    Transition,
    LostToContact,
    Inactive,
    Deceased,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "patient::RiskTier")]
pub enum RiskTier {
    Low,
    Rising,
    High,
    Highest,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "patient::AdministrativeGender")]
pub enum AdministrativeGender {
    Male,
    Female,
    Other,
    Unknown,
}

/// Made only by [`Patient::show`], so that every look at a patient is on record.
#[derive(Clone)]
pub struct Patient(Arc<patient::Model>);

impl Patient {
    pub fn show(cx: &Cx, row: patient::Model) -> Self {
        cx.reads.saw(row.id);
        Self(Arc::new(row))
    }

    /// The patient that a visible task names.
    pub async fn load(ctx: &Context<'_>, id: PatientId) -> Result<Option<Self>> {
        let row: Option<patient::Model> = load(ctx, id).await?;
        let cx = cx(ctx)?;
        Ok(row.map(|row| Self::show(cx, row)))
    }
}

connection!(PatientConnection, PatientEdge, Patient, patient::Model);

/// A person whom the practice looks after.
#[Object]
impl Patient {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Medical record number at the home practice.
    async fn mrn(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        Ok(self.0.mrn.as_deref().filter(|_| shows_details(ctx)))
    }

    /// What the viewer may see: the full name, or initials on a wall display.
    async fn display_name(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(if shows_details(ctx) { rules::full_name(&self.0) } else { rules::initials(&self.0) })
    }

    async fn birth_date(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        Ok(self.0.birth_date.filter(|_| shows_details(ctx)).map(Date))
    }

    async fn preferred_language(&self) -> Option<&str> {
        self.0.preferred_language.as_deref()
    }

    async fn interpreter_needed(&self) -> bool {
        self.0.interpreter_needed
    }

    async fn status(&self) -> PatientStatus {
        self.0.status.into()
    }

    async fn status_since(&self) -> DateTime {
        DateTime(self.0.status_since)
    }

    /// Where the status came from: a person, or an admission/discharge message.
    async fn status_source(&self) -> &str {
        &self.0.status_source
    }

    /// A sentence about the status, from whoever set it.
    async fn status_note(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.status_note.as_deref().filter(|_| shows_details(ctx))
    }

    async fn risk_tier(&self) -> Option<RiskTier> {
        self.0.risk_tier.map(Into::into)
    }

    /// FHIR administrative gender.
    async fn gender(&self, ctx: &Context<'_>) -> Option<AdministrativeGender> {
        self.0.gender.filter(|_| shows_details(ctx)).map(Into::into)
    }

    async fn deceased_at(&self, ctx: &Context<'_>) -> Option<DateTime> {
        self.0.deceased_at.filter(|_| shows_details(ctx)).map(DateTime)
    }

    async fn care_team(&self, ctx: &Context<'_>) -> Option<Result<CareTeam>> {
        Some(CareTeam::load(ctx, self.0.care_team_id?).await)
    }

    /// The one staff member responsible for this patient at this moment.
    async fn coordinator(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.coordinator_id).await
    }

    async fn tasks(
        &self,
        ctx: &Context<'_>,
        filter: Option<TaskFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<TaskConnection> {
        let cx = cx(ctx)?;
        let mut filter = filter.unwrap_or_default().read()?;
        filter.patient = Some(self.0.id);
        let page =
            tasks::service::list(cx, filter, tasks::service::OrderBy::Urgency, &PageArgs { first, after }).await?;
        Ok(TaskConnection(page))
    }

    /// All identifiers, the medical record number among them. Empty on a wall display.
    async fn identifiers(&self, ctx: &Context<'_>) -> Result<Vec<Identifier>> {
        if !shows_details(ctx) {
            return Ok(Vec::new());
        }
        Ok(service::identifiers(cx(ctx)?, self.0.id).await?.into_iter().map(Identifier::from).collect())
    }

    /// Phone numbers, addresses and the people to call, the best first. Empty on a wall display.
    async fn contacts(&self, ctx: &Context<'_>) -> Result<Vec<PatientContact>> {
        if !shows_details(ctx) {
            return Ok(Vec::new());
        }
        Ok(service::contacts(cx(ctx)?, self.0.id).await?.into_iter().map(PatientContact::from).collect())
    }

    /// Where they get their medicines. Null where that is not known, and on a wall display.
    async fn pharmacy(&self, ctx: &Context<'_>) -> Option<Pharmacy> {
        let name = self.0.pharmacy_name.clone().filter(|_| shows_details(ctx))?;
        Some(Pharmacy { name, phone: self.0.pharmacy_phone.clone() })
    }

    /// Minutes that everybody logged for the patient in the present calendar month of the practice. Null on a wall display.
    async fn minutes_this_month(&self, ctx: &Context<'_>) -> Option<Result<i64>> {
        if !shows_details(ctx) {
            return None;
        }
        Some(load(ctx, MinutesOf(self.0.id)).await.map(Option::unwrap_or_default))
    }

    /// Who was responsible for the patient and when, the newest first.
    async fn coordinator_history(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<CoordinatorAssignmentConnection> {
        let page = service::coordinator_history(cx(ctx)?, self.0.id, &PageArgs { first, after }).await?;
        Ok(CoordinatorAssignmentConnection(page))
    }

    /// What happened, the newest first: status changes, tasks, handovers.
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<TimelineConnection> {
        let page = timeline::page(cx(ctx)?, self.0.id, &PageArgs { first, after }).await?;
        Ok(TimelineConnection(page))
    }

    /// Whether somebody with the viewer's role and teams may change this patient's status, coordinator or team.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(policy::may_edit_patient(cx(ctx)?.scope(), &self.0))
    }

    /// Why not everybody on the team sees this patient; empty for most.
    async fn confidentiality(&self) -> Vec<Sensitivity> {
        show(self.0.labels)
    }

    /// Who is kept out of this record, as the patient asked (45 CFR 164.522(a)). Null with FORBIDDEN for who may not change
    /// it.
    async fn blocked_staff(&self, ctx: &Context<'_>) -> Option<Result<Vec<StaffMember>>> {
        let found = async { blocked_staff(cx(ctx)?, &self.0).await }.await;
        Some(found.map(|people| people.into_iter().map(|person| StaffMember(person.into())).collect()))
    }

    /// Whether somebody with the viewer's role and teams may change the flags and who is kept out.
    async fn viewer_can_protect(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(policy::may_protect(cx(ctx)?.scope(), &self.0))
    }

    /// What changed since the last huddle of the patient's team. Null where the patient has no team, or one that the viewer
    /// does not see.
    async fn since_last_huddle(&self, ctx: &Context<'_>) -> Option<Result<SinceLastHuddle>> {
        SinceLastHuddle::of_patient(ctx, &self.0).await.transpose()
    }

    /// The viewer's emergency access, if that is how they see this patient: they may read, and change nothing.
    async fn emergency_access(&self, ctx: &Context<'_>) -> Option<Result<BreakGlass>> {
        BreakGlass::of_patient(ctx, self.0.id).await.transpose()
    }
}

/// A wall display shows who, by initials, and how they are; nothing that identifies.
pub fn shows_details(ctx: &Context<'_>) -> bool {
    cx(ctx).is_ok_and(|cx| !cx.scope().is_display())
}

#[derive(SimpleObject)]
struct Identifier {
    /// What kind of number it is, HL7 table 0203: MR, SS, DL, …
    r#type: Option<String>,
    system: Option<String>,
    value: String,
}

impl From<patient_identifier::Model> for Identifier {
    fn from(row: patient_identifier::Model) -> Self {
        Self { r#type: row.type_code, system: Some(row.system).filter(|system| !system.is_empty()), value: row.value }
    }
}

#[derive(SimpleObject)]
struct Pharmacy {
    name: String,
    phone: Option<String>,
}

/// A way to reach the patient, or a person close to them.
#[derive(SimpleObject)]
struct PatientContact {
    /// Null for the patient's own numbers.
    name: Option<String>,
    /// In words: mother, emergency contact, …
    relationship: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    address: Option<String>,
}

impl From<patient_contact::Model> for PatientContact {
    fn from(row: patient_contact::Model) -> Self {
        Self {
            name: row.name,
            relationship: row.relationship,
            phone: row.phone,
            email: row.email,
            address: row.address,
        }
    }
}

#[derive(Clone)]
pub struct CoordinatorAssignment(Arc<coordinator_assignment::Model>);

impl CoordinatorAssignment {
    pub fn show(_: &Cx, row: coordinator_assignment::Model) -> Self {
        Self(Arc::new(row))
    }
}

connection!(
    CoordinatorAssignmentConnection,
    CoordinatorAssignmentEdge,
    CoordinatorAssignment,
    coordinator_assignment::Model
);

/// A span of responsibility for a patient. Exactly one is open (`end` is null) while the patient has a coordinator.
#[Object]
impl CoordinatorAssignment {
    async fn staff(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.staff_id).await
    }

    async fn start(&self) -> DateTime {
        DateTime(self.0.started_at)
    }

    async fn end(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    async fn reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.reason.as_deref().filter(|_| shows_details(ctx))
    }
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
enum TimelineKind {
    StatusChanged,
    CoordinatorChanged,
    Task,
}

#[derive(Clone)]
pub struct TimelineEntry(Arc<timeline::Entry>);

impl TimelineEntry {
    pub fn show(_: &Cx, row: timeline::Entry) -> Self {
        Self(Arc::new(row))
    }
}

connection!(TimelineConnection, TimelineEdge, TimelineEntry, timeline::Entry);

/// One thing that happened to a patient or to the work about them.
#[Object]
impl TimelineEntry {
    pub async fn id(&self) -> ID {
        match &self.0.what {
            timeline::What::Status(change) => to_id(change.id),
            timeline::What::Coordinator(assignment) => to_id(assignment.id),
            timeline::What::Task(entry) => to_id(entry.id),
        }
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    async fn kind(&self) -> TimelineKind {
        match &self.0.what {
            timeline::What::Status(_) => TimelineKind::StatusChanged,
            timeline::What::Coordinator(_) => TimelineKind::CoordinatorChanged,
            timeline::What::Task(_) => TimelineKind::Task,
        }
    }

    /// One sentence for people.
    async fn summary(&self, ctx: &Context<'_>) -> Result<String> {
        let task = match self.0.task() {
            Some(id) => load(ctx, id).await?,
            None => None,
        };
        let staff = match &self.0.what {
            timeline::What::Coordinator(assignment) => Some(StaffMember::load(ctx, assignment.staff_id).await?),
            timeline::What::Status(_) | timeline::What::Task(_) => None,
        };
        Ok(self.0.summary(task.as_ref(), staff.as_ref().map(|staff| staff.0.display_name.as_str())))
    }

    /// The reason or note that was given.
    async fn note(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.note().filter(|_| shows_details(ctx))
    }

    /// Who did it; null where a message, an import or time itself did.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.actor()).await
    }

    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.0.task()?).await.transpose()
    }
}

#[derive(InputObject, Default)]
pub struct PatientFilter {
    care_team_id: Option<ID>,
    coordinator_id: Option<ID>,
    /// In care, and nobody is responsible for them. False is as if it were not there.
    without_coordinator: Option<bool>,
    status: Option<Vec<PatientStatus>>,
    risk_tier: Option<Vec<RiskTier>>,
    /// Words of a name, a birth date, or an MRN.
    search: Option<String>,
}

impl PatientFilter {
    pub fn read(self) -> Result<service::Filter> {
        Ok(service::Filter {
            care_team: optional_id(&self.care_team_id, "filter.careTeamId")?,
            coordinator: optional_id(&self.coordinator_id, "filter.coordinatorId")?,
            without_coordinator: self.without_coordinator.unwrap_or_default(),
            status: self.status.map(|status| status.into_iter().map(Into::into).collect()),
            risk_tier: self.risk_tier.map(|tiers| tiers.into_iter().map(Into::into).collect()),
            search: crate::text::optional("filter.search", self.search, 200)?,
        })
    }
}

#[derive(Default)]
pub struct PatientQuery;

#[Object]
impl PatientQuery {
    async fn patient(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Patient>> {
        Some(find(ctx, &id).await)
    }

    async fn patients(
        &self,
        ctx: &Context<'_>,
        filter: Option<PatientFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<PatientConnection> {
        let cx = cx(ctx)?;
        let page = service::list(cx, filter.unwrap_or_default().read()?, &PageArgs { first, after }).await?;
        Ok(PatientConnection(page))
    }
}

async fn find(ctx: &Context<'_>, text: &ID) -> Result<Patient> {
    let cx = cx(ctx)?;
    Ok(Patient::show(cx, service::find(cx, id(text, "id")?).await?))
}
