//! A screen as the dashboard is one: it reads the team, follows from the cursor, goes on after every cut, reads again on
//! RESET, and writes down all that it heard.
use super::{
    history::{Board, Diary, Heard, Mark, What, now},
    writer::id_of,
};
use crate::{Browser, Frame, Person, Socket};
use api::events::Cursor;
use http::{Method, header};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::sync::watch;
use uuid::Uuid;

/// Nothing heard for so long, though the screen asks: the line is dead.
const SILENCE: Duration = Duration::from_secs(9);
const ASK: Duration = Duration::from_secs(4);
const ANSWER: Duration = Duration::from_secs(8);

const FEED: &str = "subscription Checked($team: ID!, $after: String) { teamFeed(careTeamId: $team, after: $after) {
    __typename cursor
    ... on FeedOpened { resumption }
    ... on TaskChanged { task { id version status title priority dueAt isOverdue dueState
      claim { by { id } at leaseUntil } careTeam { id } patient { id } } }
    ... on PatientChanged { patient { id version status careTeam { id } coordinator { id } } }
    ... on CareTeamChanged { careTeam { id } }
    ... on NodeRemoved { nodeId } } }";

const READ: &str = "query Checked($team: ID!, $after: String) { careTeam(id: $team) { feedCursor
    tasks(first: 200, after: $after, orderBy: CREATED_AT) { pageInfo { hasNextPage endCursor }
      nodes { id version status title priority dueAt isOverdue dueState claim { by { id } at leaseUntil }
        careTeam { id } patient { id } } }
    patients(first: 200) { nodes { id version status careTeam { id } coordinator { id } } } } }";

/// What a screen is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temper {
    Steady,
    /// Takes its time over each item.
    Slow,
    /// Stops reading now and then while its line stays open, and drops the line now and then.
    Sleepy,
}

pub struct Screen {
    pub temper: Temper,
    person: Person,
    lines: Vec<Browser>,
    team: String,
    random: StdRng,
    board: Board,
    marks: HashMap<String, i64>,
    /// Of the last item, as text and looked into; none before the first read.
    cursor: Option<(String, Mark)>,
    pub diary: Diary,
    attempts: u32,
}

/// Why a line is over.
enum Over {
    Again,
    ReadAgain,
}

impl Screen {
    pub fn new(
        person: &Person,
        doors: &[SocketAddr],
        (name, seed): (String, u64),
        temper: Temper,
        organization: Uuid,
        team: &super::world::Team,
    ) -> Self {
        let diary = Diary {
            name,
            person: person.id.0,
            organization,
            team: team.uuid,
            heard: Vec::new(),
            shown: Board::default(),
            fresh: Board::default(),
            lost: None,
        };
        Self {
            temper,
            person: person.clone(),
            lines: doors.iter().map(|&door| person.at(door).browser).collect(),
            team: team.id.clone(),
            random: StdRng::seed_from_u64(seed),
            board: Board::default(),
            marks: HashMap::new(),
            cursor: None,
            diary,
            attempts: 0,
        }
    }

    /// Until it stands at its team's number in `until`; a screen that does not get there says so in its diary.
    pub async fn watches(mut self, mut until: watch::Receiver<Option<Targets>>) -> Self {
        let mut deadline = None;
        while !self.has_reached(&until) {
            let targets = until.borrow_and_update().clone();
            if let Some(targets) = targets {
                let deadline = *deadline.get_or_insert(targets.patience);
                if Instant::now() > deadline {
                    let (at, to) = (self.at(), targets.of(self.diary.team));
                    self.diary.lost = Some(format!("it stands at {at:?} and should be at {to}"));
                    break;
                }
            }
            if self.cursor.is_none() && !self.reads_anew().await {
                self.backs_off().await;
                continue;
            }
            match self.follows(&until).await {
                Over::Again => {}
                Over::ReadAgain => self.cursor = None,
            }
            self.backs_off().await;
        }
        self.diary.shown = self.board.clone();
        self
    }

