//! Passkeys: WebAuthn, where the device itself makes sure who holds it (user verification).
use super::Proof;
use crate::{
    App, Config, Cx, Error, Result,
    people::{
        sign_in::{Given, challenge::Content},
        visitor::Visitor,
    },
};
use entity::{
    factor::{self, FactorKind},
    staff,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::sync::Arc;
use url::Url;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyAuthentication, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Webauthn, WebauthnBuilder,
};

/// Who we are to a browser. Without a public address only a browser on this machine may believe what it is told.
pub fn relying_party(config: &Config, visitor: &Visitor) -> Result<Webauthn> {
    let origin = match (&config.public_url, &visitor.host) {
        (Some(public), _) => public.clone(),
        (None, Some(host)) if host.split(':').next() == Some("localhost") => format!("http://{host}"),
        (None, _) => {
            let missing = "passkeys need to know the address of this server: set --public-url, or open it as localhost";
            return Err(Error::Conflict(missing.to_owned()));
        }
    };
    let origin = Url::parse(&origin).map_err(Error::internal)?;
    let name = origin.domain().ok_or_else(|| Error::Conflict("passkeys need a name, not a number".to_owned()))?;
    let builder = WebauthnBuilder::new(name, &origin).map_err(Error::internal)?;
    builder.rp_name("Huddle").build().map_err(Error::internal)
}

/// Asks the device for a new passkey, and not for one that it has.
pub fn register(
    relying_party: &Webauthn,
    person: &staff::Model,
    known: &[factor::Model],
) -> Result<(String, PasskeyRegistration)> {
    let known = known.iter().filter_map(|factor| factor.credential_id.clone()).collect();
    let name = person.email.as_deref().unwrap_or(&person.display_name);
    let asked = relying_party.start_passkey_registration(person.id.0, name, &person.display_name, Some(known));
    let (options, state) = asked.map_err(Error::internal)?;
    let mut options = serde_json::to_value(&options.public_key)?;
    // So that it can be found without typing an address first; a device without room for it still makes a passkey.
    options["authenticatorSelection"]["residentKey"] = "preferred".into();
    Ok((options.to_string(), state))
}

/// The new passkey, and what the browser calls it.
pub fn registered(relying_party: &Webauthn, state: &PasskeyRegistration, response: &str) -> Option<(Passkey, Vec<u8>)> {
    let response: RegisterPublicKeyCredential = serde_json::from_str(response).ok()?;
    let passkey = relying_party.finish_passkey_registration(&response, state).ok()?;
    let id = passkey.cred_id().to_vec();
    Some((passkey, id))
}

/// Asks for one of these.
pub fn ask(relying_party: &Webauthn, known: &[factor::Model]) -> Result<(String, PasskeyAuthentication)> {
    let passkeys: Vec<Passkey> = known.iter().filter_map(|factor| read(factor).transpose()).collect::<Result<_>>()?;
    if passkeys.is_empty() {
        return Err(Error::Conflict("there is no passkey yet".to_owned()));
    }
    let (options, state) = relying_party.start_passkey_authentication(&passkeys).map_err(Error::internal)?;
    Ok((serde_json::to_string(&options.public_key)?, state))
}

/// Asks for whichever the person chooses.
pub fn discover(relying_party: &Webauthn) -> Result<(String, DiscoverableAuthentication)> {
    let (options, state) = relying_party.start_discoverable_authentication().map_err(Error::internal)?;
    Ok((serde_json::to_string(&options.public_key)?, state))
}

/// Whose passkey it claims to be. Nothing is proved by that.
pub async fn owner(app: &Arc<App>, given: &Given) -> Result<Option<staff::Model>> {
    let Given::Passkey(response) = given else { return Ok(None) };
    let Ok(response) = serde_json::from_str::<PublicKeyCredential>(response) else { return Ok(None) };
    let factor = factor::Entity::find()
        .filter(factor::Column::CredentialId.eq(response.get_credential_id()))
        .one(&app.db.across_organizations())
        .await?;
    let Some(factor) = factor else { return Ok(None) };
    let cx = Cx::system(app.clone(), factor.organization_id);
    Ok(staff::Entity::find_by_id((factor.organization_id, factor.staff_id)).one(&cx.db()).await?)
}

pub fn check(
    cx: &Cx,
    known: &[factor::Model],
    content: &Content,
    response: &str,
    visitor: &Visitor,
) -> Result<Option<Proof>> {
    let relying_party = relying_party(&cx.app.config, visitor)?;
    let Ok(response) = serde_json::from_str::<PublicKeyCredential>(response) else { return Ok(None) };
    let id = response.get_credential_id();
    let Some(factor) = known.iter().find(|factor| factor.credential_id.as_deref() == Some(id)) else { return Ok(None) };
    let Some(mut passkey) = read(factor)? else { return Ok(None) };
    let result = match (&content.authentication, &content.discovery) {
        (Some(state), _) => relying_party.finish_passkey_authentication(&response, state),
        (None, Some(state)) => {
            let key = DiscoverableKey::from(&passkey);
            relying_party.finish_discoverable_authentication_v2(&response, state.clone(), key)
        }
        (None, None) => return Ok(None),
    };
    // A copied key shows by its counter, and is refused in there.
    let Ok(result) = result else { return Ok(None) };
    if !result.user_verified() {
        return Ok(None);
    }
    passkey.update_credential(&result);
    Ok(Some(Proof::Passkey(factor.clone(), serde_json::to_vec(&passkey)?)))
}

fn read(factor: &factor::Model) -> Result<Option<Passkey>> {
    match factor.kind {
        FactorKind::Passkey => Ok(Some(serde_json::from_slice(&factor.secret)?)),
        FactorKind::Totp => Ok(None),
    }
}
