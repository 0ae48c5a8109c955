//! Walks a team's feed for one subscriber, and shares the words with all who ask the same.
use super::{Server, execute::Operation, measure, socket::Outbox};
use crate::{
    Actor, Cx, Error, Result, audit,
    events::{Feed, Step},
    graphql::{
        Who,
        walk::{Ask, Item, Opened, Slot},
    },
    patients,
    people::sessions,
    policy::{self, Scope},
    presence::Look,
};
use async_graphql::{Request, Response, ServerError};
use bytes::Bytes;
use entity::ids::{CareTeamId, PatientId};
use futures_util::StreamExt;
use rand::Rng;
use sea_orm::ActiveEnum;
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};
use tracing::Instrument;

/// Items in words, for as long as live subscribers may still ask for them.
const KEPT: Duration = Duration::from_secs(10);
const KEPT_BYTES: u64 = 32 * 1024 * 1024;
/// Heartbeats of one head that come this close together are one.
const BEAT_SECONDS: i64 = 5;

/// All that an item's bytes depend on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    /// Document, operation and variables, without the cursor that this subscriber came with.
    asked: [u8; 32],
    scope: Scope,
    seq: i64,
    /// Zero for a change; for a heartbeat, which one.
    beat: i64,
}

/// An answer, and the patients that it shows.
#[derive(Clone)]
struct Words {
    payload: Bytes,
    patients: Arc<Vec<PatientId>>,
}

#[derive(Clone)]
pub struct Rendered(moka::future::Cache<Key, Words>);

impl Rendered {
    pub fn new() -> Self {
        let kept = moka::future::Cache::builder().time_to_live(KEPT).max_capacity(KEPT_BYTES);
        let size = |_: &Key, words: &Words| u32::try_from(words.payload.len() + size_of::<Key>()).unwrap_or(u32::MAX);
        Self(kept.weigher(size).build())
    }
}

/// What is asked, in a form that does not change from item to item.
pub struct Question {
    text: String,
    operation_name: Option<String>,
    variables: async_graphql::Variables,
    name: String,
    asked: [u8; 32],
}

impl Question {
    pub fn of(operation: &Operation) -> Self {
        let request = &operation.request;
        let mut variables = request.variables.clone();
        // A variable that only says where to resume is not part of what is asked.
        if let Some(name) = cursor_variable(&request.query) {
            variables.remove(name);
        }
        let mut digest = Sha256::new();
        for part in [&request.query, request.operation_name.as_deref().unwrap_or_default()] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        digest.update(serde_json::to_vec(&variables).unwrap_or_default());
        Self {
            text: request.query.clone(),
            operation_name: request.operation_name.clone(),
            variables,
            name: operation.name.clone(),
            asked: digest.finalize().into(),
        }
    }

    fn request(&self) -> Request {
        let mut request = Request::new(self.text.clone()).variables(self.variables.clone());
        request.operation_name = self.operation_name.clone();
        request
    }
}

/// The variable behind `after: $…`, if the document uses it for nothing else and it may be absent.
fn cursor_variable(query: &str) -> Option<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = query.split("after:").skip(1).find_map(|rest| rest.trim_start().strip_prefix('$'))?;
    let name = &name[..name.find(|c| !is_name(c)).unwrap_or(name.len())];
    let uses = query
        .match_indices('$')
        .filter(|(at, _)| query[at + 1..].strip_prefix(name).is_some_and(|rest| !rest.starts_with(is_name)));
    let definition = format!("${name}");
    let optional = query.split_once(&definition)?.1.trim_start().strip_prefix(':')?.trim_start();
    let optional = optional.strip_prefix("String")?;
    (uses.count() == 2 && !optional.starts_with('!')).then_some(name)
}

