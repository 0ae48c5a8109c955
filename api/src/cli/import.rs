//! `huddle import`
use super::{Common, Failure, Outcome};
use crate::interop::{fhir, hl7v2, report::Report};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum Import {
    /// FHIR R4 bundles and NDJSON, plain or gzip, files or folders
    Fhir(Fhir),
    /// HL7 v2 ADT messages, one or many a file
    Hl7v2(Hl7v2),
}

#[derive(Args)]
pub struct Fhir {
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Care team of patients whose files name none; made when needed
    #[arg(long, env = "HUDDLE_TEAM", default_value = "Unassigned")]
    team: String,
}

#[derive(Args)]
pub struct Hl7v2 {
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Make the patients that messages name and nobody knows, from the messages themselves
    #[arg(long, env = "HUDDLE_CREATE_PATIENTS")]
    create_patients: bool,
    /// Care team of patients that are made; made when needed
    #[arg(long, env = "HUDDLE_TEAM", default_value = "Unassigned")]
    team: String,
}

impl Import {
    pub async fn run(self, common: &Common) -> Outcome {
        let report = match self {
            Self::Fhir(Fhir { paths, team }) => {
                check(&paths)?;
                fhir::import(&common.enter().await?, &paths, &fhir::Options { team, progress: true }).await?
            }
            Self::Hl7v2(Hl7v2 { paths, create_patients, team }) => {
                check(&paths)?;
                let options = hl7v2::Options { create_patients, team, progress: true };
                hl7v2::import(&common.enter().await?, &paths, &options).await?
            }
        };
        finish(&report)
    }
}

fn check(paths: &[PathBuf]) -> Outcome {
    for path in paths {
        std::fs::metadata(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    }
    Ok(())
}

fn finish(report: &Report) -> Outcome {
    println!("{report}");
    if report.refused.is_empty() { Ok(()) } else { Err(Failure::Refused) }
}
