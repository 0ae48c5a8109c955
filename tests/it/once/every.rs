//! What holds for every mutation of somebody who signed in.
use entity::{
    audit_entry, client_mutation, coordinator_assignment, display, event,
    ids::TaskId,
    patient_status_change,
    task::{self, TaskStatus},
    task_comment, task_history, task_step,
};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use tests::{Answer, Kit, Person, Sdl, both, sdl::Type};

const SCHEMA: &str = include_str!("../../../web/schema.graphql");
/// Nobody is signed in yet, or signing out twice is signing out, or the input holds a secret, of which nothing is kept: a
/// digest of it would let a password be tried out of sight.
const EXCEPT: [&str; 13] = [
    "acceptLink",
    "beginPasskeyRegistration",
    "beginPasskeySignIn",
    "beginTotpEnrolment",
    "changePassword",
    "completeSignIn",
    "confirmTotpEnrolment",
    "finishPasskeyRegistration",
    "openLink",
    "pairDisplay",
    "reauthenticate",
    "signIn",
    "signOut",
];
const AT_ONCE: usize = 20;

fn mutations() -> Vec<String> {
    let sdl = Sdl::parse(SCHEMA);
    let all: Vec<String> =
        sdl.fields("Mutation").keys().filter(|name| !EXCEPT.contains(&name.as_str())).cloned().collect();
    assert!(all.len() > 20, "{all:?}");
    all
}

#[test]
fn every_mutation_takes_a_name_and_says_it_again() {
    let sdl = Sdl::parse(SCHEMA);
    for name in mutations() {
        let field = &sdl.fields("Mutation")[&name];
        let Type::Input(input) = &sdl.0[field.arguments["input"].ty.trim_end_matches('!')] else { panic!("{name}") };
        let payload = sdl.fields(field.ty.trim_end_matches('!'));

        let taken = input.get("clientMutationId").map(|argument| argument.ty.as_str());
        assert_eq!(taken, Some("String"), "{name}");
        assert_eq!(payload.get("clientMutationId").map(|field| field.ty.as_str()), Some("String"), "{name}");
    }
}

/// Who does what, in a practice of two teams.
struct Scene<'a> {
    kit: &'a Kit,
    cedar: String,
    maple: String,
    ana: Person,
    eva: Person,
    ada: Person,
}

impl<'a> Scene<'a> {
    async fn set(kit: &'a Kit) -> Self {
        let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
        let (ana, eva) = (kit.coordinator("Ana", "Cedar").await, kit.manager("Eva").await);
        Self { kit, cedar, maple, ana, eva, ada: kit.administrator("Ada").await }
    }

    async fn task(&self) -> String {
        self.ana.creates(&self.cedar, "Call").await
    }

    async fn claimed(&self) -> String {
        let task = self.task().await;
        self.ana.claims(&task).await.data();
        task
    }

    async fn colleague(&self) -> String {
        let name = format!("Ben {}", uuid::Uuid::new_v4().simple());
        self.kit.hires(&name, entity::staff::StaffRole::Nurse, &["Cedar"]).await.0.to_string()
    }

    /// Another session of Ana's.
    async fn session(&self) -> String {
        let other = self.kit.enters("Ana", (self.ana.id, self.ana.email.clone())).await;
        other.ask("{ viewer { session { id } } }", json!({})).await.text_at("/viewer/session/id")
    }

    /// An authenticator of Ana's.
    async fn factor(&self) -> String {
        let begun = self.ana.act("beginTotpEnrolment", json!({})).await;
        let code = tests::authenticator::code(&begun.text_at("/beginTotpEnrolment/secret"), self.kit.app.clock.now());
        let challenge = begun.text_at("/beginTotpEnrolment/challenge");
        let done = self.ana.act("confirmTotpEnrolment", json!({ "challenge": challenge, "code": code })).await;
        done.text_at("/confirmTotpEnrolment/factor/id")
    }

    async fn draft(&self) -> String {
        let id = self.task().await;
        let drafted = task::Entity::update_many()
            .col_expr(task::Column::Status, Expr::value(TaskStatus::Draft))
            .filter(task::Column::Id.eq(id.parse::<TaskId>().unwrap()));
        drafted.exec(&self.kit.db).await.unwrap();
        id
    }

