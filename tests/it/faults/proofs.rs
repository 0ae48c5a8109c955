//! The checker bites: each proof finds the history that breaks its promise, and none in one that keeps them all.
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use entity::{event::EntityType, task_history::TaskAction};
use serde_json::json;
use std::collections::BTreeSet;
use tests::checker::{
    self, Options,
    history::{Board, Diary, Event, Heard, Log, Mark, Outcome, Step, What, Write},
    proof,
};
use uuid::Uuid;

const ORGANIZATION: Uuid = Uuid::from_u128(1);
const EPOCH: Uuid = Uuid::from_u128(2);
const CEDAR: Uuid = Uuid::from_u128(3);
const MAPLE: Uuid = Uuid::from_u128(4);
const ANA: Uuid = Uuid::from_u128(5);
const BEN: Uuid = Uuid::from_u128(6);
const CALL: Uuid = Uuid::from_u128(7);
const REFERRAL: Uuid = Uuid::from_u128(8);

fn at(seq: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 14, 0, 0).unwrap() + TimeDelta::seconds(seq)
}

fn task_event(seq: i64, id: Uuid, version: i64, (before, after): (Uuid, Uuid), operation: &str) -> Event {
    let (before, after) = (BTreeSet::from([before]), BTreeSet::from([after]));
    let (kind, actor, operation) = (EntityType::Task, Some(ANA), operation.to_owned());
    Event { seq, at: at(seq), kind, id, version, actor, before, after, operation }
}

fn access_event(seq: i64, kind: EntityType, operation: &str) -> Event {
    let (id, teams) = match kind {
        EntityType::CareTeam => (CEDAR, BTreeSet::from([CEDAR])),
        _ => (BEN, BTreeSet::new()),
    };
    // The two of one transaction have one moment.
    let moment = at(seq - seq % 2);
    let (actor, operation) = (Some(ANA), operation.to_owned());
    Event { seq, at: moment, kind, id, version: 0, actor, before: teams.clone(), after: teams, operation }
}

/// Ana makes a call, and a referral; she claims the call, lets it go, and Ben claims it. The referral goes to Maple.
fn log() -> Log {
    let here = (CEDAR, CEDAR);
    let mut log =
        Log { name: "Harbor".to_owned(), organization: ORGANIZATION, epoch: EPOCH, head: 6, ..Log::default() };
    log.events = vec![
        task_event(1, CALL, 1, here, "tasks.create"),
        task_event(2, REFERRAL, 1, here, "tasks.create"),
        task_event(3, CALL, 2, here, "tasks.claim"),
        task_event(4, CALL, 3, here, "tasks.release"),
        task_event(5, REFERRAL, 2, (CEDAR, MAPLE), "tasks.move"),
        Event { actor: Some(BEN), ..task_event(6, CALL, 4, here, "tasks.claim") },
    ];
    for (seq, id, action, actor, holder) in [
        (1, CALL, TaskAction::Created, ANA, None),
        (2, REFERRAL, TaskAction::Created, ANA, None),
        (3, CALL, TaskAction::Claimed, ANA, Some(ANA)),
        (4, CALL, TaskAction::Released, ANA, None),
        (5, REFERRAL, TaskAction::Moved, ANA, None),
        (6, CALL, TaskAction::Claimed, BEN, Some(BEN)),
    ] {
        log.steps.insert((id, at(seq)), Step { action, actor: Some(actor), holder });
    }
    log.tasks = [(CALL, None), (REFERRAL, None)].into();
    log.texts = [("call".to_owned(), 1), ("referral".to_owned(), 1)].into();
    log
}

fn mark(seq: i64) -> Mark {
    Mark { epoch: EPOCH, organization: ORGANIZATION, seq }
}

fn shows(seq: i64, id: Uuid, version: i64) -> Heard {
    item(seq, What::Task { id, version, team: CEDAR, patient: None })
}

fn item(seq: i64, what: What) -> Heard {
    Heard::Item { cursor: mark(seq), what, received: at(seq), opened: at(0) }
}

/// What a screen of Cedar should have heard.
fn heard() -> Vec<Heard> {
    vec![
        Heard::Read(mark(1)),
        Heard::Opened { after: mark(1), cursor: mark(1), resumption: "LIVE".to_owned() },
        shows(2, REFERRAL, 1),
        shows(3, CALL, 2),
        Heard::Cut("gone".to_owned()),
        Heard::Opened { after: mark(3), cursor: mark(3), resumption: "REPLAYED".to_owned() },
        // A replay may show what came later already.
        shows(4, CALL, 4),
        item(5, What::Removed { id: REFERRAL }),
        shows(6, CALL, 4),
        Heard::Beat(mark(6)),
    ]
}

