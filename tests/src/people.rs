//! People who act: what they click, as a verb each.
use crate::{Answer, Browser, Feed, Socket};
use entity::ids::StaffId;
use http::{Method, header};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Everything that a card and a drawer show of a task.
pub const TASK: &str = "id version kind title instructions status statusReason statusSince priority dueAt dueState
    isOverdue claim { by { id displayName } at leaseUntil } careTeam { id name } patient { id displayName }
    viewerCanClaim viewerCanAssign createdAt completedAt completedBy { id }";

pub const PATIENT: &str = "id version mrn displayName birthDate status statusSince statusSource statusNote
    careTeam { id name } coordinator { id displayName }";

pub const HUDDLE_ITEM: &str = "id version position section state seconds note why settledBy { id }
    addedBy { id } rolledOverFrom patient { id displayName } task { id title }
    reasons { code words since dueAt rolledOverFrom task { id } } decisions { task { id title } }";

/// Everything that a huddle's screen shows but its items.
pub const HUDDLE: &str =
    "id version date slot state facilitator { id displayName } startedAt endedAt lengthMinutes endsBy
    currentSince itemSeconds leftOut attendance { id } viewerCanLead
    currentItem { id patient { displayName } } nextItems { id }";

/// An integration's token, as who runs the system sees it.
pub const TOKEN: &str = "id name scopes createdAt createdBy { displayName } expiresAt lastUsedAt active";
pub const ACCOUNT: &str = "id email state staff { displayName role credential active } factors sessions { id }";

/// What a page of handoffs shows of one.
pub const HANDOFF: &str = "id version kind state from { id } to { id } situation next dueAt acknowledgeBy answer
    acknowledgedBy { id } items { task { id claim { by { id } } } patient { id } moved } viewerCanAcknowledge
    viewerCanRedirect viewerCanWithdraw";
/// And of a request for somebody's task.
pub const REQUEST: &str = "id version state from { id } holder { id } message answer expiresAt viewerCanAnswer
    task { id claim { by { id } } }";

/// A member of staff, signed in.
#[derive(Clone, Debug)]
pub struct Person {
    pub browser: Browser,
    pub name: String,
    pub id: StaffId,
    pub email: String,
}

impl Person {
    pub async fn ask(&self, document: &str, variables: Value) -> Answer {
        self.browser.ask(document, variables).await
    }

    pub fn token(&self) -> &str {
        self.browser.token.as_deref().unwrap_or_default()
    }

    /// Any mutation by its name, with its `input`.
    pub async fn act(&self, mutation: &str, input: Value) -> Answer {
        act(&self.browser, mutation, input).await
    }

    /// The same where the other end may be gone.
    pub async fn tries(&self, mutation: &str, input: Value) -> Result<Answer, String> {
        let body = json!({ "query": document(mutation), "variables": { "input": input } });
        let request = self.browser.request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
        self.browser.try_send(request, &body.to_string()).await
    }

