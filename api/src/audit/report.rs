//! An accounting for one patient, and the names behind the ids of the record.
use super::{head::head, list, list::Filter};
use crate::{
    Cx, Error, Result,
    page::{Page, PageArgs},
};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry::{self, AuditKind, AuditPurpose},
    display,
    ids::{DisplayId, PatientId, SessionId, StaffId},
    patient, session, staff,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use serde_json::json;
use std::collections::HashMap;

/// People, screens and programs that an accounting names at most.
const MOST: u64 = 500;
/// What the program itself is called.
pub const ITSELF: &str = "Huddle";

/// Who looked at a patient or changed them, in a period.
pub struct Report {
    pub patient: PatientId,
    pub from: Option<DateTime<Utc>>,
    /// None: what was on record when it was made.
    pub to: Option<DateTime<Utc>>,
    pub made_at: DateTime<Utc>,
    until: i64,
    pub accesses: Vec<Access>,
}

/// What one of them did, of one kind and purpose.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Access {
    pub actor_kind: String,
    pub actor_id: Option<StaffId>,
    /// Of a display or an integration.
    pub session_id: Option<SessionId>,
    pub kind: AuditKind,
    pub purpose: Option<AuditPurpose>,
    pub count: i64,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
}

impl Report {
    fn filter(&self) -> Filter {
        let until = Some(self.until);
        Filter { patient: Some(self.patient), from: self.from, to: self.to, until, ..Filter::default() }
    }

    pub async fn entries(&self, cx: &Cx, args: &PageArgs) -> Result<Page<audit_entry::Model>> {
        let oldest_first = list::Order { by: list::By::At, descending: false };
        list::page(cx, self.filter(), oldest_first, args).await
    }
}

pub async fn of_patient(
    cx: &Cx,
    patient: PatientId,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
) -> Result<Report> {
    list::enter(cx)?;
    if patients(cx, vec![patient]).await?.is_empty() {
        return Err(Error::NotFound("patient"));
    }
    let until = head(&cx.db(), cx.organization()).await?.number;
    let mut report = Report { patient, from, to, made_at: cx.now(), until, accesses: Vec::new() };
    cx.reads.saw(patient);
    cx.reads.consulted(json!({ "patientAccessReport": report.filter().told() }));
    report.accesses = accesses(cx, &report.filter()).await?;
    Ok(report)
}

async fn accesses(cx: &Cx, filter: &Filter) -> Result<Vec<Access>> {
    use audit_entry::Column;
    // A person is one, however often they signed in; a screen or a program is its session.
    let session = Expr::case(Column::ActorId.is_null(), Expr::col((audit_entry::Entity, Column::SessionId)));
    let session: SimpleExpr = session.into();
    let last = Column::At.max();
    let rows = filter
        .select(cx)
        .select_only()
        .columns([Column::ActorKind, Column::ActorId, Column::Kind, Column::Purpose])
        .column_as(session.clone(), "session_id")
        .column_as(Column::Id.count(), "count")
        .column_as(Column::At.min(), "first_at")
        .column_as(last.clone(), "last_at")
        .group_by(Column::ActorKind)
        .group_by(Column::ActorId)
        .group_by(Column::Kind)
        .group_by(Column::Purpose)
        .group_by(session)
        .order_by_desc(last)
        .limit(MOST);
    Ok(rows.into_model::<Access>().all(&cx.db()).await?)
}

/// Patients by id, as they are called now: also who is on no team of the reviewer's.
pub async fn patients(cx: &Cx, ids: Vec<PatientId>) -> Result<HashMap<PatientId, patient::Model>> {
    list::enter(cx)?;
    let rows = patient::Entity::find()
        .filter(patient::Column::OrganizationId.eq(cx.organization()))
        .filter(patient::Column::Id.is_in(ids));
    Ok(rows.all(&cx.db()).await?.into_iter().map(|row| (row.id, row)).collect())
}

/// Who acted, by the names that they have now.
#[derive(Debug, Default)]
pub struct Names {
    staff: HashMap<StaffId, String>,
    sessions: HashMap<SessionId, String>,
}

impl Names {
    pub fn of(&self, actor_kind: &str, staff: Option<StaffId>, session: Option<SessionId>) -> String {
        let staff = staff.and_then(|id| self.staff.get(&id));
        let session = session.and_then(|id| self.sessions.get(&id));
        match staff.or(session) {
            Some(name) => name.clone(),
            None if actor_kind == "system" => ITSELF.to_owned(),
            None => actor_kind.to_owned(),
        }
    }
}

pub async fn names(cx: &Cx, staff: Vec<StaffId>, sessions: Vec<SessionId>) -> Result<Names> {
    list::enter(cx)?;
    let people = crate::people::service::find_many(cx, staff).await?;
    let sessions = session::Entity::find()
        .filter(session::Column::OrganizationId.eq(cx.organization()))
        .filter(session::Column::Id.is_in(sessions))
        .all(&cx.db())
        .await?;
    let displays: Vec<DisplayId> = sessions.iter().filter_map(|session| session.display_id).collect();
    let displays: HashMap<DisplayId, String> = display::Entity::find()
        .filter(display::Column::OrganizationId.eq(cx.organization()))
        .filter(display::Column::Id.is_in(displays))
        .all(&cx.db())
        .await?
        .into_iter()
        .map(|display| (display.id, display.name))
        .collect();
    let name = |session: session::Model| {
        let display = session.display_id.and_then(|id| displays.get(&id).cloned());
        Some((session.id, display.or(session.name)?))
    };
    Ok(Names {
        staff: people.into_iter().map(|person: staff::Model| (person.id, person.display_name)).collect(),
        sessions: sessions.into_iter().filter_map(name).collect(),
    })
}
