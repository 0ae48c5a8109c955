//! `huddle user`
use super::{Common, Failure, Outcome};
use crate::{
    care_teams,
    people::service::{NewStaff, create_staff},
};
use clap::{Args, Subcommand, ValueEnum};
use entity::staff::StaffRole;
use std::io::BufRead;

#[derive(Subcommand)]
pub enum User {
    /// Makes a staff member who can sign in
    Add(Add),
}

#[derive(Args)]
pub struct Add {
    /// What they sign in with
    email: String,
    #[arg(long, env = "HUDDLE_NAME")]
    name: String,
    #[arg(long, env = "HUDDLE_ROLE", value_enum)]
    role: Role,
    /// Licence or certification: RN, LPN, CMA, …
    #[arg(long, env = "HUDDLE_CREDENTIAL")]
    credential: Option<String>,
    /// Care team, made when there is none of that name; may be given more than once
    #[arg(long, env = "HUDDLE_TEAM")]
    team: Vec<String>,
    /// Read the password from the first line of standard input, so that no process list shows it
    #[arg(long, env = "HUDDLE_PASSWORD_STDIN", required = true)]
    password_stdin: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Role {
    CareCoordinator,
    Nurse,
    MedicalAssistant,
    Clinician,
    SocialWorker,
    Pharmacist,
    FrontDesk,
    Manager,
    Administrator,
}

impl From<Role> for StaffRole {
    fn from(role: Role) -> Self {
        match role {
            Role::CareCoordinator => Self::CareCoordinator,
            Role::Nurse => Self::Nurse,
            Role::MedicalAssistant => Self::MedicalAssistant,
            Role::Clinician => Self::Clinician,
            Role::SocialWorker => Self::SocialWorker,
            Role::Pharmacist => Self::Pharmacist,
            Role::FrontDesk => Self::FrontDesk,
            Role::Manager => Self::Manager,
            Role::Administrator => Self::Administrator,
        }
    }
}

impl User {
    pub async fn run(self, common: &Common) -> Outcome {
        let Self::Add(add) = self;
        let mut password = String::new();
        let read = std::io::stdin().lock().read_line(&mut password);
        read.map_err(|error| Failure::Failed(format!("cannot read the password: {error}")))?;
        let password = password.trim_end_matches(['\r', '\n']).to_owned();

        let cx = common.enter().await?;
        let mut tx = cx.begin("people.create").await?;
        let new = NewStaff {
            email: add.email,
            display_name: add.name,
            role: add.role.into(),
            credential: add.credential,
            password,
        };
        let person = create_staff(&mut tx, new).await?;
        for name in &add.team {
            let team = care_teams::service::find_or_create(&mut tx, name).await?;
            care_teams::service::join(&mut tx, &team, person.id, None).await?;
        }
        tx.commit().await?;
        println!("{} can sign in", person.email.unwrap_or_default());
        Ok(())
    }
}