    /// Reads once more, when all is quiet.
    pub async fn compares(mut self) -> Diary {
        let since = Instant::now();
        while self.diary.lost.is_none() {
            if let Some((fresh, _)) = self.reads().await {
                self.diary.fresh = fresh;
                break;
            }
            if since.elapsed() > Duration::from_secs(30) {
                self.diary.lost = Some("nobody answers a fresh read".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.diary
    }

    fn at(&self) -> Option<i64> {
        self.cursor.as_ref().map(|(_, mark)| mark.seq)
    }

    fn has_reached(&self, until: &watch::Receiver<Option<Targets>>) -> bool {
        let until = until.borrow();
        until.as_ref().zip(self.at()).is_some_and(|(targets, at)| at >= targets.of(self.diary.team))
    }

    /// The dashboard's pauses, shorter: a run has not all day.
    async fn backs_off(&mut self) {
        let longest = 100 * 2_u64.pow(self.attempts.min(5));
        self.attempts += 1;
        let pause = self.random.random_range(longest / 2..=longest);
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }

    fn any_line(&mut self) -> Browser {
        self.lines.choose(&mut self.random).expect("a door").clone()
    }

    async fn reads_anew(&mut self) -> bool {
        let Some((board, cursor)) = self.reads().await else { return false };
        let Some(mark) = mark_of(&cursor) else { return false };
        let rows = board.tasks.iter().chain(&board.patients);
        self.marks = rows.map(|(id, row)| (id.clone(), row["version"].as_i64().unwrap_or(0))).collect();
        self.board = board;
        self.cursor = Some((cursor, mark));
        self.diary.heard.push(Heard::Read(mark));
        true
    }

    /// The whole board, and where the feed stood at its first page. None where that did not work this time.
    async fn reads(&mut self) -> Option<(Board, String)> {
        let line = self.any_line();
        let (mut board, mut cursor, mut after) = (Board::default(), None, Value::Null);
        loop {
            let body = json!({ "query": READ, "variables": { "team": self.team, "after": after } }).to_string();
            let request = line.request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
            let answer = tokio::time::timeout(ANSWER, line.try_send(request, &body)).await.ok()?.ok()?;
            let team = answer.body.pointer("/data/careTeam").filter(|team| team.is_object())?;
            cursor = cursor.or_else(|| team["feedCursor"].as_str().map(str::to_owned));
            for task in team["tasks"]["nodes"].as_array()? {
                board.tasks.insert(text(&task["id"]), task.clone());
            }
            for patient in team["patients"]["nodes"].as_array()? {
                board.patients.insert(text(&patient["id"]), patient.clone());
            }
            after = team["tasks"]["pageInfo"]["endCursor"].clone();
            if team["tasks"]["pageInfo"]["hasNextPage"] != true {
                return Some((board, cursor?));
            }
        }
    }

    async fn follows(&mut self, until: &watch::Receiver<Option<Targets>>) -> Over {
        let Some((after, stood)) = self.cursor.clone() else { return Over::ReadAgain };
        let line = self.any_line();
        let mut socket = match tokio::time::timeout(ANSWER, self.opens(line.address, &after)).await {
            Ok(Ok(socket)) => socket,
            Ok(Err(why)) => return self.is_cut(&why),
            Err(_) => return self.is_cut("no connection in time"),
        };
        let opened = now();
        let (mut heard, mut asked) = (Instant::now(), Instant::now());
        loop {
            if self.has_reached(until) {
                socket.close().await;
                return Over::Again;
            }
            let frame = match socket.next_within(Duration::from_millis(500)).await {
                Some(frame) => frame,
                None if heard.elapsed() > SILENCE => return self.is_cut("silence"),
                None => {
                    if asked.elapsed() > ASK {
                        socket.send(json!({ "type": "ping" })).await;
                        asked = Instant::now();
                    }
                    continue;
                }
            };
            heard = Instant::now();
            let message = match frame {
                Frame::Json(message) => message,
                Frame::Closed(code, reason) => return self.is_cut(&format!("closed with {code} {reason}")),
                Frame::Gone => return self.is_cut("gone"),
            };
            let ended = match message["type"].as_str() {
                Some("pong") => None,
                Some("complete") => Some("COMPLETE".to_owned()),
                Some("error") => Some(text(&message["payload"][0]["extensions"]["code"])),
                _ if message["payload"].get("errors").is_some() => {
                    Some(text(&message["payload"]["errors"][0]["extensions"]["code"]))
                }
                _ => {
                    let item = &message["payload"]["data"]["teamFeed"];
                    if self.hears(item, stood, opened).is_none() {
                        return self.is_cut(&format!("an item that makes no sense: {message}"));
                    }
                    if item["resumption"] == "RESET" {
                        return Over::ReadAgain;
                    }
                    None
                }
            };
            if let Some(code) = ended {
                self.diary.heard.push(Heard::Ended(code.clone()));
                return if code == "COMPLETE" { Over::Again } else { Over::ReadAgain };
            }
            if self.is_tired(until).await {
                return self.is_cut("it dropped the line");
            }
        }
    }

    async fn opens(&self, door: SocketAddr, after: &str) -> Result<Socket, String> {
        let mut socket = Socket::try_connect(door).await?;
        socket.init(self.person.token()).await;
        match socket.next_within(ANSWER).await {
            Some(Frame::Json(message)) if message["type"] == "connection_ack" => {}
            other => return Err(format!("no acknowledgement: {other:?}")),
        }
        socket.subscribe("feed", FEED, json!({ "team": self.team, "after": after })).await;
        Ok(socket)
    }

    fn is_cut(&mut self, why: &str) -> Over {
        self.diary.heard.push(Heard::Cut(why.to_owned()));
        Over::Again
    }

    /// Does nothing for a while, if that is its way. True where it drops the line.
    async fn is_tired(&mut self, until: &watch::Receiver<Option<Targets>>) -> bool {
        if until.borrow().is_some() {
            return false;
        }
        let pause = match self.temper {
            Temper::Steady => return false,
            Temper::Slow => self.random.random_range(0..60),
            Temper::Sleepy if self.random.random_bool(0.01) => self.random.random_range(500..8_000),
            Temper::Sleepy => return self.random.random_bool(0.005),
        };
        tokio::time::sleep(Duration::from_millis(pause)).await;
        false
    }

    /// Writes the item down and shows it. None for an item that says nothing that we know.
    fn hears(&mut self, item: &Value, stood: Mark, opened: chrono::DateTime<chrono::Utc>) -> Option<()> {
        let cursor = item["cursor"].as_str()?;
        let mark = mark_of(cursor)?;
        let what = match item["__typename"].as_str()? {
            "FeedOpened" => {
                let resumption = text(&item["resumption"]);
                let resets = resumption == "RESET";
                self.diary.heard.push(Heard::Opened { after: stood, cursor: mark, resumption });
                if !resets {
                    self.cursor = Some((cursor.to_owned(), mark));
                }
                return Some(());
            }
            "FeedHeartbeat" => {
                self.attempts = 0;
                self.diary.heard.push(Heard::Beat(mark));
                self.cursor = Some((cursor.to_owned(), mark));
                return Some(());
            }
            "TaskChanged" => {
                let task = &item["task"];
                if self.is_news(task) {
                    self.board.tasks.insert(text(&task["id"]), task.clone());
                }
                let (id, version) = (id_of(&task["id"])?, task["version"].as_i64()?);
                What::Task {
                    id,
                    version,
                    team: id_of(&task["careTeam"]["id"])?,
                    patient: id_of(&task["patient"]["id"]),
                }
            }
            "PatientChanged" => {
                let patient = &item["patient"];
                if self.is_news(patient) {
                    // Teams that only work for a patient hear of them as well.
                    if patient["careTeam"]["id"] == self.team.as_str() {
                        self.board.patients.insert(text(&patient["id"]), patient.clone());
                    } else {
                        self.board.patients.remove(&text(&patient["id"]));
                    }
                }
                What::Patient { id: id_of(&patient["id"])?, version: patient["version"].as_i64()? }
            }
            "CareTeamChanged" => What::Team { id: id_of(&item["careTeam"]["id"])? },
            "NodeRemoved" => {
                let gone = text(&item["nodeId"]);
                self.board.tasks.remove(&gone);
                self.board.patients.remove(&gone);
                What::Removed { id: id_of(&item["nodeId"])? }
            }
            _ => return None,
        };
        self.attempts = 0;
        self.cursor = Some((cursor.to_owned(), mark));
        self.diary.heard.push(Heard::Item { cursor: mark, what, received: now(), opened });
        Some(())
    }

    /// The dashboard's rule: a thing is replaced by the same or a higher version only.
    fn is_news(&mut self, thing: &Value) -> bool {
        let version = thing["version"].as_i64().unwrap_or(0);
        let known = self.marks.entry(text(&thing["id"])).or_insert(0);
        let news = version >= *known;
        *known = version.max(*known);
        news
    }
}

/// Where each team's feed ends, once nobody writes any more.
#[derive(Clone, Debug)]
pub struct Targets {
    pub of_team: HashMap<Uuid, i64>,
    pub patience: Instant,
}

impl Targets {
    fn of(&self, team: Uuid) -> i64 {
        self.of_team.get(&team).copied().unwrap_or(0)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn mark_of(cursor: &str) -> Option<Mark> {
    let cursor = Cursor::parse(cursor)?;
    Some(Mark { epoch: cursor.epoch, organization: cursor.organization.0, seq: cursor.seq })
}
