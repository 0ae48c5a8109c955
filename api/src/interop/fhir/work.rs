//! A FHIR Task and a FHIR CareTeam, as far as the product uses them.
use super::values::{Node, Reason};
use crate::tasks::{kinds, service::TEXT_LIMIT, service::TITLE_LIMIT};
use chrono::{DateTime, Utc};
use entity::task::{TaskPriority, TaskStatus};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskFacts {
    pub kind: String,
    pub title: String,
    pub instructions: Option<String>,
    /// As if nobody held it: who does is decided where staff are known.
    pub status: TaskStatus,
    /// The sender says that the owner is at it.
    pub held: Option<TaskStatus>,
    pub reason: Option<String>,
    pub priority: TaskPriority,
    pub due_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub owner: Option<String>,
}

pub fn task(resource: &Value) -> Result<TaskFacts, Reason> {
    let task = Node::new("Task", resource);
    let code = task.codes("code")?.into_iter().next();
    let words = task.concept("code")?;
    let description = task.text("description")?;
    let (status, held) = status(&task)?;
    let title = description.clone().or(words.clone()).or(code.clone().map(|code| code.replace(['-', '_'], " ")));
    let title = title.unwrap_or_else(|| "Imported task".to_owned());
    let restriction = task.object("restriction")?.map(|one| one.object("period")).transpose()?.flatten();
    let execution = task.object("executionPeriod")?;
    let ended = execution.map(|period| period.moment("end")).transpose()?.flatten();
    Ok(TaskFacts {
        kind: kind(code.as_deref(), words.as_deref()),
        instructions: instructions(&task, description.as_deref(), &title)?,
        title: cut(&title, TITLE_LIMIT),
        status,
        held,
        reason: task.concept("statusReason")?,
        priority: priority(&task)?,
        due_at: restriction.map(|period| period.moment("end")).transpose()?.flatten(),
        completed_at: ended.or(task.moment("lastModified")?),
        owner: task.object("owner")?.map(|owner| owner.text("reference")).transpose()?.flatten(),
    })
}

/// FHIR's states as ours. What others asked for or received is open work here; work that its owner has begun stays
/// with them only if they are one of us. A rejected task is over: its sender asks somebody else.
fn status(task: &Node<'_>) -> Result<(TaskStatus, Option<TaskStatus>), Reason> {
    Ok(match task.text("status")?.as_deref() {
        Some("draft") => (TaskStatus::Draft, None),
        Some("requested" | "received" | "ready") => (TaskStatus::Ready, None),
        Some("accepted") => (TaskStatus::Ready, Some(TaskStatus::Accepted)),
        Some("in-progress") => (TaskStatus::Ready, Some(TaskStatus::InProgress)),
        Some("on-hold") => (TaskStatus::OnHold, None),
        Some("completed") => (TaskStatus::Completed, None),
        Some("cancelled" | "rejected") => (TaskStatus::Cancelled, None),
        Some("failed") => (TaskStatus::Failed, None),
        Some("entered-in-error") => (TaskStatus::EnteredInError, None),
        Some(_) => return Err("Task.status is none of FHIR R4".to_owned()),
        None => return Err("Task.status is missing".to_owned()),
    })
}

fn priority(task: &Node<'_>) -> Result<TaskPriority, Reason> {
    Ok(match task.text("priority")?.as_deref() {
        None | Some("routine") => TaskPriority::Routine,
        Some("urgent") => TaskPriority::Urgent,
        Some("asap") => TaskPriority::Asap,
        Some("stat") => TaskPriority::Stat,
        Some(_) => return Err("Task.priority is none of routine, urgent, asap, stat".to_owned()),
    })
}

fn instructions(task: &Node<'_>, description: Option<&str>, title: &str) -> Result<Option<String>, Reason> {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(description.filter(|text| text.chars().count() > TITLE_LIMIT || *text != title).map(str::to_owned));
    for note in task.objects("note")? {
        lines.extend(note.text("text")?);
    }
    Ok((!lines.is_empty()).then(|| cut(&lines.join("\n\n"), TEXT_LIMIT)))
}

