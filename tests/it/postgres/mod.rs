//! What Huddle promises on PostgreSQL beyond what it promises on both databases.
mod schema;
mod trouble;
