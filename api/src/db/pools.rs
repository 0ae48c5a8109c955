//! How busy the pools are.
use super::Db;
use crate::metrics::Pool;
use sea_orm::{DatabaseConnection, DbBackend, sqlx};

/// Connections of a pool: open, of these idle, and how many it may open.
#[derive(Clone, Copy, Debug)]
pub struct PoolUse {
    pub size: i64,
    pub idle: i64,
    pub max: i64,
}

impl PoolUse {
    fn of<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> Self {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let size = i64::from(pool.size());
        // The two are not read in one moment.
        Self { size, idle: count(pool.num_idle()).min(size), max: i64::from(pool.options().get_max_connections()) }
    }
}

impl Db {
    pub fn pools(&self) -> [(Pool, PoolUse); 2] {
        let used = |pool: &DatabaseConnection| match pool.get_database_backend() {
            DbBackend::Sqlite => PoolUse::of(pool.get_sqlite_connection_pool()),
            _ => PoolUse::of(pool.get_postgres_connection_pool()),
        };
        [(Pool::Read, used(&self.reader)), (Pool::Write, used(&self.writer))]
    }
}