fn diary(heard: Vec<Heard>) -> Diary {
    let board = Board { tasks: [("call".to_owned(), json!({ "version": 4 }))].into(), ..Board::default() };
    Diary {
        name: "Harbor/Cedar".to_owned(),
        person: BEN,
        organization: ORGANIZATION,
        team: CEDAR,
        heard,
        shown: board.clone(),
        fresh: board,
        lost: None,
    }
}

fn write(person: Uuid, mutation: &'static str, mark: &str, target: Option<Uuid>, done: (Uuid, i64)) -> Write {
    let claim = (mutation == "claimTask").then(|| "CLAIMED".to_owned());
    let outcome = Outcome::Done { id: done.0, version: done.1, claim };
    Write { person, organization: ORGANIZATION, mutation, mark: mark.to_owned(), target, tries: 1, outcome }
}

fn writes() -> Vec<Write> {
    vec![
        write(ANA, "createTask", "call", None, (CALL, 1)),
        write(ANA, "createTask", "referral", None, (REFERRAL, 1)),
        write(ANA, "claimTask", "1", Some(CALL), (CALL, 2)),
        write(ANA, "releaseTask", "2", Some(CALL), (CALL, 3)),
        write(ANA, "moveTask", "3", Some(REFERRAL), (REFERRAL, 2)),
        write(BEN, "claimTask", "4", Some(CALL), (CALL, 4)),
    ]
}

#[track_caller]
fn finds(promise: &str, log: Log, diary: Diary, writes: &[Write]) {
    let found = proof::all(&[log], &[diary], writes);
    assert!(found.iter().any(|violation| violation.promise == promise), "not found: {promise}, but {found:?}");
}

#[track_caller]
fn finds_in_what_was_heard(promise: &str, change: impl FnOnce(&mut Vec<Heard>)) {
    let mut changed = heard();
    change(&mut changed);
    finds(promise, log(), diary(changed), &writes());
}

#[test]
fn a_run_that_kept_every_promise_is_not_blamed() {
    assert_eq!(proof::all(&[log()], &[diary(heard())], &writes()), []);
}

#[test]
fn a_hole_in_the_log_is_found() {
    let mut holed = log();
    holed.events.remove(2);
    finds("the log has no hole", holed, diary(heard()), &writes());
    let mut short = log();
    short.head = 7;
    finds("the log has no hole", short, diary(heard()), &writes());
}

#[test]
fn a_version_that_two_wrote_is_found() {
    let mut doubled = log();
    doubled.events[3].version = 2;
    finds("each version is one event", doubled, diary(heard()), &writes());
}

#[test]
fn a_lost_item_is_found_wherever_it_was_lost() {
    finds_in_what_was_heard("no change is lost", |heard| drop(heard.remove(3)));
    finds_in_what_was_heard("no change is lost", |heard| heard.truncate(8));
    // Lost between two lines.
    finds_in_what_was_heard("no change is lost", |heard| {
        heard[5] = Heard::Opened { after: mark(3), cursor: mark(4), resumption: "LIVE".to_owned() };
        heard.remove(6);
    });
    // A heartbeat that runs ahead of what was told.
    finds_in_what_was_heard("no change is lost", |heard| heard.insert(3, Heard::Beat(mark(3))));
}

#[test]
fn a_duplicate_and_a_wrong_order_are_found() {
    let promise = "each change comes once, in commit order";
    finds_in_what_was_heard(promise, |heard| heard.insert(4, shows(3, CALL, 2)));
    finds_in_what_was_heard(promise, |heard| heard.swap(2, 3));
    finds_in_what_was_heard(promise, |heard| heard.insert(9, Heard::Beat(mark(4))));
}

#[test]
fn an_item_older_than_its_change_is_found() {
    let promise = "an item shows its change or what came later";
    finds_in_what_was_heard(promise, |heard| heard[6] = shows(4, CALL, 2));
    finds_in_what_was_heard(promise, |heard| heard[6] = shows(4, REFERRAL, 1));
    finds_in_what_was_heard(promise, |heard| heard[3] = item(3, What::Removed { id: CALL }));
}

