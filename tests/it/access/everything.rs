//! Rules that hold for every field of the schema, whatever is added to it.
use api::{caseload, patients};
use entity::integration_token::TokenScope;
use serde_json::{Map, Value, json};
use tests::{
    Browser, Kind, Kit, Person, Sdl,
    sdl::{Argument, Field, Type},
};

const SCHEMA: &str = include_str!("../../../web/schema.graphql");
/// How one gets in.
const DOORS: [&str; 8] = [
    "acceptLink",
    "beginPasskeySignIn",
    "completeSignIn",
    "openLink",
    "pairDisplay",
    "requestDisplayPairing",
    "signIn",
    "signInOptions",
];
/// About oneself or the whole organization: they name no thing of a team.
const OF_NO_TEAM: [&str; 8] = [
    "actOnDisplay",
    "confirmActing",
    "createIntegrationToken",
    "endActing",
    "leaveForTheDay",
    "removePin",
    "requestActing",
    "setPin",
];
/// About oneself, or about people rather than a team's things: `attacks/accounts` tells who may do these.
const ABOUT_PEOPLE: [&str; 18] = [
    "beginPasskeyRegistration",
    "beginTotpEnrolment",
    "changePassword",
    "confirmTotpEnrolment",
    "createRecoveryLink",
    "deactivateStaff",
    "finishPasskeyRegistration",
    "inviteStaff",
    "reactivateStaff",
    "reauthenticate",
    "removeFactor",
    "renewRecoveryCodes",
    "resetFactors",
    "revokeOtherSessions",
    "revokeSession",
    "revokeStaffSessions",
    "signOut",
    "updateStaff",
];

/// What everybody knows of, and few may do; `operations.rs` tries these.
const OF_THE_PRACTICE: [&str; 8] = [
    "addTimeOff",
    "breakGlass",
    "cancelTimeOff",
    "coverMember",
    "reviewBreakGlass",
    "setCaseloadSettings",
    "setStaffClearances",
    "setWorkPattern",
];

/// Things of the team Cedar, to fill arguments with.
struct Things {
    team: String,
    task: String,
    patient: String,
    staff: String,
    step: String,
    huddle: String,
    huddle_item: String,
    display: String,
    token: String,
    emergency: String,
    rebalance: String,
    cover: String,
    minutes: String,
    handoff: String,
    request: String,
}

impl Things {
    async fn of_cedar(kit: &Kit) -> (Self, Person) {
        let team = kit.team("Cedar").await;
        let ana = kit.nurse("Ana", "Cedar").await;
        let patient = kit.patient("Rosa Diaz", "Cedar").await;
        let task = ana.creates_with(&team, "Call", json!({ "patientId": patient })).await;
        ana.act("addTaskStep", json!({ "taskId": task, "text": "Ask" })).await.data();
        let steps = ana.ask("query S($id: ID!) { task(id: $id) { steps { id } } }", json!({ "id": task })).await;
        let step = steps.text_at("/task/steps/0/id");
        let opened = ana.act("openHuddle", json!({ "careTeamId": team })).await;
        let huddle = opened.text_at("/openHuddle/huddle/id");
        let added = ana.act("addHuddleItem", json!({ "huddleId": huddle, "patientId": patient })).await;
        let huddle_item = added.text_at("/addHuddleItem/item/id");
        let (_, display) = kit.display_called("Hall", &team, &ana).await;
        let (_, token) = kit.integration_with("Registry", &[TokenScope::Read]).await;
        let emergency = ana.breaks_glass(&kit.patient("Lisa Ray", "Maple").await).await;
        let (rebalance, cover) = Self::shared_anew(kit, &team, &patient).await;
        let logged = ana.act("logMinutes", json!({ "patientId": patient, "minutes": 7 })).await;
        let minutes = logged.text_at("/logMinutes/minuteEntry/id");
        let held = ana.creates(&team, "Held").await;
        ana.claims(&held).await.data();
        let handoff = ana.hands_over(&held, None).await;
        let request = kit.nurse("Tom", "Cedar").await.asks_for(&held).await;
        let staff = ana.id.to_string();
        let things = Self {
            rebalance,
            cover,
            team,
            task,
            patient,
            staff,
            step,
            huddle,
            huddle_item,
            display,
            token,
            emergency,
            minutes,
            handoff,
            request,
        };
        (things, ana)
    }

