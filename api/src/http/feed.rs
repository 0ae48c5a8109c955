//! Walks a subscription for one subscriber: a team's feed, or who else has a patient open.
use super::{
    Server,
    execute::Operation,
    measure,
    socket::Outbox,
    words::{Question, ask, words},
};
use crate::{
    Actor, Cx, Error, Result, audit,
    events::{Feed, Step, Subject},
    graphql::walk::{Ask, Item, Opened, Slot},
    patients,
    people::{seen, sessions},
    policy,
    presence::Look,
};
use async_graphql::Response;
use entity::ids::CareTeamId;
use rand::Rng;
use std::time::Duration;

/// Heartbeats of one head that come this close together are one.
const BEAT_SECONDS: i64 = 5;

/// Opens the feed, tells its first item, and goes on until it ends. Every way out tells the subscriber.
pub async fn follow(server: Server, cx: Cx, operation: Operation, mut out: Outbox) {
    let question = Question::of(&operation);
    let asked = operation.asked.clone();
    let slot = Slot::default();
    let first = ask(&server, &cx, operation.request, Ask::Open(slot.clone())).await;
    let Some(first) = first else { return out.complete().await };
    let metrics = server.app.metrics.clone();
    let opened = slot.take();
    metrics.operation("subscription", first.errors.first().map_or("ok", measure::code));
    let ended = match opened {
        // Refused: who may not follow is told so.
        None => {
            return match audit::record_denied(&cx, asked.denied(&first.errors)).await {
                Ok(()) => out.errors(first.errors).await,
                Err(error) => out.error(error).await,
            };
        }
        Some(Opened::Team { feed, team }) => {
            let _counted = metrics.feed();
            walk(&server, cx, question, first, (feed, team), &mut out).await
        }
        Some(Opened::Alerts(feed)) => {
            let _counted = metrics.feed();
            watch_out(&server, cx, question, first, feed, &mut out).await
        }
        Some(Opened::Patient(look)) => stand_by(&server, cx, question, look, &mut out).await,
    };
    match ended {
        Ok(Ended::Over) => out.complete().await,
        // The socket says why: a feed that "completed" would not be opened again.
        Ok(Ended::Leaving) => {}
        Err(error) => out.error(error).await,
    }
}

/// How a walk ends when nothing failed.
enum Ended {
    /// There is nothing more to tell after this cursor.
    Over,
    /// The socket is closed or about to be.
    Leaving,
}

/// The answer of a piece of work, tried again for as long as patience lasts; any other error ends the walk.
macro_rules! patiently {
    ($patience:ident, $out:ident, $work:expr) => {
        loop {
            match $work.await {
                Err(Error::Unavailable(_)) if $patience.lasts($out).await => {}
                answer => break answer?,
            }
        }
    };
}

async fn walk(
    server: &Server,
    mut cx: Cx,
    question: Question,
    first: Response,
    (mut feed, team): (Feed, CareTeamId),
    out: &mut Outbox,
) -> Result<Ended> {
    let mut patience = Patience::default();
    // The walk tells of changes of access after its start: what they were before it is asked for here.
    cx.actor = patiently!(patience, out, still_here(&cx, team));
    out.next(serde_json::to_vec(&first)?.into()).await;
    feed.told();
    let opened_at = cx.now();
    loop {
        let step = tokio::select! {
            step = feed.next() => step,
            () = out.closed() => return Ok(Ended::Leaving),
            () = out.leaving() => return Ok(Ended::Leaving),
            () = out.over() => return Err(Error::Unauthenticated),
        };
        let step = match step {
            Err(Error::Unavailable(_)) if patience.lasts(out).await => continue,
            step => step?,
        };
        if cx.actor.ends_at().is_some_and(|at| at <= cx.now()) {
            // It may have been used meanwhile, by a request.
            cx.actor = patiently!(patience, out, still_here(&cx, team));
        }
        let mut changed_at = None;
        let (item, seq, beat) = match step {
            Step::Broken => return Ok(Ended::Over),
            Step::Access => {
                cx.actor = patiently!(patience, out, still_here(&cx, team));
                continue;
            }
            Step::Event(event) => {
                let cursor = feed.cursor_at(event.seq);
                let seq = event.seq;
                changed_at = Some(event.at);
                (Item::Event { team, event, cursor }, seq, 0)
            }
            Step::Heartbeat(seq) => {
                seen::note(&cx.app, &cx.actor);
                (Item::Heartbeat { cursor: feed.cursor_at(seq) }, seq, cx.now().timestamp() / BEAT_SECONDS)
            }
        };
        let words = patiently!(patience, out, words(server, &cx, &question, item.clone(), seq, beat));
        patiently!(patience, out, audit::record_pushed(&cx, &question.name, &words.shown));
        patience = Patience::default();
        let Some(payload) = words.payload else { continue };
        out.next(payload).await;
        feed.told();
        // What happened before was told late because the subscriber was away.
        if let Some(at) = changed_at.filter(|at| *at >= opened_at) {
            cx.app.metrics.feed_lag(cx.now() - at);
        }
    }
}