    /// Somebody who may do it, and an input with which it does something.
    async fn prepare(&self, mutation: &str) -> (&Person, Value) {
        let input = match mutation {
            "createTask" => json!({ "careTeamId": self.cedar, "kind": "OUTREACH_CALL", "title": "Call" }),
            "createDisplay" => json!({ "careTeamId": self.cedar, "name": "Huddle room" }),
            "claimTask" => json!({ "taskId": self.task().await }),
            "publishTask" => json!({ "taskId": self.draft().await }),
            "releaseTask" | "startTask" | "completeTask" => json!({ "taskId": self.claimed().await }),
            "holdTask" | "failTask" | "cancelTask" | "enterTaskInError" => {
                json!({ "taskId": self.claimed().await, "reason": "no answer" })
            }
            "assignTask" => json!({ "taskId": self.task().await, "staffId": self.colleague().await }),
            "updateTask" => json!({ "taskId": self.task().await, "title": "Call again" }),
            // Ana does not see what becomes of it there.
            "moveTask" => json!({ "taskId": self.task().await, "careTeamId": self.maple }),
            "addTaskComment" | "addTaskStep" => json!({ "taskId": self.task().await, "text": "Ask" }),
            "checkTaskStep" => {
                let task = self.task().await;
                self.ana.act("addTaskStep", json!({ "taskId": task, "text": "Ask" })).await.data();
                let read = "query S($id: ID!) { task(id: $id) { steps { id } } }";
                let step = self.ana.ask(read, json!({ "id": task })).await.text_at("/task/steps/0/id");
                json!({ "taskId": task, "stepId": step, "done": true })
            }
            "setPatientStatus" => {
                json!({ "patientId": self.kit.patient("Rosa Diaz", "Cedar").await, "status": "INPATIENT" })
            }
            "assignCoordinator" => {
                json!({ "patientId": self.kit.patient("Rosa Diaz", "Cedar").await, "staffId": self.ana.id.to_string() })
            }
            "movePatient" => {
                json!({ "patientId": self.kit.patient("Rosa Diaz", "Cedar").await, "careTeamId": self.maple })
            }
            "addCareTeamMember" | "setMemberCapacity" => {
                json!({ "careTeamId": self.cedar, "staffId": self.colleague().await, "capacity": 12.5 })
            }
            "removeCareTeamMember" => json!({ "careTeamId": self.cedar, "staffId": self.colleague().await }),
            "revokeSession" => json!({ "sessionId": self.session().await }),
            "revokeOtherSessions" | "renewRecoveryCodes" => json!({}),
            "removeFactor" => json!({ "factorId": self.factor().await }),
            "inviteStaff" => {
                let email = format!("{}@elm.example", uuid::Uuid::new_v4().simple());
                json!({ "email": email, "displayName": "Lea", "role": "NURSE", "careTeamIds": [self.cedar] })
            }
            "updateStaff" => {
                json!({ "staffId": self.colleague().await, "displayName": "Ben Other", "role": "CLINICIAN" })
            }
            "createRecoveryLink" | "resetFactors" | "revokeStaffSessions" | "deactivateStaff" => {
                json!({ "staffId": self.colleague().await })
            }
            "reactivateStaff" => {
                let gone = json!({ "staffId": self.colleague().await });
                self.ada.act("deactivateStaff", gone.clone()).await.data();
                gone
            }
            other => panic!("how is {other} tried?"),
        };
        let who = match mutation {
            "addCareTeamMember" | "removeCareTeamMember" | "setMemberCapacity" => &self.eva,
            "inviteStaff"
            | "updateStaff"
            | "createRecoveryLink"
            | "resetFactors"
            | "revokeStaffSessions"
            | "deactivateStaff"
            | "reactivateStaff" => &self.ada,
            _ => &self.ana,
        };
        (who, input)
    }