    /// The same person with the same session, at another node.
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { browser: Browser::at(address).with_token(self.token()), ..self.clone() }
    }

    // ------------------------------------------------------------ tasks

    /// Makes a task and answers its id.
    pub async fn creates(&self, team: &str, title: &str) -> String {
        self.creates_with(team, title, json!({})).await
    }

    /// The same with more fields of the input.
    pub async fn creates_with(&self, team: &str, title: &str, more: Value) -> String {
        let mut input = json!({ "careTeamId": team, "kind": "OUTREACH_CALL", "title": title });
        if let (Some(input), Value::Object(more)) = (input.as_object_mut(), more) {
            input.extend(more);
        }
        self.act("createTask", input).await.text_at("/createTask/task/id")
    }

    pub async fn claims(&self, task: &str) -> Answer {
        self.act("claimTask", json!({ "taskId": task })).await
    }

    pub async fn releases(&self, task: &str) -> Answer {
        self.act("releaseTask", json!({ "taskId": task })).await
    }

    pub async fn starts(&self, task: &str) -> Answer {
        self.act("startTask", json!({ "taskId": task })).await
    }

    pub async fn holds(&self, task: &str, reason: &str) -> Answer {
        self.act("holdTask", json!({ "taskId": task, "reason": reason })).await
    }

    pub async fn completes(&self, task: &str) -> Answer {
        self.act("completeTask", json!({ "taskId": task })).await
    }

    pub async fn cancels(&self, task: &str, reason: &str) -> Answer {
        self.act("cancelTask", json!({ "taskId": task, "reason": reason })).await
    }

    pub async fn fails(&self, task: &str, reason: &str) -> Answer {
        self.act("failTask", json!({ "taskId": task, "reason": reason })).await
    }

    pub async fn assigns(&self, task: &str, to: Option<&str>) -> Answer {
        self.act("assignTask", json!({ "taskId": task, "staffId": to })).await
    }

    pub async fn moves_task(&self, task: &str, team: &str) -> Answer {
        self.act("moveTask", json!({ "taskId": task, "careTeamId": team })).await
    }

    pub async fn reads_task(&self, task: &str) -> Answer {
        self.ask(&format!("query Task($id: ID!) {{ task(id: $id) {{ {TASK} }} }}"), json!({ "id": task })).await
    }

    // ------------------------------------------------------------ handoffs

    /// Hands a task that they hold to somebody, or to the team, and answers the handoff's id.
    pub async fn hands_over(&self, task: &str, to: Option<StaffId>) -> String {
        let to = to.map(|to| to.to_string());
        let input = json!({ "taskId": task, "toStaffId": to, "situation": "off at noon", "next": "call again" });
        self.act("transferTask", input).await.text_at("/transferTask/handoff/id")
    }

    pub async fn acknowledges(&self, handoff: &str) -> Answer {
        self.act("acknowledgeHandoff", json!({ "handoffId": handoff })).await
    }

    pub async fn reads_handoff(&self, handoff: &str) -> Answer {
        self.ask(&format!("query H($id: ID!) {{ handoff(id: $id) {{ {HANDOFF} }} }}"), json!({ "id": handoff })).await
    }

    /// The ids of what is in one of their boxes: `TO_ME`, `FROM_ME`, `ESCALATED`, `TEAM`.
    pub async fn handoffs(&self, which: &str) -> Vec<String> {
        let read = "query H($box: HandoffBox!) { handoffs(box: $box) { nodes { id } } }";
        let answer = self.ask(read, json!({ "box": which })).await;
        let nodes = answer.at("/handoffs/nodes").as_array().cloned().unwrap_or_default();
        nodes.iter().filter_map(|node| node["id"].as_str().map(str::to_owned)).collect()
    }

    /// Asks the holder of a task for it, and answers the request's id.
    pub async fn asks_for(&self, task: &str) -> String {
        let asked = self.act("askToTakeOver", json!({ "taskId": task, "message": "may I?" })).await;
        asked.text_at("/askToTakeOver/claimRequest/id")
    }

    pub async fn reads_requests(&self, team: &str) -> Answer {
        let read = format!("query R($team: ID!) {{ claimRequests(careTeamId: $team) {{ {REQUEST} }} }}");
        self.ask(&read, json!({ "team": team })).await
    }

    // ------------------------------------------------------------ patients

    pub async fn reads_patient(&self, patient: &str) -> Answer {
        let document = format!("query Patient($id: ID!) {{ patient(id: $id) {{ {PATIENT} }} }}");
        self.ask(&document, json!({ "id": patient })).await
    }

    pub async fn sets_status(&self, patient: &str, status: &str) -> Answer {
        self.act("setPatientStatus", json!({ "patientId": patient, "status": status })).await
    }

    pub async fn moves_patient(&self, patient: &str, team: &str) -> Answer {
        self.act("movePatient", json!({ "patientId": patient, "careTeamId": team })).await
    }

    // ------------------------------------------------------------ teams

    pub async fn removes_member(&self, team: &str, staff: &str) -> Answer {
        self.act("removeCareTeamMember", json!({ "careTeamId": team, "staffId": staff })).await
    }

    pub async fn adds_member(&self, team: &str, staff: &str) -> Answer {
        self.act("addCareTeamMember", json!({ "careTeamId": team, "staffId": staff })).await
    }

    /// Opens the team's feed; with a cursor, goes on after it.
    pub async fn follows(&self, team: &str, after: Option<&str>) -> Feed {
        Feed::open(self.browser.address, self.token(), team, after).await
    }

    pub async fn socket(&self) -> Socket {
        Socket::signed_in(self.browser.address, self.token()).await
    }

    pub async fn signs_out(&self) -> Answer {
        self.ask("mutation SignOut { signOut }", json!({})).await
    }
}

/// Any mutation with one `input`, and all that its payload shows.
pub async fn act(browser: &Browser, mutation: &str, input: Value) -> Answer {
    browser.ask(&document(mutation), json!({ "input": input })).await
}