/// The viewer's rights as they are now, while they may follow the team.
async fn still_here(cx: &Cx, team: CareTeamId) -> Result<Actor> {
    let actor = sessions::authenticate_again(cx).await?;
    let may = policy::may_follow_team(&actor.scope, team);
    if may { Ok(actor) } else { Err(Error::Forbidden("follow this team any more")) }
}

/// Tries again what passes by itself, so that a restart of the database does not send every screen away at once.
#[derive(Default)]
struct Patience {
    tries: u32,
}

impl Patience {
    /// Waits before the next try. False where it is over, which is after half a minute.
    async fn lasts(&mut self, out: &Outbox) -> bool {
        self.tries += 1;
        let pause = Duration::from_millis(50) * 2_u32.pow(self.tries.min(5));
        tokio::select! {
            () = tokio::time::sleep(pause.mul_f64(rand::rng().random_range(0.5..1.0))) => self.tries < 25,
            () = out.closed() => false,
            () = out.leaving() => false,
        }
    }
}

/// Says what waits for a privacy officer, for as long as the viewer is one.
async fn watch_out(
    server: &Server,
    mut cx: Cx,
    question: Question,
    first: Response,
    mut feed: Feed,
    out: &mut Outbox,
) -> Result<Ended> {
    let mut patience = Patience::default();
    let mut words = first;
    loop {
        audit::record_reads(&cx, &question.name).await?;
        out.next(serde_json::to_vec(&words)?.into()).await;
        feed.told();
        let step = tokio::select! {
            step = feed.next() => step,
            () = out.closed() => return Ok(Ended::Leaving),
            () = out.leaving() => return Ok(Ended::Leaving),
        };
        if matches!(step, Ok(Step::Broken)) {
            return Ok(Ended::Over);
        }
        if !matches!(step, Err(Error::Unavailable(_))) {
            step?;
        }
        cx.actor = patiently!(patience, out, sessions::authenticate_again(&cx));
        cx.require(policy::may_review_access(cx.scope()), "review emergency access any more")?;
        let answer = ask(server, &cx, question.request(), Ask::Alert).await;
        words = answer.ok_or_else(|| Error::broken("the document selects what it asked for"))?;
    }
}

/// Says who else has a patient open, for as long as the viewer may see that patient.
async fn stand_by(server: &Server, mut cx: Cx, question: Question, mut look: Look, out: &mut Outbox) -> Result<Ended> {
    let mut patience = Patience::default();
    let organization = patiently!(patience, out, cx.app.hub.follow(cx.organization()));
    let (subject, whose) = (Subject::Patient(look.patient()), (cx.actor.staff, cx.actor.session));
    // What changes of the patient or of the viewer's access may end it.
    let (mut feed, _) = Feed::open(organization, subject, whose, None).await?;
    let mut told = None;
    loop {
        cx.actor = patiently!(patience, out, sessions::authenticate_again(&cx));
        patiently!(patience, out, patients::service::find(&cx, look.patient()));
        let others = look.others();
        if told.as_ref() != Some(&others) {
            let words = ask(server, &cx, question.request(), Ask::Others(others.clone())).await;
            let words = words.ok_or_else(|| Error::broken("the document selects what it asked for"))?;
            out.next(serde_json::to_vec(&words)?.into()).await;
            told = Some(others);
        }
        tokio::select! {
            () = look.changed() => {}
            step = feed.next() => match step {
                Ok(Step::Broken) => {
                    let organization = patiently!(patience, out, cx.app.hub.follow(cx.organization()));
                    feed = Feed::open(organization, subject, whose, None).await?.0;
                }
                Ok(Step::Heartbeat(_)) => feed.told(),
                Ok(Step::Access | Step::Event(_)) | Err(Error::Unavailable(_)) => {}
                Err(error) => return Err(error),
            },
            () = out.closed() => return Ok(Ended::Leaving),
            () = out.leaving() => return Ok(Ended::Leaving),
            () = out.over() => return Err(Error::Unauthenticated),
        }
    }
}