    /// All rows that a mutation can make.
    async fn rows(&self) -> Vec<(&'static str, u64)> {
        let db = &self.kit.db;
        let written = audit_entry::Column::Kind.eq(audit_entry::AuditKind::Write);
        // What was shown once is made anew, and that is on record each time.
        let anew = ["people.renewDisplay", "people.renewRecoveryCodes", "people.createLink"];
        let written = written.and(audit_entry::Column::Operation.is_not_in(anew));
        vec![
            ("audit", audit_entry::Entity::find().filter(written).count(db).await.unwrap()),
            ("assignments", coordinator_assignment::Entity::find().count(db).await.unwrap()),
            ("comments", task_comment::Entity::find().count(db).await.unwrap()),
            ("displays", display::Entity::find().count(db).await.unwrap()),
            ("events", event::Entity::find().count(db).await.unwrap()),
            ("history", task_history::Entity::find().count(db).await.unwrap()),
            ("names", client_mutation::Entity::find().count(db).await.unwrap()),
            ("statuses", patient_status_change::Entity::find().count(db).await.unwrap()),
            ("steps", task_step::Entity::find().count(db).await.unwrap()),
            ("tasks", task::Entity::find().count(db).await.unwrap()),
        ]
    }
}

fn named(input: &Value, name: &str) -> Value {
    let mut named = input.clone();
    named["clientMutationId"] = json!(name);
    named
}

/// The answer without the one thing that nobody kept.
#[track_caller]
fn told(answer: &Answer, mutation: &str) -> Value {
    let mut told = answer.data().clone();
    match mutation {
        "createDisplay" => told["createDisplay"]["pairingCode"].take(),
        "inviteStaff" | "createRecoveryLink" => told[mutation]["link"]["url"].take(),
        "renewRecoveryCodes" => told[mutation]["recoveryCodes"].take(),
        _ => Value::Null,
    };
    told
}

both!(a_retry_of_any_mutation_answers_again_and_does_nothing_again, async |kit: &Kit| {
    let scene = Scene::set(kit).await;
    for mutation in mutations() {
        let (person, input) = scene.prepare(&mutation).await;
        let name = format!("once-{mutation}");
        let before = scene.rows().await;

        let first = person.act(&mutation, named(&input, &name)).await;
        let done = scene.rows().await;
        let second = person.act(&mutation, named(&input, &name)).await;

        assert_eq!(first.at(&format!("/{mutation}/clientMutationId")), &json!(name));
        assert_eq!(told(&second, &mutation), told(&first, &mutation), "{mutation}");
        assert_ne!(done, before, "{mutation} did something");
        assert_eq!(scene.rows().await, done, "{mutation} did it once");

        let ids = ["taskId", "patientId", "careTeamId", "staffId", "sessionId", "factorId", "email"];
        if let Some(id) = ids.into_iter().find(|id| input.get(id).is_some()) {
            let mut other = named(&input, &name);
            other[id] = match id {
                "taskId" => json!(scene.task().await),
                "patientId" => json!(kit.patient("Jo Lane", "Cedar").await),
                "careTeamId" => json!(scene.maple),
                _ => json!("another"),
            };
            assert_eq!(person.act(&mutation, other).await.code(), "CONFLICT", "{mutation} of something else");
        }
        let before = scene.rows().await;
        let elsewhere = if mutation == "addTaskComment" { "addTaskStep" } else { "addTaskComment" };
        let comment = json!({ "taskId": scene.ana.creates(&scene.cedar, "Other").await, "text": "Ask" });
        let after_create = scene.rows().await;
        assert_eq!(person.act(elsewhere, named(&comment, &name)).await.code(), "CONFLICT", "not {mutation}");
        assert_eq!(scene.rows().await, after_create);
        assert_ne!(before, after_create);
    }
});

both!(twenty_of_one_name_at_the_same_moment_have_one_effect_and_one_answer, async |kit: &Kit| {
    let scene = Scene::set(kit).await;
    for mutation in mutations() {
        let grown = async |times: usize| {
            let (person, input) = scene.prepare(&mutation).await;
            let input = named(&input, &format!("{times}-{mutation}"));
            let before = scene.rows().await;
            let answers = join_all((0..times).map(|_| person.act(&mutation, input.clone()))).await;
            let after = scene.rows().await;
            let grown: Vec<_> = before.iter().zip(after).map(|(before, after)| (after.0, after.1 - before.1)).collect();
            (answers, grown)
        };
        let (_, by_one) = grown(1).await;

        let (answers, by_many) = grown(AT_ONCE).await;

        assert_eq!(by_many, by_one, "{mutation}");
        for answer in &answers {
            assert_eq!(told(answer, &mutation), told(&answers[0], &mutation), "{mutation}");
        }
    }
});
