//! `huddle migrate`
use super::{Common, Failure, Outcome, describe};
use crate::db;

pub async fn run(common: &Common) -> Outcome {
    let settings = common.database()?;
    let failed = |error| Failure::Failed(format!("cannot migrate the database: {}", describe(&error)));
    let steps = db::migrate(&settings).await.map_err(failed)?;
    for step in &steps {
        println!("applied {step}");
    }
    println!(
        "{}",
        if steps.is_empty() { "nothing to do: the schema is up to date" } else { "the schema is up to date" }
    );
    Ok(())
}