fn document(mutation: &str) -> String {
    let (first, rest) = mutation.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let shown = match mutation {
        "signIn" | "pairDisplay" => "token viewer { isDisplay staff { id displayName } }".to_owned(),
        "confirmDisplay" | "renameDisplay" | "revokeDisplay" => {
            "display { id name careTeam { name } } clientMutationId".to_owned()
        }
        "setPin" | "removePin" => "viewer { hasPin } clientMutationId".to_owned(),
        "actOnDisplay" | "endActing" => {
            "viewer { isDisplay acting { staff { displayName } until } } clientMutationId".to_owned()
        }
        "requestActing" => "actCode expiresAt clientMutationId".to_owned(),
        "confirmActing" => "display { id } until clientMutationId".to_owned(),
        "createIntegrationToken" => format!("token integrationToken {{ {TOKEN} }} clientMutationId"),
        "revokeIntegrationToken" => format!("integrationToken {{ {TOKEN} }} clientMutationId"),
        "completeSignIn" | "acceptLink" => "token viewer { isDisplay staff { id displayName } }".to_owned(),
        "openLink" => "kind displayName email organization expiresAt".to_owned(),
        "beginTotpEnrolment" => "challenge secret uri".to_owned(),
        "beginPasskeySignIn" | "beginPasskeyRegistration" => "challenge options".to_owned(),
        "confirmTotpEnrolment" | "finishPasskeyRegistration" => {
            "factor { id kind label } recoveryCodes signIn { token }".to_owned()
        }
        "reauthenticate" | "changePassword" => "session { id recentUntil }".to_owned(),
        "revokeSession" | "revokeOtherSessions" => "sessions { id current } clientMutationId".to_owned(),
        "removeFactor" => "factors { id kind label } clientMutationId".to_owned(),
        "renewRecoveryCodes" => "recoveryCodes clientMutationId".to_owned(),
        "inviteStaff" | "createRecoveryLink" => {
            format!("account {{ {ACCOUNT} }} link {{ url expiresAt }} clientMutationId")
        }
        "updateStaff" | "deactivateStaff" | "reactivateStaff" | "resetFactors" | "revokeStaffSessions" => {
            format!("account {{ {ACCOUNT} }} clientMutationId")
        }
        "claimTask" => format!("outcome task {{ {TASK} }} clientMutationId"),
        "setPatientStatus" | "assignCoordinator" | "movePatient" | "setPatientPharmacy" => {
            format!("patient {{ {PATIENT} }} clientMutationId")
        }
        "logMinutes" | "enterMinutesInError" => {
            "minuteEntry { id minutes date enteredInErrorAt } clientMutationId".to_owned()
        }
        "recordCall" => {
            "call { id outcome credits { result reason task { id status } } callBack { id dueAt } } clientMutationId"
                .to_owned()
        }
        "addCareTeamMember" | "removeCareTeamMember" | "setMemberCapacity" => {
            "careTeam { id name members { staff { id displayName } } } clientMutationId".to_owned()
        }
        "setCaseloadSettings" => "settings { high version } clientMutationId".to_owned(),
        "setWorkPattern" => "staff { id languages } clientMutationId".to_owned(),
        "addTimeOff" | "cancelTimeOff" => "timeOff { id from to reason isCancelled } clientMutationId".to_owned(),
        "applyRebalance" | "undoRebalance" => {
            "rebalance { id moves undoneAt kept { why } } clientMutationId".to_owned()
        }
        "coverMember" | "endCover" => "cover { id returnsOn endedAt note } clientMutationId".to_owned(),
        "setPatientConfidentiality" | "blockFromPatient" | "unblockFromPatient" => {
            format!("patient {{ {PATIENT} confidentiality }} clientMutationId")
        }
        "openHuddle"
        | "startHuddle"
        | "takeHuddleLead"
        | "moveHuddle"
        | "setHuddleAttendance"
        | "endHuddle"
        | "addHuddleAddendum" => format!("huddle {{ {HUDDLE} items {{ {HUDDLE_ITEM} }} }} clientMutationId"),
        "settleHuddleItem" | "addHuddleItem" => {
            format!("huddle {{ {HUDDLE} }} item {{ {HUDDLE_ITEM} }} clientMutationId")
        }
        "decideInHuddle" => {
            format!("huddle {{ {HUDDLE} }} item {{ {HUDDLE_ITEM} }} task {{ {TASK} }} clientMutationId")
        }
        "setHuddleSettings" => {
            "careTeam { id huddleSettings { lengthMinutes highTouchDays } } clientMutationId".to_owned()
        }
        "setStaffClearances" => "staff { id clearances isPrivacyOfficer } clientMutationId".to_owned(),
        "breakGlass" | "endBreakGlass" | "reviewBreakGlass" => {
            "breakGlass { id patientId patientName reason startedAt until endedAt staff { id } viewerCanReview
               review { outcome note by { id } } } clientMutationId"
                .to_owned()
        }
        "transferTask" | "createHandoff" | "escalateTask" | "notifyAboutTask" | "acknowledgeHandoff"
        | "declineHandoff" | "redirectHandoff" | "withdrawHandoff" => {
            format!("handoff {{ {HANDOFF} }} clientMutationId")
        }
        "leaveForTheDay" => format!("tasks {{ {TASK} }} handoffs {{ {HANDOFF} }} clientMutationId"),
        "askToTakeOver" | "grantClaimRequest" | "declineClaimRequest" | "withdrawClaimRequest" => {
            format!("claimRequest {{ {REQUEST} }} clientMutationId")
        }
        _ => format!("task {{ {TASK} }} clientMutationId"),
    };
    let name = kind.trim_end_matches("Input");
    format!("mutation {name}($input: {kind}!) {{ {mutation}(input: $input) {{ {shown} }} }}")
}
