//! Which troubles of the database pass by themselves, so that trying again helps.
use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, sqlite::SqliteError},
};

/// The whole transaction is undone in each of these cases, or, where the connection was lost in its COMMIT, nobody
/// knows: either way whoever asked should ask again.
pub fn is_passing(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            is_passing_sqlx(error)
        }
        _ => false,
    }
}

fn is_passing_sqlx(error: &sqlx::Error) -> bool {
    use sqlx::Error;
    match error {
        Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
        Error::Database(refused) => {
            let code = refused.code().unwrap_or_default();
            if refused.try_downcast_ref::<SqliteError>().is_some() {
                return is_busy(&code);
            }
            // The row's partition was made while it was on its way to the default one: a second try finds it.
            let moved = code == "23514" && refused.constraint().is_none();
            moved || is_passing_state(&code)
        }
        _ => false,
    }
}

/// SQLite's extended codes keep the plain one in the last byte.
fn is_busy(code: &str) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    code.parse::<u32>().is_ok_and(|code| [BUSY, LOCKED].contains(&(code & 0xff)))
}

fn is_passing_state(code: &str) -> bool {
    matches!(
        code,
        // The server stops, crashed, or is only just starting; it has no connection left.
        "57P01" | "57P02" | "57P03" | "53300"
        // A lock, or an answer, took longer than anybody waits; the connection was idle for too long.
        | "55P03" | "57014" | "25P03"
        // Two transactions were in each other's way. All that this one did is undone, and the other is through with
        // it, so that the same request will most likely succeed.
        | "40001" | "40P01"
    ) || code.starts_with("08")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::ConnAcquireErr;
    use std::{io, sync::Arc};

    #[test]
    fn what_is_lost_on_the_way_passes_and_what_is_wrong_stays_wrong() {
        let lost = sqlx::Error::Io(io::Error::from(io::ErrorKind::ConnectionReset));

        assert!(is_passing(&DbErr::Query(RuntimeErr::SqlxError(Arc::new(lost)))));
        assert!(is_passing(&DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)));
        assert!(!is_passing(&DbErr::Exec(RuntimeErr::SqlxError(Arc::new(sqlx::Error::RowNotFound)))));
        assert!(!is_passing(&DbErr::Custom("no".to_owned())));
    }

    #[test]
    fn the_codes_of_both_databases_are_told_apart() {
        assert!(["57P01", "08006", "08P01", "40001", "40P01", "55P03", "57014"].into_iter().all(is_passing_state));
        assert!(!["23505", "42501", "22P02", ""].into_iter().any(is_passing_state));
        assert!(["5", "6", "261", "517"].into_iter().all(is_busy));
        assert!(!["1", "19", "2067", ""].into_iter().any(is_busy));
    }
}