    /// A rebalance, and the cover of somebody who is away.
    async fn shared_anew(kit: &Kit, team: &str, patient: &str) -> (String, String) {
        let (rob, cx) = (kit.coordinator("Rob", "Cedar").await, kit.cx());
        let patient = patients::service::find(&cx, patient.parse().unwrap()).await.unwrap();
        let wanted = caseload::rebalance::Wanted { patient: patient.id, to: rob.id, version: patient.version };
        let shared = caseload::rebalance::apply(&cx, team.parse().unwrap(), vec![wanted]).await.unwrap();
        let back = kit.app.clock.now().date_naive() + chrono::Days::new(3);
        (shared.id.to_string(), caseload::cover::begin(&cx, rob.id, back).await.unwrap().id.to_string())
    }

    fn id_for(&self, argument: &str) -> &str {
        match argument {
            "careTeamId" => &self.team,
            "taskId" | "id" => &self.task,
            "patientId" => &self.patient,
            "staffId" | "claimedById" | "coordinatorId" => &self.staff,
            "stepId" => &self.step,
            "huddleId" => &self.huddle,
            "itemId" => &self.huddle_item,
            "ownerId" => &self.staff,
            "displayId" => &self.display,
            "integrationTokenId" => &self.token,
            "breakGlassId" => &self.emergency,
            "rebalanceId" => &self.rebalance,
            "coverId" => &self.cover,
            "timeOffId" => "of an account",
            "minuteEntryId" => &self.minutes,
            "handoffId" => &self.handoff,
            "claimRequestId" => &self.request,
            "sessionId" | "factorId" => "of an account",
            other => panic!("what should {other} be filled with?"),
        }
    }

    /// A value that the schema takes.
    fn value(&self, sdl: &Sdl, name: &str, ty: &str) -> Value {
        let plain = ty.trim_end_matches('!');
        if plain.starts_with('[') {
            return json!([]);
        }
        match plain {
            "ID" => json!(self.id_for(name)),
            "String" => json!("words"),
            "Boolean" => json!(true),
            "Int" => json!(1),
            "Float" => json!(1.0),
            "DateTime" => json!("2026-11-24T15:00:00Z"),
            "Date" => json!("2026-12-07"),
            other => match &sdl.0[other] {
                Type::Enum(values) => json!(values.first()),
                Type::Input(fields) => self.input(sdl, fields),
                kind => panic!("{other} is no input: {kind:?}"),
            },
        }
    }

    fn input<'a>(&self, sdl: &Sdl, fields: impl IntoIterator<Item = (&'a String, &'a Argument)>) -> Value {
        let required = fields.into_iter().filter(|(_, field)| field.is_required());
        Value::Object(required.map(|(name, field)| (name.clone(), self.value(sdl, name, &field.ty))).collect())
    }
}

