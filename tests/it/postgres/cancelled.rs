//! Who asks and goes away in the middle leaves no connection of the service in a transaction that nobody knows of: the
//! next one who is given it would read what was true then, and what they write would be for nobody.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::{pin::pin, task::Poll, time::Duration};
use tests::{Kind, Kit};

const OFTEN: usize = 20;
const PATIENCE: Duration = Duration::from_secs(30);

async fn forgotten(db: &DatabaseConnection) -> i64 {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'huddle' AND datname = current_database() \
               AND state LIKE 'idle in transaction%'";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// What it answers, if it waits for others fewer than `times`; else it is dropped where it waits.
async fn asked<T>(work: impl Future<Output = T>, times: usize) -> Option<T> {
    let mut work = pin!(work);
    let mut waited = 0;
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => {
            waited += 1;
            if waited < times { Poll::Pending } else { Poll::Ready(None) }
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_connection_stays_in_the_transaction_of_who_went_away() {
    let kit = Kit::start(Kind::Postgres).await;
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let cx = api::Cx::system(kit.app.clone(), kit.organization);

    let (mut went, mut stayed) = (0, 0);
    for times in 1..=12 {
        for _ in 0..OFTEN {
            let done = [
                asked(cx.clone().in_snapshot(), times).await.map(drop),
                asked(cx.begin("test"), times).await.map(drop),
            ];
            stayed += done.iter().flatten().count();
            went += done.iter().filter(|done| done.is_none()).count();
        }
        let settled = async {
            while forgotten(&kit.db).await > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, settled)
            .await
            .unwrap_or_else(|_| panic!("gone after {times} waits, still open"));
    }

    assert!(went > 0 && stayed > 0, "somebody goes away before the end, and somebody does not: {went}, {stayed}");
    let task = ana.creates(&cedar, "Call").await;
    assert_eq!(ana.reads_task(&task).await.text_at("/task/id"), task);
}
