//! What people of Cedar tell each other right now: a handover that waits, work for the managers, a request for a task.
use super::{Practice, dice::Dice, life::Clockwork};
use chrono::Duration;
use entity::{
    claim_request::{self, ClaimRequestState},
    handoff::{self, HandoffKind, HandoffState},
    handoff_item,
    ids::{ClaimRequestId, HandoffId, HandoffItemId, StaffId},
    task::{self, TaskStatus},
};

const GIVER: &str = "nurse2@demo.example";
const RECEIVER: &str = "nurse@demo.example";
const COORDINATOR: &str = "coordinator@demo.example";
const ASKER: &str = "ma@demo.example";

pub fn add(practice: &mut Practice, dice: &mut Dice, clockwork: Clockwork) {
    let person = |email: &str| practice.staff.iter().find(|one| one.email.as_deref() == Some(email)).map(|one| one.id);
    let of = |holder: Option<StaffId>| {
        let works = |task: &&task::Model| matches!(task.status, TaskStatus::Accepted | TaskStatus::InProgress);
        practice.tasks.iter().filter(works).find(|task| holder.is_some() && task.claimed_by == holder).cloned()
    };
    let (giver, receiver, coordinator, asker) = (person(GIVER), person(RECEIVER), person(COORDINATOR), person(ASKER));
    let (given, worrying, wanted) = (of(giver), of(coordinator), of(receiver));

    if let Some(task) = given {
        let said_at = dice.now - Duration::minutes(6);
        let mut handoff = said(practice, dice, &task, HandoffKind::Transfer, giver);
        handoff.to_id = receiver;
        handoff.created_at = said_at;
        handoff.acknowledge_by = Some(said_at + clockwork.handoff);
        handoff.situation = "I am off at noon today, and this cannot wait for tomorrow.".to_owned();
        handoff.ready = Some("Two calls made, one message left with the daughter.".to_owned());
        handoff.evidence = Some("Both calls are in the comments.".to_owned());
        handoff.next_step = Some("Call once more after two, then write.".to_owned());
        practice.handoffs.push(handoff);
    }
    if let Some(task) = worrying {
        let mut handoff = said(practice, dice, &task, HandoffKind::Escalation, coordinator);
        handoff.state = HandoffState::Escalated;
        handoff.situation =
            "The other office has not answered for three days. Somebody has to call their manager.".to_owned();
        practice.handoffs.push(handoff);
    }
    if let (Some(task), Some(from_id), Some(holder_id)) = (wanted, asker, receiver) {
        practice.claim_requests.push(claim_request::Model {
            organization_id: practice.organization,
            id: ClaimRequestId(dice.id(dice.now)),
            version: 1,
            task_id: task.id,
            care_team_id: task.care_team_id,
            from_id,
            holder_id,
            state: ClaimRequestState::Open,
            message: Some("I am on the line with them anyway.".to_owned()),
            created_at: dice.now,
            expires_at: dice.now + clockwork.request,
            answer: None,
        });
    }
}

fn said(
    practice: &mut Practice,
    dice: &mut Dice,
    task: &task::Model,
    kind: HandoffKind,
    from_id: Option<StaffId>,
) -> handoff::Model {
    let id = HandoffId(dice.id(dice.now));
    practice.handoff_items.push(handoff_item::Model {
        organization_id: practice.organization,
        id: HandoffItemId(dice.id(dice.now)),
        handoff_id: id,
        task_id: Some(task.id),
        patient_id: None,
        moved: None,
    });
    handoff::Model {
        organization_id: practice.organization,
        id,
        version: 1,
        care_team_id: task.care_team_id,
        kind,
        state: HandoffState::Open,
        from_id,
        to_id: None,
        situation: String::new(),
        ready: None,
        evidence: None,
        next_step: None,
        due_at: None,
        created_at: dice.now - Duration::minutes(40),
        acknowledge_by: None,
        acknowledged_at: None,
        acknowledged_by: None,
        answer: None,
    }
}