/// Opens the feed, tells its first item, and goes on until it ends. Every way out tells the subscriber.
pub async fn follow(server: Server, cx: Cx, operation: Operation, mut out: Outbox) {
    let question = Question::of(&operation);
    let slot = Slot::default();
    let first = ask(&server, &cx, operation.request, Ask::Open(slot.clone())).await;
    let Some(first) = first else { return out.complete().await };
    let metrics = server.app.metrics.clone();
    let opened = slot.take();
    metrics.operation("subscription", first.errors.first().map_or("ok", measure::code));
    let ended = match opened {
        // Refused: who may not follow is told so.
        None => return out.errors(first.errors).await,
        Some(Opened::Team { feed, team }) => {
            let _counted = metrics.feed();
            walk(&server, cx, question, first, (feed, team), &mut out).await
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
    let opened_at = cx.now();
    loop {
        let step = tokio::select! {
            step = feed.next() => step,
            () = out.closed() => return Ok(Ended::Leaving),
            () = out.leaving() => return Ok(Ended::Leaving),
        };
        let step = match step {
            Err(Error::Unavailable(_)) if patience.lasts(out).await => continue,
            step => step?,
        };
        if cx.actor.expires_at.is_some_and(|at| at <= cx.now()) {
            return Err(Error::Unauthenticated);
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
                (Item::Heartbeat { cursor: feed.cursor_at(seq) }, seq, cx.now().timestamp() / BEAT_SECONDS)
            }
        };
        let words = patiently!(patience, out, words(server, &cx, &question, item.clone(), seq, beat));
        patiently!(patience, out, audit::record_shown(&cx, &question.name, &words.patients));
        out.next(words.payload).await;
        patience = Patience::default();
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

/// Says who else has a patient open, for as long as the viewer may see that patient.
async fn stand_by(server: &Server, mut cx: Cx, question: Question, mut look: Look, out: &mut Outbox) -> Result<Ended> {
    let mut patience = Patience::default();
    loop {
        cx.actor = patiently!(patience, out, sessions::authenticate_again(&cx));
        patiently!(patience, out, patients::service::find(&cx, look.patient()));
        let words = ask(server, &cx, question.request(), Ask::Others(look.others())).await;
        let words = words.ok_or_else(|| Error::broken("the document selects what it asked for"))?;
        out.next(serde_json::to_vec(&words)?.into()).await;
        tokio::select! {
            () = look.changed() => {}
            () = out.closed() => return Ok(Ended::Leaving),
            () = out.leaving() => return Ok(Ended::Leaving),
        }
    }
}

/// The item in the words of the question: from whoever asked the same a moment ago, or worked out now.
async fn words(server: &Server, cx: &Cx, question: &Question, item: Item, seq: i64, beat: i64) -> Result<Words> {
    let key = Key { asked: question.asked, scope: cx.scope().clone(), seq, beat };
    let mut worked_out = false;
    let work = async {
        worked_out = true;
        // A heartbeat reads nothing.
        let own = Cx::new(server.app.clone(), cx.actor.clone());
        let own = if beat == 0 { own.in_snapshot().await? } else { own };
        let reads = own.reads.clone();
        let span = match &item {
            Item::Event { event, .. } => tracing::debug_span!("feed item", kind = event.entity_type.to_value()),
            Item::Heartbeat { .. } => tracing::Span::none(),
        };
        let response = ask(server, &own, question.request(), Ask::Item(item)).instrument(span).await;
        let response = response.ok_or_else(|| Error::broken("a feed's document selects the feed"))?;
        // An item that could not be told whole is neither skipped nor shared.
        let passing = |error: &ServerError| measure::code(error) == "UNAVAILABLE";
        if response.data == async_graphql::Value::Null || response.errors.iter().any(passing) {
            return Err(Error::Unavailable("the feed"));
        }
        Ok(Words { payload: serde_json::to_vec(&response)?.into(), patients: Arc::new(reads.take()) })
    };
    let words = server.rendered.0.try_get_with(key, work).await.map_err(|error: Arc<Error>| (*error).clone());
    server.app.metrics.feed_item(!worked_out);
    words
}

async fn ask(server: &Server, cx: &Cx, request: Request, ask: Ask) -> Option<Response> {
    let who = Arc::new(Who::known(cx.clone()));
    let request = request.data(server.app.clone()).data(who).data(ask);
    Box::pin(server.schema.execute_stream(request)).next().await
}

#[cfg(test)]
mod tests {
    use super::cursor_variable;

    #[test]
    fn the_cursor_is_no_part_of_the_question() {
        let plain =
            "subscription Feed($team: ID!, $after: String) { teamFeed(careTeamId: $team, after: $after) { at } }";
        assert_eq!(cursor_variable(plain), Some("after"));
        let twice = "subscription ($after: String) { teamFeed(careTeamId: \"x\", after: $after) { ...on TaskChanged \
                     { task { comments(after: $after) { totalCount } } } } }";
        assert_eq!(cursor_variable(twice), None);
        assert_eq!(cursor_variable("subscription { teamFeed(careTeamId: \"x\", after: \"y\") { at } }"), None);
        assert_eq!(
            cursor_variable("subscription ($a: String!) { teamFeed(careTeamId: \"x\", after: $a) { at } }"),
            None
        );
    }
}
