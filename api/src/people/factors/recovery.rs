//! Recovery codes: ten, each of them once.
use super::{Proof, code_id};
use crate::{Cx, Result, Tx};
use entity::{
    ids::{OrganizationId, RecoveryCodeId, StaffId},
    recovery_code::{self, Column},
};
use rand::Rng;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, Select};
use sha2::{Digest, Sha256};

const CODES: usize = 10;
/// Of 32 signs: 80 bits.
const LENGTH: usize = 16;
/// Signs that nobody confuses on paper.
const SIGNS: &[u8; 32] = b"ABCDEFGHJKMNPQRSTUVWXYZ234567890";

pub fn unused(organization: OrganizationId, staff: StaffId) -> Select<recovery_code::Entity> {
    recovery_code::Entity::find()
        .filter(Column::OrganizationId.eq(organization))
        .filter(Column::StaffId.eq(staff))
        .filter(Column::UsedAt.is_null())
}

/// New codes in the place of the old ones, as they are shown: once.
pub async fn make(tx: &Tx, staff: StaffId) -> Result<Vec<String>> {
    void(tx, staff).await?;
    let codes: Vec<String> = (0..CODES).map(|_| generate()).collect();
    let rows = codes.iter().map(|code| {
        let id = code_id();
        recovery_code::ActiveModel {
            organization_id: Set(tx.organization()),
            id: Set(id),
            staff_id: Set(staff),
            hash: Set(hash(id, code)),
            created_at: Set(tx.at),
            used_at: Set(None),
        }
    });
    recovery_code::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(codes.iter().map(|code| in_groups(code)).collect())
}

pub async fn void(tx: &Tx, staff: StaffId) -> Result<()> {
    recovery_code::Entity::delete_many()
        .filter(Column::OrganizationId.eq(tx.organization()))
        .filter(Column::StaffId.eq(staff))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn check(cx: &Cx, staff: StaffId, typed: &str) -> Result<Option<Proof>> {
    let signs = typed.chars().filter(char::is_ascii_alphanumeric).take(2 * LENGTH);
    let code: String = signs.map(|sign| sign.to_ascii_uppercase()).collect();
    let codes = unused(cx.organization(), staff).all(&cx.db()).await?;
    let right = codes.into_iter().find(|row| hash(row.id, &code) == row.hash);
    Ok(right.map(Proof::Recovery))
}

fn generate() -> String {
    let mut rng = rand::rng();
    (0..LENGTH).map(|_| char::from(SIGNS[rng.random_range(0..SIGNS.len())])).collect()
}

fn in_groups(code: &str) -> String {
    let signs: Vec<char> = code.chars().collect();
    signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn hash(id: RecoveryCodeId, code: &str) -> Vec<u8> {
    Sha256::new().chain_update(id.0.as_bytes()).chain_update(code).finalize().to_vec()
}
