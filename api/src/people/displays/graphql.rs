//! Wall displays as the API shows them. Nothing is decided here.
use super::{
    acting::{self, Who},
    pairing, pin, rules, service,
};
use crate::{
    Cx, Error, Result,
    care_teams::graphql::CareTeam,
    graphql::{
        app, cx, id,
        once::{Payload, once},
        optional_id,
        scalars::DateTime,
        to_id,
    },
    people::{
        graphql::{SignInPayload, StaffMember, Viewer},
        sessions,
    },
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, display, ids::DisplayId};
use std::sync::Arc;

#[derive(Clone)]
pub struct Display(pub Arc<display::Model>);

/// A shared screen on the wall of one team's room: read-only, patients by initials.
#[Object]
impl Display {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    /// Where it hangs: Huddle room.
    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn care_team(&self, ctx: &Context<'_>) -> Result<CareTeam> {
        CareTeam::load(ctx, self.0.care_team_id).await
    }

    /// When somebody confirmed its code.
    async fn confirmed_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When the screen itself signed in; null until then.
    async fn paired_at(&self) -> Option<DateTime> {
        self.0.paired_at.map(DateTime)
    }

    /// Who confirmed it; null where the program itself did.
    async fn paired_by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.confirmed_by).await
    }

    /// When it last asked for something, to the minute.
    async fn last_seen_at(&self) -> Option<DateTime> {
        self.0.last_seen_at.map(DateTime)
    }

    /// Seen within the last two minutes.
    async fn online(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(rules::is_there(self.0.last_seen_at, cx(ctx)?.now()))
    }
}

/// Somebody who acts through a wall display for a minute.
#[derive(SimpleObject)]
pub struct Acting {
    staff: StaffMember,
    until: DateTime,
}

impl Acting {
    pub async fn load(ctx: &Context<'_>, acting: &crate::cx::Acting) -> Result<Self> {
        Ok(Self { staff: StaffMember::load(ctx, acting.staff).await?, until: DateTime(acting.until) })
    }
}

/// What a screen needs to be paired like a television, in the words of RFC 8628.
#[derive(SimpleObject)]
struct RequestDisplayPairingPayload {
    /// Shown on the screen, typed by whoever may pair: KXQT-4827. No sign is confused with another.
    user_code: String,
    /// The screen's own secret: for pairDisplay, never shown.
    device_code: String,
    /// When both codes end, ten minutes from now.
    expires_at: DateTime,
    /// How many seconds to wait between two calls of pairDisplay.
    interval: u32,
}

#[derive(InputObject)]
struct PairDisplayInput {
    /// The `deviceCode` of the screen's own request, or a code that the program printed.
    pairing_code: String,
}

