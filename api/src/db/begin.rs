//! Beginning a transaction.
//!
//! sqlx 0.9.0 forgets a transaction whose beginning was cancelled (its issue 4393): the connection goes back to the pool
//! with it, and the next who is given that connection reads what was true then. So a transaction is begun by a task of
//! its own, which nobody cancels; one that nobody waits for any more ends at once.
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionOptions, TransactionTrait};
use tracing::Instrument;

pub async fn begin(pool: &DatabaseConnection, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr> {
    let pool = pool.clone();
    let whole = async move { pool.begin_with_options(options).await };
    let begun = tokio::spawn(whole.in_current_span()).await;
    begun.unwrap_or_else(|ended| Err(DbErr::Custom(format!("a transaction could not be begun: {ended}"))))
}
