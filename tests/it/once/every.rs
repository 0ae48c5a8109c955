//! What holds for every mutation of somebody who signed in.
use entity::{
    access_change, audit_entry, break_glass, call_credit, claim_request, client_mutation, coordinator_assignment,
    display, event, handoff,
    huddle::{self, HuddleState},
    huddle_addendum, huddle_attendance, huddle_decision, huddle_item, huddle_record,
    ids::TaskId,
    integration_token::TokenScope,
    minute_entry, patient_block, patient_status_change, phone_call,
    task::{self, TaskStatus},
    task_comment, task_history, task_step,
};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use tests::{Answer, Kit, Person, Sdl, both, sdl::Type, store};

const SCHEMA: &str = include_str!("../../../web/schema.graphql");
/// Nobody is signed in yet, or signing out twice is signing out, or the input holds a secret, of which nothing is kept: a
/// digest of it would let a password be tried out of sight.
const EXCEPT: [&str; 14] = [
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
    "requestDisplayPairing",
    "signIn",
    "signOut",
];
const PIN: &str = "720946";
const AT_ONCE: usize = 20;
/// Each try of a short secret is a guess, also of twins, and five are free.
const GUESSES: [&str; 3] = ["actOnDisplay", "confirmActing", "confirmDisplay"];

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
        kit.appoints(eva.id).await;
        Self { kit, cedar, maple, ana, eva, ada: kit.administrator("Ada").await }
    }

    /// A wall display of Cedar, which sends like a person, and its id.
    async fn wall(&self) -> (Person, String) {
        let (browser, id) = self.kit.display_called("Hall", &self.cedar, &self.ana).await;
        (Person { browser, ..self.ana.clone() }, id)
    }

    async fn task(&self) -> String {
        self.ana.creates(&self.cedar, "Call").await
    }

    async fn claimed(&self) -> String {
        let task = self.task().await;
        self.ana.claims(&task).await.data();
        task
    }

    async fn minutes(&self) -> String {
        let input = json!({ "patientId": self.kit.patient("Rosa Diaz", "Cedar").await, "minutes": 7 });
        self.ana.act("logMinutes", input).await.text_at("/logMinutes/minuteEntry/id")
    }

    async fn held_by_another(&self) -> (Person, String) {
        let ben = self.kit.nurse(&format!("Ben {}", uuid::Uuid::new_v4().simple()), "Cedar").await;
        let task = self.task().await;
        ben.claims(&task).await.data();
        (ben, task)
    }

    async fn colleague(&self) -> String {
        let name = format!("Ben {}", uuid::Uuid::new_v4().simple());
        self.kit.hires(&name, entity::staff::StaffRole::Nurse, &["Cedar"]).await.0.to_string()
    }

    /// Ana's access to somebody of another team.
    async fn emergency(&self) -> String {
        self.ana.breaks_glass(&self.kit.patient("Lisa Ray", "Maple").await).await
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

    /// Somebody whom nobody coordinates goes to Ana.
    async fn moves(&self) -> Value {
        // Who takes patients coordinates some already, and has a capacity.
        let hers = self.kit.patient("Lisa Ray", "Cedar").await.parse().unwrap();
        api::patients::service::assign_coordinator(&self.kit.cx(), hers, self.ana.id, None).await.unwrap();
        let room = json!({ "careTeamId": self.cedar, "staffId": self.ana.id.to_string(), "capacity": 50.0 });
        self.eva.act("setMemberCapacity", room).await.data();
        let patient = self.kit.patient("Rosa Diaz", "Cedar").await;
        let one = json!({ "patientId": patient, "toStaffId": self.ana.id.to_string(), "expectedVersion": 1 });
        json!({ "careTeamId": self.cedar, "moves": [one] })
    }

    /// A huddle of Cedar with something on its agenda.
    async fn huddle(&self, state: HuddleState) -> (String, String) {
        let (team, task) = (self.cedar.parse().unwrap(), self.task().await.parse().unwrap());
        let made = store::add_huddle(&self.kit.db, self.kit.organization, team, task, state, self.ana.id).await;
        (made.0.to_string(), made.1.to_string())
    }

    /// A team of Ana's that has not met today.
    async fn team_without_huddle(&self) -> String {
        let team = self.kit.team(&format!("Team {}", uuid::Uuid::new_v4().simple())).await;
        self.eva.adds_member(&team, &self.ana.id.to_string()).await.data();
        team
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
    async fn prepare(&self, mutation: &str) -> (Person, Value) {
        let mut input = match mutation {
            "createTask" => json!({ "careTeamId": self.cedar, "kind": "OUTREACH_CALL", "title": "Call" }),
            "confirmDisplay" => {
                let code = self.kit.screen().await.1["userCode"].clone();
                json!({ "careTeamId": self.cedar, "name": "Huddle room", "userCode": code })
            }
            "renameDisplay" | "revokeDisplay" => json!({ "displayId": self.wall().await.1, "name": "Hall" }),
            "setPin" => json!({ "pin": PIN }),
            "removePin" => {
                self.ana.act("setPin", json!({ "pin": PIN })).await.data();
                json!({})
            }
            "requestActing" | "endActing" => return (self.wall().await.0, json!({})),
            "actOnDisplay" => {
                self.ana.act("setPin", json!({ "pin": PIN })).await.data();
                return (self.wall().await.0, json!({ "staffId": self.ana.id.to_string(), "pin": PIN }));
            }
            "confirmActing" => {
                let shown = self.wall().await.0.act("requestActing", json!({})).await;
                let name = format!("Ben {}", uuid::Uuid::new_v4().simple());
                return (
                    self.kit.nurse(&name, "Cedar").await,
                    json!({ "actCode": shown.at("/requestActing/actCode") }),
                );
            }
            "createIntegrationToken" => {
                return (self.ada.clone(), json!({ "name": "Registry", "scopes": ["READ"] }));
            }
            "revokeIntegrationToken" => {
                let (_, id) = self.kit.integration_with("Registry", &[TokenScope::Read]).await;
                return (self.ada.clone(), json!({ "integrationTokenId": id }));
            }
            "openHuddle" => json!({ "careTeamId": self.team_without_huddle().await }),
            "startHuddle" => json!({ "huddleId": self.huddle(HuddleState::Planned).await.0 }),
            "takeHuddleLead" | "moveHuddle" | "endHuddle" => {
                json!({ "huddleId": self.huddle(HuddleState::Running).await.0 })
            }
            "setHuddleAttendance" => {
                let huddle = self.huddle(HuddleState::Planned).await.0;
                json!({ "huddleId": huddle, "staffId": self.colleague().await, "present": true })
            }
            "addHuddleAddendum" => {
                json!({ "huddleId": self.huddle(HuddleState::Ended).await.0, "text": "Ben was there too" })
            }
            "addHuddleItem" => {
                let huddle = self.huddle(HuddleState::Planned).await.0;
                json!({ "huddleId": huddle, "patientId": self.kit.patient("Rosa Diaz", "Cedar").await })
            }
            "settleHuddleItem" => {
                json!({ "itemId": self.huddle(HuddleState::Running).await.1, "state": "DISCUSSED" })
            }
            "decideInHuddle" => {
                let item = self.huddle(HuddleState::Running).await.1;
                let due = self.kit.app.clock.now() + chrono::Duration::days(2);
                json!({ "itemId": item, "kind": "RECALL", "title": "Recall", "ownerId": self.colleague().await,
                    "dueAt": due.to_rfc3339() })
            }
            "setHuddleSettings" => json!({ "careTeamId": self.cedar, "lengthMinutes": 12 }),
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
            "setPatientPharmacy" => {
                json!({ "patientId": self.kit.patient("Rosa Diaz", "Cedar").await, "name": "Mill Street Drugs" })
            }
            "logMinutes" => json!({ "patientId": self.kit.patient("Rosa Diaz", "Cedar").await, "minutes": 7 }),
            "enterMinutesInError" => json!({ "minuteEntryId": self.minutes().await, "reason": "of another patient" }),
            "recordCall" => {
                let credits = [self.task().await, self.claimed().await].map(|id| json!({ "taskId": id, "done": true }));
                let called = self.kit.patient("Rosa Diaz", "Cedar").await;
                let back = self.kit.app.clock.now() + chrono::Duration::hours(1);
                json!({ "patientId": called, "outcome": "PARKED", "credits": credits, "minutes": 7, "callBackAt": back })
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
            "setPatientConfidentiality" => {
                let patient = self.kit.patient("Rosa Diaz", "Cedar").await;
                json!({ "patientId": patient, "flags": ["RESTRICTED"], "reason": "well known" })
            }
            "blockFromPatient" | "unblockFromPatient" => {
                let (patient, colleague) = (self.kit.patient("Rosa Diaz", "Cedar").await, self.colleague().await);
                if mutation == "unblockFromPatient" {
                    self.ana.keeps_out(&patient, colleague.parse().unwrap()).await.data();
                }
                json!({ "patientId": patient, "staffId": colleague, "reason": "a relative" })
            }
            "setStaffClearances" => {
                json!({ "staffId": self.colleague().await, "clearances": ["RESTRICTED"], "reason": "named" })
            }
            "setWorkPattern" => {
                let staff = self.colleague().await;
                json!({ "staffId": staff, "days": ["MONDAY"], "hoursShare": 0.5, "languages": ["es"] })
            }
            "addTimeOff" => {
                json!({ "staffId": self.colleague().await, "from": "2026-12-07", "to": "2026-12-08", "reason": "SICK" })
            }
            "cancelTimeOff" => {
                let off = json!({ "staffId": self.colleague().await, "from": "2026-12-07", "to": "2026-12-08", "reason": "SICK" });
                json!({ "timeOffId": self.eva.act("addTimeOff", off).await.text_at("/addTimeOff/timeOff/id") })
            }
            "coverMember" => json!({ "staffId": self.colleague().await, "returnsOn": "2026-12-01" }),
            "endCover" => {
                let cover = json!({ "staffId": self.colleague().await, "returnsOn": "2026-12-01" });
                json!({ "coverId": self.eva.act("coverMember", cover).await.text_at("/coverMember/cover/id") })
            }
            "setCaseloadSettings" => {
                let read = self.eva.ask("{ caseloadSettings { version } }", json!({})).await;
                json!({ "notAssessed": 1.0, "low": 1.0, "rising": 2.0, "high": 4.0, "highest": 6.0, "openTask": 0.5,
                    "overdue": 0.5, "clockThisWeek": 0.5, "capacityByRole": [],
                    "expectedVersion": read.at("/caseloadSettings/version") })
            }
            "applyRebalance" => self.moves().await,
            "undoRebalance" => {
                let shared = self.ana.act("applyRebalance", self.moves().await).await;
                json!({ "rebalanceId": shared.text_at("/applyRebalance/rebalance/id") })
            }
            "breakGlass" => {
                json!({ "patientId": self.kit.patient("Lisa Ray", "Maple").await, "reason": "no pulse, no record" })
            }
            "endBreakGlass" => json!({ "breakGlassId": self.emergency().await }),
            "reviewBreakGlass" => json!({ "breakGlassId": self.emergency().await, "outcome": "APPROPRIATE" }),
            "transferTask" => json!({ "taskId": self.claimed().await, "situation": "off at noon" }),
            "createHandoff" => json!({
                "careTeamId": self.cedar, "taskIds": [self.claimed().await], "patientIds": [], "situation": "off at noon"
            }),
            "escalateTask" => json!({ "taskId": self.task().await, "reason": "no answer for days" }),
            "notifyAboutTask" => {
                json!({ "taskId": self.task().await, "staffId": self.colleague().await, "message": "look at this" })
            }
            "acknowledgeHandoff" => {
                let name = format!("Ben {}", uuid::Uuid::new_v4().simple());
                let ben = self.kit.nurse(&name, "Cedar").await;
                let handoff = self.ana.hands_over(&self.claimed().await, Some(ben.id)).await;
                return (ben, json!({ "handoffId": handoff }));
            }
            "declineHandoff" => {
                let name = format!("Ben {}", uuid::Uuid::new_v4().simple());
                let ben = self.kit.nurse(&name, "Cedar").await;
                let handoff = self.ana.hands_over(&self.claimed().await, Some(ben.id)).await;
                return (ben, json!({ "handoffId": handoff, "reason": "am off myself" }));
            }
            "redirectHandoff" | "withdrawHandoff" => {
                json!({ "handoffId": self.ana.hands_over(&self.claimed().await, None).await })
            }
            "leaveForTheDay" => {
                let name = format!("Ben {}", uuid::Uuid::new_v4().simple());
                let ben = self.kit.nurse(&name, "Cedar").await;
                let task = self.task().await;
                ben.claims(&task).await.data();
                return (ben, json!({ "tasks": [{ "taskId": task, "choice": "RETURN", "reason": "off at noon" }] }));
            }
            "askToTakeOver" => json!({ "taskId": self.held_by_another().await.1 }),
            "grantClaimRequest" | "declineClaimRequest" => {
                let name = format!("Ben {}", uuid::Uuid::new_v4().simple());
                let ben = self.kit.nurse(&name, "Cedar").await;
                json!({ "claimRequestId": ben.asks_for(&self.claimed().await).await })
            }
            "withdrawClaimRequest" => {
                json!({ "claimRequestId": self.ana.asks_for(&self.held_by_another().await.1).await })
            }
            "renewClaim" => json!({ "taskId": self.claimed().await }),
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
        let by = match mutation {
            "setHuddleSettings" => &self.eva,
            "addCareTeamMember" | "removeCareTeamMember" | "setMemberCapacity" | "reviewBreakGlass" => &self.eva,
            "setWorkPattern" | "addTimeOff" | "cancelTimeOff" | "coverMember" | "endCover" | "setCaseloadSettings" => {
                &self.eva
            }
            "setStaffClearances"
            | "inviteStaff"
            | "updateStaff"
            | "createRecoveryLink"
            | "resetFactors"
            | "revokeStaffSessions"
            | "deactivateStaff"
            | "reactivateStaff" => &self.ada,
            _ => &self.ana,
        };
        if mutation == "revokeDisplay" {
            input.as_object_mut().unwrap().remove("name");
        }
        (by.clone(), input)
    }

    /// The same input about something else, where a mutation takes anything but its name or a secret.
    async fn other(&self, input: &Value) -> Option<Value> {
        let keys = [
            "taskId",
            "huddleId",
            "itemId",
            "patientId",
            "displayId",
            "careTeamId",
            "breakGlassId",
            "handoffId",
            "claimRequestId",
            "integrationTokenId",
            "minuteEntryId",
            "staffId",
            "sessionId",
            "factorId",
            "email",
            "actCode",
            "name",
        ];
        let key = keys.into_iter().find(|key| input.get(key).is_some())?;
        let mut other = input.clone();
        other[key] = match key {
            "taskId" => json!(self.task().await),
            "huddleId" => json!(self.huddle(HuddleState::Planned).await.0),
            "itemId" => json!(self.huddle(HuddleState::Running).await.1),
            "patientId" => json!(self.kit.patient("Jo Lane", "Cedar").await),
            "displayId" => json!(self.wall().await.1),
            "careTeamId" => json!(self.maple),
            "breakGlassId" => json!(self.emergency().await),
            "handoffId" => json!(self.ana.hands_over(&self.claimed().await, None).await),
            "claimRequestId" => json!(self.ana.asks_for(&self.held_by_another().await.1).await),
            "integrationTokenId" => json!(self.kit.integration_with("Other", &[TokenScope::Read]).await.1),
            "minuteEntryId" => json!(self.minutes().await),
            "staffId" => json!(self.colleague().await),
            "actCode" => json!("AAA-AAA"),
            "email" => json!("other@clinic.example"),
            _ => json!("Other"),
        };
        Some(other)
    }

    /// Another mutation that the same one may send.
    async fn elsewhere(&self, mutation: &str) -> (&'static str, Value) {
        match mutation {
            "requestActing" => ("endActing", json!({})),
            "actOnDisplay" | "endActing" => ("requestActing", json!({})),
            "createIntegrationToken"
            | "revokeIntegrationToken"
            | "setStaffClearances"
            | "inviteStaff"
            | "updateStaff"
            | "createRecoveryLink"
            | "resetFactors"
            | "revokeStaffSessions"
            | "deactivateStaff"
            | "reactivateStaff" => ("setPin", json!({ "pin": PIN })),
            "addTaskComment" => ("addTaskStep", self.words().await),
            _ => ("addTaskComment", self.words().await),
        }
    }

    async fn words(&self) -> Value {
        json!({ "taskId": self.ana.creates(&self.cedar, "Other").await, "text": "Ask" })
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
            ("access", access_change::Entity::find().count(db).await.unwrap()),
            ("assignments", coordinator_assignment::Entity::find().count(db).await.unwrap()),
            ("blocks", patient_block::Entity::find().count(db).await.unwrap()),
            ("comments", task_comment::Entity::find().count(db).await.unwrap()),
            ("displays", display::Entity::find().count(db).await.unwrap()),
            ("emergencies", break_glass::Entity::find().count(db).await.unwrap()),
            ("calls", phone_call::Entity::find().count(db).await.unwrap()),
            ("credits", call_credit::Entity::find().count(db).await.unwrap()),
            ("minutes", minute_entry::Entity::find().count(db).await.unwrap()),
            ("handoffs", handoff::Entity::find().count(db).await.unwrap()),
            ("requests", claim_request::Entity::find().count(db).await.unwrap()),
            ("events", event::Entity::find().count(db).await.unwrap()),
            ("huddles", huddle::Entity::find().count(db).await.unwrap()),
            ("huddle addenda", huddle_addendum::Entity::find().count(db).await.unwrap()),
            ("huddle attendance", huddle_attendance::Entity::find().count(db).await.unwrap()),
            ("huddle decisions", huddle_decision::Entity::find().count(db).await.unwrap()),
            ("huddle items", huddle_item::Entity::find().count(db).await.unwrap()),
            ("huddle records", huddle_record::Entity::find().count(db).await.unwrap()),
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
        "createIntegrationToken" => told[mutation]["token"].take(),
        "requestActing" => told[mutation]["actCode"].take(),
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

        let other = scene.other(&input).await;
        let (elsewhere, words) = scene.elsewhere(&mutation).await;
        let before = scene.rows().await;
        if let Some(other) = other {
            let other = person.act(&mutation, named(&other, &name)).await;
            assert_eq!(other.code(), "CONFLICT", "{mutation} of something else");
        }
        assert_eq!(person.act(elsewhere, named(&words, &name)).await.code(), "CONFLICT", "not {mutation}");
        assert_eq!(scene.rows().await, before);
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

        let at_once = if GUESSES.contains(&mutation.as_str()) { 4 } else { AT_ONCE };
        let (answers, by_many) = grown(at_once).await;

        assert_eq!(by_many, by_one, "{mutation}");
        for answer in &answers {
            assert_eq!(told(answer, &mutation), told(&answers[0], &mutation), "{mutation}");
        }
    }
});
