//! The test kit: a whole service on a database of its own, and people who use it over HTTP and WebSocket.
pub mod answer;
pub mod authenticator;
pub mod browser;
pub mod checker;
pub mod cluster;
pub mod collector;
pub mod fuzz;
pub mod keeper;
pub mod kit;
pub mod people;
pub mod postgres;
pub mod process;
pub mod protection;
pub mod provider;
pub mod proxy;
pub mod redis;
pub mod scrape;
pub mod sdl;
pub mod socket;
pub mod store;
pub mod storm;

pub use answer::Answer;
pub use browser::Browser;
pub use cluster::Cluster;
pub use collector::Collector;
pub use kit::{Kit, Practice};
pub use people::Person;
pub use process::Process;
pub use proxy::Proxy;
pub use redis::Redis;
pub use scrape::Scrape;
pub use sdl::Sdl;
pub use socket::{Feed, Frame, Socket};
pub use store::{Folder, Kind, NewPatient, Store};

/// One promise, kept on both databases: two tests, `name::sqlite` and `name::postgres`.
///
/// ```ignore
/// both!(a_second_claim_names_the_winner, async |kit: &Kit| { … });
/// ```
#[macro_export]
macro_rules! both {
    ($name:ident, $promise:expr) => {
        mod $name {
            use super::*;

            async fn keep_on(kind: $crate::Kind) {
                $crate::kit::run(kind, $promise).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                keep_on($crate::Kind::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                keep_on($crate::Kind::Postgres).await;
            }
        }
    };
}
