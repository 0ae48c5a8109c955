//! `huddle migrate`
use super::{Common, Failure, Outcome, describe};
use crate::db::{self, Db};

pub async fn run(common: &Common) -> Outcome {
    db::check_url(&common.database_url)?;
    let failed = |error| Failure::Failed(format!("cannot migrate the database: {}", describe(&error)));
    let db = Db::open(&common.database_url).await.map_err(failed)?;
    let steps = db.migrate().await.map_err(failed)?;
    for step in &steps {
        println!("applied {step}");
    }
    println!(
        "{}",
        if steps.is_empty() { "nothing to do: the schema is up to date" } else { "the schema is up to date" }
    );
    Ok(())
}