#[test]
fn a_leak_is_found() {
    let promise = "nobody sees what they should not";
    let of_maple = What::Task { id: REFERRAL, version: 2, team: MAPLE, patient: None };
    finds_in_what_was_heard(promise, |heard| heard[7] = item(5, of_maple));
    finds_in_what_was_heard(promise, |heard| {
        let stranger = Mark { organization: Uuid::from_u128(99), ..mark(4) };
        let what = What::Task { id: CALL, version: 3, team: CEDAR, patient: None };
        heard[6] = Heard::Item { cursor: stranger, what, received: at(4), opened: at(0) };
    });
    let of_nobody = What::Task { id: CALL, version: 2, team: CEDAR, patient: Some(Uuid::from_u128(98)) };
    finds_in_what_was_heard(promise, |heard| heard[3] = item(3, of_nobody));
    // An event of another team altogether.
    let mut moved = log();
    moved.events[2].before = BTreeSet::from([MAPLE]);
    moved.events[2].after = BTreeSet::from([MAPLE]);
    finds(promise, moved, diary(heard()), &writes());
}

#[test]
fn an_item_for_somebody_who_has_left_the_team_is_found() {
    let mut left = log();
    left.head = 9;
    left.events.push(task_event(7, CALL, 5, (CEDAR, CEDAR), "tasks.addComment"));
    left.events.push(access_event(8, EntityType::CareTeam, "careTeams.removeMember"));
    left.events.push(access_event(9, EntityType::Staff, "careTeams.removeMember"));
    let mut late = left.clone();
    late.head = 10;
    late.events.push(task_event(10, CALL, 6, (CEDAR, CEDAR), "tasks.addComment"));
    let mut told = heard();
    told.extend([shows(7, CALL, 5), item(8, What::Team { id: CEDAR })]);
    assert_eq!(proof::delivered(&left, &diary(told.clone())), [], "what came before they left was theirs");
    told.push(shows(10, CALL, 6));
    finds("nobody sees what they should not", late, diary(told), &[]);
}

#[test]
fn two_winners_are_found() {
    let promise = "a claim has one winner";
    let mut both = writes();
    both.push(write(BEN, "claimTask", "5", Some(CALL), (CALL, 2)));
    finds(promise, log(), diary(heard()), &both);
    // Nobody let go in between.
    let mut taken = log();
    taken.steps.insert((CALL, at(4)), Step { action: TaskAction::Edited, actor: Some(ANA), holder: Some(ANA) });
    finds(promise, taken, diary(heard()), &writes());
}

#[test]
fn a_write_that_was_acknowledged_and_is_gone_is_found() {
    let promise = "what was acknowledged is kept";
    let more = |one: Write| [writes(), vec![one]].concat();
    finds(promise, log(), diary(heard()), &more(write(ANA, "releaseTask", "6", Some(CALL), (CALL, 9))));
    finds(promise, log(), diary(heard()), &more(write(ANA, "createTask", "gone", None, (CALL, 1))));
    finds(promise, log(), diary(heard()), &more(write(ANA, "releaseTask", "7", Some(REFERRAL), (REFERRAL, 1))));
}

#[test]
fn a_write_that_was_done_twice_or_after_a_refusal_is_found() {
    let promise = "a write is done once";
    let mut twice = log();
    twice.texts.insert("call".to_owned(), 2);
    finds(promise, twice, diary(heard()), &writes());
    let mut refused = writes();
    refused[0].outcome = Outcome::Refused("CONFLICT".to_owned());
    finds(promise, log(), diary(heard()), &refused);
    let mut again = log();
    again.head = 7;
    again.events.push(task_event(7, REFERRAL, 3, (MAPLE, CEDAR), "tasks.move"));
    again.events[6].actor = Some(ANA);
    finds(promise, again, diary(heard()), &writes());
}

#[test]
fn a_phantom_row_and_a_missing_one_are_found() {
    let promise = "every screen ends with what a fresh read gives";
    let mut phantom = diary(heard());
    phantom.shown.tasks.insert("ghost".to_owned(), json!({}));
    finds(promise, log(), phantom, &writes());
    let mut missing = diary(heard());
    missing.fresh.patients.insert("new".to_owned(), json!({}));
    finds(promise, log(), missing, &writes());
    let mut stale = diary(heard());
    stale.shown.tasks.insert("call".to_owned(), json!({ "version": 3 }));
    finds(promise, log(), stale, &writes());
    let behind = Diary { lost: Some("it stands at 3".to_owned()), ..diary(heard()) };
    finds(promise, log(), behind, &writes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_readers_go_on_after_the_highest_number_they_saw_is_found_out() {
    let options =
        Options { seconds: 12, nemesis: "none".parse().unwrap(), pause: 20, naive_cursor: true, ..Options::default() };
    let verdict = checker::run(options).await;
    let found: BTreeSet<&str> = verdict.violations.iter().map(|violation| violation.promise).collect();
    assert!(found.contains("no change is lost"), "{verdict}");
}