#[derive(InputObject)]
struct ConfirmDisplayInput {
    /// As the screen shows it; case, spaces and hyphens do not matter.
    user_code: String,
    care_team_id: ID,
    /// Where it hangs: Huddle room.
    name: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct RenameDisplayInput {
    display_id: ID,
    name: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct RevokeDisplayInput {
    display_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct DisplayPayload {
    display: Display,
    client_mutation_id: Option<String>,
}

impl Payload for DisplayPayload {
    type Written = display::Model;
    const SUBJECT: &'static str = "display";

    fn show(_: &Cx, row: display::Model, client_mutation_id: Option<String>) -> Self {
        Self { display: Display(row.into()), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<display::Model> {
        service::written(cx, DisplayId(known.entity_id)).await
    }
}

#[derive(InputObject)]
struct SetPinInput {
    /// Six to twelve digits; no row of one digit, of neighbours or of one pair repeated.
    pin: String,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct SetPinPayload {
    viewer: Viewer,
    client_mutation_id: Option<String>,
}

impl Payload for SetPinPayload {
    type Written = ();
    const SUBJECT: &'static str = "staff";

    fn show(cx: &Cx, (): (), client_mutation_id: Option<String>) -> Self {
        Self { viewer: Viewer(cx.clone()), client_mutation_id }
    }

    async fn again(_: &Cx, _: client_mutation::Model) -> Result<()> {
        Ok(())
    }
}

#[derive(InputObject)]
struct RemovePinInput {
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct RemovePinPayload {
    /// `viewer.hasPin` is false.
    viewer: Viewer,
    client_mutation_id: Option<String>,
}

impl Payload for RemovePinPayload {
    type Written = ();
    const SUBJECT: &'static str = "staff";

    fn show(cx: &Cx, (): (), client_mutation_id: Option<String>) -> Self {
        Self { viewer: Viewer(cx.clone()), client_mutation_id }
    }

    async fn again(_: &Cx, _: client_mutation::Model) -> Result<()> {
        Ok(())
    }
}

/// One of `staffId` and `email`.
#[derive(InputObject)]
struct ActOnDisplayInput {
    staff_id: Option<ID>,
    email: Option<String>,
    pin: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct EndActingInput {
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct ActOnDisplayPayload {
    /// `viewer.acting` says who and until when.
    viewer: Viewer,
    client_mutation_id: Option<String>,
}

impl Payload for ActOnDisplayPayload {
    type Written = Viewer;
    const SUBJECT: &'static str = "staff";

    fn show(_: &Cx, viewer: Viewer, client_mutation_id: Option<String>) -> Self {
        Self { viewer, client_mutation_id }
    }

    async fn again(cx: &Cx, _: client_mutation::Model) -> Result<Viewer> {
        as_now(cx).await
    }
}

#[derive(SimpleObject)]
struct EndActingPayload {
    /// `viewer.acting` is null.
    viewer: Viewer,
    client_mutation_id: Option<String>,
}

impl Payload for EndActingPayload {
    type Written = Viewer;
    const SUBJECT: &'static str = "display";

    fn show(_: &Cx, viewer: Viewer, client_mutation_id: Option<String>) -> Self {
        Self { viewer, client_mutation_id }
    }

    async fn again(cx: &Cx, _: client_mutation::Model) -> Result<Viewer> {
        as_now(cx).await
    }
}

/// The display with whoever acts at it now.
async fn as_now(cx: &Cx) -> Result<Viewer> {
    let mut now = cx.clone();
    now.actor = sessions::authenticate_again(cx).await?;
    Ok(Viewer(now))
}

#[derive(InputObject)]
struct RequestActingInput {
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct RequestActingPayload {
    /// Shown on the display, typed on the person's own phone: KX7-Q4T. Null where this answers a retry: ask anew.
    act_code: Option<String>,
    /// Two minutes from when it was made.
    expires_at: DateTime,
    client_mutation_id: Option<String>,
}

impl Payload for RequestActingPayload {
    type Written = (Option<String>, chrono::DateTime<chrono::Utc>);
    const SUBJECT: &'static str = "display";

    fn show(_: &Cx, (act_code, expires_at): Self::Written, client_mutation_id: Option<String>) -> Self {
        Self { act_code, expires_at: DateTime(expires_at), client_mutation_id }
    }

    /// The code is kept nowhere.
    async fn again(_: &Cx, known: client_mutation::Model) -> Result<Self::Written> {
        Ok((None, known.at + acting::CODE_LASTS))
    }
}

#[derive(InputObject)]
struct ConfirmActingInput {
    /// As the display shows it; case, spaces and hyphens do not matter.
    act_code: String,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct ConfirmActingPayload {
    /// At which display one acts.
    display: Display,
    until: DateTime,
    client_mutation_id: Option<String>,
}

impl Payload for ConfirmActingPayload {
    type Written = (display::Model, chrono::DateTime<chrono::Utc>);
    const SUBJECT: &'static str = "display";

    fn show(_: &Cx, (display, until): Self::Written, client_mutation_id: Option<String>) -> Self {
        Self { display: Display(display.into()), until: DateTime(until), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Self::Written> {
        Ok((service::written(cx, DisplayId(known.entity_id)).await?, known.at + acting::LASTS))
    }
}

#[derive(Default)]
pub struct DisplayQuery;

#[Object]
impl DisplayQuery {
    /// The wall displays of the teams that the viewer sees, by name. FORBIDDEN for a display and an integration.
    async fn displays(&self, ctx: &Context<'_>) -> Result<Vec<Display>> {
        let displays = service::list(cx(ctx)?, None).await?;
        Ok(displays.into_iter().map(|row| Display(row.into())).collect())
    }
}

#[derive(Default)]
pub struct DisplayMutation;

#[Object]
impl DisplayMutation {
    /// A screen asks to be paired. Nobody is signed in yet. RATE_LIMITED while very many screens wait.
    async fn request_display_pairing(&self, ctx: &Context<'_>) -> Result<RequestDisplayPairingPayload> {
        let requested = pairing::request(app(ctx)?).await?;
        Ok(RequestDisplayPairingPayload {
            user_code: requested.user_code,
            device_code: requested.device_code,
            expires_at: DateTime(requested.expires_at),
            interval: pairing::INTERVAL,
        })
    }

    /// Signs a shared screen in, once somebody has confirmed its code. Until then CONFLICT, with the reason
    /// AUTHORIZATION_PENDING: ask again. BAD_USER_INPUT with the reason EXPIRED_TOKEN: ask for a new code.
    async fn pair_display(&self, ctx: &Context<'_>, input: PairDisplayInput) -> Result<SignInPayload> {
        let entered = pairing::pair(app(ctx)?, &input.pairing_code).await?;
        Ok(SignInPayload::of_display(ctx, entered))
    }

    /// Takes the screen that shows this code for the team's room, and names the room. After five wrong codes
    /// RATE_LIMITED.
    async fn confirm_display(&self, ctx: &Context<'_>, input: ConfirmDisplayInput) -> Result<DisplayPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let team = id(&input.care_team_id, "input.careTeamId")?;
            pairing::confirm(cx, &input.user_code, team, input.name).await
        })
        .await
    }

    async fn rename_display(&self, ctx: &Context<'_>, input: RenameDisplayInput) -> Result<DisplayPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::rename(cx, id(&input.display_id, "input.displayId")?, input.name).await
        })
        .await
    }

    /// Ends the display for good: its session is over everywhere at once.
    async fn revoke_display(&self, ctx: &Context<'_>, input: RevokeDisplayInput) -> Result<DisplayPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::revoke(cx, id(&input.display_id, "input.displayId")?).await
        })
        .await
    }

    /// Sets or changes one's own PIN for wall displays.
    async fn set_pin(&self, ctx: &Context<'_>, input: SetPinInput) -> Result<SetPinPayload> {
        once(ctx, input.client_mutation_id, async |cx| pin::set(cx, input.pin).await).await
    }

    /// Takes one's own PIN away: nobody acts at a wall display by it any more. Who has none is answered the same.
    async fn remove_pin(&self, ctx: &Context<'_>, input: RemovePinInput) -> Result<RemovePinPayload> {
        once(ctx, input.client_mutation_id, async |cx| pin::remove(cx).await).await
    }

    /// Sent by a display: what it then does to tasks and patients within 60 seconds is done by that person. After five
    /// wrong PINs RATE_LIMITED.
    async fn act_on_display(&self, ctx: &Context<'_>, input: ActOnDisplayInput) -> Result<ActOnDisplayPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let who = match (optional_id(&input.staff_id, "input.staffId")?, input.email) {
                (Some(id), None) => Who::Id(id),
                (None, Some(email)) => Who::Email(email),
                _ => return Err(Error::bad_input("input.staffId", "give this or input.email, and not both")),
            };
            acting::by_pin(cx, who, input.pin).await?;
            as_now(cx).await
        })
        .await
    }

    /// Sent by a display: a code for somebody's own phone.
    async fn request_acting(&self, ctx: &Context<'_>, input: RequestActingInput) -> Result<RequestActingPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let (code, expires_at) = acting::request(cx).await?;
            Ok((Some(code), expires_at))
        })
        .await
    }

    /// Sent from the person's own phone, where they are signed in: they act at the display that shows this code. After
    /// five wrong codes RATE_LIMITED.
    async fn confirm_acting(&self, ctx: &Context<'_>, input: ConfirmActingInput) -> Result<ConfirmActingPayload> {
        once(ctx, input.client_mutation_id, async |cx| acting::confirm(cx, &input.act_code).await).await
    }

    /// Sent by a display: nobody acts through it any more.
    async fn end_acting(&self, ctx: &Context<'_>, input: EndActingInput) -> Result<EndActingPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            acting::end(cx).await?;
            as_now(cx).await
        })
        .await
    }
}