/// The task's code as a kind of work: `respond-to-message` becomes `RESPOND_TO_MESSAGE`.
fn kind(code: Option<&str>, words: Option<&str>) -> String {
    let known = [("fulfill", "REFERRAL_FOLLOW_UP"), ("review-diagnostic-report", "LAB_FOLLOW_UP")];
    if let Some((_, kind)) = known.iter().find(|(one, _)| Some(*one) == code) {
        return (*kind).to_owned();
    }
    // A code of digits, as SNOMED's, says nothing; its words do.
    let named = [code.filter(|code| code.chars().any(|c| c.is_ascii_alphabetic())), words];
    let codes = named.into_iter().flatten().map(|text| {
        let upper = text.to_uppercase();
        let parts = upper.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("_").chars().take(64).collect::<String>()
    });
    codes.into_iter().find(|code| kinds::is_code(code)).unwrap_or_else(|| "IMPORTED".to_owned())
}

fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareTeamFacts {
    pub name: Option<String>,
    /// The team of a practice, not the people around one patient.
    pub standing: bool,
    pub over: bool,
}

/// A team about one patient, encounter, episode or condition is no team of the practice.
pub fn care_team(resource: &Value) -> Result<CareTeamFacts, Reason> {
    let team = Node::new("CareTeam", resource);
    let mut about_one = team.object("subject")?.is_some() || team.object("encounter")?.is_some();
    for category in team.objects("category")? {
        for coding in category.objects("coding")? {
            // LOINC: encounter-, episode- and condition-focused, clinical research.
            let code = coding.text("code")?.unwrap_or_default();
            about_one |= matches!(code.as_str(), "LA27976-2" | "LA27977-0" | "LA27978-8" | "LA28867-2");
        }
    }
    let over = matches!(team.text("status")?.as_deref(), Some("inactive" | "entered-in-error"));
    Ok(CareTeamFacts { name: team.text("name")?.map(|name| cut(&name, 200)), standing: !about_one, over })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_task_is_read() {
        let value = json!({
            "status": "in-progress", "priority": "asap", "description": "Call about results",
            "code": {"coding": [{"code": "review-diagnostic-report", "display": "Review Diagnostic Report"}]},
            "restriction": {"period": {"end": "2026-04-01T16:00:00.000Z"}},
            "owner": {"reference": "Practitioner/1"}, "note": [{"text": "After noon."}],
        });

        let task = task(&value).unwrap();

        assert_eq!((task.status, task.held), (TaskStatus::Ready, Some(TaskStatus::InProgress)));
        assert_eq!((task.kind.as_str(), task.title.as_str()), ("LAB_FOLLOW_UP", "Call about results"));
        assert_eq!(task.instructions.as_deref(), Some("After noon."));
        assert_eq!(task.due_at.unwrap().to_rfc3339(), "2026-04-01T16:00:00+00:00");
        assert_eq!((task.priority, task.owner.as_deref()), (TaskPriority::Asap, Some("Practitioner/1")));
    }

    #[test]
    fn any_code_becomes_a_kind() {
        assert_eq!(kind(Some("respond-to-message"), None), "RESPOND_TO_MESSAGE");
        assert_eq!(kind(Some("73425007"), Some("Home visit (é)")), "HOME_VISIT");
        assert_eq!(kind(None, None), "IMPORTED");
    }

    #[test]
    fn a_team_about_one_patient_is_none_of_the_practice() {
        let standing = |value: Value| care_team(&value).unwrap().standing;
        assert!(standing(json!({"name": "Cedar"})));
        assert!(!standing(json!({"name": "Cedar", "subject": {"reference": "Patient/1"}})));
        assert!(!standing(json!({"name": "Cedar", "category": [{"coding": [{"code": "LA27976-2"}]}]})));
    }
}
