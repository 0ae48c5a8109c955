//! How long the record is kept.
use api::{
    App, Clock,
    audit::verify::{Asked, verify},
    background::{keep_log, keep_record},
};
use chrono::{DateTime, Duration, TimeZone, Utc};
use entity::{audit_head, audit_patient};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use std::sync::Arc;
use tests::{Kind, Kit, kit};

fn moment(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 14, 0, 0).unwrap()
}

async fn whole(kit: &Kit) {
    let verified = verify(&kit.cx(), &Asked::default()).await.unwrap();
    assert!(verified.is_ok(), "{verified:?}");
}

async fn keep(app: &Arc<App>) {
    keep_log(app).await.unwrap();
    keep_record(app).await.unwrap();
}

/// Six years, whole months, and the chain that is left is whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_older_than_its_term_goes_by_months_and_the_chain_stays_whole() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let old = moment(2019, 3, 30);
        let clock = Clock::set_to(old);
        let kit = Kit::start_with(kind, clock.clone(), kit::config()).await;
        keep(&kit.app).await;
        let cedar = kit.team("Cedar").await;
        let rosa = kit.patient("Rosa Diaz", "Cedar").await;
        let looks = async || {
            let ana = kit.nurse(&format!("Ana {}", uuid::Uuid::new_v4().simple()), "Cedar").await;
            ana.creates(&cedar, "Call").await;
            ana.reads_patient(&rosa).await.data();
        };
        looks().await;
        clock.set(moment(2019, 4, 2));
        looks().await;
        // Begun in March, done after what was done in April.
        clock.set(old + Duration::hours(1));
        looks().await;
        clock.set(moment(2019, 4, 3));
        looks().await;
        let all = kit.audit().await;

        clock.set(moment(2025, 4, 29));
        keep(&kit.app).await;
        looks().await;
        let left = kit.audit().await;
        whole(&kit).await;
        let first = all.iter().filter(|row| row.at < moment(2019, 4, 1)).count();
        let run = all.iter().take_while(|row| row.at < moment(2019, 4, 1)).count();
        assert!(0 < run && run < first, "some of March stand after April");
        let head = audit_head::Entity::find_by_id(kit.organization).one(&kit.db).await.unwrap().unwrap();
        assert_eq!(head.floor_number, run as i64, "{kind:?}");
        assert!(left.iter().all(|row| row.number.is_some_and(|number| number > head.floor_number)));
        assert!(left.iter().any(|row| row.at < moment(2019, 4, 1)), "what stands in the chain after April stays");
        let links = audit_patient::Entity::find().count(&kit.db).await.unwrap();
        let concerned: usize = left.iter().map(|row| row.patients.as_array().unwrap().len()).sum();
        assert_eq!(links as usize, concerned, "who looked at this patient: {kind:?}");

        clock.set(moment(2025, 5, 1));
        keep(&kit.app).await;
        whole(&kit).await;
        let left = kit.audit().await;
        assert!(left.iter().all(|row| row.at > moment(2025, 1, 1)), "{kind:?}: April went with its month");
        kit.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_serves_cannot_shorten_the_term() {
    let kit = Kit::start(Kind::Postgres).await;
    let tx = kit.app.db.of(kit.organization);
    let refused = tx.execute_unprepared("SELECT huddle_forget_audit(now() - interval '5 years')").await.unwrap_err();
    assert!(refused.to_string().contains("the record is kept for six years"), "{refused}");
    kit.end().await;
}
