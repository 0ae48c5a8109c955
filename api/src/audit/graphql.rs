//! The record as the API shows it. Nothing is decided here.
use super::{
    chain::to_hex,
    head,
    list::{self, By, Filter, Order},
    report::{self, Access, Report},
    rules,
};
use crate::{
    Cx, Result,
    graphql::{
        cx, id,
        load::{AuditActor, AuditPatientOf},
        loader, optional_id,
        page::connection,
        scalars::DateTime,
        to_id,
    },
    page::PageArgs,
    patients,
    people::graphql::StaffMember,
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{
    audit_entry,
    ids::{PatientId, SessionId, StaffId},
    patient,
};

/// What was done.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "audit_entry::AuditKind")]
pub enum AuditKind {
    Write,
    Read,
    SignIn,
    SignOut,
    /// A sign-in that failed.
    Refused,
    /// Asked for what the actor may not do, or may not know of.
    Denied,
    /// Patients looked for by words. The words are not on record.
    Search,
    /// Taken out as a file.
    Export,
    /// Patient data that a feed brought.
    Pushed,
    /// Looked at in an emergency, beyond what one sees otherwise.
    BreakGlass,
}

/// What for, in the words of HL7 v3 PurposeOfUse.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "audit_entry::AuditPurpose")]
pub enum AuditPurpose {
    /// Treatment.
    #[graphql(name = "TREAT")]
    Treatment,
    /// Emergency treatment.
    #[graphql(name = "ETREAT")]
    EmergencyTreatment,
    /// Healthcare operations: running the practice, reviewing access.
    #[graphql(name = "HOPERAT")]
    Operations,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum AuditResult {
    Success,
    Denied,
}

/// In which capacity somebody acted.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum AuditActorKind {
    Staff,
    Display,
    Integration,
    /// The program itself: imports, messages, time.
    System,
}

impl AuditActorKind {
    fn of(word: &str) -> Self {
        match word {
            "staff" => Self::Staff,
            "display" => Self::Display,
            "integration" => Self::Integration,
            _ => Self::System,
        }
    }
}

/// All that is given must hold.
#[derive(InputObject, Default)]
pub struct AuditFilter {
    /// Rows that concern this patient.
    patient_id: Option<ID>,
    /// Rows of what this person did.
    staff_id: Option<ID>,
    kinds: Option<Vec<AuditKind>>,
    /// From this moment on.
    from: Option<DateTime>,
    /// Before this moment.
    to: Option<DateTime>,
    /// The exact name: `tasks.claim`, or a document's name.
    operation: Option<String>,
    purpose: Option<AuditPurpose>,
    result: Option<AuditResult>,
}

impl AuditFilter {
    pub fn read(self) -> Result<Filter> {
        Ok(Filter {
            patient: optional_id(&self.patient_id, "filter.patientId")?,
            staff: optional_id(&self.staff_id, "filter.staffId")?,
            kinds: self.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect()),
            from: self.from.map(|at| at.0),
            to: self.to.map(|at| at.0),
            operation: self.operation,
            purpose: self.purpose.map(Into::into),
            denied: self.result.map(|result| result == AuditResult::Denied),
            until: None,
        })
    }
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum AuditOrderField {
    At,
    Staff,
    Kind,
    Operation,
    /// By the first patient of the row.
    Patient,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum SortDirection {
    Asc,
    Desc,
}

/// AT, newest first, unless told. Other fields sort rows that are equal in it by time, in the same direction.
#[derive(InputObject)]
pub struct AuditOrder {
    #[graphql(default_with = "AuditOrderField::At")]
    field: AuditOrderField,
    #[graphql(default_with = "SortDirection::Desc")]
    direction: SortDirection,
}

impl AuditOrder {
    pub fn read(self) -> Order {
        let by = match self.field {
            AuditOrderField::At => By::At,
            AuditOrderField::Staff => By::Staff,
            AuditOrderField::Kind => By::Kind,
            AuditOrderField::Operation => By::Operation,
            AuditOrderField::Patient => By::Patient,
        };
        Order { by, descending: self.direction == SortDirection::Desc }
    }
}

#[derive(Clone)]
pub struct AuditEntry(audit_entry::Model);

impl AuditEntry {
    pub fn show(_: &Cx, row: audit_entry::Model) -> Self {
        Self(row)
    }

    fn patient_ids(&self) -> impl Iterator<Item = PatientId> {
        self.0.patients.as_array().into_iter().flatten().filter_map(|id| id.as_str()?.parse().ok())
    }
}

connection!(AuditEntryConnection, AuditEntryEdge, AuditEntry, audit_entry::Model);

/// Something that was done, and is on record.
#[Object]
impl AuditEntry {
    async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    /// Its place in the organization's chain, a whole number as text. Null for rows from before there was a chain.
    async fn number(&self) -> Option<String> {
        self.0.number.map(|number| number.to_string())
    }

    /// SHA-256 over the row and the hash before it, in hexadecimal.
    async fn hash(&self) -> Option<String> {
        self.0.hash.as_deref().map(to_hex)
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    async fn actor_kind(&self) -> AuditActorKind {
        AuditActorKind::of(&self.0.actor_kind)
    }

    /// The person who acted, if it was one.
    async fn staff(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.actor_id).await
    }

    /// The person, display or integration, by the name that they have now; else Huddle.
    async fn actor_name(&self, ctx: &Context<'_>) -> Result<String> {
        actor_name(ctx, &self.0.actor_kind, self.0.actor_id, self.0.session_id).await
    }

    async fn kind(&self) -> AuditKind {
        self.0.kind.into()
    }

    /// What was done (`tasks.claim`), or the name of the document that read.
    async fn operation(&self) -> &str {
        &self.0.operation
    }

    async fn purpose(&self) -> Option<AuditPurpose> {
        self.0.purpose.map(Into::into)
    }

    async fn result(&self) -> AuditResult {
        if rules::is_denied(self.0.kind) { AuditResult::Denied } else { AuditResult::Success }
    }

    /// Where from: an IP address, where it is known.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// task, patient, staff, care-team, session, display, …
    async fn entity_type(&self) -> Option<&str> {
        self.0.entity_type.as_deref()
    }

    /// Opaque; the same thing has the same id.
    async fn entity_id(&self) -> Option<String> {
        self.0.entity_id.map(|id| id.simple().to_string())
    }

    /// How many patients the row concerns.
    async fn patient_count(&self) -> usize {
        self.0.patients.as_array().map_or(0, Vec::len)
    }

    /// The first of the patients whom the row concerns; 5 unless told, 50 at most.
    async fn patients(&self, ctx: &Context<'_>, first: Option<i32>) -> Result<Vec<AuditPatient>> {
        let first = first.unwrap_or(5).clamp(0, 50).unsigned_abs() as usize;
        let ids: Vec<_> = self.patient_ids().take(first).collect();
        AuditPatient::load_many(ctx, ids).await
    }

    /// What changed, before and after, as a JSON object of lists: {"role": ["NURSE", "MANAGER"]}.
    async fn detail(&self) -> Option<String> {
        self.0.detail.as_ref().map(ToString::to_string)
    }
}

async fn actor_name(
    ctx: &Context<'_>,
    kind: &str,
    staff: Option<StaffId>,
    session: Option<SessionId>,
) -> Result<String> {
    let actor = AuditActor { kind: kind.to_owned(), staff, session: session.filter(|_| staff.is_none()) };
    Ok(loader(ctx)?.load_one(actor).await?.unwrap_or_default())
}

/// A patient as the record names them. Naming them is a look at them, and on record.
#[derive(SimpleObject)]
pub struct AuditPatient {
    id: ID,
    /// As they are called now; null where no such patient is in this organization.
    display_name: Option<String>,
    mrn: Option<String>,
}

impl AuditPatient {
    async fn load_many(ctx: &Context<'_>, ids: Vec<PatientId>) -> Result<Vec<Self>> {
        let found = loader(ctx)?.load_many(ids.iter().copied().map(AuditPatientOf)).await?;
        let cx = cx(ctx)?;
        Ok(ids.into_iter().map(|id| Self::show(cx, id, found.get(&AuditPatientOf(id)))).collect())
    }

    fn show(cx: &Cx, id: PatientId, row: Option<&patient::Model>) -> Self {
        if row.is_some() {
            cx.reads.saw(id);
        }
        Self {
            id: to_id(id),
            display_name: row.map(patients::rules::full_name),
            mrn: row.and_then(|row| row.mrn.clone()),
        }
    }
}

/// What one person, display or integration did with the patient, of one kind and purpose.
pub struct PatientAccess(Access);

#[Object]
impl PatientAccess {
    async fn actor_kind(&self) -> AuditActorKind {
        AuditActorKind::of(&self.0.actor_kind)
    }

    async fn staff(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.actor_id).await
    }

    async fn actor_name(&self, ctx: &Context<'_>) -> Result<String> {
        actor_name(ctx, &self.0.actor_kind, self.0.actor_id, self.0.session_id).await
    }

    async fn kind(&self) -> AuditKind {
        self.0.kind.into()
    }

    async fn purpose(&self) -> Option<AuditPurpose> {
        self.0.purpose.map(Into::into)
    }

    async fn count(&self) -> i64 {
        self.0.count
    }

    async fn first_at(&self) -> DateTime {
        DateTime(self.0.first_at)
    }

    async fn last_at(&self) -> DateTime {
        DateTime(self.0.last_at)
    }
}

pub struct PatientAccessReport(Report);

/// An accounting of accesses to one patient.
#[Object]
impl PatientAccessReport {
    async fn patient(&self, ctx: &Context<'_>) -> Result<AuditPatient> {
        let patients = AuditPatient::load_many(ctx, vec![self.0.patient]).await?;
        patients.into_iter().next().ok_or(crate::Error::NotFound("patient"))
    }

    async fn from(&self) -> Option<DateTime> {
        self.0.from.map(DateTime)
    }

    /// The report's end: `to`, or the moment it was made.
    async fn to(&self) -> DateTime {
        DateTime(self.0.to.unwrap_or(self.0.made_at))
    }

    /// Who, how often, from when to when; who came last is first. 500 at most.
    async fn accesses(&self) -> Vec<PatientAccess> {
        self.0.accesses.iter().cloned().map(PatientAccess).collect()
    }

    /// The rows themselves, oldest first.
    async fn entries(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<AuditEntryConnection> {
        Ok(AuditEntryConnection(self.0.entries(cx(ctx)?, &PageArgs { first, after }).await?))
    }
}

#[derive(SimpleObject)]
pub struct AuditHead {
    /// A whole number as text.
    number: String,
    /// In hexadecimal.
    hash: String,
    /// Rows up to this number are gone, as their time was over.
    floor_number: String,
}

#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// The record of who did and saw what, newest first unless told otherwise. 50 rows unless told, 200 at most. It
    /// orders totally: a page begins after the last row of the one before, whatever was recorded meanwhile. FORBIDDEN
    /// for who does not review access.
    async fn audit_entries(
        &self,
        ctx: &Context<'_>,
        filter: Option<AuditFilter>,
        order_by: Option<AuditOrder>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<AuditEntryConnection> {
        let filter = filter.unwrap_or_default().read()?;
        let order = order_by.map(AuditOrder::read).unwrap_or_default();
        Ok(AuditEntryConnection(list::list(cx(ctx)?, filter, order, &PageArgs { first, after }).await?))
    }

    /// Who looked at a patient or changed them in a period, for the patient who asks (an accounting, 45 CFR 164.528).
    /// Null, with NOT_FOUND, for a patient of whom nothing is known here.
    async fn patient_access_report(
        &self,
        ctx: &Context<'_>,
        patient_id: ID,
        from: Option<DateTime>,
        to: Option<DateTime>,
    ) -> Option<Result<PatientAccessReport>> {
        let report = async {
            let (from, to) = (from.map(|at| at.0), to.map(|at| at.0));
            report::of_patient(cx(ctx)?, id(&patient_id, "patientId")?, from, to).await
        };
        Some(report.await.map(PatientAccessReport))
    }

    /// Where the record stands: keep number and hash elsewhere, and `huddle audit verify --expect NUMBER:HASH` proves
    /// later that nothing up to there was changed.
    async fn audit_head(&self, ctx: &Context<'_>) -> Result<AuditHead> {
        let head = head::shown(cx(ctx)?).await?;
        Ok(AuditHead {
            number: head.number.to_string(),
            hash: to_hex(&head.hash),
            floor_number: head.floor_number.to_string(),
        })
    }
}
