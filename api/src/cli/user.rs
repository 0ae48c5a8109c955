//! `huddle user`
use super::{Common, Failure, Outcome, secrets};
use crate::{
    Result, Tx, care_teams,
    people::{
        self,
        admin::links,
        service::{NewStaff, Newcomer, add_staff, create_staff},
    },
};
use clap::{Args, Subcommand, ValueEnum};
use entity::staff::{self, StaffRole};
use std::io::BufRead;

#[derive(Subcommand)]
pub enum User {
    /// Makes a staff member who can sign in
    Add(Add),
    /// Makes a staff member without a password, and prints the link by which they choose one, for 72 hours
    Invite(Invite),
    /// Prints a link by which somebody chooses a new password, for one hour
    Recover(Recover),
}

#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    new: New,
    /// Read the password from the first line of standard input, so that no process list shows it
    #[arg(long, env = "HUDDLE_PASSWORD_STDIN", required = true)]
    password_stdin: bool,
}

#[derive(Args)]
pub struct Invite {
    #[command(flatten)]
    new: New,
    #[command(flatten)]
    public: Public,
}

#[derive(Args)]
pub struct Recover {
    /// What they sign in with
    email: String,
    #[command(flatten)]
    public: Public,
}

#[derive(Args)]
struct Public {
    /// Under what address people know the server, such as https://huddle.practice.example
    #[arg(long, env = "HUDDLE_PUBLIC_URL", default_value = "http://localhost:8080")]
    public_url: String,
}

#[derive(Args)]
struct New {
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
        match self {
            Self::Add(add) => add.run(common).await,
            Self::Invite(invite) => invite.run(common).await,
            Self::Recover(recover) => recover.run(common).await,
        }
    }
}

impl Add {
    async fn run(self, common: &Common) -> Outcome {
        let mut password = String::new();
        let read = std::io::stdin().lock().read_line(&mut password);
        read.map_err(|error| Failure::Failed(format!("cannot read the password: {error}")))?;
        let password = password.trim_end_matches(['\r', '\n']).to_owned();

        let cx = common.enter().await?;
        let mut tx = cx.begin("people.create").await?;
        let new = NewStaff {
            email: self.new.email,
            display_name: self.new.name,
            role: self.new.role.into(),
            credential: self.new.credential,
            password,
        };
        let person = create_staff(&mut tx, new).await?;
        join(&mut tx, &self.new.team, &person).await?;
        tx.commit().await?;
        println!("{} can sign in", person.email.unwrap_or_default());
        Ok(())
    }
}

impl Invite {
    async fn run(self, common: &Common) -> Outcome {
        let public = secrets::public_url(&self.public.public_url)?;
        let cx = common.enter().await?;
        let mut tx = cx.begin("people.invite").await?;
        let new = Newcomer {
            email: self.new.email,
            display_name: self.new.name,
            role: self.new.role.into(),
            credential: self.new.credential,
        };
        let person = add_staff(&mut tx, new, None).await?;
        join(&mut tx, &self.new.team, &person).await?;
        let link = links::make(&mut tx, &person).await?;
        tx.commit().await?;
        println!("{public}{}", link.url);
        Ok(())
    }
}

impl Recover {
    async fn run(self, common: &Common) -> Outcome {
        let public = secrets::public_url(&self.public.public_url)?;
        let cx = common.enter().await?;
        let person = people::service::find_by_email(&cx, &self.email).await?;
        let (_, link) = links::renew(&cx, person.id).await?;
        println!("{public}{}", link.url);
        Ok(())
    }
}

async fn join(tx: &mut Tx, teams: &[String], person: &staff::Model) -> Result<()> {
    for name in teams {
        let team = care_teams::service::find_or_create(tx, name).await?;
        care_teams::service::join(tx, &team, person.id, None).await?;
    }
    Ok(())
}