/// Asks for one field of a root, with all that it requires.
async fn ask(browser: &Browser, sdl: &Sdl, root: &str, name: &str, field: &Field, arguments: &Value) -> tests::Answer {
    let given: Vec<&String> = arguments.as_object().unwrap().keys().collect();
    let declare: Vec<String> = given.iter().map(|one| format!("${one}: {}", field.arguments[*one].ty)).collect();
    let pass: Vec<String> = given.iter().map(|one| format!("{one}: ${one}")).collect();
    let parenthesise = |list: &[String]| if list.is_empty() { String::new() } else { format!("({})", list.join(", ")) };
    let returned = field.ty.trim_matches(['[', ']', '!']);
    let select = if sdl.0.get(returned).is_some_and(|ty| !matches!(ty, Type::Scalar | Type::Enum(_))) {
        " { __typename }"
    } else {
        ""
    };
    let document =
        format!("{} All{} {{ {name}{}{select} }}", root.to_lowercase(), parenthesise(&declare), parenthesise(&pass));
    browser.ask(&document, arguments.clone()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_signed_in_is_told_so_and_nothing_else() {
    let kit = Kit::start(Kind::Sqlite).await;
    let sdl = Sdl::parse(SCHEMA);
    let (things, ana) = Things::of_cedar(&kit).await;
    ana.signs_out().await.data();
    let ended = ana.browser.clone();
    let forged = kit.stranger().with_token(format!("hdl_{}", "0".repeat(64)));

    let mut asked = 0;
    for root in ["Query", "Mutation"] {
        for (name, field) in sdl.fields(root) {
            if DOORS.contains(&name.as_str()) {
                continue;
            }
            let arguments = things.input(&sdl, &field.arguments);
            for browser in [&kit.stranger(), &ended, &forged] {
                let answer = ask(browser, &sdl, root, name, field, &arguments).await;
                assert_eq!(answer.code(), "UNAUTHENTICATED", "{root}.{name}: {answer}");
                let data = &answer.body["data"];
                let nothing = data.is_null() || data.as_object().unwrap().values().all(Value::is_null);
                assert!(nothing, "{root}.{name}: {answer}");
            }
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked} fields");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mutation_of_another_teams_things_finds_nothing() {
    let kit = Kit::start(Kind::Sqlite).await;
    let sdl = Sdl::parse(SCHEMA);
    let (things, ana) = Things::of_cedar(&kit).await;
    let mei = kit.coordinator("Mei", "Maple").await;
    let eva = kit.practice("Elm Clinic").await.manager("Eva").await;
    let before = (kit.events().await.len(), ana.reads_task(&things.task).await.at("/task").clone());

    let mut asked = 0;
    for (name, field) in sdl.fields("Mutation") {
        let elsewhere = [&OF_NO_TEAM[..], &ABOUT_PEOPLE[..], &OF_THE_PRACTICE[..]].concat();
        if DOORS.contains(&name.as_str()) || elsewhere.contains(&name.as_str()) {
            continue;
        }
        let arguments = things.input(&sdl, &field.arguments);
        for person in [&mei, &eva] {
            let answer = ask(&person.browser, &sdl, "Mutation", name, field, &arguments).await;
            assert_eq!(answer.code(), "NOT_FOUND", "{name} by {}: {answer}", person.name);
        }
        asked += 1;
    }

    assert!(asked > 20, "{asked} mutations");
    let after = (kit.events().await.len(), ana.reads_task(&things.task).await.at("/task").clone());
    let hired = kit.events().await.iter().filter(|event| event.entity_version == 0).count();
    assert_eq!(before.1, after.1);
    assert_eq!(before.0, after.0, "nothing was written ({hired} of them about access)");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_another_kind_is_caught_at_the_door_with_its_place_in_the_input() {
    let kit = Kit::start(Kind::Sqlite).await;
    let sdl = Sdl::parse(SCHEMA);
    let (things, ana) = Things::of_cedar(&kit).await;
    let organization = kit.organization.to_string();

    let mut asked = 0;
    for root in ["Query", "Mutation"] {
        for (name, field) in sdl.fields(root) {
            for (argument, shape) in &field.arguments {
                for (place, path) in ids_in(&sdl, argument, &shape.ty) {
                    let mut arguments = things.input(&sdl, &field.arguments);
                    set(&mut arguments, &path, json!(organization));
                    let answer = ask(&ana.browser, &sdl, root, name, field, &arguments).await;
                    assert_eq!((answer.code(), answer.field()), ("BAD_USER_INPUT", place.as_str()), "{name}: {answer}");
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 30, "{asked} ids");
    kit.end().await;
}

/// Where an argument takes ids: `input.taskId`, and the way there.
fn ids_in(sdl: &Sdl, argument: &str, ty: &str) -> Vec<(String, Vec<String>)> {
    let plain = ty.trim_end_matches('!');
    if plain == "ID" {
        return vec![(argument.to_owned(), vec![argument.to_owned()])];
    }
    let Some(Type::Input(fields)) = sdl.0.get(plain) else { return Vec::new() };
    let ids = fields.iter().filter(|(_, field)| field.ty.trim_end_matches('!') == "ID");
    ids.map(|(name, _)| (format!("{argument}.{name}"), vec![argument.to_owned(), name.clone()])).collect()
}

fn set(arguments: &mut Value, path: &[String], value: Value) {
    let mut place = arguments;
    for step in path {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[step.as_str()];
    }
    *place = value;
}
