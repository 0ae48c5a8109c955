//! A write that is asked for twice is done once.
//!
//! A client names each thing that it does. The name is stored in the transaction of the effect, so both are there or
//! neither is. Who asks again under the same name is answered from there, with what they may see now. What was refused
//! wrote nothing, and is decided again.
use crate::{Actor, Cx, Error, Result, audit::Note, events::Change};
use chrono::{DateTime, Duration, Utc};
use entity::{client_mutation, ids::OrganizationId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long a name is remembered, at least.
pub const MEMORY: Duration = Duration::hours(72);
const LONGEST_NAME: usize = 100;

/// One thing that a client does, by the name that it gave it.
#[derive(Clone, Debug)]
pub struct Once {
    name: String,
    operation: String,
    /// The kind of thing that the answer shows, in the words of [`Change::entity_name`].
    subject: &'static str,
    digest: Vec<u8>,
}

impl Once {
    /// `input` is everything else that was asked, spelled one way only.
    pub fn new(name: String, operation: &str, subject: &'static str, input: &str) -> Result<Self> {
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
            let message = format!("must have 1 to {LONGEST_NAME} characters, none of them a control character");
            return Err(Error::bad_input("input.clientMutationId", message));
        }
        // The name comes in as a salt: equal inputs cannot be told by their digests.
        let mut digest = Sha256::new();
        for part in [&name, operation, input] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        Ok(Self { operation: operation.to_owned(), subject, digest: digest.finalize().to_vec(), name })
    }
}

/// Does it, or answers `again` with what is remembered of having done it.
pub async fn once<T>(
    cx: &Cx,
    once: Once,
    act: impl AsyncFnOnce(&Cx) -> Result<T>,
    again: impl AsyncFnOnce(client_mutation::Model) -> Result<T>,
) -> Result<T> {
    if let Some(known) = recall(cx, &once).await? {
        return again(known).await;
    }
    let refused = match act(&cx.named(once.clone())).await {
        Ok(done) => return Ok(done),
        Err(refused) => refused,
    };
    // Its twin may have done it meanwhile, or this one did and only lost the database's word for it.
    match recall(cx, &once).await? {
        Some(known) => again(known).await,
        None => Err(refused),
    }
}

async fn recall(cx: &Cx, once: &Once) -> Result<Option<client_mutation::Model>> {
    let key = (cx.organization(), actor_id(&cx.actor)?, once.name.clone());
    let known = client_mutation::Entity::find_by_id(key).one(&cx.db()).await?;
    match known {
        Some(known) if known.digest != once.digest => {
            Err(Error::Conflict("this clientMutationId stands for something else that was done".to_owned()))
        }
        known => Ok(known),
    }
}

/// Stores the name with the effect. A name that is taken meanwhile undoes the effect.
pub async fn remember(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    once: &Once,
    at: DateTime<Utc>,
    changes: &[Change],
    notes: &[Note],
) -> Result<()> {
    let changed = changes.iter().find(|change| change.entity_name() == once.subject);
    let noted = notes.iter().filter_map(|note| note.entity).find(|(name, _)| *name == once.subject);
    let (entity_id, entity_version) = match (changed, noted) {
        (Some(change), _) => (change.entity_id, change.version),
        (None, Some((_, id))) => (id, 0),
        (None, None) => return Err(Error::broken("a mutation writes what its payload shows")),
    };
    let left = changed.and_then(|change| change.before.iter().find(|team| !change.after.contains(team)));
    let row = client_mutation::ActiveModel {
        organization_id: Set(actor.scope.organization),
        actor_id: Set(actor_id(actor)?),
        client_mutation_id: Set(once.name.clone()),
        operation: Set(once.operation.clone()),
        digest: Set(once.digest.clone()),
        entity_id: Set(entity_id),
        entity_version: Set(entity_version),
        left_team_id: Set(left.copied()),
        at: Set(at),
    };
    // Waits for a twin that is about to commit.
    let stored = client_mutation::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    if stored == 0 {
        return Err(Error::Conflict("this clientMutationId was used a moment ago".to_owned()));
    }
    Ok(())
}

pub async fn forget(tx: &impl ConnectionTrait, organization: OrganizationId, before: DateTime<Utc>) -> Result<()> {
    client_mutation::Entity::delete_many()
        .filter(client_mutation::Column::OrganizationId.eq(organization))
        .filter(client_mutation::Column::At.lt(before))
        .exec(tx)
        .await?;
    Ok(())
}

/// The same in every session of a person.
fn actor_id(actor: &Actor) -> Result<Uuid> {
    let id = actor.staff.map(|id| id.0).or(actor.session.map(|id| id.0));
    id.ok_or_else(|| Error::broken("only who signed in names what they do"))
}
