//! The end of somebody's day: each task that they hold goes to somebody, back to the pool, or waits with a reason.
use super::{
    ITEMS_LIMIT, TEXT_LIMIT, Words,
    create::{being_handed_over, check_receiver, require_member},
    leaving::say_anew,
    parts::{Begun, Handoff, put, with_items},
};
use crate::{
    Cx, Error, Result,
    handoffs::rules::WAITING,
    policy,
    tasks::{
        self,
        rules::Step,
        service::parts::{save, set_status},
    },
};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry::AuditKind,
    handoff::{self, HandoffKind},
    ids::{CareTeamId, StaffId, TaskId},
    task::{self, TaskStatus},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    HandOver,
    Return,
    Keep,
}

/// What becomes of one task.
#[derive(Clone, Debug)]
pub struct Line {
    pub task: TaskId,
    pub choice: Choice,
    pub to: Option<StaffId>,
    pub reason: String,
    pub next: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
}

/// All that somebody holds, at once: nothing is forgotten, and all of it is done or nothing.
pub async fn leave_for_the_day(cx: &Cx, lines: Vec<Line>) -> Result<(Vec<task::Model>, Vec<Handoff>)> {
    let staff = cx.actor.staff.ok_or(Error::Forbidden("leave for the day"))?;
    let mut said = BTreeMap::new();
    if lines.len() > ITEMS_LIMIT {
        return Err(Error::bad_input("input.tasks", format!("holds more than {ITEMS_LIMIT} tasks")));
    }
    for line in lines {
        let words =
            Words { situation: line.reason.clone(), next: line.next.clone(), due_at: line.due_at, ..Words::default() };
        let words = words.check().map_err(|_| {
            Error::bad_input("input.tasks", format!("say why of each task, in at most {TEXT_LIMIT} characters"))
        })?;
        if line.choice == Choice::HandOver
            && let Some(to) = line.to
        {
            let task = tasks::service::find(cx, line.task).await?;
            check_receiver(cx, staff, to, &[task], &[]).await?;
        }
        if said.insert(line.task, (line, words)).is_some() {
            return Err(Error::bad_input("input.tasks", "names a task twice"));
        }
    }

    let mut tx = cx.begin("handoffs.leaveForTheDay").await?;
    let receivers: BTreeSet<_> =
        said.values().filter(|(line, _)| line.choice == Choice::HandOver).filter_map(|(line, _)| line.to).collect();
    let held = tasks::service::held_by(&tx, staff, None).await?;
    let ids: Vec<TaskId> = held.iter().map(|task| task.id).collect();
    let under_way: BTreeSet<TaskId> = being_handed_over(&tx, &ids).await?.into_iter().collect();
    let forgotten = ids.iter().any(|id| !said.contains_key(id) && !under_way.contains(id));
    if forgotten || said.keys().any(|id| !ids.contains(id)) {
        return Err(Error::Conflict("what you hold has changed meanwhile: look again".into()));
    }
    for to in receivers {
        let teams: BTreeSet<CareTeamId> = held
            .iter()
            .filter(|task| said.get(&task.id).is_some_and(|(line, _)| line.to == Some(to)))
            .map(|task| task.care_team_id)
            .collect();
        for team in teams {
            require_member(&tx, team, to).await?;
        }
    }
    let mut given: Vec<(CareTeamId, Option<StaffId>, Words, Vec<TaskId>)> = Vec::new();
    for task in held {
        let Some((line, words)) = said.remove(&task.id) else { continue };
        match line.choice {
            Choice::Return => {
                tasks::service::take_from_holder(&mut tx, cx, task, &words.situation).await?;
            }
            Choice::Keep => {
                let mut kept = task.clone();
                set_status(&mut kept, TaskStatus::OnHold, Some(words.situation.clone()), tx.at);
                save(cx, &mut tx, &task, kept, tasks::rules::action(Step::Hold), Some(words.situation)).await?;
            }
            Choice::HandOver => {
                say_anew(&mut tx, vec![task.id]).await?;
                let like = given
                    .iter_mut()
                    .find(|(team, to, said, _)| (*team, *to) == (task.care_team_id, line.to) && *said == words);
                match like {
                    Some((.., tasks)) => tasks.push(task.id),
                    None => given.push((task.care_team_id, line.to, words, vec![task.id])),
                }
            }
        }
    }
    for (team, to, words, tasks) in given {
        let (kind, from) = (HandoffKind::Transfer, Some(staff));
        put(&mut tx, Begun { team, kind, from, to, words: &words, tasks, patients: Vec::new() }).await?;
    }
    tx.note(AuditKind::Write, Some(("staff", staff.0)), Vec::new());
    tx.commit().await?;
    left_with(cx, staff).await
}

/// What is still with somebody: what they hold, and what they hand over and nobody has acknowledged yet.
pub async fn left_with(cx: &Cx, staff: StaffId) -> Result<(Vec<task::Model>, Vec<Handoff>)> {
    let held = policy::visible_tasks(cx.scope())
        .filter(task::Column::ClaimedBy.eq(staff))
        .filter(tasks::service::is_open())
        .order_by_asc(task::Column::Id)
        .limit(ITEMS_LIMIT as u64)
        .all(&cx.db())
        .await?;
    let waiting = policy::visible_handoffs(cx.scope())
        .filter(handoff::Column::FromId.eq(staff))
        .filter(handoff::Column::Kind.eq(HandoffKind::Transfer))
        .filter(handoff::Column::State.is_in(WAITING))
        .order_by_asc(handoff::Column::Id)
        .limit(ITEMS_LIMIT as u64)
        .all(&cx.db())
        .await?;
    Ok((held, with_items(&cx.db(), cx.organization(), waiting).await?))
}
