//! What happened in a run, as those who were there wrote it down. The proofs read nothing else.
use chrono::{DateTime, Utc};
use entity::{event::EntityType, task_history::TaskAction};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Now, on the clock that the nodes have as well.
pub fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

/// What the database holds of one organisation at the end.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub name: String,
    pub organization: Uuid,
    pub epoch: Uuid,
    pub head: i64,
    /// In the order of their numbers.
    pub events: Vec<Event>,
    /// What was done to a task, by the task and the moment of the transaction.
    pub steps: HashMap<(Uuid, DateTime<Utc>), Step>,
    /// Whom each task is about.
    pub tasks: HashMap<Uuid, Option<Uuid>>,
    pub patients: BTreeSet<Uuid>,
    /// How often a text that a writer made up stands in a title or a comment.
    pub texts: HashMap<String, usize>,
}

#[derive(Clone, Debug)]
pub struct Event {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub kind: EntityType,
    pub id: Uuid,
    pub version: i64,
    pub actor: Option<Uuid>,
    pub before: BTreeSet<Uuid>,
    pub after: BTreeSet<Uuid>,
    /// From the audit record of the same transaction: `tasks.claim`.
    pub operation: String,
}

impl Event {
    /// Whether a subscriber of the team is told of it.
    pub fn is_told(&self, team: Uuid) -> bool {
        !matches!(self.kind, EntityType::Staff | EntityType::Session)
            && (self.before.contains(&team) || self.after.contains(&team))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub action: TaskAction,
    pub actor: Option<Uuid>,
    /// Who held the task after it.
    pub holder: Option<Uuid>,
}

/// One write, as its writer knows it.
#[derive(Clone, Debug)]
pub struct Write {
    pub person: Uuid,
    pub organization: Uuid,
    pub mutation: &'static str,
    /// Unique: the title or comment that it writes, if it writes one, and its `clientMutationId`.
    pub mark: String,
    /// The thing that it was about; none where it made one.
    pub target: Option<Uuid>,
    /// A retry is answered with the thing as it is by then.
    pub tries: usize,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Acknowledged: this thing, at this version. A claim's outcome, where it is one.
    Done { id: Uuid, version: i64, claim: Option<String> },
    /// Refused with this code: nothing was written.
    Refused(String),
    /// No answer: it was done or not.
    Unknown(String),
}

impl Write {
    /// What the record calls it.
    pub fn operation(&self) -> &'static str {
        match self.mutation {
            "createTask" => "tasks.create",
            "claimTask" => "tasks.claim",
            "releaseTask" => "tasks.release",
            "startTask" => "tasks.start",
            "completeTask" => "tasks.complete",
            "addTaskComment" => "tasks.addComment",
            "moveTask" => "tasks.move",
            "movePatient" => "patients.move",
            "setPatientStatus" => "patients.setStatus",
            "addCareTeamMember" => "careTeams.addMember",
            "removeCareTeamMember" => "careTeams.removeMember",
            other => other,
        }
    }

    /// Whether an acknowledgement always means that a new version was written.
    pub fn always_writes(&self) -> bool {
        !matches!(self.mutation, "claimTask" | "moveTask" | "movePatient")
    }
}

/// A cursor that the checker may look into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub epoch: Uuid,
    pub organization: Uuid,
    pub seq: i64,
}

/// What a screen heard, in order.
#[derive(Clone, Debug)]
pub struct Diary {
    /// `Harbor/Cedar #3`
    pub name: String,
    pub person: Uuid,
    pub organization: Uuid,
    pub team: Uuid,
    pub heard: Vec<Heard>,
    /// What it shows in the end, and what a fresh read by the same person gives.
    pub shown: Board,
    pub fresh: Board,
    /// Why there is nothing to compare: it did not catch up.
    pub lost: Option<String>,
}

#[derive(Clone, Debug)]
pub enum Heard {
    /// It read the team anew.
    Read(Mark),
    Opened {
        after: Mark,
        cursor: Mark,
        resumption: String,
    },
    Item {
        cursor: Mark,
        what: What,
        received: DateTime<Utc>,
        /// When the line was opened on which it came: what is older is a replay.
        opened: DateTime<Utc>,
    },
    Beat(Mark),
    /// The server ended the feed: `FORBIDDEN`, `COMPLETE`.
    Ended(String),
    /// The line was cut, by whomever.
    Cut(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Task { id: Uuid, version: i64, team: Uuid, patient: Option<Uuid> },
    Patient { id: Uuid, version: i64 },
    Team { id: Uuid },
    Removed { id: Uuid },
}

impl What {
    pub fn id(&self) -> Uuid {
        match self {
            Self::Task { id, .. } | Self::Patient { id, .. } | Self::Team { id } | Self::Removed { id } => *id,
        }
    }
}

/// What a screen shows, by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    pub tasks: BTreeMap<String, Value>,
    pub patients: BTreeMap<String, Value>,
}
