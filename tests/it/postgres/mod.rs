//! What Huddle promises on PostgreSQL beyond what it promises on both databases.
mod cancelled;
mod growth;
mod partitions;
mod schema;
mod security;
mod trouble;
